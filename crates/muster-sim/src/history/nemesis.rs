//! What goes wrong, and how the machine comes back from it.

use super::{History, some_tear};
use crate::disk;
use crate::violation::{Invariant, Violation};
use crate::world::Outcome;

impl History<'_> {
    /// Prepares something that is to go wrong soon.
    pub(super) fn arm(&mut self) {
        let (kind, soon) = (self.dice.roll(10), self.dice.roll(40));
        disk::with(|disk| match kind {
            0..5 => disk.faults.die_in = Some(soon.saturating_add(1)),
            5..7 => disk.faults.sync_fails_in = Some(soon % 4),
            7..9 => disk.faults.full_for = soon.saturating_mul(2).saturating_add(4),
            _ => disk.faults.read_fails_in = Some(soon),
        });
    }

    /// Whatever went wrong in a step is brought to its end.
    pub(super) fn afterwards(&mut self) -> Result<(), Violation> {
        let failed = disk::with(|disk| disk.counts.syncs_failed);
        if failed != self.seen.syncs_failed {
            self.seen.syncs_failed = failed;
            self.after_a_failed_sync()?;
        }
        loop {
            if disk::with(|disk| disk.is_dead()) {
                self.comes_back()?;
                continue;
            }
            let Some(unsure) = self.world.witness.unsure.clone() else { return Ok(()) };
            if self.dice.percent(40) {
                // Whoever reads before it is settled may be shown it, and then it has to stay.
                self.watch()?;
                if self.dice.percent(30) {
                    self.halt();
                    continue;
                }
            }
            if self.world.witness.unsure.is_some() && self.dice.percent(50) {
                // The same request again, by somebody who got no answer.
                self.world.commit(unsure)?;
            }
            if self.world.witness.unsure.is_some() {
                self.world.settle()?;
            }
        }
    }

    /// The program stops at once, is started again on what only looks as if it had been written, and goes on, or it
    /// stays; and then the power goes.
    fn after_a_failed_sync(&mut self) -> Result<(), Violation> {
        if disk::with(|disk| disk.is_dead()) || self.dice.percent(40) {
            return Ok(());
        }
        if self.dice.percent(70) {
            self.world.crash(None);
            self.world.start()?;
        }
        for _ in 0..self.dice.roll(3) {
            if self.world.witness.unsure.is_none() && !disk::with(|disk| disk.is_dead()) {
                self.write()?;
            }
        }
        if self.dice.percent(80) {
            self.halt();
            let tear = some_tear(&mut self.dice);
            self.world.crash(Some(tear));
            self.world.start()?;
        }
        Ok(())
    }

    /// The program is stopped and started again, and before anybody has read its second commit is not synced, nor is the
    /// log when the connection is given up.
    ///
    /// Nobody else has the log open then, and it is not done away with: opening it again within the same process finds
    /// what was written.
    pub(super) fn starts_unread(&mut self) -> Result<(), Violation> {
        self.world.stop();
        if disk::with(|disk| disk.is_dead()) {
            return Ok(());
        }
        if self.world.open().is_err() {
            return self.world.start();
        }
        self.write()?;
        if disk::with(|disk| disk.is_dead()) {
            return Ok(());
        }
        let (soon, again) = (self.dice.roll(2), 1 + self.dice.roll(2));
        disk::with(|disk| {
            disk.faults.sync_fails_in = Some(soon);
            disk.faults.sync_fails_again = again;
        });
        let group = self.group();
        let before = self.troubles();
        let outcome = self.world.commit(group)?;
        self.expect(outcome, Outcome::Acknowledged, before, Invariant::Linearizable)
    }

    /// Starts again after a crash, which may be cut short by another.
    fn comes_back(&mut self) -> Result<(), Violation> {
        let power = self.dice.percent(60).then(|| some_tear(&mut self.dice));
        self.world.crash(power);
        if self.dice.percent(35) {
            let soon = self.dice.roll(12).saturating_add(1);
            disk::with(|disk| disk.faults.die_in = Some(soon));
        }
        self.world.start()
    }
}
