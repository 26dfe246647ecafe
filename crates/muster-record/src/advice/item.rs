//! One item of advice, whatever its kind: what it is called, what it cites and rests on, and how it reads.

use serde::{Deserialize, Serialize};

use super::{
    Allocation, Citation, Draft, Finding, Gate, Involvement, ItemKind, OptionSet, Other, ProposedAction, Question,
    RegionalIncident,
};

/// One item of advice.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "item", rename_all = "snake_case")]
pub enum Item {
    /// Something held to be so, not so or not known.
    Finding(Finding),
    /// A fact needed.
    Question(Question),
    /// Something to do.
    Action(ProposedAction),
    /// Something to decide.
    Options(OptionSet),
    /// Somebody to involve.
    Involvement(Involvement),
    /// A step to hold back.
    Gate(Gate),
    /// A text to check.
    Draft(Draft),
    /// A person matched to an offer.
    Allocation(Allocation),
    /// A regional incident to open.
    Regional(RegionalIncident),
    /// Of a kind that the contract does not know.
    Other(Other),
}

impl Item {
    /// The key the rule set gave it, unique in its advice.
    pub fn key(&self) -> &str {
        match self {
            Self::Finding(Finding { key, .. })
            | Self::Question(Question { key, .. })
            | Self::Action(ProposedAction { key, .. })
            | Self::Options(OptionSet { key, .. })
            | Self::Involvement(Involvement { key, .. })
            | Self::Gate(Gate { key, .. })
            | Self::Draft(Draft { key, .. })
            | Self::Allocation(Allocation { key, .. })
            | Self::Regional(RegionalIncident { key, .. })
            | Self::Other(Other { key, .. }) => key,
        }
    }

    /// What kind of item it is.
    pub fn of_kind(&self) -> ItemKind {
        match self {
            Self::Finding(_) => ItemKind::Finding,
            Self::Question(_) => ItemKind::Question,
            Self::Action(_) => ItemKind::Action,
            Self::Options(_) => ItemKind::Options,
            Self::Involvement(_) => ItemKind::Involvement,
            Self::Gate(_) => ItemKind::Gate,
            Self::Draft(_) => ItemKind::Draft,
            Self::Allocation(_) => ItemKind::Allocation,
            Self::Regional(_) => ItemKind::RegionalIncident,
            Self::Other(_) => ItemKind::Other,
        }
    }

    /// What kind of item it is, in a word.
    pub fn kind(&self) -> &'static str {
        self.of_kind().word()
    }

    /// The finding, where it is one.
    pub fn finding(&self) -> Option<&Finding> {
        match self {
            Self::Finding(finding) => Some(finding),
            Self::Question(_)
            | Self::Action(_)
            | Self::Options(_)
            | Self::Involvement(_)
            | Self::Gate(_)
            | Self::Draft(_)
            | Self::Allocation(_)
            | Self::Regional(_)
            | Self::Other(_) => None,
        }
    }

    /// The words it cites.
    pub fn cites(&self) -> &[Citation] {
        match self {
            Self::Finding(Finding { cites, .. })
            | Self::Question(Question { cites, .. })
            | Self::Action(ProposedAction { cites, .. })
            | Self::Options(OptionSet { cites, .. })
            | Self::Involvement(Involvement { cites, .. })
            | Self::Gate(Gate { cites, .. })
            | Self::Draft(Draft { cites, .. })
            | Self::Regional(RegionalIncident { cites, .. })
            | Self::Other(Other { cites, .. }) => cites,
            Self::Allocation(_) => &[],
        }
    }

    /// What it rests on, in words.
    pub fn because(&self) -> &[String] {
        match self {
            Self::Finding(Finding { because, .. })
            | Self::Action(ProposedAction { because, .. })
            | Self::Allocation(Allocation { because, .. })
            | Self::Regional(RegionalIncident { because, .. })
            | Self::Other(Other { because, .. }) => because,
            Self::Involvement(Involvement { why, .. }) => std::slice::from_ref(why),
            Self::Question(_) | Self::Options(_) | Self::Gate(_) | Self::Draft(_) => &[],
        }
    }

    /// The item in a sentence, without its kind.
    pub fn sentence(&self) -> String {
        match self {
            Self::Finding(finding) => format!("{} ({})", finding.title, finding.verdict),
            Self::Question(question) => question.asks.clone(),
            Self::Action(action) => action.title.clone(),
            Self::Options(options) => options.question.clone(),
            Self::Involvement(to) => format!("{}: {}", to.agency, to.interest),
            Self::Gate(gate) => format!("no {} until {} ({})", gate.blocks, gate.until, gate.satisfied),
            Self::Draft(draft) => format!("{} (to {})", draft.title, draft.audience),
            Self::Allocation(Allocation { person, to, .. }) => match to {
                Some(offer) => format!("{person} to {offer}"),
                None => format!("{person}: not placed"),
            },
            Self::Regional(regional) => format!("open a regional incident: {}", regional.title),
            Self::Other(other) => format!("{} ({})", other.title, other.kind),
        }
    }
}
