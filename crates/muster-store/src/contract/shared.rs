//! What a store has besides when several servers write it: word of what others wrote, and whose turn it is to look.

use std::time::Duration;

use muster_record::ids::{IncidentId, Seq};
use muster_record::time::Instant;

use crate::error::ReadError;
use crate::write::{Fence, Revision};

/// How a server names itself to others that share its store: a name of this run of it, which no other run ever has.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Holder(pub String);

/// Whose turn it is at something that one server at a time does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Lease {
    /// The asker's, from before it asked on, for as long as it asked for. What it writes says this number.
    Yours(Fence),
    /// Another's.
    Anothers,
}

/// How far rule sets have come with an incident, and whether anybody is at it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LookStanding {
    /// The incident.
    pub incident: IncidentId,
    /// Its last entry.
    pub seq: Seq,
    /// The last entry that they have seen; 0 where they have not looked.
    pub looked: Seq,
    /// When they asked to look again.
    pub look_again_at: Option<Instant>,
    /// Whether the incident is closed, so that nobody looks any more.
    pub closed: bool,
    /// Whether somebody has its lease.
    pub is_held: bool,
}

/// A number for everything that is kept beside the records and that a server holds in memory. Where one is another than
/// before, a server somewhere changed something of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct BesideMarks {
    /// Of what agencies installed.
    pub installs: u64,
    /// Of the register.
    pub register: u64,
    /// Of webhooks, other than how far they have come.
    pub webhooks: u64,
}

/// A store that several servers write.
///
/// All of it may be called from any thread, and blocks it as reads do.
pub trait Shared: Send + Sync {
    /// Waits until more is settled than is known, and no longer than `patience`; says how far it is settled then.
    fn await_news(&self, known: Revision, patience: Duration) -> Revision;

    /// A revision that no change set has gone beyond, whether it is settled or not: no place that was ever told of lies
    /// behind it.
    ///
    /// # Errors
    /// When the store cannot be read.
    fn drawn(&self) -> Result<Revision, ReadError>;

    /// Asks for the lease of something, which is that of an incident where `what` is its id. Where it is the asker's already it is lengthened; where it is another's that has
    /// not lapsed, it stays there. Whoever gets one that another had before gets a greater number with it.
    ///
    /// Time is that of the database, so that no two servers can differ on it.
    ///
    /// # Errors
    /// When the store cannot be written; whether the lease was given is not known then.
    fn lease(&self, what: &str, holder: &Holder, lasts: Duration) -> Result<Lease, ReadError>;

    /// Gives back every lease of a holder, so that nobody waits for them to lapse.
    ///
    /// # Errors
    /// When the store cannot be written: they lapse by themselves then.
    fn release(&self, holder: &Holder) -> Result<(), ReadError>;

    /// How far rule sets have come with these incidents, in order of id; nothing of those that there are not.
    ///
    /// # Errors
    /// When the store cannot be read.
    fn looks(&self, incidents: &[IncidentId]) -> Result<Vec<LookStanding>, ReadError>;

    /// What may have changed beside the records.
    ///
    /// # Errors
    /// When the store cannot be read.
    fn beside(&self) -> Result<BesideMarks, ReadError>;
}
