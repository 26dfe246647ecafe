//! Installing a rule set of one's own: one person proposes it, another of the same agency approves what they looked at.

use serde::{Deserialize, Serialize};
use thiserror::Error;

use crate::entry::{Hand, Hash};
use crate::ids::{AgencyId, RuleSetId};
use crate::situation::Grants;
use crate::time::Instant;

#[cfg(test)]
mod tests;

/// How many people it takes to install a rule set.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Hands {
    /// Two people of the agency: one proposes, another approves.
    #[default]
    Two,
    /// Whoever proposes has approved, signed in or not. For development only.
    One,
}

/// Whether a rule set of an agency's own is used.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Use {
    /// Incidents that open use it, and so do those that are open and were pinned to it.
    #[default]
    InUse,
    /// None uses it; what it said stands on records.
    OutOfUse,
    /// It looks at the open incidents that its agency leads, and what it would say is kept beside their records, on
    /// none of them. The version in use is left as it is.
    Shadow,
    /// It was in shadow and is no more. The version in use is left as it is.
    ShadowOver,
}

impl Use {
    /// Whether it is about being in shadow, which leaves the version in use as it is.
    pub fn is_of_shadow(self) -> bool {
        match self {
            Self::Shadow | Self::ShadowOver => true,
            Self::InUse | Self::OutOfUse => false,
        }
    }
}

/// On which terms a rule set is installed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Terms {
    /// What it may be shown, and what it may give.
    pub grants: Grants,
    /// Whether it is used.
    pub used: Use,
}

/// Who proposed or decided.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Who {
    /// Their staff id, as their agency's provider gives it; none where a system acted by itself, which it may in
    /// development only.
    pub person: Option<String>,
    /// The agency's system they did it through, by the name in its certificate; empty where they called directly.
    pub system: String,
}

impl From<Hand> for Who {
    fn from(hand: Hand) -> Self {
        match hand {
            Hand::Person { person, system } => Self { person: Some(person), system: system.unwrap_or_default() },
            Hand::System(system) => Self { person: None, system },
            // None of these calls.
            Hand::RuleSet(rule_set) => Self { person: None, system: rule_set.to_string() },
        }
    }
}

/// What became of a proposal.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// Its rule set came into force for incidents that opened from then on.
    Approved,
    /// It was taken back.
    Withdrawn,
}

/// The end of a proposal.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Decided {
    /// What became of it.
    pub outcome: Outcome,
    /// When.
    pub at: Instant,
    /// Who decided it.
    pub by: Who,
}

/// A rule set that an agency proposed to install for itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Install {
    /// Its number: 1 for the first of the server, without gaps.
    pub number: u64,
    /// Whose rule set it would be.
    pub agency: AgencyId,
    /// What the component calls itself.
    pub rule_set: RuleSetId,
    /// Its version, as the component says.
    pub version: String,
    /// SHA-256 of the component.
    pub component: Hash,
    /// When it was proposed.
    pub at: Instant,
    /// Who proposed it.
    pub by: Who,
    /// Why.
    pub because: String,
    /// On which terms.
    pub terms: Terms,
    /// What became of it; none as long as it waits.
    pub decided: Option<Decided>,
}

/// Why somebody may not propose or decide.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum NotNow {
    /// A system acts by itself.
    #[error("a system cannot do this by itself: a person of the agency has to be signed in")]
    PersonNeeded,
    /// Whoever proposed it wants to approve it.
    #[error("whoever proposed a rule set cannot approve it: another person of the agency has to")]
    SecondPersonNeeded,
    /// The digest given is not that of the component.
    #[error("this is not the digest of what was proposed: look at what was, and approve that")]
    OtherDigest,
    /// It was decided before.
    #[error("this was decided already")]
    DecidedAlready,
}

/// Whether somebody may propose.
///
/// # Errors
/// Why not.
pub fn may_propose(by: &Who, hands: Hands) -> Result<(), NotNow> {
    match (hands, &by.person) {
        (Hands::Two, None) => Err(NotNow::PersonNeeded),
        (Hands::Two, Some(_)) | (Hands::One, _) => Ok(()),
    }
}

/// What agencies installed that holds now.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct InForce {
    /// Of each agency and name what was approved last of what is no shadow, in the order of approval.
    pub used: Vec<Install>,
    /// Of each agency and name what is in shadow, in the order of approval.
    pub shadows: Vec<Install>,
}

/// What holds after all that was approved, in the order of approval. A shadow ends when it is said to, when another takes
/// its place, and when its component comes into use.
pub fn in_force(approved: Vec<Install>) -> InForce {
    let mut held = InForce::default();
    for install in approved {
        let same = |other: &Install| other.agency == install.agency && other.rule_set == install.rule_set;
        if install.terms.used.is_of_shadow() {
            held.shadows.retain(|other| !same(other));
        } else {
            held.used.retain(|other| !same(other));
            held.shadows.retain(|other| !(same(other) && other.component == install.component));
        }
        match install.terms.used {
            Use::InUse | Use::OutOfUse => held.used.push(install),
            Use::Shadow => held.shadows.push(install),
            Use::ShadowOver => (),
        }
    }
    held
}

impl Install {
    /// Whether somebody of its agency may approve it, having looked at the component of this digest.
    ///
    /// # Errors
    /// Why not.
    pub fn may_be_approved(&self, by: &Who, digest: Hash, hands: Hands) -> Result<(), NotNow> {
        may_propose(by, hands)?;
        if self.decided.is_some() {
            return Err(NotNow::DecidedAlready);
        }
        if hands == Hands::Two && self.by.person == by.person {
            return Err(NotNow::SecondPersonNeeded);
        }
        if digest == self.component { Ok(()) } else { Err(NotNow::OtherDigest) }
    }

    /// Whether somebody of its agency may take it back: anybody who might have proposed it.
    ///
    /// # Errors
    /// Why not.
    pub fn may_be_withdrawn(&self, by: &Who, hands: Hands) -> Result<(), NotNow> {
        may_propose(by, hands)?;
        if self.decided.is_some() { Err(NotNow::DecidedAlready) } else { Ok(()) }
    }
}
