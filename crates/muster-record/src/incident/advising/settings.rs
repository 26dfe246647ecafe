//! Settings: the agency that owns a rule set changes them, and its open incidents go on with the new ones.
//!
//! What the settings are is no affair of the record: it holds their digests, and which places changed.

use serde::{Deserialize, Serialize};

use super::Pin;
use crate::agency::Interest;
use crate::entry::Hash;
use crate::ids::{AgencyId, RuleSetId};
use crate::incident::Incident;

/// The owner of a rule set changed its settings: the incident uses the new ones from now on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SettingsChanged {
    /// The rule set.
    pub rule_set: RuleSetId,
    /// SHA-256 of the settings before.
    pub from: Hash,
    /// SHA-256 of the settings from now on.
    pub to: Hash,
    /// Where they differ (`vehicles[2].seats`), but not in what: an empty place stands for the whole.
    pub changed: Vec<String>,
    /// Why.
    pub because: String,
}

/// Places that are named in a line of English.
const NAMED: usize = 3;

impl SettingsChanged {
    pub(super) fn told(&self) -> String {
        let Self { rule_set, from: _, to: _, changed, because } = self;
        let more = changed.len().saturating_sub(NAMED);
        let named =
            changed.iter().take(NAMED).filter(|place| !place.is_empty()).cloned().collect::<Vec<_>>().join(", ");
        let places = match (named.as_str(), more) {
            ("", _) => String::new(),
            (named, 0) => format!(" ({named})"),
            (named, more) => format!(" ({named} and {more} more)"),
        };
        format!("changed the settings of {rule_set}{places}: {because}")
    }
}

impl Incident {
    /// The rule set as this incident uses it, where an agency's settings bear on it: the incident is open, the rule
    /// set is the agency's own, and the agency has a seat.
    pub fn ruled_by(&self, owner: &AgencyId, rule_set: &RuleSetId) -> Option<&Pin> {
        let pin = &self.advising.rule_sets.get(rule_set)?.pin;
        let bears = pin.owner == *owner && !self.is_closed() && self.interest_of(owner) != Interest::None;
        bears.then_some(pin)
    }

    /// This incident as it would be with another version of a rule set: for looking ahead, never for writing.
    #[must_use]
    pub fn pinned_as(&self, pin: &Pin) -> Self {
        let mut after = self.clone();
        after.advising.pin(pin);
        after
    }

    /// This incident as it would be with other settings of a rule set: for looking ahead, never for writing.
    #[must_use]
    pub fn with_settings(&self, rule_set: &RuleSetId, to: Hash) -> Self {
        let mut after = self.clone();
        after.advising.set(rule_set, to);
        after
    }
}

impl super::Advising {
    pub(super) fn set(&mut self, rule_set: &RuleSetId, to: Hash) {
        if let Some(pinned) = self.rule_sets.get_mut(rule_set) {
            pinned.pin.settings = to;
            // It may have been the settings before that it failed with.
            pinned.failing = None;
        }
    }
}
