//! The last commits, kept in memory for those who follow: the log is the queue, and this is its newest part.
//!
//! Nothing is queued for anybody. Whoever follows has a place and reads on from it; whoever is behind the oldest commit
//! that is kept pages from the store, where all of them are. What an entry looks like on the wire is made once, by the
//! first who sends it, and shared; how it is made is no concern of this crate.

use std::collections::VecDeque;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, PoisonError, RwLock};

use muster_record::ids::{IncidentId, Seq};
use muster_store::{Revision, Write};

mod commit;

pub use commit::{Commit, Form, Shared};

/// How much is kept.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Room {
    /// Entries, however small they are.
    pub(crate) entries: usize,
    /// Bytes of them, with what is made of them for the wire.
    pub(crate) bytes: usize,
}

/// A second of what the server takes when it is busiest: a watcher that is further behind was away or does not keep up, and
/// paging from the store costs it less than keeping more would cost everybody.
pub(crate) const ROOM: Room = Room { entries: 8_192, bytes: 8 * 1024 * 1024 };

/// Instead of the last commit, when it is not known: no store comes this far.
const NOT_KNOWN: u64 = u64::MAX;

/// The last commits of a store. The writer puts them here when they are durable, before it answers and before anybody is
/// told that there is something new.
pub(crate) struct Recent {
    room: Room,
    kept: RwLock<Kept>,
    /// The last commit of the store, readable without waiting for `kept`.
    last: AtomicU64,
}

/// All commits behind `gone`, up to `end`. Where several servers write, numbers between may be nobody's.
struct Kept {
    gone: Revision,
    end: Revision,
    commits: VecDeque<Arc<Commit>>,
    entries: usize,
    bytes: usize,
}

/// The next commits of an incident, and up to where it is known that there are no others.
pub(crate) struct Stretch {
    pub(crate) commits: Vec<Arc<Commit>>,
    pub(crate) until: Revision,
}

impl Recent {
    /// Nothing kept yet, of a store whose last commit this is.
    pub(crate) fn behind(last: Revision, room: Room) -> Self {
        let kept = Kept { gone: last, end: last, commits: VecDeque::new(), entries: 0, bytes: 0 };
        Self { room, kept: RwLock::new(kept), last: AtomicU64::new(last.0) }
    }

    /// The last commit of the store; nothing while it is not known whether one was written.
    pub(crate) fn last(&self) -> Option<Revision> {
        Some(self.last.load(Ordering::Acquire)).filter(|last| *last != NOT_KNOWN).map(Revision)
    }

    /// Takes in what has just been committed, after which `last` is the last commit of the store, and lets go of what was
    /// erased with it.
    pub(crate) fn take_in(&self, writes: Vec<Write>, revisions: &[Revision], last: Revision) {
        let (mut commits, mut erased) = (Vec::new(), Vec::new());
        let mut revisions = revisions.iter();
        for write in writes {
            if let Write::Append(append) = write {
                commits.extend(revisions.next().and_then(|revision| Commit::of(*revision, append.entries)));
            } else if let Write::EraseEntries { incident, entries } = write {
                erased.push((incident, entries));
            }
        }
        let mut kept = self.kept.write().unwrap_or_else(PoisonError::into_inner);
        for commit in commits {
            kept.push(Arc::new(commit));
        }
        for (incident, entries) in erased {
            kept.forget(&incident, &entries);
        }
        kept.ends_at(last);
        kept.make_room(self.room);
        self.last.store(last.0, Ordering::Release);
    }

    /// Takes in what the store says was written behind one commit up to another, by whichever server.
    pub(crate) fn follow(&self, from: Revision, commits: Vec<Arc<Commit>>, until: Revision) {
        let mut kept = self.kept.write().unwrap_or_else(PoisonError::into_inner);
        kept.ends_at(from);
        for commit in commits {
            let erased = commit.erased();
            let incident = commit.incident().clone();
            kept.add(commit);
            if !erased.is_empty() {
                kept.forget(&incident, &erased);
            }
        }
        kept.end = until;
        kept.make_room(self.room);
        self.last.store(until.0, Ordering::Release);
    }

    /// A commit failed, and may have been written all the same: only the store knows, until one goes well.
    pub(crate) fn lost_count(&self) {
        let mut kept = self.kept.write().unwrap_or_else(PoisonError::into_inner);
        kept.clear();
        self.last.store(NOT_KNOWN, Ordering::Release);
    }

    /// The next commits of all incidents, whole, until there are `limit` entries; nothing where some are kept no more.
    pub(crate) fn since(&self, after: Revision, limit: usize) -> Option<Vec<Arc<Commit>>> {
        let kept = self.kept.read().unwrap_or_else(PoisonError::into_inner);
        self.last()?;
        let mut found = Vec::new();
        let mut entries = 0_usize;
        for commit in kept.behind(after)? {
            if entries >= limit {
                break;
            }
            entries = entries.saturating_add(commit.entries().len());
            found.push(Arc::clone(commit));
        }
        Some(found)
    }

    /// The same for the commits of one incident that have entries behind `after`, by somebody who has looked at all commits
    /// up to `looked`; nothing either where `after` is in the middle of one.
    pub(crate) fn of(&self, incident: &IncidentId, after: Seq, looked: Revision, limit: usize) -> Option<Stretch> {
        let kept = self.kept.read().unwrap_or_else(PoisonError::into_inner);
        self.last()?;
        let mut stretch = Stretch { commits: Vec::new(), until: looked };
        let mut entries = 0_usize;
        for commit in kept.behind(looked)? {
            if entries >= limit {
                return Some(stretch);
            }
            stretch.until = commit.revision();
            if commit.incident() == incident && commit.last() > after {
                if commit.first() <= after {
                    // A page that was read may end within a commit. Only the store gives the rest of it by itself.
                    return None;
                }
                entries = entries.saturating_add(commit.entries().len());
                stretch.commits.push(Arc::clone(commit));
            }
        }
        stretch.until = stretch.until.max(kept.end);
        Some(stretch)
    }
}

impl Kept {
    /// The commits behind one; nothing where the next of them is kept no more.
    fn behind(&self, after: Revision) -> Option<impl Iterator<Item = &Arc<Commit>>> {
        let known = self.commits.partition_point(|commit| commit.revision() <= after);
        (after >= self.gone).then(|| self.commits.range(known..))
    }

    fn push(&mut self, commit: Arc<Commit>) {
        if commit.revision() != self.end.next() {
            // Something was written that did not come by here.
            self.clear();
            self.gone = Revision(commit.revision().0.saturating_sub(1));
        }
        self.add(commit);
    }

    fn add(&mut self, commit: Arc<Commit>) {
        self.end = commit.revision();
        self.entries = self.entries.saturating_add(commit.entries().len());
        self.bytes = self.bytes.saturating_add(commit.bytes());
        self.commits.push_back(commit);
    }

    /// Lets go of everything up to the last commit with one of these entries. Whoever is still behind it reads from the
    /// store, where nothing of them is left.
    fn forget(&mut self, incident: &IncidentId, erased: &[Seq]) {
        let mut until = 0;
        for (place, commit) in self.commits.iter().enumerate().filter(|(_, commit)| commit.incident() == incident) {
            for entry in commit.entries().iter().filter(|entry| erased.contains(&entry.sealed().seq)) {
                entry.erase();
                until = place.saturating_add(1);
            }
        }
        for _ in 0..until {
            self.let_go();
        }
    }

    fn ends_at(&mut self, last: Revision) {
        if self.end != last {
            self.clear();
            (self.gone, self.end) = (last, last);
        }
    }

    fn make_room(&mut self, room: Room) {
        while self.entries > room.entries || self.bytes > room.bytes {
            self.let_go();
        }
    }

    fn let_go(&mut self) {
        match self.commits.pop_front() {
            Some(oldest) => {
                self.gone = oldest.revision();
                self.entries = self.entries.saturating_sub(oldest.entries().len());
                self.bytes = self.bytes.saturating_sub(oldest.bytes());
            }
            None => (self.entries, self.bytes) = (0, 0),
        }
    }

    fn clear(&mut self) {
        self.gone = self.end;
        self.commits.clear();
        (self.entries, self.bytes) = (0, 0);
    }
}
