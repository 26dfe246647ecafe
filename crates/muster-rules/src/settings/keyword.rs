//! The values of single keywords of a schema.

use regex::{Regex, RegexBuilder};
use serde_json::{Number, Value};

use super::compile::{BadSchema, bad};
use super::schema::Kind;

/// Bytes that a compiled pattern may take.
const PATTERN_BYTES: usize = 256 * 1024;

pub(super) fn kinds(path: &str, value: &Value) -> Result<Vec<Kind>, BadSchema> {
    let named = match value.as_str() {
        Some(one) => vec![one.to_owned()],
        None => words(path, value)?,
    };
    let kind = |name: &String| match name.as_str() {
        "null" => Ok(Kind::Null),
        "boolean" => Ok(Kind::YesNo),
        "integer" => Ok(Kind::Whole),
        "number" => Ok(Kind::Number),
        "string" => Ok(Kind::Text),
        "array" => Ok(Kind::List),
        "object" => Ok(Kind::Object),
        _ => bad(path, "must be one or more of: null, boolean, integer, number, string, array, object"),
    };
    named.iter().map(kind).collect()
}

pub(super) fn words(path: &str, value: &Value) -> Result<Vec<String>, BadSchema> {
    let found: Option<Vec<String>> =
        value.as_array().and_then(|list| list.iter().map(|word| word.as_str().map(str::to_owned)).collect());
    match found {
        Some(found) => Ok(found),
        None => bad(path, "must be a list of texts"),
    }
}

pub(super) fn number(path: &str, value: &Value) -> Result<Number, BadSchema> {
    match value.as_number() {
        Some(number) => Ok(number.clone()),
        None => bad(path, "must be a number"),
    }
}

pub(super) fn count(path: &str, value: &Value) -> Result<u64, BadSchema> {
    match value.as_u64() {
        Some(count) => Ok(count),
        None => bad(path, "must be a whole number, 0 or more"),
    }
}

pub(super) fn pattern(path: &str, given: &str) -> Result<Regex, BadSchema> {
    // Time in proportion to the text, whatever the pattern is: this engine does not go back.
    match RegexBuilder::new(given).size_limit(PATTERN_BYTES).build() {
        Ok(pattern) => Ok(pattern),
        Err(_) => bad(path, format!("the pattern {given:?} cannot be used here")),
    }
}
