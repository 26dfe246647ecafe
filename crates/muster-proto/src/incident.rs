//! What an incident adds up to, out: in brief, its table, its clocks and its report.

use muster_record::Incident;
use muster_record::deadline::Deadline;
use muster_record::incident::participants::Seat;
use muster_record::report::{Section, SituationReport};
use muster_record::summary::Summary;

use crate::family::lifecycle::{write_failures, write_service as service};
use crate::time::write_time;
use crate::v1;
use crate::words::Word as _;

fn count(of: usize) -> u32 {
    u32::try_from(of).unwrap_or(u32::MAX)
}

/// Writes an incident in brief.
pub fn write_summary(summary: &Summary) -> v1::IncidentSummary {
    let Summary {
        incident,
        title,
        kind,
        failures,
        phase,
        lead,
        region,
        exercise,
        opened_at,
        notified_at,
        care_stops_at,
        last_seq,
        recorded_at,
        people,
        not_yet_placed,
        people_withheld,
    } = summary;
    v1::IncidentSummary {
        incident_id: incident.to_string(),
        title: title.clone(),
        kind: kind.write(),
        failures: write_failures(failures),
        phase: phase.write(),
        lead: lead.to_string(),
        region: region.clone(),
        exercise: *exercise,
        opened_at: Some(write_time(*opened_at)),
        notified_at: Some(write_time(*notified_at)),
        care_stops_at: care_stops_at.map(write_time),
        last_seq: last_seq.0,
        recorded_at: Some(write_time(*recorded_at)),
        people: *people,
        not_yet_placed: *not_yet_placed,
        people_withheld: *people_withheld,
    }
}

/// Writes an incident in brief, with its table and its services, and whether every rule set has looked at it as it stands.
pub fn write_incident(incident: &Incident, advice_is_current: bool) -> v1::GetIncidentResponse {
    let table = &incident.participants;
    let participants = table.seats.iter().map(|(agency, seat)| {
        let Seat { kind, title, interest, is_lead, joined_at } = seat;
        v1::Participant {
            agency: agency.to_string(),
            kind: kind.write(),
            title: title.clone(),
            interest: interest.write(),
            is_lead: *is_lead,
            joined_at: joined_at.map(write_time),
        }
    });
    let offices = table.offices.iter().map(|(office, holder)| v1::OfficeHolder {
        office: office.write(),
        holder: holder.to_string(),
        offered_to: table.handovers.get(office).map(ToString::to_string),
    });
    v1::GetIncidentResponse {
        incident: Some(write_summary(&incident.summary())),
        participants: participants.collect(),
        offices: offices.collect(),
        services: incident.lifecycle.opening.services.iter().map(service).collect(),
        advice_is_current,
    }
}

/// Writes a clock.
pub fn write_deadline(deadline: &Deadline) -> v1::Deadline {
    let Deadline { key, title, source, owner, opens, due, state } = deadline;
    v1::Deadline {
        key: key.clone(),
        title: title.clone(),
        source: source.clone(),
        owner: owner.as_ref().map(ToString::to_string),
        opens: opens.map(write_time),
        due: Some(write_time(*due)),
        state: state.write(),
    }
}

/// Writes a situation report, the whole of it as text too.
pub fn write_report(report: &SituationReport) -> v1::SituationReport {
    let SituationReport {
        incident,
        title,
        kind,
        failures,
        phase,
        lead,
        exercise,
        as_of,
        at,
        people,
        not_yet_placed,
        people_withheld,
        entries_withheld,
        by_status,
        by_funder,
        actions_open,
        actions_overdue,
        actions_done,
        proposals_open,
        questions_open,
        deadlines,
        sections,
    } = report;
    let by_status = by_status.iter().map(|(status, people)| (status.write(), count(*people)));
    let by_funder = by_funder.iter().map(|(funder, people)| (funder.write(), count(*people)));
    let counts = v1::SituationCounts {
        people: count(*people),
        not_yet_placed: count(*not_yet_placed),
        by_status: by_status.map(|(status, people)| v1::StatusCount { status, people }).collect(),
        by_funder: by_funder.map(|(funder, people)| v1::FunderCount { funder, people }).collect(),
        actions_open: count(*actions_open),
        actions_overdue: count(*actions_overdue),
        actions_done: count(*actions_done),
        proposals_open: count(*proposals_open),
        questions_open: count(*questions_open),
        people_withheld: *people_withheld,
        entries_withheld: count(*entries_withheld),
    };
    v1::SituationReport {
        incident_id: incident.to_string(),
        title: title.clone(),
        kind: kind.write(),
        failures: write_failures(failures),
        phase: phase.write(),
        lead: lead.to_string(),
        exercise: *exercise,
        as_of: as_of.0,
        at: Some(write_time(*at)),
        counts: Some(counts),
        deadlines: deadlines.iter().map(write_deadline).collect(),
        sections: sections.iter().map(write_section).collect(),
        text: report.to_string(),
    }
}

fn write_section(section: &Section) -> v1::ReportSection {
    let Section { family, lines } = section;
    v1::ReportSection { family: (*family).to_owned(), lines: lines.clone() }
}
