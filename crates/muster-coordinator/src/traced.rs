//! Which traces belong to what was committed last, so that those who look at it and those it is sent to are part of them.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};

use muster_record::ids::IncidentId;
use muster_store::Revision;
use muster_traces::Trace;

/// Commits whose traces are remembered, and incidents whose next look is part of some.
const REMEMBERED: usize = 1_024;
/// Traces of which one look is part.
const OF_ONE_LOOK: usize = 16;

/// The traces of what was committed last.
#[derive(Default)]
pub(crate) struct Traced {
    /// Nobody asks further while nothing was ever traced.
    any: AtomicBool,
    known: Mutex<Known>,
}

#[derive(Default)]
struct Known {
    commits: BTreeMap<Revision, Trace>,
    looks: BTreeMap<IncidentId, Vec<Trace>>,
}

impl Traced {
    /// Notes that a commit is part of a trace.
    pub(crate) fn committed(&self, incident: &IncidentId, revision: Revision, trace: &Trace) {
        if trace.is_none() {
            return;
        }
        self.any.store(true, Ordering::Relaxed);
        let mut known = self.known();
        known.commits.insert(revision, trace.clone());
        if known.commits.len() > REMEMBERED {
            known.commits.pop_first();
        }
        if known.looks.len() < REMEMBERED || known.looks.contains_key(incident) {
            let waiting = known.looks.entry(incident.clone()).or_default();
            if waiting.len() < OF_ONE_LOOK {
                waiting.push(trace.clone());
            }
        }
    }

    /// What trace a commit is part of.
    pub(crate) fn of_commit(&self, revision: Revision) -> Trace {
        if !self.any.load(Ordering::Relaxed) {
            return Trace::default();
        }
        self.known().commits.get(&revision).cloned().unwrap_or_default()
    }

    /// The traces that the look at an incident which begins now is part of.
    pub(crate) fn of_look(&self, incident: &IncidentId) -> Vec<Trace> {
        if !self.any.load(Ordering::Relaxed) {
            return Vec::new();
        }
        self.known().looks.remove(incident).unwrap_or_default()
    }

    fn known(&self) -> MutexGuard<'_, Known> {
        self.known.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
