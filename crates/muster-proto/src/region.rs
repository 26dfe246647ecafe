//! The region: requests in, the picture out.

use std::collections::HashMap;

use muster_record::ids::{AgencyId, IncidentId, ProposalNo};
use muster_record::region::{Counts, DutyFound, Member, PeopleCount, Picture, RegionalClock};

use crate::at::{At, Malformed, reading};
use crate::request::{Options, read_options};
use crate::time::write_time;
use crate::v1;
use crate::words::Word as _;

/// A regional incident to open.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OpenRegional {
    /// How.
    pub options: Options,
    /// The local incident.
    pub incident: IncidentId,
    /// The proposal on it.
    pub proposal: ProposalNo,
}

/// A member to add.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AddMember {
    /// How.
    pub options: Options,
    /// The regional incident.
    pub region: IncidentId,
    /// The local incident.
    pub member: IncidentId,
}

/// Options of a write that goes to more than one record: none of them can be expected to stand somewhere.
fn options(at: &mut At<'_>, wire: &v1::WriteOptions) -> Option<Options> {
    let options = read_options(at, wire)?;
    if options.expected_seq.is_some() {
        at.field("expected_seq").wrong::<()>("is set, and this writes to two records");
    }
    if options.occurred_at.is_some() {
        at.field("occurred_at").wrong::<()>("is set, and this happens now");
    }
    Some(options)
}

/// Reads a regional incident to open.
///
/// # Errors
/// All that is wrong with the request.
pub fn read_open_regional(wire: &v1::OpenRegionalIncidentRequest) -> Result<OpenRegional, Malformed> {
    let v1::OpenRegionalIncidentRequest { options: wire_options, incident_id, proposal } = wire;
    reading("", |at| {
        let options = at.field("options").required(wire_options.as_ref(), |at, wire| {
            let options = options(at, wire)?;
            if options.office.is_none() {
                at.field("office").wrong::<()>("is not set: the DASS lead, the regional chair or the vice chair opens");
            }
            Some(options)
        });
        let incident = at.field("incident_id").name(incident_id);
        let proposal = at.field("proposal").number(*proposal, ProposalNo);
        Some(OpenRegional { options: options?, incident: incident?, proposal: proposal? })
    })
}

/// Reads a member to add.
///
/// # Errors
/// All that is wrong with the request.
pub fn read_add_member(wire: &v1::AddMemberRequest) -> Result<AddMember, Malformed> {
    let v1::AddMemberRequest { options: wire_options, regional_incident_id, incident_id } = wire;
    reading("", |at| {
        let options = at.field("options").required(wire_options.as_ref(), |at, wire| {
            let options = options(at, wire)?;
            if options.office.is_some() {
                at.field("office").wrong::<()>("is set, and linking needs none");
            }
            Some(options)
        });
        let region = at.field("regional_incident_id").name(regional_incident_id);
        let member = at.field("incident_id").name(incident_id);
        Some(AddMember { options: options?, region: region?, member: member? })
    })
}

/// Reads which picture is asked for.
///
/// # Errors
/// When the id is none.
pub fn read_region(regional_incident_id: &str) -> Result<IncidentId, Malformed> {
    reading("", |at| at.field("regional_incident_id").name(regional_incident_id))
}

/// Writes a picture.
pub fn write_picture(picture: &Picture) -> v1::RegionalPicture {
    let Picture { region, at, counts, duties_engaged, disagreements, overdue, members, unconfirmed } = picture;
    v1::RegionalPicture {
        regional_incident_id: region.to_string(),
        at: Some(write_time(*at)),
        counts: Some(write_counts(*counts)),
        duties_engaged: duties_engaged.iter().map(|(key, members)| (key.clone(), *members)).collect(),
        disagreements: *disagreements,
        overdue: write_overdue(overdue),
        members: members.iter().map(write_member).collect(),
        unconfirmed: *unconfirmed,
    }
}

fn write_member(member: &Member) -> v1::RegionalMember {
    let Member { incident, authority, phase, as_of, counts, clocks, duties, disagreements, overdue } = member;
    v1::RegionalMember {
        incident_id: incident.to_string(),
        authority: authority.to_string(),
        phase: phase.write(),
        as_of: as_of.0,
        counts: Some(write_counts(*counts)),
        clocks: clocks.iter().map(write_clock).collect(),
        duties: duties.iter().map(write_duty).collect(),
        disagreements: *disagreements,
        overdue: write_overdue(overdue),
    }
}

fn write_counts(counts: Counts) -> v1::RegionalCounts {
    let Counts { people, not_yet_placed, moved, beds_offered, beds_taken } = counts;
    v1::RegionalCounts {
        people: Some(write_people(people)),
        not_yet_placed: Some(write_people(not_yet_placed)),
        moved: Some(write_people(moved)),
        beds_offered,
        beds_taken: Some(write_people(beds_taken)),
    }
}

fn write_people(count: PeopleCount) -> v1::PeopleCount {
    let PeopleCount { at_least, at_most } = count;
    v1::PeopleCount { at_least, at_most }
}

fn write_clock(clock: &RegionalClock) -> v1::RegionalClock {
    let RegionalClock { clock, due, state, hours_left } = clock;
    v1::RegionalClock {
        clock: clock.write(),
        due: Some(write_time(*due)),
        state: state.write(),
        hours_left: *hours_left,
    }
}

fn write_duty(duty: &DutyFound) -> v1::DutyFound {
    let DutyFound { rule_set, key, engaged } = duty;
    v1::DutyFound { rule_set: rule_set.to_string(), key: key.clone(), engaged: engaged.write() }
}

fn write_overdue(overdue: &std::collections::BTreeMap<AgencyId, u32>) -> HashMap<String, u32> {
    overdue.iter().map(|(agency, actions)| (agency.to_string(), *actions)).collect()
}
