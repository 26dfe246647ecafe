//! The agencies this server knows.

use std::collections::BTreeMap;
use std::sync::{Arc, PoisonError, RwLock, RwLockReadGuard};

use muster_record::agency::Agency;
use muster_record::ids::AgencyId;

/// The agencies that can be given a seat or present a certificate. More may be added while the server runs.
#[derive(Debug, Default)]
pub struct Directory {
    agencies: RwLock<BTreeMap<AgencyId, Arc<Agency>>>,
}

impl Directory {
    /// A directory of these agencies.
    pub fn new(agencies: impl IntoIterator<Item = Agency>) -> Self {
        let directory = Self::default();
        directory.learn(agencies);
        directory
    }

    /// What is known of an agency.
    pub fn get(&self, id: &AgencyId) -> Option<Arc<Agency>> {
        self.known().get(id).cloned()
    }

    /// Every agency, by name.
    pub fn iter(&self) -> impl Iterator<Item = Arc<Agency>> {
        self.known().values().cloned().collect::<Vec<_>>().into_iter()
    }

    /// Adds agencies, and takes what is said now of those that are known. Nobody is forgotten: an agency that has seats
    /// is not taken from them by a file.
    pub fn learn(&self, agencies: impl IntoIterator<Item = Agency>) {
        let mut known = self.agencies.write().unwrap_or_else(PoisonError::into_inner);
        known.extend(agencies.into_iter().map(|agency| (agency.id.clone(), Arc::new(agency))));
    }

    fn known(&self) -> RwLockReadGuard<'_, BTreeMap<AgencyId, Arc<Agency>>> {
        self.agencies.read().unwrap_or_else(PoisonError::into_inner)
    }
}
