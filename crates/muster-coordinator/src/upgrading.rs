//! Moving an open incident to another version of a rule set: looked at first, and then an entry.

use muster_record::entry::{Hand, Hash};
use muster_record::ids::{AgencyId, IncidentId, RuleSetId, Seq};
use muster_record::incident::advising::Pin;
use muster_record::visible::Reader;

use crate::coordinator::Coordinator;
use crate::error::QueryError;
use crate::job::Job;
use crate::settings::{Foreseen, SettingsError};

/// A request to move an incident to the version that new incidents use.
#[derive(Debug, Clone)]
pub struct UpgradeAsk {
    /// The caller's agency, whose rule set it is.
    pub agency: AgencyId,
    /// The hand that moves it.
    pub hand: Hand,
    /// The incident.
    pub incident: IncidentId,
    /// The rule set.
    pub rule_set: RuleSetId,
    /// SHA-256 of the component that the caller looked at.
    pub component: Hash,
}

/// What moving an incident to another version came to, or would.
#[derive(Debug, Clone)]
pub struct Upgraded {
    /// The version before.
    pub from: Pin,
    /// The version from now on.
    pub to: Pin,
    /// What would change in the advice, of an incident looked at up to this entry; or why there would be none.
    pub foreseen: Option<(Seq, Result<Foreseen, String>)>,
}

impl Coordinator {
    /// What moving an incident to the version that new incidents use would change in its advice. Nothing is written.
    ///
    /// # Errors
    /// As [`Coordinator::upgrade`].
    pub fn preview_upgrade(&self, ask: &UpgradeAsk) -> Result<Upgraded, SettingsError> {
        let (from, to) = self.versions(ask)?;
        let incident = self.folds.get(&self.readers, &ask.incident)?.ok_or(QueryError::NotPermitted)?;
        let loaded = self.rule_sets.pinned(&self.readers, &to);
        let foreseen = loaded.and_then(|loaded| self.foresee_as(&incident, &to, &loaded));
        Ok(Upgraded { from, to, foreseen: Some((incident.seq, foreseen)) })
    }

    /// Moves an incident to the version that new incidents use, with an entry on it. It blocks its thread until that is
    /// durable.
    ///
    /// # Errors
    /// [`SettingsError`]; nothing was written unless the outcome is unknown.
    pub fn upgrade(&self, ask: &UpgradeAsk) -> Result<Upgraded, SettingsError> {
        let (from, to) = self.versions(ask)?;
        let job = Job::Repin {
            incident: ask.incident.clone(),
            agency: ask.agency.clone(),
            hand: ask.hand.clone(),
            from: from.clone(),
            to: to.clone(),
        };
        self.queue.ask_and_wait(job)?;
        Ok(Upgraded { from, to, foreseen: None })
    }

    /// The version that the incident uses, and the one that it would.
    fn versions(&self, ask: &UpgradeAsk) -> Result<(Pin, Pin), SettingsError> {
        let installed = self.own(&ask.agency, &ask.rule_set)?;
        // Whoever has no seat is not told whether there is such an incident.
        let seen = self.incident(&Reader::of(ask.agency.clone()), &ask.incident)?;
        let pinned = seen.advising.rule_sets.get(&ask.rule_set);
        let from = seen.ruled_by(&ask.agency, &ask.rule_set).cloned().ok_or(SettingsError::NoSuchRuleSet)?;
        let to = installed.pin(&self.readers, &ask.rule_set, &from.owner).map_err(QueryError::from)?;
        if to.component != ask.component {
            return Err(SettingsError::OtherComponent);
        }
        let failing = pinned.is_some_and(|pinned| pinned.failing.is_some());
        if to == from && !failing { Err(SettingsError::SameVersion) } else { Ok((from, to)) }
    }
}
