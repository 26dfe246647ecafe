//! What an entry says, sealed with its salt under a key of its own: destroying the key erases it and leaves the entry.

use muster_record::entry::{Content, Salt};
use thiserror::Error;
use zeroize::Zeroizing;

use crate::data_key::{Bound, DataKey, DoesNotOpen};
use crate::ring::{KeyRing, NotUnwrapped, Wrapped};

/// Something sealed, with the key that seals it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Shut {
    /// The key, wrapped.
    pub key: Wrapped,
    /// What it seals.
    pub bytes: Vec<u8>,
}

/// Why what is sealed cannot be read.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum NotOpened {
    /// The key cannot be unwrapped.
    #[error(transparent)]
    Key(#[from] NotUnwrapped),
    /// It is not what was sealed here.
    #[error("it is not what was sealed here")]
    DoesNotOpen,
}

impl From<DoesNotOpen> for NotOpened {
    fn from(DoesNotOpen: DoesNotOpen) -> Self {
        Self::DoesNotOpen
    }
}

/// Seals a text and its salt under this key. Nothing comes of an empty ring.
pub fn seal_content(
    ring: &KeyRing,
    to: Bound<'_>,
    key: &DataKey,
    nonces: [[u8; 24]; 2],
    payload: &str,
    salt: &Salt,
) -> Option<Shut> {
    let [of_key, of_bytes] = nonces;
    let mut plain = Zeroizing::new(Vec::with_capacity(salt.len().saturating_add(payload.len())));
    plain.extend_from_slice(salt);
    plain.extend_from_slice(payload.as_bytes());
    let bytes = key.seal(to, of_bytes, &plain);
    Some(Shut { key: ring.wrap(to, of_key, key)?, bytes })
}

/// Opens what was sealed for that place.
///
/// # Errors
/// [`NotOpened`], naming no more than the key of the ring.
pub fn open_content(ring: &KeyRing, to: Bound<'_>, key: &Wrapped, sealed: &[u8]) -> Result<Content, NotOpened> {
    let plain = ring.unwrap(to, key)?.open(to, sealed)?;
    let (salt, payload) = plain.split_first_chunk::<16>().ok_or(NotOpened::DoesNotOpen)?;
    let payload = std::str::from_utf8(payload).map_err(|_| NotOpened::DoesNotOpen)?;
    Ok(Content::Whole { payload: payload.to_owned(), salt: *salt })
}
