//! Entries as one reader sees them: whole, or as a stub that keeps the sequence and the chain.

use muster_coordinator::{QueryError, Viewing, Written};
use muster_proto::{entry, v1};
use muster_record::entry::{Domain, Sealed};
use muster_record::visible::Seen;

/// A stored entry as a viewer sees it, ready to send.
pub(crate) fn stored(viewing: &Viewing, sealed: &Sealed) -> Result<v1::Entry, QueryError> {
    let seen = viewing.seen(sealed)?;
    Ok(entry::write_entry(
        &sealed.incident,
        &seen,
        sealed.hash,
        sealed.commitment,
        Domain::of_exercise(viewing.exercise),
    ))
}

/// An entry that the caller has just written, which it may see.
pub(crate) fn written(written: &Written, exercise: bool) -> v1::Entry {
    let Written { entry: own, hash, commitment } = written;
    let seen = Seen::Whole(Box::new(own.clone()));
    entry::write_entry(&own.incident, &seen, *hash, *commitment, Domain::of_exercise(exercise))
}
