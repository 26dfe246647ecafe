//! The agencies this server knows.

use std::collections::BTreeMap;

use muster_record::agency::Agency;
use muster_record::ids::AgencyId;

/// The agencies that can be given a seat or present a certificate.
#[derive(Debug, Clone, Default)]
pub struct Directory {
    agencies: BTreeMap<AgencyId, Agency>,
}

impl Directory {
    /// A directory of these agencies.
    pub fn new(agencies: impl IntoIterator<Item = Agency>) -> Self {
        Self { agencies: agencies.into_iter().map(|agency| (agency.id.clone(), agency)).collect() }
    }

    /// What is known of an agency.
    pub fn get(&self, id: &AgencyId) -> Option<&Agency> {
        self.agencies.get(id)
    }

    /// Every agency, by name.
    pub fn iter(&self) -> impl Iterator<Item = &Agency> {
        self.agencies.values()
    }
}
