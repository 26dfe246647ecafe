//! Between the record's types and the contract's, each taken apart field by field.

pub(crate) mod advice;
mod situation;
mod words;

use muster_record::time::Instant;

/// A moment in the contract's whole seconds. What is finer is left off, so a rule set never looks ahead.
pub(crate) fn seconds(at: Instant) -> i64 {
    at.timestamp()
}
