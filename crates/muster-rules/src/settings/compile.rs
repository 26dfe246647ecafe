//! Understanding a schema: every keyword is one that is held to, or the schema is refused.
//!
//! This is the part of JSON Schema (2020-12) that a table of settings needs. A keyword beyond it is
//! not passed over, because then settings would be taken that the author meant to refuse.

use std::collections::BTreeMap;

use serde_json::{Map, Value};
use thiserror::Error;

use super::keyword::{count, kinds, number, pattern, words};
use super::schema::{Fields, Format, Others, Part, PartNo, Rule, Schema};
use crate::text;

/// Parts of one schema: a hundred tables of twenty columns.
const PARTS: usize = 2_000;

/// Keywords that say something to people and hold nothing.
const SAID: &[&str] = &[
    "$schema",
    "$id",
    "$comment",
    "$defs",
    "definitions",
    "title",
    "description",
    "default",
    "examples",
    "deprecated",
    "readOnly",
    "writeOnly",
];

/// Why a schema was not taken.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("{}{problem}", at(.path))]
pub struct BadSchema {
    /// Where in the schema, as a JSON pointer.
    pub path: String,
    /// What is wrong with it, and what would do.
    pub problem: String,
}

fn at(path: &str) -> String {
    if path.is_empty() { String::new() } else { format!("at {path}: ") }
}

/// Says what is wrong with a schema, and where.
pub(super) fn bad<T>(path: &str, problem: impl AsRef<str>) -> Result<T, BadSchema> {
    Err(BadSchema { path: text::cut(path, 200), problem: text::cut(problem.as_ref(), 300) })
}

impl Schema {
    /// Reads a schema; an empty text is none.
    pub(crate) fn read(schema: &str) -> Result<Self, BadSchema> {
        if schema.trim().is_empty() {
            return Ok(Self { parts: Vec::new(), root: None });
        }
        let document: Value = match serde_json::from_str(schema) {
            Ok(document) => document,
            Err(error) => return bad("", format!("it is not JSON: {error}")),
        };
        let mut reader = Reader { document: &document, parts: Vec::new(), referred: BTreeMap::new() };
        let root = reader.part("", &document)?;
        let schema = Self { parts: reader.parts, root: Some(root) };
        match schema.circle() {
            Some(PartNo(number)) => bad("", format!("part {number} refers to itself without going into its value")),
            None => Ok(schema),
        }
    }

    /// A part that can only be held to by holding to itself first.
    fn circle(&self) -> Option<PartNo> {
        let mut clear = vec![false; self.parts.len()];
        // Whatever stands on parts that are clear is clear; what is left when nothing more comes clear goes round.
        loop {
            let is_clear = |part: &PartNo| clear.get(part.0).copied().unwrap_or(true);
            let next: Vec<usize> = (0..self.parts.len())
                .filter(|number| !is_clear(&PartNo(*number)))
                .filter(|number| {
                    let rules = self.parts.get(*number).into_iter().flat_map(|part| &part.rules);
                    rules.flat_map(Rule::of_the_same_value).all(|part| is_clear(&part))
                })
                .collect();
            if next.is_empty() {
                return clear.iter().position(|clear| !clear).map(PartNo);
            }
            for number in next {
                if let Some(clear) = clear.get_mut(number) {
                    *clear = true;
                }
            }
        }
    }
}

struct Reader<'a> {
    document: &'a Value,
    parts: Vec<Part>,
    referred: BTreeMap<String, PartNo>,
}

impl<'a> Reader<'a> {
    fn part(&mut self, path: &str, schema: &'a Value) -> Result<PartNo, BadSchema> {
        let number = self.reserve(path)?;
        let part = self.read(path, schema)?;
        if let Some(place) = self.parts.get_mut(number.0) {
            *place = part;
        }
        Ok(number)
    }

    fn reserve(&mut self, path: &str) -> Result<PartNo, BadSchema> {
        if self.parts.len() >= PARTS {
            return bad(path, format!("it has more than {PARTS} parts"));
        }
        self.parts.push(Part::default());
        Ok(PartNo(self.parts.len().saturating_sub(1)))
    }

    fn read(&mut self, path: &str, schema: &'a Value) -> Result<Part, BadSchema> {
        match schema {
            Value::Bool(true) => Ok(Part::default()),
            Value::Bool(false) => Ok(Part { description: None, rules: vec![Rule::Never] }),
            Value::Object(keywords) => {
                let description = keywords.get("description").and_then(Value::as_str).map(str::to_owned);
                let mut rules = self.together(path, keywords)?;
                for (keyword, value) in keywords {
                    rules.extend(self.rule(&format!("{path}/{keyword}"), keyword, value)?);
                }
                Ok(Part { description, rules })
            }
            Value::Null | Value::Number(_) | Value::String(_) | Value::Array(_) => {
                bad(path, "a schema is an object, true or false")
            }
        }
    }

    /// Keywords that speak of one thing together.
    fn together(&mut self, path: &str, keywords: &'a Map<String, Value>) -> Result<Vec<Rule>, BadSchema> {
        let mut rules = Vec::new();
        let of_fields = ["properties", "patternProperties", "additionalProperties", "required"];
        if of_fields.iter().any(|keyword| keywords.contains_key(*keyword)) {
            rules.push(Rule::Fields(self.fields(path, keywords)?));
        }
        if keywords.contains_key("items") || keywords.contains_key("prefixItems") {
            let first = match keywords.get("prefixItems") {
                Some(parts) => self.list(&format!("{path}/prefixItems"), parts)?,
                None => Vec::new(),
            };
            let rest = keywords.get("items").map(|part| self.part(&format!("{path}/items"), part)).transpose()?;
            rules.push(Rule::Entries { first, rest });
        }
        if let Some(condition) = keywords.get("if") {
            let condition = self.part(&format!("{path}/if"), condition)?;
            let then = keywords.get("then").map(|part| self.part(&format!("{path}/then"), part)).transpose()?;
            let otherwise = keywords.get("else").map(|part| self.part(&format!("{path}/else"), part)).transpose()?;
            rules.push(Rule::When { condition, then, otherwise });
        }
        Ok(rules)
    }

    fn fields(&mut self, path: &str, keywords: &'a Map<String, Value>) -> Result<Fields, BadSchema> {
        let mut fields = Fields::default();
        for (keyword, value) in keywords {
            let path = format!("{path}/{keyword}");
            match (keyword.as_str(), value) {
                ("properties", Value::Object(known)) => {
                    for (name, part) in known {
                        fields.known.insert(name.clone(), self.part(&format!("{path}/{name}"), part)?);
                    }
                }
                ("patternProperties", Value::Object(patterns)) => {
                    for (given, part) in patterns {
                        let part = self.part(&format!("{path}/{given}"), part)?;
                        fields.by_pattern.push((pattern(&path, given)?, part));
                    }
                }
                ("required", value) => fields.required = words(&path, value)?,
                ("additionalProperties", Value::Bool(false)) => fields.others = Some(Others::None),
                ("additionalProperties", part) => fields.others = Some(Others::Each(self.part(&path, part)?)),
                ("properties" | "patternProperties", _) => return bad(&path, "must be an object"),
                _ => (),
            }
        }
        Ok(fields)
    }

    fn list(&mut self, path: &str, parts: &'a Value) -> Result<Vec<PartNo>, BadSchema> {
        match parts.as_array() {
            Some(parts) if !parts.is_empty() => {
                let numbered = parts.iter().enumerate();
                numbered.map(|(index, part)| self.part(&format!("{path}/{index}"), part)).collect()
            }
            Some(_) | None => bad(path, "must be a list of schemas"),
        }
    }

    fn rule(&mut self, path: &str, keyword: &str, value: &'a Value) -> Result<Option<Rule>, BadSchema> {
        Ok(Some(match keyword {
            "type" => Rule::Kinds(kinds(path, value)?),
            "enum" => match value.as_array() {
                Some(values) => Rule::OneOf(values.clone()),
                None => return bad(path, "must be a list of values"),
            },
            "const" => Rule::OneOf(vec![value.clone()]),
            "minimum" => Rule::AtLeast(number(path, value)?),
            "maximum" => Rule::AtMost(number(path, value)?),
            "exclusiveMinimum" => Rule::MoreThan(number(path, value)?),
            "exclusiveMaximum" => Rule::LessThan(number(path, value)?),
            "multipleOf" => match number(path, value)? {
                divisor if divisor.as_f64().is_some_and(|divisor| divisor > 0.0) => Rule::MultipleOf(divisor),
                _ => return bad(path, "must be more than 0"),
            },
            "minLength" => Rule::MinLength(count(path, value)?),
            "maxLength" => Rule::MaxLength(count(path, value)?),
            "minItems" => Rule::MinEntries(count(path, value)?),
            "maxItems" => Rule::MaxEntries(count(path, value)?),
            "minProperties" => Rule::MinFields(count(path, value)?),
            "maxProperties" => Rule::MaxFields(count(path, value)?),
            "uniqueItems" => match value.as_bool() {
                Some(true) => Rule::EachOnce,
                Some(false) => return Ok(None),
                None => return bad(path, "must be true or false"),
            },
            "pattern" => match value.as_str() {
                Some(given) => Rule::Pattern(pattern(path, given)?),
                None => return bad(path, "must be a text"),
            },
            "format" => match value.as_str() {
                Some("date") => Rule::Format(Format::Date),
                Some("email") => Rule::Format(Format::Email),
                _ => return bad(path, "is not a format that is held to here; there are: date, email"),
            },
            "propertyNames" => Rule::Names(self.part(path, value)?),
            "allOf" => Rule::All(self.list(path, value)?),
            "anyOf" => Rule::Any(self.list(path, value)?),
            "oneOf" => Rule::One(self.list(path, value)?),
            "not" => Rule::Not(self.part(path, value)?),
            "$ref" => Rule::All(vec![self.referred(path, value)?]),
            "properties"
            | "patternProperties"
            | "additionalProperties"
            | "required"
            | "items"
            | "prefixItems"
            | "if"
            | "then"
            | "else" => return Ok(None),
            said if SAID.contains(&said) => return Ok(None),
            _ => return bad(path, "is not a keyword that is held to here: say it with others, or in check-settings"),
        }))
    }

    /// The part that a reference names. Nothing is fetched: it stands in the same schema.
    fn referred(&mut self, path: &str, value: &'a Value) -> Result<PartNo, BadSchema> {
        let within = value.as_str().and_then(|name| name.strip_prefix('#'));
        let Some(pointer) = within.filter(|pointer| pointer.is_empty() || pointer.starts_with('/')) else {
            return bad(path, "must name a part of this schema, as in \"#/$defs/vehicle\": nothing is fetched");
        };
        if let Some(known) = self.referred.get(pointer) {
            return Ok(*known);
        }
        let Some(found) = self.document.pointer(pointer) else {
            return bad(path, format!("names {pointer:?}, and there is no such part"));
        };
        let number = self.reserve(path)?;
        // Before it is read: what it holds may refer to it.
        self.referred.insert(pointer.to_owned(), number);
        let part = self.read(pointer, found)?;
        if let Some(place) = self.parts.get_mut(number.0) {
            *place = part;
        }
        Ok(number)
    }
}
