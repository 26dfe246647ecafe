//! Evaluations: after a commit, an incident's rule sets look at it; a burst of commits is looked at once.
//!
//! Never in the way of an append: it runs on threads of its own, and what it finds is one more entry.

use std::panic::AssertUnwindSafe;
use std::sync::Arc;

use muster_record::Incident;
use muster_record::agency::Interest;
use muster_record::ids::{AgencyId, IncidentId, Seq};
use muster_record::incident::advising::class::{NOT_LOADED, OUT_OF_USE, QUARANTINED};
use muster_record::incident::advising::{Looked, Outcome, Pin, Pinned};
use muster_record::time::Instant;
use muster_store::{Fence, Reads};
use muster_traces::Step;

use crate::access_clock::AccessClock;
use crate::error::QueryError;
use crate::evaluations::Evaluations;
use crate::folds::ReadFolds;
use crate::job::Job;
use crate::leases::{Leases, Turn};
use crate::place::Place;
use crate::queue::Queue;
use crate::rule_sets::RuleSets;
use crate::surroundings::{Surroundings, now};
use crate::traced::Traced;
use crate::views::Views;

/// When a rule set that failed is asked again although nothing was written: what was in its way may be gone.
fn later(as_of: Instant) -> Instant {
    as_of.checked_add_signed(chrono::TimeDelta::minutes(5)).unwrap_or(as_of)
}

/// The same where other servers share the store: what was in the way is the database's being away, mostly.
fn soon(as_of: Instant) -> Instant {
    as_of.checked_add_signed(chrono::TimeDelta::seconds(5)).unwrap_or(as_of)
}

/// What became of what a rule set said.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Recorded {
    /// It changed nothing.
    AsItWas,
    /// These entries say it: the first and the last.
    By(Seq, Seq),
    /// It could not be recorded.
    Not,
}

/// What came of asking one rule set.
struct Asked {
    recorded: Recorded,
    look_again_at: Option<Instant>,
}

/// What came of running one rule set.
pub(crate) struct Evaluated {
    /// What it looked at.
    pub(crate) looked: Looked,
    /// What came of it.
    pub(crate) outcome: Outcome,
    /// When it is to be asked again although nothing was written.
    pub(crate) look_again_at: Option<Instant>,
}

/// Somebody who looks: one on each thread.
#[derive(Clone)]
pub(crate) struct Evaluator {
    pub(crate) evaluations: Arc<Evaluations>,
    pub(crate) rule_sets: Arc<RuleSets>,
    pub(crate) readers: Arc<dyn Reads>,
    pub(crate) folds: Arc<ReadFolds>,
    pub(crate) views: Arc<Views>,
    pub(crate) access_clock: Arc<AccessClock>,
    pub(crate) queue: Arc<Queue>,
    pub(crate) surroundings: Arc<dyn Surroundings>,
    pub(crate) leases: Arc<Leases>,
    pub(crate) traced: Arc<Traced>,
}

impl Evaluator {
    /// Looks at one incident after another until stopped.
    pub(crate) fn run(&self) {
        while let Some(id) = self.evaluations.next(self.surroundings.as_ref()) {
            self.look_or_try_again(&id);
        }
    }

    /// The same as a task, of a runtime that has one thread for everything.
    pub(crate) async fn run_as_a_task(self) {
        while let Some(id) = self.evaluations.comes(self.surroundings.as_ref()).await {
            self.look_or_try_again(&id);
            tokio::task::yield_now().await;
        }
    }

    fn look_or_try_again(&self, id: &IncidentId) {
        let began = self.surroundings.passed();
        let looked = std::panic::catch_unwind(AssertUnwindSafe(|| self.look(id)));
        if !matches!(looked, Ok(Ok(()))) {
            tracing::error!(incident = %id, ?looked, "an incident could not be evaluated; it is tried again");
            self.evaluations.look_again(id, Some(self.try_again(now(self.surroundings.as_ref()))));
        }
        let ended = self.surroundings.passed();
        self.evaluations.done(id, ended.saturating_sub(began), ended);
    }

    fn look(&self, id: &IncidentId) -> Result<(), QueryError> {
        let Some(incident) = self.folds.get(&*self.readers, id)? else { return Ok(()) };
        let Turn::Ours(fence) = self.leases.turn(id)? else {
            self.evaluations.is_theirs(id, incident.seq);
            return Ok(());
        };
        self.evaluations.is_ours(id);
        let steps: Vec<Step> = self.traced.of_look(id).iter().map(|trace| trace.step("look")).collect();
        for step in &steps {
            step.says("muster.incident", id.as_str());
            step.says("muster.seq", &incident.seq.to_string());
        }
        // Before the time that rule sets are told: unless the machine's clock was set back, access is as of that time, and
        // whoever replays the record finds it there.
        let access_ends_by = self.access_clock.now(self.surroundings.as_ref());
        let as_of = now(self.surroundings.as_ref()).max(incident.recorded_at);
        let mut look_again_at: Option<Instant> = None;
        let (mut recorded, mut seen) = (true, incident.seq);
        let rule_sets = incident.advising.rule_sets.values().filter(|_| !incident.is_closed());
        for pinned in rule_sets.filter(|pinned| incident.interest_of(&pinned.pin.owner) != Interest::None) {
            // One look may be of several appends; what each rule set takes is told of the first.
            let step = steps.first().map(|look| look.trace().step("rule set"));
            if let Some(step) = &step {
                step.says("muster.rule_set", pinned.pin.rule_set.as_str());
            }
            let asked = match self.stopped(&incident, pinned) {
                Some(outcome) => self.stay_away(&incident, pinned, as_of, outcome, fence),
                None => self.ask(&incident, &pinned.pin, as_of, access_ends_by, fence)?,
            };
            match asked.recorded {
                // What is said here is no news to those who said it. What came between is, and is looked at again.
                Recorded::By(first, last) if fence.is_some() && first == seen.next() => seen = last,
                Recorded::By(_, _) | Recorded::AsItWas => (),
                Recorded::Not => recorded = false,
            }
            look_again_at = [look_again_at, asked.look_again_at].into_iter().flatten().min();
        }
        let shadows_again = self.look_in_shadow(id, as_of, access_ends_by, fence)?;
        look_again_at = [look_again_at, shadows_again].into_iter().flatten().min();
        if !recorded {
            // Not noted as looked at, so that a restart finds it too.
            self.evaluations.look_again(id, Some(self.try_again(as_of)));
            return Ok(());
        }
        self.evaluations.look_again(id, look_again_at);
        let looked = Job::Looked { incident: id.clone(), seq: seen, look_again_at, fence };
        if let Err(error) = self.queue.ask_and_wait(looked) {
            tracing::debug!(incident = %id, %error, "an evaluation was not noted");
        }
        Ok(())
    }

    /// When what went wrong is tried again.
    fn try_again(&self, as_of: Instant) -> Instant {
        if self.leases.is_shared() { soon(as_of) } else { later(as_of) }
    }

    /// Asks one rule set and has the difference recorded; returns when it wants to look again.
    fn ask(
        &self,
        incident: &Arc<Incident>,
        pin: &Pin,
        as_of: Instant,
        access_ends_by: Instant,
        fence: Option<Fence>,
    ) -> Result<Asked, QueryError> {
        let Evaluated { looked, outcome, look_again_at } = self.evaluate(incident, pin, as_of, access_ends_by)?;
        let outcome = self.evaluations.in_a_row(&incident.id, pin, outcome);
        Ok(Asked { recorded: self.record(incident, pin, looked, outcome, fence), look_again_at })
    }

    /// Asks one rule set. It is shown the incident as its owner sees it, and of that the parts it needs.
    pub(crate) fn evaluate(
        &self,
        incident: &Arc<Incident>,
        pin: &Pin,
        as_of: Instant,
        access_ends_by: Instant,
    ) -> Result<Evaluated, QueryError> {
        let place = Place {
            whole: Arc::clone(incident),
            seen: self.seen_by(incident, &pin.owner, as_of.max(access_ends_by))?,
            as_of,
        };
        let (looked, outcome, look_again_at) = match self.rule_sets.pinned(&*self.readers, pin) {
            Err(detail) => {
                let outcome = Outcome::Failed { class: NOT_LOADED.to_owned(), detail };
                (place.not_asked(pin), outcome, Some(later(as_of)))
            }
            Ok(loaded) => {
                let began = self.surroundings.passed();
                let said = place.ask(pin, &loaded);
                let took = self.surroundings.passed().saturating_sub(began);
                metrics::histogram!("muster_evaluation_seconds", "rule_set" => pin.rule_set.to_string())
                    .record(took.as_secs_f64());
                for line in &said.log {
                    tracing::info!(rule_set = %pin.rule_set, ?line, "a rule set wrote to its log");
                }
                let outcome = place.outcome(&said);
                let again = said.answer.map_or_else(|_| Some(later(as_of)), |advice| advice.look_again_at);
                (said.looked, outcome, again)
            }
        };
        Ok(Evaluated { looked, outcome, look_again_at })
    }

    /// Why a rule set is not asked at all: it was quarantined here, or its agency took it out of use.
    fn stopped(&self, incident: &Incident, pinned: &Pinned) -> Option<Outcome> {
        let failing = |class: &str| pinned.failing.as_deref() == Some(class);
        if self.rule_sets.is_out_of_use(&pinned.pin) {
            let detail = format!("{} took it out of use", pinned.pin.owner);
            return Some(Outcome::Failed { class: OUT_OF_USE.to_owned(), detail });
        }
        if failing(QUARANTINED) {
            tracing::debug!(incident = %incident.id, rule_set = %pinned.pin.rule_set, "a rule set is in quarantine and is not asked");
            return Some(Outcome::Failed { class: QUARANTINED.to_owned(), detail: String::new() });
        }
        None
    }

    /// Says once on the record why a rule set is not asked.
    fn stay_away(
        &self,
        incident: &Arc<Incident>,
        pinned: &Pinned,
        as_of: Instant,
        outcome: Outcome,
        fence: Option<Fence>,
    ) -> Asked {
        let place = Place { whole: Arc::clone(incident), seen: Arc::clone(incident), as_of };
        let looked = place.not_asked(&pinned.pin);
        Asked { recorded: self.record(incident, &pinned.pin, looked, outcome, fence), look_again_at: None }
    }

    /// The incident as a rule set's owner sees it.
    fn seen_by(&self, incident: &Arc<Incident>, owner: &AgencyId, at: Instant) -> Result<Arc<Incident>, QueryError> {
        self.views.of_agency(&*self.readers, incident, owner, at)
    }

    /// Has the difference recorded, under the lease where there is one.
    fn record(
        &self,
        incident: &Incident,
        pin: &Pin,
        looked: Looked,
        outcome: Outcome,
        fence: Option<Fence>,
    ) -> Recorded {
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
            return Recorded::AsItWas;
        }
        let job = Job::Advise {
            incident: incident.id.clone(),
            rule_set: pin.rule_set.clone(),
            owner: pin.owner.clone(),
            looked,
            outcome,
            fence,
        };
        match self.queue.ask_and_wait(job) {
            Ok(Some(appended)) => Recorded::By(appended.first, appended.last),
            Ok(None) => Recorded::AsItWas,
            Err(error) => {
                tracing::warn!(incident = %incident.id, rule_set = %pin.rule_set, %error, "advice was not recorded; it will be worked out again");
                Recorded::Not
            }
        }
    }
}
