//! The ring: the keys that wrap all other keys. It comes from outside the database, as text.
//!
//! ```text
//! # a comment
//! k-20260304 = 64 hexadecimal digits
//! k-20270301 = 64 hexadecimal digits      the last one wraps; those before it only unwrap
//! ```

use muster_record::ids::hex;
use thiserror::Error;
use zeroize::Zeroizing;

use crate::data_key::{self, Bound, DataKey, DoesNotOpen};

/// What a key of the ring is called, in the store and in the ring.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct KeyId(String);

/// Keys by name, the oldest first. Wiped when dropped; there is no way to print it.
pub struct KeyRing {
    keys: Vec<(KeyId, Zeroizing<[u8; 32]>)>,
}

/// A key as it is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Wrapped {
    /// The key of the ring that it is wrapped with.
    pub with: KeyId,
    /// The wrapping.
    pub bytes: Vec<u8>,
}

/// Why a text is no ring. It says the line and nothing of what stands there.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum BadKeys {
    /// A line is no key.
    #[error("line {line}: expected a name, `=`, and 64 hexadecimal digits")]
    Line {
        /// The line, from 1.
        line: usize,
    },
    /// Two keys have one name.
    #[error("line {line}: a key of that name stands above")]
    Twice {
        /// The line, from 1.
        line: usize,
    },
    /// There is no key at all.
    #[error("there is no key in it")]
    Empty,
}

/// Why a person's key was not unwrapped.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum NotUnwrapped {
    /// The ring lacks the key that it was wrapped with.
    #[error("it was wrapped with the key {}, which is not in the key file", .with.as_str())]
    NoSuchKey {
        /// The key.
        with: KeyId,
    },
    /// It is not what was wrapped here, or the key of that name is another.
    #[error("its wrapping does not open with the key {} of the key file", .with.as_str())]
    DoesNotOpen {
        /// The key.
        with: KeyId,
    },
}

impl KeyId {
    /// Reads a name: 1 to 63 of a-z, 0-9 and `-`.
    pub fn parse(text: &str) -> Option<Self> {
        let plain = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
        ((1..=63).contains(&text.len()) && text.bytes().all(plain)).then(|| Self(text.to_owned()))
    }

    /// The name as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl KeyRing {
    /// A ring of one key.
    pub fn of(id: KeyId, random: Zeroizing<[u8; 32]>) -> Self {
        Self { keys: vec![(id, random)] }
    }

    /// Reads a ring.
    ///
    /// # Errors
    /// The first line that will not do.
    pub fn read(text: &str) -> Result<Self, BadKeys> {
        let mut keys: Vec<(KeyId, Zeroizing<[u8; 32]>)> = Vec::new();
        for (index, content) in text.lines().enumerate() {
            let line = index.saturating_add(1);
            let content = content.trim();
            if content.is_empty() || content.starts_with('#') {
                continue;
            }
            let (id, key) = content.split_once('=').ok_or(BadKeys::Line { line })?;
            let id = KeyId::parse(id.trim()).ok_or(BadKeys::Line { line })?;
            let key = from_hex(key.trim()).ok_or(BadKeys::Line { line })?;
            if keys.iter().any(|(known, _)| *known == id) {
                return Err(BadKeys::Twice { line });
            }
            keys.push((id, key));
        }
        if keys.is_empty() { Err(BadKeys::Empty) } else { Ok(Self { keys }) }
    }

    /// The ring as text.
    pub fn to_text(&self) -> Zeroizing<String> {
        const HEAD: &str = "# Muster: keys that wrap the keys of people and of what entries say of them. The last one wraps, the others unwrap.\n\
                            # Whoever has this file and the store can read who the people are and what is said of them. Keep it apart from backups.\n";
        let room = self.keys.len().saturating_mul(160).saturating_add(HEAD.len());
        let mut text = Zeroizing::new(String::with_capacity(room));
        text.push_str(HEAD);
        for (id, key) in &self.keys {
            let digits = Zeroizing::new(hex(key.as_slice()));
            for part in [id.as_str(), " = ", &digits, "\n"] {
                text.push_str(part);
            }
        }
        text
    }

    /// The keys by name, the oldest first.
    pub fn ids(&self) -> impl Iterator<Item = &KeyId> {
        self.keys.iter().map(|(id, _)| id)
    }

    /// Puts a new key at the end: it wraps from now on. A name that is taken is not taken again.
    #[must_use]
    pub fn with(mut self, id: KeyId, random: Zeroizing<[u8; 32]>) -> Self {
        if self.key(&id).is_none() {
            self.keys.push((id, random));
        }
        self
    }

    /// The ring without a key, unless it is the only one.
    #[must_use]
    pub fn without(mut self, id: &KeyId) -> Self {
        if self.keys.len() > 1 {
            self.keys.retain(|(known, _)| known != id);
        }
        self
    }

    /// Wraps the key of a place with the newest key.
    pub fn wrap(&self, to: Bound<'_>, nonce: [u8; 24], key: &DataKey) -> Option<Wrapped> {
        let (id, with) = self.keys.last()?;
        let bytes = data_key::seal(with, &bound(id, to), nonce, key.expose());
        Some(Wrapped { with: id.clone(), bytes })
    }

    /// Unwraps the key of a place.
    ///
    /// # Errors
    /// [`NotUnwrapped`], naming the key of the ring and nothing else.
    pub fn unwrap(&self, to: Bound<'_>, wrapped: &Wrapped) -> Result<DataKey, NotUnwrapped> {
        let Wrapped { with, bytes } = wrapped;
        let key = self.key(with).ok_or_else(|| NotUnwrapped::NoSuchKey { with: with.clone() })?;
        let does_not_open = |DoesNotOpen| NotUnwrapped::DoesNotOpen { with: with.clone() };
        let opened = data_key::open(key, &bound(with, to), bytes).map_err(does_not_open)?;
        let key = <[u8; 32]>::try_from(opened.as_slice()).map_err(|_| does_not_open(DoesNotOpen))?;
        Ok(DataKey::new(Zeroizing::new(key)))
    }

    fn key(&self, id: &KeyId) -> Option<&[u8; 32]> {
        self.keys.iter().find(|(known, _)| known == id).map(|(_, key)| &**key)
    }
}

fn bound(id: &KeyId, to: Bound<'_>) -> Vec<u8> {
    [to.of_its_key().as_slice(), id.as_str().as_bytes()].concat()
}

fn from_hex(text: &str) -> Option<Zeroizing<[u8; 32]>> {
    if text.len() != 64 || !text.bytes().all(|byte| byte.is_ascii_hexdigit()) {
        return None;
    }
    let mut key = Zeroizing::new([0; 32]);
    for (index, byte) in key.iter_mut().enumerate() {
        let at = index.checked_mul(2)?;
        *byte = u8::from_str_radix(text.get(at..at.checked_add(2)?)?, 16).ok()?;
    }
    Some(key)
}
