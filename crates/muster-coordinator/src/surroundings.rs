//! What the coordinator does not have of its own: the time, and chance.

use muster_record::ids::IncidentId;
use muster_record::time::{Instant, to_the_millisecond};

/// The time and chance that are handed in: the real ones when serving, moved or seeded ones in rehearsals and tests.
pub trait Surroundings: Send + Sync {
    /// The time now.
    fn now(&self) -> Instant;
    /// How long it is since some moment, by a clock that nobody sets. In rehearsals it may stand.
    fn passed(&self) -> std::time::Duration;
    /// Sixteen random bytes, fit to keep a commitment from being guessed.
    fn random(&self) -> [u8; 16];
}

/// The time now, as fine as the record keeps it.
pub(crate) fn now(surroundings: &dyn Surroundings) -> Instant {
    to_the_millisecond(surroundings.now())
}

/// A new incident's id: a `UUIDv7`, so that ids sort by when they were made.
pub(crate) fn fresh_incident(surroundings: &dyn Surroundings) -> IncidentId {
    let [a, b, c, d, e, f, g, h, i, j, ..] = surroundings.random();
    let millis = u64::try_from(surroundings.now().timestamp_millis()).unwrap_or(0);
    let id = uuid::Builder::from_unix_timestamp_millis(millis, &[a, b, c, d, e, f, g, h, i, j]).into_uuid();
    IncidentId::from_bytes(id.into_bytes())
}
