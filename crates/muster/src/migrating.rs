//! Moving a store from its file to a database server: everything in it, checked before and after.

use std::collections::BTreeMap;
use std::path::Path;

use anyhow::{Context as _, Result, bail};
use muster_record::entry::Hash;
use muster_record::ids::IncidentId;
use muster_store::{Reads, Store, Walked, Writes};
use muster_store_postgres::Settings;

use crate::surroundings::random_bytes;

/// What was moved.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Migrated {
    /// Records.
    pub incidents: usize,
    /// Entries on them.
    pub entries: u64,
    /// The last change set.
    pub last_revision: u64,
    /// Rows of the audit.
    pub audit: u64,
    /// Rows of all tables.
    pub rows: u64,
}

/// What a store says of itself when it is walked to its end: each record's length and last hash, and the audit.
#[derive(Debug, PartialEq, Eq)]
struct Walk {
    records: BTreeMap<IncidentId, (u64, Hash)>,
    audit: u64,
    last_revision: u64,
}

/// Moves the store in a file to a database that holds none. The file stays as it is, and so does its id, so that the
/// places that partners keep are good on the other store too.
///
/// # Errors
/// What is wrong with either, and where; nothing is left in the database then, or what is there is told not to be used.
pub fn migrate(file: &Path, settings: &Settings, place: &str) -> Result<Migrated> {
    if !file.is_file() {
        bail!("there is no store {}", file.display());
    }
    let from = Store::open(file, random_bytes())
        .with_context(|| format!("the store {} cannot be used: stop the server that serves it", file.display()))?;
    let before =
        walk(&from.readers()).with_context(|| format!("{} is not whole: restore a backup first", file.display()))?;
    let to = muster_store_postgres::Store::open(settings, from.id())
        .with_context(|| format!("the store {place} cannot be used"))?;
    if to.id() != from.id() || !to.is_fresh().with_context(|| format!("{place} cannot be read"))? {
        bail!("{place} holds a store already, and nothing is written over one: give a database without tables");
    }
    let mut taking = to.take();
    from.carry(|table, values| taking.row(table, values))
        .with_context(|| format!("nothing was moved: {place} is left without records"))?;
    let rows = taking.end().with_context(|| format!("nothing was moved: {place} is left without records"))?;
    let after = walk(&*to.readers()).with_context(|| format!("what stands in {place} now is not to be used"))?;
    if after != before {
        bail!("{place} does not hold what {} does, and is not to be used: drop the database", file.display());
    }
    Box::new(to).close();
    let Walk { records, audit, last_revision } = after;
    let entries = records.values().map(|(entries, _)| entries).sum();
    Ok(Migrated { incidents: records.len(), entries, last_revision, audit, rows })
}

fn walk(readers: &dyn Reads) -> Result<Walk> {
    let Walked { records, broken, .. } = readers.verify_store(&BTreeMap::new());
    if let Some(first) = broken.into_iter().next() {
        return Err(anyhow::Error::new(first).context("a record is not as it was written"));
    }
    let audit = readers.verify_audit().context("the audit is not as it was written")?;
    let last_revision = readers.last_revision()?.0;
    let mut all = BTreeMap::new();
    for (incident, verified) in records {
        let head = readers.head(&incident)?.context("a record has no head")?;
        all.insert(incident, (verified.entries, head.hash));
    }
    Ok(Walk { records: all, audit, last_revision })
}
