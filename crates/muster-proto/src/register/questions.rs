//! Imports and questions in.

use chrono::NaiveDate;
use muster_record::entry::Hash;
use muster_record::situation::ServiceKind;
use muster_register::ids::ServiceCode;
use muster_register::plan::{Header, Placed};

use super::rows::read_row;
use crate::at::{At, Malformed, reading};
use crate::limits::{DEFAULT_PAGE, MAX_IMPORT_ROWS, MAX_PAGE};
use crate::v1;

/// One message of an import.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ImportPart {
    /// What the file is of.
    Header {
        /// The header.
        header: Header,
        /// The hash of the file.
        digest: Hash,
        /// Whether nothing is to be changed.
        dry_run: bool,
    },
    /// Rows of it.
    Rows(Vec<Placed>),
}

/// Where a list begins, and how long it may be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Page {
    /// How many at most.
    pub limit: usize,
    /// Behind which service.
    pub after: Option<ServiceCode>,
}

/// Services to find. Names are as the caller wrote them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FindServices {
    /// Of which authority.
    pub authority: Option<String>,
    /// Of which brand.
    pub brand: Option<String>,
    /// Of which provider.
    pub provider: Option<String>,
    /// Of which kind.
    pub kind: Option<ServiceKind>,
    /// With which text in them.
    pub text: String,
    /// Which of them.
    pub page: Page,
}

/// Services at risk.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ListAtRisk {
    /// Of which authority.
    pub authority: Option<String>,
    /// Of which brand.
    pub brand: Option<String>,
    /// Which of them.
    pub page: Page,
}

/// A brand, a provider or a service, as the caller wrote it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum OfWhich {
    /// A brand.
    Brand(String),
    /// A provider.
    Provider(String),
    /// A service.
    Service(ServiceCode),
}

/// Whose place is to be taken.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FindReplacements {
    /// Whose.
    pub of: OfWhich,
    /// How many to tell at most.
    pub limit: usize,
}

/// Authorities to list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ListAuthorities {
    /// On which day; today where absent.
    pub at: Option<NaiveDate>,
    /// Of which region; of any where empty.
    pub region: String,
}

/// Reads one message of an import.
///
/// # Errors
/// All that is wrong with it.
pub fn read_import(wire: &v1::ImportRegisterRequest) -> Result<ImportPart, Malformed> {
    let v1::ImportRegisterRequest { part } = wire;
    reading("", |at| match part {
        None => at.field("part").wrong("is not set; one of: header, rows"),
        Some(v1::import_register_request::Part::Header(header)) => read_header(&mut at.field("header"), header),
        Some(v1::import_register_request::Part::Rows(v1::ImportRows { rows })) => {
            at.field("rows").field("rows").list(rows, MAX_IMPORT_ROWS, read_row).map(ImportPart::Rows)
        }
    })
}

fn read_header(at: &mut At<'_>, wire: &v1::ImportHeader) -> Option<ImportPart> {
    let v1::ImportHeader { source, as_at, covers, digest, dry_run } = wire;
    let (source, as_at) = (at.field("source").code(source), at.field("as_at").day(as_at));
    let covers = at.field("covers").word(*covers);
    let digest: Option<[u8; 32]> = digest.as_ref().try_into().ok();
    let digest = digest.or_else(|| at.field("digest").wrong("is not 32 bytes"));
    let header = Header { source: source?, as_at: as_at?, covers: covers? };
    Some(ImportPart::Header { header, digest: Hash(digest?), dry_run: *dry_run })
}

fn read_page(at: &mut At<'_>, page_size: u32, page_token: &str) -> Option<Page> {
    let limit = read_limit(&mut at.field("page_size"), page_size);
    let after = match page_token {
        "" => Some(None),
        token => at.field("page_token").code(token).map(Some),
    };
    Some(Page { limit: limit?, after: after? })
}

fn read_limit(at: &mut At<'_>, wire: u32) -> Option<usize> {
    let limit = match wire {
        0 => DEFAULT_PAGE,
        1..=MAX_PAGE => wire,
        _ => return at.wrong(format!("is more than {MAX_PAGE}")),
    };
    usize::try_from(limit).ok()
}

/// Reads which services are asked for.
///
/// # Errors
/// All that is wrong with the request.
pub fn read_find_services(wire: &v1::FindServicesRequest) -> Result<FindServices, Malformed> {
    let v1::FindServicesRequest { authority, brand, provider, kind, text, page_size, page_token } = wire;
    reading("", |at| {
        let authority = at.field("authority").optional_text(authority.as_deref());
        let brand = at.field("brand").optional_text(brand.as_deref());
        let provider = at.field("provider").optional_text(provider.as_deref());
        let kind = at.field("kind").optional_word(*kind);
        let text = if text.is_empty() { Some(String::new()) } else { at.field("text").text(text) };
        let page = read_page(at, *page_size, page_token);
        Some(FindServices {
            authority: authority?,
            brand: brand?,
            provider: provider?,
            kind: kind?,
            text: text?,
            page: page?,
        })
    })
}

/// Reads of what the exposure is asked for.
///
/// # Errors
/// What is wrong with the request.
pub fn read_exposure(wire: &v1::GetExposureRequest) -> Result<OfWhich, Malformed> {
    let v1::GetExposureRequest { of } = wire;
    reading("", |at| match of {
        None => at.field("of").wrong("is not set; one of: brand, provider"),
        Some(v1::get_exposure_request::Of::Brand(brand)) => at.field("brand").text(brand).map(OfWhich::Brand),
        Some(v1::get_exposure_request::Of::Provider(provider)) => {
            at.field("provider").text(provider).map(OfWhich::Provider)
        }
    })
}

/// Reads of where those at risk are asked for.
///
/// # Errors
/// All that is wrong with the request.
pub fn read_list_at_risk(wire: &v1::ListAtRiskRequest) -> Result<ListAtRisk, Malformed> {
    let v1::ListAtRiskRequest { authority, brand, page_size, page_token } = wire;
    reading("", |at| {
        let authority = at.field("authority").optional_text(authority.as_deref());
        let brand = at.field("brand").optional_text(brand.as_deref());
        let page = read_page(at, *page_size, page_token);
        Some(ListAtRisk { authority: authority?, brand: brand?, page: page? })
    })
}

/// Reads whose place is to be taken.
///
/// # Errors
/// All that is wrong with the request.
pub fn read_find_replacements(wire: &v1::FindReplacementsRequest) -> Result<FindReplacements, Malformed> {
    let v1::FindReplacementsRequest { of, limit } = wire;
    reading("", |at| {
        let of = match of {
            None => at.field("of").wrong("is not set; one of: provider, service"),
            Some(v1::find_replacements_request::Of::Provider(provider)) => {
                at.field("provider").text(provider).map(OfWhich::Provider)
            }
            Some(v1::find_replacements_request::Of::Service(service)) => {
                at.field("service").code(service).map(OfWhich::Service)
            }
        };
        let limit = read_limit(&mut at.field("limit"), *limit);
        Some(FindReplacements { of: of?, limit: limit? })
    })
}

/// Reads which authorities are asked for.
///
/// # Errors
/// All that is wrong with the request.
pub fn read_list_authorities(wire: &v1::ListAuthoritiesRequest) -> Result<ListAuthorities, Malformed> {
    let v1::ListAuthoritiesRequest { at: day, region } = wire;
    reading("", |at| {
        let day = at.field("at").optional_day(Some(day.as_str()).filter(|day| !day.is_empty()));
        let region = if region.is_empty() { Some(String::new()) } else { at.field("region").text(region) };
        Some(ListAuthorities { at: day?, region: region? })
    })
}

/// Reads which agency is asked for, and for which day.
///
/// # Errors
/// All that is wrong with the request.
pub fn read_resolve_agency(wire: &v1::ResolveAgencyRequest) -> Result<(String, Option<NaiveDate>), Malformed> {
    let v1::ResolveAgencyRequest { code, at: day } = wire;
    reading("", |at| {
        let code = at.field("code").text(code);
        let day = at.field("at").optional_day(Some(day.as_str()).filter(|day| !day.is_empty()));
        Some((code?, day?))
    })
}
