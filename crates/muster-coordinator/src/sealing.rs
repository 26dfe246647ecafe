//! Sealing what entries say of people, under a key for each, and opening it again: whatever reads goes through here.

use std::sync::Arc;

use muster_record::Fact;
use muster_record::entry::{Content, Hash, Labels, Sealed};
use muster_record::ids::{IncidentId, Seq};
use muster_seal::{Bound, DataKey, KeyId, KeyRing, NotOpened, NotUnwrapped, Wrapped, open_content, seal_content};
use muster_store::{Opens, ReadError, Reads, Shut, ShutPayload, WrappedPayloadKey};
use zeroize::Zeroizing;

use crate::error::AppendError;
use crate::surroundings::Surroundings;

/// Opens what entries say with the keys of a ring.
struct Opening(Arc<KeyRing>);

/// Whoever opens what entries say with the keys of this ring, for the readers of a store.
pub fn opening(ring: Arc<KeyRing>) -> Arc<dyn Opens> {
    Arc::new(Opening(ring))
}

impl Opens for Opening {
    fn payload(&self, incident: &IncidentId, seq: Seq, shut: &Shut) -> Result<Content, String> {
        let Some(key) = wrapped(&shut.key, &shut.wrapped) else { return Ok(Content::Locked) };
        match open_content(&self.0, Bound::Payload { incident, seq }, &key, &shut.sealed) {
            Ok(content) => Ok(content),
            Err(NotOpened::Key(NotUnwrapped::NoSuchKey { .. })) => Ok(Content::Locked),
            Err(error) => Err(error.to_string()),
        }
    }

    fn snapshot(&self, incident: &IncidentId, seq: Seq, shut: &Shut) -> Option<String> {
        let to = Bound::Fold { incident, seq };
        let key = self.0.unwrap(to, &wrapped(&shut.key, &shut.wrapped)?).ok()?;
        String::from_utf8(key.open(to, &shut.sealed).ok()?.to_vec()).ok()
    }
}

/// A fresh key, what it sealed, and how.
pub(crate) struct Sealing<'a> {
    pub(crate) ring: &'a KeyRing,
    pub(crate) surroundings: &'a dyn Surroundings,
}

impl Sealing<'_> {
    /// Seals what an entry says, where it is of a kind that is sealed. Gives its key too.
    pub(crate) fn payload(
        &self,
        sealed: &Sealed,
        labels: &Labels,
        fact: &Fact,
    ) -> Result<Option<(ShutPayload, DataKey)>, AppendError> {
        if !labels.are_sealed() || fact.stays_open() {
            return Ok(None);
        }
        let Content::Whole { payload, salt } = &sealed.content else { return Ok(None) };
        let to = Bound::Payload { incident: &sealed.incident, seq: sealed.seq };
        let key = DataKey::new(random(self.surroundings));
        let shut = seal_content(self.ring, to, &key, self.nonces(), payload, salt).ok_or(AppendError::NoKeys)?;
        let muster_seal::Shut { key: Wrapped { with, bytes: wrapped }, bytes: sealed_bytes } = shut;
        let shut = Shut { key: with.as_str().to_owned(), wrapped, sealed: sealed_bytes };
        Ok(Some((ShutPayload { seq: sealed.seq, shut }, key)))
    }

    /// Seals a fold, to be put by as of an entry.
    pub(crate) fn fold(&self, incident: &IncidentId, seq: Seq, state: &str) -> Result<Shut, AppendError> {
        let to = Bound::Fold { incident, seq };
        let key = DataKey::new(random(self.surroundings));
        let [of_key, of_bytes] = self.nonces();
        let Wrapped { with, bytes: wrapped } = self.ring.wrap(to, of_key, &key).ok_or(AppendError::NoKeys)?;
        Ok(Shut { key: with.as_str().to_owned(), wrapped, sealed: key.seal(to, of_bytes, state.as_bytes()) })
    }

    fn nonces(&self) -> [[u8; 24]; 2] {
        [nonce(self.surroundings), nonce(self.surroundings)]
    }
}

/// The digest of a request's body that stands with its answer: by the key of the first sealed entry that came of it, so
/// that what was asked for cannot be found out by trying once that is erased.
///
/// # Errors
/// When the store cannot be read, or lacks the key.
pub(crate) fn digest_of_asked(
    readers: &dyn Reads,
    ring: &KeyRing,
    (incident, first, last): (&IncidentId, Seq, Seq),
    body: Hash,
) -> Result<Hash, AppendError> {
    let found = readers.payload_key_among(incident, first, last);
    let Some(WrappedPayloadKey { incident, seq, key, wrapped: bytes }) =
        found.map_err(|error: ReadError| AppendError::Query(error.into()))?
    else {
        return Ok(body);
    };
    let key = wrapped(&key, &bytes).ok_or(AppendError::DoesNotOpen)?;
    let key = ring.unwrap(Bound::Payload { incident: &incident, seq }, &key).map_err(|why| match why {
        NotUnwrapped::NoSuchKey { .. } => AppendError::NoKeys,
        NotUnwrapped::DoesNotOpen { .. } => AppendError::DoesNotOpen,
    })?;
    Ok(key.digest(&body.0))
}

fn wrapped(key: &str, bytes: &[u8]) -> Option<Wrapped> {
    Some(Wrapped { with: KeyId::parse(key)?, bytes: bytes.to_vec() })
}

pub(crate) fn random<const N: usize>(surroundings: &dyn Surroundings) -> Zeroizing<[u8; N]> {
    let mut bytes = Zeroizing::new([0; N]);
    for part in bytes.chunks_mut(16) {
        let fresh = Zeroizing::new(surroundings.random());
        part.iter_mut().zip(fresh.iter()).for_each(|(byte, fresh)| *byte = *fresh);
    }
    bytes
}

pub(crate) fn nonce(surroundings: &dyn Surroundings) -> [u8; 24] {
    *random(surroundings)
}
