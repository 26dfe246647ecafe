//! Time and chance as the server is handed them: they follow from the seed and from how far the simulation is.

use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use chrono::{DateTime, TimeDelta};
use muster_coordinator::Surroundings;
use muster_record::time::Instant;
use muster_sim::dice::Dice;

/// The machine's clock, which somebody may set, and beside it the time that passes.
#[derive(Debug)]
pub struct Clock {
    passed: AtomicU64,
    ahead: AtomicI64,
    dice: Mutex<Dice>,
}

impl Clock {
    /// A clock that begins where every history begins.
    pub fn new(seed: u64) -> Self {
        Self { passed: AtomicU64::new(0), ahead: AtomicI64::new(0), dice: Mutex::new(Dice::new(seed)) }
    }

    /// So much of the simulation has passed.
    pub fn is_at(&self, passed: Duration) {
        self.passed.store(u64::try_from(passed.as_millis()).unwrap_or(u64::MAX), Ordering::Relaxed);
    }

    /// Somebody sets the clock, forward or back.
    pub fn jumps(&self, by: TimeDelta) {
        self.ahead.fetch_add(by.num_milliseconds(), Ordering::Relaxed);
    }

    /// Nine o'clock on the day on which every history begins.
    pub fn nine() -> Instant {
        DateTime::from_timestamp_millis(1_709_542_800_000).expect("a day that there was")
    }
}

impl Surroundings for Clock {
    fn now(&self) -> Instant {
        let passed = i64::try_from(self.passed.load(Ordering::Relaxed)).unwrap_or(i64::MAX);
        let from_nine = passed.saturating_add(self.ahead.load(Ordering::Relaxed));
        Self::nine().checked_add_signed(TimeDelta::milliseconds(from_nine)).unwrap_or_else(Self::nine)
    }

    fn passed(&self) -> Duration {
        Duration::from_millis(self.passed.load(Ordering::Relaxed))
    }

    fn random(&self) -> [u8; 16] {
        let mut dice = self.dice.lock().unwrap_or_else(PoisonError::into_inner);
        let (high, low) = (dice.any(), dice.any());
        u128::from(high).wrapping_shl(64).wrapping_add(u128::from(low)).to_be_bytes()
    }
}
