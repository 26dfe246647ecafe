//! Evaluations: which incidents wait for their rule sets to look, and when one wants to be looked at again.

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use muster_record::entry::Hash;
use muster_record::ids::{IncidentId, Seq};
use muster_record::incident::advising::class::QUARANTINED;
use muster_record::incident::advising::{Outcome, Pin};
use muster_record::time::Instant;
use muster_rules::FailureClass;
use tokio::sync::{Notify, watch};

use crate::pace::Pace;
use crate::surroundings::{Surroundings, now};

/// Which incidents wait to be looked at.
pub(crate) struct Evaluations {
    state: Mutex<State>,
    bell: Condvar,
    /// The same bell for a task.
    chime: Notify,
    /// Counts evaluations that ended, for those who wait for one.
    ended: watch::Sender<u64>,
}

impl Default for Evaluations {
    fn default() -> Self {
        Self { state: Mutex::default(), bell: Condvar::default(), chime: Notify::new(), ended: watch::Sender::new(0) }
    }
}

#[derive(Default)]
struct State {
    waiting: VecDeque<IncidentId>,
    /// The same incidents, to be found quickly.
    queued: BTreeSet<IncidentId>,
    running: BTreeSet<IncidentId>,
    again: BTreeSet<IncidentId>,
    pace: Pace,
    due: BTreeMap<IncidentId, Instant>,
    /// Those that another server looks at, each with the entry up to which it is to.
    theirs: BTreeMap<IncidentId, Seq>,
    /// Failures in a row, of each component on each incident; none where it answered last.
    failed: BTreeMap<(IncidentId, Hash), u32>,
    stopping: bool,
}

/// Failures in a row after which a rule set is not asked again on an incident.
const QUARANTINE_AFTER: u32 = 3;

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
        // Under the lock, so that nobody who has just read the clock falls asleep on the old time.
        let _state = self.state();
        self.wake();
    }

    fn wake(&self) {
        self.bell.notify_all();
        self.chime.notify_one();
    }

    /// Whether nothing of this incident waits to be looked at.
    pub(crate) fn is_current(&self, id: &IncidentId, now: Instant) -> bool {
        let state = self.state();
        let due = state.due.get(id).is_some_and(|due| *due <= now);
        let theirs = state.theirs.contains_key(id);
        !due && !theirs && !state.running.contains(id) && !state.queued.contains(id) && !state.pace.rests(id)
    }

    /// Whether nothing waits to be looked at.
    pub(crate) fn is_idle(&self, now: Instant) -> bool {
        let state = self.state();
        let State { queued, running, pace, due, theirs, .. } = &*state;
        running.is_empty()
            && theirs.is_empty()
            && queued.is_empty()
            && pace.is_empty()
            && due.values().all(|due| *due > now)
    }

    /// The first moment at which something is to be looked at although nothing is written.
    pub(crate) fn next_due(&self) -> Option<Instant> {
        self.state().due.values().min().copied()
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

    /// Notes that it is another server's turn to look at an incident, up to an entry at least.
    pub(crate) fn is_theirs(&self, id: &IncidentId, until: Seq) {
        let mut state = self.state();
        let wanted = state.theirs.entry(id.clone()).or_default();
        *wanted = until.max(*wanted);
    }

    /// Notes that this server looks at an incident, whoever was to.
    pub(crate) fn is_ours(&self, id: &IncidentId) {
        self.state().theirs.remove(id);
    }

    /// Those that another server looks at, each with the entry up to which it is to.
    pub(crate) fn theirs(&self) -> BTreeMap<IncidentId, Seq> {
        self.state().theirs.clone()
    }

    /// Notes that another server has looked up to an entry, and when it is to be looked again, by whomever.
    pub(crate) fn theirs_is_done(&self, id: &IncidentId, until: Seq, look_again_at: Option<Instant>) {
        let mut state = self.state();
        if state.theirs.get(id).is_some_and(|wanted| *wanted <= until) {
            state.theirs.remove(id);
        }
        match look_again_at {
            Some(at) => state.due.insert(id.clone(), at),
            None => state.due.remove(id),
        };
        drop(state);
        // Who looks may be asleep for longer than until then.
        self.wake();
        self.ended.send_modify(|ended| *ended = ended.wrapping_add(1));
    }

    /// Notes that nobody looks at an incident which another server was to look at.
    pub(crate) fn theirs_is_ours(&self, id: &IncidentId) {
        let mut state = self.state();
        state.theirs.remove(id);
        state.note(id);
        self.wake();
    }

    /// The next incident to look at, once there is one; nothing when stopping.
    pub(crate) fn next(&self, surroundings: &dyn Surroundings) -> Option<IncidentId> {
        let mut state = self.state();
        loop {
            match state.next(surroundings) {
                Next::Nothing => return None,
                Next::Look(id) => return Some(id),
                Next::Rest(rest) => {
                    state = self.bell.wait_timeout(state, rest).unwrap_or_else(PoisonError::into_inner).0;
                }
            }
        }
    }

    /// The same for a task, which holds up nobody while it waits.
    pub(crate) async fn comes(&self, surroundings: &dyn Surroundings) -> Option<IncidentId> {
        loop {
            let next = self.state().next(surroundings);
            match next {
                Next::Nothing => return None,
                Next::Look(id) => return Some(id),
                // Rung or not, it looks again.
                Next::Rest(rest) => drop(tokio::time::timeout(rest, self.chime.notified()).await),
            }
        }
    }

    /// Notes that an incident was looked at, which took so long and ended then.
    pub(crate) fn done(&self, id: &IncidentId, took: Duration, ended: Duration) {
        let mut state = self.state();
        state.running.remove(id);
        let changed_meanwhile = state.again.remove(id);
        if !state.pace.looked(id, took, ended, changed_meanwhile) && changed_meanwhile {
            state.note(id);
        }
        drop(state);
        self.wake();
        self.ended.send_modify(|ended| *ended = ended.wrapping_add(1));
    }

    /// What is recorded of an evaluation: what came of it, or, of the third failure in a row, that the rule set is
    /// quarantined. That it found no room to run is not its failure.
    pub(crate) fn in_a_row(&self, id: &IncidentId, pin: &Pin, outcome: Outcome) -> Outcome {
        let key = (id.clone(), pin.component);
        let mut state = self.state();
        match outcome {
            Outcome::Answered { .. } => {
                state.failed.remove(&key);
                outcome
            }
            Outcome::Failed { ref class, .. } if *class == FailureClass::Busy.word() => outcome,
            Outcome::Failed { class, detail } => {
                let failures = state.failed.get(&key).copied().unwrap_or_default().saturating_add(1);
                if failures < QUARANTINE_AFTER {
                    state.failed.insert(key, failures);
                    return Outcome::Failed { class, detail };
                }
                state.failed.remove(&key);
                let detail = format!(
                    "{failures} failures in a row: it is not asked again until its agency changes its settings or its version, or moves the incident to this one again; the last one was {class}: {detail}"
                );
                Outcome::Failed { class: QUARANTINED.to_owned(), detail }
            }
        }
    }

    /// Lets those who look go home.
    pub(crate) fn stop(&self) {
        self.state().stopping = true;
        self.wake();
    }
}

/// What there is to do for somebody who looks.
enum Next {
    /// Nothing any more.
    Nothing,
    /// To look at this incident.
    Look(IncidentId),
    /// To wait, for so long at most.
    Rest(Duration),
}

impl State {
    fn next(&mut self, surroundings: &dyn Surroundings) -> Next {
        if self.stopping {
            return Next::Nothing;
        }
        let (at, passed) = (now(surroundings), surroundings.passed());
        self.what_is_due(at);
        for id in self.pace.rested(passed) {
            self.note(&id);
        }
        if let Some(id) = self.waiting.pop_front() {
            self.queued.remove(&id);
            self.running.insert(id.clone());
            return Next::Look(id);
        }
        let rest = self.due.values().min().map(|due| due.signed_duration_since(at).to_std().unwrap_or_default());
        let paced = self.pace.first().map_or(LONGEST_REST, |end| end.saturating_sub(passed));
        Next::Rest(rest.unwrap_or(LONGEST_REST).min(paced).min(LONGEST_REST))
    }

    fn note(&mut self, id: &IncidentId) {
        if self.running.contains(id) {
            self.again.insert(id.clone());
        } else if self.pace.rests(id) {
            // It is looked at when its rest is over.
        } else if self.queued.insert(id.clone()) {
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
