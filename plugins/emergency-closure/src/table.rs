//! The rows of `rules/`.

use std::collections::BTreeMap;

use muster_rule_sdk::{AgencyKind, Citation, Step};
use serde::Deserialize;

/// All the tables.
pub(crate) struct Tables {
    pub(crate) steps: Vec<StepRow>,
    pub(crate) people: People,
    pub(crate) questions: Vec<QuestionRow>,
    pub(crate) gates: Vec<GateRow>,
    pub(crate) accommodation: Accommodation,
    pub(crate) letter: Letter,
}

/// Where care is given.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Place {
    /// In a building that people live in (the Plan's approach 1).
    Building,
    /// In people's own homes (its approach 2).
    Home,
}

/// A step of the protocol. Its hours run from when the council was told.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct StepRow {
    pub(crate) key: String,
    pub(crate) place: Option<Place>,
    #[serde(default)]
    pub(crate) after: i64,
    /// Absent for a step of the time after the emergency.
    pub(crate) by: Option<i64>,
    pub(crate) leads: BTreeMap<AgencyKind, String>,
    pub(crate) also: Option<String>,
    #[serde(default)]
    pub(crate) because: Vec<String>,
    pub(crate) cites: Vec<Citation>,
}

/// What a single person calls for, and what is said of all of them.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct People {
    pub(crate) imca: OfStep,
    pub(crate) wellbeing: OfStep,
    pub(crate) settled: Cites,
    pub(crate) needs: Cites,
    pub(crate) order: Cites,
    pub(crate) signs: Signs,
}

/// Part of a step, for one person.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct OfStep {
    pub(crate) step: String,
    pub(crate) cites: Vec<Citation>,
}

/// What a finding rests on.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Cites {
    pub(crate) cites: Vec<Citation>,
}

/// What of the record belongs to the time before the failure.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Signs {
    /// How the keys of answers begin that belong to it.
    pub(crate) facts: Vec<String>,
    pub(crate) cites: Vec<Citation>,
}

/// A fact that the protocol needs.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct QuestionRow {
    pub(crate) key: String,
    pub(crate) fact: String,
    pub(crate) when: When,
    pub(crate) asks: String,
    pub(crate) of: AgencyKind,
    pub(crate) cites: Vec<Citation>,
}

/// When a question matters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum When {
    Always,
    Building,
    Home,
    CareStopNotRecorded,
    Recovering,
    /// As `Recovering`, and any answer but unknown will do.
    Reviewing,
}

/// A condition that holds a step back.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct GateRow {
    pub(crate) key: String,
    pub(crate) place: Option<Place>,
    pub(crate) blocks: Step,
    pub(crate) until: String,
    /// The fact that opens it; absent for the gate that opens when everybody is settled.
    pub(crate) fact: Option<String>,
    pub(crate) cites: Vec<Citation>,
}

/// Where people can live when a building closes.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Accommodation {
    pub(crate) question: String,
    pub(crate) cites: Vec<Citation>,
    pub(crate) choice: Vec<ChoiceRow>,
}

/// One way of living on.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct ChoiceRow {
    pub(crate) name: String,
    pub(crate) title: String,
    /// The fact that says whether it would suit.
    pub(crate) fact: Option<String>,
    pub(crate) because: Vec<String>,
}

/// The letter to people and their families.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Letter {
    pub(crate) title: String,
    pub(crate) cites: Vec<Citation>,
    pub(crate) body: String,
}

/// Reads all the tables.
pub(crate) fn read() -> Result<Tables, serde_json::Error> {
    #[derive(Deserialize)]
    struct Steps {
        step: Vec<StepRow>,
    }
    #[derive(Deserialize)]
    struct Questions {
        question: Vec<QuestionRow>,
    }
    #[derive(Deserialize)]
    struct Gates {
        gate: Vec<GateRow>,
    }
    let Steps { step } = serde_json::from_str(include_str!(concat!(env!("OUT_DIR"), "/steps.json")))?;
    let Questions { question } = serde_json::from_str(include_str!(concat!(env!("OUT_DIR"), "/questions.json")))?;
    let Gates { gate } = serde_json::from_str(include_str!(concat!(env!("OUT_DIR"), "/gates.json")))?;
    Ok(Tables {
        steps: step,
        people: serde_json::from_str(include_str!(concat!(env!("OUT_DIR"), "/people.json")))?,
        questions: question,
        gates: gate,
        accommodation: serde_json::from_str(include_str!(concat!(env!("OUT_DIR"), "/accommodation.json")))?,
        letter: serde_json::from_str(include_str!(concat!(env!("OUT_DIR"), "/letter.json")))?,
    })
}
