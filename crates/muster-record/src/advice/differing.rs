//! Two answers to one situation, item by item: what one has and the other has not, and what both say otherwise.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use super::{Advice, Item};

/// A field of an item that says something else.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct FieldChange {
    /// The field, in a word or two (`verdict`, `due`, `owner`).
    pub field: String,
    /// What the one says.
    pub old: String,
    /// What the other says.
    pub new: String,
}

/// How two answers differ in one item.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ItemChange {
    /// Only the newer has it.
    Added(Item),
    /// Only the older has it.
    Gone(Item),
    /// Both have it and say something else.
    Changed {
        /// The item as the older has it.
        old: Item,
        /// The item as the newer has it.
        new: Item,
        /// In which fields, in order.
        fields: Vec<FieldChange>,
    },
}

impl ItemChange {
    /// The item, as the newer answer has it where it does.
    pub fn item(&self) -> &Item {
        match self {
            Self::Added(item) | Self::Gone(item) | Self::Changed { old: _, new: item, fields: _ } => item,
        }
    }
}

/// How two answers to the same situation differ, in the order of their keys. The order of items is not compared: it
/// says nothing.
pub fn differences(old: &Advice, new: &Advice) -> Vec<ItemChange> {
    let by_key = |advice: &Advice| {
        let mut items: BTreeMap<String, Item> = BTreeMap::new();
        for item in &advice.items {
            // One key is one proposal, as on the record.
            items.entry(item.key().to_owned()).or_insert_with(|| item.clone());
        }
        items
    };
    let (olds, news) = (by_key(old), by_key(new));
    let keys: BTreeSet<&String> = olds.keys().chain(news.keys()).collect();
    let mut found = Vec::new();
    for key in keys {
        match (olds.get(key), news.get(key)) {
            (Some(was), Some(is)) if was.of_kind() == is.of_kind() => {
                let mut fields = fields_of(was, is);
                fields.extend(remarks_of(key, old, new));
                if !fields.is_empty() {
                    found.push(ItemChange::Changed { old: was.clone(), new: is.clone(), fields });
                }
            }
            (was, is) => {
                found.extend(was.cloned().map(ItemChange::Gone));
                found.extend(is.cloned().map(ItemChange::Added));
            }
        }
    }
    found
}

fn fields_of(old: &Item, new: &Item) -> Vec<FieldChange> {
    // An item has no map with keys that JSON could not write, so neither is ever anything else.
    let (old, new) = (serde_json::to_value(old), serde_json::to_value(new));
    let (Ok(Value::Object(old)), Ok(Value::Object(new))) = (old, new) else { return Vec::new() };
    let names: BTreeSet<&String> = old.keys().chain(new.keys()).collect();
    let changed = names.into_iter().filter(|name| old.get(*name) != new.get(*name));
    changed
        .map(|name| FieldChange { field: name.replace('_', " "), old: shown(old.get(name)), new: shown(new.get(name)) })
        .collect()
}

/// What is said besides the item.
fn remarks_of(key: &str, old: &Advice, new: &Advice) -> Vec<FieldChange> {
    let remarks = [old, new].map(|advice| advice.remarks.get(key).cloned().unwrap_or_default());
    let [was, is] = remarks.map(|remark| {
        let rests_on = remark.rests_on.map(|parts| parts.iter().map(|part| part.word()).collect::<Vec<_>>().join(", "));
        let tags = serde_json::to_value(&remark.tags).ok();
        (rests_on.unwrap_or_else(|| "all that it is shown".to_owned()), shown(tags.as_ref()))
    });
    let named = [("rests on", was.0, is.0), ("tags", was.1, is.1)];
    let changed = named.into_iter().filter(|(_, old, new)| old != new);
    changed.map(|(field, old, new)| FieldChange { field: field.to_owned(), old, new }).collect()
}

/// A value as it is read aloud.
fn shown(value: Option<&Value>) -> String {
    match value {
        None | Some(Value::Null) => "none".to_owned(),
        Some(Value::String(text)) => text.clone(),
        Some(plain @ (Value::Bool(_) | Value::Number(_))) => plain.to_string(),
        Some(Value::Array(list)) if list.is_empty() => "none".to_owned(),
        Some(Value::Array(list)) => list.iter().map(|one| shown(Some(one))).collect::<Vec<_>>().join("; "),
        Some(Value::Object(fields)) => {
            fields.iter().map(|(name, value)| format!("{name} {}", shown(Some(value)))).collect::<Vec<_>>().join(", ")
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::advice::{Answer, Remark, Step};
    use crate::situation::Part;
    use crate::testing::{action, gate};

    fn advice(items: &[Item]) -> Advice {
        Advice { items: items.to_vec(), ..Advice::default() }
    }

    #[test]
    fn the_same_items_in_another_order_are_no_difference() {
        let (beds, staff) = (action("beds", "find beds"), action("staff", "find staff"));
        let found = differences(&advice(&[beds.clone(), staff.clone()]), &advice(&[staff, beds]));
        assert_eq!(found, Vec::new());
    }

    #[test]
    fn what_is_added_gone_or_said_otherwise_is_told_by_key_and_field() {
        let old = advice(&[action("beds", "find beds"), action("staff", "find staff")]);
        let mut new = advice(&[action("beds", "find ten beds"), action("vans", "find vans")]);
        let remark = Remark { rests_on: Some([Part::Facts].into()), ..Remark::default() };
        new.remarks.insert("beds".to_owned(), remark);
        let found = differences(&old, &new);
        let [ItemChange::Changed { fields, .. }, ItemChange::Gone(gone), ItemChange::Added(added)] = found.as_slice()
        else {
            panic!("{found:?}");
        };
        let told: Vec<String> = fields.iter().map(|one| format!("{}: {} -> {}", one.field, one.old, one.new)).collect();
        assert_eq!(told, ["title: find beds -> find ten beds", "rests on: all that it is shown -> facts"]);
        assert_eq!((gone.key(), added.key()), ("staff", "vans"));
    }

    #[test]
    fn another_kind_under_the_same_key_is_one_gone_and_one_added() {
        let held = gate("beds", Step::Close, Answer::No);
        let found = differences(&advice(&[action("beds", "find beds")]), &advice(&[held]));
        assert!(matches!(found.as_slice(), [ItemChange::Gone(_), ItemChange::Added(_)]), "{found:?}");
    }
}
