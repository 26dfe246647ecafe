//! The time and chance a server runs in: the real ones, or a clock that a rehearsal moves.

use std::sync::{Mutex, PoisonError};

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

    fn random(&self) -> [u8; 16] {
        random_bytes()
    }
}

/// A clock that stands until it is moved. Chance stays real.
#[derive(Debug)]
pub struct Moved {
    at: Mutex<Instant>,
}

impl Moved {
    /// A clock that stands at a moment.
    pub fn at(at: Instant) -> Self {
        Self { at: Mutex::new(at) }
    }

    /// Moves the clock. It does not go back.
    pub fn to(&self, later: Instant) {
        let mut at = self.at.lock().unwrap_or_else(PoisonError::into_inner);
        *at = later.max(*at);
    }
}

impl Surroundings for Moved {
    fn now(&self) -> Instant {
        *self.at.lock().unwrap_or_else(PoisonError::into_inner)
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
