//! Following: the next commits behind a place, from memory where they are kept there and from the store where not.

use std::sync::Arc;

use muster_record::ids::{IncidentId, Seq};
use muster_store::{Reads, Revision, Stored};

use super::Coordinator;
use crate::error::QueryError;
use crate::recent::{Commit, Recent, Stretch};

/// Where somebody who follows one incident stands.
#[derive(Debug, Clone, Copy)]
pub struct Place {
    /// The last entry they have.
    pub seq: Seq,
    /// The last commit of the store, of whatever incident, up to which they have all there is of theirs.
    looked: Revision,
}

impl Place {
    /// Behind an entry, with nothing known of the store's other commits.
    pub fn behind(seq: Seq) -> Self {
        Self { seq, looked: Revision(0) }
    }
}

impl Coordinator {
    /// The next commits of all incidents, whole; the last may go past `limit` entries. The caller asks
    /// [`Coordinator::viewing`] who may see them, when it sends them.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn commits_since(&self, after: Revision, limit: usize) -> Result<Vec<Arc<Commit>>, QueryError> {
        match self.recent.since(after, limit) {
            Some(commits) => Ok(commits),
            None => Ok(Commit::all_of(self.since(after, limit)?)),
        }
    }

    /// The next commits of one incident, in the same way. None are left when it gives none.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn commits_of(&self, id: &IncidentId, place: &mut Place, limit: usize) -> Result<Vec<Arc<Commit>>, QueryError> {
        next_of(&self.recent, &*self.readers, id, place, limit)
    }
}

/// The next commits of one incident: from memory, or a page of the store.
pub(crate) fn next_of(
    recent: &Recent,
    readers: &dyn Reads,
    id: &IncidentId,
    place: &mut Place,
    limit: usize,
) -> Result<Vec<Arc<Commit>>, QueryError> {
    // Before the store is read: what is committed after this comes with the next word that there is more.
    let committed = recent.last();
    if let Some(Stretch { commits, until }) = recent.of(id, place.seq, place.looked, limit) {
        place.looked = until;
        return Ok(commits);
    }
    let page = whole_commits(readers, id, place.seq, limit)?;
    if page.is_empty() {
        place.looked = committed.unwrap_or(place.looked);
    }
    Ok(Commit::all_of(page))
}

/// The next entries of an incident, cut behind a whole commit.
fn whole_commits(readers: &dyn Reads, id: &IncidentId, after: Seq, limit: usize) -> Result<Vec<Stored>, QueryError> {
    let mut page = readers.entries(id, after, limit)?;
    while let (Some(first), Some(last)) = (page.first(), page.last())
        && page.len().is_multiple_of(limit)
    {
        let (first, last, seq) = (first.revision, last.revision, last.sealed.seq);
        if first != last {
            page.retain(|stored| stored.revision != last);
            break;
        }
        let more = readers.entries(id, seq, limit)?;
        if more.is_empty() {
            break;
        }
        page.extend(more);
    }
    Ok(page)
}
