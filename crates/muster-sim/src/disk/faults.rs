//! What is to go wrong, and when; and how often it did.

use super::{Disk, File, Trouble};

/// What is to go wrong.
#[derive(Debug, Clone, Default)]
pub struct Faults {
    /// After this many more operations that change something, nothing is done any more.
    pub die_in: Option<u64>,
    /// After so many more syncs, one fails.
    pub sync_fails_in: Option<u64>,
    /// After that one, so many more fail.
    pub sync_fails_again: u64,
    /// For so many more operations that change something, no file grows.
    pub full_for: u64,
    /// After so many more reads, one fails.
    pub read_fails_in: Option<u64>,
}

/// What was done, and what went wrong.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Counts {
    /// Operations that change something.
    pub changes: u64,
    /// Reads.
    pub reads: u64,
    /// Syncs that failed.
    pub syncs_failed: u64,
    /// Writes refused for want of space.
    pub full: u64,
    /// Reads that failed.
    pub reads_failed: u64,
    /// Power cuts.
    pub power_cuts: u64,
    /// Deaths of the process.
    pub deaths: u64,
    /// Sectors that were lost in power cuts.
    pub lost_sectors: u64,
}

impl Disk {
    /// Counts an operation that changes something.
    pub(super) fn changes(&mut self) -> Result<(), Trouble> {
        self.counts.changes = self.counts.changes.saturating_add(1);
        self.faults.full_for = self.faults.full_for.saturating_sub(1);
        Ok(())
    }

    /// After it: was it the last?
    pub(super) fn done(&mut self) -> Result<(), Trouble> {
        let Some(left) = self.faults.die_in else { return Ok(()) };
        self.faults.die_in = left.checked_sub(1).filter(|left| *left > 0);
        if self.faults.die_in.is_some() {
            return Ok(());
        }
        self.dead = true;
        Err(Trouble::Dead)
    }

    pub(super) fn reads(&mut self) -> Result<(), Trouble> {
        self.counts.reads = self.counts.reads.saturating_add(1);
        if due(&mut self.faults.read_fails_in) {
            self.counts.reads_failed = self.counts.reads_failed.saturating_add(1);
            return Err(Trouble::Failed);
        }
        Ok(())
    }

    pub(super) fn is_full(&self) -> bool {
        self.faults.full_for > 0
    }

    pub(super) fn sync_fails(&mut self) -> bool {
        if due(&mut self.faults.sync_fails_in) {
            return true;
        }
        let again = self.faults.sync_fails_in.is_none().then(|| self.faults.sync_fails_again.checked_sub(1)).flatten();
        self.faults.sync_fails_again = again.unwrap_or(self.faults.sync_fails_again);
        again.is_some()
    }

    /// As Linux does when an fsync fails: what was written stays to be read, is taken for clean, and is never written
    /// again; some of it may have got to the disk.
    pub(super) fn lose(&mut self, name: &str) {
        self.counts.syncs_failed = self.counts.syncs_failed.saturating_add(1);
        self.last_failed_sync = Some((name.to_owned(), self.counts.changes));
        let Some(mut file) = self.files.remove(name) else { return };
        let durable = self.torn(&file, super::Tear::Half);
        let File { current, .. } = file;
        file = File { durable, current, pending: Vec::new() };
        self.files.insert(name.to_owned(), file);
    }
}

/// Counts down, and says when it is time.
fn due(left: &mut Option<u64>) -> bool {
    let Some(now) = *left else { return false };
    *left = now.checked_sub(1);
    left.is_none()
}
