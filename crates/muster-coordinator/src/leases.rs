//! Whose turn it is to evaluate an incident, where several servers share the store.
//!
//! A lease is the database's word that nobody else evaluates an incident, until then. What is written under it says its
//! number, and the database refuses it once another server has taken the lease over: a server that slept through the end
//! of its turn cannot undo what came after.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use muster_record::ids::{IncidentId, hex};
use muster_store::{Fence, Holder, Lease, ReadError, Revision, Shared};

use crate::surroundings::Surroundings;

/// How long a turn lasts unless it is lengthened: after a server died its incidents wait for no longer.
pub(crate) const LASTS: Duration = Duration::from_secs(5);

/// What has to be left of a turn for another look to begin under it.
const LEFT: Duration = Duration::from_secs(3);

/// Whether this server looks at an incident.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Turn {
    /// It does, under this lease where there are others who might.
    Ours(Option<Fence>),
    /// Another does.
    Theirs,
}

/// The leases of this server.
pub(crate) struct Leases {
    shared: Option<Arc<dyn Shared>>,
    holder: Holder,
    /// Each with the moment at which it lapses. It is real time, as the database's is, also where this server plays with
    /// a clock that is moved.
    held: Mutex<BTreeMap<IncidentId, (Fence, Instant)>>,
}

/// Leases remembered. Those that lapsed are forgotten when there are more.
const REMEMBERED: usize = 4096;

impl Leases {
    /// None yet, of a store that others write too, or not.
    pub(crate) fn of(shared: Option<Arc<dyn Shared>>, surroundings: &dyn Surroundings) -> Self {
        let holder = Holder(shared.as_ref().map(|_| hex(&surroundings.random())).unwrap_or_default());
        Self { shared, holder, held: Mutex::default() }
    }

    fn held(&self) -> MutexGuard<'_, BTreeMap<IncidentId, (Fence, Instant)>> {
        self.held.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Whether others write the store too.
    pub(crate) fn is_shared(&self) -> bool {
        self.shared.is_some()
    }

    /// Whose turn it is at an incident; this server's own from now on where it is nobody's.
    pub(crate) fn turn(&self, id: &IncidentId) -> Result<Turn, ReadError> {
        let Some(shared) = &self.shared else { return Ok(Turn::Ours(None)) };
        // Before the database is asked: what it grants lasts from later on.
        let asked = Instant::now();
        if let Some((fence, lapses)) = self.held().get(id)
            && lapses.saturating_duration_since(asked) >= LEFT
        {
            return Ok(Turn::Ours(Some(*fence)));
        }
        let lease = shared.lease(id.as_str(), &self.holder, LASTS)?;
        let mut held = self.held();
        held.remove(id);
        match lease {
            Lease::Anothers => Ok(Turn::Theirs),
            Lease::Yours(fence) => {
                if held.len() >= REMEMBERED {
                    held.retain(|_, (_, lapses)| *lapses > asked);
                }
                held.insert(id.clone(), (fence, asked.checked_add(LASTS).unwrap_or(asked)));
                Ok(Turn::Ours(Some(fence)))
            }
        }
    }

    /// Whether this server has the turn at something that is no incident, from now until it asks again soon.
    pub(crate) fn has(&self, what: &str) -> Result<bool, ReadError> {
        match &self.shared {
            Some(shared) => Ok(matches!(shared.lease(what, &self.holder, LASTS)?, Lease::Yours(_))),
            None => Ok(true),
        }
    }

    /// A revision that no place which was ever told of lies behind, where others write the store too.
    pub(crate) fn drawn(&self) -> Option<Result<Revision, ReadError>> {
        self.shared.as_ref().map(|shared| shared.drawn())
    }

    /// Gives every turn back.
    pub(crate) fn give_back(&self) {
        self.held().clear();
        if let Some(shared) = &self.shared
            && let Err(error) = shared.release(&self.holder)
        {
            tracing::debug!(%error, "leases were not given back; they lapse by themselves");
        }
    }
}
