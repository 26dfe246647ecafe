//! The key that a server signs with: a file outside the store, readable by its owner alone.

use std::path::Path;

use anyhow::{Context as _, Result, bail};
use muster_record::evidence::key::SigningKey;

/// Reads a key.
///
/// # Errors
/// When there is no such file, when others can read it, or when it holds no key.
pub fn read(path: &Path) -> Result<SigningKey> {
    let shown = path.display();
    let text = std::fs::read_to_string(path).with_context(|| {
        format!("the signing key {shown} cannot be read; `muster keys signing new {shown}` makes one")
    })?;
    if is_open_to_others(path)? {
        bail!(
            "the signing key {shown} can be read by others: chmod 600 {shown}, and make a new one if it may have been"
        );
    }
    SigningKey::from_pem(&text).with_context(|| format!("{shown} holds no signing key"))
}

/// Makes a new key in a file that was not there.
///
/// # Errors
/// When the file exists: a key that is written over is lost, and with it the proof of what it signed.
pub fn make(path: &Path) -> Result<SigningKey> {
    use std::io::Write as _;
    let mut seed = [0; 32];
    getrandom::fill(&mut seed)
        .map_err(|error| anyhow::anyhow!("the operating system gives no random bytes: {error}"))?;
    let key = SigningKey::from_seed(&seed);
    let mut options = std::fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let pem = key.to_pem()?;
    let written = options.open(path).and_then(|mut file| {
        file.write_all(pem.as_bytes())?;
        file.sync_all()
    });
    written.with_context(|| format!("{} cannot be made", path.display()))?;
    Ok(key)
}

#[cfg(unix)]
fn is_open_to_others(path: &Path) -> Result<bool> {
    use std::os::unix::fs::PermissionsExt as _;
    Ok(path.metadata()?.permissions().mode() & 0o077 != 0)
}

#[cfg(not(unix))]
fn is_open_to_others(_: &Path) -> Result<bool> {
    Ok(false)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_is_made_once_for_its_owner_alone_and_reads_back() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("signing.key");
        let made = make(&path).unwrap();
        assert_eq!(read(&path).unwrap().public(), made.public());
        assert!(make(&path).is_err(), "a key is never written over");
    }

    #[cfg(unix)]
    #[test]
    fn a_key_that_others_can_read_is_not_used() {
        use std::os::unix::fs::PermissionsExt as _;
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("signing.key");
        make(&path).unwrap();
        assert_eq!(path.metadata().unwrap().permissions().mode() & 0o777, 0o600);
        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o640)).unwrap();
        assert!(read(&path).unwrap_err().to_string().contains("can be read by others"));
    }
}
