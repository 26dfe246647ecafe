//! What can go wrong between a store and the database server that keeps it.

use std::error::Error as StdError;

use thiserror::Error;

/// What the database server, or the way to it, made of something. SQLite never does.
#[derive(Debug, Error)]
pub enum ServerError {
    /// It cannot be reached, or the connection was lost. The next call connects again.
    #[error("the database server at {at} cannot be reached, or the connection to it was lost")]
    Away {
        /// Where it was looked for.
        at: String,
        /// What was met.
        source: Box<dyn StdError + Send + Sync>,
    },
    /// It took longer than it may.
    #[error(
        "the database server at {at} took longer than it may: look for locks that somebody holds, and for its load"
    )]
    Slow {
        /// Where it is.
        at: String,
    },
    /// Two transactions were in each other's way, and it ended this one.
    #[error("two transactions were in each other's way: try again")]
    Again {
        /// What it said.
        source: Box<dyn StdError + Send + Sync>,
    },
    /// It refused.
    #[error("the database server at {at} refused")]
    Refused {
        /// Where it is.
        at: String,
        /// What it said.
        source: Box<dyn StdError + Send + Sync>,
    },
    /// What stands there cannot have been written so.
    #[error("the store is damaged: {problem}; run `muster verify`, restore the last backup")]
    Damaged {
        /// In which way.
        problem: String,
    },
    /// The store cannot be used as it is set up.
    #[error("the database server at {at}: {problem}")]
    Unfit {
        /// Where it is.
        at: String,
        /// What is to be changed.
        problem: String,
    },
    /// This store cannot do it yet.
    #[error("the store on a database server cannot {what} yet")]
    NotYet {
        /// What was asked for, as a verb.
        what: &'static str,
    },
}

impl ServerError {
    /// Whether the same may go well when it is tried again.
    pub fn may_pass(&self) -> bool {
        match self {
            Self::Away { .. } | Self::Slow { .. } | Self::Again { .. } => true,
            Self::Refused { .. } | Self::Damaged { .. } | Self::Unfit { .. } | Self::NotYet { .. } => false,
        }
    }
}
