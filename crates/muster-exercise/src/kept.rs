//! What is kept of an exercise beside its store: its script, who plays, how far it has come, and what became of each step.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::str::FromStr;

use muster_record::ids::{AgencyId, IncidentId, hex};
use muster_record::time::Instant;
use serde::{Deserialize, Serialize};
use thiserror::Error;

/// An exercise: 16 lower-case hexadecimal digits.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct ExerciseId(String);

/// What is no id of an exercise.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("{given:?} is not the id of an exercise: it is 16 lower-case hexadecimal digits")]
pub struct BadExerciseId {
    given: String,
}

impl ExerciseId {
    /// A fresh id, of these random bytes.
    pub fn fresh(random: [u8; 16]) -> Self {
        Self(hex(&random).chars().take(16).collect())
    }

    /// The id as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for ExerciseId {
    type Err = BadExerciseId;

    fn from_str(text: &str) -> Result<Self, BadExerciseId> {
        let is_digit = |byte: u8| byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte);
        if text.len() == 16 && text.bytes().all(is_digit) {
            return Ok(Self(text.to_owned()));
        }
        Err(BadExerciseId { given: text.chars().take(80).collect() })
    }
}

impl fmt::Display for ExerciseId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

muster_record::words! {
    /// Whether an exercise goes on.
    State {
        /// Its clock moves.
        Running = "running",
        /// Its clock stands, and nobody writes.
        Paused = "paused",
        /// It is over: it can be read, and nobody writes.
        Ended = "ended",
    }
}

/// How fast the clock of an exercise moves.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Pace {
    /// So many times as fast as time passes, from 1 to [`Pace::FASTEST`].
    Times(u32),
    /// From step to step without waiting; at somebody's turn it waits until they have taken it.
    AsFastAsItGoes,
}

impl Pace {
    /// The most that a clock is driven at.
    pub const FASTEST: u32 = 1_000;

    /// The pace of that many times; 0 for as fast as it goes.
    pub fn of(times: u32) -> Option<Self> {
        match times {
            0 => Some(Self::AsFastAsItGoes),
            1..=Self::FASTEST => Some(Self::Times(times)),
            _ => None,
        }
    }

    /// How many times; 0 for as fast as it goes.
    pub fn times(self) -> u32 {
        match self {
            Self::Times(times) => times,
            Self::AsFastAsItGoes => 0,
        }
    }
}

impl fmt::Display for Pace {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Times(times) => write!(f, "{times} times"),
            Self::AsFastAsItGoes => f.write_str("as fast as it goes"),
        }
    }
}

/// All that is kept of an exercise beside its records.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Kept {
    /// The exercise.
    pub id: ExerciseId,
    /// What people call it.
    pub title: String,
    /// The script it is played from.
    pub source: String,
    /// The agency that directs it.
    pub started_by: AgencyId,
    /// What that agency named its request to start it.
    pub request: String,
    /// When, by the server's clock.
    pub started_at: Instant,
    /// The agencies that people play.
    pub players: BTreeSet<AgencyId>,
    /// How fast it goes.
    pub pace: Pace,
    /// Whether it goes on.
    pub state: State,
    /// Where its clock stands.
    pub moment: Instant,
    /// What was put into the script since.
    pub added: Vec<Added>,
    /// What became of each step that it has come to, by number.
    pub steps: BTreeMap<usize, Became>,
    /// The incidents that the script opened, in order.
    pub incidents: Vec<Opened>,
    /// The exercise that it is a fork of.
    pub forked_from: Option<Forked>,
}

/// Lines that whoever directs an exercise put into it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Added {
    /// The line of the script above which they are read.
    pub above: usize,
    /// The lines.
    pub text: String,
    /// The moment of the exercise at which they were put in.
    pub at: Instant,
}

/// An incident that the script opened.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Opened {
    /// What the script calls it; empty for one without a name.
    pub name: String,
    /// The incident.
    pub id: IncidentId,
    /// The agency that opened it.
    pub opener: AgencyId,
}

/// Where a fork began.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Forked {
    /// The other exercise.
    pub from: ExerciseId,
    /// The moment up to which they have the same records.
    pub at: Instant,
}

/// What became of a step.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "became", rename_all = "kebab-case")]
pub enum Became {
    /// It was done; a refusal that the script expects is one of these.
    Done {
        /// When.
        at: Instant,
    },
    /// It cannot be done yet, because something that people do has not happened: it is tried again whenever somebody wrote.
    Held {
        /// Since when.
        since: Instant,
        /// Why.
        why: String,
    },
    /// It could not be done.
    Failed {
        /// When it was given up.
        at: Instant,
        /// Why.
        why: String,
    },
    /// What the script expects was so.
    AsExpected {
        /// When.
        at: Instant,
    },
    /// What the script expects was not so.
    NotAsExpected {
        /// When.
        at: Instant,
        /// What was so.
        why: String,
    },
    /// It is the turn of an agency that people play.
    Turn {
        /// Since when.
        asked: Instant,
        /// The last entry of the incident by then.
        after: u64,
        /// What they did, of the same kind.
        did: Option<Did>,
    },
    /// It is passed over: a mistake that the script makes on purpose, and people play the agency that makes it.
    LeftOut {
        /// When.
        at: Instant,
    },
}

/// What people did when it was their turn.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Did {
    /// The entry.
    pub seq: u64,
    /// When.
    pub at: Instant,
}

impl Became {
    /// What had become of the step by a moment; nothing where it had not come to it.
    pub(crate) fn by(&self, moment: Instant) -> Option<Self> {
        let at = match self {
            Self::Done { at }
            | Self::Failed { at, .. }
            | Self::AsExpected { at }
            | Self::NotAsExpected { at, .. }
            | Self::LeftOut { at }
            | Self::Held { since: at, .. }
            | Self::Turn { asked: at, .. } => at,
        };
        if *at > moment {
            return None;
        }
        Some(match self {
            Self::Turn { asked, after, did: Some(did) } if did.at > moment => {
                Self::Turn { asked: *asked, after: *after, did: None }
            }
            Self::Turn { .. }
            | Self::Done { .. }
            | Self::Failed { .. }
            | Self::AsExpected { .. }
            | Self::NotAsExpected { .. }
            | Self::LeftOut { .. }
            | Self::Held { .. } => self.clone(),
        })
    }
}

impl Kept {
    /// The incident of that name.
    pub fn incident(&self, name: &str) -> Option<&Opened> {
        self.incidents.iter().find(|opened| opened.name == name)
    }

    /// How many turns nobody has taken yet.
    pub fn turns_open(&self) -> usize {
        self.steps.values().filter(|became| matches!(became, Became::Turn { did: None, .. })).count()
    }
}
