//! Resume tokens: opaque to clients, and refused when they are of another store, another scope or the future.

use muster_record::ids::{IncidentId, Seq};
use thiserror::Error;

/// What a token was given for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Scope {
    /// One incident.
    Incident(IncidentId),
    /// Everything the caller may see.
    All,
}

/// A place in the order of the store, and within one incident.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Token {
    /// The store it is of.
    pub(crate) store: [u8; 16],
    /// What it was given for.
    pub(crate) scope: Scope,
    /// The last commit it covers.
    pub(crate) revision: u64,
    /// The last entry of the incident it covers; zero in the scope of all.
    pub(crate) seq: Seq,
}

/// Why bytes are no token of ours.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[error("not a resume token of this server and scope; start without one")]
pub(crate) struct BadToken;

const VERSION: u8 = 1;

impl Token {
    /// The token as a client keeps it.
    pub(crate) fn to_bytes(&self) -> Vec<u8> {
        let mut bytes = Vec::with_capacity(66);
        bytes.push(VERSION);
        bytes.extend_from_slice(&self.store);
        bytes.extend_from_slice(&self.revision.to_be_bytes());
        bytes.extend_from_slice(&self.seq.0.to_be_bytes());
        if let Scope::Incident(id) = &self.scope {
            bytes.extend_from_slice(id.as_str().as_bytes());
        }
        bytes
    }

    /// Reads a token back.
    pub(crate) fn from_bytes(bytes: &[u8]) -> Result<Self, BadToken> {
        let (version, rest) = bytes.split_first().ok_or(BadToken)?;
        let (store, rest) = rest.split_first_chunk::<16>().ok_or(BadToken)?;
        let (revision, rest) = rest.split_first_chunk::<8>().ok_or(BadToken)?;
        let (seq, rest) = rest.split_first_chunk::<8>().ok_or(BadToken)?;
        let scope = match std::str::from_utf8(rest).map_err(|_| BadToken)? {
            "" => Scope::All,
            id => Scope::Incident(id.parse().map_err(|_| BadToken)?),
        };
        if *version != VERSION {
            return Err(BadToken);
        }
        let (revision, seq) = (u64::from_be_bytes(*revision), Seq(u64::from_be_bytes(*seq)));
        Ok(Self { store: *store, scope, revision, seq })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn token(scope: Scope) -> Token {
        Token { store: [7; 16], scope, revision: 300, seq: Seq(12) }
    }

    #[test]
    fn a_token_reads_back_as_it_was_written() {
        for scope in [Scope::All, Scope::Incident(IncidentId::from_bytes([9; 16]))] {
            let written = token(scope);
            assert_eq!(Token::from_bytes(&written.to_bytes()), Ok(written));
        }
    }

    #[test]
    fn bytes_cut_at_any_place_are_no_token_or_one_of_another_scope() {
        let whole = token(Scope::Incident(IncidentId::from_bytes([9; 16])));
        let bytes = whole.to_bytes();
        for cut in 0..bytes.len() {
            assert_ne!(Token::from_bytes(&bytes[..cut]), Ok(whole.clone()));
        }
        assert_eq!(Token::from_bytes(&bytes[..10]), Err(BadToken));
    }
}
