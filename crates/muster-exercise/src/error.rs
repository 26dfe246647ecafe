//! What can go wrong with an exercise, as whoever directs or plays it needs to know it.

use muster_coordinator::{AppendError, ForkError, QueryError};
use muster_record::ids::AgencyId;
use thiserror::Error;

use crate::kept::{ExerciseId, State};
use crate::script::Problems;

/// Why something was not done with an exercise.
#[derive(Debug, Error)]
pub enum ExerciseError {
    /// There is no such exercise, or it is not the caller's to know of.
    #[error("there is no exercise {given}, or your agency has no part in it")]
    NoSuch {
        /// What was given.
        given: String,
    },
    /// No scenario of that name ships.
    #[error("no scenario {given:?} ships; there are: {known}")]
    NoSuchScenario {
        /// What was given.
        given: String,
        /// Those there are.
        known: String,
    },
    /// The script cannot be read: all that is wrong with it.
    #[error("the script cannot be played:\n{0}")]
    Script(Problems),
    /// The script is too long.
    #[error("the script has {bytes} bytes, and one has {most} at most")]
    ScriptTooLong {
        /// Its length.
        bytes: usize,
        /// The most it may have.
        most: usize,
    },
    /// An agency that is to be played by people has no part in the script, or is not known to this server.
    #[error("{agency} cannot be played by people here: {why}")]
    NoPlayer {
        /// The agency.
        agency: AgencyId,
        /// Why.
        why: &'static str,
    },
    /// As many exercises are there as may be.
    #[error("{0}: end one of them first")]
    TooMany(String),
    /// Only the agency that started it directs it.
    #[error("the agency {0} directs this exercise")]
    NotYours(AgencyId),
    /// It stands so already, or has ended.
    #[error("the exercise {id} is {state}")]
    Is {
        /// The exercise.
        id: ExerciseId,
        /// How it stands.
        state: State,
    },
    /// The moment of a fork lies before the exercise began or is still to come.
    #[error("an exercise is forked at a moment that it has come to, and not at one outside")]
    NotAtThatMoment,
    /// It cannot be copied.
    #[error("the exercise cannot be forked: {0}")]
    Fork(#[from] ForkError),
    /// Its records cannot be read.
    #[error(transparent)]
    Query(#[from] QueryError),
    /// Something could not be written to it.
    #[error(transparent)]
    Append(#[from] AppendError),
    /// What is kept of it cannot be read or written, or its store cannot be opened.
    #[error("{0}")]
    Unkept(String),
}
