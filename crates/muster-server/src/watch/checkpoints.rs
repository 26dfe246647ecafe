//! Checkpoints on a watch: when one is due on a stream, and its sending between two commits.
//!
//! A watcher that is sent one is a witness of the record. The writer knows nothing of it: signing is done here, when
//! somebody listens, and once for all who do.

use std::collections::BTreeMap;
use std::sync::Arc;

use muster_coordinator::{EvidenceError, QueryError};
use muster_proto::{evidence, v1};
use muster_record::evidence::checkpoint::Signed;
use muster_record::ids::IncidentId;

use super::{Cursor, End};
use crate::bounds;
use crate::status;
use crate::token::Scope;

/// How far checkpoints have gone on one stream.
#[derive(Debug, Default)]
pub(crate) struct Told {
    /// The size of the last checkpoint that was sent, by incident.
    sent: BTreeMap<IncidentId, u64>,
    /// Entries sent since, by incident.
    since: BTreeMap<IncidentId, usize>,
}

/// When it is asked whether a checkpoint is due.
#[derive(Debug, Clone, Copy)]
pub(super) enum When {
    /// Somewhere on the way through what was written: only after many entries.
    OnTheWay,
    /// Everything there is was sent: an incident that has had none yet gets its first.
    CaughtUp,
    /// Time has passed: whatever was written is due.
    InTime,
}

impl Told {
    /// Entries of an incident were sent.
    pub(super) fn went(&mut self, id: &IncidentId, entries: usize) {
        let since = self.since.entry(id.clone()).or_default();
        *since = since.saturating_add(entries);
    }

    fn due(&self, when: When) -> Vec<IncidentId> {
        let is_due = |id: &IncidentId, since: usize| match when {
            When::OnTheWay => since >= bounds::CHECKPOINT_ENTRIES,
            When::CaughtUp => since >= bounds::CHECKPOINT_ENTRIES || !self.sent.contains_key(id),
            When::InTime => true,
        };
        self.since.iter().filter(|(id, since)| is_due(id, **since)).map(|(id, _)| id.clone()).collect()
    }

    /// Whether it says more than the last that was sent.
    fn is_news(&mut self, id: &IncidentId, size: u64) -> bool {
        self.since.remove(id);
        self.sent.insert(id.clone(), size).is_none_or(|before| before < size)
    }
}

impl Cursor {
    /// Marks what gets a checkpoint because the watch begins: the incident, or the newest of all.
    pub(super) fn expect_checkpoints(&mut self) -> Result<(), End> {
        match self.token.scope.clone() {
            Scope::Incident(id) => self.told.went(&id, 0),
            Scope::All => {
                let newest = self.coordinator.newest_of(&self.reader.agency, bounds::CHECKPOINTS_AT_FIRST)?;
                newest.iter().for_each(|id| self.told.went(id, 0));
            }
        }
        Ok(())
    }

    /// Sends each checkpoint that is due, between two commits. It never ends a watch that a checkpoint cannot be had.
    pub(super) async fn send_checkpoints(&mut self, when: When) -> Result<(), End> {
        if self.coordinator.public_key().is_none() {
            return Ok(());
        }
        for id in self.told.due(when) {
            if !self.coordinator.has_seat(&self.reader.agency, &id)? {
                self.told.since.remove(&id);
                continue;
            }
            let Some(signed) = self.signed(&id).await? else { continue };
            if self.told.is_news(&id, signed.checkpoint.root.size) {
                let checkpoint = evidence::write_checkpoint(&signed);
                self.send(v1::watch_response::Event::Checkpoint(checkpoint)).await?;
            }
        }
        Ok(())
    }

    /// The checkpoint, off the threads that serve: for a long record the first takes a while.
    async fn signed(&mut self, id: &IncidentId) -> Result<Option<Arc<Signed>>, End> {
        let of = id.clone();
        let signed = self.coordinator.aside(move |coordinator| coordinator.checkpoint(&of)).await;
        match signed.map_err(|_| End::Told(status::stopping()))? {
            Ok(signed) => Ok(Some(signed)),
            Err(EvidenceError::Query(QueryError::NotPermitted) | EvidenceError::NoKey) => Ok(None),
            Err(error @ (EvidenceError::Query(_) | EvidenceError::Outside { head: _ })) => {
                // The emergency goes on: whoever watches for evidence misses it, and the log says why.
                metrics::counter!("muster_checkpoints_failed_total").increment(1);
                tracing::error!(incident = %id, %error, detail = ?error, "no checkpoint can be signed");
                self.told.since.remove(id);
                Ok(None)
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn id(number: u8) -> IncidentId {
        IncidentId::from_bytes([number; 16])
    }

    #[test]
    fn the_first_is_due_when_all_was_sent_and_each_later_one_after_many_entries_or_some_time() {
        let mut told = Told::default();
        told.went(&id(1), 3);
        assert_eq!(told.due(When::OnTheWay), []);
        assert_eq!(told.due(When::CaughtUp), [id(1)]);
        assert!(told.is_news(&id(1), 3));
        assert_eq!(told.due(When::InTime), [], "nothing was written since");
        told.went(&id(1), 63);
        assert_eq!(told.due(When::CaughtUp), []);
        assert_eq!(told.due(When::InTime), [id(1)]);
        told.went(&id(1), 1);
        told.went(&id(2), 1);
        assert_eq!(told.due(When::OnTheWay), [id(1)]);
        assert_eq!(told.due(When::CaughtUp), [id(1), id(2)]);
    }

    #[test]
    fn the_same_size_is_no_news_and_a_smaller_one_neither() {
        let mut told = Told::default();
        assert!(told.is_news(&id(1), 70));
        assert!(!told.is_news(&id(1), 70));
        assert!(told.is_news(&id(1), 71));
    }
}
