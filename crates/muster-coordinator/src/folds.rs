//! Folds: incidents worked out from their records, kept warm, and brought up to date by what was written since.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

use muster_record::Incident;
use muster_record::entry::Hash;
use muster_record::ids::{IncidentId, Seq};
use muster_store::{OpenedSnapshot, Reads, Revision};

use crate::error::QueryError;
use crate::recent::Recent;

/// The version of the fold's stored form. A snapshot of another version is passed over and the record read instead.
pub(crate) const FOLD_VERSION: u32 = 6;

/// Entries read at a time.
const PAGE: usize = 500;

/// Folds kept warm for readers; the one unused longest makes room.
const KEPT: usize = 1024;

/// An incident as its record says, or nothing when there is no such record.
pub(crate) fn load(readers: &dyn Reads, id: &IncidentId) -> Result<Option<Incident>, QueryError> {
    match from_snapshot(readers, id)? {
        Some(mut incident) => match advance(readers, &mut incident)? {
            Erased::Nothing => Ok(Some(incident)),
            Erased::Something => from_the_start(readers, id),
        },
        None => from_the_start(readers, id),
    }
}

/// A fold with what others have written since it was worked out.
pub(crate) fn caught_up(readers: &dyn Reads, mut incident: Incident) -> Result<Option<Incident>, QueryError> {
    if readers.head(&incident.id)?.is_none_or(|head| head.seq <= incident.seq) {
        return Ok(Some(incident));
    }
    match advance(readers, &mut incident)? {
        Erased::Nothing => Ok(Some(incident)),
        Erased::Something => load(readers, &incident.id),
    }
}

fn from_snapshot(readers: &dyn Reads, id: &IncidentId) -> Result<Option<Incident>, QueryError> {
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
pub(crate) fn reread(readers: &dyn Reads, id: &IncidentId) -> Option<Incident> {
    from_the_start(readers, id).ok().flatten()
}

/// An incident as its first entry begins it.
pub(crate) fn begun(readers: &dyn Reads, whole: &Incident) -> Result<Incident, QueryError> {
    match readers.entries(&whole.id, Seq(0), 1)?.first() {
        Some(first) => Ok(Incident::begin(&first.sealed.open()?, first.sealed.hash)?),
        None => Err(QueryError::NotPermitted),
    }
}

fn from_the_start(readers: &dyn Reads, id: &IncidentId) -> Result<Option<Incident>, QueryError> {
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
fn advance(readers: &dyn Reads, incident: &mut Incident) -> Result<Erased, QueryError> {
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
///
/// Each incident has a place of its own: who waits while one is worked out waits for that one, and is then given what was
/// worked out. A fold is known to be current as long as nothing was committed since it was looked at.
pub(crate) struct ReadFolds {
    recent: Arc<Recent>,
    /// Whether others write the store too, so that memory does not know what is new.
    is_shared: bool,
    kept: Mutex<Kept>,
}

#[derive(Default)]
struct Kept {
    slots: BTreeMap<IncidentId, (u64, Arc<Slot>)>,
    uses: u64,
}

/// The fold of one incident.
#[derive(Default)]
struct Slot(Mutex<Looked>);

/// A fold, and the last commit of the store when it was seen to be all there is.
#[derive(Default)]
struct Looked {
    incident: Option<Arc<Incident>>,
    at: Option<Revision>,
}

impl ReadFolds {
    /// No folds yet, of the store whose last commits these are.
    pub(crate) fn after(recent: Arc<Recent>, is_shared: bool) -> Self {
        Self { recent, is_shared, kept: Mutex::default() }
    }

    /// The incident as of now, or nothing when there is no such record. Where others write the store too it is asked
    /// whether they did.
    pub(crate) fn get(&self, readers: &dyn Reads, id: &IncidentId) -> Result<Option<Arc<Incident>>, QueryError> {
        self.get_as(readers, id, !self.is_shared)
    }

    /// The incident as of the last commit that those who follow were told of, or later. Nothing is asked for it where
    /// memory knows.
    pub(crate) fn get_as_told(
        &self,
        readers: &dyn Reads,
        id: &IncidentId,
    ) -> Result<Option<Arc<Incident>>, QueryError> {
        self.get_as(readers, id, true)
    }

    fn get_as(
        &self,
        readers: &dyn Reads,
        id: &IncidentId,
        memory_will_do: bool,
    ) -> Result<Option<Arc<Incident>>, QueryError> {
        let slot = match self.slot(id) {
            Some(slot) => slot,
            // Whoever asks for what is not there takes no place from what is.
            None if readers.head(id)?.is_none() => return Ok(None),
            None => self.make_slot(id),
        };
        let mut looked = slot.0.lock().unwrap_or_else(PoisonError::into_inner);
        // Before the store is read: what is committed after this is looked at again.
        let committed = self.recent.last();
        if memory_will_do && let Some(known) = looked.current(committed) {
            return Ok(Some(known));
        }
        // Taken out: should it go wrong, it is worked out afresh.
        let Looked { incident, at } = std::mem::take(&mut *looked);
        let incident = match incident {
            Some(known) => match self.by_memory(known, at, committed)? {
                ByMemory::All(known) if memory_will_do => Some(known),
                ByMemory::All(known) | ByMemory::NotAll(known) => brought_up_to_date(readers, known)?,
                ByMemory::KnowsWhatIsErased => load(readers, id)?.map(Arc::new),
            },
            None => load(readers, id)?.map(Arc::new),
        };
        *looked = Looked { incident: incident.clone(), at: committed };
        Ok(incident)
    }

    /// A fold that was all there is at one commit, with what memory holds of it since, up to another.
    fn by_memory(
        &self,
        mut known: Arc<Incident>,
        at: Option<Revision>,
        committed: Option<Revision>,
    ) -> Result<ByMemory, QueryError> {
        let (Some(mut at), Some(committed)) = (at, committed) else { return Ok(ByMemory::NotAll(known)) };
        while at < committed {
            let Some(stretch) = self.recent.of(&known.id, known.seq, at, PAGE) else {
                return Ok(ByMemory::NotAll(known));
            };
            if stretch.until <= at {
                return Ok(ByMemory::NotAll(known));
            }
            at = stretch.until;
            for commit in &stretch.commits {
                let erased = known.log.erased.len();
                // What others still hold stays as it is: only then is it copied.
                let incident = Arc::make_mut(&mut known);
                let known_until = incident.seq;
                for entry in commit.entries().iter().filter(|entry| entry.sealed().seq > known_until) {
                    entry.sealed().verify(incident.domain(), incident.seq.next(), incident.hash)?;
                    incident.take_in(entry.sealed())?;
                }
                if incident.log.erased.len() != erased {
                    return Ok(ByMemory::KnowsWhatIsErased);
                }
            }
        }
        Ok(ByMemory::All(known))
    }

    /// The incident, if it is at hand and nothing was committed since it was looked at.
    pub(crate) fn current(&self, id: &IncidentId) -> Option<Arc<Incident>> {
        if self.is_shared {
            return None;
        }
        let slot = self.slot(id)?;
        let looked = slot.0.lock().unwrap_or_else(PoisonError::into_inner);
        looked.current(self.recent.last())
    }

    fn slot(&self, id: &IncidentId) -> Option<Arc<Slot>> {
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        kept.uses = kept.uses.saturating_add(1);
        let uses = kept.uses;
        kept.slots.get_mut(id).map(|(used, slot)| {
            *used = uses;
            Arc::clone(slot)
        })
    }

    fn make_slot(&self, id: &IncidentId) -> Arc<Slot> {
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        let uses = kept.uses;
        let slot = Arc::clone(&kept.slots.entry(id.clone()).or_insert_with(|| (uses, Arc::default())).1);
        if kept.slots.len() > KEPT {
            let others = kept.slots.iter().filter(|(other, _)| *other != id);
            let oldest = others.min_by_key(|(_, (used, _))| *used).map(|(id, _)| id.clone());
            if let Some(oldest) = oldest {
                kept.slots.remove(&oldest);
            }
        }
        slot
    }
}

#[cfg(test)]
impl ReadFolds {
    /// Does something while an incident is being worked out.
    pub(crate) fn held(&self, id: &IncidentId, meanwhile: impl FnOnce()) {
        let slot = self.make_slot(id);
        let _looked = slot.0.lock().unwrap();
        meanwhile();
    }
}

/// What memory made of a fold.
enum ByMemory {
    /// All there is.
    All(Arc<Incident>),
    /// Not all of it: the store is asked.
    NotAll(Arc<Incident>),
    /// Something was erased that the fold knows: it is read anew, without that.
    KnowsWhatIsErased,
}

impl Looked {
    fn current(&self, committed: Option<Revision>) -> Option<Arc<Incident>> {
        let seen = self.at.zip(committed).is_some_and(|(at, committed)| at >= committed);
        self.incident.clone().filter(|_| seen)
    }
}

/// A fold with what was written since. What others still hold of it stays as it is: only then is it copied.
fn brought_up_to_date(readers: &dyn Reads, mut known: Arc<Incident>) -> Result<Option<Arc<Incident>>, QueryError> {
    if readers.head(&known.id)?.is_none_or(|head| head.seq <= known.seq) {
        return Ok(Some(known));
    }
    match advance(readers, Arc::make_mut(&mut known))? {
        Erased::Nothing => Ok(Some(known)),
        Erased::Something => Ok(load(readers, &known.id)?.map(Arc::new)),
    }
}

/// What stands before the first entry of a record.
pub(crate) const BEFORE_THE_FIRST: (Seq, Hash) = (Seq(0), Hash::NONE);
