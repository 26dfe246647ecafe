//! One history: the whole server, those who write, watch and read over a network, and what goes wrong.

use std::cell::{Cell, RefCell};
use std::rc::Rc;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use muster_sim::dice::Dice;
use muster_sim::disk::{self, Counts, Disk, Tear};
use muster_sim::vfs;
use muster_sim::violation::{Invariant, Violation};
use muster_sim::world::LOG;
use turmoil::Sim;

use crate::cast::{COUNCIL, CQC, ICB, REGION, STRANGER};
use crate::clock::Clock;
use crate::ledger::Ledger;
use crate::machine::Machine;
use crate::nemesis::{Nemesis, Troubles};
use crate::network::SERVER;
use crate::reader::{Reader, takes_nothing};
use crate::stage::{Desk, Stage};
use crate::watcher::Watcher;
use crate::writer::Writer;
use crate::{chance, checks};

/// How far the simulation goes at a time.
const STEP: Duration = Duration::from_millis(10);
/// How long things go wrong.
const TROUBLED: Duration = Duration::from_secs(40);
/// How long everybody has then to finish and to catch up.
const PATIENCE: Duration = Duration::from_secs(60);
/// It goes on at least until then: the last moment at which something falls due, and some seconds.
const AT_LEAST: Duration = Duration::from_secs(58);
/// By then, when nobody writes any more, it is on the disk when rule sets want to look again.
const REMEMBERED: Duration = Duration::from_secs(4);
/// For so long nothing is delivered any more once everybody has caught up.
const QUIET: Duration = Duration::from_secs(8);
/// How often each writer writes.
const WRITES: u64 = 45;
/// A log of 1,000 pages is moved between commits; no group here writes as many again.
const LONGEST_LOG: usize = 2_000 * (4_096 + 24);

/// What a history came to.
#[derive(Debug, Clone)]
pub struct Report {
    /// Its seed.
    pub seed: u64,
    /// Requests acknowledged, and refused for good.
    pub asked: (u64, u64),
    /// Entries that watchers were given.
    pub given: u64,
    /// Answers and messages that were looked through for what their reader may not see.
    pub looked_through: u64,
    /// Records that were read, by entries.
    pub looked: u64,
    /// Starts of the server.
    pub starts: u64,
    /// What the disk did.
    pub counts: Counts,
    /// What went wrong besides.
    pub troubles: Troubles,
    /// How far it went, in simulated time.
    pub passed: Duration,
    /// Of everything that happened and of what is on the disk.
    pub digest: String,
    /// The last of what happened.
    pub story: Vec<String>,
    /// The first promise that was broken.
    pub violation: Option<Violation>,
}

/// How many panics there were, in whatever task.
static PANICS: AtomicU64 = AtomicU64::new(0);

/// The history of a seed, with so many lines of it told where nothing was broken. A process has one: what is left over
/// of another would change it.
pub fn run(seed: u64, told: usize) -> Report {
    let before = std::panic::take_hook();
    std::panic::set_hook(Box::new(move |told| {
        PANICS.fetch_add(1, Ordering::Relaxed);
        before(told);
    }));
    chance::seed(seed);
    vfs::seed(seed);
    let mut dice = Dice::new(seed);
    let disk = Disk::new(dice.any(), !seed.is_multiple_of(4));
    disk::with(|it| *it = disk);
    let clock = Arc::new(Clock::new(dice.any()));
    let stage = Rc::new(Stage {
        machine: Machine::new(clock),
        ledger: RefCell::new(Ledger::default()),
        is_calm: Cell::new(false),
        writing: Cell::new(0),
    });
    let mut sim = turmoil::Builder::new()
        .rng_seed(dice.any())
        .tick_duration(STEP)
        .min_message_latency(Duration::from_millis(1))
        .max_message_latency(Duration::from_millis(40))
        .simulation_duration(Duration::from_secs(3_600))
        .tcp_capacity(65_536)
        .build();
    let hosts = people(&mut sim, &stage, &mut dice);
    let nemesis = Nemesis::on(Rc::clone(&stage), dice.apart(), hosts);
    let (ended, troubles) = goes(&mut sim, &stage, nemesis);
    if let Err(violation) = ended {
        stage.ledger.borrow_mut().holds(Err(violation));
    }
    disk::with(Disk::halt);
    if sim.is_host_running(SERVER) {
        sim.crash(SERVER);
    }
    let digest = disk::with(|disk| disk.digest());
    // What was acknowledged is on the disk, so that the power may go.
    disk::with(|disk| disk.power_cut(Tear::Nothing));
    let held = if stage.ledger.borrow().violation.is_none() { checks::all(&stage) } else { Ok(()) };
    let mut ledger = stage.ledger.borrow_mut();
    ledger.holds(held);
    report(seed, &ledger, &stage.machine, troubles, &digest, told)
}

/// Who takes part; says what their hosts are called.
fn people(sim: &mut Sim<'_>, stage: &Rc<Stage>, dice: &mut Dice) -> Vec<String> {
    let machine = Rc::clone(&stage.machine);
    sim.host(SERVER, move || Rc::clone(&machine).runs());
    let mut hosts = Vec::new();
    let mut host = |name: &str, number: usize, dice: &mut Dice| {
        let host = format!("{name}-{number}");
        hosts.push(host.clone());
        (host, Rc::clone(stage), dice.apart())
    };
    let unseats_at = dice.percent(40).then(|| 10 + dice.roll(20));
    for (number, agency) in [COUNCIL, COUNCIL, ICB, CQC].into_iter().enumerate() {
        let (host, stage, dice) = host("writer", number, dice);
        stage.writing.set(stage.writing.get().saturating_add(1));
        let unseats_at = unseats_at.filter(|_| number == 1);
        let name = host.clone();
        let writes = async move { Writer::at(Desk::of(&stage, agency, &name, dice)).writes(WRITES, unseats_at).await };
        sim.client(host, writes);
    }
    let watchers = [(COUNCIL, None), (ICB, Some(0)), (CQC, Some(0)), (REGION, None), (STRANGER, None)];
    for (number, (agency, incident)) in watchers.into_iter().enumerate() {
        let (host, stage, dice) = host("watcher", number, dice);
        let name = host.clone();
        let watches = async move { Watcher::at(Desk::of(&stage, agency, &name, dice), incident).watches().await };
        sim.client(host, watches);
    }
    for (number, agency) in [ICB, CQC, STRANGER].into_iter().enumerate() {
        let (host, stage, dice) = host("reader", number, dice);
        let name = host.clone();
        let reads = async move { Reader::at(Desk::of(&stage, agency, &name, dice)).reads().await };
        sim.client(host, reads);
    }
    let (name, stage, dice) = host("sleeper", 0, dice);
    let sleeper = name.clone();
    sim.client(name, async move { takes_nothing(Desk::of(&stage, COUNCIL, &sleeper, dice)).await });
    hosts
}

/// Lets it go until it is over.
fn goes(sim: &mut Sim<'_>, stage: &Rc<Stage>, mut nemesis: Nemesis) -> (Result<(), Violation>, Troubles) {
    let (mut calm_from, mut quiet_from, mut given) = (None, Duration::ZERO, 0);
    let (mut is_ended_once_more, mut ends_again_at) = (false, None);
    loop {
        let now = sim.elapsed();
        stage.ledger.borrow_mut().now = now;
        stage.machine.clock.is_at(now);
        nemesis.acts(sim);
        if now >= TROUBLED && calm_from.is_none() {
            calm_from = Some(now);
            stage.is_calm.set(true);
            stage.tell("nothing goes wrong any more");
            nemesis.rests(sim);
        }
        if calm_from.is_some() && stage.writing.get() == 0 && !is_ended_once_more {
            // Nobody writes any more: what falls due from now on is told because somebody remembers it.
            is_ended_once_more = true;
            nemesis.ends(sim, now, None);
            ends_again_at = Some(now.saturating_add(REMEMBERED));
        }
        if ends_again_at.is_some_and(|at| now >= at) {
            ends_again_at = None;
            nemesis.ends(sim, now, None);
        }
        if let Err(error) = sim.step() {
            return (Err(Invariant::Live.broken(format!("something ended by itself: {error}"))), nemesis.troubles);
        }
        let held = as_it_goes();
        stage.ledger.borrow_mut().holds(held);
        let ledger = stage.ledger.borrow();
        if ledger.violation.is_some() {
            return (Ok(()), nemesis.troubles);
        }
        let count = all_given(&ledger);
        if count != given || stage.writing.get() > 0 {
            (given, quiet_from) = (count, now);
        }
        let Some(calm_from) = calm_from else { continue };
        if now.saturating_sub(quiet_from) > QUIET && now >= AT_LEAST {
            return (Ok(()), nemesis.troubles);
        }
        if now.saturating_sub(calm_from) > PATIENCE.saturating_add(QUIET) {
            let told = format!(
                "{} writers have not finished after 60 seconds in which nothing went wrong; the server: {:?}",
                stage.writing.get(),
                stage.machine.said.borrow()
            );
            return (Err(Invariant::Live.broken(told)), nemesis.troubles);
        }
    }
}

/// What has to hold all the time.
fn as_it_goes() -> Result<(), Violation> {
    let panics = PANICS.load(Ordering::Relaxed);
    Invariant::Live.holds(panics == 0, || format!("{panics} panics"))?;
    let length = disk::with(|disk| disk.length(LOG)).unwrap_or(0);
    Invariant::Bounded.holds(length <= LONGEST_LOG, || format!("the log has {length} bytes"))
}

fn all_given(ledger: &Ledger) -> usize {
    ledger.watched.iter().flat_map(|watched| watched.given.values()).map(Vec::len).sum()
}

fn report(seed: u64, ledger: &Ledger, machine: &Machine, troubles: Troubles, disk: &str, told: usize) -> Report {
    let count = |count: usize| u64::try_from(count).unwrap_or(0);
    let written = ledger.asked.iter().filter(|asked| asked.last() > 0).count();
    let ended = ledger.asked.iter().filter(|asked| asked.ended.is_some()).count();
    Report {
        seed,
        asked: (count(written), count(ended.saturating_sub(written))),
        given: count(all_given(ledger)),
        looked_through: ledger.looked_through,
        looked: count(ledger.looked.len()),
        starts: machine.starts.get(),
        counts: disk::with(|disk| disk.counts),
        troubles,
        passed: ledger.now,
        digest: ledger.digest(disk),
        story: ledger.story(if ledger.violation.is_some() { 60 } else { told }).to_vec(),
        violation: ledger.violation.clone(),
    }
}
