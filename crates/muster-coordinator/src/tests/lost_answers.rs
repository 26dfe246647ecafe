//! A commit whose answer is lost is there all the same, and memory, which nobody told, is not asked for it.

use std::sync::atomic::AtomicBool;

use muster_record::ids::RequestId;
use muster_store::{CommitError, ReadError, Reads, Request, Revision, Write, Writes};

use super::*;

/// A store that writes, and whose answer to that may be lost.
struct Forgetful {
    store: Store,
    forgets: Arc<AtomicBool>,
}

impl Writes for Forgetful {
    fn id(&self) -> [u8; 16] {
        self.store.id()
    }

    fn last_revision(&self) -> Revision {
        self.store.last_revision()
    }

    fn readers(&self) -> Arc<dyn Reads> {
        Arc::new(self.store.readers())
    }

    fn request(&self, agency: &AgencyId, id: &RequestId) -> Result<Option<(Request, Revision)>, ReadError> {
        self.store.request(agency, id)
    }

    fn hold(&mut self, incidents: &[IncidentId]) -> Result<(), CommitError> {
        self.store.hold(incidents)
    }

    fn shared(&self) -> Option<Arc<dyn muster_store::Shared>> {
        None
    }

    fn commit(&mut self, group: &[Write]) -> Result<Vec<Revision>, CommitError> {
        let written = self.store.commit(group)?;
        let is_lost = self.forgets.swap(false, Ordering::Relaxed);
        if is_lost { Err(CommitError::Unknown(rusqlite::Error::InvalidQuery)) } else { Ok(written) }
    }

    fn has_erased(&self) -> bool {
        self.store.has_erased()
    }

    fn checkpoint_if_idle(&mut self) {
        self.store.checkpoint_if_idle();
    }

    fn close(self: Box<Self>) {
        self.store.close();
    }
}

#[test]
fn a_commit_whose_answer_is_lost_is_asked_of_the_store_and_not_of_memory() {
    let (folder, forgets) = (tempfile::tempdir().unwrap(), Arc::new(AtomicBool::new(false)));
    let store = Store::open(&folder.path().join("muster.db"), [1; 16]).unwrap();
    let store = Forgetful { store, forgets: Arc::clone(&forgets) };
    let (writer, readers) = writer_with(Box::new(store), Arc::new(Counted(AtomicU64::new(1))));
    let mut desk = Desk::opened_by(writer, readers, folder);
    let recent = desk.writer.recent();
    let (before, head) = (recent.last().unwrap(), desk.head());

    forgets.store(true, Ordering::Relaxed);
    let asked = desk.ask("lost", vec![note("one")]);
    assert!(matches!(desk.run(vec![asked]).remove(0), Err(AppendError::OutcomeUnknown(_))));
    assert_eq!(desk.head(), head.next(), "it is there all the same");
    assert_eq!(recent.last(), None);

    // Asked again it is answered, and from then on whoever reads has to be shown it.
    let asked = desk.ask("lost", vec![note("one")]);
    let again = desk.run(vec![asked]).remove(0).unwrap();
    assert!(again.replayed && again.last == head.next());
    assert!(recent.since(before, 9).is_none(), "memory has a gap there");

    let asked = desk.ask("next", vec![note("two")]);
    let next = desk.run(vec![asked]).remove(0).unwrap();
    assert!(recent.since(before, 9).is_none());
    assert_eq!(recent.since(again.revision, 9).unwrap().len(), 1);
    assert_eq!(recent.last(), Some(next.revision));
}
