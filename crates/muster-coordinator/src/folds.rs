//! Folds: incidents worked out from their records, kept warm, and brought up to date by what was written since.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

use muster_record::Incident;
use muster_record::entry::Hash;
use muster_record::ids::{IncidentId, Seq};
use muster_store::{OpenedSnapshot, Readers};

use crate::error::QueryError;

/// The version of the fold's stored form. A snapshot of another version is passed over and the record read instead.
pub(crate) const FOLD_VERSION: u32 = 6;

/// Entries read at a time.
const PAGE: usize = 500;

/// Folds kept warm for readers; the one unused longest makes room.
const KEPT: usize = 1024;

/// An incident as its record says, or nothing when there is no such record.
pub(crate) fn load(readers: &Readers, id: &IncidentId) -> Result<Option<Incident>, QueryError> {
    match from_snapshot(readers, id)? {
        Some(mut incident) => match advance(readers, &mut incident)? {
            Erased::Nothing => Ok(Some(incident)),
            Erased::Something => from_the_start(readers, id),
        },
        None => from_the_start(readers, id),
    }
}

fn from_snapshot(readers: &Readers, id: &IncidentId) -> Result<Option<Incident>, QueryError> {
    let Some(OpenedSnapshot { seq, hash, version, state }) = readers.snapshot(id)? else { return Ok(None) };
    if version != FOLD_VERSION {
        return Ok(None);
    }
    match serde_json::from_str::<Incident>(&state) {
        Ok(incident) if (incident.seq, incident.hash) == (seq, hash) => Ok(Some(incident)),
        Ok(_) => Ok(None),
        Err(error) => {
            tracing::warn!(incident = %id, %error, "a snapshot cannot be read; the record is read instead");
            Ok(None)
        }
    }
}

/// The incident from its first entry, whatever snapshots there are.
#[cfg(test)]
pub(crate) fn reread(readers: &Readers, id: &IncidentId) -> Option<Incident> {
    from_the_start(readers, id).ok().flatten()
}

/// An incident as its first entry begins it.
pub(crate) fn begun(readers: &Readers, whole: &Incident) -> Result<Incident, QueryError> {
    match readers.entries(&whole.id, Seq(0), 1)?.first() {
        Some(first) => Ok(Incident::begin(&first.sealed.open()?, first.sealed.hash)?),
        None => Err(QueryError::NotPermitted),
    }
}

fn from_the_start(readers: &Readers, id: &IncidentId) -> Result<Option<Incident>, QueryError> {
    let page = readers.entries(id, Seq(0), 1)?;
    let Some(first) = page.first() else { return Ok(None) };
    let mut incident = Incident::begin(&first.sealed.open()?, first.sealed.hash)?;
    let (before_it, before_its_hash) = BEFORE_THE_FIRST;
    first.sealed.verify(incident.domain(), before_it.next(), before_its_hash)?;
    advance(readers, &mut incident)?;
    incident.has_all_but_erased()?;
    Ok(Some(incident))
}

/// Whether what a fold may know was erased since.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Erased {
    Nothing,
    /// It has to be worked out again, without that.
    Something,
}

/// Takes in what was written since, checking that it follows.
fn advance(readers: &Readers, incident: &mut Incident) -> Result<Erased, QueryError> {
    let known = incident.log.erased.len();
    loop {
        let page = readers.entries(&incident.id, incident.seq, PAGE)?;
        let last = page.last().map_or(incident.seq, |stored| stored.sealed.seq);
        for stored in &page {
            stored.sealed.verify(incident.domain(), incident.seq.next(), incident.hash)?;
            incident.take_in(&stored.sealed)?;
        }
        if page.len() < PAGE {
            return Ok(if incident.log.erased.len() == known { Erased::Nothing } else { Erased::Something });
        }
        tracing::trace!(incident = %incident.id, seq = last.0, "reading on");
    }
}

/// Folds for readers, apart from the writer's own.
#[derive(Debug, Default)]
pub(crate) struct ReadFolds {
    kept: Mutex<Kept>,
}

#[derive(Debug, Default)]
struct Kept {
    folds: BTreeMap<IncidentId, (u64, Arc<Incident>)>,
    uses: u64,
}

impl ReadFolds {
    /// The incident as of now, or nothing when there is no such record.
    pub(crate) fn get(&self, readers: &Readers, id: &IncidentId) -> Result<Option<Arc<Incident>>, QueryError> {
        let current = |known: &Arc<Incident>, head: Option<&Seq>| head.is_none_or(|seq| *seq <= known.seq);
        let head = readers.head(id)?.map(|head| head.seq);
        let fresh = match self.peek(id) {
            Some(known) if current(&known, head.as_ref()) => return Ok(Some(known)),
            Some(known) => {
                // What others still hold stays as it is: only then is the fold copied.
                drop(known);
                match self.take(id) {
                    Some(mut incident) => {
                        if advance(readers, Arc::make_mut(&mut incident))? == Erased::Nothing {
                            Some(incident)
                        } else {
                            load(readers, id)?.map(Arc::new)
                        }
                    }
                    None => load(readers, id)?.map(Arc::new),
                }
            }
            None => load(readers, id)?.map(Arc::new),
        };
        if let Some(incident) = &fresh {
            self.put(incident);
        }
        Ok(fresh)
    }

    fn peek(&self, id: &IncidentId) -> Option<Arc<Incident>> {
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        kept.uses = kept.uses.saturating_add(1);
        let uses = kept.uses;
        kept.folds.get_mut(id).map(|(used, incident)| {
            *used = uses;
            Arc::clone(incident)
        })
    }

    fn take(&self, id: &IncidentId) -> Option<Arc<Incident>> {
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        kept.folds.remove(id).map(|(_, incident)| incident)
    }

    fn put(&self, incident: &Arc<Incident>) {
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        kept.uses = kept.uses.saturating_add(1);
        let uses = kept.uses;
        let newer = kept.folds.get(&incident.id).is_some_and(|(_, known)| known.seq > incident.seq);
        if !newer {
            kept.folds.insert(incident.id.clone(), (uses, Arc::clone(incident)));
        }
        if kept.folds.len() > KEPT {
            let oldest = kept.folds.iter().min_by_key(|(_, (used, _))| *used).map(|(id, _)| id.clone());
            if let Some(id) = oldest {
                kept.folds.remove(&id);
            }
        }
    }
}

/// What stands before the first entry of a record.
pub(crate) const BEFORE_THE_FIRST: (Seq, Hash) = (Seq(0), Hash::NONE);
