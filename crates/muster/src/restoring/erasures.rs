//! Who and what was erased after a backup was made, and would be back with it, as far as something newer knows.

use std::path::Path;

use anyhow::{Context as _, Result, bail};
use muster_record::fact::Fact;
use muster_record::ids::{IncidentId, Seq};
use muster_record::incident::{log, people};
use muster_store::{Backup, Readers};

/// Somebody, or what entries said, whose erasure stands on the newer record and not on the backup's.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Erased {
    /// The incident.
    pub incident: IncidentId,
    /// Who or what: `person 4`, or `what entries 12, 15 say`.
    pub what: String,
    /// What the record says of it, with the place of its entry there.
    pub told: String,
}

/// Entries read at a time.
const PAGE: usize = 500;

/// Reads, of every record, what the newer store has behind the backup's end.
pub(super) fn since(backup: &Readers, newer: &Path, store: [u8; 16]) -> Result<Vec<Erased>> {
    let failed = || format!("{} cannot be asked who was erased", newer.display());
    let Backup { store: of, last_revision: _, readers } = Backup::open(newer).with_context(failed)?;
    if of != store {
        bail!("{}: it is another store, not a newer state of the one that was backed up", failed());
    }
    let (mut erased, mut after) = (Vec::new(), None);
    loop {
        let incidents = readers.all_incidents(after.as_ref(), PAGE).with_context(failed)?;
        for incident in &incidents {
            let from = backup.head(incident)?.map_or(Seq(0), |head| head.seq);
            of_one(&readers, incident, from, &mut erased).with_context(failed)?;
        }
        match incidents.into_iter().next_back() {
            Some(last) => after = Some(last),
            None => return Ok(erased),
        }
    }
}

fn of_one(newer: &Readers, incident: &IncidentId, from: Seq, erased: &mut Vec<Erased>) -> Result<()> {
    let mut after = from;
    loop {
        let page = newer.entries(incident, after, PAGE)?;
        let Some(last) = page.last() else { return Ok(()) };
        after = last.sealed.seq;
        for stored in &page {
            // Tombstones are never sealed.
            if stored.sealed.payload().is_none() {
                continue;
            }
            let (what, because, basis, by) = match stored.sealed.open()?.fact {
                Fact::People(people::Fact::IdentityErased { person, version: _, because, basis, by }) => {
                    (person.to_string(), because, basis, by)
                }
                Fact::Log(log::Fact::EntriesErased { mut entries, about: _, because, basis, by }) => {
                    // What the backup does not hold does not come back.
                    entries.retain(|seq| *seq <= from);
                    let places = entries.iter().map(Seq::to_string).collect::<Vec<_>>().join(", ");
                    (format!("what entries {places} say"), because, basis, by)
                }
                _ => continue,
            };
            let told = format!("entry {}: {because} ({basis}; decided by {by})", stored.sealed.seq);
            erased.push(Erased { incident: incident.clone(), what, told });
        }
    }
}
