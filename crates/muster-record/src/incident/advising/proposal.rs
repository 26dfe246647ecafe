//! Proposals: items of advice under their numbers, and the rule sets that give them.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::advice::{Item, Remark};
use crate::agency::Office;
use crate::entry::{Drawn, Hash};
use crate::ids::{AgencyId, ProposalNo, RuleSetId, Seq};
use crate::situation::Grants;

/// A rule set in the version an incident uses.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Pin {
    /// The rule set.
    pub rule_set: RuleSetId,
    /// The agency it belongs to.
    pub owner: AgencyId,
    /// Its own version, for people.
    pub version: String,
    /// SHA-256 of the component.
    pub component: Hash,
    /// SHA-256 of the settings.
    pub settings: Hash,
    /// What it was granted of what it asks for; all of that where absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub grants: Option<Grants>,
}

/// An item of advice under its number.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Numbered {
    /// The proposal's number.
    pub proposal: ProposalNo,
    /// What is proposed.
    pub item: Item,
    /// What is said of it besides.
    #[serde(default, skip_serializing_if = "Remark::is_empty")]
    pub remark: Remark,
}

/// What became of a proposal.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ProposalState {
    /// It awaits a person.
    Open,
    /// It was adopted.
    Adopted,
    /// It was declined.
    Declined,
    /// The rule set no longer gives it.
    Withdrawn,
    /// It is a gate that an office overrode.
    Overridden,
}

/// A proposal on the record.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Proposal {
    /// Its number.
    pub number: ProposalNo,
    /// The rule set.
    pub rule_set: RuleSetId,
    /// What is proposed.
    pub item: Item,
    /// What is said of it besides.
    #[serde(default, skip_serializing_if = "Remark::is_empty")]
    pub remark: Remark,
    /// What the entry that gave it as it stands was drawn from.
    #[serde(default, skip_serializing_if = "Drawn::is_plain")]
    pub drawn: Drawn,
    /// What became of it.
    pub state: ProposalState,
    /// The entry that gave it first.
    pub given: Seq,
    /// The entry that gave it as it stands.
    pub stated: Seq,
    /// The entry that adopted, declined, overrode or withdrew it.
    pub settled: Option<Seq>,
}

impl Proposal {
    /// Rule set, slash, key: what an action or decision that follows from it carries.
    pub fn full_key(&self) -> String {
        format!("{}/{}", self.rule_set, self.item.key())
    }

    /// The offices that may adopt, decline or override it, the leading ones first; for options, the one that decides.
    pub fn settled_by(&self) -> Vec<Office> {
        super::adopt::may_settle(&self.item)
    }
}

/// An office's decision that the actions of a rule set are raised at once.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct StandingDecision {
    /// The entry that holds it.
    pub entry: Seq,
    /// The office that answers for it.
    pub office: Office,
}

/// A rule set on this incident.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Pinned {
    /// The version in use.
    pub pin: Pin,
    /// Its proposals by key.
    pub by_key: BTreeMap<String, ProposalNo>,
    /// The standing decision to raise its actions at once, where there is one.
    pub standing: Option<StandingDecision>,
    /// The class of its last failure, while it fails.
    pub failing: Option<String>,
    /// What its last recorded answer looked at.
    pub looked_at: Option<Seq>,
}
