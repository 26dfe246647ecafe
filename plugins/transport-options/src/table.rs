//! The rows of `rules/`.

use muster_rule_sdk::{AgencyKind, Answer, Citation, Finding, Gate, ProposedAction, Question, Step};
use serde::Deserialize;

use crate::settings::Vehicle;

/// All the tables.
pub(crate) struct Tables {
    /// The samples, which stand where a council has no table of its own.
    pub(crate) samples: Vec<Vehicle>,
    rows: Rows,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Rows {
    finding: Vec<FindingRow>,
    question: Vec<QuestionRow>,
    action: Vec<ActionRow>,
    gate: Vec<GateRow>,
    sample: FindingRow,
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
struct QuestionRow {
    key: String,
    fact: String,
    asks: String,
    of: AgencyKind,
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

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct GateRow {
    key: String,
    blocks: Step,
    until: String,
    cites: Vec<Citation>,
}

impl FindingRow {
    fn finding(&self, verdict: Answer) -> Finding {
        Finding::new(&self.key, "transport", verdict, &self.title, self.cites.iter().cloned())
    }
}

impl Tables {
    /// The finding of that row, with what is held of it.
    pub(crate) fn finding(&self, key: &str, verdict: Answer) -> Option<Finding> {
        self.rows.finding.iter().find(|row| row.key == key).map(|row| row.finding(verdict))
    }

    /// That the table is of samples.
    pub(crate) fn of_samples(&self) -> Finding {
        self.rows.sample.finding(Answer::No)
    }

    /// What is asked.
    pub(crate) fn questions(&self) -> impl Iterator<Item = Question> {
        self.rows.question.iter().map(|row| {
            let question = Question::new(&row.fact, &row.asks, row.of, row.cites.iter().cloned());
            Question { key: row.key.clone(), ..question }
        })
    }

    /// The action of that row under its own key, with the words of this one in the title.
    pub(crate) fn action(&self, key: &str, of: &str, words: &[(&str, &str)]) -> Option<ProposedAction> {
        let row = self.rows.action.iter().find(|row| row.key == key)?;
        let title =
            words.iter().fold(row.title.clone(), |title, (word, said)| title.replace(&format!("{{{word}}}"), said));
        Some(ProposedAction::new(format!("{key}/{of}"), title, row.owner, row.cites.iter().cloned()))
    }

    /// The gates, each with whether its condition holds.
    pub(crate) fn gates(&self, satisfied: Answer) -> impl Iterator<Item = Gate> {
        let gate =
            move |row: &GateRow| Gate::new(&row.key, row.blocks, &row.until, satisfied, row.cites.iter().cloned());
        self.rows.gate.iter().map(gate)
    }
}

/// Reads all the tables.
pub(crate) fn read() -> Result<Tables, serde_json::Error> {
    #[derive(Deserialize)]
    struct Vehicles {
        vehicle: Vec<Vehicle>,
    }
    let Vehicles { vehicle } = serde_json::from_str(include_str!(concat!(env!("OUT_DIR"), "/vehicles.json")))?;
    let rows = serde_json::from_str(include_str!(concat!(env!("OUT_DIR"), "/advice.json")))?;
    Ok(Tables { samples: vehicle, rows })
}
