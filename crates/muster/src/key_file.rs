//! The key file: the keys that wrap people's keys, in a file of their own that only its owner reads.

use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result, bail};
use muster_coordinator::Surroundings as _;
use muster_seal::{KeyId, KeyRing};
use zeroize::Zeroizing;

use crate::surroundings::{System, random_bytes};

/// Reads a key file, which nobody but its owner may read.
///
/// # Errors
/// When it cannot be read, when others may read it, or the line that is no key. What stands in it is never quoted.
pub fn read(path: &Path) -> Result<KeyRing> {
    let named = || format!("the key file {}", path.display());
    let metadata = fs::metadata(path).with_context(|| format!("{} cannot be read", named()))?;
    only_its_owners(path, &metadata)?;
    let text = Zeroizing::new(fs::read_to_string(path).with_context(|| format!("{} cannot be read", named()))?);
    KeyRing::read(&text).with_context(|| format!("{} will not do", named()))
}

#[cfg(unix)]
fn only_its_owners(path: &Path, metadata: &fs::Metadata) -> Result<()> {
    use std::os::unix::fs::PermissionsExt as _;
    let mode = metadata.permissions().mode() & 0o777;
    if mode & 0o077 != 0 {
        bail!("the key file {} may be read by others (mode {mode:o}): chmod 600 it", path.display());
    }
    Ok(())
}

#[cfg(not(unix))]
fn only_its_owners(_path: &Path, _metadata: &fs::Metadata) -> Result<()> {
    Ok(())
}

/// Makes a key file with one new key, and says what the key is called.
///
/// # Errors
/// When there is such a file already, or it cannot be written.
pub fn make(path: &Path) -> Result<KeyId> {
    let id = fresh_id()?;
    let ring = KeyRing::of(id.clone(), fresh_key());
    put(path, &ring)?;
    Ok(id)
}

/// Puts another ring in place of the one in the file, at once or not at all.
///
/// # Errors
/// When it cannot be written; the file is then as it was.
pub fn replace(path: &Path, ring: &KeyRing) -> Result<()> {
    let mut beside = path.as_os_str().to_owned();
    beside.push(".new");
    let beside = PathBuf::from(beside);
    put(&beside, ring)?;
    let replaced = fs::rename(&beside, path).and_then(|()| sync_the_folder(path));
    replaced.with_context(|| format!("{} cannot be replaced", path.display()))
}

/// A new key and its name: the day, and something that no other key of that day has.
///
/// # Errors
/// Never in fact: the name has the shape of one.
pub fn fresh() -> Result<(KeyId, Zeroizing<[u8; 32]>)> {
    Ok((fresh_id()?, fresh_key()))
}

fn fresh_id() -> Result<KeyId> {
    let [a, b, ..] = random_bytes();
    let name = format!("k-{}-{a:02x}{b:02x}", System.now().format("%Y%m%d"));
    KeyId::parse(&name).context("a key's name has the shape of a name")
}

fn fresh_key() -> Zeroizing<[u8; 32]> {
    let mut key = Zeroizing::new([0; 32]);
    for half in key.chunks_mut(16) {
        let random = Zeroizing::new(random_bytes());
        half.iter_mut().zip(random.iter()).for_each(|(byte, random)| *byte = *random);
    }
    key
}

/// Writes a file that nobody else could read at any time, down to the disk.
fn put(path: &Path, ring: &KeyRing) -> Result<()> {
    let mut options = fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let text = ring.to_text();
    let mut file = match options.open(path) {
        Ok(file) => file,
        Err(error) if error.kind() == std::io::ErrorKind::AlreadyExists => {
            bail!(
                "{} exists already; a key that is lost cannot be made again, so it is not written over",
                path.display()
            )
        }
        Err(error) => return Err(error).with_context(|| format!("{} cannot be made", path.display())),
    };
    let written = file.write_all(text.as_bytes()).and_then(|()| file.sync_all()).and_then(|()| sync_the_folder(path));
    written.with_context(|| format!("{} cannot be written", path.display()))
}

#[cfg(unix)]
fn sync_the_folder(path: &Path) -> std::io::Result<()> {
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or_else(|| Path::new("."));
    fs::File::open(folder)?.sync_all()
}

#[cfg(not(unix))]
fn sync_the_folder(_path: &Path) -> std::io::Result<()> {
    Ok(())
}
