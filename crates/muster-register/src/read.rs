//! Files into rows: the regulator's directory, figures of capacity, and any plain file with a map of its columns.
//!
//! A file is bytes here. A column that has to be there and is not is an error that names it; a row
//! that cannot be read is an error with its line, and the other rows are read all the same, so that
//! everything wrong is told at once.

mod book;
mod columns;
mod cqc;
mod line;
mod map;
mod plain;
mod words;

use chrono::NaiveDate;
use thiserror::Error;

use crate::plan::{Header, Placed, RowError};

pub use book::Book;
pub use cqc::{CQC_DIRECTORY, cqc};
pub use map::Map;
pub use plain::{CAPACITY_TRACKER, capacity, plain};

/// What was read of a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Parsed {
    /// What the file is of.
    pub header: Header,
    /// The rows that could be read.
    pub rows: Vec<Placed>,
    /// The rows that could not.
    pub errors: Vec<RowError>,
    /// What is worth knowing and stops nothing.
    pub remarks: Vec<String>,
}

/// How far reading has come: lines read, and lines there are.
pub type OnLine<'a> = &'a mut dyn FnMut(usize, usize);

/// Why a file could not be read at all.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum ReadError {
    /// It is no file of that kind.
    #[error("it cannot be read as {format}: {problem}")]
    Unreadable {
        /// What it was taken for.
        format: &'static str,
        /// What was met.
        problem: String,
    },
    /// It is text in another encoding.
    #[error("it is not UTF-8 from byte {0} on: save it as \"CSV UTF-8\"")]
    NotUtf8(usize),
    /// A sheet is missing.
    #[error("it has no sheet {sheet}; it has: {found}")]
    NoSheet {
        /// The sheet.
        sheet: &'static str,
        /// Those that there are.
        found: String,
    },
    /// A column that has to be there is not.
    #[error("{sheet}the column {column:?} is missing; the columns are: {found}")]
    MissingColumn {
        /// The sheet, to begin the sentence with, where there are sheets.
        sheet: String,
        /// The column.
        column: String,
        /// Those that there are.
        found: String,
    },
    /// One heading stands over two columns that are asked for.
    #[error("{sheet}the column {column:?} stands there twice")]
    TwiceThere {
        /// The sheet, to begin the sentence with, where there are sheets.
        sheet: String,
        /// The column.
        column: String,
    },
    /// Nothing says for which day the file speaks.
    #[error("nothing in it says for which day it speaks: give the day")]
    NoDay,
    /// A map of columns cannot be used.
    #[error("the column map {0}")]
    Map(String),
}

/// A day as people and programs write it.
fn day(text: &str) -> Option<NaiveDate> {
    let text = text.trim();
    let date = text.split_once(['T', ' ']).filter(|(date, _)| date.len() >= 8).map_or(text, |(date, _)| date);
    let shapes = ["%Y-%m-%d", "%d/%m/%Y", "%d-%m-%Y", "%d %B %Y", "%d %b %Y"];
    let read = |text: &str| shapes.iter().find_map(|shape| NaiveDate::parse_from_str(text, shape).ok());
    read(date).or_else(|| read(text)).filter(|day| (1900..2200).contains(&chrono::Datelike::year(day)))
}
