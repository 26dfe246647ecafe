//! One history: people write, read and watch, things go wrong, and in the end all of it is looked at.

use crate::dice::Dice;
use crate::disk::{self, Counts, Faults, Tear};
use crate::scribe::{AGENCIES, Group, asked_by, incident, looked};
use crate::violation::{Invariant, Violation};
use crate::world::{Outcome, World};

mod ending;
mod nemesis;
mod refusing;

/// How many incidents are written to.
const INCIDENTS: u64 = 3;

/// What a history came to.
#[derive(Debug, Clone)]
pub struct Report {
    /// Its seed.
    pub seed: u64,
    /// Groups acknowledged.
    pub acks: u64,
    /// Entries that watchers were given.
    pub delivered: u64,
    /// Bits turned at the end, and of them those that changed what is read.
    pub flips: (u64, u64),
    /// What the disk did.
    pub counts: Counts,
    /// How long it took on the clock that it has of its own, in seconds.
    pub clock: u64,
    /// Of everything that happened and of what is on the disk.
    pub digest: String,
    /// The last of what happened before it, where a promise was broken.
    pub story: Vec<String>,
    /// The first promise that was broken.
    pub violation: Option<Violation>,
}

/// The history of a seed.
pub fn run(seed: u64) -> Report {
    let _turn = crate::turn();
    let mut report = Report {
        seed,
        acks: 0,
        delivered: 0,
        flips: (0, 0),
        counts: Counts::default(),
        clock: 0,
        digest: String::new(),
        story: Vec::new(),
        violation: None,
    };
    let mut world = match World::new(seed, !seed.is_multiple_of(4)) {
        Ok(world) => world,
        Err(violation) => return Report { violation: Some(violation), ..report },
    };
    let mut history = History::of(seed, &mut world);
    let ended = history.all();
    report.flips = history.flips;
    report.violation = ended.err();
    (report.acks, report.delivered, report.clock) = (world.acks, world.delivered, world.clock);
    report.counts = disk::with(|disk| disk.counts);
    report.digest = world.digest();
    if report.violation.is_some() {
        report.story = world.story.split_off(world.story.len().saturating_sub(25));
    }
    report
}

struct History<'a> {
    world: &'a mut World,
    dice: Dice,
    /// How many requests were named.
    requests: u64,
    /// How long a text may be.
    length: u64,
    steps: u64,
    /// What had gone wrong when it was last looked.
    seen: Counts,
    flips: (u64, u64),
}

impl<'a> History<'a> {
    fn of(seed: u64, world: &'a mut World) -> Self {
        let dice = world.dice.apart();
        // One in ten writes much: enough to need its log moved.
        let (length, steps) = if seed % 10 == 9 { (200_000, 70) } else { (200, 70) };
        Self { world, dice, requests: 0, length, steps, seen: Counts::default(), flips: (0, 0) }
    }

    fn all(&mut self) -> Result<(), Violation> {
        for _ in 0..self.steps {
            self.world.clock = self.world.clock.saturating_add(1);
            if self.dice.percent(if self.writes_much() { 2 } else { 14 }) {
                self.arm();
            }
            self.step()?;
            self.afterwards()?;
        }
        self.ending()
    }

    /// Whoever writes much is left in peace, so that the log grows.
    fn writes_much(&self) -> bool {
        self.length > 1_000
    }

    fn step(&mut self) -> Result<(), Violation> {
        match self.dice.roll(if self.writes_much() { 60 } else { 100 }) {
            0..52 => self.write(),
            52..66 => self.watch(),
            66..71 => self.asks_again(),
            71..75 => self.asks_otherwise(),
            75..80 => self.rivals(),
            80..87 => self.looks(),
            87..91 => self.keeps_a_root(),
            91..95 => self.world.check().map(drop),
            95..97 => self.world.restart(),
            97 => self.starts_unread(),
            _ => {
                self.halt();
                Ok(())
            }
        }
    }

    /// Writes what follows: it has to be taken, unless something went wrong.
    fn write(&mut self) -> Result<(), Violation> {
        let before = self.troubles();
        let group = self.group();
        let outcome = self.world.commit(group)?;
        self.expect(outcome, Outcome::Acknowledged, before, Invariant::Linearizable)?;
        self.world.idle()
    }

    fn expect(
        &mut self,
        outcome: Outcome,
        expected: Outcome,
        before: (bool, u64),
        by: Invariant,
    ) -> Result<(), Violation> {
        let is_troubled = self.troubles() != before;
        match outcome {
            Outcome::Dead => Ok(()),
            Outcome::Unknown if is_troubled => Ok(()),
            Outcome::Unknown => Err(Invariant::Live.broken("nothing ails the disk, and a group's outcome is unknown")),
            Outcome::Acknowledged | Outcome::Refused => {
                by.holds(outcome == expected, || format!("{outcome:?}, and it should have been {expected:?}"))
            }
        }
    }

    fn troubles(&self) -> (bool, u64) {
        disk::with(|disk| {
            let Counts { syncs_failed, full, reads_failed, .. } = disk.counts;
            (disk.is_dead(), syncs_failed.saturating_add(full).saturating_add(reads_failed))
        })
    }

    fn group(&mut self) -> Group {
        let sets = if self.dice.percent(60) { 1 } else { 1 + self.dice.roll(4) };
        let mut group = Group { forgets: self.dice.percent(4), ..Group::default() };
        let mut lines: Vec<_> = (1..=3).map(|number| self.world.witness.line(number)).collect();
        for _ in 0..sets {
            let at = self.dice.place(lines.len());
            let entries = 1 + self.dice.roll(3);
            let Some(line) = lines.get_mut(at) else { continue };
            let mut set = line.says(&mut self.dice, self.world.clock, entries, self.length);
            if self.dice.percent(90) {
                self.requests = self.requests.saturating_add(1);
                asked_by(&mut set, AGENCIES[self.dice.place(AGENCIES.len())], &format!("r{}", self.requests));
            }
            group.sets.push(set);
        }
        if self.dice.percent(25) {
            let about = incident(1 + u8::try_from(self.dice.roll(INCIDENTS)).unwrap_or(0));
            group.audit.push(looked(&mut self.dice, self.world.clock, &about));
        }
        group
    }

    fn watch(&mut self) -> Result<(), Violation> {
        let watcher = self.dice.place(self.world.watchers());
        let limit = 1 + self.dice.place(9);
        // What is unsure is there whole or not at all, which a short page would not tell.
        let limit = if self.world.witness.unsure.is_some() { usize::MAX } else { limit };
        let before = self.troubles();
        let given = self.world.watch(watcher, limit)?;
        let told = || format!("nothing ails the disk, and a watcher is told {given:?}");
        Invariant::Watch.holds(given.is_ok() || self.troubles() != before, told)
    }

    /// Somebody looks at who a person is: the row stands in the audit before anything is told.
    fn looks(&mut self) -> Result<(), Violation> {
        let about = incident(1);
        let row = looked(&mut self.dice, self.world.clock, &about);
        let before = self.troubles();
        let outcome = self.world.commit(Group { audit: vec![row], ..Group::default() })?;
        self.expect(outcome, Outcome::Acknowledged, before, Invariant::Audited)
    }

    fn keeps_a_root(&mut self) -> Result<(), Violation> {
        let about = incident(1 + u8::try_from(self.dice.roll(INCIDENTS)).unwrap_or(0));
        // What is unsure is not signed for: a server signs what it has settled.
        if let (Some(readers), None) = (self.world.readers(), &self.world.witness.unsure) {
            self.world.witness.keep_root(&readers, &about);
        }
        Ok(())
    }

    fn halt(&mut self) {
        disk::with(disk::Disk::halt);
    }
}

/// Nothing is to go wrong any more.
fn calm() {
    disk::with(|disk| disk.faults = Faults::default());
}

/// How a power cut leaves the disk, by chance.
fn some_tear(dice: &mut Dice) -> Tear {
    Tear::ALL[dice.place(Tear::ALL.len())]
}
