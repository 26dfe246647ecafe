//! What was acknowledged is there when the store is opened again.

use muster_store::{Append, Write};

use crate::Home;
use crate::scene::{Told as _, agency, all, record, request_id, with_keys};

/// A record of a few change sets, with the entries that each prefix of them has.
fn story() -> (Vec<Append>, Vec<usize>) {
    let (mut rosebank, mut elmtree) = (record(1), record(2));
    let long = "x".repeat(9_000);
    let changes = vec![
        rosebank.says(&["opened", "invited cqc"]).seating(&["council", "cqc"]).asked_by("council", "r1"),
        elmtree.says(&["opened"]).seating(&["council"]).asked_by("council", "r2"),
        rosebank.says(&[&long]).keeping("{}"),
        rosebank.says(&["a", "b", "c"]).asked_by("cqc", "r1"),
        elmtree.says(&["closed"]).closing().keeping("{}"),
    ];
    let mut ends = vec![0];
    ends.extend(changes.iter().scan(0, |sum, change| {
        *sum += change.entries.len();
        Some(*sum)
    }));
    (changes, ends)
}

pub fn reopening_after_each_change_set_reads_the_same(home: &dyn Home) {
    let (story, ends) = story();
    for (count, change) in story.iter().enumerate() {
        let mut store = home.open();
        let before = all(store.as_ref());
        assert_eq!(before.len(), ends[count]);
        store.commit(&[change.clone().write()]).unwrap();
        let after = all(store.as_ref());
        assert_eq!(after[..before.len()], before);
        // Half of them are not closed as they should be.
        if count % 2 == 0 {
            drop(store);
        } else {
            store.close();
        }
        assert_eq!(all(home.open().as_ref()), after);
    }
}

pub fn what_is_beside_the_record_survives(home: &dyn Home) {
    let (story, _) = story();
    let group: Vec<Write> = story.iter().cloned().map(Append::write).collect();
    let given = home.open().commit(&group).unwrap();
    let store = home.open();
    let readers = store.readers();
    assert_eq!(store.last_revision(), given[4]);

    let last = &story[3];
    let head = readers.head(&last.head.incident).unwrap().unwrap();
    assert_eq!((head.seq, head.hash, head.revision), (last.head.seq, last.head.hash, given[3]));
    assert_eq!((head.recorded_at, head.summary), (last.head.recorded_at, last.head.summary.clone()));
    assert!(!head.closed && !head.exercise);

    let third = &story[2];
    let snapshot = with_keys(store.as_ref()).snapshot(&third.head.incident).unwrap().unwrap();
    assert_eq!((snapshot.seq, snapshot.hash, snapshot.version), (third.head.seq, third.head.hash, 1));

    let request = readers.request(&agency("cqc"), &request_id("r1")).unwrap();
    assert_eq!(request, last.request.clone().map(|request| (request, given[3])));
}

pub fn a_store_keeps_its_id(home: &dyn Home) {
    let first = home.open();
    let id = first.id();
    first.close();
    assert_eq!(home.open().id(), id);
    assert_eq!(home.open().readers().generations().unwrap(), []);
}
