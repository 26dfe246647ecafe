//! Replaying: a store opened to be read alone, and something done with each of its incidents, many at a time.
//!
//! A server may be serving the store. Nothing is written to it.

use std::collections::BTreeMap;
use std::num::NonZeroUsize;
use std::path::Path;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;
use std::time::Duration;

use anyhow::{Context as _, Result, anyhow};
use indicatif::{ProgressBar, ProgressStyle};
use muster_coordinator::{QueryError, Replay, Replayed, all_incidents, opening};
use muster_record::ids::{IncidentId, RuleSetId};
use muster_record::incident::advising::Again;
use muster_rules::{Allocator, Host, HostLimits};
use muster_store::{Backup, Readers};

use crate::key_file;

/// Opens a store to be read. What is sealed stays so where no key file is given.
///
/// # Errors
/// When there is no store, it is of another version, or the key file will not do.
pub fn open(data: &Path, key_file: Option<&Path>) -> Result<Readers> {
    let Backup { store: _, last_revision: _, readers } = Backup::open(data)?;
    match key_file {
        Some(path) => Ok(readers.opened_by(opening(Arc::new(key_file::read(path)?)))),
        None => Ok(readers),
    }
}

/// A host for evaluations that were done before: the instructions are limited as they were, and time is not.
///
/// # Errors
/// When the machine has no room for it.
pub fn host(jobs: NonZeroUsize, allocator: Allocator) -> Result<Arc<Host>> {
    let usual = HostLimits::default();
    let limits = HostLimits {
        // What a record refers to was taken when it was larger than is taken now.
        component_bytes: usize::MAX,
        // That a machine was slow is no result. Fuel is what ends a loop.
        timeout: Duration::from_secs(300),
        instances: usual.instances.max(u32::try_from(jobs.get()).unwrap_or(u32::MAX)),
        allocator,
        ..usual
    };
    Ok(Arc::new(Host::new(limits)?))
}

/// The incidents that are asked for; all that the store keeps where none is.
///
/// # Errors
/// When the store cannot be read, or keeps none of that id.
pub fn chosen(readers: &Readers, asked: &[IncidentId]) -> Result<Vec<IncidentId>> {
    for id in asked {
        readers.head(id)?.with_context(|| format!("the store keeps no incident {id}"))?;
    }
    if asked.is_empty() { Ok(all_incidents(readers)?) } else { Ok(asked.to_vec()) }
}

/// As many as the machine has cores.
pub fn cores() -> NonZeroUsize {
    thread::available_parallelism().unwrap_or(NonZeroUsize::MIN)
}

/// Does something with each incident, so many at a time, and gives what came of each in their order.
///
/// # Errors
/// The first that one of them came to; what was begun is finished first.
pub fn each<T: Send>(
    incidents: &[IncidentId],
    jobs: NonZeroUsize,
    doing: &'static str,
    what: impl Fn(&IncidentId) -> Result<T, QueryError> + Sync,
) -> Result<Vec<T>> {
    let (next, bar) = (AtomicUsize::new(0), bar(doing, incidents.len()));
    let done: Mutex<BTreeMap<usize, T>> = Mutex::default();
    let failed: Mutex<Option<anyhow::Error>> = Mutex::default();
    let work = || {
        while failed.lock().unwrap_or_else(PoisonError::into_inner).is_none() {
            let number = next.fetch_add(1, Ordering::Relaxed);
            let Some(id) = incidents.get(number) else { return };
            match what(id) {
                Ok(came) => drop(done.lock().unwrap_or_else(PoisonError::into_inner).insert(number, came)),
                Err(error) => {
                    let error = anyhow::Error::new(error).context(format!("incident {id}"));
                    failed.lock().unwrap_or_else(PoisonError::into_inner).get_or_insert(error);
                }
            }
            bar.inc(1);
        }
    };
    let all_ended = thread::scope(|scope| {
        let threads: Vec<_> = (0..jobs.get().min(incidents.len())).map(|_| scope.spawn(work)).collect();
        // Each is waited for, whatever came of the one before.
        threads.into_iter().map(|thread| thread.join().is_ok()).filter(|ended| !ended).count() == 0
    });
    bar.finish_and_clear();
    if !all_ended {
        return Err(anyhow!("a thread ended by a panic"));
    }
    match failed.into_inner().unwrap_or_else(PoisonError::into_inner) {
        Some(error) => Err(error),
        None => Ok(done.into_inner().unwrap_or_else(PoisonError::into_inner).into_values().collect()),
    }
}

/// Does every evaluation of these incidents again.
///
/// # Errors
/// When the store cannot be read. What comes out otherwise is no error: it is in what comes back.
pub fn replay(
    readers: &Readers,
    host: &Arc<Host>,
    incidents: &[IncidentId],
    jobs: NonZeroUsize,
) -> Result<Vec<Replayed>> {
    let replay = Replay::new(Arc::new(readers.clone()), Arc::clone(host));
    each(incidents, jobs, "working out again", |id| replay.incident(id))
}

/// How the evaluations of one rule set came out.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Count {
    /// To the same bytes.
    pub same: usize,
    /// To something else.
    pub different: usize,
    /// They cannot be worked out again.
    pub cannot: usize,
    /// It was not asked then, and the record says so.
    pub not_asked: usize,
    /// Of those that came out the same, those whose fuel was compared too.
    pub fuel: usize,
}

impl Count {
    fn take(&mut self, again: &Again, fuel_compared: bool) {
        let (which, compared) = match again {
            Again::Same => (&mut self.same, fuel_compared),
            Again::Different(_) => (&mut self.different, false),
            Again::Cannot(_) => (&mut self.cannot, false),
            Again::NotAsked => (&mut self.not_asked, false),
        };
        *which = which.saturating_add(1);
        self.fuel = self.fuel.saturating_add(usize::from(compared));
    }

    /// In words, after the name of a rule set.
    pub fn told(&self) -> String {
        let Self { same, different, cannot, not_asked, fuel } = *self;
        let mut told = Vec::new();
        if same > 0 {
            let fuel = match fuel {
                fuel if fuel == same => ", fuel included".to_owned(),
                0 => "; fuel was not compared: another engine counted it".to_owned(),
                fuel => format!("; fuel was compared for {fuel}: another engine counted that of the others"),
            };
            told.push(format!("{same} bit for bit as recorded{fuel}"));
        }
        if different > 0 {
            told.push(format!("{different} DIFFERENT"));
        }
        if cannot > 0 {
            told.push(format!("{cannot} cannot be worked out again"));
        }
        if not_asked > 0 {
            told.push(format!("{not_asked} times it was not asked, as the record says"));
        }
        told.join("; ")
    }
}

/// How the evaluations came out, by rule set.
pub fn by_rule_set(replayed: &[Replayed]) -> BTreeMap<RuleSetId, Count> {
    let mut counts: BTreeMap<RuleSetId, Count> = BTreeMap::new();
    for evaluation in replayed.iter().flat_map(|replayed| &replayed.evaluations) {
        counts.entry(evaluation.rule_set.clone()).or_default().take(&evaluation.again, evaluation.fuel_compared);
    }
    counts
}

/// All that did not come out bit for bit as recorded, a line each: what differs first, then what cannot be told.
pub fn exceptions(replayed: &[Replayed]) -> Vec<String> {
    let (mut different, mut cannot) = (Vec::new(), Vec::new());
    for Replayed { incident, evaluations, broken } in replayed {
        if let Some(why) = broken {
            different.push(format!("BROKEN: incident {incident}: {why}; run `muster verify` on this store"));
        }
        for evaluation in evaluations {
            let entries: Vec<String> = evaluation.entries.iter().map(ToString::to_string).collect();
            let entries = entries.join(", ");
            match &evaluation.again {
                Again::Same | Again::NotAsked => (),
                Again::Different(found) => different.extend(found.iter().map(|found| {
                    let (rule_set, entry, compared) = (&evaluation.rule_set, found.entry, found.compared);
                    format!(
                        "DIFFERENT: incident {incident}, entry {entry} ({rule_set}): {compared}\n  the record says: {}\n  it comes out as: {}",
                        found.recorded, found.again
                    )
                })),
                Again::Cannot(why) => cannot.push(format!(
                    "CANNOT BE WORKED OUT AGAIN: incident {incident}, entry {entries} ({}): {why}",
                    evaluation.rule_set
                )),
            }
        }
    }
    different.into_iter().chain(cannot).collect()
}

/// A bar on standard error, which draws itself on a terminal alone.
fn bar(doing: &'static str, of: usize) -> ProgressBar {
    let bar = ProgressBar::new(u64::try_from(of).unwrap_or(0)).with_message(doing);
    match ProgressStyle::with_template("{msg} [{bar:40}] {pos} of {len} incidents, {eta} left") {
        Ok(style) => bar.with_style(style),
        Err(_) => bar,
    }
}
