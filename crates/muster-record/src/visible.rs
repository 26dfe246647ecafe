//! Who sees what: one function decides it for every path out of the record.
//!
//! Sharing, break-glass and the finer classes come with the trust work; their place is here and
//! nowhere else.

use crate::agency::Interest;
use crate::entry::{Audience, Entry, Hash};
use crate::ids::{AgencyId, Seq};
use crate::incident::Incident;
use crate::time::Instant;

/// Somebody who reads: an agency with its interest in the incident.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Viewer {
    /// The agency.
    pub agency: AgencyId,
    /// How far it is involved; none when it has no seat.
    pub interest: Interest,
}

/// An entry as a viewer gets it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Seen {
    /// All of it.
    Whole(Box<Entry>),
    /// That there is one: place, time and commitment, so that the chain still verifies.
    Stub {
        /// Its place.
        seq: Seq,
        /// When it was written.
        recorded_at: Instant,
        /// What the chain hashes in place of its content.
        commitment: Hash,
    },
}

impl Incident {
    /// An agency as a viewer of this incident.
    pub fn viewer(&self, agency: &AgencyId) -> Viewer {
        let interest = self.participants.seat(agency).map_or(Interest::None, |seat| seat.interest);
        Viewer { agency: agency.clone(), interest }
    }
}

/// Whether a viewer may see an entry.
pub fn visible(viewer: &Viewer, audience: &Audience, author: &AgencyId) -> bool {
    if viewer.interest == Interest::None {
        return false;
    }
    match audience {
        Audience::Participants => true,
        Audience::Agencies(named) => *author == viewer.agency || named.contains(&viewer.agency),
    }
}
