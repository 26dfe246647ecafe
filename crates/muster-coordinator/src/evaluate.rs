//! Evaluations: after a commit, an incident's rule sets look at it; a burst of commits is looked at once.
//!
//! Never in the way of an append: it runs on threads of its own, and what it finds is one more entry.

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use muster_record::Incident;
use muster_record::entry::Hash;
use muster_record::ids::IncidentId;
use muster_record::incident::advising::{Looked, Outcome, Pin};
use muster_record::time::Instant;
use muster_store::Readers;
use tokio::sync::watch;

use crate::error::QueryError;
use crate::folds::ReadFolds;
use crate::job::Job;
use crate::queue::Queue;
use crate::rule_sets::RuleSets;
use crate::surroundings::{Surroundings, now};

/// Which incidents wait to be looked at.
pub(crate) struct Evaluations {
    state: Mutex<State>,
    bell: Condvar,
    /// Counts evaluations that ended, for those who wait for one.
    ended: watch::Sender<u64>,
}

impl Default for Evaluations {
    fn default() -> Self {
        Self { state: Mutex::default(), bell: Condvar::default(), ended: watch::Sender::new(0) }
    }
}

#[derive(Default)]
struct State {
    waiting: VecDeque<IncidentId>,
    running: BTreeSet<IncidentId>,
    again: BTreeSet<IncidentId>,
    due: BTreeMap<IncidentId, Instant>,
    stopping: bool,
}

/// The longest rest between two looks at the clock: a clock that was moved is noticed by then.
const LONGEST_REST: Duration = Duration::from_secs(60);

impl Evaluations {
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Notes that these incidents are to be looked at, waking nobody yet.
    pub(crate) fn note(&self, incidents: &[IncidentId]) {
        if incidents.is_empty() {
            return;
        }
        let mut state = self.state();
        for id in incidents {
            state.note(id);
        }
    }

    /// Wakes those who look.
    pub(crate) fn ring(&self) {
        self.bell.notify_all();
    }

    /// Whether nothing of this incident waits to be looked at.
    pub(crate) fn is_current(&self, id: &IncidentId, now: Instant) -> bool {
        let state = self.state();
        let due = state.due.get(id).is_some_and(|due| *due <= now);
        !due && !state.running.contains(id) && !state.waiting.contains(id)
    }

    /// Word of each evaluation that ends.
    pub(crate) fn ended(&self) -> watch::Receiver<u64> {
        self.ended.subscribe()
    }

    /// Sets when an incident is to be looked at although nothing is written.
    pub(crate) fn look_again(&self, id: &IncidentId, at: Option<Instant>) {
        let mut state = self.state();
        match at {
            Some(at) => state.due.insert(id.clone(), at),
            None => state.due.remove(id),
        };
    }

    /// The next incident to look at, once there is one; nothing when stopping.
    fn next(&self, surroundings: &dyn Surroundings) -> Option<IncidentId> {
        let mut state = self.state();
        loop {
            if state.stopping {
                return None;
            }
            let at = now(surroundings);
            state.what_is_due(at);
            if let Some(id) = state.waiting.pop_front() {
                state.running.insert(id.clone());
                return Some(id);
            }
            let rest = state.due.values().min().map(|due| due.signed_duration_since(at).to_std().unwrap_or_default());
            let rest = rest.unwrap_or(LONGEST_REST).min(LONGEST_REST);
            state = self.bell.wait_timeout(state, rest).unwrap_or_else(PoisonError::into_inner).0;
        }
    }

    fn done(&self, id: &IncidentId) {
        let mut state = self.state();
        state.running.remove(id);
        if state.again.remove(id) {
            state.note(id);
        }
        drop(state);
        self.bell.notify_all();
        self.ended.send_modify(|ended| *ended = ended.wrapping_add(1));
    }

    /// Lets those who look go home.
    pub(crate) fn stop(&self) {
        self.state().stopping = true;
        self.bell.notify_all();
    }
}

impl State {
    fn note(&mut self, id: &IncidentId) {
        if self.running.contains(id) {
            self.again.insert(id.clone());
        } else if !self.waiting.contains(id) {
            self.waiting.push_back(id.clone());
        }
    }

    fn what_is_due(&mut self, at: Instant) {
        let due: Vec<IncidentId> = self.due.iter().filter(|(_, due)| **due <= at).map(|(id, _)| id.clone()).collect();
        for id in due {
            self.due.remove(&id);
            self.note(&id);
        }
    }
}

/// When a rule set that failed is asked again although nothing was written: what was in its way may be gone.
fn later(as_of: Instant) -> Instant {
    as_of.checked_add_signed(chrono::TimeDelta::minutes(5)).unwrap_or(as_of)
}

/// Somebody who looks: one on each thread.
#[derive(Clone)]
pub(crate) struct Evaluator {
    pub(crate) evaluations: Arc<Evaluations>,
    pub(crate) rule_sets: Arc<RuleSets>,
    pub(crate) readers: Readers,
    pub(crate) folds: Arc<ReadFolds>,
    pub(crate) queue: Arc<Queue>,
    pub(crate) surroundings: Arc<dyn Surroundings>,
}

impl Evaluator {
    /// Looks at one incident after another until stopped.
    pub(crate) fn run(&self) {
        while let Some(id) = self.evaluations.next(self.surroundings.as_ref()) {
            if let Err(error) = self.look(&id) {
                tracing::error!(incident = %id, %error, "an incident could not be evaluated");
            }
            self.evaluations.done(&id);
        }
    }

    fn look(&self, id: &IncidentId) -> Result<(), QueryError> {
        let Some(incident) = self.folds.get(&self.readers, id)? else { return Ok(()) };
        let as_of = now(self.surroundings.as_ref()).max(incident.recorded_at);
        let mut look_again_at: Option<Instant> = None;
        if !incident.is_closed() {
            for pinned in incident.advising.rule_sets.values() {
                let asks = self.ask(&incident, &pinned.pin, as_of);
                look_again_at = [look_again_at, asks].into_iter().flatten().min();
            }
        }
        self.evaluations.look_again(id, look_again_at);
        let looked = Job::Looked { incident: id.clone(), seq: incident.seq, look_again_at };
        if let Err(error) = self.queue.ask_and_wait(looked) {
            tracing::debug!(incident = %id, %error, "an evaluation was not noted");
        }
        Ok(())
    }

    /// Asks one rule set and has the difference recorded; returns when it wants to look again.
    fn ask(&self, incident: &Incident, pin: &Pin, as_of: Instant) -> Option<Instant> {
        let situation = incident.situation(&pin.owner, as_of);
        let looked = |situation: Hash, fuel_used: u64, fuel_limit: u64| Looked {
            component: pin.component,
            settings: pin.settings,
            seq: incident.seq,
            as_of,
            situation,
            fuel_used,
            fuel_limit,
        };
        let (looked, outcome, look_again_at) = match self.rule_sets.pinned(&self.readers, pin) {
            Err(detail) => {
                let outcome = Outcome::Failed { class: "not-loaded".to_owned(), detail };
                (looked(Hash::NONE, 0, 0), outcome, Some(later(as_of)))
            }
            Ok(loaded) => {
                let evaluated = loaded.advise(&situation);
                for line in &evaluated.log {
                    tracing::info!(rule_set = %pin.rule_set, ?line, "a rule set wrote to its log");
                }
                let looked = looked(Hash(evaluated.situation_digest), evaluated.fuel_used, evaluated.fuel_limit);
                match evaluated.outcome {
                    Ok(advice) => {
                        let again = advice.look_again_at;
                        (looked, Outcome::Answered { advice, digest: Hash(evaluated.outcome_digest) }, again)
                    }
                    Err(failure) => {
                        let class = failure.class.word().to_owned();
                        (looked, Outcome::Failed { class, detail: failure.detail }, Some(later(as_of)))
                    }
                }
            }
        };
        self.record(incident, pin, looked, outcome);
        look_again_at
    }

    fn record(&self, incident: &Incident, pin: &Pin, looked: Looked, outcome: Outcome) {
        let word = match &outcome {
            Outcome::Answered { .. } => "answered".to_owned(),
            Outcome::Failed { class, detail } => {
                tracing::warn!(incident = %incident.id, rule_set = %pin.rule_set, class, detail, "a rule set could not advise");
                class.clone()
            }
        };
        metrics::counter!("muster_evaluations_total", "rule_set" => pin.rule_set.to_string(), "outcome" => word)
            .increment(1);
        if incident.reconcile(&pin.rule_set, &looked, &outcome).is_empty() {
            return;
        }
        let job = Job::Advise {
            incident: incident.id.clone(),
            rule_set: pin.rule_set.clone(),
            owner: pin.owner.clone(),
            looked,
            outcome,
        };
        if let Err(error) = self.queue.ask_and_wait(job) {
            tracing::warn!(incident = %incident.id, rule_set = %pin.rule_set, %error, "advice was not recorded; it will be worked out again");
        }
    }
}
