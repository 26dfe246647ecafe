//! The register: every row that is known, who said it, and the imports that it came from.

use std::collections::BTreeMap;

use chrono::{NaiveDate, TimeDelta};
use muster_record::entry::Hash;
use muster_record::ids::AgencyId;
use muster_record::time::Instant;
use serde::{Deserialize, Serialize};

use crate::built_in;
use crate::ids::{BrandCode, ProviderCode, ServiceCode, Source};
use crate::plan::{Change, Covers, Report};
use crate::row::{Brand, Capacity, Kind, Oversight, Provider, Row, Service};

/// A row, and the source that it is from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Known {
    /// The row.
    pub row: Row,
    /// Who said it last.
    pub source: Source,
}

/// An import that was kept.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Import {
    /// Its number: 1 for the first.
    pub number: u64,
    /// What the file was of.
    pub source: Source,
    /// The day for which the file speaks.
    pub as_at: NaiveDate,
    /// Whether it was the whole of its source.
    pub covers: Covers,
    /// SHA-256 of the file.
    pub digest: Hash,
    /// When it was kept.
    pub at: Instant,
    /// The agency that sent it.
    pub agency: AgencyId,
    /// That agency's system.
    pub system: String,
    /// What it changed.
    pub report: Report,
}

/// What is known.
#[derive(Debug, Clone)]
pub struct Register {
    rows: BTreeMap<Kind, BTreeMap<String, Known>>,
    imports: Vec<Import>,
    stale_after: TimeDelta,
}

impl Register {
    /// A register that knows what is built in, and what these rows say on top of it.
    ///
    /// What a service said of its places is stale after that many days.
    pub fn new(known: impl IntoIterator<Item = Known>, imports: Vec<Import>, stale_after_days: u32) -> Self {
        let stale_after = TimeDelta::days(stale_after_days.into());
        let mut register = Self { rows: BTreeMap::new(), imports, stale_after };
        for known in built_in::rows().chain(known) {
            register.put(known);
        }
        register
    }

    /// The register with these changes made.
    #[must_use]
    pub fn with(&self, changes: &[Change], import: Option<Import>) -> Self {
        let mut register = self.clone();
        for change in changes {
            match change {
                Change::Put(known) => register.put(known.clone()),
                Change::Remove(kind, code) => register.remove(*kind, code),
            }
        }
        register.imports.extend(import);
        register
    }

    fn put(&mut self, known: Known) {
        let code = known.row.code().to_owned();
        self.rows.entry(known.row.kind()).or_default().insert(code, known);
    }

    fn remove(&mut self, kind: Kind, code: &str) {
        if let Some(rows) = self.rows.get_mut(&kind) {
            rows.remove(code);
        }
        // What is built in stands again where nobody says otherwise.
        if matches!(kind, Kind::Authority | Kind::Agency) {
            built_in::rows().filter(|known| known.row.kind() == kind && known.row.code() == code).for_each(|known| {
                self.put(known);
            });
        }
    }

    /// The row of that kind and code.
    pub fn get(&self, kind: Kind, code: &str) -> Option<&Known> {
        self.rows.get(&kind)?.get(code)
    }

    /// Every row of a kind, in order of code.
    pub fn all(&self, kind: Kind) -> impl Iterator<Item = &Known> {
        self.rows.get(&kind).into_iter().flat_map(BTreeMap::values)
    }

    /// How many rows of a kind there are.
    pub fn count(&self, kind: Kind) -> usize {
        self.rows.get(&kind).map_or(0, BTreeMap::len)
    }

    /// The imports, oldest first.
    pub fn imports(&self) -> &[Import] {
        &self.imports
    }

    /// The last import of a source.
    pub fn last_import(&self, source: &Source) -> Option<&Import> {
        self.imports.iter().rev().find(|import| import.source == *source)
    }

    /// Days after which a figure is stale.
    pub fn stale_after_days(&self) -> i64 {
        self.stale_after.num_days()
    }

    /// Whether a figure of that day is stale today.
    pub fn is_stale(&self, as_at: NaiveDate, today: NaiveDate) -> bool {
        today.signed_duration_since(as_at) > self.stale_after
    }

    /// Every service, in order of code.
    pub fn services(&self) -> impl Iterator<Item = &Service> {
        self.all(Kind::Service).filter_map(|known| known.row.service())
    }

    /// A service.
    pub fn service(&self, code: &ServiceCode) -> Option<&Service> {
        self.get(Kind::Service, code.as_str())?.row.service()
    }

    /// A provider.
    pub fn provider(&self, code: &ProviderCode) -> Option<&Provider> {
        self.get(Kind::Provider, code.as_str())?.row.provider()
    }

    /// A brand.
    pub fn brand(&self, code: &BrandCode) -> Option<&Brand> {
        self.get(Kind::Brand, code.as_str())?.row.brand()
    }

    /// What a service said of its places last.
    pub fn capacity(&self, code: &ServiceCode) -> Option<&Capacity> {
        self.get(Kind::Capacity, code.as_str())?.row.capacity()
    }

    /// What market oversight says of a provider.
    pub fn oversight(&self, code: &ProviderCode) -> Option<&Oversight> {
        self.get(Kind::Oversight, code.as_str())?.row.oversight()
    }
}
