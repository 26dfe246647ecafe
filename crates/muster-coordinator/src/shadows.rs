//! Rule sets in shadow: they look at the incidents that their agency leads, and what they would say is counted and kept
//! beside the records.

use std::collections::BTreeMap;
use std::sync::{Arc, PoisonError, RwLock};

use muster_record::Incident;
use muster_record::agency::Interest;
use muster_record::ids::{AgencyId, IncidentId, RuleSetId, Seq};
use muster_record::incident::advising::{Outcome, Pin};
use muster_record::shadow::{Difference, Said, ShadowLook};
use muster_record::situation::IncidentKind;
use muster_record::time::Instant;
use muster_record::visible::Reader;
use muster_store::Fence;

use crate::coordinator::Coordinator;
use crate::error::QueryError;
use crate::evaluate::{Evaluated, Evaluator};
use crate::job::Job;
use crate::rule_sets::Installed;
use crate::settings::{Foreseen, changed};

type ByOwner = BTreeMap<(AgencyId, RuleSetId), Arc<Installed>>;

/// The rule sets that are in shadow, by whose they are and by name.
#[derive(Default)]
pub(crate) struct Shadows {
    held: RwLock<Arc<ByOwner>>,
}

impl Shadows {
    fn held(&self) -> Arc<ByOwner> {
        Arc::clone(&self.held.read().unwrap_or_else(PoisonError::into_inner))
    }

    fn change(&self, change: impl FnOnce(&mut ByOwner)) {
        let mut held = self.held.write().unwrap_or_else(PoisonError::into_inner);
        change(Arc::make_mut(&mut held));
    }

    /// Puts one in shadow, in place of an earlier version.
    pub(crate) fn put(&self, agency: &AgencyId, name: RuleSetId, installed: Installed) {
        self.change(|held| drop(held.insert((agency.clone(), name), Arc::new(installed))));
    }

    /// All of them, by whose they are and by name.
    pub(crate) fn all(&self) -> Vec<(AgencyId, RuleSetId)> {
        self.held().keys().cloned().collect()
    }

    /// Takes one out of shadow.
    pub(crate) fn end(&self, agency: &AgencyId, name: &RuleSetId) {
        self.change(|held| drop(held.remove(&(agency.clone(), name.clone()))));
    }

    /// The one of that name.
    pub(crate) fn get(&self, agency: &AgencyId, name: &RuleSetId) -> Option<Arc<Installed>> {
        self.held().get(&(agency.clone(), name.clone())).cloned()
    }

    /// Those that look at an incident of this kind, led by this agency.
    fn of(&self, lead: &AgencyId, kind: IncidentKind) -> Vec<(RuleSetId, Arc<Installed>)> {
        let held = self.held();
        let concerned = held.iter().filter(|((agency, _), installed)| {
            agency == lead && installed.loaded.description().concerns.contains(&kind)
        });
        concerned.map(|((_, name), installed)| (name.clone(), Arc::clone(installed))).collect()
    }
}

impl Evaluator {
    /// Asks the rule sets that are in shadow; returns when one of them wants to look again. What stands in their way is
    /// in nobody else's.
    ///
    /// They are held against the record as it stands after those in use have said theirs.
    pub(crate) fn look_in_shadow(
        &self,
        id: &IncidentId,
        as_of: Instant,
        access_ends_by: Instant,
        fence: Option<Fence>,
    ) -> Result<Option<Instant>, QueryError> {
        let Some(incident) = self.folds.get(&*self.readers, id)? else { return Ok(None) };
        let (lifecycle, as_of) = (&incident.lifecycle, as_of.max(incident.recorded_at));
        let mut look_again_at: Option<Instant> = None;
        if incident.is_closed() || incident.interest_of(&lifecycle.lead) == Interest::None {
            return Ok(None);
        }
        for (name, installed) in self.rule_sets.shadows.of(&lifecycle.lead, lifecycle.opening.kind) {
            let pin = installed.pin(&*self.readers, &name, &lifecycle.lead)?;
            let before = self.readers.last_shadow_look(&incident.id, &pin.owner, &name)?;
            if before.as_ref().is_some_and(|before| before.is_last(pin.component, pin.settings)) {
                continue;
            }
            let evaluation = self.evaluate(&incident, &pin, as_of, access_ends_by)?;
            look_again_at = [look_again_at, evaluation.look_again_at].into_iter().flatten().min();
            let look = self.look_of(&incident, &pin, evaluation);
            if before.as_ref().is_none_or(|before| !look.repeats(before))
                && let Err(error) = self.queue.ask_and_wait(Job::ShadowLook(look, fence))
            {
                tracing::warn!(incident = %incident.id, rule_set = %name, %error, "a look in shadow was not kept; it is worked out again");
            }
        }
        Ok(look_again_at)
    }

    fn look_of(&self, incident: &Incident, pin: &Pin, evaluated: Evaluated) -> ShadowLook {
        let Evaluated { looked, outcome, look_again_at: _ } = evaluated;
        let outcome = self.evaluations.in_a_row(&incident.id, pin, outcome);
        let said = match &outcome {
            Outcome::Answered { digest, .. } => {
                let changed = changed(incident, pin, &looked, &outcome);
                let difference = changed.as_ref().map(Difference::of).unwrap_or_default();
                Said::Advice { digest: *digest, difference }
            }
            Outcome::Failed { class, detail: _ } => Said::Failure { class: class.clone() },
        };
        ShadowLook {
            incident: incident.id.clone(),
            owner: pin.owner.clone(),
            rule_set: pin.rule_set.clone(),
            component: looked.component,
            settings: looked.settings,
            seq: looked.seq,
            as_of: looked.as_of,
            situation: looked.situation,
            fuel_used: looked.fuel_used,
            said,
        }
    }
}

/// A rule set in shadow, or one that waits to be approved, held against what stands on an incident.
#[derive(Debug, Clone)]
pub struct Compared {
    /// The version that was asked, with the settings that it would have.
    pub shadow: Pin,
    /// The incident's last entry when it was looked at.
    pub seq: Seq,
    /// How the advice would differ; or why there would be none.
    pub foreseen: Result<Foreseen, String>,
}

impl Coordinator {
    /// What an agency's rule set made of incidents in shadow, newest first, before a number, at most `limit`; and the
    /// number before which it goes on, where there is more. Incidents in which the agency has no seat any more are left
    /// out, so that a page may be short.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn shadow_looks(
        &self,
        agency: &AgencyId,
        rule_set: &RuleSetId,
        before: u64,
        limit: usize,
    ) -> Result<(Vec<ShadowLook>, Option<u64>), QueryError> {
        let mut found = self.readers.shadow_looks(agency, rule_set, before, limit.saturating_add(1))?;
        let more = found.len() > limit;
        found.truncate(limit);
        let next = found.last().filter(|_| more).map(|(number, _)| *number);
        let mut looks = Vec::with_capacity(found.len());
        for (_, look) in found {
            if self.readers.has_seat(agency, &look.incident)? {
                looks.push(look);
            }
        }
        Ok((looks, next))
    }

    /// What the agency's rule set in shadow would say of an incident now, held against what stands there. Nothing is
    /// written.
    ///
    /// # Errors
    /// [`QueryError::NotPermitted`] where the agency does not lead such an incident, and [`QueryError::NoSuch`] where it
    /// has nothing of that name in shadow.
    pub fn compare_shadow(
        &self,
        agency: &AgencyId,
        rule_set: &RuleSetId,
        id: &IncidentId,
    ) -> Result<Compared, QueryError> {
        let seen = self.incident(&Reader::of(agency.clone()), id)?;
        if seen.lifecycle.lead != *agency {
            return Err(QueryError::NotPermitted);
        }
        let none = || QueryError::NoSuch { what: "rule set of your agency in shadow", given: rule_set.to_string() };
        let installed = self.rule_sets.shadows.get(agency, rule_set).ok_or_else(none)?;
        let shadow = installed.pin(&*self.readers, rule_set, agency)?;
        let incident = self.folds.get(&*self.readers, id)?.ok_or(QueryError::NotPermitted)?;
        let loaded = self.rule_sets.pinned(&*self.readers, &shadow);
        let foreseen = loaded.and_then(|loaded| self.foresee_as(&incident, &shadow, &loaded));
        Ok(Compared { shadow, seq: incident.seq, foreseen })
    }

    /// Has the open incidents that an agency leads looked at again.
    pub(crate) fn look_at_all_led_by(&self, agency: &AgencyId) -> Result<(), QueryError> {
        self.note(&self.open_incidents_of(agency)?);
        Ok(())
    }
}
