//! Folders that share what cargo builds into take turns, and none gets the module of another.
//!
//! Two folders may hold a package of the same name: copies, or checkouts of one repository. Where they build into one
//! target folder, cargo takes the one for the other and tells them apart by when a file was saved, so that a folder whose
//! files are older than the other's build is handed the other's module. So a note beside what was built says whose it is.
//! Where it is another's, cargo is told to forget this one package; what the packages depend on stays built, for all.

use std::fs::File;
use std::path::{Path, PathBuf};
use std::process::Stdio;

use anyhow::{Context as _, Result, bail};
use muster_record::entry::Hash;
use serde::{Deserialize, Serialize};

use super::{TARGET, cargo};

/// What cargo says of a folder.
#[derive(Debug, Deserialize)]
struct Known {
    packages: Vec<Package>,
    target_directory: PathBuf,
}

#[derive(Debug, Deserialize)]
struct Package {
    id: String,
    name: String,
    manifest_path: PathBuf,
}

/// Whose module stands in the target folder, and which it is.
#[derive(Debug, PartialEq, Eq, Serialize, Deserialize)]
struct Note {
    manifest: PathBuf,
    module: PathBuf,
    sha256: Hash,
}

/// The turn to build a package into a target folder, for as long as it is held. A target folder within the package's own
/// is nobody else's, and needs no turns.
pub(super) struct Turn {
    shared: Option<Shared>,
    manifest: PathBuf,
}

struct Shared {
    note: PathBuf,
    /// Locked until it is dropped.
    _lock: File,
}

impl Turn {
    /// Waits for the turn, and has cargo forget the package where what was built of it is another folder's.
    ///
    /// # Errors
    /// When cargo cannot say where it builds, or the place cannot be written to.
    pub(super) fn take(folder: &Path, manifest: &Path) -> Result<Self> {
        let (package, target) = known(folder, manifest)?;
        let manifest = manifest.to_owned();
        if manifest.parent().is_some_and(|own| target.starts_with(own)) {
            return Ok(Self { shared: None, manifest });
        }
        let place = target.join(TARGET).join("rule-sets");
        let failed = || format!("{} cannot be written", place.display());
        std::fs::create_dir_all(&place).with_context(failed)?;
        let lock = File::create(place.join(format!("{}.lock", package.name))).with_context(failed)?;
        lock.lock().with_context(failed)?;
        let note = place.join(format!("{}.json", package.name));
        if !is_own(&note, &manifest) {
            forget(folder, &package)?;
        }
        Ok(Self { shared: Some(Shared { note, _lock: lock }), manifest })
    }

    /// Notes whose module stands there now, and lets others go on.
    ///
    /// # Errors
    /// When the note cannot be written.
    pub(super) fn end(self, file: &Path, module: &[u8]) -> Result<()> {
        let Some(Shared { note, _lock }) = &self.shared else { return Ok(()) };
        let is = Note { manifest: self.manifest.clone(), module: file.to_owned(), sha256: Hash::of(module) };
        std::fs::write(note, serde_json::to_vec(&is)?).with_context(|| format!("{} cannot be written", note.display()))
    }
}

/// Whether the module that stands there is the one that was built for this manifest. Where cargo was run by hand since,
/// in whichever folder, it is not.
fn is_own(note: &Path, manifest: &Path) -> bool {
    let read = std::fs::read(note).ok().and_then(|json| serde_json::from_slice::<Note>(&json).ok());
    read.is_some_and(|note| {
        let stands = std::fs::read(&note.module).map(|module| Hash::of(&module));
        note.manifest == manifest && stands.is_ok_and(|stands| stands == note.sha256)
    })
}

/// The package of a manifest, and the folder that cargo builds it into.
fn known(folder: &Path, manifest: &Path) -> Result<(Package, PathBuf)> {
    let mut asked = cargo(folder);
    asked.args(["metadata", "--quiet", "--no-deps", "--format-version", "1"]).stderr(Stdio::inherit());
    let output = asked.output().context("cargo cannot be run; is Rust installed?")?;
    if !output.status.success() {
        bail!("cargo does not take {}", manifest.display());
    }
    let Known { packages, target_directory } = serde_json::from_slice(&output.stdout)?;
    let package = packages.into_iter().find(|package| package.manifest_path == manifest);
    Ok((package.with_context(|| format!("{} holds no package", manifest.display()))?, target_directory))
}

/// Has cargo forget what it built of one package.
fn forget(folder: &Path, package: &Package) -> Result<()> {
    let mut asked = cargo(folder);
    asked.args(["clean", "--quiet", "--release", "--target", TARGET, "--package", &package.id]);
    let status = asked.stdin(Stdio::null()).status().context("cargo cannot be run; is Rust installed?")?;
    if !status.success() {
        bail!("cargo cannot clear what it built of {}", package.name);
    }
    Ok(())
}
