//! The rows of `rules/`.

use muster_rule_sdk::{AgencyKind, Citation, Office};
use serde::Deserialize;

/// All the tables.
pub(crate) struct Tables {
    pub(crate) findings: Vec<FindingRow>,
    pub(crate) questions: Vec<QuestionRow>,
    pub(crate) actions: Vec<ActionRow>,
    pub(crate) options: Vec<OptionsRow>,
}

/// When a row applies.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum When {
    /// Whatever is known.
    Always,
    /// The provider may be in the scheme: it is a large one, or something is answered about it.
    Overseen,
    /// So, and the warning is a formal notification.
    Notification,
    /// So, and it is known not to be one.
    Information,
    /// So, and the stage is not known, or what is known contradicts itself.
    StageOpen,
    /// So, and at stage 6 it is not known how likely the failure is.
    LikelihoodOpen,
    /// It is a notification and nobody said when it was given.
    MomentOpen,
    /// It is not known whether the council is prepared.
    PreparationOpen,
}

/// What settles a finding.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Of {
    /// The stage and the likelihood.
    Notification,
    /// Nothing: it never does.
    StepsIn,
    /// Who pays for whose care.
    WholePopulation,
    /// The levels of risk and the beds.
    Quality,
    /// The types of failure, the stage, or the levels of risk.
    AtRisk,
    /// The offers.
    Replacement,
    /// An answer, or a strategy meeting.
    Prepared,
}

/// Something held to be so or not.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct FindingRow {
    pub(crate) key: String,
    pub(crate) when: When,
    pub(crate) of: Of,
    pub(crate) title: String,
    pub(crate) cites: Vec<Citation>,
}

/// A fact that has to be known. Its key is `ask/` and the key of the fact.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct QuestionRow {
    key: String,
    pub(crate) when: When,
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
    pub(crate) title: String,
    pub(crate) owner: AgencyKind,
    pub(crate) cites: Vec<Citation>,
}

/// Something for an office to decide.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(crate) struct OptionsRow {
    pub(crate) key: String,
    pub(crate) question: String,
    pub(crate) decided_by: Office,
    pub(crate) cites: Vec<Citation>,
    pub(crate) choice: Vec<ChoiceRow>,
}

/// One way to decide it.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct ChoiceRow {
    pub(crate) id: String,
    pub(crate) title: String,
    pub(crate) because: Vec<String>,
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
    struct Actions {
        action: Vec<ActionRow>,
    }
    #[derive(Deserialize)]
    struct Charging {
        options: Vec<OptionsRow>,
    }
    let Findings { finding } = serde_json::from_str(include_str!(concat!(env!("OUT_DIR"), "/findings.json")))?;
    let Questions { question } = serde_json::from_str(include_str!(concat!(env!("OUT_DIR"), "/questions.json")))?;
    let Actions { action } = serde_json::from_str(include_str!(concat!(env!("OUT_DIR"), "/actions.json")))?;
    let Charging { options } = serde_json::from_str(include_str!(concat!(env!("OUT_DIR"), "/charging.json")))?;
    Ok(Tables { findings: finding, questions: question, actions: action, options })
}
