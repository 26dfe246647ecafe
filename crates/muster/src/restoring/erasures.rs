//! Who was erased after a backup was made, and would be back with it, as far as something newer knows.

use std::path::Path;

use anyhow::{Context as _, Result, bail};
use muster_record::entry::Broken;
use muster_record::fact::Fact;
use muster_record::ids::{IncidentId, PersonNo, Seq};
use muster_record::incident::{log, people};
use muster_store::{Backup, Readers};

/// Somebody whose erasure stands on the newer record and not on the backup's.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Erased {
    /// The incident.
    pub incident: IncidentId,
    /// What of it.
    pub gone: Gone,
    /// What the record says of it, with the place of its entry there.
    pub told: String,
}

/// What was erased.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Gone {
    /// Who a person is.
    Person(PersonNo),
    /// What these entries said.
    Entries(Vec<Seq>),
}

impl std::fmt::Display for Gone {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Person(person) => person.fmt(f),
            Self::Entries(entries) => {
                let places: Vec<String> = entries.iter().map(ToString::to_string).collect();
                write!(f, "what entries {} say", places.join(", "))
            }
        }
    }
}

/// Entries read at a time.
const PAGE: usize = 500;

/// Reads, of every record, what the newer store has behind the backup's end.
pub(super) fn since(
    backup: &Readers,
    newer: &Path,
    store: [u8; 16],
    opened_by: impl Fn(Readers) -> Readers,
) -> Result<Vec<Erased>> {
    let failed = || format!("{} cannot be asked who was erased", newer.display());
    let Backup { store: of, last_revision: _, readers } = Backup::open(newer).with_context(failed)?;
    if of != store {
        bail!("{}: it is another store, not a newer state of the one that was backed up", failed());
    }
    let readers = opened_by(readers);
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
            // A tombstone is never sealed: what is, is none.
            let opened = stored.sealed.open();
            if matches!(opened, Err(Broken::Locked { seq: _ } | Broken::Erased { seq: _ })) {
                continue;
            }
            let entry = opened?;
            let (gone, because, basis, by) =
                if let Fact::People(people::Fact::IdentityErased { person, version: _, because, basis, by }) =
                    &entry.fact
                {
                    (Gone::Person(*person), because, basis, by)
                } else if let Fact::Log(log::Fact::EntriesErased { entries, because, basis, by }) = &entry.fact {
                    (Gone::Entries(entries.clone()), because, basis, by)
                } else {
                    continue;
                };
            let told = format!("entry {}: {because} ({basis}; decided by {by})", stored.sealed.seq);
            erased.push(Erased { incident: incident.clone(), gone, told });
        }
    }
}
