//! Which revisions are settled: the prefix of the store's order that nothing can be put into any more.
//!
//! Pure. It is told what was seen in a snapshot of the database and says how far a reader may be shown it; it asks nobody,
//! and whoever drives it is in `settled.rs`. Why it is right is decision 0053.

use std::collections::BTreeSet;

/// What one snapshot of the database showed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Look {
    /// From where on it was asked: what was settled then.
    pub(crate) after: u64,
    /// Every revision behind that which is visible, in order; where that is too many, the first of them.
    pub(crate) visible: Vec<u64>,
    /// Whether those are all.
    pub(crate) is_whole: bool,
    /// Every transaction with a smaller number than this had ended.
    pub(crate) xmin: u64,
}

/// A transaction number that was drawn after a hole was seen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Fence {
    /// The greatest revision that was visible when the hole was seen. Whoever drew it or a smaller one had a smaller
    /// transaction number than the fence's.
    up_to: u64,
    /// The fence's number.
    xid: u64,
}

/// How far the order is settled, and what is known behind that.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct Settling {
    settled: u64,
    /// Revisions that are visible and stand behind a hole.
    behind: BTreeSet<u64>,
    fence: Option<Fence>,
    /// The first hole, as the look before saw it. Most are filled by the next: their transaction was just committing.
    hole: Option<u64>,
}

impl Settling {
    /// Known to be settled up to a revision, from before.
    pub(crate) fn from(settled: u64) -> Self {
        Self { settled, ..Self::default() }
    }

    /// The last revision that may be shown.
    pub(crate) fn settled(&self) -> u64 {
        self.settled
    }

    /// Whether something is visible that may not be shown yet.
    pub(crate) fn has_hole(&self) -> bool {
        !self.behind.is_empty()
    }

    /// Takes in revisions of which it is known that they are committed.
    pub(crate) fn committed(&mut self, revisions: &[u64]) {
        self.behind.extend(revisions);
        self.advance();
    }

    /// Takes in a look. If a hole has outlasted a look, says up to which revision a fence is to be put: draw a transaction
    /// number *after* this, and tell it to [`Settling::fenced`].
    pub(crate) fn look(&mut self, look: &Look) -> Option<u64> {
        self.behind.extend(&look.visible);
        if let Some(Fence { up_to, xid }) = self.fence
            && look.xmin >= xid
            && look.covers(up_to)
            && look.after <= self.settled
        {
            // Whoever could still have filled a hole before the fence had ended when this snapshot was taken, so what
            // they wrote is in it or is nowhere.
            self.settled = self.settled.max(up_to);
        }
        self.advance();
        self.wanted()
    }

    /// Notes the number of a transaction that was drawn after [`Settling::look`] asked for a fence up to there.
    pub(crate) fn fenced(&mut self, up_to: u64, xid: u64) {
        if self.fence.is_none() && up_to > self.settled {
            self.fence = Some(Fence { up_to, xid });
        }
    }

    /// Forgets what depends on the numbers of transactions: the database server is, perhaps, another one.
    pub(crate) fn reconnected(&mut self) {
        (self.fence, self.hole) = (None, None);
    }

    /// Goes on over what is visible without a gap.
    fn advance(&mut self) {
        self.behind = self.behind.split_off(&self.settled.saturating_add(1));
        while self.behind.first() == Some(&self.settled.saturating_add(1)) {
            self.settled = self.settled.saturating_add(1);
            self.behind.pop_first();
        }
        // The hole was filled: the next has a fence of its own.
        self.fence = self.fence.filter(|fence| fence.up_to > self.settled);
    }

    fn wanted(&mut self) -> Option<u64> {
        let hole = self.behind.last().map(|_| self.settled.saturating_add(1));
        let outlasted = hole.is_some() && hole == self.hole;
        self.hole = hole;
        self.behind.last().copied().filter(|_| outlasted && self.fence.is_none())
    }
}

impl Look {
    /// Whether a revision that is visible and not beyond this one would be among those it shows.
    fn covers(&self, revision: u64) -> bool {
        self.is_whole || self.visible.last().is_some_and(|last| *last >= revision)
    }
}

#[cfg(test)]
mod tests;
