//! Backups: made of a server at work, found out when they are not what was copied, and put back honestly.

use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use muster::backing_up::{self, BackedUp, Broken, Held};
use muster::client::Client;
use muster::config::{Config, Listen, development_agencies};
use muster::dev_certs::Folder;
use muster::restoring::{self, Asked, Looked};
use muster::serving::Serving;
use muster::surroundings::System;
use muster::verifying::{self, Against};
use muster_proto::v1;
use muster_record::situation::IncidentKind;
use muster_store::{RestoreError, Store};
use tonic::Code;

use crate::home::{self, COUNCIL, Home, ICB, any_port};
use crate::participant::{Participant, first_word, note, options, refused, request, watch_one};
use crate::people::{erase, registered, seal};
use crate::process::{Running, muster, path, serve};
use crate::tampering::witnessed;

mod putting_back;
mod under_load;

/// A folder beside the store, without keys in it.
fn shelf(home: &Home) -> PathBuf {
    let shelf = home.path("backups");
    std::fs::create_dir_all(&shelf).unwrap();
    shelf
}

/// A good backup of the store, as it is now.
#[track_caller]
fn backed_up(home: &Home, name: &str) -> Held {
    let to = shelf(home).join(name);
    let BackedUp { outcome, report } = backing_up::store(&home.config.data, &to, &Against::default()).unwrap();
    assert_eq!(report.findings, []);
    outcome.unwrap()
}

/// What a folder holds, by name.
fn names(folder: &Path) -> Vec<String> {
    let mut names: Vec<String> =
        std::fs::read_dir(folder).unwrap().map(|file| file.unwrap().file_name().into_string().unwrap()).collect();
    names.sort();
    names
}

async fn drilled(backup: &Path, asked: &Asked) -> Looked {
    restoring::drill(backup, asked).await.unwrap()
}

/// A record of some entries in a home whose server has ended.
async fn written(home: &Home, notes: usize) -> String {
    let house = home.open().await;
    let (council, _, incident) = house.rosebank().await;
    for _ in 0..notes.div_ceil(100) {
        council.does(&incident, (0..notes.min(100)).map(|number| note(&format!("{number} {}", "n".repeat(300))))).await;
    }
    house.close().await;
    incident
}

#[tokio::test(flavor = "multi_thread")]
async fn a_flipped_bit_in_a_backup_is_found() {
    const FLIPS: usize = 300;
    let home = Home::new();
    written(&home, 100).await;
    let held = backed_up(&home, "good.db");
    let good = std::fs::read(&held.path).unwrap();
    let flipped = shelf(&home).join("flipped.db");
    let asked = Asked { digest: Some(held.digest.clone()), ..Asked::default() };
    let mut by_content = 0;
    for flip in 0..FLIPS {
        let mut bytes = good.clone();
        let place = flip * 7919 * 131 % bytes.len();
        bytes[place] ^= 1 << (flip % 8);
        std::fs::write(&flipped, &bytes).unwrap();
        // One in the head of the file may be such that it cannot be looked at as a store at all.
        let Ok(looked) = restoring::drill(&flipped, &asked).await else {
            by_content += 1;
            continue;
        };
        assert!(!looked.report.findings.is_empty(), "byte {place}");
        by_content += usize::from(looked.report.findings.len() > 1);
    }
    writeln!(std::io::stderr(), "{FLIPS} flips: all found by the digest, {by_content} also by what is in the file")
        .unwrap();
    // What was no use of a page, or is derived (a summary), is told by the digest alone.
    assert!(by_content > FLIPS / 5);
    let looked = drilled(&held.path, &asked).await;
    assert_eq!(looked.report.findings, []);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_torn_backup_is_found_without_its_digest() {
    let home = Home::new();
    written(&home, 100).await;
    let good = std::fs::read(backed_up(&home, "good.db").path).unwrap();
    let torn = shelf(&home).join("torn.db");
    for length in [0, 1, 4096, good.len() / 2, good.len() - 4096, good.len() - 1] {
        std::fs::write(&torn, &good[..length]).unwrap();
        let found = restoring::drill(&torn, &Asked::default()).await;
        assert!(found.is_err() || !found.unwrap().report.findings.is_empty(), "cut to {length} of {}", good.len());
        let place = home.path("torn-restored.db");
        let put = restoring::restore(&torn, &place, &Asked::default());
        assert!(put.is_err() || put.unwrap().1.is_none());
        assert!(!place.exists(), "cut to {length}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_backup_is_never_written_over_nor_laid_beside_keys() {
    let home = Home::new();
    written(&home, 3).await;
    let held = backed_up(&home, "good.db");
    let before = std::fs::read(&held.path).unwrap();
    let to = |to: &Path| format!("{:#}", backing_up::store(&home.config.data, to, &Against::default()).unwrap_err());
    assert!(to(&held.path).contains("is there already"));
    assert_eq!(std::fs::read(&held.path).unwrap(), before);
    assert!(to(&home.config.data).contains("is there already"), "the store itself");
    assert!(to(&home.path("people.keys")).contains("is there already"));
    // The home keeps its keys beside its store.
    let beside = to(&home.path("beside.db"));
    assert!(beside.contains("holds keys") && !home.path("beside.db").exists(), "{beside}");
    assert!(to(&home.path("nowhere/x.db")).contains("there is no folder"));
    let none = backing_up::store(&home.path("none.db"), &shelf(&home).join("none.db"), &Against::default());
    assert!(format!("{:#}", none.unwrap_err()).contains("there is no store"));
    assert!(!home.path("none.db").exists(), "looking for a store makes none");
    assert_eq!(names(&shelf(&home)), ["good.db"], "nothing unfinished is left");
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        assert_eq!(held.path.metadata().unwrap().permissions().mode() & 0o777, 0o600);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_broken_store_gives_nothing_that_is_called_a_backup() {
    let home = Home::new();
    written(&home, 20).await;
    let mut bytes = std::fs::read(&home.config.data).unwrap();
    let place = bytes.windows(20).position(|window| window == [b'n'; 20]).unwrap();
    bytes[place] = b'm';
    std::fs::write(&home.config.data, bytes).unwrap();
    let to = shelf(&home).join("hope.db");
    let words = ["backup", "--data", path(&home.config.data), "--to", path(&to)];
    let typed = muster(&words).output().unwrap();
    let (out, err) = (String::from_utf8(typed.stdout).unwrap(), String::from_utf8(typed.stderr).unwrap());
    assert!(!typed.status.success() && out.contains("BROKEN: ") && err.contains("this is NO backup"), "{out}{err}");
    assert_eq!(names(&shelf(&home)), ["hope.db.broken"]);
    // What is nearest to the damage is kept, and not written over by what came later.
    let first = std::fs::read(shelf(&home).join("hope.db.broken")).unwrap();
    let again = backing_up::store(&home.config.data, &to, &Against::default()).unwrap();
    assert_eq!(again.outcome.unwrap_err(), Broken { kept: None });
    assert_eq!(std::fs::read(shelf(&home).join("hope.db.broken")).unwrap(), first);
    let kept = drilled(&shelf(&home).join("hope.db.broken"), &Asked::default()).await;
    assert!(!kept.report.findings.is_empty(), "nor is it taken for one when it is renamed");
}

/// A limit of the system on the length of files stands in for a disk that takes no more.
#[cfg(unix)]
#[tokio::test(flavor = "multi_thread")]
async fn a_disk_that_takes_no_more_leaves_nothing_behind() {
    let home = Home::new();
    written(&home, 1000).await;
    let to = shelf(&home).join("full.db");
    let typed = muster(&["backup", "--data", path(&home.config.data), "--to", path(&to)]);
    let mut limited = Command::new("sh");
    limited.args(["-c", "trap '' XFSZ; ulimit -f 100; exec \"$0\" \"$@\""]).arg(typed.get_program());
    limited.args(typed.get_args());
    limited.envs(typed.get_envs().filter_map(|(name, value)| Some((name, value?))));
    let ended = limited.output().unwrap();
    let err = String::from_utf8_lossy(&ended.stderr).into_owned();
    assert!(!ended.status.success() && err.contains("the copy cannot be written"), "{err}");
    assert_eq!(names(&shelf(&home)), Vec::<String>::new());
    assert_eq!(verifying::file(&home.config.data, &Against::default()).unwrap().findings, []);
}

#[tokio::test(flavor = "multi_thread")]
async fn kill_9_in_the_middle_leaves_the_store_and_no_backup_that_looks_good() {
    let home = Home::new();
    written(&home, 3000).await;
    let house = home.open().await;
    let (mut killed_midway, mut seen) = (0, 0);
    for round in 0..8_u32 {
        let to = shelf(&home).join(format!("round-{round}.db"));
        let words = ["backup", "--data", path(&home.config.data), "--to", path(&to)];
        let mut child = muster(&words).stdout(std::process::Stdio::null()).spawn().unwrap();
        // Killed when it has begun, a little later each round; it may be faster than that.
        let begun = |name: &String| name.starts_with(&format!("round-{round}.db.unfinished-"));
        let mut looks = 0;
        while child.try_wait().unwrap().is_none() {
            looks += u32::from(names(&shelf(&home)).iter().any(begun));
            if looks > round * 300 {
                child.kill().unwrap();
            }
        }
        seen += looks;
        if to.exists() {
            assert_eq!(drilled(&to, &Asked::default()).await.report.findings, [], "what has the name is whole");
        } else {
            killed_midway += 1;
        }
    }
    assert!(killed_midway > 0 && seen > 0);
    for name in names(&shelf(&home)) {
        assert!(name.contains(".unfinished-") || shelf(&home).join(&name).is_file(), "{name}");
    }
    let council = house.client(COUNCIL).await;
    council.opens("Ash Grove", IncidentKind::ProviderFailure).await;
    house.close().await;
    assert_eq!(verifying::file(&home.config.data, &Against::default()).unwrap().findings, []);
    assert_eq!(backed_up(&home, "after.db").records, 2);
    writeln!(std::io::stderr(), "{killed_midway} of 8 backups were killed before they had their name").unwrap();
}
