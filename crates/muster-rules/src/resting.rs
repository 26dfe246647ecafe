//! What an answer rests on: where an item says that it rests on less than all that was shown, that is tried.
//!
//! A rule set is a pure function, so it need not be believed: asked again with nothing but those parts, it has to give
//! the same items. Then they tell nothing of the rest, neither by what they say nor by being there.

use std::collections::{BTreeMap, BTreeSet};

use muster_record::advice::{Advice, Item, Remark};
use muster_record::situation::{Grants, Part};

use crate::failure::{Failure, FailureClass};
use crate::limits::RESTINGS;
use crate::text;

/// An item that says what it rests on, with what is said of it.
type Said<'a> = BTreeMap<&'a str, (&'a Item, &'a Remark)>;

/// What an answer gives that it may not, as a failure.
pub(crate) fn check_grants(advice: &Advice, granted: &Grants) -> Result<(), Failure> {
    match advice.items.iter().find(|item| !granted.gives.contains(&item.of_kind())) {
        None => Ok(()),
        Some(item) => {
            let (kind, key) = (item.kind(), text::cut(item.key(), 80));
            let detail = format!("{kind} {key}: this rule set was not granted to give advice of the kind {kind}");
            Err(Failure::new(FailureClass::NotGranted, &detail))
        }
    }
}

/// The sets of parts that items of an answer say they rest on, where each is fewer than all that was asked for.
pub(crate) fn restings(advice: &Advice, asked: &BTreeSet<Part>) -> Result<BTreeSet<BTreeSet<Part>>, Failure> {
    let items: BTreeMap<&str, &Item> = advice.items.iter().map(|item| (item.key(), item)).collect();
    let mut found = BTreeSet::new();
    for (key, remark) in &advice.remarks {
        let shown = text::cut(key, 80);
        let Some(item) = items.get(key.as_str()) else {
            return Err(invalid(&format!("remark {shown}: there is no item with this key")));
        };
        let Some(parts) = &remark.rests_on else { continue };
        if let Some(part) = parts.difference(asked).next() {
            return Err(invalid(&format!(
                "remark {shown}: it says that it rests on {part}, which is not among its needs"
            )));
        }
        if !parts.contains(&Part::People) && names_a_person(item) {
            return Err(invalid(&format!("remark {shown}: the item names a person, so it rests on people")));
        }
        if parts != asked {
            found.insert(parts.clone());
        }
    }
    if found.len() > RESTINGS {
        return Err(invalid(&format!("advice as a whole: rests on more than {RESTINGS} sets of parts")));
    }
    Ok(found)
}

/// Whether the items that rest on these parts are the same in an answer to them alone.
pub(crate) fn check_same(whole: &Advice, alone: &Advice, parts: &BTreeSet<Part>) -> Result<(), Failure> {
    let (whole, alone) = (said(whole, parts), said(alone, parts));
    let keys: BTreeSet<&str> = whole.keys().chain(alone.keys()).copied().collect();
    match keys.into_iter().find(|key| whole.get(key) != alone.get(key)) {
        None => Ok(()),
        Some(key) => {
            let words: Vec<&str> = parts.iter().map(|part| part.word()).collect();
            let words = if words.is_empty() { "nothing".to_owned() } else { words.join(", ") };
            let key = text::cut(key, 80);
            Err(invalid(&format!(
                "remark {key}: it says that it rests on {words} alone, and is not the same without the rest"
            )))
        }
    }
}

fn said<'a>(advice: &'a Advice, parts: &BTreeSet<Part>) -> Said<'a> {
    let resting = |item: &'a Item| {
        let remark = advice.remarks.get(item.key()).filter(|remark| remark.rests_on.as_ref() == Some(parts))?;
        Some((item.key(), (item, remark)))
    };
    advice.items.iter().filter_map(resting).collect()
}

/// Whether a text of the item refers to a person of the situation, as `person-3`.
fn names_a_person(item: &Item) -> bool {
    let json = serde_json::to_string(item).unwrap_or_default().to_ascii_lowercase();
    let mut after = json.split("person-").skip(1);
    after.any(|rest| rest.starts_with(|next: char| next.is_ascii_digit()))
}

fn invalid(detail: &str) -> Failure {
    Failure::new(FailureClass::Invalid, detail)
}
