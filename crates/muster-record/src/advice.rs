//! Advice: all that a rule set says of one situation, and how one answer differs from the last.
//!
//! Advice changes nothing. Its items stand on the record as proposals until a person adopts or
//! declines them, or the rule set no longer gives them.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use crate::agency::{AgencyKind, Interest, Office};
use crate::ids::AgencyId;
use crate::situation::{Part, Tag};
use crate::time::Instant;
use crate::words::words;

mod differing;
mod item;

pub use differing::{FieldChange, ItemChange, differences};
pub use item::Item;

words! {
    /// What is known of a yes/no fact. A missing answer is never a no.
    Answer {
        /// It is so.
        Yes = "yes",
        /// It is not so.
        No = "no",
        /// It is not known yet.
        Unknown = "unknown",
    }
}

words! {
    /// Where a rule comes from.
    Provenance {
        /// The council's Plan or scrutiny note.
        Plan = "plan",
        /// An Act or statutory instrument.
        Statute = "statute",
        /// Published practice of the sector, not the Plan.
        SectorPractice = "sector-practice",
        /// Our proposal, found in no source.
        Proposal = "proposal",
    }
}

/// The words a rule rests on, and where they stand.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Citation {
    /// The clause (`S56`, `Care Act 2014 s48(1)`).
    pub clause: String,
    /// The operative words, quoted exactly and briefly.
    pub words: String,
    /// Where the rule comes from.
    pub provenance: Provenance,
}

/// Something the rule set holds to be so, or not so, or not yet known.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Finding {
    /// Stays the same while the finding means the same.
    pub key: String,
    /// What it is about.
    pub subject: String,
    /// Whether it holds.
    pub verdict: Answer,
    /// The finding in a sentence.
    pub title: String,
    /// What it rests on: entries, facts and table rows.
    pub because: Vec<String>,
    /// The words it rests on.
    pub cites: Vec<Citation>,
}

/// A fact the rule set needs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Question {
    /// Stays the same while the question means the same.
    pub key: String,
    /// The key of the fact that would answer it.
    pub fact: String,
    /// The question as a person reads it.
    pub asks: String,
    /// The kind of agency that can answer.
    pub of_kind: AgencyKind,
    /// The words that make it matter.
    pub cites: Vec<Citation>,
}

/// Something somebody should do.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ProposedAction {
    /// Stays the same while the action means the same.
    pub key: String,
    /// The action as its owner reads it.
    pub title: String,
    /// The kind of agency that should do it.
    pub owner: AgencyKind,
    /// The agency itself, where the rule names one.
    pub owner_agency: Option<AgencyId>,
    /// By when.
    pub due: Option<Instant>,
    /// What it rests on.
    pub because: Vec<String>,
    /// The words it rests on.
    pub cites: Vec<Citation>,
}

/// One of the options of an option set.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Choice {
    /// Stays the same while the choice means the same.
    pub key: String,
    /// The option in a sentence.
    pub title: String,
    /// 1 for the one to weigh first.
    pub rank: u32,
    /// Whether it would suit.
    pub suits: Answer,
    /// What weighs for and against it.
    pub because: Vec<String>,
}

/// A question for an office, with the options it may choose from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OptionSet {
    /// Stays the same while the question means the same.
    pub key: String,
    /// What is to be decided.
    pub question: String,
    /// The office that decides it.
    pub decided_by: Office,
    /// The options, in order of rank.
    pub choices: Vec<Choice>,
    /// The words it rests on.
    pub cites: Vec<Citation>,
}

/// An agency that should be involved, and how far.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Involvement {
    /// Stays the same while the involvement means the same.
    pub key: String,
    /// The kind of agency.
    pub agency: AgencyKind,
    /// How far.
    pub interest: Interest,
    /// Why.
    pub why: String,
    /// The words it rests on.
    pub cites: Vec<Citation>,
}

words! {
    /// A step that a gate can hold back.
    Step {
        /// Closing the incident.
        Close = "incident.close",
        /// Moving to the recovering phase.
        Recover = "incident.recover",
        /// Recording that a person has moved.
        Move = "people.move",
        /// Recording that a person moved between 22:00 and 07:00, UK time.
        MoveAtNight = "people.move-at-night",
        /// Issuing a letter, briefing or statement.
        Issue = "communications.issue",
        /// Lifting a restriction on placements.
        Lift = "restrictions.lift",
    }
}

/// A condition that should hold before a named step is taken. An office can override it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Gate {
    /// Stays the same while the gate means the same.
    pub key: String,
    /// The step held back.
    pub blocks: Step,
    /// The condition in words.
    pub until: String,
    /// Whether the condition holds: only a yes lets the step through.
    pub satisfied: Answer,
    /// The words it rests on.
    pub cites: Vec<Citation>,
}

/// A text for people to check, approve and issue. It never holds personal data.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Draft {
    /// Stays the same while the draft means the same.
    pub key: String,
    /// Who it is written for.
    pub audience: String,
    /// Its title.
    pub title: String,
    /// Its text.
    pub body: String,
    /// The kind of agency that must approve it before it is issued.
    pub approved_by: AgencyKind,
    /// The words it rests on.
    pub cites: Vec<Citation>,
}

/// A person matched to an offer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Allocation {
    /// Stays the same while the allocation means the same.
    pub key: String,
    /// The person (`person-3`).
    pub person: String,
    /// The offer (`offer-2`); absent when the person could not be placed.
    pub to: Option<String>,
    /// Place in the order of the rule.
    pub rank: u32,
    /// Why this one, or why none.
    pub because: Vec<String>,
}

/// A regional incident that a regional lead should open over this one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RegionalIncident {
    /// Stays the same while the proposal means the same.
    pub key: String,
    /// What the regional incident would be called: a provider or brand, never a person.
    pub title: String,
    /// The region; that of the incident where absent.
    pub region: Option<String>,
    /// What it rests on.
    pub because: Vec<String>,
    /// The words it rests on.
    pub cites: Vec<Citation>,
}

/// Advice of a kind that the contract does not know. It is shown and recorded, and nothing follows from it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Other {
    /// Stays the same while the item means the same.
    pub key: String,
    /// What its author calls this kind of advice.
    pub kind: String,
    /// The item in a sentence.
    pub title: String,
    /// JSON text, in words that its reader agrees on with the author.
    pub json: String,
    /// What it rests on.
    pub because: Vec<String>,
    /// The words it rests on.
    pub cites: Vec<Citation>,
}

words! {
    /// The kinds of advice.
    ItemKind {
        /// Something held to be so, not so or not known.
        Finding = "finding",
        /// A fact needed.
        Question = "question",
        /// Something to do.
        Action = "action",
        /// Something to decide.
        Options = "options",
        /// An agency to involve.
        Involvement = "involvement",
        /// A condition on a step.
        Gate = "gate",
        /// A text to issue.
        Draft = "draft",
        /// A person matched to an offer.
        Allocation = "allocation",
        /// A regional incident to open.
        RegionalIncident = "regional-incident",
        /// Of a kind that the contract does not know.
        Other = "other",
    }
}

/// What is said of an item besides the item itself.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Remark {
    /// The parts of the situation that it rests on; all that was shown where absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rests_on: Option<BTreeSet<Part>>,
    /// What the contract has no field for.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub tags: Vec<Tag>,
}

impl Remark {
    /// Whether nothing is said.
    pub fn is_empty(&self) -> bool {
        self.rests_on.is_none() && self.tags.is_empty()
    }
}

/// The whole answer of a rule set to one situation: what is absent from it is withdrawn.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Advice {
    /// The items, in the order the rule set gave them.
    pub items: Vec<Item>,
    /// What is said of items besides, by their keys.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub remarks: BTreeMap<String, Remark>,
    /// When the rule set wants to be asked again although nothing was written.
    pub look_again_at: Option<Instant>,
}
