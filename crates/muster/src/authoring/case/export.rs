//! A case from an export: the incident as the agency saw it that exported it.

use anyhow::{Context as _, Result};
use muster_record::Incident;
use muster_record::evidence::bundle::{Checker, Row};
use muster_record::visible::Reader;

use super::Seen;

/// Reads an export, which has to be whole, and folds what its reader saw.
pub(super) fn read(text: &str) -> Result<Seen> {
    let mut checker = Checker::new(None, []);
    for line in text.split_inclusive('\n') {
        checker.take(line.as_bytes())?;
    }
    let header = checker.end()?.header;
    let mut folded: Option<Incident> = None;
    for line in text.lines() {
        match (Row::read(line, &header.incident)?, &mut folded) {
            (None, _) => (),
            (Some(Row::Whole { entry, hash }), Some(incident)) => incident.apply(&entry, hash),
            (Some(Row::Whole { entry, hash }), None) => folded = Some(Incident::begin(&entry, hash)?),
            (Some(Row::Withheld { seq, recorded_at, hash }), Some(incident)) => {
                incident.pass_over(seq, recorded_at, hash);
            }
            (Some(Row::Withheld { .. }), None) => (),
        }
    }
    let incident = folded.context("its opening was withheld, so there is nothing to look at")?;
    let as_of = incident.recorded_at;
    // What was granted to a reader is known to them, so their access follows from what they saw.
    let access = incident.access(&Reader::of(header.seen_by), as_of);
    Ok(Seen { incident: incident.for_access(&access), as_of })
}
