//! Words of the record as people read them.

use muster_record::advice::{Answer, Citation, Item, ItemKind, Provenance};
use muster_record::deadline::ClockState;
use muster_record::situation::{ActionStatus, FactValue, Phase};

use crate::when::moment;

/// A word of a closed list in plain English: `provider-failure` is `Provider failure`.
pub(crate) fn plain(word: &str) -> String {
    sentence(&word.replace('-', " "))
}

/// A text with a capital first letter.
pub(crate) fn sentence(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}

/// The same within a sentence.
pub(crate) fn within(word: &str) -> String {
    word.replace('-', " ")
}

/// How an item of advice is headed.
pub(crate) fn heading(item: &Item) -> &str {
    match item {
        Item::Finding(finding) => &finding.title,
        Item::Question(question) => &question.asks,
        Item::Action(action) => &action.title,
        Item::Options(options) => &options.question,
        Item::Involvement(involvement) => &involvement.why,
        Item::Gate(gate) => &gate.until,
        Item::Draft(draft) => &draft.title,
        Item::Allocation(allocation) => &allocation.person,
        Item::Regional(regional) => &regional.title,
        Item::Other(other) => &other.title,
    }
}

/// The kind of an item of advice.
pub(crate) fn kind(item: &Item) -> ItemKind {
    match item {
        Item::Finding(_) => ItemKind::Finding,
        Item::Question(_) => ItemKind::Question,
        Item::Action(_) => ItemKind::Action,
        Item::Options(_) => ItemKind::Options,
        Item::Involvement(_) => ItemKind::Involvement,
        Item::Gate(_) => ItemKind::Gate,
        Item::Draft(_) => ItemKind::Draft,
        Item::Allocation(_) => ItemKind::Allocation,
        Item::Regional(_) => ItemKind::RegionalIncident,
        Item::Other(_) => ItemKind::Other,
    }
}

/// A three-valued answer in words.
pub(crate) fn answer(answer: Answer) -> &'static str {
    match answer {
        Answer::Yes => "Yes",
        Answer::No => "No",
        Answer::Unknown => "Not known yet",
    }
}

/// The colour of a tag that says an answer; the word says it too.
pub(crate) fn answer_tag(answer: Answer) -> &'static str {
    match answer {
        Answer::Yes => "govuk-tag--green",
        Answer::No => "govuk-tag--grey",
        Answer::Unknown => "govuk-tag--yellow",
    }
}

/// A fact's value in words.
pub(crate) fn value(of: &FactValue) -> String {
    match of {
        FactValue::Answer(of) => answer(*of).to_owned(),
        FactValue::Number(number) => number.to_string(),
        FactValue::Text(text) => text.clone(),
        FactValue::At(at) => moment(*at),
    }
}

/// The words that a rule rests on, where they stand, and what that is.
#[derive(Debug, Clone)]
pub(crate) struct Cite {
    pub(crate) clause: String,
    pub(crate) words: String,
    pub(crate) provenance: &'static str,
}

impl Cite {
    pub(crate) fn all(cites: &[Citation]) -> Vec<Self> {
        let one = |Citation { clause, words, provenance }: &Citation| Self {
            clause: clause.clone(),
            words: words.clone(),
            provenance: match provenance {
                Provenance::Plan => "the council's Plan",
                Provenance::Statute => "statute",
                Provenance::SectorPractice => "sector practice, not the Plan",
                Provenance::Proposal => "a proposal, found in no source",
            },
        };
        cites.iter().map(one).collect()
    }
}

/// The colour of a clock's tag.
pub(crate) fn clock_tag(state: ClockState) -> &'static str {
    match state {
        ClockState::Running => "govuk-tag--blue",
        ClockState::Paused | ClockState::NotKnown => "govuk-tag--yellow",
        ClockState::Met => "govuk-tag--green",
        ClockState::Late => "govuk-tag--red",
    }
}

/// The colour of an action's tag.
pub(crate) fn action_tag(status: ActionStatus) -> &'static str {
    match status {
        ActionStatus::Raised => "govuk-tag--yellow",
        ActionStatus::Accepted | ActionStatus::Started => "govuk-tag--blue",
        ActionStatus::Blocked | ActionStatus::Declined => "govuk-tag--red",
        ActionStatus::Done => "govuk-tag--green",
        ActionStatus::Cancelled => "govuk-tag--grey",
    }
}

/// The colour of a phase's tag.
pub(crate) fn phase_tag(phase: Phase) -> &'static str {
    match phase {
        Phase::Concern | Phase::Assessing => "govuk-tag--yellow",
        Phase::Responding => "govuk-tag--red",
        Phase::Recovering => "govuk-tag--blue",
        Phase::Closed => "govuk-tag--grey",
    }
}
