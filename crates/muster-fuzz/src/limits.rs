//! What a record may just still hold, told to every shipped rule set: chance hits upon few of these.

use muster_proto::limits::MAX_TEXT;
use muster_record::advice::{Item, Question};
use muster_record::situation::Situation;
use muster_record::time::Instant;
use muster_rules::LoadedRuleSet;
use serde_json::{Value, json};

use crate::rules::{SITUATION, list, looked_at, stretched};
use crate::settings::shipped;

/// The first and the last moment that the record takes.
const MOMENTS: [&str; 2] = ["1970-01-01T00:00:00Z", "2200-12-31T23:59:59.999Z"];

/// A rule set that was answered may ask on: so many rounds are answered.
const ROUNDS: usize = 4;

/// Has every shipped rule set look at a situation in which one text is as long as the record takes it, or one moment at
/// an end of its years, each in turn. How many situations those were.
pub fn each_value_at_its_limits() -> usize {
    let told: Value = serde_json::from_str(SITUATION).unwrap();
    let mut places = Vec::new();
    list(&told, String::new(), &mut places);
    let mut looked = 0;
    for place in places {
        for limit in limits_of(told.pointer(&place)) {
            let mut told = told.clone();
            *told.pointer_mut(&place).unwrap() = json!(limit);
            let Ok(situation) = serde_json::from_value::<Situation>(told) else { continue };
            looked += 1;
            for rule_set in shipped() {
                drop(looked_at(rule_set, &situation));
            }
        }
    }
    looked
}

/// What may stand in the place of a value.
fn limits_of(value: Option<&Value>) -> Vec<String> {
    let Some(Value::String(text)) = value else { return Vec::new() };
    if text.parse::<Instant>().is_ok() { MOMENTS.map(str::to_owned).to_vec() } else { vec![stretched(text, MAX_TEXT)] }
}

/// Answers whatever a shipped rule set asks with a value at its limits, and whatever it asks then, on an incident of each
/// kind that it looks at. How many answers those were.
pub fn each_answer_at_its_limits() -> usize {
    let answers = [
        json!({"text": "x".repeat(MAX_TEXT)}),
        json!({"number": i64::MAX}),
        json!({"number": i64::MIN}),
        json!({"at": MOMENTS[0]}),
        json!({"at": MOMENTS[1]}),
        json!({"answer": "yes"}),
        json!({"answer": "no"}),
        json!({"answer": "unknown"}),
    ];
    let mut given = 0;
    for rule_set in shipped() {
        for kind in &rule_set.description().concerns {
            for answer in &answers {
                let mut told: Value = serde_json::from_str(SITUATION).unwrap();
                *told.pointer_mut("/kind").unwrap() = json!(kind);
                given += answered(rule_set, told, answer);
            }
        }
    }
    given
}

/// Has a rule set look, gives it this answer to each of its questions, and again while it asks.
fn answered(rule_set: &LoadedRuleSet, mut told: Value, answer: &Value) -> usize {
    let mut given = 0;
    for _ in 0..ROUNDS {
        let situation: Situation = serde_json::from_value(told.clone()).unwrap();
        let Ok(advice) = looked_at(rule_set, &situation) else { break };
        let facts = told.pointer_mut("/facts").and_then(Value::as_array_mut).unwrap();
        let before = facts.len();
        for item in &advice.items {
            let Item::Question(Question { fact, .. }) = item else { continue };
            if !facts.iter().any(|known| known["key"] == **fact) {
                facts.push(json!({"key": fact, "value": answer, "entry": 9, "at": situation.as_of}));
            }
        }
        given += facts.len() - before;
        if facts.len() == before {
            break;
        }
    }
    given
}
