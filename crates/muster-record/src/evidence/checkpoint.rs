//! A checkpoint: what a record came to at one size, in words that a person can read, signed by the server.
//!
//! It is a signed note in the form of C2SP's `tlog-checkpoint`, so that other tools read it too. Our own lines stand
//! behind the three that every log has.

use std::fmt::Write as _;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use chrono::SecondsFormat;
use sha2::{Digest as _, Sha256};
use thiserror::Error;

use super::key::{KeyId, PublicKey, Signature, SigningKey};
use super::tree::Root;
use crate::entry::hash::from_hex;
use crate::entry::{Domain, Hash};
use crate::ids::{IncidentId, hex};
use crate::time::Instant;

/// Which record a checkpoint or a bundle is of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Origin {
    /// The id of the store that keeps it.
    pub store: [u8; 16],
    /// The incident.
    pub incident: IncidentId,
}

impl std::fmt::Display for Origin {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "muster/{}/{}", hex(&self.store), self.incident)
    }
}

impl Origin {
    pub(crate) fn read(text: &str) -> Option<Self> {
        let (store, incident) = text.strip_prefix("muster/")?.split_once('/')?;
        Some(Self { store: from_hex(store)?, incident: incident.parse().ok()? })
    }
}

/// What a record came to at one size.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Checkpoint {
    /// Which record.
    pub origin: Origin,
    /// The root of the tree over its entries, and how many they were: the seq of the last.
    pub root: Root,
    /// The hash of the last entry.
    pub chain: Hash,
    /// When it was signed, by the server's clock.
    pub at: Instant,
    /// Whether the record is live or a rehearsal.
    pub domain: Domain,
}

/// A checkpoint with its signature.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Signed {
    /// What was signed.
    pub checkpoint: Checkpoint,
    /// The key it says it was signed with.
    pub key: KeyId,
    /// The first four bytes of the hash of name and key, by which notes are told apart.
    hint: [u8; 4],
    signature: Signature,
}

/// Why a text is no checkpoint.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("this is no signed checkpoint of Muster: {problem}")]
pub struct NotACheckpoint {
    /// What is wrong with it.
    pub problem: &'static str,
}

/// Why a checkpoint is not believed.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum Unsigned {
    /// It names another key.
    #[error("it was signed with the key {signed_with}, not with the key {given}")]
    OtherKey {
        /// The key it names.
        signed_with: KeyId,
        /// The key it was held against.
        given: KeyId,
    },
    /// The signature does not hold.
    #[error("its signature does not hold: it was changed, or somebody else made it")]
    Signature,
}

/// What stands before the signature of a note: a dash as long as an m.
const SIGNED_BY: &str = "\u{2014} ";

impl Checkpoint {
    /// Signs it.
    pub fn sign(&self, key: &SigningKey) -> Signed {
        let public = key.public();
        let signature = key.sign(&self.text(&public.id()));
        let hint = hint(&self.origin, &public);
        Signed { checkpoint: self.clone(), key: public.id(), hint, signature }
    }

    /// The text that is signed, to its last line break.
    fn text(&self, key: &KeyId) -> String {
        let Self { origin, root, chain, at, domain } = self;
        let (size, root) = (root.size, STANDARD.encode(root.hash.0));
        let (at, domain) = (at.to_rfc3339_opts(SecondsFormat::Millis, true), domain_word(*domain));
        format!("{origin}\n{size}\n{root}\nchain {chain}\ntime {at}\ndomain {domain}\nkey {key}\n")
    }
}

impl Signed {
    /// The note: what a partner keeps, and can read.
    pub fn note(&self) -> String {
        let Self { checkpoint, key, hint, signature } = self;
        let mut note = checkpoint.text(key);
        let signed = STANDARD.encode([hint.as_slice(), signature.0.as_slice()].concat());
        // Writing to a string does not fail.
        writeln!(note, "\n{SIGNED_BY}{} {signed}", checkpoint.origin).unwrap_or_default();
        note
    }

    /// Reads a note as [`Signed::note`] writes it, and in no other spelling.
    ///
    /// # Errors
    /// [`NotACheckpoint`]. Whether the signature holds is asked with [`Signed::check`].
    pub fn read(note: &str) -> Result<Self, NotACheckpoint> {
        let bad = |problem| NotACheckpoint { problem };
        let (text, signed) = note.split_once("\n\n").ok_or(bad("no blank line stands before a signature"))?;
        let lines: Vec<&str> = text.lines().collect();
        let [origin, size, root, chain, at, domain, key] = lines.as_slice() else {
            return Err(bad("it does not have its seven lines"));
        };
        let said = |line: &str, name: &str| line.strip_prefix(name).map(str::to_owned);
        let checkpoint = Checkpoint {
            origin: Origin::read(origin).ok_or(bad("its first line names no record (muster/STORE/INCIDENT)"))?,
            root: Root {
                size: size.parse().map_err(|_| bad("its second line is no number of entries"))?,
                hash: decoded(root).map(Hash).ok_or(bad("its third line is no root of a tree"))?,
            },
            chain: said(chain, "chain ")
                .and_then(|chain| chain.parse().ok())
                .ok_or(bad("it has no line `chain` with 64 hexadecimal digits"))?,
            at: said(at, "time ").and_then(|at| at.parse().ok()).ok_or(bad("it has no line `time`"))?,
            domain: said(domain, "domain ")
                .and_then(|domain| read_domain(&domain))
                .ok_or(bad("it has no line `domain` that says live or exercise"))?,
        };
        let key =
            said(key, "key ").and_then(|key| key.parse().ok()).ok_or(bad("it has no line `key` with a key's name"))?;
        let signature = signed.trim_end().strip_prefix(SIGNED_BY).and_then(|line| line.rsplit_once(' '));
        let signature = signature.and_then(|(_, signature)| decoded::<68>(signature));
        let signature = signature.ok_or(bad("its last line is no signature of one"))?;
        let (hint, signature) = signature.split_first_chunk::<4>().ok_or(bad("its signature is too short"))?;
        let signature = signature.try_into().map(Signature).map_err(|_| bad("its signature is not 64 bytes long"))?;
        let read = Self { checkpoint, key, hint: *hint, signature };
        // One spelling only: a note that reads the same but is written otherwise was changed.
        if read.note() == note { Ok(read) } else { Err(bad("it is not written as a server writes it")) }
    }

    /// Checks that it was signed with this key.
    ///
    /// # Errors
    /// [`Unsigned`], each case with what it means.
    pub fn check(&self, key: &PublicKey) -> Result<(), Unsigned> {
        if self.key != key.id() {
            return Err(Unsigned::OtherKey { signed_with: self.key.clone(), given: key.id() });
        }
        let signed = key.check(&self.checkpoint.text(&self.key), &self.signature);
        if self.hint != hint(&self.checkpoint.origin, key) || signed.is_err() {
            return Err(Unsigned::Signature);
        }
        Ok(())
    }
}

pub(crate) fn domain_word(domain: Domain) -> &'static str {
    match domain {
        Domain::Live => "live",
        Domain::Exercise => "exercise",
    }
}

pub(crate) fn read_domain(word: &str) -> Option<Domain> {
    [Domain::Live, Domain::Exercise].into_iter().find(|domain| domain_word(*domain) == word)
}

fn decoded<const BYTES: usize>(text: &str) -> Option<[u8; BYTES]> {
    STANDARD.decode(text).ok()?.try_into().ok()
}

/// The name of a note's key is the origin, so that one key is told apart for each record, as C2SP asks.
fn hint(origin: &Origin, key: &PublicKey) -> [u8; 4] {
    let mut hasher = Sha256::new();
    hasher.update(origin.to_string());
    hasher.update([b'\n', 1]);
    hasher.update(key.to_bytes());
    let [a, b, c, d, ..]: [u8; 32] = hasher.finalize().into();
    [a, b, c, d]
}

#[cfg(test)]
mod tests;
