//! Answers: a fact is asked for and answered: yes, no, unknown, a number, a text or a moment, with its source.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::{Asking, Stamp, required};
use crate::advice::{Answer, Item};
use crate::agency::AgencyKind;
use crate::ids::{AgencyId, Seq};
use crate::refusal::Refusal;
use crate::situation::FactValue;
use crate::time::{Instant, uk_day_and_time};

/// What can happen to a question.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "fact", rename_all = "snake_case")]
pub enum Fact {
    /// It was put to a kind of agency by a person. Rule sets ask by proposals instead.
    Asked {
        /// The fact's key.
        key: String,
        /// The question as a person reads it.
        asks: String,
        /// The kind of agency that can answer.
        of: AgencyKind,
    },
    /// It was answered. A later answer stands in place of an earlier one.
    Answered {
        /// The fact's key.
        key: String,
        /// The answer.
        value: FactValue,
        /// How the answer is known.
        source: String,
    },
}

/// What can be asked about a question.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "command", rename_all = "snake_case")]
pub enum Command {
    /// Put a question to a kind of agency.
    Ask {
        /// The fact's key.
        key: String,
        /// The question.
        asks: String,
        /// The kind of agency that can answer.
        of: AgencyKind,
    },
    /// Answer a question, asked or not.
    Answer {
        /// The fact's key.
        key: String,
        /// The answer.
        value: FactValue,
        /// How the answer is known.
        source: String,
    },
}

/// An answer that stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Standing {
    /// The answer.
    pub value: FactValue,
    /// How it is known.
    pub source: String,
    /// Who answered.
    pub by: AgencyId,
    /// When it was so.
    pub at: Instant,
    /// The entry that holds it.
    pub entry: Seq,
}

/// What was asked and answered.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Answers {
    /// Answers by key.
    pub standing: BTreeMap<String, Standing>,
    /// Questions put by people and not answered yet.
    pub asked: BTreeMap<String, (String, AgencyKind)>,
}

/// The longest key of a fact.
const LONGEST_KEY: usize = 128;

fn check_key(key: &str) -> Result<(), Refusal> {
    required("key", key)?;
    if key.len() > LONGEST_KEY || !key.bytes().all(|byte| byte.is_ascii_graphic()) {
        let problem = "a key is at most 128 printable ASCII characters without spaces";
        return Err(Refusal::Invalid { field: "key", problem });
    }
    Ok(())
}

pub(super) fn decide(asking: &Asking<'_>, command: &Command) -> Result<Vec<crate::Fact>, Refusal> {
    let fact = match command {
        Command::Ask { key, asks, of } => {
            asking.works_or_oversees()?;
            check_key(key)?;
            required("asks", asks)?;
            Fact::Asked { key: key.clone(), asks: asks.clone(), of: *of }
        }
        Command::Answer { key, value, source } => {
            check_key(key)?;
            required("source", source)?;
            if let FactValue::Text(text) = value {
                required("value", text)?;
            }
            may_answer(asking, key)?;
            Fact::Answered { key: key.clone(), value: value.clone(), source: source.clone() }
        }
    };
    Ok(vec![fact.into()])
}

/// An agency that works the incident answers anything; another answers what was asked of its kind.
fn may_answer(asking: &Asking<'_>, key: &str) -> Result<(), Refusal> {
    let seat = asking.seat()?;
    if seat.interest.is_operational() {
        return Ok(());
    }
    let by_people = asking.incident.answers.asked.get(key).map(|(_, of)| *of);
    let by_rules = asking.incident.advising.open().filter_map(|proposal| {
        let Item::Question(question) = &proposal.item else { return None };
        (question.fact == key).then_some(question.of_kind)
    });
    let asked: Vec<AgencyKind> = by_people.into_iter().chain(by_rules).collect();
    match asked.first() {
        Some(_) if asked.contains(&seat.kind) => Ok(()),
        Some(of) => Err(Refusal::NotAskedOfYou { of: *of }),
        None => Err(Refusal::InterestTooLow { interest: seat.interest }),
    }
}

impl Answers {
    /// What is known of a yes/no fact; unknown where nobody has answered.
    pub fn known(&self, key: &str) -> Answer {
        match self.standing.get(key).map(|standing| &standing.value) {
            Some(FactValue::Answer(answer)) => *answer,
            Some(FactValue::Number(_) | FactValue::Text(_) | FactValue::At(_)) | None => Answer::Unknown,
        }
    }

    pub(super) fn apply(&mut self, stamp: &Stamp<'_>, fact: &Fact) {
        match fact {
            Fact::Asked { key, asks, of } => {
                self.asked.insert(key.clone(), (asks.clone(), *of));
            }
            Fact::Answered { key, value, source } => {
                if *value != FactValue::Answer(Answer::Unknown) {
                    self.asked.remove(key);
                }
                let standing = Standing {
                    value: value.clone(),
                    source: source.clone(),
                    by: stamp.author.agency.clone(),
                    at: stamp.occurred_at,
                    entry: stamp.seq,
                };
                self.standing.insert(key.clone(), standing);
            }
        }
    }

    pub(crate) fn lines(&self) -> Vec<String> {
        let answered = self.standing.iter().map(|(key, standing)| {
            format!("{key}: {} (entry {}, {})", said(&standing.value), standing.entry, standing.source)
        });
        let asked = self.asked.iter().map(|(key, (asks, of))| format!("{key}: asked of the {of}: {asks}"));
        answered.chain(asked).collect()
    }
}

fn said(value: &FactValue) -> String {
    match value {
        FactValue::Answer(answer) => answer.to_string(),
        FactValue::Number(number) => number.to_string(),
        FactValue::Text(text) => text.clone(),
        FactValue::At(at) => uk_day_and_time(*at),
    }
}

impl Fact {
    pub(crate) fn told(&self) -> String {
        match self {
            Self::Asked { key, asks, of } => format!("asks the {of}: {asks} [{key}]"),
            Self::Answered { key, value, source } => format!("answered {key}: {} ({source})", said(value)),
        }
    }
}

#[cfg(test)]
mod tests;
