//! The machine that a server is to run on: the disk of the store, and the age of its backups.

use std::fs::Metadata;
use std::path::{Path, PathBuf};

use muster_record::time::Instant;

use super::Finding;
use crate::config::Config;

/// Bytes below which a disk is told of, and below which it is too full to begin with.
const LITTLE: u64 = 5 << 30;
const TOO_LITTLE: u64 = 512 << 20;

/// Hours after which a newest backup is told of: one was missed.
const A_DAY_AND_A_BIT: i64 = 26;

/// The folder of the store.
pub(super) fn examine(config: &Config) -> Vec<Finding> {
    const WHAT: &str = "disk";
    let folder = folder_of(&config.data);
    if !folder.is_dir() {
        let told = format!("the folder of the store, {}, is not there", folder.display());
        return vec![Finding::wrong(WHAT, told, "make it, for the user that the server runs as")];
    }
    let mut found = vec![writable(WHAT, &folder)];
    found.extend(space(WHAT, &folder));
    found.extend(kind(WHAT, &folder));
    found.extend(config.data.metadata().ok().and_then(|file| private(&config.data, &file)));
    found
}

/// The folder of a file.
pub(super) fn folder_of(file: &Path) -> PathBuf {
    let folder = file.parent().filter(|folder| !folder.as_os_str().is_empty());
    folder.map_or_else(|| PathBuf::from("."), Path::to_owned)
}

/// Whether files can be made there. The one that is tried with is gone at once.
fn writable(what: &'static str, folder: &Path) -> Finding {
    match tempfile::tempfile_in(folder) {
        Ok(_) => Finding::fine(what, format!("{} may be written", folder.display())),
        Err(error) => Finding::wrong(
            what,
            format!("{} may not be written: {error}", folder.display()),
            "give it to the user that the server runs as; run this command as that user",
        ),
    }
}

fn gib(bytes: u64) -> String {
    let tenths = bytes.saturating_mul(10).checked_shr(30).unwrap_or(0);
    let (whole, rest) = (tenths.checked_div(10).unwrap_or(0), tenths.checked_rem(10).unwrap_or(0));
    format!("{whole}.{rest} GiB")
}

/// Bytes that are free for the server's user.
#[cfg(unix)]
pub(super) fn free(folder: &Path) -> Option<u64> {
    let disk = rustix::fs::statvfs(folder).ok()?;
    Some(disk.f_bavail.saturating_mul(disk.f_frsize))
}

#[cfg(not(unix))]
pub(super) fn free(_: &Path) -> Option<u64> {
    None
}

fn space(what: &'static str, folder: &Path) -> Option<Finding> {
    let free = free(folder)?;
    let told = format!("{} are free for the store", gib(free));
    let to_do = "make room: a server whose disk is full refuses every write, and loses none that it acknowledged";
    Some(match free {
        ..TOO_LITTLE => Finding::wrong(what, told, to_do),
        TOO_LITTLE..LITTLE => Finding::look(what, told, to_do),
        LITTLE.. => Finding::fine(what, told),
    })
}

/// File systems that are another machine's, by the numbers that Linux gives them.
#[cfg(target_os = "linux")]
const ELSEWHERE: &[(u64, &str)] = &[
    (0x6969, "NFS"),
    (0xff53_4d42, "CIFS"),
    (0xfe53_4d42, "SMB2"),
    (0x517b, "SMB"),
    (0x0102_1997, "9p"),
    (0x00c3_6400, "Ceph"),
    (0x5346_414f, "AFS"),
];

#[cfg(target_os = "linux")]
fn kind(what: &'static str, folder: &Path) -> Option<Finding> {
    let is = u64::try_from(rustix::fs::statfs(folder).ok()?.f_type).ok()?;
    let (_, name) = ELSEWHERE.iter().find(|(number, _)| *number == is)?;
    Some(Finding::wrong(
        what,
        format!("{} is another machine's ({name}): neither lock nor log can be trusted there", folder.display()),
        "keep the store on a local disk",
    ))
}

#[cfg(not(target_os = "linux"))]
fn kind(_: &'static str, _: &Path) -> Option<Finding> {
    None
}

#[cfg(unix)]
fn private(path: &Path, file: &Metadata) -> Option<Finding> {
    use std::os::unix::fs::PermissionsExt as _;
    let mode = file.permissions().mode() & 0o777;
    (mode & 0o077 != 0).then(|| {
        let told = format!("{} may be read by others (mode {mode:o}), and holds personal data", path.display());
        Finding::wrong("store", told, "chmod 600 it, and the files beside it; then ask who has read it")
    })
}

#[cfg(not(unix))]
fn private(_: &Path, _: &Metadata) -> Option<Finding> {
    None
}

/// How old the newest backup of a folder is.
pub(super) fn backups(folder: &Path, at: Instant) -> Finding {
    const WHAT: &str = "backups";
    let newest = std::fs::read_dir(folder).map(|files| {
        let named = files.flatten().filter(|file| file.path().extension().is_some_and(|end| end == "db"));
        let times = named.filter_map(|file| Some((Instant::from(file.metadata().ok()?.modified().ok()?), file.path())));
        times.max()
    });
    let to_do = "`muster backup --config FILE --to FOLDER` makes one while the server serves (docs/backup.md)";
    match newest {
        Err(error) => Finding::wrong(WHAT, format!("{} cannot be read: {error}", folder.display()), to_do),
        Ok(None) => Finding::wrong(WHAT, format!("there is none in {}", folder.display()), to_do),
        Ok(Some((made, path))) => {
            let hours = at.signed_duration_since(made).num_hours();
            let told = format!("the newest is {} and {hours} hours old", path.display());
            if hours > A_DAY_AND_A_BIT { Finding::look(WHAT, told, to_do) } else { Finding::fine(WHAT, told) }
        }
    }
}
