//! The time and chance a server runs in: the real ones, or a clock that a rehearsal moves.

use std::sync::{LazyLock, Mutex, PoisonError};
use std::time::Duration;

use muster_coordinator::Surroundings;
use muster_record::time::Instant;

/// The machine's clock and its source of random bytes.
#[derive(Debug, Clone, Copy, Default)]
pub struct System;

impl Surroundings for System {
    #[expect(clippy::disallowed_methods, reason = "somebody has to ask the clock; this is where")]
    fn now(&self) -> Instant {
        chrono::Utc::now()
    }

    fn passed(&self) -> Duration {
        static BEGAN: LazyLock<std::time::Instant> = LazyLock::new(std::time::Instant::now);
        BEGAN.elapsed()
    }

    fn random(&self) -> [u8; 16] {
        random_bytes()
    }
}

/// A clock that stands until it is moved, or let run. Chance stays real.
#[derive(Debug)]
pub struct Moved {
    hand: Mutex<Hand>,
}

#[derive(Debug, Clone, Copy)]
enum Hand {
    /// It stands at a moment.
    Stands(Instant),
    /// It runs as the machine's clock does, this far from it.
    Runs(chrono::TimeDelta),
}

impl Hand {
    fn now(self) -> Instant {
        match self {
            Self::Stands(at) => at,
            Self::Runs(ahead) => System.now().checked_add_signed(ahead).unwrap_or_else(|| System.now()),
        }
    }
}

impl Moved {
    /// A clock that stands at a moment.
    pub fn at(at: Instant) -> Self {
        Self { hand: Mutex::new(Hand::Stands(at)) }
    }

    /// Moves the clock, and lets it stand there. It does not go back.
    pub fn to(&self, later: Instant) {
        let mut hand = self.hand.lock().unwrap_or_else(PoisonError::into_inner);
        *hand = Hand::Stands(later.max(hand.now()));
    }

    /// Lets the clock run on from where it stands.
    pub fn run_on(&self) {
        let mut hand = self.hand.lock().unwrap_or_else(PoisonError::into_inner);
        *hand = Hand::Runs(hand.now().signed_duration_since(System.now()));
    }
}

impl Surroundings for Moved {
    fn now(&self) -> Instant {
        self.hand.lock().unwrap_or_else(PoisonError::into_inner).now()
    }

    /// In a rehearsal time passes as its clock is moved, and not otherwise.
    fn passed(&self) -> Duration {
        Duration::ZERO
    }

    fn random(&self) -> [u8; 16] {
        random_bytes()
    }
}

/// Sixteen bytes from the operating system. Without them nothing may be written, so there is no way on.
pub(crate) fn random_bytes() -> [u8; 16] {
    let mut bytes = [0; 16];
    if let Err(error) = getrandom::fill(&mut bytes) {
        tracing::error!(%error, "the operating system gives no random bytes; stopping");
        std::process::abort();
    }
    bytes
}
