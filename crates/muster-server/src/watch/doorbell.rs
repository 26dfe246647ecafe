//! The doorbell: word that something was committed, to some watchers at a time.
//!
//! Woken all at once, hundreds of watchers stand in the line of the runtime before whatever comes next, and what comes
//! next is an append that waits for its answer. So they are woken in small groups, and between two groups everything else
//! has its turn. It loses nothing: whoever is rung late finds in the log what was committed meanwhile.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};

use muster_coordinator::Revision;
use tokio::sync::watch;
use tokio_util::sync::CancellationToken;

/// Watchers that are woken together: some tens of microseconds of work, which is what each step of an append waits for it.
const TOGETHER: usize = 8;

/// Rings for the watchers of one coordinator, from the first that listens on.
pub(crate) struct Doorbell {
    tip: watch::Receiver<Revision>,
    stop: CancellationToken,
    groups: Mutex<Groups>,
}

/// Watchers by the group in which they are woken.
#[derive(Default)]
struct Groups {
    /// Somebody is there who rings.
    attended: bool,
    /// Nothing is committed any more.
    silent: bool,
    groups: Vec<watch::Sender<()>>,
}

impl Doorbell {
    /// A doorbell that rings whenever the tip moves, until the server stops.
    pub(crate) fn at(tip: watch::Receiver<Revision>, stop: CancellationToken) -> Arc<Self> {
        Arc::new(Self { tip, stop, groups: Mutex::default() })
    }

    /// An ear for one watcher.
    pub(crate) fn ear(self: &Arc<Self>) -> watch::Receiver<()> {
        let mut held = self.held();
        if held.silent {
            return watch::channel(()).1;
        }
        if !held.attended {
            held.attended = true;
            // From before the watcher looks at what there is.
            let mut tip = self.tip.clone();
            tip.mark_unchanged();
            tokio::spawn(attend(Arc::downgrade(self), tip, self.stop.clone()));
        }
        match held.groups.iter().find(|group| group.receiver_count() < TOGETHER) {
            Some(group) => group.subscribe(),
            None => {
                let (group, ear) = watch::channel(());
                held.groups.push(group);
                ear
            }
        }
    }

    /// Rings for the first group from a place on in which somebody is; says where there may be another.
    fn ring(&self, from: usize) -> Option<usize> {
        let held = self.held();
        let mut heard = held.groups.iter().enumerate().skip(from).filter(|(_, group)| group.receiver_count() > 0);
        heard.next()?.1.send_replace(());
        heard.next().map(|(place, _)| place)
    }

    fn fall_silent(&self) {
        let mut held = self.held();
        (held.silent, held.groups) = (true, Vec::new());
    }

    fn held(&self) -> MutexGuard<'_, Groups> {
        self.groups.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Rings until the server stops, nothing is committed any more, or the doorbell is gone.
async fn attend(bell: Weak<Doorbell>, mut tip: watch::Receiver<Revision>, stop: CancellationToken) {
    loop {
        let moved = tokio::select! {
            biased;
            () = stop.cancelled() => return,
            moved = tip.changed() => moved,
        };
        let Some(bell) = bell.upgrade() else { return };
        if moved.is_err() {
            return bell.fall_silent();
        }
        let mut group = bell.ring(0);
        while let Some(next) = group {
            tokio::task::yield_now().await;
            group = bell.ring(next);
        }
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    #[tokio::test]
    async fn everybody_hears_and_all_are_told_when_nothing_comes_any_more() {
        let (tip, told) = watch::channel(Revision(0));
        let bell = Doorbell::at(told, CancellationToken::new());
        let mut ears: Vec<_> = (0..100).map(|_| bell.ear()).collect();
        assert_eq!(bell.held().groups.len(), 100_usize.div_ceil(TOGETHER));
        for revision in 1..4 {
            tip.send_replace(Revision(revision));
            for ear in &mut ears {
                let heard = tokio::time::timeout(Duration::from_secs(30), ear.changed());
                heard.await.expect("not everybody heard").unwrap();
            }
        }
        ears.truncate(TOGETHER);
        drop(bell.ear());
        assert_eq!(bell.held().groups.len(), 13, "places that are free are taken first");
        drop(tip);
        for ear in &mut ears {
            assert!(ear.changed().await.is_err());
        }
        assert!(bell.ear().changed().await.is_err(), "nor does anybody who comes later wait");
    }
}
