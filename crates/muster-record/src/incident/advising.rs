//! Advice on the record: pinned rule sets, what they propose, and what people make of it.
//!
//! A rule set's answer is compared with what stands, and only the difference becomes an entry
//! (`advising/reconcile.rs`). People adopt, decline or override (`advising/adopt.rs`).

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::{Asking, Stamp};
use crate::advice::{Answer, Item, Step};
use crate::agency::Office;
use crate::entry::Hash;
use crate::ids::{ProposalNo, RuleSetId, Seq};
use crate::numbered::ByNumber;
use crate::refusal::Refusal;

mod adopt;
mod again;
mod apart;
pub mod class;
mod disagreement;
mod proposal;
mod reconcile;
mod settings;

pub use again::{Again, Compared, Difference};
pub use disagreement::Disagreement;
pub use proposal::{Numbered, Pin, Pinned, Proposal, ProposalState, StandingDecision};
pub use reconcile::{Apart, Looked, Outcome};
pub use settings::SettingsChanged;

/// How one answer of a rule set differs from what stood before.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Changed {
    /// The rule set.
    pub rule_set: RuleSetId,
    /// What it looked at, with what, and what that cost.
    pub looked: Looked,
    /// SHA-256 of the whole answer.
    pub advice: Hash,
    /// New items.
    pub added: Vec<Numbered>,
    /// Items that mean the same and say something else.
    pub revised: Vec<Numbered>,
    /// Items no longer given.
    pub withdrawn: Vec<ProposalNo>,
}

/// What can happen to advice.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "fact", rename_all = "snake_case")]
pub enum Fact {
    /// A rule set was pinned: the incident uses this version from now on.
    Pinned(Pin),
    /// The owner of a rule set changed its settings.
    SettingsChanged(SettingsChanged),
    /// A rule set's advice changed.
    Changed(Changed),
    /// A rule set could not answer.
    EvaluationFailed {
        /// The rule set.
        rule_set: RuleSetId,
        /// What it was to look at, and with what.
        looked: Looked,
        /// The class of failure (`trapped`, `out-of-fuel` ...).
        class: String,
        /// What the host saw.
        detail: String,
    },
    /// A person adopted a proposal.
    Adopted {
        /// The proposal.
        proposal: ProposalNo,
        /// For which office.
        office: Office,
    },
    /// A person declined a proposal.
    Declined {
        /// The proposal.
        proposal: ProposalNo,
        /// For which office.
        office: Office,
        /// Why.
        reason: String,
    },
    /// An office let a step through although its gate is shut.
    GateOverridden {
        /// The gate.
        proposal: ProposalNo,
        /// The office.
        office: Office,
        /// Why.
        reason: String,
    },
    /// An office decided that the actions a rule set proposes are raised at once.
    StandingSet {
        /// The rule set.
        rule_set: RuleSetId,
        /// The office.
        office: Office,
        /// Why.
        reason: String,
    },
    /// That standing decision ended.
    StandingEnded {
        /// The rule set.
        rule_set: RuleSetId,
        /// Why.
        reason: String,
    },
}

/// What people can make of advice.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "command", rename_all = "snake_case")]
pub enum Command {
    /// Adopt a proposal.
    Adopt {
        /// The proposal.
        proposal: ProposalNo,
    },
    /// Decline a proposal.
    Decline {
        /// The proposal.
        proposal: ProposalNo,
        /// Why.
        reason: String,
    },
    /// Let the step through although the gate is shut.
    OverrideGate {
        /// The gate.
        proposal: ProposalNo,
        /// Why.
        reason: String,
    },
    /// From now on, raise the actions a rule set proposes at once. Nothing else it proposes.
    SetStanding {
        /// The rule set.
        rule_set: RuleSetId,
        /// Why.
        reason: String,
    },
    /// End that standing decision.
    EndStanding {
        /// The rule set.
        rule_set: RuleSetId,
        /// Why.
        reason: String,
    },
}

/// What rule sets advise, and what became of it; proposal 1 stands first.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Advising {
    /// Rule sets by name.
    pub rule_sets: BTreeMap<RuleSetId, Pinned>,
    /// Proposals in order of number.
    pub proposals: ByNumber<ProposalNo, Proposal>,
}

pub(super) fn decide(asking: &Asking<'_>, command: &Command) -> Result<Vec<crate::Fact>, Refusal> {
    adopt::decide(asking, command)
}

impl Advising {
    /// The proposal of that number.
    ///
    /// # Errors
    /// [`Refusal::NoSuch`] when the record has no such proposal.
    pub fn proposal(&self, number: ProposalNo) -> Result<&Proposal, Refusal> {
        let found = self.proposals.get(number);
        found.ok_or_else(|| Refusal::NoSuch { what: "proposal", given: number.0.to_string() })
    }

    /// The proposal of that number, if it awaits a person.
    pub(super) fn open_proposal(&self, number: ProposalNo) -> Result<&Proposal, Refusal> {
        let found = self.proposal(number)?;
        if found.state == ProposalState::Open { Ok(found) } else { Err(Refusal::ProposalNotOpen { proposal: number }) }
    }

    /// The proposals that await a person.
    pub fn open(&self) -> impl Iterator<Item = &Proposal> {
        self.proposals.iter().filter(|proposal| proposal.state == ProposalState::Open)
    }

    /// The gate that holds this step back, if one does.
    pub fn shut_gate(&self, step: Step) -> Option<ProposalNo> {
        let shut =
            |item: &Item| matches!(item, Item::Gate(gate) if gate.blocks == step && gate.satisfied != Answer::Yes);
        self.open().find(|proposal| shut(&proposal.item)).map(|proposal| proposal.number)
    }

    fn settle(&mut self, number: ProposalNo, state: ProposalState, by: Seq) {
        if let Some(proposal) = self.proposals.get_mut(number) {
            proposal.state = state;
            proposal.settled = Some(by);
        }
    }

    pub(super) fn apply(&mut self, stamp: &Stamp<'_>, fact: &Fact) {
        match fact {
            Fact::Pinned(pin) => self.pin(pin),
            Fact::SettingsChanged(changed) => {
                let SettingsChanged { rule_set, from: _, to, changed: _, because: _ } = changed;
                self.set(rule_set, *to);
            }
            Fact::Changed(changed) => self.take_in(stamp.seq, changed),
            Fact::EvaluationFailed { rule_set, looked: _, class, detail: _ } => {
                if let Some(pinned) = self.rule_sets.get_mut(rule_set) {
                    pinned.failing = Some(class.clone());
                }
            }
            Fact::Adopted { proposal, office: _ } => self.settle(*proposal, ProposalState::Adopted, stamp.seq),
            Fact::Declined { proposal, office: _, reason: _ } => {
                self.settle(*proposal, ProposalState::Declined, stamp.seq);
            }
            Fact::GateOverridden { proposal, office: _, reason: _ } => {
                self.settle(*proposal, ProposalState::Overridden, stamp.seq);
            }
            Fact::StandingSet { rule_set, office, reason: _ } => {
                if let Some(pinned) = self.rule_sets.get_mut(rule_set) {
                    pinned.standing = Some(StandingDecision { entry: stamp.seq, office: *office });
                }
            }
            Fact::StandingEnded { rule_set, reason: _ } => {
                if let Some(pinned) = self.rule_sets.get_mut(rule_set) {
                    pinned.standing = None;
                }
            }
        }
    }

    fn pin(&mut self, pin: &Pin) {
        match self.rule_sets.get_mut(&pin.rule_set) {
            Some(pinned) => {
                pinned.pin = pin.clone();
                // It was the version before that failed.
                pinned.failing = None;
            }
            None => {
                let (by_key, pin) = (BTreeMap::new(), pin.clone());
                let name = pin.rule_set.clone();
                let pinned = Pinned { pin, by_key, standing: None, failing: None, looked_at: None };
                self.rule_sets.insert(name, pinned);
            }
        }
    }

    pub(crate) fn lines(&self) -> Vec<String> {
        let contrary = |Disagreement { key, subject, yes, no }: Disagreement| {
            format!("DISAGREEMENT on {key} ({subject}): {yes} says yes, {no} says no")
        };
        self.rule_sets
            .iter()
            .map(|(name, pinned)| {
                let of = |state: ProposalState| {
                    self.proposals.iter().filter(|p| p.rule_set == *name && p.state == state).count()
                };
                let failing = pinned.failing.as_ref().map_or_else(String::new, |class| format!(", FAILING: {class}"));
                let standing = pinned
                    .standing
                    .map_or_else(String::new, |by| format!(", actions raised at once by entry {}", by.entry));
                let (open, adopted, declined) =
                    (of(ProposalState::Open), of(ProposalState::Adopted), of(ProposalState::Declined));
                format!(
                    "{name} {}: {open} open, {adopted} adopted, {declined} declined{standing}{failing}",
                    pinned.pin.version
                )
            })
            .chain(self.disagreements().into_iter().map(contrary))
            .collect()
    }
}

impl Fact {
    /// Whether it gives, revises, withdraws or settles this proposal.
    pub fn tells_of(&self, number: ProposalNo) -> bool {
        match self {
            Self::Changed(changed) => {
                let given = changed.added.iter().chain(&changed.revised).any(|numbered| numbered.proposal == number);
                given || changed.withdrawn.contains(&number)
            }
            Self::Adopted { proposal, office: _ }
            | Self::Declined { proposal, office: _, reason: _ }
            | Self::GateOverridden { proposal, office: _, reason: _ } => *proposal == number,
            Self::Pinned(_)
            | Self::SettingsChanged(_)
            | Self::EvaluationFailed { .. }
            | Self::StandingSet { .. }
            | Self::StandingEnded { .. } => false,
        }
    }

    pub(crate) fn told(&self) -> String {
        match self {
            Self::Pinned(pin) => {
                format!("pinned {} {} of {}", pin.rule_set, pin.version, pin.owner)
            }
            Self::SettingsChanged(changed) => changed.told(),
            Self::Changed(changed) => changed.told(),
            Self::EvaluationFailed { rule_set, looked, class, detail: _ } => {
                format!("{rule_set} could not advise on entry {}: {class}", looked.seq)
            }
            Self::Adopted { proposal, office } => format!("adopted {proposal} (as {office})"),
            Self::Declined { proposal, office, reason } => format!("declined {proposal} (as {office}): {reason}"),
            Self::GateOverridden { proposal, office, reason } => format!("overrode {proposal} (as {office}): {reason}"),
            Self::StandingSet { rule_set, office, reason } => {
                format!("from now on the actions of {rule_set} are raised at once (as {office}): {reason}")
            }
            Self::StandingEnded { rule_set, reason } => {
                format!("the actions of {rule_set} are no longer raised at once: {reason}")
            }
        }
    }
}

#[cfg(test)]
mod tests;
