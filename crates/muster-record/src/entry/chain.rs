//! The chain: each entry binds itself to the one before it.
//!
//! The chain hashes a salted commitment of envelope and payload, so that a reader who may see only
//! the commitment can still verify the chain, and cannot guess what was committed to.

use sha2::{Digest as _, Sha256};

use super::{Entry, Envelope, Hash, Labels};
use crate::fact::Family;
use crate::ids::{IncidentId, Seq};
use crate::time::Instant;

/// Whether a record is live or a rehearsal: the two hash under different domains and never mix.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Domain {
    /// A real incident.
    Live,
    /// A rehearsal.
    Exercise,
}

impl Domain {
    /// The domain of a record by its exercise mark.
    pub fn of_exercise(exercise: bool) -> Self {
        if exercise { Self::Exercise } else { Self::Live }
    }

    fn prefix(self) -> &'static [u8] {
        match self {
            Self::Live => b"muster/entry/1/live",
            Self::Exercise => b"muster/entry/1/exercise",
        }
    }
}

/// The random bytes that keep a commitment from being guessed.
pub type Salt = [u8; 16];

/// What an entry binds itself to: salt, envelope text and payload text, as they are stored.
pub fn commitment(salt: &Salt, envelope: &str, payload: &str) -> Hash {
    let mut hasher = Sha256::new();
    hasher.update(b"muster/commitment/1");
    hasher.update(salt);
    for part in [envelope, payload] {
        hasher.update(length(part.len()));
        hasher.update(part.as_bytes());
    }
    Hash(hasher.finalize().into())
}

/// An entry's own hash, from what even a reader of stubs is given.
pub fn chained(
    domain: Domain,
    incident: &IncidentId,
    seq: Seq,
    recorded_at: Instant,
    before: Hash,
    commitment: Hash,
) -> Hash {
    let mut hasher = Sha256::new();
    hasher.update(domain.prefix());
    hasher.update(incident.as_str().as_bytes());
    hasher.update(seq.0.to_be_bytes());
    hasher.update(recorded_at.timestamp_millis().to_be_bytes());
    hasher.update(before.0);
    hasher.update(commitment.0);
    Hash(hasher.finalize().into())
}

fn length(bytes: usize) -> [u8; 8] {
    u64::try_from(bytes).unwrap_or(u64::MAX).to_be_bytes()
}

/// What an entry says, as far as it is there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Content {
    /// All of it: the text exactly as it was hashed.
    Whole {
        /// The fact, as JSON.
        payload: String,
        /// What keeps the commitment from being guessed.
        salt: Salt,
    },
    /// It is kept sealed, and whoever reads has no key.
    Locked,
    /// It was erased, salt and all. What is left commits to nothing that could be found out.
    Erased,
}

/// An entry as it is stored: texts exactly as they were hashed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sealed {
    /// The incident.
    pub incident: IncidentId,
    /// Its place.
    pub seq: Seq,
    /// When it was written.
    pub recorded_at: Instant,
    /// The envelope, as JSON.
    pub envelope: String,
    /// The fact and its salt.
    pub content: Content,
    /// What the chain hashes.
    pub commitment: Hash,
    /// The entry's own hash.
    pub hash: Hash,
}

/// Why a stored entry is not what was written.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Broken {
    /// Its texts are not those that were committed to.
    #[error("entry {seq}: envelope or payload is not what was committed to")]
    Commitment {
        /// The entry.
        seq: Seq,
    },
    /// Its hash does not follow from the entry before it.
    #[error("entry {seq}: its hash does not follow from entry {}", .seq.0.saturating_sub(1))]
    Chain {
        /// The entry.
        seq: Seq,
    },
    /// An entry is missing before it, or it stands twice.
    #[error("entry {found} stands where entry {expected} should")]
    Sequence {
        /// The place that was due.
        expected: Seq,
        /// The place that was found.
        found: Seq,
    },
    /// What it says is sealed, and the key that it is sealed with is not here.
    #[error("entry {seq}: it is sealed, and the key file lacks the key to open it")]
    Locked {
        /// The entry.
        seq: Seq,
    },
    /// What it said was erased.
    #[error("entry {seq}: what it said was erased")]
    Erased {
        /// The entry.
        seq: Seq,
    },
    /// What it said is not there, and no later entry says that it was erased.
    #[error("entry {seq}: what it said is missing, and nothing on the record says that it was erased")]
    Missing {
        /// The entry.
        seq: Seq,
    },
    /// Its text cannot be read as an entry of any version known here.
    #[error("entry {seq}: cannot be read: {problem}")]
    Unreadable {
        /// The entry.
        seq: Seq,
        /// What the reader met.
        problem: String,
    },
}

impl Entry {
    /// Seals the entry behind the one before it.
    ///
    /// # Errors
    /// When the fact has no JSON form, which no fact of this crate lacks.
    pub fn seal(&self, domain: Domain, before: Hash, salt: Salt) -> Result<Sealed, serde_json::Error> {
        let envelope = serde_json::to_string(&self.envelope)?;
        let payload = serde_json::to_string(&self.fact)?;
        let commitment = commitment(&salt, &envelope, &payload);
        let hash = chained(domain, &self.incident, self.seq, self.recorded_at, before, commitment);
        let (incident, seq, recorded_at) = (self.incident.clone(), self.seq, self.recorded_at);
        let content = Content::Whole { payload, salt };
        Ok(Sealed { incident, seq, recorded_at, envelope, content, commitment, hash })
    }
}

impl Sealed {
    /// The fact as JSON, where it is at hand.
    pub fn payload(&self) -> Option<&str> {
        match &self.content {
            Content::Whole { payload, salt: _ } => Some(payload),
            Content::Locked | Content::Erased => None,
        }
    }

    /// The family of the fact, read off the front of its text, so that what is not looked for need not be opened.
    /// Nothing when the fact is not at hand, or names no family that is known here.
    pub fn family(&self) -> Option<Family> {
        let (word, _) = self.payload()?.strip_prefix(r#"{"family":""#)?.split_once('"')?;
        word.parse().ok()
    }

    /// Reads the entry back.
    ///
    /// # Errors
    /// [`Broken::Unreadable`] when a text is no entry of any version known here, [`Broken::Locked`] and
    /// [`Broken::Erased`] when what it says is not at hand.
    pub fn open(&self) -> Result<Entry, Broken> {
        let payload = match &self.content {
            Content::Whole { payload, salt: _ } => payload,
            Content::Locked => return Err(Broken::Locked { seq: self.seq }),
            Content::Erased => return Err(Broken::Erased { seq: self.seq }),
        };
        Ok(Entry {
            incident: self.incident.clone(),
            seq: self.seq,
            recorded_at: self.recorded_at,
            envelope: self.read_envelope()?,
            fact: serde_json::from_str(payload).map_err(|error| self.unreadable(&error))?,
        })
    }

    /// Reads the entry back, or nothing where what it said was erased.
    ///
    /// # Errors
    /// As [`Sealed::open`].
    pub fn open_unless_erased(&self) -> Result<Option<Entry>, Broken> {
        if self.content == Content::Erased { Ok(None) } else { self.open().map(Some) }
    }

    /// What is said about the fact, whether the fact is at hand or not.
    ///
    /// # Errors
    /// [`Broken::Unreadable`] when it is none of any version known here.
    pub fn read_envelope(&self) -> Result<Envelope, Broken> {
        serde_json::from_str(&self.envelope).map_err(|error| self.unreadable(&error))
    }

    /// What decides who may see it, whether what it says is at hand or not.
    ///
    /// # Errors
    /// As [`Sealed::read_envelope`].
    pub fn labels(&self) -> Result<Labels, Broken> {
        Ok(self.read_envelope()?.labels(self.seq))
    }

    fn unreadable(&self, error: &serde_json::Error) -> Broken {
        Broken::Unreadable { seq: self.seq, problem: error.to_string() }
    }

    /// Checks that the entry is what was written, right behind an entry with the hash `before`.
    ///
    /// # Errors
    /// Which of the three promises is broken: the commitment, the chain or the sequence.
    pub fn verify(&self, domain: Domain, expected: Seq, before: Hash) -> Result<(), Broken> {
        if self.seq != expected {
            return Err(Broken::Sequence { expected, found: self.seq });
        }
        // What is not at hand was committed to all the same: the chain holds its commitment.
        if let Content::Whole { payload, salt } = &self.content
            && commitment(salt, &self.envelope, payload) != self.commitment
        {
            return Err(Broken::Commitment { seq: self.seq });
        }
        if chained(domain, &self.incident, self.seq, self.recorded_at, before, self.commitment) != self.hash {
            return Err(Broken::Chain { seq: self.seq });
        }
        Ok(())
    }
}
