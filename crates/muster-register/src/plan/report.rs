//! What an import changed, or would change: numbers, a few examples of each, and everything that is wrong.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::RowError;
use crate::row::{Kind, Row};

/// Examples told of each sort of change: enough to see what it is about.
const EXAMPLES: usize = 5;

/// What an import changed, or would change.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Report {
    /// By kind of row.
    pub kinds: BTreeMap<Kind, KindReport>,
    /// What is worth knowing and stops nothing.
    pub remarks: Vec<String>,
    /// Everything that is wrong: nothing is changed unless this is empty.
    pub errors: Vec<RowError>,
}

/// What an import changed among the rows of one kind.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct KindReport {
    /// Rows that were not known.
    pub added: u64,
    /// Rows that were known otherwise.
    pub changed: u64,
    /// Rows that the source no longer has.
    pub removed: u64,
    /// Rows that were known just so.
    pub unchanged: u64,
    /// Rows that another source says better, or a later figure does.
    pub passed_over: u64,
    /// A few of those added, changed and removed.
    pub samples: Vec<Sample>,
}

/// One row that was added, changed or removed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sample {
    /// Its code.
    pub code: String,
    /// What became of it, in words.
    pub what: String,
}

impl Report {
    pub(super) fn of(&mut self, kind: Kind) -> &mut KindReport {
        self.kinds.entry(kind).or_default()
    }

    /// Whether anything would be different.
    pub fn changes_anything(&self) -> bool {
        self.kinds.values().any(|kind| kind.added > 0 || kind.changed > 0 || kind.removed > 0)
    }
}

impl KindReport {
    pub(super) fn add(&mut self, row: &Row) {
        self.added = self.added.saturating_add(1);
        self.sample(self.added, row, || format!("added: {}", name(row)));
    }

    pub(super) fn change(&mut self, before: &Row, after: &Row) {
        self.changed = self.changed.saturating_add(1);
        self.sample(self.changed, after, || format!("changed: {}", difference(before, after)));
    }

    pub(super) fn remove(&mut self, row: &Row) {
        self.removed = self.removed.saturating_add(1);
        self.sample(self.removed, row, || format!("removed: {}", name(row)));
    }

    pub(super) fn keep(&mut self) {
        self.unchanged = self.unchanged.saturating_add(1);
    }

    pub(super) fn pass_over(&mut self) {
        self.passed_over = self.passed_over.saturating_add(1);
    }

    fn sample(&mut self, number: u64, row: &Row, what: impl FnOnce() -> String) {
        if usize::try_from(number).is_ok_and(|number| number <= EXAMPLES) {
            self.samples.push(Sample { code: row.code().to_owned(), what: what() });
        }
    }
}

/// What people call the thing that a row is of.
fn name(row: &Row) -> String {
    match row {
        Row::Brand(brand) => brand.name.clone(),
        Row::Provider(provider) => provider.name.clone(),
        Row::Service(service) => service.name.clone(),
        Row::Capacity(capacity) => format!("as at {}", capacity.as_at),
        Row::Authority(authority) => authority.name.clone(),
        Row::Agency(agency) => agency.name.clone(),
        Row::Oversight(oversight) => oversight.stage.to_string(),
    }
}

/// The fields that differ: `registered_beds 48 to 50, rating "good" to "inadequate"`.
fn difference(before: &Row, after: &Row) -> String {
    let (before, after) = (fields(before), fields(after));
    let differ = after.iter().filter_map(|(field, now)| {
        let was = before.get(field).unwrap_or(&Value::Null);
        (was != now).then(|| format!("{field} {} to {}", told(was), told(now)))
    });
    let differ: Vec<String> = differ.collect();
    if differ.is_empty() { "another source says the same".to_owned() } else { differ.join(", ") }
}

fn told(value: &Value) -> String {
    if value.is_null() { "not known".to_owned() } else { value.to_string() }
}

fn fields(row: &Row) -> serde_json::Map<String, Value> {
    let kinds = serde_json::to_value(row).ok();
    let held = kinds.as_ref().and_then(Value::as_object).and_then(|kinds| kinds.values().next());
    held.and_then(Value::as_object).cloned().unwrap_or_default()
}
