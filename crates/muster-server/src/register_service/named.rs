//! What callers name, found in the register: by its code or by what people call it.

use chrono::NaiveDate;
use muster_register::Register;
use muster_register::ids::{AuthorityCode, BrandCode, ProviderCode};
use tonic::Status;

use crate::status;

pub(super) struct Named<'a> {
    pub(super) register: &'a Register,
    pub(super) today: NaiveDate,
}

impl Named<'_> {
    pub(super) fn authority(&self, text: &str) -> Result<AuthorityCode, Status> {
        let found = self.register.resolve_authority(text, self.today).map(|found| found.code.clone());
        found.ok_or_else(|| status::not_listed("authority", text))
    }

    pub(super) fn brand(&self, text: &str) -> Result<BrandCode, Status> {
        self.register.find_brand(text).ok_or_else(|| status::not_listed("brand", text))
    }

    pub(super) fn provider(&self, text: &str) -> Result<ProviderCode, Status> {
        self.register.find_provider(text).ok_or_else(|| status::not_listed("provider", text))
    }
}
