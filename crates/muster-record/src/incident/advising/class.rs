//! The classes under which the host's side says why a rule set was not asked. Those of a component that was asked and
//! failed are the host's own words.

/// It failed too often in a row, and is not asked any more.
pub const QUARANTINED: &str = "quarantined";

/// Its agency took it out of use.
pub const OUT_OF_USE: &str = "out-of-use";

/// The component that an incident is pinned to could not be loaded.
pub const NOT_LOADED: &str = "not-loaded";

/// It was not answered in time.
pub const TIMED_OUT: &str = "timed-out";

/// Nothing was free to ask it with.
pub const BUSY: &str = "busy";

/// The classes that the machine decides on, and not the record: another day they may come out otherwise.
pub(super) const OF_THE_MACHINE: &[&str] = &[TIMED_OUT, BUSY, NOT_LOADED];
