//! The tree over a record: one root for each size, and short proofs between roots (RFC 6962 with SHA-256).
//!
//! A leaf is an entry's own hash. It binds the place, the time and the commitment, which a reader of stubs has too,
//! so that a redacted view leads to the same root.

use ct_merkle::mem_backed_tree::MemoryBackedTree;
use ct_merkle::{ConsistencyProof, InclusionProof, RootHash};
use sha2::digest::Output;
use sha2::{Digest as _, Sha256};
use thiserror::Error;

use crate::entry::Hash;
use crate::ids::Seq;

/// The root of the tree over the first so many entries of a record.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Root {
    /// How many entries: the seq of the last.
    pub size: u64,
    /// What they come to.
    pub hash: Hash,
}

/// The right edge of a tree: what the next root is worked out from. Its length grows by one as the record doubles.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Frontier {
    size: u64,
    /// The roots of the full trees that the entries fall into, the largest first: one for each bit of `size`.
    peaks: Vec<Hash>,
}

impl Frontier {
    /// Takes in the next entry, by its hash.
    pub fn push(&mut self, entry: Hash) {
        let mut node = leaf(entry);
        let mut full = self.size;
        while full & 1 == 1
            && let Some(left) = self.peaks.pop()
        {
            node = parent(left, node);
            full >>= 1;
        }
        self.peaks.push(node);
        self.size = self.size.saturating_add(1);
    }

    /// How many entries were taken in.
    pub fn size(&self) -> u64 {
        self.size
    }

    /// The root over all of them.
    pub fn root(&self) -> Root {
        let from_the_right = self.peaks.iter().rev().copied();
        let hash = from_the_right.reduce(|right, left| parent(left, right)).unwrap_or_else(|| Hash::of(b""));
        Root { size: self.size, hash }
    }
}

fn leaf(entry: Hash) -> Hash {
    let mut hasher = Sha256::new();
    hasher.update([0]);
    hasher.update(entry.0);
    Hash(hasher.finalize().into())
}

fn parent(left: Hash, right: Hash) -> Hash {
    let mut hasher = Sha256::new();
    hasher.update([1]);
    hasher.update(left.0);
    hasher.update(right.0);
    Hash(hasher.finalize().into())
}

/// Why a proof shows nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum Unproven {
    /// It cannot be a proof of this at all: too many hashes, too few, or a place outside the record.
    #[error("this is no proof of it: it has the wrong number of hashes, or speaks of a place outside the record")]
    Malformed,
    /// It is well formed and leads to another root.
    #[error("it does not hold: the hashes lead to another root")]
    DoesNotHold,
}

/// Shows that an entry stands in a record: the hashes beside its way to the root of all `entries`, the nearest first.
///
/// # Errors
/// [`Unproven::Malformed`] when there is no such entry.
pub fn prove_inclusion(entries: &[Hash], seq: Seq) -> Result<Vec<Hash>, Unproven> {
    let index = seq.0.checked_sub(1).and_then(|index| usize::try_from(index).ok());
    let index = index.filter(|index| *index < entries.len()).ok_or(Unproven::Malformed)?;
    Ok(hashes(tree(entries).prove_inclusion(index).as_bytes()))
}

/// Shows that a record goes on from its own first `old` entries: the hashes from which both roots follow.
///
/// # Errors
/// [`Unproven::Malformed`] when it never had so few or so many.
pub fn prove_consistency(entries: &[Hash], old: u64) -> Result<Vec<Hash>, Unproven> {
    let old = usize::try_from(old).map_err(|_| Unproven::Malformed)?;
    let added = entries.len().checked_sub(old).filter(|_| old > 0).ok_or(Unproven::Malformed)?;
    if added == 0 {
        return Ok(Vec::new());
    }
    Ok(hashes(tree(entries).prove_consistency(added).as_bytes()))
}

/// Checks that the entry with that hash stands at that place of the record with that root.
///
/// # Errors
/// Why the proof does not show it.
pub fn check_inclusion(root: Root, seq: Seq, entry: Hash, proof: &[Hash]) -> Result<(), Unproven> {
    let index = seq.0.checked_sub(1).filter(|index| *index < root.size).ok_or(Unproven::Malformed)?;
    let proof = InclusionProof::<Sha256>::try_from_bytes(bytes(proof)).map_err(|_| Unproven::Malformed)?;
    root_of(root).verify_inclusion(&entry.0, index, &proof).map_err(|error| match error {
        ct_merkle::InclusionVerifError::MalformedProof
        | ct_merkle::InclusionVerifError::IndexOutOfRange
        | ct_merkle::InclusionVerifError::TreeEmpty => Unproven::Malformed,
        ct_merkle::InclusionVerifError::IncorrectHash => Unproven::DoesNotHold,
    })
}

/// Checks that the record with the root `new` begins with the one that had the root `old`.
///
/// # Errors
/// Why the proof does not show it.
pub fn check_consistency(old: Root, new: Root, proof: &[Hash]) -> Result<(), Unproven> {
    if old.size == 0 || old.size > new.size || (old.size == new.size && !proof.is_empty()) {
        return Err(Unproven::Malformed);
    }
    if old.size == new.size {
        return if old.hash == new.hash { Ok(()) } else { Err(Unproven::DoesNotHold) };
    }
    let proof = ConsistencyProof::<Sha256>::try_from_bytes(bytes(proof)).map_err(|_| Unproven::Malformed)?;
    root_of(new).verify_consistency(&root_of(old), &proof).map_err(|error| match error {
        ct_merkle::ConsistencyVerifError::MalformedProof
        | ct_merkle::ConsistencyVerifError::OldTreeLarger
        | ct_merkle::ConsistencyVerifError::NewTreeTooBig
        | ct_merkle::ConsistencyVerifError::OldTreeEmpty => Unproven::Malformed,
        ct_merkle::ConsistencyVerifError::VerificationFailure => Unproven::DoesNotHold,
    })
}

fn tree(entries: &[Hash]) -> MemoryBackedTree<Sha256, [u8; 32]> {
    let mut tree = MemoryBackedTree::new();
    for entry in entries {
        tree.push(entry.0);
    }
    tree
}

fn root_of(root: Root) -> RootHash<Sha256> {
    RootHash::new(Output::<Sha256>::from(root.hash.0), root.size)
}

fn bytes(proof: &[Hash]) -> Vec<u8> {
    proof.iter().flat_map(|hash| hash.0).collect()
}

fn hashes(proof: &[u8]) -> Vec<Hash> {
    proof.as_chunks::<32>().0.iter().copied().map(Hash).collect()
}

#[cfg(test)]
mod tests;
