//! Entries as one reader sees them: whole, or as a stub that keeps the sequence and the chain.

use muster_coordinator::{Commit, QueryError, Viewing, Written};
use muster_proto::watching::{Ready, ready_entry, ready_head};
use muster_proto::{entry, v1};
use muster_record::entry::{Domain, Sealed};
use muster_record::visible::Seen;
use prost::bytes::Bytes;

/// A stored entry as a viewer sees it, ready to send.
pub(crate) fn stored(viewing: &Viewing, sealed: &Sealed) -> Result<v1::Entry, QueryError> {
    Ok(written_as(&viewing.seen(sealed)?, sealed, Domain::of_exercise(viewing.exercise)))
}

/// A commit as a viewer sees it, ready to send, with the token that resumes behind it.
///
/// Who sees what is decided here, for this viewer and now. What comes of it is encoded by the first who sends it, and
/// shared with all who see it so.
pub(crate) fn commit(viewing: &Viewing, commit: &Commit, resume: Bytes) -> Result<Ready, QueryError> {
    let head = commit.head(|| ready_head(commit.incident(), commit.recorded_at()));
    let domain = Domain::of_exercise(viewing.exercise);
    let entries = commit.entries().iter().map(|entry| {
        let form = entry.form(viewing)?;
        entry.wire(form, |sealed| Ok(ready_entry(written_as(&form.of(sealed)?, sealed, domain))))
    });
    Ok(Ready { head, entries: entries.collect::<Result<_, QueryError>>()?, resume })
}

fn written_as(seen: &Seen, sealed: &Sealed, domain: Domain) -> v1::Entry {
    entry::write_entry(&sealed.incident, seen, sealed.hash, sealed.commitment, domain)
}

/// An entry that the caller has just written, which it may see.
pub(crate) fn written(written: &Written, exercise: bool) -> v1::Entry {
    let Written { entry: own, hash, commitment } = written;
    let seen = Seen::Whole(Box::new(own.clone()));
    entry::write_entry(&own.incident, &seen, *hash, *commitment, Domain::of_exercise(exercise))
}

#[cfg(test)]
mod tests;
