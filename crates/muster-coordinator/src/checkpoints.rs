//! Checkpoints: signed when somebody asks, never by the writer, so that no append waits for one.
//!
//! For each incident the right edge of its tree is kept in memory and brought up to date by what was written since.
//! After a restart it is worked out from the record once.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use muster_record::entry::Hash;
use muster_record::evidence::bundle;
use muster_record::evidence::checkpoint::{Checkpoint, Origin, Signed};
use muster_record::evidence::key::{PublicKey, SigningKey};
use muster_record::evidence::tree::{self, Frontier, Unproven};
use muster_record::ids::{AgencyId, IncidentId, Seq};
use muster_record::time::Instant;
use muster_store::{Reads, StoredHead};
use thiserror::Error;

use crate::coordinator::Coordinator;
use crate::error::QueryError;
use crate::folds::BEFORE_THE_FIRST;

/// Why there is no checkpoint, proof or bundle.
#[derive(Debug, Error)]
pub enum EvidenceError {
    /// The server has no key to sign with.
    #[error("this server has no signing key, so it signs no checkpoint and no export; its operator sets [signing]")]
    NoKey,
    /// What was asked for reaches beyond the record's last entry, or turns back.
    #[error("the record has {head} entries; this asks about others, or about a size before an earlier one")]
    Outside {
        /// How many entries the record has.
        head: u64,
    },
    /// The record could not be read, or is damaged.
    #[error(transparent)]
    Query(#[from] QueryError),
}

/// Entries read at a time.
const PAGE: usize = 500;

/// Incidents whose tree is kept in memory; the one unused longest makes room. Each takes about a kilobyte.
const KEPT: usize = 4096;

/// The trees of the incidents that were asked for, and the key.
#[derive(Debug, Default)]
pub(crate) struct Checkpoints {
    key: Option<SigningKey>,
    kept: Mutex<Kept>,
    signed: AtomicU64,
}

#[derive(Debug, Default)]
struct Kept {
    trees: BTreeMap<IncidentId, (u64, Arc<Mutex<Tree>>)>,
    uses: u64,
}

/// How far a record was taken in, and the last checkpoint of it.
#[derive(Debug)]
struct Tree {
    frontier: Frontier,
    chain: Hash,
    last: Option<Arc<Signed>>,
}

impl Default for Tree {
    fn default() -> Self {
        let (_, chain) = BEFORE_THE_FIRST;
        Self { frontier: Frontier::default(), chain, last: None }
    }
}

impl Tree {
    /// Takes in what was written since, checking that it follows: nothing is signed that does not verify.
    fn advance(&mut self, readers: &dyn Reads, head: &StoredHead) -> Result<(), QueryError> {
        let domain = muster_record::entry::Domain::of_exercise(head.exercise);
        while self.frontier.size() < head.seq.0 {
            let page = readers.entries(&head.incident, Seq(self.frontier.size()), PAGE)?;
            if page.is_empty() {
                break;
            }
            for stored in &page {
                stored.sealed.verify(domain, Seq(self.frontier.size()).next(), self.chain)?;
                self.chain = stored.sealed.hash;
                self.frontier.push(self.chain);
            }
        }
        Ok(())
    }
}

impl Checkpoints {
    pub(crate) fn with(key: Option<SigningKey>) -> Self {
        Self { key, ..Self::default() }
    }

    fn key(&self) -> Result<&SigningKey, EvidenceError> {
        self.key.as_ref().ok_or(EvidenceError::NoKey)
    }

    /// The checkpoint at the record's last entry. While nothing is written it is the same one.
    fn latest(
        &self,
        readers: &dyn Reads,
        store: [u8; 16],
        id: &IncidentId,
        now: Instant,
    ) -> Result<Arc<Signed>, EvidenceError> {
        let key = self.key()?;
        // One long record holds up nobody who asks for another; of those who ask for the same one, one works it out.
        let slot = self.slot(id);
        let mut tree = slot.lock().unwrap_or_else(PoisonError::into_inner);
        let head = readers.head(id).map_err(QueryError::from)?.ok_or(QueryError::NotPermitted)?;
        if let Some(last) = tree.last.as_ref().filter(|last| last.checkpoint.root.size >= head.seq.0) {
            return Ok(Arc::clone(last));
        }
        tree.advance(readers, &head)?;
        let checkpoint = Checkpoint {
            origin: Origin { store, incident: id.clone() },
            root: tree.frontier.root(),
            chain: tree.chain,
            at: now,
            domain: muster_record::entry::Domain::of_exercise(head.exercise),
        };
        let signed = Arc::new(checkpoint.sign(key));
        self.signed.fetch_add(1, Ordering::Relaxed);
        metrics::counter!("muster_checkpoints_signed_total").increment(1);
        tree.last = Some(Arc::clone(&signed));
        Ok(signed)
    }

    fn slot(&self, id: &IncidentId) -> Arc<Mutex<Tree>> {
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        kept.uses = kept.uses.saturating_add(1);
        let uses = kept.uses;
        let (used, slot) = kept.trees.entry(id.clone()).or_default();
        *used = uses;
        let slot = Arc::clone(slot);
        if kept.trees.len() > KEPT {
            let oldest = kept.trees.iter().min_by_key(|(_, (used, _))| *used).map(|(id, _)| id.clone());
            if let Some(id) = oldest {
                kept.trees.remove(&id);
            }
        }
        slot
    }
}

/// Evidence. Whether the caller has a seat is asked before, with [`Coordinator::incident`].
impl Coordinator {
    /// The public half of the key that this server signs with; none when it signs nothing.
    pub fn public_key(&self) -> Option<PublicKey> {
        self.checkpoints.key.as_ref().map(SigningKey::public)
    }

    /// The signed checkpoint at an incident's last entry. While nothing is written it is the same one.
    ///
    /// # Errors
    /// [`EvidenceError`]; a record that does not verify is not signed.
    pub fn checkpoint(&self, id: &IncidentId) -> Result<Arc<Signed>, EvidenceError> {
        self.checkpoints.latest(&*self.readers, self.store_id(), id, self.now())
    }

    /// The incidents in which an agency has a seat, the newest first, at most so many.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn newest_of(&self, agency: &AgencyId, limit: usize) -> Result<Vec<IncidentId>, QueryError> {
        let heads = self.readers.incidents_of(agency, None, limit)?;
        Ok(heads.into_iter().map(|head| head.incident).collect())
    }

    /// How many checkpoints this server has signed since it started.
    pub fn checkpoints_signed(&self) -> u64 {
        self.checkpoints.signed.load(Ordering::Relaxed)
    }

    /// The proof that the first `new` entries of a record go on from its first `old`.
    ///
    /// # Errors
    /// [`EvidenceError::Outside`] when the record has not so many, or they are the wrong way round.
    pub fn prove_consistency(&self, id: &IncidentId, old: u64, new: u64) -> Result<Vec<Hash>, EvidenceError> {
        let hashes = self.first_hashes(id, new)?;
        tree::prove_consistency(&hashes, old).map_err(|error| self.outside(id, error))
    }

    /// The hash of an entry, and the proof that it stands among the first `size` entries.
    ///
    /// # Errors
    /// [`EvidenceError::Outside`] when the record has not so many, or the entry is not among them.
    pub fn prove_inclusion(&self, id: &IncidentId, seq: Seq, size: u64) -> Result<(Hash, Vec<Hash>), EvidenceError> {
        let hashes = self.first_hashes(id, size)?;
        let proof = tree::prove_inclusion(&hashes, seq).map_err(|error| self.outside(id, error))?;
        let index = seq.0.checked_sub(1).and_then(|index| usize::try_from(index).ok());
        let own = index.and_then(|index| hashes.get(index)).copied();
        Ok((own.ok_or_else(|| self.outside(id, Unproven::Malformed))?, proof))
    }

    /// Begins a bundle of an incident as an agency sees it: what writes its lines, and its first.
    ///
    /// # Errors
    /// As [`Coordinator::checkpoint`].
    pub fn begin_bundle(
        &self,
        agency: &AgencyId,
        id: &IncidentId,
    ) -> Result<(bundle::Writer, String, Arc<Signed>), EvidenceError> {
        let public = self.checkpoints.key()?.public();
        let signed = self.checkpoint(id)?;
        let begun = bundle::Writer::begin(Signed::clone(&signed), agency.clone(), &public);
        let (writer, line) = begun.map_err(QueryError::from)?;
        Ok((writer, line, signed))
    }

    /// The last line of a bundle: its signature.
    ///
    /// # Errors
    /// [`EvidenceError::NoKey`], which was said at its beginning.
    pub fn end_bundle(&self, writer: bundle::Writer) -> Result<String, EvidenceError> {
        Ok(writer.end(self.checkpoints.key()?).map_err(QueryError::from)?)
    }

    fn first_hashes(&self, id: &IncidentId, size: u64) -> Result<Vec<Hash>, EvidenceError> {
        // Asked first, so that a size out of the air does not have a long record read.
        let head = self.readers.head(id).map_err(QueryError::from)?.map_or(0, |head| head.seq.0);
        if size > head {
            return Err(EvidenceError::Outside { head });
        }
        let hashes = self.readers.hashes(id, size).map_err(QueryError::from)?;
        if u64::try_from(hashes.len()) == Ok(size) { Ok(hashes) } else { Err(self.outside(id, Unproven::Malformed)) }
    }

    fn outside(&self, id: &IncidentId, why: Unproven) -> EvidenceError {
        match (why, self.readers.head(id)) {
            (Unproven::Malformed | Unproven::DoesNotHold, Ok(head)) => {
                EvidenceError::Outside { head: head.map_or(0, |head| head.seq.0) }
            }
            (Unproven::Malformed | Unproven::DoesNotHold, Err(error)) => EvidenceError::Query(error.into()),
        }
    }
}
