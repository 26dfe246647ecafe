//! Backing up: a copy of a store that may be serving, which is there under its name only when it verifies.

use std::fs::{self, File};
use std::io::{BufReader, Read as _};
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result, bail};
use muster_record::ids::hex;
use muster_seal::KeyRing;
use muster_store::{Backup, Revision, back_up, sync_folder};
use sha2::{Digest as _, Sha256};
use tempfile::{TempDir, TempPath};

use crate::verifying::{self, Against, Report, Whole};

/// What a backup came to.
#[derive(Debug)]
pub struct BackedUp {
    /// What it holds, where it verified.
    pub outcome: Result<Held, Broken>,
    /// What was checked, and against what.
    pub report: Report,
}

/// What a good backup holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Held {
    /// Where it stands.
    pub path: PathBuf,
    /// The store that it is a copy of: 32 hexadecimal digits.
    pub store: String,
    /// Records.
    pub records: usize,
    /// Entries of all of them.
    pub entries: u64,
    /// The last change set; 0 when there is none.
    pub last_revision: Revision,
    /// Rows of the audit.
    pub audit: u64,
    /// SHA-256 of the file: 64 hexadecimal digits.
    pub digest: String,
}

/// A copy that does not verify: the store is broken, or the disk it was copied to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Broken {
    /// Where it is kept; nowhere where an earlier one is kept under that name.
    pub kept: Option<PathBuf>,
}

/// What the name of a copy that does not verify ends with.
const BROKEN: &str = ".broken";
/// What the name of a folder ends with, before some chance, that holds what is not finished.
const UNFINISHED: &str = ".unfinished-";
/// No key file is longer.
const LONGEST_KEYS: u64 = 64 * 1024;

/// Copies a store, verifies the copy, and puts it under its name.
///
/// # Errors
/// When there is something under that name, keys beside it, or no copy can be made. Nothing is left then.
pub fn store(data: &Path, to: &Path, against: &Against) -> Result<BackedUp> {
    free(to)?;
    let folder = folder_of(to);
    if let Some(keys) = keys_in(folder)? {
        bail!(
            "{} holds keys, and a backup does not go beside them: whoever has both reads who the people are; move the \
             keys, or give another folder",
            keys.display()
        );
    }
    let unfinished = unfinished_beside(to)?;
    let copy = unfinished.path().join("muster.db");
    back_up(data, &copy).with_context(|| format!("{} was not backed up", data.display()))?;
    let mut report = Report::default();
    let backup = Backup::open(&copy).with_context(|| format!("the copy of {} is no store", data.display()))?;
    let Backup { store: id, last_revision, readers } = backup;
    let Whole { records, entries, audit } = verifying::whole(&readers, id, against, &mut report);
    drop(readers);
    if !report.findings.is_empty() {
        let kept = with_ending(to, BROKEN);
        let kept = put(copy, &kept).is_ok().then_some(kept);
        return Ok(BackedUp { outcome: Err(Broken { kept }), report });
    }
    let digest = digest(&copy)?;
    put(copy, to)?;
    let (path, store, records) = (to.to_owned(), hex(&id), records.len());
    Ok(BackedUp { outcome: Ok(Held { path, store, records, entries, last_revision, audit, digest }), report })
}

/// The folder that a file stands in.
pub(crate) fn folder_of(path: &Path) -> &Path {
    path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or_else(|| Path::new("."))
}

/// A folder for what is not finished, which says so by its name and is for its owner alone.
pub(crate) fn unfinished_beside(path: &Path) -> Result<TempDir> {
    let name = path.file_name().with_context(|| format!("{} is no name for a file", path.display()))?.to_string_lossy();
    let prefix = format!("{name}{UNFINISHED}");
    let made = tempfile::Builder::new().prefix(&prefix).tempdir_in(folder_of(path));
    made.with_context(|| format!("nothing can be written in {}", folder_of(path).display()))
}

/// Gives a finished and synced file its name, for good: never that of a file that is there.
pub(crate) fn put(from: PathBuf, to: &Path) -> Result<()> {
    let failed = || format!("{} cannot be put there", to.display());
    TempPath::try_from_path(from)?.persist_noclobber(to).map_err(|error| error.error).with_context(failed)?;
    sync_folder(folder_of(to)).with_context(failed)
}

/// SHA-256 of a file, as `sha256sum` says it.
///
/// # Errors
/// When it cannot be read.
pub fn digest(path: &Path) -> Result<String> {
    let failed = || format!("{} cannot be read", path.display());
    let mut file = BufReader::with_capacity(1 << 16, File::open(path).with_context(failed)?);
    let (mut hasher, mut bytes) = (Sha256::new(), vec![0; 1 << 16]);
    loop {
        let read = file.read(&mut bytes).with_context(failed)?;
        match bytes.get(..read) {
            Some([]) | None => return Ok(hex(&hasher.finalize())),
            Some(read) => hasher.update(read),
        }
    }
}

fn with_ending(path: &Path, ending: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(ending);
    PathBuf::from(name)
}

fn free(to: &Path) -> Result<()> {
    // A dangling link counts: what it leads to is not known.
    if to.symlink_metadata().is_ok() {
        bail!("{} is there already: a backup is never written over; give another name", to.display());
    }
    Ok(())
}

/// The first file in the folder that holds keys.
fn keys_in(folder: &Path) -> Result<Option<PathBuf>> {
    let entries = fs::read_dir(folder).with_context(|| format!("there is no folder {}", folder.display()))?;
    for entry in entries {
        let path = entry?.path();
        let is_small = path.metadata().is_ok_and(|file| file.is_file() && file.len() <= LONGEST_KEYS);
        // One that cannot be read is none of ours: we made ours readable to whoever runs this.
        let Some(text) = is_small.then(|| fs::read_to_string(&path).ok()).flatten() else { continue };
        let text = zeroize::Zeroizing::new(text);
        if KeyRing::read(&text).is_ok() || text.contains("PRIVATE KEY-----") {
            return Ok(Some(path));
        }
    }
    Ok(None)
}
