//! Rows: a script's lines in tokens, those that are set in put under the line they belong to.

use super::problem::Wrong;
use super::token::{Kind, Token, tokens};

/// A line.
#[derive(Debug)]
struct Row {
    indent: usize,
    tokens: Vec<Token>,
}

/// A line and those set in under it.
#[derive(Debug)]
pub(super) struct Group {
    /// The first line's number.
    pub(super) line: usize,
    /// Its words.
    head: Vec<Token>,
    /// The lines under it.
    under: Vec<Row>,
}

impl Group {
    /// The words of the line and of those under it, as if they were one line.
    pub(super) fn tokens(&self) -> Vec<Token> {
        self.head.iter().chain(self.under.iter().flat_map(|row| &row.tokens)).cloned().collect()
    }

    /// The lines under it, each with those set in further joined to it.
    pub(super) fn parts(&self) -> Vec<Vec<Token>> {
        let Some(level) = self.under.first().map(|row| row.indent) else { return Vec::new() };
        let mut parts: Vec<Vec<Token>> = Vec::new();
        for row in &self.under {
            match parts.last_mut() {
                Some(part) if row.indent > level => part.extend_from_slice(&row.tokens),
                Some(_) | None => parts.push(row.tokens.clone()),
            }
        }
        parts
    }
}

/// The groups of a script, and the lines that cannot be taken apart.
pub(super) fn groups(text: &str) -> (Vec<Group>, Vec<Wrong>) {
    let (mut groups, mut wrong): (Vec<Group>, Vec<Wrong>) = (Vec::new(), Vec::new());
    let mut agencies: Vec<String> = Vec::new();
    for (line, text) in (1..).zip(text.trim_start_matches('\u{feff}').lines()) {
        let Ok(tokens) = tokens(line, text) else {
            wrong.push(Wrong { line, expected: "a closing quotation mark".to_owned(), instead: None });
            continue;
        };
        if let [first, alias, ..] = tokens.as_slice()
            && first.text == "agency"
        {
            agencies.push(alias.text.clone());
        }
        let indent = text.chars().take_while(|c| c.is_whitespace()).count();
        match groups.last_mut() {
            _ if tokens.is_empty() => (),
            Some(group) if indent > 0 && !begins(&tokens, group, &agencies) => group.under.push(Row { indent, tokens }),
            Some(_) | None => groups.push(Group { line, head: tokens, under: Vec::new() }),
        }
    }
    (groups, wrong)
}

/// Whether a line that is set in is a step of its own, set in to stand under the agency of the step above: it begins as
/// a step does, and the line above is not in the middle of a list.
fn begins(tokens: &[Token], above: &Group, agencies: &[String]) -> bool {
    let last = above.under.last().map_or(above.head.last(), |row| row.tokens.last());
    if last.is_some_and(|token| token.text == "," || token.text == "and") {
        return false;
    }
    let first = tokens.first().filter(|token| token.kind == Kind::Word).map(|token| token.text.as_str());
    first.is_some_and(|word| matches!(word, "expect" | "wait") || agencies.iter().any(|alias| alias == word))
}
