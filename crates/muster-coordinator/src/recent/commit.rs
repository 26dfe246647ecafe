//! A commit as those who follow share it: its entries, and what each looks like on the wire, made once.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, OnceLock};

use bytes::Bytes;
use muster_record::Fact;
use muster_record::entry::{Content, Entry, Labels, Sealed};
use muster_record::ids::{IncidentId, Seq};
use muster_record::incident::log;
use muster_record::time::Instant;
use muster_record::visible::Seen;
use muster_store::{Revision, Stored};

use crate::coordinator::Viewing;
use crate::error::QueryError;

/// What an entry takes besides its texts.
const BESIDES: usize = 512;

/// The forms in which an entry goes out. There are no others: who sees an entry sees all of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Form {
    /// All of it.
    Whole,
    /// That there is one.
    Stub,
}

impl Form {
    /// The entry in this form.
    ///
    /// # Errors
    /// When it cannot be read.
    pub fn of(self, sealed: &Sealed) -> Result<Seen, QueryError> {
        Ok(match self {
            Self::Whole => Seen::Whole(Box::new(sealed.open()?)),
            Self::Stub => {
                Seen::Stub { seq: sealed.seq, recorded_at: sealed.recorded_at, commitment: sealed.commitment }
            }
        })
    }
}

/// One commit: entries of one incident that were written together.
pub struct Commit {
    revision: Revision,
    incident: IncidentId,
    last: Seq,
    recorded_at: Instant,
    entries: Vec<Shared>,
    head: OnceLock<Bytes>,
}

/// An entry of a commit, with what was made of it.
pub struct Shared {
    sealed: Sealed,
    /// Erased since it was taken in. Whoever still holds it sends no more of it than that there is one.
    erased: AtomicBool,
    labels: OnceLock<Labels>,
    whole: OnceLock<Bytes>,
    stub: OnceLock<Bytes>,
}

impl Commit {
    /// The commit of these entries; nothing without any.
    pub(crate) fn of(revision: Revision, entries: Vec<Sealed>) -> Option<Self> {
        let last = entries.last()?;
        let (incident, last, recorded_at) = (last.incident.clone(), last.seq, last.recorded_at);
        let entries = entries.into_iter().map(Shared::of).collect();
        Some(Self { revision, incident, last, recorded_at, entries, head: OnceLock::new() })
    }

    /// The commits in a page of the store.
    pub fn all_of(page: Vec<Stored>) -> Vec<Arc<Self>> {
        let mut page = page.into_iter().peekable();
        let mut commits = Vec::new();
        while let Some(Stored { revision, sealed }) = page.next() {
            let mut entries = vec![sealed];
            while let Some(next) = page.next_if(|next| next.revision == revision) {
                entries.push(next.sealed);
            }
            commits.extend(Self::of(revision, entries).map(Arc::new));
        }
        commits
    }

    /// Its place in the order of the whole store.
    pub fn revision(&self) -> Revision {
        self.revision
    }

    /// The incident.
    pub fn incident(&self) -> &IncidentId {
        &self.incident
    }

    /// Its first entry.
    pub(super) fn first(&self) -> Seq {
        self.entries.first().map_or(self.last, |entry| entry.sealed.seq)
    }

    /// Its last entry.
    pub fn last(&self) -> Seq {
        self.last
    }

    /// When its last entry was written.
    pub fn recorded_at(&self) -> Instant {
        self.recorded_at
    }

    /// Its entries, in order.
    pub fn entries(&self) -> &[Shared] {
        &self.entries
    }

    /// The entries of the incident of which this commit says that they were erased.
    pub(super) fn erased(&self) -> Vec<Seq> {
        let mut all = Vec::new();
        for entry in &self.entries {
            // Most say nothing of the kind, and need not be read for it.
            let says_so = entry.sealed.payload().is_some_and(|payload| payload.contains("erased"));
            if let Some(Ok(Entry { fact: Fact::Log(log::Fact::EntriesErased { entries, .. }), .. })) =
                says_so.then(|| entry.sealed.open())
            {
                all.extend(entries);
            }
        }
        all
    }

    /// Whether rule sets are to look at the incident once more because of it.
    pub(crate) fn changes_the_situation(&self) -> bool {
        // What cannot be read is looked at, and whoever looks says what is wrong with it.
        let changes = |entry: &Shared| entry.sealed.open().map_or(true, |read| read.fact.changes_the_situation());
        self.entries.iter().any(changes)
    }

    /// What stands before its entries on the wire: made by the first who needs it.
    pub fn head(&self, make: impl FnOnce() -> Bytes) -> Bytes {
        self.head.get_or_init(make).clone()
    }

    /// About what it takes in memory. What is made for the wire is as long as the texts it is made of.
    pub(super) fn bytes(&self) -> usize {
        let of_one = |entry: &Shared| {
            let texts = entry.sealed.envelope.len().saturating_add(entry.sealed.payload().map_or(0, str::len));
            texts.saturating_mul(2).saturating_add(BESIDES)
        };
        self.entries.iter().map(of_one).fold(0, usize::saturating_add)
    }
}

impl Shared {
    fn of(sealed: Sealed) -> Self {
        let erased = AtomicBool::new(sealed.content == Content::Erased);
        Self { sealed, erased, labels: OnceLock::new(), whole: OnceLock::new(), stub: OnceLock::new() }
    }

    /// The entry as it is stored.
    pub fn sealed(&self) -> &Sealed {
        &self.sealed
    }

    /// What decides who may see it, read once.
    ///
    /// # Errors
    /// When it cannot be read.
    pub fn labels(&self) -> Result<&Labels, QueryError> {
        match self.labels.get() {
            Some(labels) => Ok(labels),
            None => {
                let read = self.sealed.labels()?;
                Ok(self.labels.get_or_init(|| read))
            }
        }
    }

    /// The form in which somebody sees it. Asked for each of them, each time: only what comes of it is shared.
    ///
    /// # Errors
    /// When it cannot be read.
    pub fn form(&self, viewing: &Viewing) -> Result<Form, QueryError> {
        let seen = viewing.access.sees(self.labels()?, viewing.at).is_seen();
        Ok(if seen && !self.erased.load(Ordering::Acquire) { Form::Whole } else { Form::Stub })
    }

    /// What it says was erased.
    pub(super) fn erase(&self) {
        self.erased.store(true, Ordering::Release);
    }

    /// The entry in a form, as bytes for the wire: made by the first who needs them. Two who are first at once both make
    /// them, and one is kept.
    ///
    /// # Errors
    /// What kept them from being made; nothing is kept then.
    pub fn wire<E>(&self, form: Form, make: impl FnOnce(&Sealed) -> Result<Bytes, E>) -> Result<Bytes, E> {
        let made = match form {
            Form::Whole => &self.whole,
            Form::Stub => &self.stub,
        };
        match made.get() {
            Some(bytes) => Ok(bytes.clone()),
            None => {
                let bytes = make(&self.sealed)?;
                Ok(made.get_or_init(|| bytes).clone())
            }
        }
    }
}
