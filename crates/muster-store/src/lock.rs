//! One process to a store: the lock file beside it.
//!
//! The lock is the operating system's, so it ends with its process. The file stays, and says that
//! a store was made here: one that is then missing or empty was lost, not new.

use std::fs::{File, OpenOptions, TryLockError};
use std::io::{Read as _, Write as _};
use std::path::{Path, PathBuf};

use muster_record::ids::hex;

use crate::error::OpenError;

#[derive(Debug)]
pub(crate) struct Lock {
    file: File,
    path: PathBuf,
    told: String,
}

impl Lock {
    pub(crate) fn take(store: &Path) -> Result<Self, OpenError> {
        let mut path = store.as_os_str().to_owned();
        path.push(".lock");
        let path = PathBuf::from(path);
        let io = |doing| move |source| OpenError::Io { path: store.to_owned(), doing, source };
        let mut file = private(OpenOptions::new().read(true).write(true).create(true).truncate(false))
            .open(&path)
            .map_err(io("opening the lock file beside it"))?;
        match file.try_lock() {
            Ok(()) => (),
            Err(TryLockError::WouldBlock) => return Err(OpenError::InUse { path: store.to_owned() }),
            Err(TryLockError::Error(source)) => return Err(io("locking the lock file beside it")(source)),
        }
        let mut told = String::new();
        file.read_to_string(&mut told).map_err(io("reading the lock file beside it"))?;
        Ok(Self { file, path, told })
    }

    /// Whether a store was made here before.
    pub(crate) fn knows_a_store(&self) -> bool {
        !self.told.is_empty()
    }

    /// What the file says: which store was made here; nothing where none was.
    pub(crate) fn told(&self) -> &str {
        &self.told
    }

    /// Notes that a store was made here.
    pub(crate) fn know(&mut self, id: [u8; 16]) -> Result<(), OpenError> {
        if self.knows_a_store() {
            return Ok(());
        }
        self.told = format!("store {}\n", hex(&id));
        let written = self.file.write_all(self.told.as_bytes()).and_then(|()| self.file.sync_all());
        written.map_err(|source| OpenError::Io { path: self.path.clone(), doing: "writing", source })
    }
}

impl Drop for Lock {
    /// Lets go at once. Closing alone would not, while a process that was just forked holds a copy.
    fn drop(&mut self) {
        if let Err(err) = self.file.unlock() {
            tracing::warn!(path = %self.path.display(), %err, "the lock file could not be unlocked");
        }
    }
}

/// Files hold personal data: their owner alone reads them.
pub(crate) fn private(options: &mut OpenOptions) -> &mut OpenOptions {
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(options, 0o600);
    options
}
