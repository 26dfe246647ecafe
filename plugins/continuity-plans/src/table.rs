//! The rows of `rules/plans.toml`.

use muster_rule_sdk::{AgencyKind, Citation};
use serde::Deserialize;

/// What is held, asked and done.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Table {
    pub(crate) finding: Vec<FindingRow>,
    pub(crate) question: Vec<QuestionRow>,
    pub(crate) action: Vec<ActionRow>,
}

/// Of which service, and when, a row speaks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum When {
    /// Of every one that is not said to be outside the council's contracts.
    Always,
    /// Of one that is.
    NotContracted,
    /// In quality assurance, of one with a plan.
    RoutineHeld,
    /// In quality assurance, of one known to have none.
    RoutineNotHeld,
    /// In quality assurance, of one of the council's own with a plan.
    RoutineInternal,
    /// In quality assurance, of one whose plan is not checked.
    CheckDue,
    /// In quality assurance, of one of the council's own whose plan is to be refreshed.
    RefreshDue,
    /// In an incident, of one with a plan.
    IncidentHeld,
    /// In a provider failure, of one with a plan.
    FailureHeld,
    /// In a provider failure, of one known to have none.
    FailureNotHeld,
    /// In a provider failure, of one whose plan is not known to be activated.
    NotActivated,
}

/// What settles a finding, and what a question asks for: the last word of a fact's key.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum What {
    PlanHeld,
    Contracted,
    LastChecked,
    Internal,
    Refreshed,
    Activated,
}

impl What {
    /// The key of the fact for a service.
    pub(crate) fn fact(self, service: &str) -> String {
        let word = match self {
            Self::PlanHeld => "plan-held",
            Self::Contracted => "contracted",
            Self::LastChecked => "last-checked",
            Self::Internal => "internal",
            Self::Refreshed => "refreshed",
            Self::Activated => "activated",
        };
        format!("continuity/{service}/{word}")
    }
}

/// Something held of a plan.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct FindingRow {
    pub(crate) key: String,
    pub(crate) when: When,
    pub(crate) by: What,
    pub(crate) title: String,
    pub(crate) cites: Vec<Citation>,
}

/// Something to be asked of a plan.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct QuestionRow {
    pub(crate) fact: What,
    pub(crate) when: When,
    pub(crate) asks: String,
    pub(crate) of: AgencyKind,
    pub(crate) cites: Vec<Citation>,
}

/// Something to be done about a plan.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct ActionRow {
    pub(crate) key: String,
    pub(crate) when: When,
    /// Absent for whoever runs the service.
    pub(crate) owner: Option<AgencyKind>,
    pub(crate) title: String,
    pub(crate) cites: Vec<Citation>,
}

/// The whole table.
pub(crate) fn read() -> Result<Table, serde_json::Error> {
    serde_json::from_str(include_str!(concat!(env!("OUT_DIR"), "/plans.json")))
}
