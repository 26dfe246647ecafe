//! A look at a store from beside it: nothing is changed, and a server may be serving it.

use std::fs::{OpenOptions, TryLockError};
use std::path::{Path, PathBuf};

use crate::error::OpenError;
use crate::open;
use crate::sql;
use crate::write::Revision;

/// What can be told of a store without taking it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Survey {
    /// The version of its schema.
    pub schema: usize,
    /// The version that this program makes and knows.
    pub known: usize,
    /// The last change set in it; 0 when there is none.
    pub last_revision: Revision,
    /// Whether a process has it: a server, or a command that takes it for itself.
    pub in_use: bool,
    /// Bytes of the file.
    pub bytes: u64,
    /// Bytes of the log beside it, which is moved into the file from time to time.
    pub log_bytes: u64,
}

/// Looks at a store; nothing, where there is none and none was ever made.
///
/// # Errors
/// Why what is there is no store that this program can serve.
pub fn survey(path: &Path) -> Result<Option<Survey>, OpenError> {
    let beside = |end: &str| {
        let mut beside = path.as_os_str().to_owned();
        beside.push(end);
        PathBuf::from(beside)
    };
    let (lock, log) = (beside(".lock"), beside("-wal"));
    let length = |path: &Path| path.metadata().map_or(0, |file| file.len());
    let was_made = length(&lock) > 0;
    if length(path) == 0 {
        if was_made || length(&log) > 0 {
            return Err(open::damaged(
                path,
                "it is gone or empty, and what stands beside it says that there was a store",
            ));
        }
        return Ok(None);
    }
    let in_use = is_taken(&lock).map_err(|source| OpenError::Io {
        path: lock.clone(),
        doing: "asking whether it is locked",
        source,
    })?;
    let conn = open::to_read(path).map_err(|error| open::explain(path, "opening it", error))?;
    match open::look(path, &conn)? {
        open::Found::Nothing => Err(open::damaged(path, "it is empty")),
        open::Found::Store { version, id: _, tip } => Ok(Some(Survey {
            schema: version,
            known: sql::STEPS.len(),
            last_revision: tip.revision,
            in_use,
            bytes: length(path),
            log_bytes: length(&log),
        })),
    }
}

/// Whether somebody holds the lock. It is asked for and let go at once.
fn is_taken(lock: &Path) -> std::io::Result<bool> {
    let file = match OpenOptions::new().read(true).open(lock) {
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(false),
        opened => opened?,
    };
    match file.try_lock_shared() {
        Ok(()) => file.unlock().map(|()| false),
        Err(TryLockError::WouldBlock) => Ok(true),
        Err(TryLockError::Error(source)) => Err(source),
    }
}
