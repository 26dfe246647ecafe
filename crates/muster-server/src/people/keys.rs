//! Keys: the public keys a provider signs with, as its JSON Web Key Set has them.

use jsonwebtoken::DecodingKey;
use jsonwebtoken::jwk::{AlgorithmParameters, EllipticCurve, Jwk, JwkSet, PublicKeyUse};
use thiserror::Error;

use super::Algorithm;

/// Why a set of keys will not do.
#[derive(Debug, Error)]
pub enum NoKeys {
    /// It is not a JSON Web Key Set.
    #[error("it is not a JSON Web Key Set")]
    NotASet(#[from] serde_json::Error),
    /// It has no key with which a signature could be checked.
    #[error("it holds no public key for signatures of a kind that is taken here")]
    NoneUsable,
}

/// A provider's keys.
#[derive(Debug, Clone)]
pub struct Keys {
    keys: Vec<Key>,
}

#[derive(Debug, Clone)]
struct Key {
    id: Option<String>,
    kind: Kind,
    key: DecodingKey,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    P256,
    P384,
    Ed25519,
    Rsa,
}

impl Keys {
    /// Reads a JSON Web Key Set. Shared secrets and keys for encryption in it are passed over.
    ///
    /// # Errors
    /// When it is none, or holds nothing that could be used.
    pub fn read(text: &str) -> Result<Self, NoKeys> {
        let set: JwkSet = serde_json::from_str(text)?;
        let keys: Vec<Key> = set.keys.iter().filter_map(Key::of).collect();
        if keys.is_empty() { Err(NoKeys::NoneUsable) } else { Ok(Self { keys }) }
    }

    /// The key of an id that signs that way; without an id, the only one that does.
    pub(super) fn find(&self, id: Option<&str>, algorithm: Algorithm) -> Option<&DecodingKey> {
        let mut fit = self
            .keys
            .iter()
            .filter(|key| key.kind == kind(algorithm) && id.is_none_or(|id| key.id.as_deref() == Some(id)));
        match (fit.next(), fit.next()) {
            (Some(only), None) => Some(&only.key),
            (None, _) | (Some(_), Some(_)) => None,
        }
    }
}

impl Key {
    #[expect(clippy::wildcard_enum_match_arm, reason = "the library's list of kinds is open")]
    fn of(jwk: &Jwk) -> Option<Self> {
        let kind = match &jwk.algorithm {
            AlgorithmParameters::EllipticCurve(of) if of.curve == EllipticCurve::P256 => Kind::P256,
            AlgorithmParameters::EllipticCurve(of) if of.curve == EllipticCurve::P384 => Kind::P384,
            AlgorithmParameters::OctetKeyPair(of) if of.curve == EllipticCurve::Ed25519 => Kind::Ed25519,
            AlgorithmParameters::RSA(_) => Kind::Rsa,
            // Other curves, shared secrets, and whatever the library comes to know.
            _ => return None,
        };
        match &jwk.common.public_key_use {
            None | Some(PublicKeyUse::Signature) => (),
            Some(PublicKeyUse::Encryption | PublicKeyUse::Other(_)) => return None,
        }
        Some(Self { id: jwk.common.key_id.clone(), kind, key: DecodingKey::from_jwk(jwk).ok()? })
    }
}

fn kind(algorithm: Algorithm) -> Kind {
    match algorithm {
        Algorithm::Es256 => Kind::P256,
        Algorithm::Es384 => Kind::P384,
        Algorithm::EdDsa => Kind::Ed25519,
        Algorithm::Ps256
        | Algorithm::Ps384
        | Algorithm::Ps512
        | Algorithm::Rs256
        | Algorithm::Rs384
        | Algorithm::Rs512 => Kind::Rsa,
    }
}
