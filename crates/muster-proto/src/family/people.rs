//! People, by number.

use muster_record::ids::PersonNo;
use muster_record::incident::people::{Command, Details, Fact};

use crate::at::At;
use crate::family::advising::write_hash;
use crate::limits::MAX_LIST;
use crate::v1;
use crate::v1::command::Command as Asked;
use crate::v1::entry::Body;
use crate::words::Word as _;

fn read_details(at: &mut At<'_>, wire: &v1::PersonDetails) -> Option<Details> {
    let v1::PersonDetails { service, funder, placed_by, mobility, needs, needs_known, stays_with } = wire;
    let service = at.field("service").name(service);
    let funder = at.field("funder").word(*funder);
    let placed_by = at.field("placed_by").optional(placed_by.as_deref(), At::name);
    let mobility = at.field("mobility").word(*mobility);
    let needs = at.field("needs").list(needs, MAX_LIST, |at, need| at.word(*need));
    let needs_known = at.field("needs_known").word(*needs_known);
    let stays_with = at.field("stays_with").list(stays_with, MAX_LIST, |at, person| at.number(*person, PersonNo));
    Some(Details {
        service: service?,
        funder: funder?,
        placed_by: placed_by?,
        mobility: mobility?,
        needs: needs?,
        needs_known: needs_known?,
        stays_with: stays_with?,
    })
}

pub(crate) fn register(at: &mut At<'_>, wire: &v1::RegisterPerson) -> Option<Command> {
    let v1::RegisterPerson { details } = wire;
    Some(Command::Register { details: at.field("details").required(details.as_ref(), read_details)? })
}

pub(crate) fn change(at: &mut At<'_>, wire: &v1::ChangePerson) -> Option<Command> {
    let v1::ChangePerson { person, details } = wire;
    let person = at.field("person").number(*person, PersonNo);
    let details = at.field("details").required(details.as_ref(), read_details);
    Some(Command::Change { person: person?, details: details? })
}

pub(crate) fn set_status(at: &mut At<'_>, wire: &v1::SetPersonStatus) -> Option<Command> {
    let v1::SetPersonStatus { person, status, place } = wire;
    let person = at.field("person").number(*person, PersonNo);
    let to = at.field("status").word(*status);
    let place = at.field("place").optional(place.as_deref(), At::text);
    Some(Command::SetStatus { person: person?, to: to?, place: place? })
}

fn write_details(details: &Details) -> v1::PersonDetails {
    let Details { service, funder, placed_by, mobility, needs, needs_known, stays_with } = details;
    v1::PersonDetails {
        service: service.to_string(),
        funder: funder.write(),
        placed_by: placed_by.as_ref().map(ToString::to_string),
        mobility: mobility.write(),
        needs: needs.iter().map(|need| need.write()).collect(),
        needs_known: needs_known.write(),
        stays_with: stays_with.iter().map(|person| person.0).collect(),
    }
}

pub(crate) fn write(command: &Command) -> Asked {
    match command {
        Command::Register { details } => {
            Asked::RegisterPerson(v1::RegisterPerson { details: Some(write_details(details)) })
        }
        Command::Change { person, details } => {
            Asked::ChangePerson(v1::ChangePerson { person: person.0, details: Some(write_details(details)) })
        }
        Command::SetStatus { person, to, place } => {
            Asked::SetPersonStatus(v1::SetPersonStatus { person: person.0, status: to.write(), place: place.clone() })
        }
    }
}

pub(crate) fn fact(fact: &Fact) -> Body {
    match fact {
        Fact::Registered { person, details } => {
            Body::PersonRegistered(v1::PersonRegistered { person: person.0, details: Some(write_details(details)) })
        }
        Fact::Changed { person, details } => {
            Body::PersonChanged(v1::PersonChanged { person: person.0, details: Some(write_details(details)) })
        }
        Fact::StatusChanged { person, to, place } => Body::PersonStatusChanged(v1::PersonStatusChanged {
            person: person.0,
            status: to.write(),
            place: place.clone(),
        }),
        Fact::IdentitySealed { person, version, commitment } => Body::PersonIdentitySealed(v1::PersonIdentitySealed {
            person: person.0,
            version: *version,
            commitment: write_hash(*commitment),
        }),
        Fact::IdentityErased { person, version, because, basis, by } => {
            Body::PersonIdentityErased(v1::PersonIdentityErased {
                person: person.0,
                version: *version,
                because: because.clone(),
                basis: basis.write(),
                by: by.clone(),
            })
        }
    }
}
