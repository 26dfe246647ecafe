//! A copy of all that was written up to a moment, put into an empty store: how an exercise is forked.
//!
//! Nothing is cut off a record: what is copied is written again, entry by entry, through the one way in, and follows
//! its hashes there as it did here.

use std::collections::{BTreeMap, BTreeSet};

use muster_record::entry::{Broken, Hash};
use muster_record::ids::IncidentId;
use muster_record::time::Instant;
use muster_record::{Entry, Incident};
use muster_seal::KeyRing;
use muster_store::{Append, CommitError, Revision, Store, Stored, Write};
use thiserror::Error;

use crate::coordinator::Coordinator;
use crate::error::{AppendError, QueryError};
use crate::group::head_of;
use crate::sealing::Sealing;

/// Change sets read at a time.
const PAGE: usize = 500;

/// Why there is no copy. The store that was to be filled may be deleted.
#[derive(Debug, Error)]
pub enum ForkError {
    /// The record cannot be read.
    #[error("what was written could not be read")]
    Read(#[from] QueryError),
    /// Something in it was erased, and cannot be written again.
    #[error("something that people wrote was erased from it, so it cannot be copied")]
    Erased,
    /// What is said of people cannot be sealed.
    #[error("what is said of people could not be sealed in the copy")]
    Seal(#[from] AppendError),
    /// The copy cannot be written.
    #[error("the copy could not be written")]
    Write(#[from] CommitError),
}

impl From<Broken> for ForkError {
    fn from(broken: Broken) -> Self {
        Self::Read(broken.into())
    }
}

impl Coordinator {
    /// Writes all that was written here up to a moment, that moment included, into an empty store, and what the incidents
    /// need to go on there: rule sets in their versions, and settings. Who people are does not come along, nor do the
    /// names of requests. It blocks its thread.
    ///
    /// # Errors
    /// [`ForkError`].
    pub fn copy_until(&self, until: Instant, keys: &KeyRing, to: &mut Store) -> Result<(), ForkError> {
        let surroundings = self.surroundings();
        let sealing = Sealing { ring: keys, surroundings: surroundings.as_ref() };
        let mut folds: BTreeMap<IncidentId, Incident> = BTreeMap::new();
        let mut after = Revision(0);
        loop {
            let page = self.readers.since(after, PAGE).map_err(QueryError::from)?;
            let Some(last) = page.last() else { break };
            after = last.revision;
            for commit in page.chunk_by(|one, next| one.revision == next.revision) {
                if commit.first().is_some_and(|first| first.sealed.recorded_at <= until) {
                    to.commit(&[Write::Append(again(commit, &mut folds, &sealing)?)])?;
                }
            }
        }
        self.copy_what_is_pinned(&folds, to)
    }

    /// The incidents whose first entry was written by a moment.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn opened_by(&self, moment: Instant) -> Result<BTreeSet<IncidentId>, QueryError> {
        let mut opened = BTreeSet::new();
        for id in self.readers.all_incidents(None, usize::MAX)? {
            let first = self.readers.entries(&id, muster_record::ids::Seq(0), 1)?;
            if first.first().is_some_and(|first| first.sealed.recorded_at <= moment) {
                opened.insert(id);
            }
        }
        Ok(opened)
    }

    fn copy_what_is_pinned(&self, folds: &BTreeMap<IncidentId, Incident>, to: &mut Store) -> Result<(), ForkError> {
        let pins = folds.values().flat_map(|incident| incident.advising.rule_sets.values());
        let pinned: BTreeSet<(Hash, Hash)> = pins.map(|pinned| (pinned.pin.component, pinned.pin.settings)).collect();
        let mut writes = Vec::new();
        for (component, settings) in pinned {
            if let Some((name, bytes)) = self.readers.component(component).map_err(QueryError::from)? {
                writes.push(Write::Component { digest: component, name, bytes });
            }
            if let Some(text) = self.readers.settings(settings).map_err(QueryError::from)? {
                writes.push(Write::Settings { digest: settings, text });
            }
        }
        to.commit(&writes)?;
        Ok(())
    }
}

/// One commit as it is written again.
fn again(
    commit: &[Stored],
    folds: &mut BTreeMap<IncidentId, Incident>,
    sealing: &Sealing<'_>,
) -> Result<Append, ForkError> {
    let (mut entries, mut shut, mut incident) = (Vec::new(), Vec::new(), None);
    for Stored { revision: _, sealed } in commit {
        let entry: Entry = sealed.open_unless_erased()?.ok_or(ForkError::Erased)?;
        match folds.get_mut(&entry.incident) {
            Some(fold) => fold.apply(&entry, sealed.hash),
            None => {
                let begun = Incident::begin(&entry, sealed.hash).map_err(QueryError::from)?;
                folds.insert(entry.incident.clone(), begun);
            }
        }
        let Entry { seq, envelope, fact, .. } = &entry;
        if let Some((payload, _)) = sealing.payload(sealed, &envelope.labels(*seq), fact)? {
            shut.push(payload);
        }
        entries.push(sealed.clone());
        incident = Some(entry.incident);
    }
    let fold = incident.as_ref().and_then(|id| folds.get(id)).ok_or(QueryError::NotPermitted)?;
    Ok(Append { entries, sealed: shut, request: None, head: head_of(fold, true)?, snapshot: None })
}
