//! One machine with one store on it, those who write and read there, and what was promised to them.

use std::path::PathBuf;

use muster_store::{CommitError, ReadError, Readers, Revision, Store};
use sha2::{Digest as _, Sha256};
use tempfile::TempDir;

use crate::dice::Dice;
use crate::disk::{self, Disk};
use crate::scribe::Group;
use crate::vfs;
use crate::violation::{Invariant, Violation};
use crate::witness::{Witness, same};

mod power;

/// The store's file, and its log.
pub const FILE: &str = "muster.db";
/// The store's log.
pub const LOG: &str = "muster.db-wal";

/// How often something is tried again when nothing goes wrong any more: once a simulated second.
const PATIENCE: u32 = 60;

/// Between commits a log of 1,000 pages is moved; one group of a history writes fewer than as many again.
const LONGEST_LOG: usize = 2_000 * (4_096 + 24);

/// The machine.
pub struct World {
    folder: TempDir,
    store: Option<Store>,
    /// What is known.
    pub witness: Witness,
    watchers: Vec<Revision>,
    /// Chance.
    pub dice: Dice,
    told: Sha256,
    /// What happened, in order: for whoever asks why.
    pub story: Vec<String>,
    /// Groups that were acknowledged.
    pub acks: u64,
    /// Entries that watchers were given.
    pub delivered: u64,
    /// How far the clock is, in seconds.
    pub clock: u64,
}

/// What became of a group.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// It is kept.
    Acknowledged,
    /// It is not, and the store said why.
    Refused,
    /// Nobody knows yet.
    Unknown,
    /// The machine is gone.
    Dead,
}

impl World {
    /// A machine with an empty disk, and a store on it.
    ///
    /// # Errors
    /// When the store does not open.
    pub fn new(seed: u64, powersafe: bool) -> Result<Self, Violation> {
        vfs::seed(seed);
        let mut dice = Dice::new(seed);
        let disk = Disk::new(dice.any(), powersafe);
        disk::with(|it| *it = disk);
        // The lock beside the store is an ordinary file. It is not what is tried here, so memory will do for it.
        let memory = std::path::Path::new("/dev/shm");
        let place = if memory.is_dir() { memory.to_owned() } else { std::env::temp_dir() };
        let folder = tempfile::tempdir_in(place).expect("a folder for the lock can be made");
        let mut world = Self {
            folder,
            store: None,
            witness: Witness::default(),
            watchers: vec![Revision(0); 3],
            dice,
            told: Sha256::new(),
            story: Vec::new(),
            acks: 0,
            delivered: 0,
            clock: 0,
        };
        world.start()?;
        Ok(world)
    }

    fn path(&self) -> PathBuf {
        self.folder.path().join(FILE)
    }

    /// What is told of the history goes into its digest.
    pub fn tell(&mut self, told: &str) {
        let story = disk::with(|disk| format!("{told} {:?} {:?}", disk.faults, disk.last_failed_sync));
        self.story.push(story);
        self.told.update(told.as_bytes());
        self.told.update(b"\n");
    }

    /// The digest of all that happened, and of what is on the disk.
    pub fn digest(&self) -> String {
        let files = disk::with(|disk| disk.digest());
        let told = self.told.clone().chain_update(files).finalize();
        told.iter().map(|byte| format!("{byte:02x}")).collect()
    }

    /// Those who read; nobody while the machine is down.
    pub fn readers(&self) -> Option<Readers> {
        self.store.as_ref().map(Store::readers)
    }

    /// Writes a group.
    ///
    /// # Errors
    /// When what the store says of it cannot be.
    pub fn commit(&mut self, group: Group) -> Result<Outcome, Violation> {
        let Some(store) = &mut self.store else { return Ok(Outcome::Dead) };
        let (known, count) = (self.witness.log.len(), group.sets.len());
        let outcome = match store.commit(&group.writes()) {
            Ok(revisions) => {
                let due =
                    (known..known.saturating_add(count)).map(|at| Revision(u64::try_from(at).unwrap_or(0)).next());
                let is_due = due.eq(revisions.iter().copied());
                let told = || format!("acknowledged as {revisions:?}, and {known} change sets are known");
                Invariant::Linearizable.holds(is_due, told)?;
                self.acks = self.acks.saturating_add(1);
                self.witness.unsure = None;
                self.witness.acknowledged(group);
                Outcome::Acknowledged
            }
            Err(
                CommitError::Stale { .. }
                | CommitError::Incoherent { .. }
                | CommitError::Repeated { .. }
                | CommitError::Fenced { .. },
            ) => Outcome::Refused,
            // Nothing was written of it, and what an earlier group came to may still be open.
            Err(CommitError::Unavailable(_)) => Outcome::Unknown,
            Err(CommitError::Unknown(_) | CommitError::Server(_) | CommitError::Lost(_)) => {
                if !group.sets.is_empty() || !group.audit.is_empty() {
                    self.witness.unsure = Some(group);
                }
                Outcome::Unknown
            }
        };
        let is_dead = disk::with(|disk| disk.is_dead());
        self.tell(&format!("{outcome:?}"));
        Ok(if is_dead && outcome != Outcome::Acknowledged { Outcome::Dead } else { outcome })
    }

    /// Moves a long log, as a server does between commits.
    ///
    /// # Errors
    /// When the log is longer than it may be.
    pub fn idle(&mut self) -> Result<(), Violation> {
        let Some(store) = &mut self.store else { return Ok(()) };
        store.checkpoint_if_idle();
        let length = disk::with(|disk| disk.length(LOG)).unwrap_or(0);
        Invariant::Bounded.holds(length <= LONGEST_LOG, || format!("the log has {length} bytes"))
    }

    /// Finds out what became of a group of which it is not known: opens the store again, and reads.
    ///
    /// # Errors
    /// When it cannot be found out, or what is found cannot be.
    pub fn settle(&mut self) -> Result<(), Violation> {
        for _ in 0..PATIENCE {
            if disk::with(|disk| disk.is_dead()) {
                return Ok(());
            }
            self.clock = self.clock.saturating_add(1);
            let Some(store) = &mut self.store else { return Ok(()) };
            if store.commit(&[]).is_ok() && self.check()? {
                return Ok(());
            }
        }
        Err(Invariant::Live.broken("a store that nothing ails takes nothing for 60 seconds"))
    }

    /// Reads everything; says whether it could be read.
    ///
    /// # Errors
    /// When something is not as it was written.
    pub fn check(&mut self) -> Result<bool, Violation> {
        let Some(readers) = self.readers() else { return Ok(false) };
        let troubled = || disk::with(|disk| (disk.is_dead(), disk.counts.reads_failed));
        let before = troubled();
        match self.witness.check(&readers) {
            Ok(found) if troubled() == before => found.map(|()| true),
            Ok(_) => Ok(false),
            Err(err) if troubled() == before => Err(Invariant::Durable.broken(format!("it cannot be read: {err:?}"))),
            Err(_) => Ok(false),
        }
    }

    /// A watcher takes the next few change sets, and keeps its place.
    ///
    /// # Errors
    /// When they are not those that come next.
    pub fn watch(&mut self, watcher: usize, limit: usize) -> Result<Result<bool, ReadError>, Violation> {
        let (Some(readers), Some(after)) = (self.readers(), self.watchers.get(watcher).copied()) else {
            return Ok(Ok(false));
        };
        let given = match readers.since(after, limit) {
            Ok(given) => given,
            Err(err) => return Ok(Err(err)),
        };
        let last = given.last().map_or(after, |stored| stored.revision);
        let known = u64::try_from(self.witness.log.len()).unwrap_or(0);
        let (old, beyond) = given.split_at(given.partition_point(|stored| stored.revision.0 <= known));
        let (from, to) = (index(after), index(Revision(last.0.min(known))));
        let sets = self.witness.log.get(from..to.max(from)).unwrap_or_default();
        same(sets, after.0, old, Invariant::Watch)?;
        let told = || format!("a watcher behind {after} is given nothing, and {known} change sets are known");
        Invariant::Watch.holds(!given.is_empty() || after.0 >= known, told)?;
        if !beyond.is_empty() {
            let told = || format!("a watcher behind {after} is given {last}, and {known} change sets are known");
            Invariant::Watch.holds(self.witness.unsure.is_some(), told)?;
        }
        self.witness.shown(beyond, Invariant::Watch)?;
        if let Some(place) = self.watchers.get_mut(watcher) {
            *place = last;
        }
        self.delivered = self.delivered.saturating_add(u64::try_from(given.len()).unwrap_or(0));
        self.tell(&format!("watcher {watcher} at {last}"));
        Ok(Ok(!given.is_empty()))
    }

    /// How many watchers there are.
    pub fn watchers(&self) -> usize {
        self.watchers.len()
    }
}

fn index(revision: Revision) -> usize {
    usize::try_from(revision.0).unwrap_or(usize::MAX)
}
