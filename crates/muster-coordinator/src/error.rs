//! What can go wrong, as a caller needs to know it.

use std::sync::Arc;

use muster_record::Refusal;
use muster_store::{CommitError, ReadError};
use thiserror::Error;

/// Why an append, or the opening of an incident, did not happen.
#[derive(Debug, Error)]
pub enum AppendError {
    /// The rules said no; nothing was written.
    #[error("refused: {refusal}")]
    Refused {
        /// The one reason.
        refusal: Refusal,
        /// Which command of the append it was, from 0.
        command: usize,
    },
    /// The request id was used before, for something else; nothing was written.
    #[error("this request id was used before for another request")]
    RequestIdReused,
    /// A rehearsal was to be put together with a real incident; nothing was written.
    #[error("a rehearsal and a real incident cannot be put together")]
    ExerciseMismatch,
    /// An exercise was to be opened among what is live; nothing was written.
    #[error(
        "an exercise is not opened among what is live: start one (`muster exercise start`, ExerciseService), which has \
         records of its own, and name it with each call (`--exercise`, the metadata muster-exercise)"
    )]
    NotAnExercise,
    /// The agency that a certificate names is not known here.
    #[error("the caller's agency is not known to this server")]
    UnknownAgency,
    /// The store failed: whether the entries are kept is unknown. Retrying with the same request id settles it.
    #[error("the store did not confirm the commit; retry with the same request id")]
    OutcomeUnknown(#[source] Arc<CommitError>),
    /// The record could not be read; nothing was written.
    #[error("the record could not be read")]
    Query(#[from] QueryError),
    /// The server has no key file for personal data, or the file lacks the key of this person; nothing was written.
    #[error(
        "this server lacks the key file for personal data, or the key of this person in it: nothing is written down or told"
    )]
    NoKeys,
    /// What is kept of a person does not open, or is not the version that the record names.
    #[error("what is kept of this person is not what was sealed; the server's operator has to look")]
    DoesNotOpen,
    /// A record of the store is not as it was written, so that nothing is written any more.
    #[error("a record of this server is not as it was written, and it takes no writes; its operator has to look")]
    Sealed(String),
    /// The server is stopping; nothing was written.
    #[error("the server is stopping")]
    Stopping,
}

impl AppendError {
    /// What the audit says of it: the reason code that the caller is told.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Refused { refusal, command: _ } => refusal.reason(),
            Self::RequestIdReused => "REQUEST_ID_REUSED",
            Self::ExerciseMismatch | Self::NotAnExercise => "EXERCISE_MISMATCH",
            Self::UnknownAgency => "CREDENTIAL_INVALID",
            Self::Query(QueryError::NotPermitted) => "NOT_PERMITTED",
            Self::Query(QueryError::NotHere) => "NOT_IN_THIS_EXERCISE",
            Self::Query(QueryError::NoSuch { .. }) => "RESOURCE_NOT_FOUND",
            Self::OutcomeUnknown(_) | Self::Query(_) => "STORE_UNAVAILABLE",
            Self::NoKeys => "IDENTITY_KEYS_MISSING",
            Self::DoesNotOpen => "RECORD_DAMAGED",
            Self::Sealed(_) => "STORE_SEALED",
            Self::Stopping => "STOPPING",
        }
    }
}

/// Why something could not be read.
#[derive(Debug, Error)]
pub enum QueryError {
    /// The caller has no seat in it, or there is no such incident: the two are not told apart.
    #[error("not permitted")]
    NotPermitted,
    /// The incident is not of this store, and the caller has a seat in it where it is: in an exercise, or live.
    #[error(
        "this incident stands elsewhere: live incidents and each exercise have records of their own that never mix"
    )]
    NotHere,
    /// The record has no such thing.
    #[error("this record has no {what} {given}")]
    NoSuch {
        /// What kind of thing.
        what: &'static str,
        /// The number or name.
        given: String,
    },
    /// The store could not be read.
    #[error("the store could not be read")]
    Store(#[from] ReadError),
    /// What the store holds is not what was written to it.
    #[error("the record is damaged")]
    Broken(#[from] muster_record::entry::Broken),
    /// A record does not begin with an opening.
    #[error("the record is damaged")]
    NotAnOpening(#[from] muster_record::incident::NotAnOpening),
    /// A row of the register cannot have been written so.
    #[error("the register holds {what}, which cannot be read")]
    Register {
        /// The row, or what stands in it.
        what: String,
    },
    /// Text beside the record cannot be read.
    #[error("the store holds text that cannot be read")]
    Unreadable(#[from] serde_json::Error),
}
