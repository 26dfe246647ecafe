//! Resume tokens: opaque to clients, and refused when they are of another store, another scope or the future.

use muster_coordinator::{Coordinator, Generation, Revision};
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
    /// The generation of the store that it was given in; none from before it was ever put back from a backup.
    pub(crate) generation: Option<[u8; 16]>,
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

/// Of a store that was never put back from a backup.
const FIRST: u8 = 1;
/// With the generation.
const LATER: u8 = 2;

impl Token {
    /// Before everything, in the store as it is now.
    pub(crate) fn at_the_beginning(coordinator: &Coordinator, scope: Scope) -> Self {
        let generation = coordinator.generations().last().map(|generation| generation.id);
        Self { store: coordinator.store_id(), generation, scope, revision: 0, seq: Seq(0) }
    }

    /// The last change set behind which the token has no meaning any more, where it is ahead of that: somewhere since
    /// it was given the store was put back from a backup that ends there.
    pub(crate) fn lost_behind(&self, generations: &[Generation]) -> Option<Revision> {
        let known = match self.generation {
            None => Some(0),
            Some(id) => generations.iter().position(|of| of.id == id).map(|place| place.saturating_add(1)),
        };
        let shared = match known {
            Some(later) => generations.iter().skip(later).map(|of| of.after).min()?,
            // Its generation itself was lost. What it shared with this one nobody knows.
            None => return Some(Revision(0)),
        };
        (Revision(self.revision) > shared).then_some(shared)
    }

    /// The token as a client keeps it.
    pub(crate) fn to_bytes(&self) -> Vec<u8> {
        let mut bytes = Vec::with_capacity(82);
        bytes.push(if self.generation.is_none() { FIRST } else { LATER });
        bytes.extend_from_slice(&self.store);
        bytes.extend(self.generation.iter().flatten());
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
        let (generation, rest) = match *version {
            FIRST => (None, rest),
            LATER => rest.split_first_chunk::<16>().map(|(id, rest)| (Some(*id), rest)).ok_or(BadToken)?,
            _ => return Err(BadToken),
        };
        let (revision, rest) = rest.split_first_chunk::<8>().ok_or(BadToken)?;
        let (seq, rest) = rest.split_first_chunk::<8>().ok_or(BadToken)?;
        let scope = match std::str::from_utf8(rest).map_err(|_| BadToken)? {
            "" => Scope::All,
            id => Scope::Incident(id.parse().map_err(|_| BadToken)?),
        };
        let (revision, seq) = (u64::from_be_bytes(*revision), Seq(u64::from_be_bytes(*seq)));
        Ok(Self { store: *store, generation, scope, revision, seq })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn token(scope: Scope) -> Token {
        Token { store: [7; 16], generation: None, scope, revision: 300, seq: Seq(12) }
    }

    fn of(generation: u8) -> Token {
        Token { generation: Some([generation; 16]), ..token(Scope::All) }
    }

    fn generation(id: u8, after: u64) -> Generation {
        Generation { id: [id; 16], after: Revision(after), begun_at: muster_record::time::Instant::UNIX_EPOCH }
    }

    #[test]
    fn a_token_reads_back_as_it_was_written() {
        for scope in [Scope::All, Scope::Incident(IncidentId::from_bytes([9; 16]))] {
            let written = token(scope);
            assert_eq!(Token::from_bytes(&written.to_bytes()), Ok(written.clone()));
            let later = Token { generation: Some([9; 16]), ..written };
            assert_eq!(Token::from_bytes(&later.to_bytes()), Ok(later));
        }
    }

    #[test]
    fn a_token_is_good_up_to_where_every_backup_since_ends() {
        assert_eq!(token(Scope::All).lost_behind(&[]), None);
        assert_eq!(token(Scope::All).lost_behind(&[generation(1, 300)]), None);
        assert_eq!(token(Scope::All).lost_behind(&[generation(1, 299)]), Some(Revision(299)));
        let twice = [generation(1, 299), generation(2, 400)];
        assert_eq!(token(Scope::All).lost_behind(&twice), Some(Revision(299)));
        assert_eq!(of(1).lost_behind(&twice), None);
        assert_eq!(of(2).lost_behind(&twice), None);
        assert_eq!(of(1).lost_behind(&[generation(1, 100), generation(2, 200)]), Some(Revision(200)));
        assert_eq!(of(3).lost_behind(&twice), Some(Revision(0)), "a generation that was itself lost");
        assert_eq!(of(3).lost_behind(&[]), Some(Revision(0)));
    }

    #[test]
    fn bytes_cut_at_any_place_are_no_token_or_one_of_another_scope() {
        let first = token(Scope::Incident(IncidentId::from_bytes([9; 16])));
        for whole in [Token { generation: Some([3; 16]), ..first.clone() }, first] {
            let bytes = whole.to_bytes();
            for cut in 0..bytes.len() {
                assert_ne!(Token::from_bytes(&bytes[..cut]), Ok(whole.clone()));
            }
            assert_eq!(Token::from_bytes(&bytes[..10]), Err(BadToken));
        }
    }
}
