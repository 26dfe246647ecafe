//! The way in and out of the sandbox: any situation that can be told is lowered into a rule set, and what comes back is
//! advice that keeps the rules, or a failure with words.

use std::collections::BTreeSet;

use muster_proto::limits::MAX_TEXT;
use muster_record::advice::Advice;
use muster_record::situation::Situation;
use muster_rules::{Failure, FailureClass, LoadedRuleSet};
use serde_json::{Value, json};

use crate::Read;
use crate::settings::shipped;

pub(crate) const SITUATION: &str = include_str!("../../muster-rules/benches/situation.json");

/// Bytes of one change: which value, of two bytes, what is done to it, and with what.
const CHANGE: usize = 4;

/// What is longer than this is not made longer still: it would be the body that runs out of memory.
const LONG: usize = 300;

/// The first byte says which rule set looks; the others are changes to a situation with a little of everything.
pub(crate) fn body(data: &[u8]) -> Read {
    let Some((which, changes)) = data.split_first() else { return Read::Refused };
    let mut told: Value = serde_json::from_str(SITUATION).unwrap();
    let (changes, _) = changes.as_chunks::<CHANGE>();
    for &[high, low, what, with] in changes.iter().take(24) {
        let mut places = Vec::new();
        list(&told, String::new(), &mut places);
        let place = usize::from(u16::from_be_bytes([high, low])).checked_rem(places.len()).unwrap_or(0);
        if let Some(value) = places.get(place).and_then(|place| told.pointer_mut(place)) {
            change(value, what, with);
        }
    }
    let Ok(situation) = serde_json::from_value::<Situation>(told) else { return Read::Refused };
    if !names_each_once(&situation) {
        return Read::Refused;
    }
    let all = shipped();
    let Some(rule_set) = all.get(usize::from(*which) % all.len().max(1)) else { return Read::Refused };
    Read::of(&looked_at(rule_set, &situation))
}

/// Whether everything has a name of its own, as everything on a record has.
fn names_each_once(situation: &Situation) -> bool {
    fn once<T: Ord>(names: impl Iterator<Item = T>) -> bool {
        let mut seen = BTreeSet::new();
        let mut names = names;
        names.all(|name| seen.insert(name))
    }
    once(situation.services.iter().map(|one| &one.id))
        && once(situation.participants.iter().map(|one| &one.agency))
        && once(situation.people.iter().map(|one| &one.reference))
        && once(situation.facts.iter().map(|one| &one.key))
        && once(situation.offers.iter().map(|one| &one.reference))
        && once(situation.actions.iter().map(|one| one.number))
        && once(situation.actions.iter().filter_map(|one| one.key.as_ref()))
        && once(situation.restrictions.iter().map(|one| one.number))
        && once(situation.meetings.iter().map(|one| one.number))
        && once(situation.recommendations.iter().map(|one| one.number))
        && once(situation.decisions.iter().map(|one| one.number))
        && once(situation.milestones.iter().map(|one| &one.key))
        && once(situation.related.iter().map(|one| &one.incident))
}

/// What a rule set says, which is the same twice.
pub(crate) fn looked_at(rule_set: &LoadedRuleSet, situation: &Situation) -> Result<Advice, Failure> {
    let (first, second) = (rule_set.advise(situation), rule_set.advise(situation));
    assert_eq!(first.outcome, second.outcome, "two looks at the same situation differ");
    if let Err(failure) = &first.outcome {
        let name = &rule_set.description().name;
        // A shipped rule set may say that it cannot judge; it may not stumble.
        assert_eq!(failure.class, FailureClass::Said, "{name} stumbled: {failure}");
    }
    first.outcome
}

/// The places of all values, as JSON pointers.
pub(crate) fn list(value: &Value, place: String, places: &mut Vec<String>) {
    match value {
        Value::Array(all) => {
            for (number, one) in all.iter().enumerate() {
                list(one, format!("{place}/{number}"), places);
            }
        }
        Value::Object(all) => {
            for (name, one) in all {
                list(one, format!("{place}/{}", name.replace('~', "~0").replace('/', "~1")), places);
            }
        }
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => (),
    }
    places.push(place);
}

/// Changes a value to another that may stand there, more often than not.
fn change(value: &mut Value, what: u8, with: u8) {
    match value {
        Value::Array(all) if what.is_multiple_of(3) => all.clear(),
        Value::Array(all) => {
            let one = usize::from(with).checked_rem(all.len()).and_then(|place| all.get(place)).cloned();
            let times = if what % 3 == 1 || all.len() > LONG { 1 } else { usize::from(what) };
            all.extend(one.into_iter().flat_map(|one| std::iter::repeat_n(one, times)));
        }
        Value::Object(all) => {
            if what.is_multiple_of(4) {
                let name = all.keys().nth(usize::from(with).checked_rem(all.len()).unwrap_or(0)).cloned();
                name.map(|name| all.remove(&name));
            }
        }
        Value::Null => *value = if what.is_multiple_of(2) { json!(with) } else { json!("2024-03-05T09:00:00Z") },
        Value::Bool(is) => *is = !*is,
        Value::Number(_) => {
            let numbers = [0, 1, 2, 5, 100, 65_535, i64::from(u32::MAX), i64::MAX];
            *value = json!(numbers.get(usize::from(what) % numbers.len()));
        }
        Value::String(text) => match what % 6 {
            0 => *value = Value::Null,
            1 => "2024-03-04T10:00:00Z".clone_into(text),
            2 => "9999-12-31T23:59:59Z".clone_into(text),
            3 => *text = stretched(text, usize::from(with)),
            4 => *text = WORDS.get(usize::from(with) % WORDS.len()).copied().unwrap_or_default().to_owned(),
            _ => text.push(char::from(with)),
        },
    }
}

/// A text again and again, as long as the record takes one.
pub(crate) fn stretched(text: &str, times: usize) -> String {
    text.chars().cycle().take(text.chars().count().saturating_mul(times).min(MAX_TEXT)).collect()
}

/// Words that stand somewhere in a situation, and some that stand nowhere.
const WORDS: &[&str] = &[
    "yes",
    "no",
    "unknown",
    "nursing",
    "home-care",
    "residential",
    "supported-living",
    "extra-care",
    "identified",
    "reviewed",
    "placed",
    "moved",
    "deceased",
    "self-funded",
    "council-full",
    "health-full",
    "other-council",
    "walks",
    "wheelchair",
    "stretcher",
    "dementia",
    "time-critical-medicine",
    "provider-failure",
    "quality-concern",
    "outbreak",
    "regional",
    "business-failure",
    "emergency",
    "enforcement",
    "council",
    "person-1",
    "person-2",
    "",
    "\u{1f600}",
];

/// What libFuzzer found: a moment of the year 9999, after which a review would have been due.
const FOUND: &[&[u8]] = &[&[0xb7, 0x20, 0x02, 0x2c, 0x20]];

pub(crate) fn seeds() -> Vec<Vec<u8>> {
    let plain = (0..shipped().len()).filter_map(|which| u8::try_from(which).ok()).map(|which| vec![which]);
    plain.chain(FOUND.iter().map(|found| found.to_vec())).collect()
}
