//! The clock of an exercise: it stands until it is moved, and never goes back.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use muster_coordinator::Surroundings;
use muster_record::time::Instant;

/// A clock that stands where the exercise has come to. Chance is that of the server.
pub struct ExerciseClock {
    stands: Mutex<Instant>,
    chance: Arc<dyn Surroundings>,
}

impl ExerciseClock {
    /// A clock that stands at a moment.
    pub fn at(at: Instant, chance: Arc<dyn Surroundings>) -> Self {
        Self { stands: Mutex::new(at), chance }
    }

    /// Moves it on, and lets it stand there.
    pub fn to(&self, later: Instant) {
        let mut stands = self.stands.lock().unwrap_or_else(PoisonError::into_inner);
        *stands = (*stands).max(later);
    }
}

impl Surroundings for ExerciseClock {
    fn now(&self) -> Instant {
        *self.stands.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// In an exercise time passes as its clock is moved, and not otherwise.
    fn passed(&self) -> Duration {
        Duration::ZERO
    }

    fn random(&self) -> [u8; 16] {
        self.chance.random()
    }
}
