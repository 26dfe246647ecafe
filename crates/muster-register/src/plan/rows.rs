//! Rows with their places in a file, and what is wrong with one.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::row::Row;

/// Where a row stands in its file.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Place {
    /// The sheet; none where the file has no sheets.
    pub sheet: Option<String>,
    /// The line, from 1; 0 for the file as a whole.
    pub line: u64,
}

/// A row, and where it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Placed {
    /// Where.
    pub place: Place,
    /// What.
    pub row: Row,
}

/// What is wrong with a row, and what would do.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RowError {
    /// Where.
    pub place: Place,
    /// The heading of the column; empty where no single one is at fault.
    pub column: String,
    /// What is wrong.
    pub problem: String,
    /// What would do.
    pub would_do: String,
}

impl fmt::Display for RowError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(sheet) = &self.place.sheet {
            write!(f, "sheet {sheet}, ")?;
        }
        if self.place.line > 0 {
            write!(f, "line {}: ", self.place.line)?;
        }
        if !self.column.is_empty() {
            write!(f, "{}: ", self.column)?;
        }
        write!(f, "{}; {}", self.problem, self.would_do)
    }
}
