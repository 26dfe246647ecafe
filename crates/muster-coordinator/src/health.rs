//! Whether a server is fit to be written to, and why not.
//!
//! At every start each record is walked from its first entry, beside what is served. A record that is not as it was
//! written seals the store: nothing more is written on a file that somebody, or a disk, has changed, and what can be read
//! is still read, for people work incidents with it.

use std::sync::OnceLock;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

use muster_record::ids::IncidentId;
use muster_store::{ReadError, Reads};

/// Whether a server is fit to be written to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Health {
    /// Its records are walked; it serves meanwhile.
    Checking {
        /// Records that are in order.
        done: usize,
    },
    /// Every record is as it was written, and the last write is on the disk.
    Well,
    /// The disk did not confirm the last write.
    Unconfirmed,
    /// A record is not as it was written: nothing is written any more.
    Sealed {
        /// Which, and what is wrong with it.
        why: String,
    },
    /// It is stopping, or what writes has ended.
    Ended,
}

impl std::fmt::Display for Health {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Checking { done } => write!(f, "checking the chains: {done} records are in order so far"),
            Self::Well => write!(f, "ready"),
            Self::Unconfirmed => write!(f, "the disk did not confirm the last write"),
            Self::Sealed { why } => write!(f, "sealed, read only: {why}"),
            Self::Ended => write!(f, "stopping"),
        }
    }
}

/// Keeps what is known of the store's health.
#[derive(Debug, Default)]
pub(crate) struct Watchman {
    sealed: OnceLock<String>,
    walked: AtomicUsize,
    is_walked: AtomicBool,
    is_unconfirmed: AtomicBool,
    ends: AtomicBool,
}

/// Records that are asked for at a time.
const PAGE: usize = 500;

impl Watchman {
    /// Why nothing is written any more, if so.
    pub(crate) fn sealed(&self) -> Option<&str> {
        self.sealed.get().map(String::as_str)
    }

    /// The disk confirmed what was written last, or did not.
    pub(crate) fn wrote(&self, confirmed: bool) {
        self.is_unconfirmed.store(!confirmed, Ordering::Relaxed);
    }

    /// Ends the walk, if it still goes on.
    pub(crate) fn end(&self) {
        self.ends.store(true, Ordering::Relaxed);
    }

    pub(crate) fn health(&self) -> Health {
        if self.ends.load(Ordering::Relaxed) {
            return Health::Ended;
        }
        if let Some(why) = self.sealed() {
            return Health::Sealed { why: why.to_owned() };
        }
        if self.is_unconfirmed.load(Ordering::Relaxed) {
            return Health::Unconfirmed;
        }
        if self.is_walked.load(Ordering::Acquire) {
            return Health::Well;
        }
        Health::Checking { done: self.walked.load(Ordering::Relaxed) }
    }

    /// Walks every record that there is now. What is appended meanwhile was written by this process.
    pub(crate) fn walk(&self, readers: &dyn Reads) {
        if let Err(why) = self.walk_all(readers) {
            tracing::error!(why, "a record is damaged: the store is sealed, and nothing is written any more");
            metrics::gauge!("muster_sealed").set(1.0);
            drop(self.sealed.set(why));
        }
        self.is_walked.store(true, Ordering::Release);
    }

    fn walk_all(&self, readers: &dyn Reads) -> Result<(), String> {
        let mut after: Option<IncidentId> = None;
        loop {
            let page = readers.all_incidents(after.as_ref(), PAGE).map_err(|error: ReadError| {
                format!("the list of records cannot be read: {error}; run `muster verify` on a copy")
            })?;
            for incident in &page {
                if self.ends.load(Ordering::Relaxed) {
                    return Ok(());
                }
                readers.verify(incident).map_err(|broken| format!("{broken}; run `muster verify` on a copy"))?;
                self.walked.fetch_add(1, Ordering::Relaxed);
            }
            after = page.last().cloned();
            if page.len() < PAGE {
                return Ok(());
            }
        }
    }
}
