//! Situations of about ten kilobytes, each with another decision.

use anyhow::Result;
use muster_record::situation::Situation;
use serde_json::{Value, json};

/// The situation that the host's own bench looks at, which has something of everything.
const ONE: &str = include_str!("../../../../crates/muster-rules/benches/situation.json");

/// One to decide on.
pub struct Given {
    pub situation: Situation,
    pub json: String,
}

/// All of them: from no risk to the highest, with one to three services.
pub fn all() -> Result<Vec<Given>> {
    (0..10_usize).map(given).collect()
}

fn given(number: usize) -> Result<Given> {
    let mut whole: Value = serde_json::from_str(ONE)?;
    let person = whole["people"][0].clone();
    let people = (0..10 + number * 2).map(|n| {
        let mut person = person.clone();
        person["reference"] = json!(format!("person-{n}"));
        person["stays_with"] = json!([]);
        person
    });
    whole["people"] = people.collect();
    let facts = (0..24_usize).map(|n| {
        let answer = if n < number { "yes" } else { "no" };
        let key = if n < 12 { format!("risk/{n}") } else { format!("other/{n}") };
        json!({"key": key, "value": {"answer": answer}, "entry": n + 5, "at": "2024-03-04T09:10:00Z"})
    });
    whole["facts"] = facts.collect();
    let service = whole["services"][0].clone();
    let kinds = ["nursing", "residential", "home-support", "day-service"];
    let services = (0..1 + number % 3).map(|n| {
        let mut service = service.clone();
        service["id"] = json!(format!("service-{n}"));
        service["kind"] = json!(kinds[(number + n) % kinds.len()]);
        service
    });
    whole["services"] = services.collect();
    let situation: Situation = serde_json::from_value(whole)?;
    let json = serde_json::to_string(&situation)?;
    Ok(Given { situation, json })
}
