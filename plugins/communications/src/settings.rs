//! The council's own texts in place of those that come with the rule set.

use std::collections::BTreeMap;

use muster_rule_sdk::Issue;
use serde::Deserialize;

use crate::fill::{PLACEHOLDERS, Piece, pieces};
use crate::table;

/// What a council sets for itself.
#[derive(Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Settings {
    /// Its own texts, by the name of the text (`care-workers`).
    pub texts: BTreeMap<String, String>,
}

/// With four titles of 2,000 characters in it a text still fits into a draft of 20,000.
const LONGEST: usize = 10_000;
const TITLES: usize = 4;

impl Settings {
    /// What is wrong with the texts, for a council officer to read.
    pub(crate) fn check(&self) -> Vec<Issue> {
        let tables = match table::read() {
            Ok(tables) => tables,
            Err(error) => return vec![Issue { path: "texts".to_owned(), problem: error.to_string() }],
        };
        let known: Vec<&str> = tables.drafts.iter().map(|row| row.text.as_str()).collect();
        let mut issues = Vec::new();
        for (name, text) in &self.texts {
            let problems = if known.contains(&name.as_str()) {
                problems(text)
            } else {
                vec![format!("there is no such text; there are: {}", known.join(", "))]
            };
            let path = format!("texts.{name}");
            issues.extend(problems.into_iter().map(|problem| Issue { path: path.clone(), problem }));
        }
        issues
    }
}

fn problems(text: &str) -> Vec<String> {
    let mut problems = Vec::new();
    if text.trim().is_empty() {
        problems.push("the text is empty: leave it out for the one that comes with the rule set".to_owned());
    }
    if text.chars().count() > LONGEST {
        problems.push(format!("the text is longer than {LONGEST} characters"));
    }
    let pieces = pieces(text);
    for piece in &pieces {
        match piece {
            Piece::Words(_) => (),
            Piece::Placeholder(name) if PLACEHOLDERS.contains(name) => (),
            Piece::Placeholder(name) => {
                let known = PLACEHOLDERS.map(|name| format!("{{{name}}}")).join(", ");
                problems.push(format!("{{{name}}} cannot be filled in; {known} can"));
            }
            Piece::Open(_) => problems.push("a { is never closed".to_owned()),
        }
    }
    if pieces.iter().filter(|piece| **piece == Piece::Placeholder("title")).count() > TITLES {
        problems.push(format!("{{title}} stands in it more than {TITLES} times"));
    }
    if names_a_person(text) {
        problems.push("a text that goes out says nothing of single people: person and a number stand in it".to_owned());
    }
    problems
}

/// Whether one of the record's people is meant: `person-3`, `person 3`.
pub(crate) fn names_a_person(text: &str) -> bool {
    let text = text.to_lowercase();
    let mut after = text.split("person").skip(1);
    after.any(|rest| {
        let rest = rest.strip_prefix(['-', ' ']).unwrap_or(rest);
        rest.starts_with(|letter: char| letter.is_ascii_digit())
    })
}
