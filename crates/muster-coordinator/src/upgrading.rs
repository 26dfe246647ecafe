//! Moving an open incident to another version of a rule set: looked at first, and then an entry.

use muster_record::Fact;
use muster_record::entry::{Hand, Hash};
use muster_record::ids::{AgencyId, IncidentId, RequestId, RuleSetId, Seq};
use muster_record::incident::advising::{self, Pin};
use muster_record::visible::Reader;

use crate::coordinator::Coordinator;
use crate::error::QueryError;
use crate::job::{Appended, Job};
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

/// What makes a move one that is written.
#[derive(Debug, Clone)]
pub struct UpgradeWrite {
    /// What the caller names the request.
    pub request: RequestId,
    /// The hash of the request's canonical body.
    pub body: Hash,
    /// Why, for everybody at the table.
    pub because: String,
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
    /// Whether this repeats an earlier answer.
    pub replayed: bool,
}

impl Coordinator {
    /// What moving an incident to the version that new incidents use would change in its advice. Nothing is written.
    ///
    /// # Errors
    /// As [`Coordinator::upgrade`].
    pub fn preview_upgrade(&self, ask: &UpgradeAsk) -> Result<Upgraded, SettingsError> {
        let (from, to) = self.versions(ask)?;
        let incident = self.folds.get(&*self.readers, &ask.incident)?.ok_or(QueryError::NotPermitted)?;
        let loaded = self.rule_sets.pinned(&*self.readers, &to);
        let foreseen = loaded.and_then(|loaded| self.foresee_as(&incident, &to, &loaded));
        Ok(Upgraded { from, to, foreseen: Some((incident.seq, foreseen)), replayed: false })
    }

    /// Moves an incident to the version that new incidents use, with an entry that says why and one that is the move. A
    /// rule set that was quarantined there is asked again; the version may then be the same. It blocks its thread until
    /// that is durable.
    ///
    /// # Errors
    /// [`SettingsError`]; nothing was written unless the outcome is unknown, and then the same request settles it.
    pub fn upgrade(&self, ask: &UpgradeAsk, write: UpgradeWrite) -> Result<Upgraded, SettingsError> {
        // A request that was done before finds the version in place: what is in its way is told after the writer has
        // looked for it.
        let (pins, refused) = match self.versions(ask) {
            Ok(pins) => (Some(pins), None),
            Err(refused) => (None, Some(refused)),
        };
        let job = Job::Repin {
            incident: ask.incident.clone(),
            agency: ask.agency.clone(),
            hand: ask.hand.clone(),
            pins: pins.clone(),
            write,
        };
        let written = self.queue.ask_and_wait(job)?;
        match (written.filter(|written| written.replayed), pins, refused) {
            (Some(before), _, _) => self.upgraded_before(ask, &before),
            (None, Some((from, to)), _) => Ok(Upgraded { from, to, foreseen: None, replayed: false }),
            (None, None, refused) => Err(refused.unwrap_or(SettingsError::NoSuchRuleSet)),
        }
    }

    /// The answer to a request that was done before, as the record has it.
    fn upgraded_before(&self, ask: &UpgradeAsk, before: &Appended) -> Result<Upgraded, SettingsError> {
        let written = before.entries.iter().find_map(|written| pin_of(&ask.rule_set, &written.entry.fact));
        let to = written.ok_or(SettingsError::NoSuchRuleSet)?;
        let earlier = usize::try_from(before.first.0.saturating_sub(1)).unwrap_or(usize::MAX);
        let stored = self.readers.entries(&ask.incident, Seq(0), earlier).map_err(QueryError::from)?;
        let mut from = None;
        for stored in &stored {
            let entry = stored.sealed.open_unless_erased().map_err(QueryError::from)?;
            from = entry.and_then(|entry| pin_of(&ask.rule_set, &entry.fact)).or(from);
        }
        Ok(Upgraded { from: from.unwrap_or_else(|| to.clone()), to, foreseen: None, replayed: true })
    }

    /// The version that the incident uses, and the one that it would.
    fn versions(&self, ask: &UpgradeAsk) -> Result<(Pin, Pin), SettingsError> {
        let installed = self.own(&ask.agency, &ask.rule_set)?;
        // Whoever has no seat is not told whether there is such an incident.
        let seen = self.incident(&Reader::of(ask.agency.clone()), &ask.incident)?;
        let pinned = seen.advising.rule_sets.get(&ask.rule_set);
        let from = seen.ruled_by(&ask.agency, &ask.rule_set).cloned().ok_or(SettingsError::NoSuchRuleSet)?;
        let to = installed.pin(&*self.readers, &ask.rule_set, &from.owner).map_err(QueryError::from)?;
        if to.component != ask.component {
            return Err(SettingsError::OtherComponent);
        }
        let failing = pinned.is_some_and(|pinned| pinned.failing.is_some());
        if to == from && !failing { Err(SettingsError::SameVersion) } else { Ok((from, to)) }
    }
}

/// The version of a rule set that an entry pins, where it is such an entry.
fn pin_of(rule_set: &RuleSetId, fact: &Fact) -> Option<Pin> {
    let pin = if let Fact::Advice(advising::Fact::Pinned(pin)) = fact { pin } else { return None };
    (pin.rule_set == *rule_set).then(|| pin.clone())
}
