//! Copies of a store that may be in use: made as a reader reads, and opened to be looked at.
//!
//! A copy is one file without a log. It is written by VACUUM and not page by page: what was erased and its pages' slack
//! do not come along.

use std::fs::{File, OpenOptions};
use std::path::{Path, PathBuf};

use muster_record::ids::{AgencyId, IncidentId};
use rusqlite::{Connection, OpenFlags, OptionalExtension as _};
use thiserror::Error;

use crate::error::{OpenError, ReadError, is_damage};
use crate::lock::private;
use crate::open;
use crate::read::Readers;
use crate::row;
use crate::sql;
use crate::write::Revision;

/// A copy of a store, or what is given for one, open to be read. Nothing here writes to it.
#[derive(Debug)]
pub struct Backup {
    /// The store that it is a copy of.
    pub store: [u8; 16],
    /// The last change set in it; 0 when there is none.
    pub last_revision: Revision,
    /// What reads it.
    pub readers: Readers,
}

/// Why there is no copy. What was begun of it may be deleted.
#[derive(Debug, Error)]
pub enum BackupError {
    /// There is nothing to copy.
    #[error("there is no store {}", path.display())]
    NoStore {
        /// Where it was looked for.
        path: PathBuf,
    },
    /// The store, or the copy, cannot be opened as one.
    #[error(transparent)]
    Open(#[from] OpenError),
    /// An earlier Muster wrote the store, and nobody has brought its tables up to date yet.
    #[error(
        "{}: its schema is version {found}, and this program's is {known}: copy it with the program that serves it, or \
         start this one on it first",
        path.display()
    )]
    OlderSchema {
        /// The file.
        path: PathBuf,
        /// Its version.
        found: usize,
        /// The version known here.
        known: usize,
    },
    /// The store cannot be read to its end.
    #[error("{}: it cannot be read to its end: run `muster verify` on it with the server stopped", path.display())]
    Unreadable {
        /// The store.
        path: PathBuf,
        /// What SQLite said.
        source: rusqlite::Error,
    },
    /// The copy cannot be written.
    #[error("{}: the copy cannot be written: check that the folder may be written and has space", path.display())]
    Unwritten {
        /// The copy.
        path: PathBuf,
        /// What SQLite said.
        source: rusqlite::Error,
    },
    /// The copy cannot be made, or synced to the disk.
    #[error("{}: the copy cannot be made or synced to the disk", path.display())]
    Io {
        /// The copy.
        path: PathBuf,
        /// What the operating system said.
        source: std::io::Error,
    },
}

/// Copies all that is committed at this moment into a new file that its owner alone reads, and syncs it.
///
/// It holds up nobody who reads or writes. While it lasts, the log beside the store grows, and what is erased stays in
/// it.
///
/// # Errors
/// Why not. The file may be there then, and is no copy.
pub fn back_up(store: &Path, to: &Path) -> Result<(), BackupError> {
    if !store.exists() {
        return Err(BackupError::NoStore { path: store.to_owned() });
    }
    let io = |source| BackupError::Io { path: to.to_owned(), source };
    // SQLite takes an empty file for one that is still to be made, and leaves its owner and mode.
    let file = private(OpenOptions::new().write(true).create_new(true)).open(to).map_err(io)?;
    let unreadable = |source| BackupError::Unreadable { path: store.to_owned(), source };
    let conn = open::to_read(store).map_err(unreadable)?;
    match open::look(store, &conn)? {
        open::Found::Store { version, .. } if version == sql::STEPS.len() => (),
        open::Found::Store { version: found, .. } => {
            return Err(BackupError::OlderSchema { path: store.to_owned(), found, known: sql::STEPS.len() });
        }
        open::Found::Nothing => return Err(open::damaged(store, "it is empty").into()),
    }
    // The connection was opened to read only; but this setting would also forbid it to write the copy.
    conn.execute_batch(sql::MAY_COPY).map_err(unreadable)?;
    let name = to.to_string_lossy();
    conn.execute(sql::COPY, [name.as_ref()]).map_err(|source| match is_damage(&source) {
        true => BackupError::Unreadable { path: store.to_owned(), source },
        false => BackupError::Unwritten { path: to.to_owned(), source },
    })?;
    file.sync_all().map_err(io)
}

impl Backup {
    /// Opens a copy as [`back_up`] makes it.
    ///
    /// # Errors
    /// Why it cannot be one.
    pub fn open(path: &Path) -> Result<Self, BackupError> {
        if !path.exists() {
            return Err(BackupError::NoStore { path: path.to_owned() });
        }
        let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        let unreadable = |source| BackupError::Unreadable { path: path.to_owned(), source };
        let conn = Connection::open_with_flags(path, flags).map_err(unreadable)?;
        let known = sql::STEPS.len();
        match open::look(path, &conn)? {
            open::Found::Nothing => Err(open::damaged(path, "it is empty").into()),
            open::Found::Store { version, .. } if version != known => {
                Err(BackupError::OlderSchema { path: path.to_owned(), found: version, known })
            }
            open::Found::Store { version: _, id: store, tip } => {
                Ok(Self { store, last_revision: tip.revision, readers: Readers::of(path) })
            }
        }
    }
}

impl Readers {
    /// The record that was written last, and an agency with a seat in it; nothing where no agency has one.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn somebody_seated(&self) -> Result<Option<(IncidentId, AgencyId)>, ReadError> {
        self.read(|conn| {
            let named = |row: &rusqlite::Row<'_>| Ok((row::name(row, 0)?, row::name(row, 1)?));
            conn.prepare_cached(sql::SOMEBODY_SEATED)?.query_row([], named).optional()
        })
    }
}

/// Makes what was done in a folder (a file made, named or moved) outlast a power cut.
///
/// # Errors
/// What the operating system said.
pub fn sync_folder(folder: &Path) -> std::io::Result<()> {
    if cfg!(unix) { File::open(folder)?.sync_all() } else { Ok(()) }
}
