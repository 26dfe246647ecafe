//! Keys of their own: one for each person, each sealed entry and each fold that is put by. What is sealed under one is gone
//! for good when the key is.

use chacha20poly1305::aead::{Aead as _, KeyInit as _, Payload};
use chacha20poly1305::{XChaCha20Poly1305, XNonce};
use hmac::{Hmac, Mac as _};
use muster_record::entry::Hash;
use muster_record::ids::{IncidentId, PersonNo, Seq};
use sha2::{Digest as _, Sha256};
use zeroize::Zeroizing;

/// Bytes of a nonce, which stand before what was sealed with it.
const NONCE: usize = 24;

/// The random bytes that go into a commitment, and are erased with the sealed bytes.
pub type Salt = [u8; 16];

/// What sealed bytes are bound to: moved to another place, they do not open.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Bound<'a> {
    /// Who somebody is.
    Identity {
        /// The incident.
        incident: &'a IncidentId,
        /// The person.
        person: PersonNo,
        /// The version of what is sealed.
        version: u32,
    },
    /// What an entry says, with its salt.
    Payload {
        /// The incident.
        incident: &'a IncidentId,
        /// The entry.
        seq: Seq,
    },
    /// An incident as of an entry, put by so that its record need not be read from the start.
    Fold {
        /// The incident.
        incident: &'a IncidentId,
        /// The entry.
        seq: Seq,
    },
    /// What a webhook's events are signed with: the key itself, and nothing is sealed with it.
    Webhook {
        /// The webhook's number in its store.
        number: u64,
    },
}

/// The bytes were not sealed with this key for this place, or they are not as they were.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the sealed bytes do not open: they are not what was sealed here")]
pub struct DoesNotOpen;

/// 256 random bits, for one thing alone. Wiped when dropped; there is no way to print it.
pub struct DataKey(Zeroizing<[u8; 32]>);

impl DataKey {
    /// The key of these random bytes.
    pub fn new(random: Zeroizing<[u8; 32]>) -> Self {
        Self(random)
    }

    pub(crate) fn expose(&self) -> &[u8; 32] {
        &self.0
    }

    /// Seals bytes for a place. The nonce is random and never used again.
    pub fn seal(&self, to: Bound<'_>, nonce: [u8; NONCE], plain: &[u8]) -> Vec<u8> {
        seal(&self.0, &to.bytes(), nonce, plain)
    }

    /// Opens what was sealed for that place. The plain bytes are wiped when dropped.
    ///
    /// # Errors
    /// [`DoesNotOpen`], which says nothing of why.
    pub fn open(&self, to: Bound<'_>, sealed: &[u8]) -> Result<Zeroizing<Vec<u8>>, DoesNotOpen> {
        open(&self.0, &to.bytes(), sealed)
    }

    /// Signs a text as whoever holds the same key can check: HMAC-SHA256 with the key as it is.
    pub fn sign(&self, what: &[u8]) -> [u8; 32] {
        *keyed(&self.0, what)
    }

    /// A digest of what was asked for that only this key can work out: without it nothing can be guessed by trying, and
    /// once it is erased nobody can try.
    pub fn digest(&self, what: &[u8]) -> Hash {
        let own = keyed(&self.0, b"muster/person/request/1");
        Hash(*keyed(&own, what))
    }
}

impl Bound<'_> {
    fn bytes(&self) -> Vec<u8> {
        let (what, incident, place): (&[u8], &str, _) = match self {
            Self::Identity { incident, person, version } => {
                (b"muster/person/1", incident.as_str(), [person.0.to_be_bytes(), version.to_be_bytes()].concat())
            }
            Self::Payload { incident, seq } => (b"muster/payload/1", incident.as_str(), seq.0.to_be_bytes().to_vec()),
            Self::Fold { incident, seq } => (b"muster/fold/1", incident.as_str(), seq.0.to_be_bytes().to_vec()),
            Self::Webhook { number } => (b"muster/webhook/1", "", number.to_be_bytes().to_vec()),
        };
        [what, incident.as_bytes(), &place].concat()
    }

    /// What the key is bound to when it is wrapped: all versions of who somebody is have one key.
    pub(crate) fn of_its_key(&self) -> Vec<u8> {
        match self {
            Self::Identity { incident, person, version: _ } => {
                let parts: [&[u8]; 3] = [b"muster/person-key/1", incident.as_str().as_bytes(), &person.0.to_be_bytes()];
                parts.concat()
            }
            Self::Payload { .. } | Self::Fold { .. } | Self::Webhook { .. } => {
                [b"muster/key/1".as_slice(), &self.bytes()].concat()
            }
        }
    }
}

/// What the record says of sealed bytes. Once salt and bytes are erased, it commits to nothing that could be found out.
pub fn commitment(salt: &Salt, to: Bound<'_>, sealed: &[u8]) -> Hash {
    let mut hasher = Sha256::new();
    hasher.update(b"muster/person/commitment/1");
    hasher.update(salt);
    hasher.update(to.bytes());
    hasher.update(sealed);
    Hash(hasher.finalize().into())
}

fn keyed(key: &[u8; 32], what: &[u8]) -> Zeroizing<[u8; 32]> {
    // A key of 32 bytes is shorter than a block of SHA-256, and so never refused.
    let mac = Hmac::<Sha256>::new_from_slice(key).map(|mac| mac.chain_update(what));
    Zeroizing::new(mac.map_or([0; 32], |mac| mac.finalize().into_bytes().into()))
}

pub(crate) fn seal(key: &[u8; 32], bound: &[u8], nonce: [u8; NONCE], plain: &[u8]) -> Vec<u8> {
    let cipher = XChaCha20Poly1305::new(key.into());
    let payload = Payload { msg: plain, aad: bound };
    // It fails beyond 256 GiB only; then nothing is sealed, and what comes back does not open.
    let sealed = cipher.encrypt(&XNonce::from(nonce), payload).unwrap_or_default();
    [nonce.as_slice(), &sealed].concat()
}

pub(crate) fn open(key: &[u8; 32], bound: &[u8], sealed: &[u8]) -> Result<Zeroizing<Vec<u8>>, DoesNotOpen> {
    let (nonce, sealed) = sealed.split_first_chunk::<NONCE>().ok_or(DoesNotOpen)?;
    let cipher = XChaCha20Poly1305::new(key.into());
    let opened = cipher.decrypt(&XNonce::from(*nonce), Payload { msg: sealed, aad: bound });
    opened.map(Zeroizing::new).map_err(|_| DoesNotOpen)
}
