//! Values and rules of a schema in words that somebody can read who never saw a schema.

use serde_json::Value;

use super::schema::Kind;
use crate::text;

/// Characters of a value that are quoted.
const QUOTED: usize = 60;
/// Values or names that are listed.
const LISTED: usize = 12;

/// A value as it was written, cut where it is long.
pub(super) fn quoted(value: &Value) -> String {
    match value {
        Value::Null => "nothing (null)".to_owned(),
        Value::Bool(_) | Value::Number(_) => value.to_string(),
        Value::String(given) => format!("\"{}\"", text::cut(given, QUOTED)),
        Value::Array(entries) => counted(entries.len(), "a list of 1 entry", "a list of # entries"),
        Value::Object(fields) => counted(fields.len(), "a table of 1 entry", "a table of # entries"),
    }
}

/// What a kind of value is called.
pub(super) fn kind(kind: Kind) -> &'static str {
    match kind {
        Kind::Null => "nothing (null)",
        Kind::YesNo => "true or false",
        Kind::Whole => "a whole number",
        Kind::Number => "a number",
        Kind::Text => "a text in quotation marks",
        Kind::List => "a list",
        Kind::Object => "a table of names and values",
    }
}

/// What else it may be: `a`, `a or b`, `a, b or c`.
pub(super) fn or(words: &[String]) -> String {
    match words {
        [] => "nothing at all".to_owned(),
        [one] => one.clone(),
        [some @ .., last] => format!("{} or {last}", some.join(", ")),
    }
}

/// Names or values one after another, the first of them where they are many.
pub(super) fn listed(words: impl ExactSizeIterator<Item = String>) -> String {
    let more = words.len().saturating_sub(LISTED);
    let shown: Vec<String> = words.take(LISTED).collect();
    if more == 0 { shown.join(", ") } else { format!("{} and {more} more", shown.join(", ")) }
}

/// A count with what is counted; `#` stands for the number.
pub(super) fn counted(count: usize, one: &str, many: &str) -> String {
    if count == 1 { one.to_owned() } else { many.replace('#', &count.to_string()) }
}

/// The path to a field of a table.
pub(super) fn field(path: &str, name: &str) -> String {
    let plain = name.chars().all(|c| c.is_alphanumeric() || matches!(c, '_' | '-'));
    let shown = text::cut(name, QUOTED);
    match (path, plain && !name.is_empty()) {
        ("", true) => shown,
        (path, true) => format!("{path}.{shown}"),
        (path, false) => format!("{path}[\"{shown}\"]"),
    }
}

/// The path to an entry of a list, counted from 0 as rule sets do.
pub(super) fn entry(path: &str, index: usize) -> String {
    format!("{path}[{index}]")
}
