//! Lifecycle: an incident as a whole, and what it is opened with.

use muster_record::incident::lifecycle::{Command, Fact, Link, Opening};
use muster_record::situation::{Failure, Service};

use crate::at::At;
use crate::limits::{MAX_LIST, MAX_SERVICES};
use crate::time::write_time;
use crate::v1;
use crate::v1::command::Command as Asked;
use crate::v1::entry::Body;
use crate::words::Word as _;

pub(crate) fn opening(at: &mut At<'_>, wire: &v1::Opening) -> Option<Opening> {
    let v1::Opening { title, kind, failures, services, region, notified_at, care_stops_at, exercise } = wire;
    let title = at.field("title").text(title);
    let kind = at.field("kind").word(*kind);
    let failures = read_failures(at, failures);
    let services = match services.as_slice() {
        [] => at.field("services").wrong("is not set"),
        services => at.field("services").list(services, MAX_SERVICES, service),
    };
    let region = at.field("region").optional(region.as_deref(), At::text);
    let notified_at = at.field("notified_at").required(notified_at.as_ref(), At::time);
    let care_stops_at = at.field("care_stops_at").optional(care_stops_at.as_ref(), At::time);
    Some(Opening {
        title: title?,
        kind: kind?,
        failures: failures?,
        services: services?,
        region: region?,
        notified_at: notified_at?,
        care_stops_at: care_stops_at?,
        exercise: *exercise,
    })
}

fn read_failures(at: &mut At<'_>, wire: &[i32]) -> Option<Vec<Failure>> {
    at.field("failures").list(wire, MAX_LIST, |at, failure| at.word(*failure))
}

fn service(at: &mut At<'_>, wire: &v1::Service) -> Option<Service> {
    let v1::Service { id, kind, national, regulated, authority, beds, brand, risk_level } = wire;
    let id = at.field("id").name(id);
    let kind = at.field("kind").word(*kind);
    let national = at.field("national").word(*national);
    let regulated = at.field("regulated").word(*regulated);
    let authority = at.field("authority").name(authority);
    let brand = at.field("brand").optional(brand.as_deref(), At::text);
    let risk_level = at.field("risk_level").optional(risk_level.as_ref(), read_risk_level);
    Some(Service {
        id: id?,
        kind: kind?,
        national: national?,
        regulated: regulated?,
        authority: authority?,
        beds: *beds,
        brand: brand?,
        risk_level: risk_level?,
    })
}

fn read_risk_level(at: &mut At<'_>, wire: &u32) -> Option<u8> {
    match u8::try_from(*wire) {
        Ok(level @ 1..=4) => Some(level),
        Ok(_) | Err(_) => at.wrong("is none of the levels of risk, 1 to 4"),
    }
}

pub(crate) fn amend(at: &mut At<'_>, wire: &v1::AmendIncident) -> Option<Command> {
    let v1::AmendIncident { title, care_stops_at, service: changed } = wire;
    if title.is_none() && care_stops_at.is_none() && changed.is_none() {
        return at.wrong("amends nothing: set title, care_stops_at or service");
    }
    let title = at.field("title").optional(title.as_deref(), At::text);
    let care_stops_at = at.field("care_stops_at").optional(care_stops_at.as_ref(), At::time);
    let service = at.field("service").optional(changed.as_ref(), service);
    Some(Command::Amend { title: title?, care_stops_at: care_stops_at?, service: service? })
}

pub(crate) fn reclassify(at: &mut At<'_>, wire: &v1::ReclassifyIncident) -> Option<Command> {
    let v1::ReclassifyIncident { kind, failures, reason } = wire;
    let kind = at.field("kind").word(*kind);
    let failures = read_failures(at, failures);
    let reason = at.field("reason").text(reason);
    Some(Command::Reclassify { kind: kind?, failures: failures?, reason: reason? })
}

pub(crate) fn change_phase(at: &mut At<'_>, wire: &v1::ChangePhase) -> Option<Command> {
    let v1::ChangePhase { phase, reason } = wire;
    let phase = at.field("phase").word(*phase);
    let reason = at.field("reason").text(reason);
    Some(Command::ChangePhase { to: phase?, reason: reason? })
}

pub(crate) fn link(at: &mut At<'_>, wire: &v1::LinkIncident) -> Option<Command> {
    let v1::LinkIncident { incident_id, relation, authority, brand } = wire;
    let incident = at.field("incident_id").name(incident_id);
    let relation = at.field("relation").word(*relation);
    let authority = at.field("authority").optional(authority.as_deref(), |at, given| at.name(given));
    let brand = at.field("brand").optional(brand.as_deref(), |at, given| at.text(given));
    Some(Command::Link(Link { incident: incident?, relation: relation?, authority: authority?, brand: brand? }))
}

pub(crate) fn close(at: &mut At<'_>, wire: &v1::CloseIncident) -> Option<Command> {
    let v1::CloseIncident { summary } = wire;
    Some(Command::Close { summary: at.field("summary").long_text(summary)? })
}

pub(crate) fn reopen(at: &mut At<'_>, wire: &v1::ReopenIncident) -> Option<Command> {
    let v1::ReopenIncident { reason } = wire;
    Some(Command::Reopen { reason: at.field("reason").text(reason)? })
}

pub(crate) fn write_opening(opening: &Opening) -> v1::Opening {
    let Opening { title, kind, failures, services, region, notified_at, care_stops_at, exercise } = opening;
    v1::Opening {
        title: title.clone(),
        kind: kind.write(),
        failures: write_failures(failures),
        services: services.iter().map(write_service).collect(),
        region: region.clone(),
        notified_at: Some(write_time(*notified_at)),
        care_stops_at: care_stops_at.map(write_time),
        exercise: *exercise,
    }
}

pub(crate) fn write_failures(failures: &[Failure]) -> Vec<i32> {
    failures.iter().map(|failure| failure.write()).collect()
}

pub(crate) fn write_service(service: &Service) -> v1::Service {
    let Service { id, kind, national, regulated, authority, beds, brand, risk_level } = service;
    v1::Service {
        id: id.to_string(),
        kind: kind.write(),
        national: national.write(),
        regulated: regulated.write(),
        authority: authority.to_string(),
        beds: *beds,
        brand: brand.clone(),
        risk_level: risk_level.map(u32::from),
    }
}

pub(crate) fn write(command: &Command) -> Asked {
    match command {
        Command::Amend { title, care_stops_at, service } => Asked::AmendIncident(v1::AmendIncident {
            title: title.clone(),
            care_stops_at: care_stops_at.map(write_time),
            service: service.as_ref().map(write_service),
        }),
        Command::Reclassify { kind, failures, reason } => Asked::ReclassifyIncident(v1::ReclassifyIncident {
            kind: kind.write(),
            failures: write_failures(failures),
            reason: reason.clone(),
        }),
        Command::ChangePhase { to, reason } => {
            Asked::ChangePhase(v1::ChangePhase { phase: to.write(), reason: reason.clone() })
        }
        Command::Link(Link { incident, relation, authority, brand }) => Asked::LinkIncident(v1::LinkIncident {
            incident_id: incident.to_string(),
            relation: relation.write(),
            authority: authority.as_ref().map(ToString::to_string),
            brand: brand.clone(),
        }),
        Command::Close { summary } => Asked::CloseIncident(v1::CloseIncident { summary: summary.clone() }),
        Command::Reopen { reason } => Asked::ReopenIncident(v1::ReopenIncident { reason: reason.clone() }),
    }
}

pub(crate) fn fact(fact: &Fact) -> Body {
    match fact {
        Fact::Opened(opening) => Body::IncidentOpened(v1::IncidentOpened { opening: Some(write_opening(opening)) }),
        Fact::Amended { title, care_stops_at, service } => Body::IncidentAmended(v1::IncidentAmended {
            title: title.clone(),
            care_stops_at: care_stops_at.map(write_time),
            service: service.as_ref().map(write_service),
        }),
        Fact::Reclassified { kind, failures, reason } => Body::IncidentReclassified(v1::IncidentReclassified {
            kind: kind.write(),
            failures: write_failures(failures),
            reason: reason.clone(),
        }),
        Fact::PhaseChanged { to, reason } => {
            Body::PhaseChanged(v1::PhaseChanged { phase: to.write(), reason: reason.clone() })
        }
        Fact::Linked(Link { incident, relation, authority, brand }) => Body::IncidentLinked(v1::IncidentLinked {
            incident_id: incident.to_string(),
            relation: relation.write(),
            authority: authority.as_ref().map(ToString::to_string),
            brand: brand.clone(),
        }),
        Fact::Closed { summary } => Body::IncidentClosed(v1::IncidentClosed { summary: summary.clone() }),
        Fact::Reopened { reason } => Body::IncidentReopened(v1::IncidentReopened { reason: reason.clone() }),
    }
}
