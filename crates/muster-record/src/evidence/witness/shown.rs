//! What a stream showed, worked out as it comes: the entries must lead to the root that was signed.

use std::collections::BTreeMap;

use super::Alarm;
use crate::entry::{Domain, Hash, chained};
use crate::evidence::checkpoint::Signed;
use crate::evidence::tree::{Frontier, Root};
use crate::ids::{IncidentId, Seq};
use crate::time::Instant;

/// A record as it was shown from its first entry on, whole or as stubs.
#[derive(Debug, Clone)]
pub struct Shown {
    incident: IncidentId,
    frontier: Frontier,
    chain: Hash,
    /// Checkpoints of more entries than have come.
    due: BTreeMap<u64, (Root, Hash)>,
}

impl Shown {
    /// A record of which nothing was shown yet.
    pub fn of(incident: IncidentId) -> Self {
        Self { incident, frontier: Frontier::default(), chain: Hash::NONE, due: BTreeMap::new() }
    }

    /// How many entries were shown.
    pub fn size(&self) -> u64 {
        self.frontier.size()
    }

    /// Takes in the next entry, by what a stub has too.
    ///
    /// # Errors
    /// [`Alarm::ShownOtherwise`] when it does not follow, or leads elsewhere than a checkpoint said.
    pub fn take(
        &mut self,
        domain: Domain,
        seq: Seq,
        recorded_at: Instant,
        commitment: Hash,
        hash: Hash,
    ) -> Result<(), Alarm> {
        let follows = chained(domain, &self.incident, seq, recorded_at, self.chain, commitment);
        if seq != Seq(self.size()).next() || follows != hash {
            return Err(self.otherwise(seq.0));
        }
        self.chain = hash;
        self.frontier.push(hash);
        match self.due.remove(&self.size()) {
            Some(due) => self.holds(due),
            None => Ok(()),
        }
    }

    /// Holds what was shown against a checkpoint: now, or once as many entries have come.
    ///
    /// # Errors
    /// [`Alarm::ShownOtherwise`].
    pub fn hold(&mut self, signed: &Signed) -> Result<(), Alarm> {
        let (root, chain) = (signed.checkpoint.root, signed.checkpoint.chain);
        match root.size.cmp(&self.size()) {
            std::cmp::Ordering::Greater => {
                self.due.insert(root.size, (root, chain));
                Ok(())
            }
            std::cmp::Ordering::Equal => self.holds((root, chain)),
            // A checkpoint is of the last entry, and what came was no more than there was. It is held against the
            // one before it all the same.
            std::cmp::Ordering::Less => Ok(()),
        }
    }

    fn holds(&self, due: (Root, Hash)) -> Result<(), Alarm> {
        if due == (self.frontier.root(), self.chain) { Ok(()) } else { Err(self.otherwise(self.size())) }
    }

    fn otherwise(&self, seq: u64) -> Alarm {
        Alarm::ShownOtherwise { incident: self.incident.clone(), seq }
    }
}
