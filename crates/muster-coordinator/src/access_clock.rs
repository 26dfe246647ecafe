//! The clock by which access ends: nobody makes a broken glass last longer by setting the machine's clock back.
//!
//! It follows the machine's clock forward, and never runs slower than time passes.

use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use muster_record::time::Instant;

use crate::surroundings::{Surroundings, now};

/// A clock that never goes back nor stands still.
#[derive(Debug)]
pub(crate) struct AccessClock {
    base: Mutex<(Instant, Duration)>,
}

impl AccessClock {
    /// A clock that begins at the time it is.
    pub(crate) fn new(surroundings: &dyn Surroundings) -> Self {
        Self { base: Mutex::new((now(surroundings), surroundings.passed())) }
    }

    /// The time, as far as access goes.
    pub(crate) fn now(&self, surroundings: &dyn Surroundings) -> Instant {
        let (wall, passed) = (now(surroundings), surroundings.passed());
        let mut base = self.base.lock().unwrap_or_else(PoisonError::into_inner);
        let (from, since) = *base;
        let gone = chrono::TimeDelta::from_std(passed.saturating_sub(since)).unwrap_or_default();
        let at_least = from.checked_add_signed(gone).unwrap_or(from);
        *base = (wall.max(at_least), passed);
        base.0
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicI64, Ordering};

    use super::*;

    /// Minutes by the machine's clock, and minutes that passed.
    #[derive(Default)]
    struct Minutes {
        wall: AtomicI64,
        passed: AtomicI64,
    }

    impl Surroundings for Minutes {
        fn now(&self) -> Instant {
            let nine: Instant = "2024-03-04T09:00:00Z".parse().unwrap();
            nine + chrono::TimeDelta::minutes(self.wall.load(Ordering::Relaxed))
        }

        fn random(&self) -> [u8; 16] {
            [0; 16]
        }

        fn passed(&self) -> Duration {
            Duration::from_secs(60 * u64::try_from(self.passed.load(Ordering::Relaxed)).unwrap())
        }
    }

    #[test]
    fn a_clock_set_back_or_stopped_does_not_hold_time_up_and_one_set_forward_moves_it_on() {
        let minutes = Minutes::default();
        let clock = AccessClock::new(&minutes);
        let reads = |wall: i64, passed: i64| {
            minutes.wall.store(wall, Ordering::Relaxed);
            minutes.passed.store(passed, Ordering::Relaxed);
            clock.now(&minutes).format("%H:%M").to_string()
        };
        assert_eq!(reads(10, 10), "09:10");
        assert_eq!(reads(-600, 70), "10:10", "set back ten hours, an hour later");
        assert_eq!(reads(-600, 130), "11:10", "and stopped there");
        assert_eq!(reads(600, 131), "19:00", "set forward");
        assert_eq!(reads(132, 132), "19:01", "and put right: access ends early rather than late");
    }
}
