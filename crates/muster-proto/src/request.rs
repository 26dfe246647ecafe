//! Writing requests in, each as a whole: all that is wrong with one is said at once.

use muster_record::Command;
use muster_record::agency::Office;
use muster_record::entry::Asked;
use muster_record::ids::{IncidentId, RequestId, Seq};
use muster_record::incident::lifecycle::Opening;
use muster_record::time::Instant;

use crate::at::{At, Malformed, Warning, reading_warily};
use crate::command::{Known, command};
use crate::family::lifecycle;
use crate::limits::{MAX_COMMANDS, MAX_LIST};
use crate::v1;

/// What every write says besides what it writes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Options {
    /// What the caller names the request.
    pub request_id: RequestId,
    /// The entry that the caller thinks is the last.
    pub expected_seq: Option<Seq>,
    /// Whether nothing is to be written.
    pub validate_only: bool,
    /// The office acted for.
    pub office: Option<Office>,
    /// When it happened; now, where it is not said.
    pub occurred_at: Option<Instant>,
    /// What is asked of the entries' labels.
    pub labels: Asked,
}

/// Commands to carry out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Append {
    /// On which incident.
    pub incident: IncidentId,
    /// How.
    pub options: Options,
    /// What, in order.
    pub commands: Vec<Command>,
    /// What in its texts looks like personal data.
    pub warnings: Vec<Warning>,
}

/// An incident to open.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Open {
    /// How.
    pub options: Options,
    /// With what.
    pub opening: Opening,
    /// What in its texts looks like personal data.
    pub warnings: Vec<Warning>,
}

pub(crate) fn read_options(at: &mut At<'_>, wire: &v1::WriteOptions) -> Option<Options> {
    let v1::WriteOptions { request_id, expected_seq, validate_only, office, occurred_at, class, audience } = wire;
    let request_id = at.field("request_id").name(request_id);
    let office = at.field("office").optional_word(*office);
    let occurred_at = at.field("occurred_at").optional(occurred_at.as_ref(), At::time);
    let class = at.field("class").optional_word(*class);
    let audience = at.field("audience").list(audience, MAX_LIST, |at, agency| at.name(agency));
    Some(Options {
        request_id: request_id?,
        expected_seq: expected_seq.map(Seq),
        validate_only: *validate_only,
        office: office?,
        occurred_at: occurred_at?,
        labels: Asked { class: class?, audience: audience? },
    })
}

/// Reads commands to carry out.
///
/// # Errors
/// All that is wrong with the request.
pub fn read_append(wire: &v1::AppendRequest, known: Known<'_>) -> Result<Append, Malformed> {
    let v1::AppendRequest { incident_id, options, commands } = wire;
    let read = reading_warily("", |at| {
        let incident = at.field("incident_id").name(incident_id);
        let options = at.field("options").required(options.as_ref(), read_options);
        let commands = match commands.as_slice() {
            [] => at.field("commands").wrong("is not set"),
            asked => at.field("commands").list(asked, MAX_COMMANDS, |at, asked| command(at, asked, known)),
        };
        Some((incident?, options?, commands?))
    });
    let ((incident, options, commands), warnings) = read?;
    Ok(Append { incident, options, commands, warnings })
}

/// Reads an incident to open.
///
/// # Errors
/// All that is wrong with the request.
pub fn read_open(wire: &v1::OpenIncidentRequest) -> Result<Open, Malformed> {
    let v1::OpenIncidentRequest { options, opening } = wire;
    let read = reading_warily("", |at| {
        let options = at.field("options").required(options.as_ref(), |at, wire| {
            let options = read_options(at, wire)?;
            if options.expected_seq.is_some() {
                at.field("expected_seq").wrong::<()>("is set, and there is no record yet");
            }
            if options.labels != Asked::default() {
                at.field("audience").wrong::<()>("or `class` is set, and an opening is for everybody at the table");
            }
            if options.office.is_some() {
                at.field("office").wrong::<()>("is set, and nobody holds an office yet");
            }
            Some(options)
        });
        let opening = at.field("opening").required(opening.as_ref(), lifecycle::opening);
        Some((options?, opening?))
    });
    let ((options, opening), warnings) = read?;
    Ok(Open { options, opening, warnings })
}
