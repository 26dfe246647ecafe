//! The rows of `rules/`.

use std::collections::BTreeMap;

use muster_rule_sdk::{AgencyKind, Citation};
use serde::Deserialize;

/// All the tables.
pub(crate) struct Tables {
    pub(crate) findings: Vec<FindingRow>,
    pub(crate) questions: Vec<QuestionRow>,
    pub(crate) actions: Vec<ActionRow>,
    pub(crate) drafts: Vec<DraftRow>,
}

/// When a row applies. Every row needs the incident to be assessed or responded to:
/// while it is a concern, and once it recovers, there is nothing to announce.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum When {
    /// A provider fails, or there is an outbreak.
    Either,
    /// A provider fails.
    Failing,
    /// A provider fails, and no service is one that the emergency closure has a letter for.
    FailingWithoutProtocol,
    /// There is an outbreak.
    Outbreak,
    /// The provider cannot speak.
    CouncilSpeaks,
    /// A provider fails and can speak.
    ProviderLeads,
    /// A provider fails and cannot speak.
    OthersLead,
    /// A provider fails, and nobody has said that the investigation was considered.
    NotConsidered,
}

/// Who speaks.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct FindingRow {
    pub(crate) key: String,
    pub(crate) when: When,
    pub(crate) title: String,
    /// What follows where it is not so.
    pub(crate) no: String,
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
    pub(crate) leads: BTreeMap<AgencyKind, String>,
    pub(crate) cites: Vec<Citation>,
}

/// A text for one audience.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct DraftRow {
    pub(crate) key: String,
    /// The name under which a council puts its own in its place.
    pub(crate) text: String,
    pub(crate) when: When,
    pub(crate) audience: String,
    pub(crate) title: String,
    pub(crate) cites: Vec<Citation>,
    pub(crate) body: String,
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
    struct Texts {
        draft: Vec<DraftRow>,
    }
    let Findings { finding } = serde_json::from_str(include_str!(concat!(env!("OUT_DIR"), "/findings.json")))?;
    let Questions { question } = serde_json::from_str(include_str!(concat!(env!("OUT_DIR"), "/questions.json")))?;
    let Actions { action } = serde_json::from_str(include_str!(concat!(env!("OUT_DIR"), "/actions.json")))?;
    let Texts { draft } = serde_json::from_str(include_str!(concat!(env!("OUT_DIR"), "/texts.json")))?;
    Ok(Tables { findings: finding, questions: question, actions: action, drafts: draft })
}
