//! What goes wrong: with the disk, with the process, with the network, with the clock, and with who may call.

use std::rc::Rc;
use std::sync::Arc;
use std::time::Duration;

use chrono::TimeDelta;
use muster_sim::dice::Dice;
use muster_sim::disk::{self, Disk, Faults, Tear};
use turmoil::Sim;

use crate::cast::CQC;
use crate::network::SERVER;
use crate::stage::Stage;

/// How often things went wrong in other ways than the disk counts.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Troubles {
    /// Links that were cut, or held up.
    pub links: u64,
    /// Jumps of the clock.
    pub jumps: u64,
    /// Times a system was suspended.
    pub suspensions: u64,
    /// Times the server was stopped as an operator stops it.
    pub stops: u64,
}

/// What goes wrong, and when it is put right.
pub struct Nemesis {
    stage: Rc<Stage>,
    dice: Dice,
    hosts: Vec<String>,
    next: Duration,
    /// When the server is started again.
    starts: Option<Duration>,
    /// Links to be put right, and when.
    links: Vec<(Duration, String, bool)>,
    /// When who is suspended may call again.
    reinstates: Option<Duration>,
    /// When the power goes, of a machine on which a sync failed.
    power_goes: Option<Duration>,
    failed_syncs: u64,
    /// How often.
    pub troubles: Troubles,
}

impl Nemesis {
    /// For the links from these hosts.
    pub fn on(stage: Rc<Stage>, dice: Dice, hosts: Vec<String>) -> Self {
        let next = Duration::from_secs(3);
        let (links, troubles) = (Vec::new(), Troubles::default());
        let (starts, reinstates, power_goes) = (None, None, None);
        Self { stage, dice, hosts, next, starts, links, reinstates, power_goes, failed_syncs: 0, troubles }
    }

    /// What is due now.
    pub fn acts(&mut self, sim: &mut Sim<'_>) {
        let now = self.stage.now();
        self.puts_right(sim, now);
        self.looks_after_the_machine(sim, now);
        if now < self.next || self.stage.is_calm.get() {
            return;
        }
        self.next = now.saturating_add(Duration::from_millis(600 + self.dice.roll(3_000)));
        self.goes_wrong(sim, now);
    }

    /// Nothing goes wrong any more, and everything is put right.
    pub fn rests(&mut self, sim: &mut Sim<'_>) {
        disk::with(|disk| disk.faults = Faults::default());
        self.power_goes = None;
        for host in &self.hosts {
            sim.release(host.as_str(), SERVER);
            sim.repair(host.as_str(), SERVER);
        }
        let now = self.stage.now();
        let well = std::mem::take(&mut self.links).into_iter().map(|(_, host, _)| (host, now));
        self.stage.ledger.borrow_mut().disturbed.extend(well);
        self.reinstates = self.reinstates.map(|_| Duration::ZERO);
        self.starts = self.starts.map(|_| Duration::ZERO);
    }

    fn goes_wrong(&mut self, sim: &mut Sim<'_>, now: Duration) {
        let soon = self.dice.roll(40);
        let kind = self.dice.roll(100);
        let is_up = self.stage.machine.is_up.get();
        match kind {
            0..14 if is_up => self.ends(sim, now, None),
            14..28 if is_up => {
                let tear = self.some_tear();
                self.ends(sim, now, Some(tear));
            }
            // After a sync that failed, and until the next start, a cut while the log is moved is known to be fatal.
            28..40 if self.is_sound() => self.arms(&format!("dies in {soon}"), |faults| faults.die_in = Some(soon + 1)),
            40..48 => self.arms("a sync is to fail", |faults| faults.sync_fails_in = Some(soon % 4)),
            48..54 => self.arms("the disk is full", |faults| faults.full_for = soon * 2 + 4),
            54..57 => self.arms("a read is to fail", |faults| faults.read_fails_in = Some(soon)),
            57..75 => self.cuts_a_link(sim, now),
            75..87 => self.sets_the_clock(),
            87..94 if self.reinstates.is_none() => self.suspends(now),
            _ if is_up => {
                self.troubles.stops += 1;
                self.stage.tell("somebody stops the server");
                self.stage.machine.asks_to_stop();
            }
            _ => (),
        }
    }

    /// One thing at a time: a machine that dies just after a sync failed may be past saving, which is known.
    fn arms(&self, what: &str, arm: impl FnOnce(&mut Faults)) {
        disk::with(|disk| {
            disk.faults = Faults::default();
            arm(&mut disk.faults);
        });
        self.stage.tell(what);
    }

    fn is_sound(&self) -> bool {
        let machine = &self.stage.machine;
        machine.is_up.get() && disk::with(|disk| disk.counts.syncs_failed) == machine.failed_before.get()
    }

    fn some_tear(&mut self) -> Tear {
        Tear::ALL[self.dice.place(Tear::ALL.len())]
    }

    /// Ends the process, and of a power cut the machine; it is started again a while later.
    pub fn ends(&mut self, sim: &mut Sim<'_>, now: Duration, power_cut: Option<Tear>) {
        disk::with(Disk::halt);
        sim.crash(SERVER);
        self.stage.machine.is_up.set(false);
        match power_cut {
            Some(tear) => disk::with(|disk| disk.power_cut(tear)),
            None => disk::with(Disk::process_death),
        }
        self.starts = Some(now.saturating_add(Duration::from_millis(100 + self.dice.roll(1_500))));
        self.stage.tell(&format!("the server ends, and the power: {power_cut:?}"));
    }

    /// A machine that died is brought back; one on which a sync failed may lose its power a while later.
    fn looks_after_the_machine(&mut self, sim: &mut Sim<'_>, now: Duration) {
        if disk::with(|disk| disk.is_dead()) {
            let power = if self.dice.percent(60) && !self.has_failed() { Some(self.some_tear()) } else { None };
            self.ends(sim, now, power);
        }
        let failed = disk::with(|disk| disk.counts.syncs_failed);
        if failed != self.failed_syncs {
            self.failed_syncs = failed;
            let is_up = self.stage.machine.is_up.get();
            if is_up && self.dice.percent(60) {
                // It stops at once, is started again on what only looks as if it had been written, and goes on.
                self.ends(sim, now, None);
            }
            let later = now.saturating_add(Duration::from_millis(1_800 + self.dice.roll(3_000)));
            self.power_goes = self.dice.percent(70).then_some(later);
        }
        if self.power_goes.is_some_and(|at| now >= at) && self.is_sound() {
            self.power_goes = None;
            let tear = self.some_tear();
            self.ends(sim, now, Some(tear));
        }
        let is_stopped = self.starts.is_none() && !sim.is_host_running(SERVER);
        if is_stopped {
            self.starts = Some(now.saturating_add(Duration::from_millis(300)));
        }
        if self.starts.is_some_and(|at| now >= at) {
            self.starts = None;
            self.stage.tell("the server is started");
            if !self.has_failed() && !self.stage.is_calm.get() && self.dice.percent(30) {
                let soon = 1 + self.dice.roll(12);
                self.arms(&format!("it dies again in {soon}"), |faults| faults.die_in = Some(soon));
            }
            sim.bounce(SERVER);
        }
    }

    /// Whether a sync failed since the server was started.
    fn has_failed(&self) -> bool {
        disk::with(|disk| disk.counts.syncs_failed) != self.stage.machine.failed_before.get()
    }

    fn cuts_a_link(&mut self, sim: &mut Sim<'_>, now: Duration) {
        let host = self.hosts[self.dice.place(self.hosts.len())].clone();
        if self.links.iter().any(|(_, cut, _)| *cut == host) {
            return;
        }
        let is_held = self.dice.percent(50);
        self.troubles.links += 1;
        self.stage.ledger.borrow_mut().disturbed.insert(host.clone(), Duration::MAX);
        if is_held {
            sim.hold(host.as_str(), SERVER);
        } else {
            sim.partition(host.as_str(), SERVER);
        }
        self.stage.tell(&format!("the link of {host} is {}", if is_held { "held up" } else { "cut" }));
        self.links.push((now.saturating_add(Duration::from_millis(300 + self.dice.roll(6_000))), host, is_held));
    }

    fn sets_the_clock(&mut self) {
        let hours = if self.dice.percent(50) { 24 } else { -24 };
        self.troubles.jumps += 1;
        self.stage.machine.clock.jumps(TimeDelta::hours(hours));
        self.stage.tell(&format!("the clock is set by {hours} hours"));
    }

    fn suspends(&mut self, now: Duration) {
        self.troubles.suspensions += 1;
        let machine = &self.stage.machine;
        machine.registry.send_replace(Arc::new(machine.cast.registry(Some(CQC))));
        self.stage.ledger.borrow_mut().suspended.push((now, None));
        self.stage.tell("the regulator's systems are suspended");
        self.reinstates = Some(now.saturating_add(Duration::from_millis(1_500 + self.dice.roll(4_000))));
    }

    fn puts_right(&mut self, sim: &mut Sim<'_>, now: Duration) {
        let (due, later): (Vec<_>, Vec<_>) =
            std::mem::take(&mut self.links).into_iter().partition(|(at, ..)| now >= *at);
        self.links = later;
        for (_, host, is_held) in due {
            if is_held {
                sim.release(host.as_str(), SERVER);
            } else {
                sim.repair(host.as_str(), SERVER);
            }
            self.stage.tell(&format!("the link of {host} is well again"));
            self.stage.ledger.borrow_mut().disturbed.insert(host, now);
        }
        if self.reinstates.is_some_and(|at| now >= at) {
            self.reinstates = None;
            let machine = &self.stage.machine;
            if let Some((_, until)) = self.stage.ledger.borrow_mut().suspended.last_mut() {
                *until = Some(now);
            }
            machine.registry.send_replace(Arc::new(machine.cast.registry(None)));
            self.stage.tell("the regulator's systems may call again");
        }
    }
}
