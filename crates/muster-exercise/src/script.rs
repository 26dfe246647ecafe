//! Exercises: scripted incidents on a moved clock, read from plain text into typed steps.
//!
//! This module reads and plays nothing: a player takes the steps to a server. The format is for
//! people who run regional exercises and is described in `docs/exercises.md`.

use chrono::NaiveDate;
use muster_record::Command;
use muster_record::advice::Answer;
use muster_record::agency::{Agency, Office};
use muster_record::deadline::ClockState;
use muster_record::ids::{AgencyId, RecommendationNo, RuleSetId};
use muster_record::incident::clocks::Clock;
use muster_record::incident::decisions::Reasons;
use muster_record::incident::lifecycle::{Opening, Relation};
use muster_record::situation::{IncidentKind, Phase};
use muster_record::time::Instant;
use muster_rules::Settings;

mod expectations;
mod header;
mod incidents;
mod large;
mod line;
mod moment;
mod problem;
mod reader;
mod resolve;
mod rows;
#[cfg(test)]
mod tests;
mod token;
mod verbs;
mod who;

pub use large::{Size, large};
pub use problem::{Problem, Problems};

/// An exercise, ready to be played.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Script {
    /// What people call it.
    pub title: String,
    /// Who takes part.
    pub agencies: Vec<Cast>,
    /// The rule sets that it is played with; all that ship, where it does not say.
    pub rule_sets: Option<Vec<RuleSetId>>,
    /// Day 1, by the UK calendar.
    pub start: NaiveDate,
    /// What happens, in order of time.
    pub steps: Vec<Step>,
}

/// An agency under the short name it has in the script.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cast {
    /// Its short name.
    pub alias: String,
    /// The agency.
    pub agency: Agency,
}

/// One step: somebody does something at a moment, or something is looked at.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Step {
    /// The line it stands on, for messages.
    pub line: usize,
    /// The incident it is about, by the name the script calls it; empty for one without a name.
    pub incident: String,
    /// When it happens; never before the step in front of it.
    pub at: Instant,
    /// The short name of the agency that does it, or through whose eyes it is looked at: then the one that opened.
    pub who: String,
    /// The office it is done for, where one is named.
    pub office: Option<Office>,
    /// What is said of the entries besides what they say: their class, and for whom they are.
    pub labels: muster_record::entry::Asked,
    /// What happens.
    pub what: What,
    /// The reason code with which it must be refused.
    pub expect_refusal: Option<String>,
}

/// What happens in a step.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum What {
    /// The incident is opened.
    Open(Box<Opening>),
    /// The incident, a regional one, is opened from a proposal on another.
    OpenRegional {
        /// The other, by its name in the script.
        on: String,
        /// The proposal.
        item: ItemRef,
    },
    /// Another incident becomes a member of this regional one.
    AddMember {
        /// The other, by its name in the script.
        member: String,
    },
    /// The agency changes its settings of a rule set: no part of an append, as it bears on all of its open incidents.
    ChangeSettings {
        /// The rule set.
        rule_set: RuleSetId,
        /// The settings.
        settings: Settings,
        /// Why.
        because: String,
    },
    /// Things are asked for in one append: all or none.
    Commands(Vec<Asked>),
    /// Something must be so.
    Expect(Expectation),
    /// The player waits until every rule set has looked at the last entry.
    WaitForAdvice,
}

/// Something asked for: a command that is ready, or one whose numbers are known only while playing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Asked {
    /// A command as it stands.
    Ready(Box<Command>),
    /// Something about the open proposal of a rule set that has this key.
    OfProposal {
        /// The proposal.
        item: ItemRef,
        /// What is made of it.
        then: OnProposal,
    },
    /// Every open action that a rule set proposes is adopted.
    AdoptActions {
        /// The rule set.
        rule_set: RuleSetId,
    },
    /// Something about the action on the record that came from this proposal.
    OfAction {
        /// The proposal it came from.
        item: ItemRef,
        /// What is asked.
        then: OnAction,
    },
    /// Something about every action of the agency for which it can be asked: to accept, those raised; else, those open.
    OfEachAction {
        /// What is asked.
        then: OnAction,
    },
    /// The incident is linked to another of the script.
    LinkTo {
        /// The other, by its name in the script.
        name: String,
        /// How they belong together.
        relation: Relation,
    },
    /// A situation report as of the last entry is issued.
    ReportNow {
        /// To whom.
        to: String,
    },
}

/// An item of advice by what its rule set calls it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ItemRef {
    /// What the script says it is: `action`, `draft` ... as [`muster_record::advice::Item::kind`] says it.
    pub kind: Option<&'static str>,
    /// The rule set.
    pub rule_set: RuleSetId,
    /// The item's key.
    pub key: String,
}

/// What a person makes of a proposal.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum OnProposal {
    /// Adopts it.
    Adopt,
    /// Declines it, for this reason.
    Decline(String),
    /// Overrides it, a gate, for this reason.
    Override(String),
    /// Decides on it, an option set.
    Decide(Box<Decision>),
}

/// A decision before it is known which proposal it answers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Decision {
    /// What is decided on.
    pub question: String,
    /// The option chosen.
    pub chosen: String,
    /// The reasons.
    pub reasons: Reasons,
    /// The recommendation it follows or departs from.
    pub recommendation: Option<RecommendationNo>,
}

/// What is asked about an action.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum OnAction {
    /// Give it to this agency.
    Assign(AgencyId),
    /// Take it on.
    Accept,
    /// Turn it down, for this cause.
    Decline(String),
    /// Say how far it has come.
    Progress(String),
    /// Say what holds it up.
    Block(String),
    /// Say that it is done, and with what result.
    Complete(String),
    /// Say why it is no longer wanted.
    Cancel(String),
}

/// What must be so, by the situation report of the agency that opened the incident.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Expectation {
    /// The kind of incident.
    Kind(IncidentKind),
    /// The phase.
    Phase(Phase),
    /// A clock of the incident stands so.
    Clock(Clock, ClockState),
    /// Something is counted.
    Count(Counted, usize),
    /// A regional picture counts something; people are known to it as a range.
    Region(InRegion, u32),
    /// Items of advice are open proposals, or are not.
    Proposals(Vec<ItemRef>, Standing),
}

/// What a regional picture counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum InRegion {
    /// Incidents in it.
    Members,
    /// People on the lists.
    People,
    /// People with nowhere to go yet.
    NotYetPlaced,
    /// People who have moved.
    Moved,
    /// Beds offered.
    BedsOffered,
    /// Members in which a duty is engaged.
    DutiesEngaged,
    /// Disagreements between rule sets.
    Disagreements,
    /// Actions whose time is past.
    OverdueActions,
}

/// How an item of advice stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Standing {
    /// It is not among the open proposals.
    Absent,
    /// It is; a finding or a gate may have to say this.
    Open(Option<Answer>),
}

/// What a situation report counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Counted {
    /// People on the list.
    People,
    /// People with nowhere to go yet.
    NotYetPlaced,
    /// Questions that nobody has answered.
    OpenQuestions,
    /// Proposals that await a person.
    OpenProposals,
    /// Actions with something still to do.
    OpenActions,
    /// Actions whose time is past.
    OverdueActions,
    /// Actions done.
    DoneActions,
}

/// Reads an exercise.
///
/// # Errors
/// Every line that cannot be read, each with what was expected there.
pub fn parse(text: &str) -> Result<Script, Problems> {
    reader::read(text)
}
