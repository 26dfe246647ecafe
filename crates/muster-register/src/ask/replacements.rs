//! Who could take a provider's or a service's place: the same kind of care, the nearest first.
//!
//! A list to begin telephoning with, not a match of people to beds: it says what is published of
//! each, how old that is, and chooses nobody.

use std::cmp::Reverse;

use chrono::NaiveDate;
use muster_record::advice::Answer;
use muster_record::situation::ServiceKind;
use muster_record::words;

use super::Figure;
use crate::ids::{BrandCode, ProviderCode, ServiceCode};
use crate::register::Register;
use crate::row::{Rating, Service};

words! {
    /// How near a service is to the one that it would stand in for.
    Near {
        /// In the same authority.
        SameAuthority = "same-authority",
        /// In the same region.
        SameRegion = "same-region",
    }
}

/// Whose place is to be taken.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Place {
    /// A provider's: every service of it.
    Provider(ProviderCode),
    /// One service's.
    Service(ServiceCode),
}

/// A service that could take the place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Candidate<'a> {
    /// The service.
    pub service: &'a Service,
    /// What both provide.
    pub kinds: Vec<ServiceKind>,
    /// How near it is.
    pub near: Near,
    /// Whether it is of the same brand, and may be in the same trouble.
    pub same_brand: bool,
    /// Places that it said are open to admissions.
    pub vacancies: Option<Figure>,
}

impl Register {
    /// Who could take the place, best first. Another provider's, not dormant, not rated inadequate.
    pub fn replacements(&self, place: &Place, today: NaiveDate) -> Vec<Candidate<'_>> {
        let leaving: Vec<&Service> = match place {
            Place::Provider(provider) => self.services().filter(|service| service.provider == *provider).collect(),
            Place::Service(code) => self.service(code).into_iter().collect(),
        };
        let places: Vec<Leaving<'_>> = leaving.iter().map(|service| self.leaving(service, today)).collect();
        let mut candidates: Vec<Candidate<'_>> = Vec::new();
        for service in self.services() {
            let fits = service.dormant != Answer::Yes && service.rating != Some(Rating::Inadequate);
            let stays = !leaving.iter().any(|gone| gone.provider == service.provider);
            // One place registered twice would otherwise stand in for itself.
            let elsewhere = !leaving.iter().any(|gone| is_same_place(gone, service));
            if fits && stays && elsewhere {
                candidates.extend(self.candidate(service, &places, today));
            }
        }
        candidates.sort_by_cached_key(|candidate| {
            let open = Reverse(candidate.vacancies.map(|figure| figure.count));
            let rating = candidate.service.rating.map_or(u8::MAX, rank);
            let room = room(candidate.vacancies);
            (candidate.same_brand, candidate.near, room, rating, open, candidate.service.code.clone())
        });
        candidates
    }

    fn leaving<'a>(&'a self, service: &'a Service, today: NaiveDate) -> Leaving<'a> {
        let authority = service.authority.as_ref().map(|code| self.code_today(code, today).as_str());
        Leaving {
            kinds: &service.kinds,
            authority,
            region: self.region_of(service.authority.as_ref()),
            brand: self.brand_of(service),
        }
    }

    fn candidate<'a>(
        &'a self,
        service: &'a Service,
        places: &[Leaving<'_>],
        today: NaiveDate,
    ) -> Option<Candidate<'a>> {
        let here = self.leaving(service, today);
        let shared = |place: &Leaving<'_>| -> Vec<ServiceKind> {
            service.kinds.iter().copied().filter(|kind| place.kinds.contains(kind)).collect()
        };
        let near = |place: &Leaving<'_>| match (place.authority, place.region) {
            (Some(authority), _) if here.authority == Some(authority) => Some(Near::SameAuthority),
            (_, Some(region)) if here.region == Some(region) => Some(Near::SameRegion),
            (_, _) => None,
        };
        let fitting = places.iter().filter(|place| !shared(place).is_empty());
        let (nearest, place) = fitting.filter_map(|place| Some((near(place)?, place))).min_by_key(|(near, _)| *near)?;
        let same_brand = here.brand.is_some() && places.iter().any(|place| place.brand == here.brand);
        let vacancies = self.vacancies(&service.code, today);
        Some(Candidate { service, kinds: shared(place), near: nearest, same_brand, vacancies })
    }
}

/// What matters of a service that leaves.
struct Leaving<'a> {
    kinds: &'a [ServiceKind],
    authority: Option<&'a str>,
    region: Option<&'a str>,
    brand: Option<&'a BrandCode>,
}

fn is_same_place(one: &Service, other: &Service) -> bool {
    let primary = |service: &Service| service.primary.clone().unwrap_or_else(|| service.code.clone());
    primary(one) == primary(other)
}

/// Room that was told lately comes before room told long ago, and what nobody said before "full".
fn room(vacancies: Option<Figure>) -> u8 {
    match vacancies {
        Some(Figure { count: 1.., stale: false, as_at: _ }) => 0,
        Some(Figure { count: 1.., stale: true, as_at: _ }) => 1,
        None => 2,
        Some(Figure { count: 0, stale: _, as_at: _ }) => 3,
    }
}

fn rank(rating: Rating) -> u8 {
    match rating {
        Rating::Outstanding => 0,
        Rating::Good => 1,
        Rating::RequiresImprovement => 2,
        Rating::NotEnoughEvidence | Rating::Inadequate => 3,
    }
}
