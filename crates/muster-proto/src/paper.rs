//! Briefings and files: which are asked for, and what is sent.

use muster_record::Incident;
use muster_record::briefing::{BriefingFormat, BriefingKind};
use muster_record::exported::ExportedFile;
use muster_record::ids::IncidentId;
use muster_record::time::Instant;

use crate::at::{At, Malformed, reading};
use crate::v1;

/// A briefing to write.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GetBriefing {
    /// Of which incident.
    pub incident: IncidentId,
    /// For whom, or in which form.
    pub kind: BriefingKind,
    /// How it is written.
    pub format: BriefingFormat,
    /// The moment for which clocks are worked out; now where it was not said.
    pub at: Option<Instant>,
}

/// A file to make.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GetFile {
    /// Of which incident.
    pub incident: IncidentId,
    /// Which.
    pub file: ExportedFile,
    /// The moment for which clocks are worked out; now where it was not said.
    pub at: Option<Instant>,
}

/// Reads which briefing is asked for.
///
/// # Errors
/// All that is wrong with the request.
pub fn read_get_briefing(wire: &v1::GetBriefingRequest) -> Result<GetBriefing, Malformed> {
    let v1::GetBriefingRequest { incident_id, kind, format, at: moment } = wire;
    reading("", |at| {
        let incident = at.field("incident_id").name(incident_id);
        let kind = at.field("kind").word(*kind);
        let format = at.field("format").word(*format);
        let moment = at.field("at").optional(moment.as_ref(), At::time);
        Some(GetBriefing { incident: incident?, kind: kind?, format: format?, at: moment? })
    })
}

/// Reads which file is asked for.
///
/// # Errors
/// All that is wrong with the request.
pub fn read_get_file(wire: &v1::GetFileRequest) -> Result<GetFile, Malformed> {
    let v1::GetFileRequest { incident_id, file, at: moment } = wire;
    reading("", |at| {
        let incident = at.field("incident_id").name(incident_id);
        let file = at.field("file").word(*file);
        let moment = at.field("at").optional(moment.as_ref(), At::time);
        Some(GetFile { incident: incident?, file: file?, at: moment? })
    })
}

/// Writes something that is printed, kept or handed on, with what it rests on.
pub fn write_paper(incident: &Incident, name: String, media_type: &str, content: String) -> v1::Paper {
    v1::Paper {
        name,
        media_type: media_type.to_owned(),
        content,
        as_of: incident.seq.0,
        exercise: incident.lifecycle.opening.exercise,
        entries_withheld: u32::try_from(incident.withheld.entries.len()).unwrap_or(u32::MAX),
        people_withheld: incident.withheld.people,
    }
}
