//! Entries as one reader sees them: whole, or as a stub that keeps the sequence and the chain.

use muster_coordinator::{QueryError, Viewing, Written};
use muster_proto::{entry, v1};
use muster_record::entry::{Domain, Sealed};
use muster_record::visible::Seen;

/// A stored entry as a viewer sees it, ready to send.
pub(crate) fn stored(viewing: &Viewing, sealed: &Sealed) -> Result<v1::Entry, QueryError> {
    let Viewing { access, at, exercise } = viewing;
    let stub = Seen::Stub { seq: sealed.seq, recorded_at: sealed.recorded_at, commitment: sealed.commitment };
    let seen = if access.sees(&sealed.labels()?, *at).is_seen() {
        // What was erased is a stub to everybody.
        sealed.open_unless_erased()?.map_or(stub, |read| Seen::Whole(Box::new(read)))
    } else {
        stub
    };
    Ok(entry::write_entry(&sealed.incident, &seen, sealed.hash, sealed.commitment, Domain::of_exercise(*exercise)))
}

/// An entry that the caller has just written, which it may see.
pub(crate) fn written(written: &Written, exercise: bool) -> v1::Entry {
    let Written { entry: own, hash, commitment } = written;
    let seen = Seen::Whole(Box::new(own.clone()));
    entry::write_entry(&own.incident, &seen, *hash, *commitment, Domain::of_exercise(exercise))
}
