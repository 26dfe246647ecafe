//! A witness: the last checkpoint of each record that somebody kept, and what a later one says beside it.
//!
//! A server can sign what it likes. It cannot sign two histories without leaving both signatures with somebody.

use std::collections::BTreeMap;

use thiserror::Error;

use super::checkpoint::{NotACheckpoint, Signed, Unsigned};
use super::key::{KeyId, PublicKey};
use super::tree::{Root, Unproven, check_consistency};
use crate::entry::Hash;
use crate::ids::IncidentId;

mod shown;

pub use shown::Shown;

/// The checkpoints that were kept, one for each record.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Witness {
    /// The server's public key, as it was first seen or given.
    pub key: Option<PublicKey>,
    kept: BTreeMap<IncidentId, Signed>,
}

/// What a checkpoint says beside the one that was kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Beside {
    /// None was kept: this is the first.
    First,
    /// It says the same.
    Same,
    /// The record has grown: the proof that it goes on from the first so many entries is to be asked for.
    Grown {
        /// How many entries the one that was kept speaks of.
        from: u64,
    },
}

/// What cannot be unless somebody changed the record, its server or its key.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum Alarm {
    /// The checkpoint is not believed.
    #[error("a checkpoint of incident {incident} is not believed: {unsigned}")]
    Unsigned {
        /// The incident.
        incident: IncidentId,
        /// Why.
        unsigned: Unsigned,
    },
    /// The server signs with another key than it did.
    #[error("the server signs with the key {now}, and signed with the key {kept} before")]
    OtherKey {
        /// The key that was kept.
        kept: KeyId,
        /// The key it signs with now.
        now: KeyId,
    },
    /// The record is of another store, or passes from rehearsal to live.
    #[error("incident {incident} now says that it is {now}, and said {kept} before")]
    OtherRecord {
        /// The incident.
        incident: IncidentId,
        /// What was kept.
        kept: String,
        /// What it says now.
        now: String,
    },
    /// The record has fewer entries than it had.
    #[error("ROLLBACK: incident {incident} had {kept} entries and now has {now}")]
    RolledBack {
        /// The incident.
        incident: IncidentId,
        /// How many there were.
        kept: u64,
        /// How many there are.
        now: u64,
    },
    /// The record has another history.
    #[error("FORK: incident {incident} has another history than the one that was signed at {size} entries")]
    Forked {
        /// The incident.
        incident: IncidentId,
        /// How many entries the kept checkpoint speaks of.
        size: u64,
    },
    /// The entries that were shown are not those that were signed.
    #[error("FORK: what was shown of incident {incident} up to entry {seq} is not what was signed")]
    ShownOtherwise {
        /// The incident.
        incident: IncidentId,
        /// The entry at which it shows.
        seq: u64,
    },
}

impl Witness {
    /// Reads what was kept: notes with a blank line between them, and the key in a line `public-key`. A file with
    /// nothing but one note is one too.
    ///
    /// # Errors
    /// [`NotACheckpoint`] for the first note that is none.
    pub fn read(text: &str) -> Result<Self, NotACheckpoint> {
        let mut witness = Self::default();
        let mut note = String::new();
        for line in text.lines() {
            if note.is_empty() && (line.is_empty() || line.starts_with('#')) {
                continue;
            }
            if let Some(key) = line.strip_prefix("public-key ").filter(|_| note.is_empty()) {
                let key = key.parse().map_err(|_| NotACheckpoint { problem: "its line `public-key` has no key" })?;
                witness.key = Some(key);
                continue;
            }
            note.push_str(line);
            note.push('\n');
            if line.starts_with('\u{2014}') {
                witness.keep(Signed::read(&note)?);
                note.clear();
            }
        }
        if note.is_empty() { Ok(witness) } else { Err(NotACheckpoint { problem: "its last note has no signature" }) }
    }

    /// What is kept, as [`Witness::read`] reads it.
    pub fn text(&self) -> String {
        let notes = self.kept.values().map(|signed| format!("\n{}", signed.note()));
        let key = self.key.map(|key| format!("public-key {key}\n"));
        let what =
            "# The last checkpoint of each record that this witness saw. Keep it where the server cannot reach.\n";
        what.to_owned() + &key.unwrap_or_default() + &notes.collect::<String>()
    }

    /// The checkpoint that was kept of an incident.
    pub fn kept(&self, incident: &IncidentId) -> Option<&Signed> {
        self.kept.get(incident)
    }

    /// All that was kept.
    pub fn all(&self) -> impl Iterator<Item = &Signed> {
        self.kept.values()
    }

    /// Keeps a checkpoint in place of the one before.
    pub fn keep(&mut self, signed: Signed) {
        self.kept.insert(signed.checkpoint.origin.incident.clone(), signed);
    }

    /// Holds a checkpoint against the key and the one that was kept. Nothing is kept by it.
    ///
    /// # Errors
    /// [`Alarm`]: what cannot be unless somebody changed something.
    pub fn look(&self, new: &Signed) -> Result<Beside, Alarm> {
        let incident = new.checkpoint.origin.incident.clone();
        if let Some(key) = &self.key {
            let unsigned = |unsigned| Alarm::Unsigned { incident: incident.clone(), unsigned };
            new.check(key).map_err(unsigned)?;
        }
        let Some(old) = self.kept(&incident) else { return Ok(Beside::First) };
        let (old, new) = (&old.checkpoint, &new.checkpoint);
        if (&old.origin, old.domain) != (&new.origin, new.domain) {
            let told = |checkpoint: &super::checkpoint::Checkpoint| {
                format!("{} ({})", checkpoint.origin, super::checkpoint::domain_word(checkpoint.domain))
            };
            return Err(Alarm::OtherRecord { incident, kept: told(old), now: told(new) });
        }
        compare(&incident, (old.root, old.chain), (new.root, new.chain))
    }
}

/// Holds one state of a record against an earlier one.
fn compare(incident: &IncidentId, old: (Root, Hash), new: (Root, Hash)) -> Result<Beside, Alarm> {
    let (from, to) = (old.0.size, new.0.size);
    match from.cmp(&to) {
        std::cmp::Ordering::Less => Ok(Beside::Grown { from }),
        std::cmp::Ordering::Equal if old == new => Ok(Beside::Same),
        std::cmp::Ordering::Equal => Err(Alarm::Forked { incident: incident.clone(), size: from }),
        std::cmp::Ordering::Greater => Err(Alarm::RolledBack { incident: incident.clone(), kept: from, now: to }),
    }
}

/// Checks the proof that a record has only grown between two checkpoints.
///
/// # Errors
/// [`Alarm::Forked`] when it does not show that: whoever cannot prove it has another history.
pub fn check_growth(old: &Signed, new: &Signed, proof: &[Hash]) -> Result<(), Alarm> {
    let (old, new) = (&old.checkpoint, &new.checkpoint);
    check_consistency(old.root, new.root, proof)
        .map_err(|_: Unproven| Alarm::Forked { incident: old.origin.incident.clone(), size: old.root.size })
}

#[cfg(test)]
mod tests;
