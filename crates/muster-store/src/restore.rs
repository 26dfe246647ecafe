//! A store put back from a backup: where it may be put, and the generation that begins with it.
//!
//! A backup is older than what was acknowledged after it. The store keeps its id, so that kept checkpoints still name
//! it; but a place in the order behind the backup's end means something else from now on.

use std::path::{Path, PathBuf};

use muster_record::ids::hex;
use muster_record::time::Instant;
use rusqlite::{TransactionBehavior, params};
use thiserror::Error;

use crate::error::{CommitError, OpenError, ReadError};
use crate::lock::Lock;
use crate::read::Readers;
use crate::row;
use crate::sql;
use crate::store::Store;
use crate::write::Revision;

/// What began when a backup was put in place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Generation {
    /// Its id: 16 random bytes.
    pub id: [u8; 16],
    /// The last change set that it shares with the one before.
    pub after: Revision,
    /// When it began.
    pub begun_at: Instant,
}

/// A place without a store, which nobody else can make one at while this lasts.
#[derive(Debug)]
pub struct Vacancy {
    path: PathBuf,
    lock: Lock,
}

/// Why no store is put there. All that is there is as it was.
#[derive(Debug, Error)]
pub enum RestoreError {
    /// Something is there.
    #[error("{} is there already: a store is never written over; move it away, with its -wal, or give another path", path.display())]
    Occupied {
        /// What.
        path: PathBuf,
    },
    /// The log of a store that is gone is there.
    #[error(
        "{} is there: it may hold the newest entries of the store that was lost; move it away and keep it, then restore",
        path.display()
    )]
    Leftover {
        /// The log.
        path: PathBuf,
    },
    /// Another store was there.
    #[error(
        "{}: its .lock says that another store was there ({told}), and the backup is of {store}: give another path",
        path.display()
    )]
    OtherStore {
        /// The place.
        path: PathBuf,
        /// What the lock says.
        told: String,
        /// The store that the backup is of.
        store: String,
    },
    /// Another process has the place, or it cannot be used.
    #[error(transparent)]
    Open(#[from] OpenError),
}

impl Vacancy {
    /// Takes a place, for a copy of the store of that id.
    ///
    /// # Errors
    /// [`RestoreError`].
    pub fn take(path: &Path, store: [u8; 16]) -> Result<Self, RestoreError> {
        let beside = |ending: &str| {
            let mut name = path.as_os_str().to_owned();
            name.push(ending);
            PathBuf::from(name)
        };
        let free = || {
            if path.symlink_metadata().is_ok() {
                return Err(RestoreError::Occupied { path: path.to_owned() });
            }
            // SQLite would take the log for that of the file which is put there.
            match ["-wal", "-journal"].map(beside).into_iter().find(|path| path.exists()) {
                Some(path) => Err(RestoreError::Leftover { path }),
                None => Ok(()),
            }
        };
        free()?;
        let lock = Lock::take(path)?;
        free()?;
        let store = hex(&store);
        if lock.knows_a_store() && !lock.told().contains(&store) {
            let (path, told) = (path.to_owned(), lock.told().trim().to_owned());
            return Err(RestoreError::OtherStore { path, told, store });
        }
        Ok(Self { path: path.to_owned(), lock })
    }

    /// Where a store is to be put.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Notes that the store stands there now.
    ///
    /// # Errors
    /// When the note cannot be written; the store is there all the same.
    pub fn taken(mut self, store: [u8; 16]) -> Result<(), OpenError> {
        self.lock.know(store)
    }
}

impl Store {
    /// Begins a generation behind the last change set: for a store that was put back from a backup.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn begin_generation(&mut self, id: [u8; 16], now: Instant) -> Result<Generation, CommitError> {
        let after = self.last_revision();
        self.once(|conn| {
            let tx = conn.transaction_with_behavior(TransactionBehavior::Immediate)?;
            tx.execute(sql::BEGIN_GENERATION, params![id, row::int(after.0), now.timestamp_millis()])?;
            tx.commit()
        })?;
        Ok(Generation { id, after, begun_at: now })
    }
}

impl Readers {
    /// The generations of the store, the oldest first; none where it was never put back from a backup.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn generations(&self) -> Result<Vec<Generation>, ReadError> {
        self.read(|conn| {
            let mut rows = conn.prepare_cached(sql::GENERATIONS)?;
            let read = |row: &rusqlite::Row<'_>| {
                Ok(Generation { id: row.get(0)?, after: row::revision(row, 1)?, begun_at: row::instant(row, 2)? })
            };
            rows.query_map([], read)?.collect()
        })
    }
}
