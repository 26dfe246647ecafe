//! A file as sheets of lines: a spreadsheet (ODS, XLSX), or CSV, which has one sheet without a name.

use std::borrow::Cow;
use std::io::Cursor;
use std::sync::Arc;

use calamine::{Data, DataType as _, Range, Reader as _, Sheets, open_workbook_auto_from_rs};
use chrono::{Days, NaiveDate};

use super::ReadError;

/// The first bytes of a zipped file, which ODS and XLSX are.
const ZIP: &[u8] = b"PK";

/// A file that was opened.
pub struct Book {
    held: Held,
}

enum Held {
    /// The one sheet, until it was read.
    Csv(Option<Table>),
    Sheets(Box<Sheets<Cursor<Arc<[u8]>>>>),
}

/// One sheet.
pub(super) struct Table {
    /// Its name; none where the file has no sheets.
    pub(super) name: Option<String>,
    cells: Cells,
}

enum Cells {
    Text(Vec<csv::StringRecord>),
    Range(Range<Data>),
}

/// One line of a sheet.
#[derive(Clone, Copy)]
pub(super) enum Cellular<'a> {
    Text(&'a csv::StringRecord),
    Cells(&'a [Data]),
}

impl Book {
    /// Opens a file by what is in it: a zip is a spreadsheet, anything else is CSV.
    ///
    /// # Errors
    /// When it is neither.
    pub fn open(bytes: Vec<u8>) -> Result<Self, ReadError> {
        if bytes.starts_with(ZIP) {
            let sheets = open_workbook_auto_from_rs(Cursor::new(bytes.into())).map_err(|error| unreadable(&error))?;
            return Ok(Self { held: Held::Sheets(Box::new(sheets)) });
        }
        let text = String::from_utf8(bytes).map_err(|error| ReadError::NotUtf8(error.utf8_error().valid_up_to()))?;
        let text = text.trim_start_matches('\u{feff}');
        let reader = csv::ReaderBuilder::new().has_headers(false).flexible(true).from_reader(text.as_bytes());
        let records: Result<Vec<_>, csv::Error> = reader.into_records().collect();
        let problem = |error: csv::Error| ReadError::Unreadable { format: "CSV", problem: error.to_string() };
        let cells = Cells::Text(records.map_err(problem)?);
        Ok(Self { held: Held::Csv(Some(Table { name: None, cells })) })
    }

    /// Whether it has sheets with names.
    pub(super) fn has_sheets(&self) -> bool {
        matches!(self.held, Held::Sheets(_))
    }

    /// The names of its sheets.
    pub(super) fn names(&self) -> Vec<String> {
        match &self.held {
            Held::Csv(_) => Vec::new(),
            Held::Sheets(sheets) => sheets.sheet_names(),
        }
    }

    /// The sheet of that name, however it is written; of CSV, all there is, once.
    pub(super) fn sheet(&mut self, wanted: &str) -> Result<Option<Table>, ReadError> {
        let name = self.names().into_iter().find(|name| name.trim().eq_ignore_ascii_case(wanted));
        match (&mut self.held, name) {
            (Held::Csv(table), _) => Ok(table.take()),
            (Held::Sheets(_), None) => Ok(None),
            (Held::Sheets(sheets), Some(name)) => {
                let range = sheets.worksheet_range(&name).map_err(|error| unreadable(&error))?;
                Ok(Some(Table { name: Some(name), cells: Cells::Range(range) }))
            }
        }
    }
}

fn unreadable(error: &calamine::Error) -> ReadError {
    ReadError::Unreadable { format: "a spreadsheet", problem: error.to_string() }
}

impl Table {
    /// Its lines with their numbers, as a person counts them in the program that shows the file.
    pub(super) fn lines(&self) -> Box<dyn Iterator<Item = (u64, Cellular<'_>)> + '_> {
        match &self.cells {
            Cells::Text(records) => Box::new(records.iter().map(|record| {
                let line = record.position().map_or(0, csv::Position::line);
                (line, Cellular::Text(record))
            })),
            Cells::Range(range) => {
                let first = u64::from(range.start().map_or(0, |(row, _)| row)).saturating_add(1);
                Box::new((first..).zip(range.rows().map(Cellular::Cells)))
            }
        }
    }

    /// How many lines it has.
    pub(super) fn len(&self) -> usize {
        match &self.cells {
            Cells::Text(records) => records.len(),
            Cells::Range(range) => range.height(),
        }
    }
}

impl<'a> Cellular<'a> {
    /// How many cells it has.
    pub(super) fn len(self) -> usize {
        match self {
            Self::Text(record) => record.len(),
            Self::Cells(cells) => cells.len(),
        }
    }

    /// What stands in a cell, as text without space around it; empty where there is none.
    pub(super) fn get(self, index: usize) -> Cow<'a, str> {
        match self {
            Self::Text(record) => Cow::Borrowed(record.get(index).unwrap_or_default().trim()),
            Self::Cells(cells) => cells.get(index).map_or(Cow::Borrowed(""), cell),
        }
    }

    /// Whether nothing stands in it.
    pub(super) fn is_blank(self) -> bool {
        (0..self.len()).all(|index| self.get(index).is_empty())
    }
}

fn cell(data: &Data) -> Cow<'_, str> {
    match data {
        Data::String(text) => Cow::Borrowed(text.trim()),
        // A spreadsheet's days are numbers that it shows as days.
        Data::DateTime(serial) => {
            Cow::Owned(serial_day(serial.as_f64()).map_or_else(String::new, |day| day.to_string()))
        }
        Data::DateTimeIso(text) | Data::DurationIso(text) => Cow::Borrowed(text.trim()),
        Data::Int(_) | Data::Float(_) => Cow::Owned(data.as_string().unwrap_or_default()),
        Data::Bool(truth) => Cow::Owned(truth.to_string()),
        Data::Error(error) => Cow::Owned(error.to_string()),
        Data::Empty => Cow::Borrowed(""),
    }
}

/// The day of that number, counted from the last but one of 1899, as spreadsheets do.
fn serial_day(serial: f64) -> Option<NaiveDate> {
    let days: u64 = format!("{:.0}", serial.floor()).parse().ok()?;
    NaiveDate::from_ymd_opt(1899, 12, 30)?.checked_add_days(Days::new(days))
}
