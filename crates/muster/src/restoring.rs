//! Restoring: a backup looked at wholly on a copy of it, served for a moment to see that it can be, and put in place.
//!
//! The backup itself is only read.

use std::fs::{self, File, OpenOptions};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::{Context as _, Result, bail};
use chrono::TimeDelta;
use muster_coordinator::{Surroundings as _, opening};
use muster_record::time::{Instant, uk_day_and_time};
use muster_seal::KeyRing;
use muster_store::{Generation, OpenError, Readers, Store, Vacancy};
use tempfile::TempDir;

use crate::backing_up::{digest, folder_of, put, unfinished_beside};
use crate::key_file;
use crate::surroundings::{System, random_bytes};
use crate::verifying::{self, Against, Finding, Report, Whole};

mod ahead;
mod erasures;
mod serving;

pub use ahead::Ahead;
pub use erasures::{Erased, Gone};

/// What a backup is held against besides itself.
#[derive(Debug, Clone, Default)]
pub struct Asked {
    /// What each partner kept.
    pub kept: Vec<Against>,
    /// SHA-256 of the backup, as it was said when it was made.
    pub digest: Option<String>,
    /// The file with the keys that wrap people's keys.
    pub key_file: Option<PathBuf>,
    /// A store or a backup with what was written later: it is asked which people were erased since.
    pub newer: Option<PathBuf>,
}

/// What a look at a backup showed.
#[derive(Debug)]
pub struct Looked {
    /// What was checked, what was not, and what is not as it was written.
    pub report: Report,
    /// When its newest entry was written; nothing where it holds none.
    pub newest: Option<Instant>,
    /// Where partners' checkpoints are ahead of it: what would be lost.
    pub ahead: Vec<Ahead>,
    /// People who were erased since, and would be back.
    pub erased_since: Vec<Erased>,
}

/// What to do about a backup that is none.
const ANOTHER: &str = "take another backup; keep this one until you know what happened to it";
/// What to do about keys that are not there.
const FIND_THE_KEYS: &str = "find the copy of the key file that was kept apart: without it the people under these keys \
                             are nameless for good";

/// Looks at a backup wholly, on a copy of it, which is then served for a moment.
///
/// # Errors
/// When no look at it could be taken. What is wrong with it is in the report.
pub async fn drill(backup: &Path, asked: &Asked) -> Result<Looked> {
    let folder = tempfile::Builder::new().prefix("muster-drill-").tempdir()?;
    let (store, looked) = looked_at(backup, &folder, asked)?;
    let Some(store) = store else { return Ok(looked) };
    store.close();
    let mut looked = looked;
    if looked.report.findings.is_empty() {
        serving::for_a_moment(&folder.path().join("muster.db"), asked.key_file.as_deref(), &mut looked.report).await?;
    }
    Ok(looked)
}

/// Looks at a backup wholly and, where nothing is wrong with it, puts a copy where a store is to be: a store of the
/// same id, and of a new generation.
///
/// # Errors
/// When the place is not free, or something cannot be read or written. Nothing is there then.
pub fn restore(backup: &Path, to: &Path, asked: &Asked) -> Result<(Looked, Option<Generation>)> {
    let folder = unfinished_beside(to)?;
    let (store, looked) = looked_at(backup, &folder, asked)?;
    let Some(mut store) = store.filter(|_| looked.report.findings.is_empty()) else { return Ok((looked, None)) };
    let id = store.id();
    let vacancy = Vacancy::take(to, id)?;
    let generation = store.begin_generation(random_bytes(), System.now())?;
    store.close();
    let copy = folder.path().join("muster.db");
    File::open(&copy).and_then(|file| file.sync_all()).context("the copy cannot be synced to the disk")?;
    put(copy, to)?;
    vacancy.taken(id)?;
    Ok((looked, Some(generation)))
}

/// Copies a backup into the folder and opens the copy as a server would. Nothing where it cannot be opened.
fn looked_at(backup: &Path, folder: &TempDir, asked: &Asked) -> Result<(Option<Store>, Looked)> {
    let copy = folder.path().join("muster.db");
    copied(backup, &copy)?;
    let mut looked = Looked { report: Report::default(), newest: None, ahead: Vec::new(), erased_since: Vec::new() };
    let report = &mut looked.report;
    let found = digest(&copy)?;
    let said = asked.digest.as_deref().map(|said| said.strip_prefix("sha256:").unwrap_or(said));
    match said {
        None => {
            report.unchecked.push(format!("the digest, sha256:{found}: give the one it was made with, with --digest"));
        }
        Some(said) if said.eq_ignore_ascii_case(&found) => report.told.push(format!("sha256:{found}, as it was made")),
        Some(said) => report.findings.push(Finding {
            place: "the file".to_owned(),
            what: format!("its digest is sha256:{found}, and it was made with sha256:{said}"),
            to_do: ANOTHER,
        }),
    }
    // Opening would make a fresh store of it.
    if fs::metadata(&copy)?.len() == 0 {
        report.findings.push(Finding { place: "the file".to_owned(), what: "it is empty".to_owned(), to_do: ANOTHER });
        return Ok((None, looked));
    }
    let store = match Store::open(&copy, random_bytes()) {
        Ok(store) => store,
        Err(error @ (OpenError::Damaged { .. } | OpenError::NotAStore { .. })) => {
            let what = error.to_string().replace(&copy.display().to_string(), &backup.display().to_string());
            report.findings.push(Finding { place: "the file".to_owned(), what, to_do: ANOTHER });
            return Ok((None, looked));
        }
        Err(error) => return Err(error).with_context(|| format!("{} cannot be opened", backup.display())),
    };
    let ring = asked.key_file.as_deref().map(key_file::read).transpose()?.map(Arc::new);
    let opened_by = |readers: Readers| match &ring {
        Some(ring) => readers.opened_by(opening(Arc::clone(ring))),
        None => readers,
    };
    let readers = opened_by(store.readers());
    let (ahead, held) = ahead::split(&readers, store.id(), &asked.kept)?;
    looked.ahead = ahead;
    let mut held = held.iter();
    let none = Against::default();
    let Whole { records, entries: _, audit: _ } =
        verifying::whole(&readers, store.id(), held.next().unwrap_or(&none), report);
    held.for_each(|against| verifying::held(&readers, store.id(), against, report));
    for incident in records.keys() {
        looked.newest = looked.newest.max(readers.head(incident)?.map(|head| head.recorded_at));
    }
    keys(&readers, asked.key_file.as_deref().zip(ring.as_deref()), report)?;
    if let Some(newer) = &asked.newer {
        looked.erased_since = erasures::since(&readers, newer, store.id(), opened_by)?;
    }
    Ok((Some(store), looked))
}

/// Copies a backup, which is one file, for whoever runs this alone.
fn copied(backup: &Path, copy: &Path) -> Result<()> {
    let mut log = backup.as_os_str().to_owned();
    log.push("-wal");
    let log = PathBuf::from(log);
    if log.metadata().is_ok_and(|file| file.len() > 0) {
        bail!(
            "{} is there: a backup as `muster backup` makes it is one file; a store that was copied with its log is made \
             one by `muster verify {}`",
            log.display(),
            backup.display()
        );
    }
    let mut from = File::open(backup).with_context(|| format!("there is no backup {}", backup.display()))?;
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let failed = || format!("no copy can be made in {}", folder_of(copy).display());
    let mut to = options.open(copy).with_context(failed)?;
    std::io::copy(&mut from, &mut to).with_context(failed).map(drop)
}

/// Whether the key file opens what the backup holds.
fn keys(readers: &Readers, file: Option<(&Path, &KeyRing)>, report: &mut Report) -> Result<()> {
    let in_use = readers.keys_in_use()?;
    let Some((file, ring)) = file else {
        if !in_use.is_empty() {
            let names: Vec<&str> = in_use.iter().map(|(name, _)| name.as_str()).collect();
            report.unchecked.push(format!(
                "whether who the people are can still be read: it takes the keys {}; give the key file with --key-file",
                names.join(", ")
            ));
        }
        return Ok(());
    };
    for (name, people) in in_use {
        if ring.ids().any(|id| id.as_str() == name) {
            report
                .told
                .push(format!("{}: has the key {name}, which {people} people and entries are under", file.display()));
        } else {
            report.findings.push(Finding {
                place: file.display().to_string(),
                what: format!("it lacks the key {name}, which {people} people and entries are under"),
                to_do: FIND_THE_KEYS,
            });
        }
    }
    Ok(())
}

impl Looked {
    /// In words: how old it is, and what would be lost.
    pub fn told(&self, now: Instant) -> Vec<String> {
        let mut told = Vec::new();
        match self.newest {
            None => told.push("it holds no entry".to_owned()),
            Some(newest) => told.push(format!(
                "its newest entry was written {}, {} ago: what was acknowledged since is not in it",
                uk_day_and_time(newest),
                age(now.signed_duration_since(newest))
            )),
        }
        for Ahead { incident, size, entries, at } in &self.ahead {
            told.push(format!(
                "WOULD BE LOST: {} entries of incident {incident}: it has {entries}, and the checkpoint of {} says {size}",
                size.saturating_sub(*entries),
                uk_day_and_time(*at)
            ));
        }
        for Erased { incident, gone, told: how } in &self.erased_since {
            told.push(format!("ERASE AGAIN: {gone} of incident {incident}: {how}"));
        }
        told
    }

    /// Entries that partners' checkpoints are ahead of it, of all records.
    pub fn would_lose(&self) -> u64 {
        let lost = |ahead: &Ahead| ahead.size.saturating_sub(ahead.entries);
        self.ahead.iter().map(lost).fold(0, u64::saturating_add)
    }
}

fn age(passed: TimeDelta) -> String {
    match (passed.num_days(), passed.num_hours(), passed.num_minutes()) {
        (0, 0, minutes) => format!("{minutes} minutes"),
        (0, hours, _) => format!("{hours} hours"),
        (days, _, _) => format!("{days} days"),
    }
}
