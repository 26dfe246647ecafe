//! The rows of `rules/` that a council does not edit.

use std::collections::BTreeMap;

use muster_rule_sdk::{AgencyKind, Citation, IncidentKind, Office};
use serde::Deserialize;

/// All the tables.
pub(crate) struct Tables {
    pub(crate) findings: Vec<FindingRow>,
    pub(crate) questions: Vec<QuestionRow>,
    pub(crate) actions: Vec<ActionRow>,
    pub(crate) hours: Hours,
}

/// When a row applies.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum When {
    /// Whatever is known.
    Always,
    /// Hours are short, or levels are unsafe.
    Short,
    /// So, and the provider has done all it can.
    OwnCoverExhausted,
    /// So, and it is not known that there is no continuity plan.
    PlanToActivate,
    /// The provider has done all it can, and its continuity plan is activated or there is none.
    PlanActivated,
    /// The rungs before are exhausted and levels are unsafe.
    LastResort,
    /// Council staff were called on, and levels are safe again.
    CouncilStaffOver,
}

/// What settles a finding.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Of {
    /// The provider's answer.
    Safe,
    /// The three rungs before, and the levels.
    LastResort,
    /// The council's list.
    Agencies,
    /// For each role that is short, the hours taken.
    Role,
}

/// Something held of staffing.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct FindingRow {
    pub(crate) key: String,
    pub(crate) of: Of,
    pub(crate) title: String,
    pub(crate) cites: Vec<Citation>,
}

/// A fact that the ladder needs. Its key is `ask/` and the key of the fact.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct QuestionRow {
    key: String,
    pub(crate) when: When,
    pub(crate) kinds: Vec<IncidentKind>,
    pub(crate) asks: String,
    pub(crate) of: AgencyKind,
    pub(crate) cites: Vec<Citation>,
}

impl QuestionRow {
    /// The key of the fact.
    pub(crate) fn fact(&self) -> &str {
        self.key.strip_prefix("ask/").unwrap_or(&self.key)
    }
}

/// Something to do.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct ActionRow {
    pub(crate) key: String,
    pub(crate) when: When,
    pub(crate) kinds: Vec<IncidentKind>,
    pub(crate) leads: BTreeMap<AgencyKind, String>,
    pub(crate) cites: Vec<Citation>,
}

/// Who covers the hours of a role.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(crate) struct Hours {
    pub(crate) options: Vec<OptionsRow>,
    pub(crate) own_staff: Rung,
    pub(crate) continuity_plan: Rung,
    pub(crate) council_staff: Rung,
}

/// The question that is put for each role.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(crate) struct OptionsRow {
    pub(crate) key: String,
    pub(crate) question: String,
    pub(crate) decided_by: Office,
    pub(crate) cites: Vec<Citation>,
}

/// A rung that is one option.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Rung {
    pub(crate) title: String,
    pub(crate) because: String,
}

/// Reads all the tables.
pub(crate) fn read() -> Result<Tables, serde_json::Error> {
    #[derive(Deserialize)]
    struct Findings {
        finding: Vec<FindingRow>,
    }
    #[derive(Deserialize)]
    struct Questions {
        question: Vec<QuestionRow>,
    }
    #[derive(Deserialize)]
    struct Ladder {
        action: Vec<ActionRow>,
    }
    let Findings { finding } = serde_json::from_str(include_str!(concat!(env!("OUT_DIR"), "/findings.json")))?;
    let Questions { question } = serde_json::from_str(include_str!(concat!(env!("OUT_DIR"), "/questions.json")))?;
    let Ladder { action } = serde_json::from_str(include_str!(concat!(env!("OUT_DIR"), "/ladder.json")))?;
    let hours = serde_json::from_str(include_str!(concat!(env!("OUT_DIR"), "/hours.json")))?;
    Ok(Tables { findings: finding, questions: question, actions: action, hours })
}
