//! Waiting for those who wrote a moment ago, where the disk is slow.
//!
//! Who waits for a commit writes again right after it, and by then the next commit has begun with whoever was there: two
//! groups take turns, and everybody waits for two syncs. Where a sync takes milliseconds it is worth waiting a part of
//! one for all of them. Nobody is waited for who did not just write, so one writer alone never waits.

use std::time::Duration;

/// What a commit has to take, beyond what its appends cost, to be called slow.
const SLOW: Duration = Duration::from_millis(1);
/// What an append costs a commit besides the sync, at most.
const EACH: Duration = Duration::from_micros(30);
/// No longer than this is waited.
const MOST: Duration = Duration::from_millis(1);

/// How long the next group waits for those of the last.
#[derive(Debug, Default)]
pub(crate) struct Linger {
    took: Duration,
    callers: usize,
}

impl Linger {
    /// A group was committed: how many were in it, how many had come meanwhile, and how long the commit took.
    pub(crate) fn after(&mut self, group: usize, came: usize, took: Duration) {
        let appends = EACH.saturating_mul(u32::try_from(group).unwrap_or(u32::MAX));
        self.took = took.saturating_sub(appends);
        self.callers = group.saturating_add(came);
    }

    /// How many are waited for, and how long; nobody where the disk is fast, or where all are there.
    pub(crate) fn patience(&self, here: usize, room: usize) -> Option<(usize, Duration)> {
        let awaited = self.callers.min(room);
        (self.took >= SLOW && here < awaited).then(|| (awaited, (self.took / 2).min(MOST)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SLOW_SYNC: Duration = Duration::from_millis(3);

    #[test]
    fn one_who_writes_alone_never_waits() {
        let mut linger = Linger::default();
        assert_eq!(linger.patience(1, 256), None);
        linger.after(1, 0, SLOW_SYNC);
        assert_eq!(linger.patience(1, 256), None);
    }

    #[test]
    fn nobody_waits_on_a_fast_disk_however_many_write() {
        let mut linger = Linger::default();
        for group in [1, 16, 64, 256] {
            linger.after(group, group, Duration::from_micros(300 + 20 * u64::try_from(group).unwrap()));
            assert_eq!(linger.patience(1, 256), None, "{group}");
        }
    }

    #[test]
    fn two_groups_that_take_turns_on_a_slow_disk_become_one() {
        let mut linger = Linger::default();
        linger.after(20, 44, SLOW_SYNC);
        let (awaited, long) = linger.patience(44, 256).unwrap();
        assert_eq!(awaited, 64);
        assert!(long <= SLOW_SYNC / 2, "{long:?}");
        linger.after(64, 0, SLOW_SYNC);
        assert_eq!(linger.patience(64, 256), None);
        assert_eq!(linger.patience(1, 32).unwrap().0, 32, "no more than there is room for");
    }
}
