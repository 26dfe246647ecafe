//! Rows of the register, there and back.

use muster_record::advice::Answer;
use muster_register::plan::{Place, Placed};
use muster_register::row::{Agency, Authority, Brand, Capacity, Oversight, Provider, Row, Service, Successor};

use crate::at::At;
use crate::limits::MAX_LIST;
use crate::v1;
use crate::v1::import_row::Row as Wire;
use crate::words::Word as _;

/// Beds and places of one service: more than any has.
const MAX_PLACES: u32 = 100_000;

pub(super) fn read_row(at: &mut At<'_>, wire: &v1::ImportRow) -> Option<Placed> {
    let v1::ImportRow { line, sheet, row } = wire;
    let sheet = at.field("sheet").optional_text(sheet.as_deref());
    let row = match row {
        None => at
            .field("row")
            .wrong("is not set; one of: brand, provider, service, capacity, authority, agency, oversight"),
        Some(Wire::Brand(wire)) => brand(&mut at.field("brand"), wire).map(Row::from),
        Some(Wire::Provider(wire)) => provider(&mut at.field("provider"), wire).map(Row::from),
        Some(Wire::Service(wire)) => service(&mut at.field("service"), wire).map(Row::from),
        Some(Wire::Capacity(wire)) => capacity(&mut at.field("capacity"), wire).map(Row::from),
        Some(Wire::Authority(wire)) => authority(&mut at.field("authority"), wire).map(Row::from),
        Some(Wire::Agency(wire)) => agency(&mut at.field("agency"), wire).map(Row::from),
        Some(Wire::Oversight(wire)) => oversight(&mut at.field("oversight"), wire).map(Row::from),
    };
    Some(Placed { place: Place { sheet: sheet?, line: *line }, row: row? })
}

fn brand(at: &mut At<'_>, wire: &v1::ListedBrand) -> Option<Brand> {
    let v1::ListedBrand { code, name } = wire;
    let (code, name) = (at.field("code").code(code), at.field("name").text(name));
    Some(Brand { code: code?, name: name? })
}

fn provider(at: &mut At<'_>, wire: &v1::ListedProvider) -> Option<Provider> {
    let v1::ListedProvider { code, name, brand } = wire;
    let (code, name) = (at.field("code").code(code), at.field("name").text(name));
    let brand = at.field("brand").optional_code(brand.as_deref());
    Some(Provider { code: code?, name: name?, brand: brand? })
}

fn service(at: &mut At<'_>, wire: &v1::ListedService) -> Option<Service> {
    let v1::ListedService {
        code,
        name,
        provider,
        brand,
        kinds,
        care_home,
        dormant,
        registered_beds,
        rating,
        rated_on,
        manager,
        manager_absent_since,
        authority_name,
        authority,
        postcode,
        primary,
    } = wire;
    let (code, name) = (at.field("code").code(code), at.field("name").text(name));
    let (provider, brand) = (at.field("provider").code(provider), at.field("brand").optional_code(brand.as_deref()));
    let kinds = at.field("kinds").list(kinds, MAX_LIST, |at, kind| at.word(*kind));
    let (care_home, dormant) =
        (answer(&mut at.field("care_home"), *care_home), answer(&mut at.field("dormant"), *dormant));
    let registered_beds = places(&mut at.field("registered_beds"), *registered_beds);
    let (rating, rated_on) =
        (at.field("rating").optional_word(*rating), at.field("rated_on").optional_day(rated_on.as_deref()));
    let manager = answer(&mut at.field("manager"), *manager);
    let manager_absent_since = at.field("manager_absent_since").optional_day(manager_absent_since.as_deref());
    let authority_name = at.field("authority_name").optional_text(authority_name.as_deref());
    let authority = at.field("authority").optional_code(authority.as_deref());
    let postcode = at.field("postcode").optional_text(postcode.as_deref());
    let primary = at.field("primary").optional_code(primary.as_deref());
    Some(Service {
        code: code?,
        name: name?,
        provider: provider?,
        brand: brand?,
        kinds: kinds?,
        care_home: care_home?,
        dormant: dormant?,
        registered_beds: registered_beds?,
        rating: rating?,
        rated_on: rated_on?,
        manager: manager?,
        manager_absent_since: manager_absent_since?,
        authority_name: authority_name?,
        authority: authority?,
        postcode: postcode?,
        primary: primary?,
    })
}

/// What is not set is not known.
fn answer(at: &mut At<'_>, wire: i32) -> Option<Answer> {
    at.optional_word(wire).map(|answer| answer.unwrap_or(Answer::Unknown))
}

fn places(at: &mut At<'_>, wire: Option<u32>) -> Option<Option<u32>> {
    match wire {
        Some(number) if number > MAX_PLACES => at.wrong(format!("is more than {MAX_PLACES}")),
        Some(_) | None => Some(wire),
    }
}

fn capacity(at: &mut At<'_>, wire: &v1::ListedCapacity) -> Option<Capacity> {
    let v1::ListedCapacity { service, as_at, maximum, occupied, reserved, accepting } = wire;
    let (service, as_at) = (at.field("service").code(service), at.field("as_at").day(as_at));
    let (maximum, occupied) =
        (places(&mut at.field("maximum"), *maximum), places(&mut at.field("occupied"), *occupied));
    let (reserved, accepting) =
        (places(&mut at.field("reserved"), *reserved), places(&mut at.field("accepting"), *accepting));
    let (maximum, occupied) = (maximum?, occupied?);
    if maximum.zip(occupied).is_some_and(|(maximum, occupied)| occupied > maximum) {
        return at.field("occupied").wrong("is more than the maximum");
    }
    Some(Capacity { service: service?, as_at: as_at?, maximum, occupied, reserved: reserved?, accepting: accepting? })
}

fn authority(at: &mut At<'_>, wire: &v1::ListedAuthority) -> Option<Authority> {
    let v1::ListedAuthority { code, name, region, from, to, successors } = wire;
    let (code, name) = (at.field("code").code(code), at.field("name").text(name));
    let region = at.field("region").optional_text(region.as_deref());
    let (from, to) = (at.field("from").optional_day(from.as_deref()), at.field("to").optional_day(to.as_deref()));
    let successors = at.field("successors").list(successors, MAX_LIST, |at, code| at.code(code));
    Some(Authority { code: code?, name: name?, region: region?, from: from?, to: to?, successors: successors? })
}

fn agency(at: &mut At<'_>, wire: &v1::ListedAgency) -> Option<Agency> {
    let v1::ListedAgency { code, name, kind, successors } = wire;
    let (code, name) = (at.field("code").code(code), at.field("name").text(name));
    let kind = at.field("kind").word(*kind);
    let successors = at.field("successors").list(successors, MAX_LIST, |at, wire| {
        let v1::ListedSuccessor { code, from } = wire;
        let (code, from) = (at.field("code").code(code), at.field("from").day(from));
        Some(Successor { code: code?, from: from? })
    });
    Some(Agency { code: code?, name: name?, kind: kind?, successors: successors? })
}

fn oversight(at: &mut At<'_>, wire: &v1::ListedOversight) -> Option<Oversight> {
    let v1::ListedOversight { provider, stage, since } = wire;
    let (provider, stage) = (at.field("provider").code(provider), at.field("stage").word(*stage));
    let since = at.field("since").optional_day(since.as_deref());
    Some(Oversight { provider: provider?, stage: stage?, since: since? })
}

/// A row as the wire has it.
pub fn write_row(placed: &Placed) -> v1::ImportRow {
    let Placed { place: Place { sheet, line }, row } = placed;
    let row = match row {
        Row::Brand(brand) => {
            let Brand { code, name } = &**brand;
            Wire::Brand(v1::ListedBrand { code: code.to_string(), name: name.clone() })
        }
        Row::Provider(provider) => {
            let Provider { code, name, brand } = &**provider;
            let brand = brand.as_ref().map(ToString::to_string);
            Wire::Provider(v1::ListedProvider { code: code.to_string(), name: name.clone(), brand })
        }
        Row::Service(service) => Wire::Service(write_service(service)),
        Row::Capacity(capacity) => Wire::Capacity(write_capacity(capacity)),
        Row::Authority(authority) => Wire::Authority(write_authority(authority)),
        Row::Agency(agency) => Wire::Agency(write_agency(agency)),
        Row::Oversight(oversight) => Wire::Oversight(write_oversight(oversight)),
    };
    v1::ImportRow { line: *line, sheet: sheet.clone(), row: Some(row) }
}

fn text<T: ToString>(given: Option<&T>) -> Option<String> {
    given.map(ToString::to_string)
}

pub(super) fn write_service(service: &Service) -> v1::ListedService {
    let Service {
        code,
        name,
        provider,
        brand,
        kinds,
        care_home,
        dormant,
        registered_beds,
        rating,
        rated_on,
        manager,
        manager_absent_since,
        authority_name,
        authority,
        postcode,
        primary,
    } = service;
    v1::ListedService {
        code: code.to_string(),
        name: name.clone(),
        provider: provider.to_string(),
        brand: text(brand.as_ref()),
        kinds: kinds.iter().map(|kind| kind.write()).collect(),
        care_home: care_home.write(),
        dormant: dormant.write(),
        registered_beds: *registered_beds,
        rating: rating.map_or(0, |rating| rating.write()),
        rated_on: text(rated_on.as_ref()),
        manager: manager.write(),
        manager_absent_since: text(manager_absent_since.as_ref()),
        authority_name: authority_name.clone(),
        authority: text(authority.as_ref()),
        postcode: postcode.clone(),
        primary: text(primary.as_ref()),
    }
}

pub(super) fn write_capacity(capacity: &Capacity) -> v1::ListedCapacity {
    let Capacity { service, as_at, maximum, occupied, reserved, accepting } = capacity;
    v1::ListedCapacity {
        service: service.to_string(),
        as_at: as_at.to_string(),
        maximum: *maximum,
        occupied: *occupied,
        reserved: *reserved,
        accepting: *accepting,
    }
}

/// An authority as the wire has it.
pub fn write_authority(authority: &Authority) -> v1::ListedAuthority {
    let Authority { code, name, region, from, to, successors } = authority;
    v1::ListedAuthority {
        code: code.to_string(),
        name: name.clone(),
        region: region.clone(),
        from: text(from.as_ref()),
        to: text(to.as_ref()),
        successors: successors.iter().map(ToString::to_string).collect(),
    }
}

/// An agency as the wire has it.
pub fn write_agency(agency: &Agency) -> v1::ListedAgency {
    let Agency { code, name, kind, successors } = agency;
    let successors = successors
        .iter()
        .map(|Successor { code, from }| v1::ListedSuccessor { code: code.to_string(), from: from.to_string() });
    v1::ListedAgency {
        code: code.to_string(),
        name: name.clone(),
        kind: kind.write(),
        successors: successors.collect(),
    }
}

/// What market oversight says, as the wire has it.
pub fn write_oversight(oversight: &Oversight) -> v1::ListedOversight {
    let Oversight { provider, stage, since } = oversight;
    v1::ListedOversight { provider: provider.to_string(), stage: stage.write(), since: text(since.as_ref()) }
}
