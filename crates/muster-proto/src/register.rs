//! The register on the wire: rows both ways, questions in, answers out.

mod answers;
mod questions;
mod rows;

use std::str::FromStr;

use chrono::NaiveDate;
use muster_register::ids::BadCode;

use crate::at::At;

pub use answers::{write_candidate, write_exposure, write_found, write_import, write_report, write_risk};
pub use questions::{
    FindReplacements, FindServices, ImportPart, ListAtRisk, ListAuthorities, OfWhich, Page, read_exposure,
    read_find_replacements, read_find_services, read_import, read_list_at_risk, read_list_authorities,
    read_resolve_agency,
};
pub use rows::{write_agency, write_authority, write_oversight, write_row};

impl At<'_> {
    /// A code that others gave.
    fn code<T: FromStr<Err = BadCode>>(&mut self, given: &str) -> Option<T> {
        given.parse().map_err(|bad: BadCode| self.wrong::<()>(bad.to_string())).ok()
    }

    /// A code, or none.
    fn optional_code<T: FromStr<Err = BadCode>>(&mut self, given: Option<&str>) -> Option<Option<T>> {
        self.optional(given, Self::code)
    }

    /// A day.
    fn day(&mut self, given: &str) -> Option<NaiveDate> {
        given.parse().ok().or_else(|| self.wrong("is no day as in 2024-03-04"))
    }

    /// A day, or none.
    fn optional_day(&mut self, given: Option<&str>) -> Option<Option<NaiveDate>> {
        self.optional(given, Self::day)
    }

    /// A text, or none where it is empty.
    fn optional_text(&mut self, given: Option<&str>) -> Option<Option<String>> {
        self.optional(given, Self::text)
    }
}
