//! The questions that the register answers: what there is, who is at risk, who could step in, what hangs on one brand.

use chrono::NaiveDate;

use crate::ids::{AuthorityCode, BrandCode, ProviderCode, ServiceCode};
use crate::register::Register;
use crate::row::{Capacity, Service};

mod at_risk;
mod exposure;
mod find;
mod replacements;

pub use at_risk::{AtRisk, NotKnown, Reason};
pub use exposure::{Exposure, Held, Of};
pub use find::Filter;
pub use replacements::{Candidate, Near, Place};

/// A figure, the day for which it was said, and whether that is too long ago.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Figure {
    /// How many.
    pub count: u32,
    /// For which day.
    pub as_at: NaiveDate,
    /// Whether it is stale.
    pub stale: bool,
}

impl Register {
    /// Places of a service that are open to admissions. Never worked out from its registered beds.
    pub fn vacancies(&self, service: &ServiceCode, today: NaiveDate) -> Option<Figure> {
        let Capacity { as_at, accepting, .. } = self.capacity(service)?;
        let stale = self.is_stale(*as_at, today);
        accepting.map(|count| Figure { count, as_at: *as_at, stale })
    }

    /// The brand of a service: its own, or its provider's.
    pub fn brand_of<'a>(&'a self, service: &'a Service) -> Option<&'a BrandCode> {
        service.brand.as_ref().or_else(|| self.provider(&service.provider)?.brand.as_ref())
    }

    /// A brand by its code or its name.
    pub fn find_brand(&self, text: &str) -> Option<BrandCode> {
        let by_code = text.parse().ok().filter(|code| self.brand(code).is_some());
        let wanted = text.trim().to_lowercase();
        let brands = || self.all(crate::Kind::Brand).filter_map(|known| known.row.brand());
        by_code.or_else(|| brands().find(|brand| brand.name.to_lowercase() == wanted).map(|brand| brand.code.clone()))
    }

    /// A provider by its code or its name, where one alone has that name.
    pub fn find_provider(&self, text: &str) -> Option<ProviderCode> {
        let by_code = text.parse().ok().filter(|code| self.provider(code).is_some());
        let wanted = text.trim().to_lowercase();
        let providers = || self.all(crate::Kind::Provider).filter_map(|known| known.row.provider());
        by_code.or_else(|| {
            let mut named = providers().filter(|provider| provider.name.to_lowercase() == wanted);
            let first = named.next()?;
            named.next().is_none().then(|| first.code.clone())
        })
    }

    /// The region of an authority.
    pub(crate) fn region_of(&self, authority: Option<&AuthorityCode>) -> Option<&str> {
        self.authority(authority?)?.region.as_deref()
    }
}
