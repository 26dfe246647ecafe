//! An entry: a fact in its place on the record, and the chain that holds the entries together.
//!
//! The chain hashes a salted commitment of envelope and payload, so that a reader who may see only
//! the commitment can still verify the chain, and cannot guess what was committed to.

use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

use crate::agency::Office;
use crate::fact::Fact;
use crate::ids::{AgencyId, IncidentId, RuleSetId, Seq, hex};
use crate::time::Instant;
use crate::words::words;

/// A SHA-256 value.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct Hash(pub [u8; 32]);

impl Hash {
    /// What stands before the first entry.
    pub const NONE: Self = Self([0; 32]);

    /// The hash of some bytes.
    pub fn of(bytes: &[u8]) -> Self {
        Self(Sha256::digest(bytes).into())
    }
}

impl std::fmt::Debug for Hash {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&hex(&self.0))
    }
}

impl std::fmt::Display for Hash {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&hex(&self.0))
    }
}

impl Serialize for Hash {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&hex(&self.0))
    }
}

impl<'de> Deserialize<'de> for Hash {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        from_hex(&text).map(Self).ok_or_else(|| serde::de::Error::custom("a hash is 64 hexadecimal digits"))
    }
}

fn from_hex(text: &str) -> Option<[u8; 32]> {
    let mut bytes = [0; 32];
    if text.len() != 64 || !text.is_ascii() {
        return None;
    }
    for (index, byte) in bytes.iter_mut().enumerate() {
        let at = index.checked_mul(2)?;
        *byte = u8::from_str_radix(text.get(at..at.checked_add(2)?)?, 16).ok()?;
    }
    Some(bytes)
}

/// Who wrote an entry.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Author {
    /// The agency that answers for it.
    pub agency: AgencyId,
    /// Whose hand it was.
    pub hand: Hand,
    /// The office it was written for, where the command named one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub office: Option<Office>,
}

/// Whose hand wrote an entry.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Hand {
    /// A partner's system, by the name in its certificate.
    System(String),
    /// A rule set of the agency.
    RuleSet(RuleSetId),
}

impl Author {
    /// A system of an agency, acting for no office in particular.
    pub fn system(agency: AgencyId, system: &str) -> Self {
        Self { agency, hand: Hand::System(system.to_owned()), office: None }
    }

    /// The same hand, acting for an office.
    #[must_use]
    pub fn for_office(self, office: Option<Office>) -> Self {
        let Self { agency, hand, office: _ } = self;
        Self { agency, hand, office }
    }

    /// How the author is written in a timeline: the agency, or the rule set in brackets.
    pub fn told(&self) -> String {
        match &self.hand {
            Hand::System(_) => self.agency.to_string(),
            Hand::RuleSet(name) => format!("[{name}]"),
        }
    }
}

words! {
    /// What sort of information an entry holds, which decides who may see it.
    Class {
        /// How the incident is handled.
        Operational = "operational",
        /// About a person.
        Personal = "personal",
        /// About a person's health.
        Health = "health",
        /// About a safeguarding concern.
        Safeguarding = "safeguarding",
        /// About money and contracts.
        Commercial = "commercial",
        /// Legally privileged.
        Legal = "legal",
    }
}

/// For whom an entry was written.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Audience {
    /// The incident's participants, by interest.
    #[default]
    Participants,
    /// Only these agencies, and the author's.
    Agencies(Vec<AgencyId>),
}

/// What is said about a fact besides the fact.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Envelope {
    /// Who wrote it.
    pub author: Author,
    /// When it happened, as the author says.
    pub occurred_at: Instant,
    /// What sort of information it holds.
    pub class: Class,
    /// For whom it was written.
    #[serde(default)]
    pub audience: Audience,
    /// The entry it follows from: an adopted proposal's, a standing decision's, the one it corrects.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cause: Option<Seq>,
}

/// A fact in its place on the record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// The incident.
    pub incident: IncidentId,
    /// Its place: 1, 2, 3 ... without gaps.
    pub seq: Seq,
    /// When it was written, by our clock; never before the entry in front of it.
    pub recorded_at: Instant,
    /// Who, when, what sort, for whom and why.
    pub envelope: Envelope,
    /// What happened.
    pub fact: Fact,
}

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
    /// The fact, as JSON.
    pub payload: String,
    /// What keeps the commitment from being guessed.
    pub salt: Salt,
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
        Ok(Sealed { incident, seq, recorded_at, envelope, payload, salt, commitment, hash })
    }
}

impl Sealed {
    /// Reads the entry back.
    ///
    /// # Errors
    /// [`Broken::Unreadable`] when a text is no entry of any version known here.
    pub fn open(&self) -> Result<Entry, Broken> {
        let unreadable = |err: serde_json::Error| Broken::Unreadable { seq: self.seq, problem: err.to_string() };
        Ok(Entry {
            incident: self.incident.clone(),
            seq: self.seq,
            recorded_at: self.recorded_at,
            envelope: serde_json::from_str(&self.envelope).map_err(unreadable)?,
            fact: serde_json::from_str(&self.payload).map_err(unreadable)?,
        })
    }

    /// Checks that the entry is what was written, right behind an entry with the hash `before`.
    ///
    /// # Errors
    /// Which of the three promises is broken: the commitment, the chain or the sequence.
    pub fn verify(&self, domain: Domain, expected: Seq, before: Hash) -> Result<(), Broken> {
        if self.seq != expected {
            return Err(Broken::Sequence { expected, found: self.seq });
        }
        if commitment(&self.salt, &self.envelope, &self.payload) != self.commitment {
            return Err(Broken::Commitment { seq: self.seq });
        }
        if chained(domain, &self.incident, self.seq, self.recorded_at, before, self.commitment) != self.hash {
            return Err(Broken::Chain { seq: self.seq });
        }
        Ok(())
    }
}
