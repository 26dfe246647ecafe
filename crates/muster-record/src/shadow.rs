//! In shadow: what a rule set would have said of an incident, counted and kept beside the record, never on it.
//!
//! Nothing that it would have said is kept, only digests and counts: it can be worked out again from the record, and so
//! there is nothing beside the record that would have to be withheld or erased.

use crate::entry::Hash;
use crate::ids::{AgencyId, IncidentId, RuleSetId, Seq};
use crate::incident::advising::Changed;
use crate::incident::advising::class::QUARANTINED;
use crate::time::Instant;

/// What a rule set in shadow made of an incident.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ShadowLook {
    /// The incident.
    pub incident: IncidentId,
    /// Whose rule set it is.
    pub owner: AgencyId,
    /// The rule set.
    pub rule_set: RuleSetId,
    /// SHA-256 of its component.
    pub component: Hash,
    /// SHA-256 of its settings.
    pub settings: Hash,
    /// The last entry that it could see.
    pub seq: Seq,
    /// The time it was told.
    pub as_of: Instant,
    /// SHA-256 of the situation that it was shown; none where it was not asked.
    pub situation: Hash,
    /// Units of fuel that it used.
    pub fuel_used: u64,
    /// What came of it.
    pub said: Said,
}

/// What came of asking a rule set in shadow.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Said {
    /// Advice.
    Advice {
        /// SHA-256 of it.
        digest: Hash,
        /// How it differs from what stands on the record under the rule set's name.
        difference: Difference,
    },
    /// None: it failed. Why is worked out again where somebody asks, as the words of a failure can hold facts.
    Failure {
        /// The class of failure, as on records.
        class: String,
    },
}

/// Items of advice by which what a rule set would say differs from what stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Difference {
    /// New ones.
    pub added: u32,
    /// Ones that mean the same and would say something else.
    pub revised: u32,
    /// Ones that would no longer be given.
    pub withdrawn: u32,
}

impl Difference {
    /// What a change of the advice comes to.
    pub fn of(changed: &Changed) -> Self {
        let count = |items: usize| u32::try_from(items).unwrap_or(u32::MAX);
        Self {
            added: count(changed.added.len()),
            revised: count(changed.revised.len()),
            withdrawn: count(changed.withdrawn.len()),
        }
    }
}

impl ShadowLook {
    /// Whether there is nothing new in it beside the look before: the same version said the same.
    pub fn repeats(&self, before: &Self) -> bool {
        (self.component, self.settings, &self.said) == (before.component, before.settings, &before.said)
    }

    /// Whether this version is not to be asked again on the incident.
    pub fn is_last(&self, component: Hash, settings: Hash) -> bool {
        let stopped = match &self.said {
            Said::Failure { class } => class == QUARANTINED,
            Said::Advice { .. } => false,
        };
        stopped && (self.component, self.settings) == (component, settings)
    }
}
