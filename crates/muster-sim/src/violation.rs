//! What a history must never show, by the names that the plan of tests gives them.

use std::fmt;

/// A promise.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Invariant {
    /// What was acknowledged is there, the same bytes, whatever happened since.
    Durable,
    /// Numbers have no gaps, times never go back.
    Gapless,
    /// One request, one change set.
    AtMostOnce,
    /// Reads and writes look as if they had happened one after the other, each while it lasted.
    Linearizable,
    /// A watcher gets everything in order, once, over all its resumptions, and nothing that is lost later.
    Watch,
    /// Nobody is sent what they may not see.
    NeedToKnow,
    /// The chain, the roots and the requests come out as they were written.
    Chain,
    /// Nothing is served without its row in the audit, and the row is with what it is about.
    Audited,
    /// A start acknowledges nothing before all that can be read is on the disk, and repairs nothing silently.
    Recovered,
    /// The log stays within its bound.
    Bounded,
    /// What falls due is told once.
    Due,
    /// When nothing goes wrong any more, everybody finishes.
    Live,
}

impl Invariant {
    /// Its number in `docs/reliability.md`.
    pub fn number(self) -> &'static str {
        match self {
            Self::Durable => "I1 durability",
            Self::Gapless => "I2 gapless",
            Self::AtMostOnce => "I3 at most once",
            Self::Linearizable => "I4 linearizable",
            Self::Watch => "I5 watch",
            Self::NeedToKnow => "I6 need to know",
            Self::Chain => "I7 tamper evidence",
            Self::Audited => "I10 audit",
            Self::Recovered => "I14 recovery",
            Self::Bounded => "I15 bounds",
            Self::Due => "I16 deadlines",
            Self::Live => "I17 liveness",
        }
    }

    /// Of this, because of that.
    pub fn broken(self, told: impl Into<String>) -> Violation {
        Violation { invariant: self, told: told.into() }
    }

    /// Of this, unless it holds.
    ///
    /// # Errors
    /// The violation.
    pub fn holds(self, holds: bool, told: impl FnOnce() -> String) -> Result<(), Violation> {
        if holds { Ok(()) } else { Err(self.broken(told())) }
    }
}

/// A promise that was broken, and how.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Violation {
    /// Which.
    pub invariant: Invariant,
    /// What was seen.
    pub told: String,
}

impl fmt::Display for Violation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.invariant.number(), self.told)
    }
}
