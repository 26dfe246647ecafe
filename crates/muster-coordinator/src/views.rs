//! Views: incidents as their viewers see them, each worked out from the entries that its viewer may see and no others.
//!
//! Who sees everything is shown the incident itself, so that a view of its own costs only where something is withheld.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

use muster_record::Incident;
use muster_record::ids::{AgencyId, IncidentId, Seq};
use muster_record::time::Instant;
use muster_record::visible::{Access, Reader};
use muster_store::Reads;

use crate::error::QueryError;
use crate::folds::begun;
use crate::saw_all::{SawAll, sees_all_after};

/// Entries read at a time.
const PAGE: usize = 500;

/// Views kept warm; the one unused longest makes room.
const KEPT: usize = 1024;

/// An incident as somebody sees it.
#[derive(Debug, Clone)]
struct View {
    access: Access,
    /// Up to which entry it was worked out.
    seq: Seq,
    /// How many entries' content was erased by then.
    erased: usize,
    /// The incident with what they see; nothing where they see all of it so far.
    own: Option<Arc<Incident>>,
}

/// Views kept warm, by incident and reader.
#[derive(Debug, Default)]
pub(crate) struct Views {
    kept: Mutex<Kept>,
}

#[derive(Debug, Default)]
struct Kept {
    views: BTreeMap<(IncidentId, Reader), (u64, View)>,
    uses: u64,
}

impl Views {
    /// An incident as a reader with this access sees it, up to the last entry of `whole`, which is all of it.
    pub(crate) fn get(
        &self,
        readers: &dyn Reads,
        whole: &Arc<Incident>,
        reader: &Reader,
        access: &Access,
        at: Instant,
    ) -> Result<Arc<Incident>, QueryError> {
        let key = (whole.id.clone(), reader.clone());
        // With another access than before, entries come into view or go out of it: it is worked out anew.
        // So it is once something was erased: what was worked out before knows it.
        let erased = whole.log.erased.len();
        let known = self.take(&key);
        let known = known.filter(|known| known.access == *access && known.seq <= whole.seq && known.erased == erased);
        let (from, own) = known.map_or((Seq(0), None), |known| (known.seq, known.own));
        let sees_all = own.is_none() && sees_all_after(whole, from, access, at);
        let own = match own {
            _ if sees_all => None,
            Some(own) => Some(advanced(readers, own, whole.seq, access, at)?),
            None => {
                Some(advanced(readers, Arc::new(begun(readers, whole)?.for_access(access)), whole.seq, access, at)?)
            }
        };
        let shown = own.clone().unwrap_or_else(|| Arc::clone(whole));
        self.put(key, View { access: access.clone(), seq: whole.seq, erased, own });
        Ok(shown)
    }

    /// An incident as an agency sees it at a moment, whatever its systems and people may: as its rule sets are shown it.
    pub(crate) fn of_agency(
        &self,
        readers: &dyn Reads,
        whole: &Arc<Incident>,
        agency: &AgencyId,
        at: Instant,
    ) -> Result<Arc<Incident>, QueryError> {
        let reader = Reader::of(agency.clone());
        let access = whole.access(&reader, at);
        self.get(readers, whole, &reader, &access, at)
    }

    /// Up to where a reader was shown the whole of an incident, if they were: nothing is read for it.
    pub(crate) fn saw_all(&self, incident: &IncidentId, reader: &Reader, time: Instant) -> Option<SawAll> {
        let kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        let (_, view) = kept.views.get(&(incident.clone(), reader.clone()))?;
        let View { access, seq, erased, own } = view;
        own.is_none().then(|| SawAll { access: access.clone(), until: *seq, erased: *erased, time })
    }

    /// Notes that a reader who saw the whole of an incident sees it up to a later entry.
    pub(crate) fn sees_all(&self, incident: &IncidentId, reader: &Reader, saw: &SawAll, until: Seq) {
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((_, view)) = kept.views.get_mut(&(incident.clone(), reader.clone()))
            && view.own.is_none()
            && (&view.access, view.erased) == (&saw.access, saw.erased)
        {
            view.seq = view.seq.max(until);
        }
    }

    fn take(&self, key: &(IncidentId, Reader)) -> Option<View> {
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        kept.views.remove(key).map(|(_, view)| view)
    }

    fn put(&self, key: (IncidentId, Reader), view: View) {
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        kept.uses = kept.uses.saturating_add(1);
        let uses = kept.uses;
        let newer = kept.views.get(&key).is_some_and(|(_, known)| known.seq > view.seq);
        if !newer {
            kept.views.insert(key, (uses, view));
        }
        if kept.views.len() > KEPT {
            let oldest = kept.views.iter().min_by_key(|(_, (used, _))| *used).map(|(key, _)| key.clone());
            if let Some(key) = oldest {
                kept.views.remove(&key);
            }
        }
    }
}

/// The view with what was written since, up to an entry.
fn advanced(
    readers: &dyn Reads,
    mut own: Arc<Incident>,
    until: Seq,
    access: &Access,
    at: Instant,
) -> Result<Arc<Incident>, QueryError> {
    while own.seq < until {
        let missing = usize::try_from(until.0.saturating_sub(own.seq.0)).unwrap_or(PAGE);
        let page = readers.entries(&own.id, own.seq, missing.min(PAGE))?;
        if page.is_empty() {
            break;
        }
        // What others still hold stays as it is: only then is it copied.
        let view = Arc::make_mut(&mut own);
        for stored in page.iter().take_while(|stored| stored.sealed.seq <= until) {
            stored.sealed.verify(view.domain(), view.seq.next(), view.hash)?;
            view.take_in_for(access, at, &stored.sealed)?;
        }
    }
    Ok(own)
}
