//! Answers out.

use chrono::NaiveDate;
use muster_register::ask::{AtRisk, Candidate, Exposure, Held, Of};
use muster_register::plan::{KindReport, Place, Report, RowError, Sample};
use muster_register::row::Service;
use muster_register::{Import, Register};
use prost::bytes::Bytes;

use super::rows::{write_capacity, write_oversight, write_service};
use crate::time::write_time;
use crate::v1;
use crate::words::Word as _;

/// Errors told of one import: whoever has more corrects these first.
const MOST_ERRORS: usize = 50;

fn number(count: usize) -> u64 {
    u64::try_from(count).unwrap_or(u64::MAX)
}

/// What an import changed; 0 for its number where it was not kept.
pub fn write_report(report: &Report, kept: u64) -> v1::ImportReport {
    let Report { kinds, remarks, errors } = report;
    let kinds = kinds.iter().map(|(kind, report)| {
        let KindReport { added, changed, removed, unchanged, passed_over, samples } = report;
        let samples =
            samples.iter().map(|Sample { code, what }| v1::RowSample { code: code.clone(), what: what.clone() });
        v1::KindReport {
            kind: kind.write(),
            added: *added,
            changed: *changed,
            removed: *removed,
            unchanged: *unchanged,
            passed_over: *passed_over,
            samples: samples.collect(),
        }
    });
    let told = errors.iter().take(MOST_ERRORS).map(|error| {
        let RowError { place: Place { sheet, line }, column, problem, would_do } = error;
        v1::RowProblem {
            sheet: sheet.clone(),
            line: *line,
            column: column.clone(),
            problem: problem.clone(),
            would_do: would_do.clone(),
        }
    });
    v1::ImportReport {
        kept: kept > 0,
        number: kept,
        kinds: kinds.collect(),
        remarks: remarks.clone(),
        errors: told.collect(),
        error_count: number(errors.len()),
    }
}

/// An import that was kept, as old as it is today.
pub fn write_import(import: &Import, today: NaiveDate) -> v1::KeptImport {
    let Import { number, source, as_at, covers, digest, at, agency, system, report: _ } = import;
    let age = today.signed_duration_since(*as_at).num_days();
    v1::KeptImport {
        number: *number,
        source: source.to_string(),
        as_at: as_at.to_string(),
        age_days: u32::try_from(age).unwrap_or(0),
        covers: covers.write(),
        digest: Bytes::copy_from_slice(&digest.0),
        at: Some(write_time(*at)),
        agency: agency.to_string(),
        system: system.clone(),
    }
}

/// A service with what goes with it today.
pub fn write_found(register: &Register, service: &Service, today: NaiveDate) -> v1::FoundService {
    let capacity = register.capacity(&service.code);
    let authority = service.authority.as_ref().map(|code| register.code_today(code, today));
    let title = authority.and_then(|code| register.authority(code)).map(|authority| authority.name.clone());
    let provider = register.provider(&service.provider).map(|provider| provider.name.clone());
    v1::FoundService {
        service: Some(write_service(service)),
        provider_name: provider.unwrap_or_default(),
        authority_title: title.unwrap_or_default(),
        capacity: capacity.map(write_capacity),
        capacity_stale: capacity.is_some_and(|capacity| register.is_stale(capacity.as_at, today)),
    }
}

/// A service at risk.
pub fn write_risk(register: &Register, found: &AtRisk<'_>, today: NaiveDate) -> v1::ServiceAtRisk {
    let AtRisk { service, reasons, not_known } = found;
    v1::ServiceAtRisk {
        service: Some(write_found(register, service, today)),
        reasons: reasons.iter().map(|reason| reason.write()).collect(),
        not_known: not_known.iter().map(|what| what.write()).collect(),
    }
}

/// A service that could take a place.
pub fn write_candidate(register: &Register, candidate: &Candidate<'_>, today: NaiveDate) -> v1::Replacement {
    let Candidate { service, kinds, near, same_brand, vacancies } = candidate;
    v1::Replacement {
        service: Some(write_found(register, service, today)),
        kinds: kinds.iter().map(|kind| kind.write()).collect(),
        near: near.write(),
        same_brand: *same_brand,
        vacancies: vacancies.map(|figure| figure.count),
    }
}

/// What hangs on a brand or a provider.
pub fn write_exposure(register: &Register, of: &Of, exposure: &Exposure) -> v1::GetExposureResponse {
    let (code, name) = match of {
        Of::Brand(code) => (code.to_string(), register.brand(code).map(|brand| brand.name.clone())),
        Of::Provider(code) => (code.to_string(), register.provider(code).map(|provider| provider.name.clone())),
    };
    let Exposure { by_authority, total, providers } = exposure;
    let authorities = by_authority.iter().map(|(code, held)| {
        let found = code.as_ref().and_then(|code| register.authority(code));
        v1::AuthorityExposure {
            authority: code.as_ref().map_or_else(String::new, ToString::to_string),
            name: found.map_or_else(String::new, |found| found.name.clone()),
            held: Some(write_held(held)),
        }
    });
    let oversight = providers.iter().filter_map(|provider| register.oversight(provider)).map(write_oversight);
    v1::GetExposureResponse {
        code,
        name: name.unwrap_or_default(),
        authorities: authorities.collect(),
        total: Some(write_held(total)),
        oversight: oversight.collect(),
    }
}

fn write_held(held: &Held) -> v1::Held {
    let Held { services, registered_beds, beds_not_known, occupied, accepting, with_figures, stale, oldest_as_at } =
        held;
    v1::Held {
        services: *services,
        registered_beds: *registered_beds,
        beds_not_known: *beds_not_known,
        occupied: *occupied,
        accepting: *accepting,
        with_figures: *with_figures,
        stale: *stale,
        oldest_as_at: oldest_as_at.map(|day| day.to_string()),
    }
}
