//! How far the order is settled, shared by all who read and write through one store, and told to those who follow.

use std::sync::{Mutex, PoisonError};

use muster_store::Revision;
use tokio::sync::watch;

use crate::settling::{Look, Settling};

/// The settled prefix as it is known here.
#[derive(Debug)]
pub(crate) struct Settled {
    order: Mutex<Settling>,
    news: watch::Sender<Revision>,
}

impl Settled {
    /// Known up to a revision, from before.
    pub(crate) fn from(revision: u64) -> Self {
        Self { order: Mutex::new(Settling::from(revision)), news: watch::Sender::new(Revision(revision)) }
    }

    /// The last revision that may be shown.
    pub(crate) fn last(&self) -> Revision {
        *self.news.borrow()
    }

    /// Whether something is visible behind a hole.
    pub(crate) fn has_hole(&self) -> bool {
        self.with(|order| order.has_hole())
    }

    /// Takes in revisions that were committed here.
    pub(crate) fn committed(&self, revisions: &[u64]) {
        self.with(|order| order.committed(revisions));
    }

    /// Takes in a look; says up to where a fence is wanted, if one is.
    pub(crate) fn look(&self, look: &Look) -> Option<u64> {
        self.with(|order| order.look(look))
    }

    /// Notes a fence.
    pub(crate) fn fenced(&self, up_to: u64, xid: u64) {
        self.with(|order| order.fenced(up_to, xid));
    }

    /// The numbers of transactions may mean something else from now on.
    pub(crate) fn reconnected(&self) {
        self.with(Settling::reconnected);
    }

    /// Tells of it whenever more is settled.
    pub(crate) fn news(&self) -> watch::Receiver<Revision> {
        self.news.subscribe()
    }

    fn with<T>(&self, change: impl FnOnce(&mut Settling) -> T) -> T {
        let mut order = self.order.lock().unwrap_or_else(PoisonError::into_inner);
        let changed = change(&mut order);
        let settled = Revision(order.settled());
        // Told while it is held, so that nobody is told of less after more.
        self.news.send_if_modified(|last| {
            let is_more = *last < settled;
            *last = settled;
            is_more
        });
        changed
    }
}
