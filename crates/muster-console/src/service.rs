//! One service of the register: what is said of it and by whom, its provider and brand, and who could take its place.

use std::sync::Arc;

use askama::Template;
use chrono::NaiveDate;
use muster_record::Incident;
use muster_register::Register;
use muster_register::ask::{Candidate, Place};
use muster_register::ids::ServiceCode;
use muster_register::row::{Kind, Service};

use crate::exposure::Exposed;
use crate::frame::{Area, Frame};
use crate::levels::Level;
use crate::listed::{day, from, kinds, known, near, places, rating, rating_tag, stage};
use crate::register::{authority, encoded, provider};

/// Candidates on a page: a list to telephone with.
const SHOWN: usize = 40;

/// The page.
#[derive(Debug, Template)]
#[template(path = "service.html")]
pub struct ServicePage {
    frame: Frame,
    code: String,
    name: String,
    said: Vec<Said>,
    tag: (&'static str, &'static str),
    provider: String,
    brand: Option<Exposed>,
    of_provider: Exposed,
    warned: Option<String>,
    levels: Vec<Level>,
    joined: bool,
    candidates: Vec<Row>,
    all: usize,
}

/// One thing that is said of a service, and by whom.
#[derive(Debug)]
struct Said {
    label: &'static str,
    value: String,
    stale: bool,
    why: String,
    import: Option<u64>,
}

#[derive(Debug)]
struct Row {
    code: String,
    name: String,
    provider: String,
    near: &'static str,
    kinds: String,
    rating: &'static str,
    rating_tag: &'static str,
    room: String,
    stale: bool,
    same_brand: bool,
}

impl ServicePage {
    /// The page of a service; nothing where the register has none of that code. `incidents` as in the register's page.
    pub fn new(
        frame: Frame,
        register: &Register,
        code: &ServiceCode,
        incidents: Option<&[Arc<Incident>]>,
        today: NaiveDate,
    ) -> Option<Self> {
        let service = register.service(code)?;
        let candidates = register.replacements(&Place::Provider(service.provider.clone()), today);
        let brand = register.brand_of(service).map(|brand| Exposed::of_brand(register, brand.as_str(), today));
        let warned = register.oversight(&service.provider).map(|said| {
            let since = said.since.map(|since| format!(" since {}", day(since))).unwrap_or_default();
            format!("{}{since}", stage(said.stage))
        });
        let here = |level: &Level| level.service.eq_ignore_ascii_case(code.as_str());
        Some(Self {
            frame: Frame { area: Area::Register, ..frame.titled(&service.name, false) },
            code: code.to_string(),
            name: service.name.clone(),
            said: said(register, service, today),
            tag: (rating(service.rating), rating_tag(service.rating)),
            provider: provider(register, service),
            brand,
            of_provider: Exposed::of_provider(register, &service.provider, today),
            warned,
            levels: Level::all(incidents.unwrap_or_default()).into_iter().filter(here).collect(),
            joined: incidents.is_some(),
            all: candidates.len(),
            candidates: candidates.iter().take(SHOWN).map(|candidate| Row::of(register, candidate)).collect(),
        })
    }
}

fn said(register: &Register, service: &Service, today: NaiveDate) -> Vec<Said> {
    let (why, import) = from(register, Kind::Service, service.code.as_str(), today);
    let capacity = register.capacity(&service.code);
    let of_capacity = from(register, Kind::Capacity, service.code.as_str(), today);
    let own = |label, value: String| Said { label, value, stale: false, why: why.clone(), import };
    let rated = service.rated_on.map(|on| format!(", published {}", day(on))).unwrap_or_default();
    let absent = service.manager_absent_since.map(|since| format!(", away since {}", day(since))).unwrap_or_default();
    let beds = service
        .registered_beds
        .map_or_else(|| "Not known".to_owned(), |beds| format!("{beds} at most, which is not how many are free"));
    let mut all = vec![
        own("Provides", kinds(&service.kinds)),
        own("Authority", authority(register, service, today)),
        own("Rating", format!("{}{rated}", rating(service.rating))),
        own("Registered beds", beds),
        own("Registered manager", format!("{}{absent}", known(service.manager))),
        own("Dormant", known(service.dormant).to_owned()),
        own("Postcode", service.postcode.clone().unwrap_or_else(|| "Not known".to_owned())),
    ];
    if let Some(primary) = service.primary.as_ref().filter(|primary| **primary != service.code) {
        all.push(own("The same place as", format!("{primary}: it is registered twice, and counted once")));
    }
    let (why, import) =
        if capacity.is_some() { of_capacity } else { ("No file of figures names it.".to_owned(), None) };
    let stale = capacity.is_some_and(|said| register.is_stale(said.as_at, today));
    all.push(Said { label: "Places", value: places(capacity), stale, why, import });
    all
}

impl Row {
    fn of(register: &Register, candidate: &Candidate<'_>) -> Self {
        let Candidate { service, kinds: shared, near: how_near, same_brand, vacancies } = candidate;
        let room = vacancies.map_or_else(
            || "did not say".to_owned(),
            |figure| format!("{} open to admissions on {}", figure.count, day(figure.as_at)),
        );
        Self {
            code: service.code.to_string(),
            name: service.name.clone(),
            provider: provider(register, service),
            near: near(*how_near),
            kinds: kinds(shared),
            rating: rating(service.rating),
            rating_tag: rating_tag(service.rating),
            room,
            stale: vacancies.is_some_and(|figure| figure.stale),
            same_brand: *same_brand,
        }
    }

    fn href(&self) -> String {
        format!("/register/services/{}", encoded(&self.code))
    }
}
