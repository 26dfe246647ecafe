//! Walking a record from its first entry: what the chain promises, checked against what is stored.

use std::collections::BTreeSet;

use muster_record::Fact;
use muster_record::entry::{Broken, Content, Domain, Hash, Sealed};
use muster_record::evidence::tree::{Frontier, Root};
use muster_record::ids::{IncidentId, Seq};
use muster_record::incident::log;
use rusqlite::params;

use crate::error::{ReadError, VerifyError};
use crate::read::Readers;
use crate::row;
use crate::sql;

mod whole;

pub use whole::Walked;

/// A record that is in order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Verified {
    /// How many entries it has.
    pub entries: u64,
    /// Of how many what they say is sealed and could not be opened, for want of keys: their place in the chain holds, and
    /// the sealed bytes are those that were kept.
    pub locked: u64,
    /// Of how many what they said was erased, as later entries say.
    pub erased: u64,
    /// The hash of its last.
    pub head: Hash,
    /// Whether it is live or a rehearsal.
    pub domain: Domain,
    /// The root of the tree over all of it.
    pub root: Root,
    /// The root, and the hash of the last entry, at each size that was asked for and that the record has.
    pub at: Vec<(Root, Hash)>,
}

impl Readers {
    /// Walks one record and checks each entry, the chain, the sequence and the head.
    ///
    /// # Errors
    /// The first break, with where it is.
    pub fn verify(&self, incident: &IncidentId) -> Result<Verified, VerifyError> {
        self.verify_at(incident, &[])
    }

    /// The same, and says what the record came to at each of these sizes, to be held against what was kept of it.
    ///
    /// # Errors
    /// As [`Readers::verify`].
    pub fn verify_at(&self, incident: &IncidentId, sizes: &[u64]) -> Result<Verified, VerifyError> {
        let mut seq = Seq(0);
        let walked = self.read(|conn| {
            // What is appended meanwhile is not seen.
            let tx = conn.unchecked_transaction()?;
            let Some(head) = tx.prepare_cached(sql::HEAD)?.query_map([incident.as_str()], row::head)?.next() else {
                return Ok(Err(VerifyError::NoRecord { incident: incident.clone() }));
            };
            let head = head?;
            let domain = Domain::of_exercise(head.exercise);
            let mut hash = Hash::NONE;
            let (mut frontier, mut at) = (Frontier::default(), Vec::new());
            let mut entries = tx.prepare_cached(sql::ENTRIES)?;
            let (mut locked, mut erased) = (0_u64, BTreeSet::new());
            let mut tombstoned = BTreeSet::new();
            for stored in entries.query_map(params![incident.as_str(), 0, i64::MAX], |row| self.stored(row))? {
                let sealed = stored?.sealed;
                if let Err(broken) = sealed.verify(domain, seq.next(), hash) {
                    return Ok(Err(VerifyError::Broken { incident: incident.clone(), broken }));
                }
                (seq, hash) = (sealed.seq, sealed.hash);
                frontier.push(hash);
                match &sealed.content {
                    Content::Whole { .. } => tombstoned.extend(said_erased(&sealed)),
                    Content::Locked => locked = locked.saturating_add(1),
                    Content::Erased => drop(erased.insert(seq)),
                }
                if sizes.contains(&seq.0) {
                    at.push((frontier.root(), hash));
                }
            }
            if (seq, hash) != (head.seq, head.hash) {
                let (incident, head_seq, head_hash) = (incident.clone(), head.seq, head.hash);
                return Ok(Err(VerifyError::Head { incident, seq, hash, head_seq, head_hash }));
            }
            if let Some(seq) = erased.difference(&tombstoned).next() {
                let broken = Broken::Missing { seq: *seq };
                return Ok(Err(VerifyError::Broken { incident: incident.clone(), broken }));
            }
            let (erased, root) = (u64::try_from(erased.len()).unwrap_or(u64::MAX), frontier.root());
            Ok(Ok(Verified { entries: seq.0, locked, erased, head: hash, domain, root, at }))
        });
        walked.unwrap_or_else(|source: ReadError| {
            Err(VerifyError::Unreadable { incident: incident.clone(), after: seq, source })
        })
    }
}

/// The entries of which this one says that what they said was erased.
fn said_erased(sealed: &Sealed) -> Vec<Seq> {
    let tombstone = sealed.payload().is_some_and(|payload| payload.contains("\"entries_erased\""));
    let Some(Ok(entry)) = tombstone.then(|| sealed.open()) else { return Vec::new() };
    let Fact::Log(log::Fact::EntriesErased { entries, .. }) = entry.fact else { return Vec::new() };
    entries
}
