//! Files of an incident: tables as CSV and its calendar as iCalendar, each of what one viewer is answered.
//!
//! People stand in them by number and never by name.

use icalendar::{Calendar, Component as _, Event, EventLike as _, EventStatus};
use muster_record::Incident;
use muster_record::calendar::Stands;
use muster_record::exported::ExportedFile;
use muster_record::ids::AgencyId;
use muster_record::time::Instant;

use crate::tables;

/// A file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Filed {
    /// What it may be called.
    pub name: String,
    /// What it is.
    pub media_type: &'static str,
    /// All of it.
    pub content: String,
}

/// A file could not be written: a fault of ours.
#[derive(Debug, thiserror::Error)]
pub enum NotFiled {
    /// A table.
    #[error("a table could not be written")]
    Table(#[from] csv::Error),
    /// What was written is no text.
    #[error("a file is no text")]
    Text,
    /// A sheet.
    #[error("a sheet could not be drawn")]
    Sheet(#[from] askama::Error),
    /// JSON.
    #[error("JSON could not be written")]
    Json(#[from] serde_json::Error),
}

/// A file of an incident as somebody sees it, with clocks worked out for a moment.
///
/// # Errors
/// When it cannot be written, which is a fault of ours.
pub fn file(incident: &Incident, file: ExportedFile, at: Instant) -> Result<Filed, NotFiled> {
    const CSV: &str = "text/csv; charset=utf-8";
    let (media_type, content) = match file {
        ExportedFile::People => (CSV, tables::people(incident)?),
        ExportedFile::Offers => (CSV, tables::offers(incident)?),
        ExportedFile::Actions => (CSV, tables::actions(incident, at)?),
        ExportedFile::Calendar => ("text/calendar; charset=utf-8", calendar(incident, at)),
        ExportedFile::Situation => ("application/json", serde_json::to_string_pretty(&incident.report(at))?),
    };
    Ok(Filed { name: name(incident, file), media_type, content })
}

/// What a file may be called: marked where it is of a rehearsal, and without a title.
fn name(incident: &Incident, file: ExportedFile) -> String {
    let ending = match file {
        ExportedFile::People | ExportedFile::Offers | ExportedFile::Actions => "csv",
        ExportedFile::Calendar => "ics",
        ExportedFile::Situation => "json",
    };
    format!("{}{file}.{ending}", mark(incident))
}

pub(crate) fn mark(incident: &Incident) -> &'static str {
    if incident.lifecycle.opening.exercise { "EXERCISE-" } else { "" }
}

/// What people call an agency, with the name it is known by on the record.
pub(crate) fn called(incident: &Incident, agency: &AgencyId) -> String {
    crate::frame::title_of(incident, agency)
}

/// The calendar as iCalendar (RFC 5545), in UTC.
fn calendar(incident: &Incident, at: Instant) -> String {
    let mut calendar = Calendar::new();
    let opening = &incident.lifecycle.opening;
    let mark = if opening.exercise { "EXERCISE - " } else { "" };
    calendar.name(&format!("{mark}{}", opening.title));
    for event in incident.calendar(at) {
        let status = match event.stands {
            Stands::Confirmed => EventStatus::Confirmed,
            Stands::Tentative => EventStatus::Tentative,
            Stands::Cancelled => EventStatus::Cancelled,
        };
        let mut shown = Event::new();
        shown
            .uid(&event.uid)
            // The moment for which it was worked out: the same record at the same moment is the same file.
            .timestamp(at)
            .summary(&event.summary)
            .description(&event.description)
            .starts(event.start)
            .status(status)
            .sequence(u32::try_from(event.sequence).unwrap_or(u32::MAX));
        if let Some(end) = event.end {
            shown.ends(end);
        }
        calendar.push(shown.done());
    }
    calendar.to_string()
}

#[cfg(test)]
mod tests;
