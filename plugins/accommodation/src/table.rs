//! The rows of `rules/`.

use muster_rule_sdk::{AgencyKind, Answer, Citation, Finding, Mobility, Need, ProposedAction};
use serde::Deserialize;

/// All the tables.
pub(crate) struct Tables {
    pub(crate) words: Vec<Word>,
    pub(crate) rule: RuleTable,
    findings: Vec<FindingRow>,
    actions: Vec<ActionRow>,
}

/// A word of an offer that says whom its beds suit.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(crate) struct Word {
    pub(crate) name: String,
    /// What it is to a person who reads an explanation.
    pub(crate) said: String,
    pub(crate) needs: Vec<Need>,
    pub(crate) mobility: Vec<Mobility>,
    pub(crate) yes_for: Vec<String>,
    pub(crate) no_for: Vec<String>,
}

/// The rules that can be decided on.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct RuleTable {
    pub(crate) question: String,
    pub(crate) cites: Vec<Citation>,
    pub(crate) rule: Vec<RuleRow>,
}

/// A rule by which people are matched.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct RuleRow {
    pub(crate) id: Rule,
    pub(crate) title: String,
    pub(crate) because: Vec<String>,
}

/// Who comes first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
pub(crate) enum Rule {
    /// Those whom the fewest beds suit.
    #[serde(rename = "fewest-beds-first")]
    FewestBeds,
    /// Those who stay together.
    #[serde(rename = "together-first")]
    Together,
    /// Those with the greatest needs.
    #[serde(rename = "needs-first")]
    Needs,
}

impl Rule {
    /// The word of the table.
    pub(crate) fn word(self) -> &'static str {
        match self {
            Self::FewestBeds => "fewest-beds-first",
            Self::Together => "together-first",
            Self::Needs => "needs-first",
        }
    }
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct FindingRow {
    key: String,
    title: String,
    cites: Vec<Citation>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct ActionRow {
    key: String,
    title: String,
    owner: AgencyKind,
    cites: Vec<Citation>,
}

impl Tables {
    /// The finding of that row, with what is held of it.
    pub(crate) fn finding(&self, key: &str, subject: &str, verdict: Answer) -> Option<Finding> {
        let row = self.findings.iter().find(|row| row.key == key)?;
        Some(Finding::new(key, subject, verdict, &row.title, row.cites.iter().cloned()))
    }

    /// The action of that row, with its reasons.
    pub(crate) fn action(&self, key: &str, because: impl IntoIterator<Item = String>) -> Option<ProposedAction> {
        let row = self.actions.iter().find(|row| row.key == key)?;
        let action = ProposedAction::new(key, &row.title, row.owner, row.cites.iter().cloned());
        Some(because.into_iter().fold(action, ProposedAction::because))
    }
}

/// Reads all the tables.
pub(crate) fn read() -> Result<Tables, serde_json::Error> {
    #[derive(Deserialize)]
    struct Words {
        word: Vec<Word>,
    }
    #[derive(Deserialize)]
    struct Findings {
        finding: Vec<FindingRow>,
    }
    #[derive(Deserialize)]
    struct Actions {
        action: Vec<ActionRow>,
    }
    let Words { word } = serde_json::from_str(include_str!(concat!(env!("OUT_DIR"), "/words.json")))?;
    let Findings { finding } = serde_json::from_str(include_str!(concat!(env!("OUT_DIR"), "/findings.json")))?;
    let Actions { action } = serde_json::from_str(include_str!(concat!(env!("OUT_DIR"), "/actions.json")))?;
    let rule = serde_json::from_str(include_str!(concat!(env!("OUT_DIR"), "/rule.json")))?;
    Ok(Tables { words: word, rule, findings: finding, actions: action })
}
