//! What can go wrong, in words for whoever runs the server.

use std::path::PathBuf;

use muster_record::entry::{Broken, Hash};
use muster_record::ids::{AgencyId, IncidentId, RequestId, Seq};
use thiserror::Error;

use crate::server::ServerError;

/// Why a store was not opened. A file that was there before is as it was.
#[derive(Debug, Error)]
pub enum OpenError {
    /// The file is not what was written.
    #[error(
        "{}: damaged: {problem}; nothing was changed: keep a copy of it with its -wal and .lock, restore the last backup",
        path.display()
    )]
    Damaged {
        /// The file.
        path: PathBuf,
        /// What was met.
        problem: String,
    },
    /// The file is an SQLite database of some other program.
    #[error("{}: an SQLite file, but not a store of Muster; nothing was changed: give another path", path.display())]
    NotAStore {
        /// The file.
        path: PathBuf,
    },
    /// A later Muster wrote it.
    #[error(
        "{}: written with schema version {found}, and this program knows up to {known}; nothing was changed: \
         run the program that wrote it, or a later one",
        path.display()
    )]
    NewerSchema {
        /// The file.
        path: PathBuf,
        /// Its version.
        found: u32,
        /// The latest known here.
        known: u32,
    },
    /// Another process has it.
    #[error("{}: in use by another process: stop that one first, or give another path", path.display())]
    InUse {
        /// The file.
        path: PathBuf,
    },
    /// What the log holds could not all be moved into the file, so nothing may be acknowledged yet.
    #[error("{}: another program is reading it and kept its log from being emptied: end that program", path.display())]
    Unsettled {
        /// The file.
        path: PathBuf,
    },
    /// The disk does not bear what a store needs.
    #[error("{}: no write-ahead log can be kept there: use a local disk, not a network share", path.display())]
    NoLog {
        /// The file.
        path: PathBuf,
    },
    /// This SQLite can corrupt a file that is written and checkpointed at once.
    #[error("built with SQLite {found}, which has the WAL-reset bug: build with the bundled one (3.51.3 or later)")]
    TooOldSqlite {
        /// Its version.
        found: &'static str,
    },
    /// The operating system refused.
    #[error("{}: {doing} failed: check that the folder exists, may be written and has space", path.display())]
    Io {
        /// The file.
        path: PathBuf,
        /// What was being done.
        doing: &'static str,
        /// What it said.
        source: std::io::Error,
    },
    /// SQLite refused.
    #[error("{}: {doing} failed: check that the folder exists, may be written and has space", path.display())]
    Sqlite {
        /// The file.
        path: PathBuf,
        /// What was being done.
        doing: &'static str,
        /// What it said.
        source: rusqlite::Error,
    },
    /// The database server, or the way to it.
    #[error("the store on the database server could not be opened")]
    Server(#[source] ServerError),
}

/// Why a group was not acknowledged. Folds made on the way to it are to be dropped.
#[derive(Debug, Error)]
pub enum CommitError {
    /// Nothing was written: a record does not end where the first new entry begins.
    #[error("incident {incident}: entry {first} does not follow what is stored, which ends at {stored}")]
    Stale {
        /// The incident.
        incident: IncidentId,
        /// The first entry that was to be appended.
        first: Seq,
        /// Where the record ends; 0 when there is none.
        stored: Seq,
    },
    /// Nothing was written: a change set is at odds with itself.
    #[error("incident {incident}: {problem}")]
    Incoherent {
        /// The incident.
        incident: IncidentId,
        /// In which way.
        problem: String,
    },
    /// Nothing was written: the agency has used that request id before.
    #[error("{agency} has used request id {} before", id.as_str())]
    Repeated {
        /// Who asked.
        agency: AgencyId,
        /// The id.
        id: RequestId,
    },
    /// Nothing was written: another server has taken over the lease of the incident.
    #[error("incident {incident}: another server evaluates it by now")]
    Fenced {
        /// The incident.
        incident: IncidentId,
    },
    /// Nothing was written: after an earlier error the store could not be opened again.
    #[error("the store could not be opened again after an error")]
    Unavailable(#[source] OpenError),
    /// Whether the group was written is not known until the next commit has opened the store again.
    #[error("writing failed and its outcome is not known")]
    Unknown(#[from] rusqlite::Error),
    /// Nothing was written: the database server refused, is away, or ended the transaction.
    #[error("the database server wrote nothing")]
    Server(#[source] ServerError),
    /// The connection was lost while the database server committed: whether the group was written is not known.
    #[error("writing failed and its outcome is not known")]
    Lost(#[source] ServerError),
}

impl CommitError {
    /// Whether the group may have been written all the same.
    pub fn is_unknown(&self) -> bool {
        match self {
            Self::Unknown(_) | Self::Lost(_) => true,
            Self::Stale { .. }
            | Self::Incoherent { .. }
            | Self::Repeated { .. }
            | Self::Fenced { .. }
            | Self::Unavailable(_)
            | Self::Server(_) => false,
        }
    }
}

/// Why something was not read.
#[derive(Debug, Error)]
pub enum ReadError {
    /// What stands there cannot have been written so.
    #[error("the store is damaged: run `muster verify`, restore the last backup")]
    Damaged(#[source] rusqlite::Error),
    /// SQLite refused.
    #[error("reading the store failed")]
    Failed(#[source] rusqlite::Error),
    /// The database server, or the way to it.
    #[error("reading the store on the database server failed")]
    Server(#[source] ServerError),
}

impl ReadError {
    /// Whether what stands there cannot have been written so: trying again is of no use.
    pub fn is_damage(&self) -> bool {
        match self {
            Self::Damaged(_) | Self::Server(ServerError::Damaged { .. }) => true,
            Self::Failed(_) | Self::Server(_) => false,
        }
    }
}

impl From<rusqlite::Error> for ReadError {
    fn from(err: rusqlite::Error) -> Self {
        if is_damage(&err) { Self::Damaged(err) } else { Self::Failed(err) }
    }
}

/// Whether an error says that the file is at fault, not its surroundings.
pub(crate) fn is_damage(err: &rusqlite::Error) -> bool {
    let is_unreadable_value = matches!(
        err,
        rusqlite::Error::FromSqlConversionFailure(..)
            | rusqlite::Error::IntegralValueOutOfRange(..)
            | rusqlite::Error::InvalidColumnType(..)
            | rusqlite::Error::Utf8Error(..)
    );
    let is_unreadable_file = matches!(
        err.sqlite_error_code(),
        Some(rusqlite::ErrorCode::DatabaseCorrupt | rusqlite::ErrorCode::NotADatabase)
    );
    is_unreadable_value || is_unreadable_file
}

/// What the walk along a record found first.
#[derive(Debug, Error)]
pub enum VerifyError {
    /// No such record.
    #[error("there is no incident {incident}")]
    NoRecord {
        /// The incident.
        incident: IncidentId,
    },
    /// An entry is not what was written.
    #[error("incident {incident}: the record is broken")]
    Broken {
        /// The incident.
        incident: IncidentId,
        /// Where and how.
        #[source]
        broken: Broken,
    },
    /// The entries are in order, but the head is not the last of them.
    #[error(
        "incident {incident}: the record ends at entry {seq} with {hash}, its head says entry {head_seq} with {head_hash}"
    )]
    Head {
        /// The incident.
        incident: IncidentId,
        /// The last entry.
        seq: Seq,
        /// Its hash.
        hash: Hash,
        /// What the head says is the last entry.
        head_seq: Seq,
        /// What the head says is its hash.
        head_hash: Hash,
    },
    /// Something beside the chain: the order of change sets, a request, the file itself.
    #[error("{problem}")]
    Around {
        /// What, and where.
        problem: String,
    },
    /// The store cannot be read that far.
    #[error("the store cannot be read")]
    Store {
        /// What was met.
        source: ReadError,
    },
    /// An entry cannot be read at all.
    #[error("incident {incident}: nothing could be read behind entry {after}")]
    Unreadable {
        /// The incident.
        incident: IncidentId,
        /// The last entry that is in order.
        after: Seq,
        /// What was met.
        source: ReadError,
    },
}

/// What the walk along the audit found first.
#[derive(Debug, Error)]
pub enum VerifyAuditError {
    /// A row is not what was written.
    #[error("the audit is broken: row {number} is not what was written, or does not follow from the one before")]
    Broken {
        /// The row.
        number: u64,
    },
    /// A row is missing.
    #[error("the audit is broken: row {found} stands where row {expected} should")]
    Sequence {
        /// The place that was due.
        expected: u64,
        /// The place that was found.
        found: u64,
    },
    /// A row cannot be read at all.
    #[error("the audit is broken: nothing could be read behind row {after}")]
    Unreadable {
        /// The last row that is in order.
        after: u64,
        /// What was met.
        source: ReadError,
    },
}
