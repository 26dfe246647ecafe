//! Tables of an incident as CSV (RFC 4180), for spreadsheets: nothing in them is taken for a formula.

use muster_record::Incident;
use muster_record::advice::Answer;
use muster_record::time::Instant;

use crate::files::{NotFiled, called};

/// What a spreadsheet takes for the beginning of a formula.
const FORMULA: [char; 6] = ['=', '+', '-', '@', '\t', '\r'];

/// A cell that a spreadsheet shows and does not work out: an apostrophe before it says that it is text.
pub(crate) fn cell(text: &str) -> String {
    if text.starts_with(FORMULA) { format!("'{text}") } else { text.to_owned() }
}

fn moment(at: Option<Instant>) -> String {
    at.map_or_else(String::new, muster_record::time::iso)
}

fn yes(is: bool) -> &'static str {
    if is { "yes" } else { "no" }
}

/// Rows as a table, each with whether it is of a rehearsal and up to which entry it speaks.
fn table(incident: &Incident, head: &[&str], rows: impl Iterator<Item = Vec<String>>) -> Result<String, NotFiled> {
    let mut writer = csv::WriterBuilder::new().terminator(csv::Terminator::CRLF).from_writer(Vec::new());
    let (exercise, as_of) = (yes(incident.lifecycle.opening.exercise), incident.seq.to_string());
    writer.write_record(head.iter().copied().chain(["exercise", "as_of_entry"]))?;
    for row in rows {
        let row = row.iter().map(|text| cell(text)).chain([exercise.to_owned(), as_of.clone()]);
        writer.write_record(row)?;
    }
    let bytes = writer.into_inner().map_err(|_| NotFiled::Text)?;
    String::from_utf8(bytes).map_err(|_| NotFiled::Text)
}

/// People by number: where they have come to, who pays, how they travel and what they need.
pub(crate) fn people(incident: &Incident) -> Result<String, NotFiled> {
    let head = [
        "person",
        "service",
        "status",
        "moved_at",
        "pays",
        "placed_by",
        "travels",
        "needs_known",
        "needs",
        "stays_with",
        "all_people_in_view",
    ];
    let complete = yes(!incident.withheld.people);
    let rows = incident.people.list.numbered().map(|(number, person)| {
        let details = &person.details;
        let needs = details.needs.iter().map(|need| need.word()).collect::<Vec<_>>().join(" ");
        let with = details.stays_with.iter().map(|with| with.0.to_string()).collect::<Vec<_>>().join(" ");
        let known = match details.needs_known {
            Answer::Yes => "yes",
            Answer::No => "no",
            Answer::Unknown => "unknown",
        };
        vec![
            number.0.to_string(),
            details.service.to_string(),
            person.status.to_string(),
            moment(person.moved_at),
            details.funder.to_string(),
            details.placed_by.as_ref().map(|by| called(incident, by)).unwrap_or_default(),
            details.mobility.to_string(),
            known.to_owned(),
            needs,
            with,
            complete.to_owned(),
        ]
    });
    table(incident, &head, rows)
}

/// What was offered, how much of it is free, and for when the figure was true.
pub(crate) fn offers(incident: &Incident) -> Result<String, NotFiled> {
    let head = ["offer", "kind", "from", "quantity", "taken", "free", "as_at", "withdrawn", "detail"];
    let rows = incident.offers.list.numbered().map(|(number, offer)| {
        let free = if offer.withdrawn { 0 } else { offer.quantity.saturating_sub(offer.taken) };
        vec![
            number.to_string(),
            offer.kind.to_string(),
            called(incident, &offer.agency),
            offer.quantity.to_string(),
            offer.taken.to_string(),
            free.to_string(),
            moment(Some(offer.as_at)),
            yes(offer.withdrawn).to_owned(),
            offer.detail.iter().map(|(key, value)| format!("{key}: {value}")).collect::<Vec<_>>().join("; "),
        ]
    });
    table(incident, &head, rows)
}

/// Actions: who does what by when, and how it stands.
pub(crate) fn actions(incident: &Incident, at: Instant) -> Result<String, NotFiled> {
    let head = ["action", "title", "owner", "due", "status", "overdue", "done_at", "from", "entries", "last_entry"];
    let rows = incident.actions.list.numbered().map(|(number, action)| {
        let overdue = action.status.is_open() && action.due.is_some_and(|due| due < at);
        let steps = incident.trail.of(number);
        vec![
            number.to_string(),
            action.title.clone(),
            called(incident, &action.owner),
            moment(action.due),
            action.status.to_string(),
            yes(overdue).to_owned(),
            moment(action.done_at),
            action.key.clone().unwrap_or_else(|| "raised by hand".to_owned()),
            steps.map_or_else(String::new, |steps| steps.count.to_string()),
            steps.map_or_else(String::new, |steps| steps.last.to_string()),
        ]
    });
    table(incident, &head, rows)
}
