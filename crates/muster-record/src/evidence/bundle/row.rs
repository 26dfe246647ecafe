//! The entries of a bundle, as its reader saw them.

use super::Line;
use crate::entry::{Content, Entry, Hash, Sealed};
use crate::ids::{IncidentId, Seq};
use crate::time::Instant;

/// An entry of a bundle.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Row {
    /// One that the reader saw whole.
    Whole {
        /// The entry.
        entry: Box<Entry>,
        /// What it bound itself to.
        hash: Hash,
    },
    /// One that was withheld.
    Withheld {
        /// Its place.
        seq: Seq,
        /// When it was written.
        recorded_at: Instant,
        /// What it bound itself to.
        hash: Hash,
    },
}

/// Why a line of a bundle could not be read as an entry.
#[derive(Debug, thiserror::Error)]
pub enum NotARow {
    /// It is no line of a bundle.
    #[error("this is no line of a bundle")]
    Line(#[from] serde_json::Error),
    /// Its texts are no entry of any version known here.
    #[error(transparent)]
    Entry(#[from] crate::entry::Broken),
}

impl Row {
    /// Reads a line of the bundle of an incident that a [`super::Checker`] found in order; nothing where the line holds
    /// no entry.
    ///
    /// # Errors
    /// When it is no line of a bundle, or no entry that is known here.
    pub fn read(line: &str, incident: &IncidentId) -> Result<Option<Self>, NotARow> {
        Ok(match serde_json::from_str(line)? {
            Line::Header(_) | Line::Signature { .. } => None,
            Line::Entry { seq, recorded_at, salt, envelope, payload } => {
                let hash = crate::entry::commitment(&salt, &envelope, &payload);
                let (incident, content) = (incident.clone(), Content::Whole { payload, salt });
                let sealed = Sealed { incident, seq, recorded_at, envelope, content, commitment: hash, hash };
                Some(Self::Whole { entry: Box::new(sealed.open()?), hash })
            }
            Line::Stub { seq, recorded_at, commitment } => Some(Self::Withheld { seq, recorded_at, hash: commitment }),
        })
    }
}
