//! Problems: what in a script cannot be read, where, and what would do.

use std::fmt;

/// What cannot be read on a line, found while reading its words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Wrong {
    /// The line.
    pub(super) line: usize,
    /// What was expected.
    pub(super) expected: String,
    /// What would do.
    pub(super) instead: Option<String>,
}

/// A line that cannot be read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// The line's number.
    pub line: usize,
    /// The line as it stands.
    pub text: String,
    /// What was expected.
    pub expected: String,
    /// What would do.
    pub instead: Option<String>,
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { line, text, expected, instead } = self;
        write!(f, "line {line}: {text}\n    expected {expected}")?;
        match instead {
            Some(instead) => write!(f, "\n    this would do: {instead}"),
            None => Ok(()),
        }
    }
}

/// Every line of a script that cannot be read, in order.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{}", listed(.0))]
pub struct Problems(pub Vec<Problem>);

fn listed(problems: &[Problem]) -> String {
    problems.iter().map(Problem::to_string).collect::<Vec<_>>().join("\n")
}
