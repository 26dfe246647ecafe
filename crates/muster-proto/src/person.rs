//! Who the people are: what is asked comes in, what is told goes out. Neither prints.

use std::fmt;

use chrono::NaiveDate;
use muster_record::Entry;
use muster_record::audit::{Answered, AuditRow, Audited, Purpose};
use muster_record::erasing::{Erasure, Extent};
use muster_record::identity::{Basis, Contact, Identity, NhsNumber, Relative, Sensitive};
use muster_record::ids::{IncidentId, PersonNo};
use zeroize::Zeroize as _;

use crate::at::{At, Malformed, reading};
use crate::family::advising::write_hash;
use crate::limits::{DEFAULT_PAGE, MAX_LIST, MAX_PAGE, MAX_TEXT};
use crate::request::{Options, read_options};
use crate::time::write_time;
use crate::v1;
use crate::words::Word as _;

/// Characters of a name, a relation or a number.
const MAX_SHORT: usize = 200;

macro_rules! hidden {
    ($($message:ident { $($text:ident),+ } $({ $($known:ident),+ })?)+) => {
        $(
            /// Prints nothing of what it holds.
            impl fmt::Debug for v1::$message {
                fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                    f.write_str(concat!(stringify!($message), "(not shown)"))
                }
            }

            /// Wipes what it held.
            impl Drop for v1::$message {
                fn drop(&mut self) {
                    $(self.$text.zeroize();)+
                    $($(self.$known.zeroize();)+)?
                }
            }
        )+
    };
}

hidden! {
    PersonIdentity { name } { known_as, date_of_birth, nhs_number, address }
    IdentityContact { what, value }
    NextOfKin { name, relation }
}

/// An identity to write down.
pub struct Seal {
    /// On which incident.
    pub incident: IncidentId,
    /// How.
    pub options: Options,
    /// Whose.
    pub person: PersonNo,
    /// Who they are.
    pub identity: Identity,
}

/// A person to be told of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Look {
    /// On which incident.
    pub incident: IncidentId,
    /// Which.
    pub person: PersonNo,
    /// What for.
    pub purpose: Purpose,
    /// What for, in words.
    pub because: String,
}

/// A person to erase.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Erase {
    /// On which incident.
    pub incident: IncidentId,
    /// How.
    pub options: Options,
    /// Whose.
    pub person: PersonNo,
    /// How much of them.
    pub extent: Extent,
    /// Why, on which basis, and who decided it.
    pub erasure: Erasure,
}

/// What is kept beyond its time, to erase.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Expire {
    /// On which incident.
    pub incident: IncidentId,
    /// How.
    pub options: Options,
}

/// Rows of the audit to list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ListAudit {
    /// Of which incident.
    pub incident: IncidentId,
    /// Behind which row.
    pub after: u64,
    /// How many are looked at, at most.
    pub limit: u32,
}

/// Reads an identity to write down. What is wrong is said without repeating what was sent.
///
/// # Errors
/// All that is wrong with the request.
pub fn read_seal(wire: &v1::SealIdentityRequest) -> Result<Seal, Malformed> {
    let v1::SealIdentityRequest { incident_id, options, person, identity } = wire;
    reading("", |at| {
        let incident = at.field("incident_id").name(incident_id);
        let options = at.field("options").required(options.as_ref(), read_options);
        let person = at.field("person").number(*person, PersonNo);
        let identity = at.field("identity").required(identity.as_ref(), read_identity);
        Some(Seal { incident: incident?, options: options?, person: person?, identity: identity? })
    })
}

fn read_identity(at: &mut At<'_>, wire: &v1::PersonIdentity) -> Option<Identity> {
    let v1::PersonIdentity { name, known_as, date_of_birth, nhs_number, address, contacts, next_of_kin } = wire;
    let name = at.field("name").sensitive(MAX_SHORT, name);
    let known_as = at.field("known_as").optional(known_as.as_deref(), |at, text: &str| at.sensitive(MAX_SHORT, text));
    let born = at.field("date_of_birth").optional(date_of_birth.as_deref(), read_day);
    let nhs_number = at.field("nhs_number").optional(nhs_number.as_deref(), |at, text: &str| {
        let number = NhsNumber::parse(text);
        number.or_else(|| at.wrong("is not an NHS number: ten digits, of which the last checks the others"))
    });
    let address = at.field("address").optional(address.as_deref(), |at, text: &str| at.sensitive(MAX_TEXT, text));
    let contacts = at.field("contacts").list(contacts, MAX_LIST, read_contact);
    let next_of_kin = at.field("next_of_kin").list(next_of_kin, MAX_LIST, |at, wire| {
        let v1::NextOfKin { name, relation, contacts } = wire;
        let name = at.field("name").sensitive(MAX_SHORT, name);
        let relation = at.field("relation").sensitive(MAX_SHORT, relation);
        let contacts = at.field("contacts").list(contacts, MAX_LIST, read_contact);
        Some(Relative { name: name?, relation: relation?, contacts: contacts? })
    });
    Some(Identity {
        name: name?,
        known_as: known_as?,
        born: born?,
        nhs_number: nhs_number?,
        address: address?,
        contacts: contacts?,
        next_of_kin: next_of_kin?,
    })
}

fn read_day(at: &mut At<'_>, given: &str) -> Option<Sensitive<String>> {
    let day = given.parse::<NaiveDate>().ok().filter(|day| given == day.to_string());
    match day {
        Some(_) => Some(Sensitive::new(given.to_owned())),
        None => at.wrong("is not a day as in 1938-05-02"),
    }
}

fn read_contact(at: &mut At<'_>, wire: &v1::IdentityContact) -> Option<Contact> {
    let v1::IdentityContact { what, value } = wire;
    let what = at.field("what").sensitive(MAX_SHORT, what);
    let value = at.field("value").sensitive(MAX_SHORT, value);
    Some(Contact { what: what?, value: value? })
}

/// Reads which person is asked after.
///
/// # Errors
/// All that is wrong with the request.
pub fn read_look(wire: &v1::ReadIdentityRequest) -> Result<Look, Malformed> {
    let v1::ReadIdentityRequest { incident_id, person, purpose, because } = wire;
    reading("", |at| {
        let incident = at.field("incident_id").name(incident_id);
        let person = at.field("person").number(*person, PersonNo);
        let purpose = at.field("purpose").word(*purpose);
        let because = at.field("because").text(because);
        Some(Look { incident: incident?, person: person?, purpose: purpose?, because: because? })
    })
}

/// Reads of which person all that is held is asked for.
///
/// # Errors
/// All that is wrong with the request.
pub fn read_export(wire: &v1::ExportSubjectRequest) -> Result<Look, Malformed> {
    let v1::ExportSubjectRequest { incident_id, person, because } = wire;
    reading("", |at| {
        let incident = at.field("incident_id").name(incident_id);
        let person = at.field("person").number(*person, PersonNo);
        let because = at.field("because").text(because);
        Some(Look { incident: incident?, person: person?, purpose: Purpose::SubjectRequest, because: because? })
    })
}

/// Reads whose identity is to be erased, and why.
///
/// # Errors
/// All that is wrong with the request.
pub fn read_erase(wire: &v1::EraseIdentityRequest) -> Result<Erase, Malformed> {
    let v1::EraseIdentityRequest { incident_id, options, person, basis, because, by, extent } = wire;
    reading("", |at| {
        let incident = at.field("incident_id").name(incident_id);
        let options = at.field("options").required(options.as_ref(), read_options_of_now);
        let person = at.field("person").number(*person, PersonNo);
        let basis = at.field("basis").word::<Basis>(*basis);
        let because = at.field("because").text(because);
        let by = at.field("by").text(by);
        let extent = match v1::ErasureExtent::try_from(*extent) {
            Ok(v1::ErasureExtent::Unspecified | v1::ErasureExtent::Identity) => Some(Extent::Identity),
            Ok(v1::ErasureExtent::Everything) => Some(Extent::Everything),
            Err(_) => at.field("extent").wrong("is none of ERASURE_EXTENT_IDENTITY, ERASURE_EXTENT_EVERYTHING"),
        };
        let erasure = Erasure { because: because?, basis: basis?, by: by? };
        Some(Erase { incident: incident?, options: options?, person: person?, extent: extent?, erasure })
    })
}

/// Reads of which incident what is kept beyond its time is to be erased.
///
/// # Errors
/// All that is wrong with the request.
pub fn read_expire(wire: &v1::ExpireIdentitiesRequest) -> Result<Expire, Malformed> {
    let v1::ExpireIdentitiesRequest { incident_id, options } = wire;
    reading("", |at| {
        let incident = at.field("incident_id").name(incident_id);
        let options = at.field("options").required(options.as_ref(), read_options_of_now);
        Some(Expire { incident: incident?, options: options? })
    })
}

/// What is erased is erased now, whatever else was written before.
fn read_options_of_now(at: &mut At<'_>, wire: &v1::WriteOptions) -> Option<Options> {
    let options = read_options(at, wire)?;
    if options.expected_seq.is_some() {
        at.field("expected_seq").wrong::<()>("is set, and what is erased does not depend on what was written before");
    }
    if options.occurred_at.is_some() {
        at.field("occurred_at").wrong::<()>("is set, and what is erased is erased now");
    }
    Some(options)
}

/// Reads whose audit is asked for.
///
/// # Errors
/// All that is wrong with the request.
pub fn read_who_looked(wire: &v1::WhoLookedRequest) -> Result<(IncidentId, PersonNo), Malformed> {
    let v1::WhoLookedRequest { incident_id, person } = wire;
    reading("", |at| {
        let incident = at.field("incident_id").name(incident_id);
        let person = at.field("person").number(*person, PersonNo);
        Some((incident?, person?))
    })
}

/// Reads which rows of the audit are asked for.
///
/// # Errors
/// All that is wrong with the request.
pub fn read_list_audit(wire: &v1::ListAuditRequest) -> Result<ListAudit, Malformed> {
    let v1::ListAuditRequest { incident_id, after, limit } = wire;
    reading("", |at| {
        let incident = at.field("incident_id").name(incident_id);
        let limit = match *limit {
            0 => Some(DEFAULT_PAGE),
            limit if limit <= MAX_PAGE => Some(limit),
            limit => at.field("limit").wrong(format!("is {limit}; at most {MAX_PAGE} are sent")),
        };
        Some(ListAudit { incident: incident?, after: *after, limit: limit? })
    })
}

/// Writes who somebody is.
pub fn write_identity(identity: &Identity) -> v1::PersonIdentity {
    let Identity { name, known_as, born, nhs_number, address, contacts, next_of_kin } = identity;
    let plain = |text: &Option<Sensitive<String>>| text.as_ref().map(|text| text.expose().clone());
    v1::PersonIdentity {
        name: name.expose().clone(),
        known_as: plain(known_as),
        date_of_birth: plain(born),
        nhs_number: nhs_number.as_ref().map(|number| number.expose().to_owned()),
        address: plain(address),
        contacts: contacts.iter().map(write_contact).collect(),
        next_of_kin: next_of_kin.iter().map(write_relative).collect(),
    }
}

fn write_contact(contact: &Contact) -> v1::IdentityContact {
    let Contact { what, value } = contact;
    v1::IdentityContact { what: what.expose().clone(), value: value.expose().clone() }
}

fn write_relative(relative: &Relative) -> v1::NextOfKin {
    let Relative { name, relation, contacts } = relative;
    v1::NextOfKin {
        name: name.expose().clone(),
        relation: relation.expose().clone(),
        contacts: contacts.iter().map(write_contact).collect(),
    }
}

/// Writes an entry as the person whom it concerns may have it.
pub fn write_subject_entry(entry: &Entry) -> v1::SubjectEntry {
    v1::SubjectEntry {
        seq: entry.seq.0,
        occurred_at: Some(write_time(entry.envelope.occurred_at)),
        recorded_at: Some(write_time(entry.recorded_at)),
        agency: entry.envelope.author.agency.to_string(),
        told: entry.fact.told(),
    }
}

/// Writes a row of the audit.
pub fn write_audit_row(row: &AuditRow) -> v1::AuditRow {
    let AuditRow { number, at, audited, hash } = row;
    let Audited { did, agency, system, user, purpose, because, incident, people, version, entries, grant, answered } =
        audited;
    let refused = match answered {
        Answered::Served => None,
        Answered::Refused(reason) => Some(reason.clone()),
    };
    v1::AuditRow {
        number: *number,
        at: Some(write_time(*at)),
        incident_id: incident.to_string(),
        act: did.write(),
        agency: agency.to_string(),
        system: system.clone(),
        user: user.clone(),
        purpose: purpose.write(),
        because: because.clone(),
        people: people.iter().map(|person| person.0).collect(),
        version: *version,
        entries: entries.iter().map(|seq| seq.0).collect(),
        grant: grant.clone(),
        refused,
        hash: write_hash(*hash),
    }
}
