//! What hangs on one brand or provider, authority by authority.

use std::collections::{BTreeMap, BTreeSet};

use chrono::NaiveDate;

use super::Filter;
use crate::ids::{AuthorityCode, BrandCode, ProviderCode, ServiceCode};
use crate::register::Register;
use crate::row::Service;

/// On what.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Of {
    /// A brand.
    Brand(BrandCode),
    /// A provider.
    Provider(ProviderCode),
}

/// What hangs on one brand or provider.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Exposure {
    /// By authority; under no code, what has none.
    pub by_authority: BTreeMap<Option<AuthorityCode>, Held>,
    /// All of it.
    pub total: Held,
    /// Who provides it.
    pub providers: BTreeSet<ProviderCode>,
}

/// How much of it. What is registered twice is one place, and counted once.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Held {
    /// Places of care.
    pub services: u32,
    /// The most beds they may have, of those of which that is known.
    pub registered_beds: u32,
    /// Care homes among them of which the number of beds is not known.
    pub beds_not_known: u32,
    /// People in them, of those that said so.
    pub occupied: u32,
    /// Places open to admissions, of those that said so.
    pub accepting: u32,
    /// Services that said how full they are.
    pub with_figures: u32,
    /// Of them, those whose figures are stale.
    pub stale: u32,
    /// The oldest day for which any of them said so.
    pub oldest_as_at: Option<NaiveDate>,
}

impl Register {
    /// What hangs on a brand or a provider today.
    pub fn exposure(&self, of: &Of, today: NaiveDate) -> Exposure {
        let filter = match of {
            Of::Brand(brand) => Filter { brand: Some(brand.clone()), ..Filter::default() },
            Of::Provider(provider) => Filter { provider: Some(provider.clone()), ..Filter::default() },
        };
        let mut exposure = Exposure::default();
        let mut places: BTreeMap<&ServiceCode, Vec<&Service>> = BTreeMap::new();
        for service in self.find(&filter, None) {
            exposure.providers.insert(service.provider.clone());
            places.entry(service.primary.as_ref().unwrap_or(&service.code)).or_default().push(service);
        }
        for (primary, registrations) in places {
            let found = registrations.iter().find(|service| service.code == *primary);
            let Some(first) = found.or_else(|| registrations.first()) else { continue };
            let authority = first.authority.as_ref().map(|code| self.code_today(code, today).clone());
            exposure.by_authority.entry(authority).or_default().add(self, &registrations, today);
            exposure.total.add(self, &registrations, today);
        }
        exposure
    }
}

impl Held {
    fn add(&mut self, register: &Register, registrations: &[&Service], today: NaiveDate) {
        self.services = self.services.saturating_add(1);
        let beds = registrations.iter().filter_map(|service| service.registered_beds).max();
        self.registered_beds = self.registered_beds.saturating_add(beds.unwrap_or(0));
        let is_home = registrations.iter().any(|service| service.care_home == muster_record::advice::Answer::Yes);
        if is_home && beds.is_none() {
            self.beds_not_known = self.beds_not_known.saturating_add(1);
        }
        let said = registrations.iter().filter_map(|service| register.capacity(&service.code));
        let Some(said) = said.max_by_key(|said| said.as_at) else { return };
        self.with_figures = self.with_figures.saturating_add(1);
        self.occupied = self.occupied.saturating_add(said.occupied.unwrap_or(0));
        self.accepting = self.accepting.saturating_add(said.accepting.unwrap_or(0));
        if register.is_stale(said.as_at, today) {
            self.stale = self.stale.saturating_add(1);
        }
        self.oldest_as_at = Some(self.oldest_as_at.map_or(said.as_at, |oldest| oldest.min(said.as_at)));
    }
}
