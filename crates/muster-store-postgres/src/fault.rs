//! What the database server says is wrong, in the words of the contract.

use muster_store::{CommitError, ReadError, ServerError};
use tokio_postgres::error::SqlState;

/// What went wrong with something that was asked of a connection.
#[derive(Debug)]
pub(crate) enum Fault {
    /// The server, or the driver of its connections, said so.
    Database(tokio_postgres::Error),
    /// It took too long. What became of it is not known.
    Slow,
    /// A value in a row cannot have been written so.
    Unreadable(String),
}

impl From<tokio_postgres::Error> for Fault {
    fn from(error: tokio_postgres::Error) -> Self {
        Self::Database(error)
    }
}

impl Fault {
    /// Whether the connection is of no more use.
    pub(crate) fn is_lost(&self) -> bool {
        match self {
            Self::Database(error) => is_lost(error),
            Self::Slow => true,
            Self::Unreadable(_) => false,
        }
    }

    /// Whether an error says that the connection is of no more use.
    pub(crate) fn loses(error: &tokio_postgres::Error) -> bool {
        is_lost(error)
    }

    /// In the words of the contract, about the server at that place.
    pub(crate) fn told(self, at: &str) -> ServerError {
        match self {
            Self::Slow => ServerError::Slow { at: at.to_owned() },
            Self::Unreadable(problem) => ServerError::Damaged { problem },
            Self::Database(error) => database(error, at),
        }
    }
}

fn database(error: tokio_postgres::Error, at: &str) -> ServerError {
    let at = at.to_owned();
    let code = error.code().cloned();
    let Some(code) = code else {
        return if is_lost(&error) {
            ServerError::Away { at, source: error.into() }
        } else {
            ServerError::Refused { at, source: error.into() }
        };
    };
    if [SqlState::T_R_DEADLOCK_DETECTED, SqlState::T_R_SERIALIZATION_FAILURE, SqlState::LOCK_NOT_AVAILABLE]
        .contains(&code)
    {
        return ServerError::Again { source: error.into() };
    }
    if code == SqlState::QUERY_CANCELED {
        return ServerError::Slow { at };
    }
    if [SqlState::DATA_CORRUPTED, SqlState::INDEX_CORRUPTED].contains(&code) {
        return ServerError::Damaged { problem: error.to_string() };
    }
    if is_lost(&error) {
        ServerError::Away { at, source: error.into() }
    } else {
        ServerError::Refused { at, source: error.into() }
    }
}

/// Whether the connection is gone: it was closed, the server is going down or starting, or it ended an idle transaction.
fn is_lost(error: &tokio_postgres::Error) -> bool {
    match error.code() {
        // Class 57P is an operator's intervention, 08 the connection, 53300 too many of them, and 25P03 our own rest.
        Some(code) => {
            let code = code.code();
            code.starts_with("57P") || code.starts_with("08") || code == "53300" || code == "25P03"
        }
        None => error.is_closed() || has_io_source(error),
    }
}

fn has_io_source(error: &tokio_postgres::Error) -> bool {
    std::error::Error::source(error).is_some_and(|source| source.is::<std::io::Error>())
}

/// A fault of reading.
pub(crate) fn reading(fault: Fault, at: &str) -> ReadError {
    ReadError::Server(fault.told(at))
}

/// A fault before anything was committed.
pub(crate) fn unwritten(fault: Fault, at: &str) -> CommitError {
    CommitError::Server(fault.told(at))
}
