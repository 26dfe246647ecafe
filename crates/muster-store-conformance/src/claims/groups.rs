//! A group is written whole or not at all, and only where it goes on from what is stored.

use muster_record::entry::{Content, Hash};
use muster_record::ids::Seq;
use muster_store::{Append, CommitError, Revision};

use crate::Home;
use crate::scene::{Record, Told as _, agency, all, record, request_id};

/// Commits a group whose last append is at fault, and expects nothing of it to be there.
#[track_caller]
fn nothing_of(home: &dyn Home, faulty: Append) -> CommitError {
    let mut store = home.open();
    // The first fault in this home makes the record that the others are at odds with.
    if store.readers().head(&record(1).incident).unwrap().is_none() {
        store.commit(&[record(1).says(&["opened"]).asked_by("council", "r1").write()]).unwrap();
    }
    let before = all(store.as_ref());
    let mut elmtree = record(2);
    let sound = elmtree.says(&["opened"]).seating(&["council"]).asked_by("council", "r2");
    let err = store.commit(&[sound.write(), faulty.write()]).unwrap_err();
    assert!(!err.is_unknown(), "{err}");
    let readers = store.readers();
    assert_eq!(all(store.as_ref()), before);
    assert_eq!(readers.head(&elmtree.incident).unwrap(), None);
    assert_eq!(readers.request(&agency("council"), &request_id("r2")).unwrap(), None);
    assert_eq!(readers.incidents_of(&agency("council"), None, 9).unwrap(), []);
    store.close();
    err
}

fn opened() -> Record {
    let mut rosebank = record(1);
    rosebank.says(&["opened"]);
    rosebank
}

pub fn a_group_at_fault_leaves_nothing_of_it(home: &dyn Home) {
    let err = nothing_of(home, record(1).says(&["opened again"]));
    assert!(matches!(err, CommitError::Stale { .. }), "{err}");
    let mut store = home.open();
    let revision = store.last_revision();
    let given = store.commit(&[record(2).says(&["opened"]).asked_by("council", "r2").write()]).unwrap();
    assert!(given[0] > revision, "and the store goes on");
    assert_eq!(all(store.as_ref()).len(), 2);
}

pub fn an_append_that_does_not_follow_the_record_is_stale(home: &dyn Home) {
    let behind = nothing_of(home, record(1).says(&["opened again"]));
    assert!(matches!(behind, CommitError::Stale { first: Seq(1), stored: Seq(1), .. }), "{behind}");

    let mut ahead = opened();
    ahead.says(&["never committed"]);
    let ahead = nothing_of(home, ahead.says(&["after it"]));
    assert!(matches!(ahead, CommitError::Stale { first: Seq(3), stored: Seq(1), .. }), "{ahead}");

    let mut fork = record(1);
    fork.says(&["opened otherwise"]);
    let fork = nothing_of(home, fork.says(&["after that"]));
    assert!(matches!(fork, CommitError::Stale { first: Seq(2), stored: Seq(1), .. }), "{fork}");

    let mut unknown = record(7);
    unknown.says(&["never committed"]);
    let unknown = nothing_of(home, unknown.says(&["after it"]));
    assert!(matches!(unknown, CommitError::Stale { first: Seq(2), stored: Seq(0), .. }), "{unknown}");
}

pub fn an_append_at_odds_with_itself_is_not_written(home: &dyn Home) {
    #[track_caller]
    fn check(home: &dyn Home, fault: impl FnOnce(&mut Append), expect: &str) {
        let mut change = opened().says(&["31 residents", "4 out of area"]);
        fault(&mut change);
        let err = nothing_of(home, change);
        assert!(matches!(err, CommitError::Incoherent { .. }), "{err:?}");
        assert!(err.to_string().ends_with(expect), "{err}");
    }
    check(home, |change| change.entries.clear(), "a change set has no entry");
    check(home, |change| change.head.seq = Seq(9), "the head is not the last entry");
    check(home, |change| change.head.exercise = true, "a record is a rehearsal from its first entry or never");
    check(home, |change| change.entries[0].incident = record(9).incident, "an entry is of another incident");
    check(
        home,
        |change| match &mut change.entries[1].content {
            Content::Whole { payload, salt: _ } => payload.push(' '),
            Content::Locked | Content::Erased => (),
        },
        "entry 3: envelope or payload is not what was committed to",
    );
    check(
        home,
        |change| {
            change.entries[1].hash = Hash::NONE;
            change.head.hash = Hash::NONE;
        },
        "entry 3: its hash does not follow from entry 2",
    );
    check(home, |change| change.entries.insert(1, change.entries[0].clone()), "entry 2 stands where entry 3 should");
}

pub fn one_group_goes_on_with_what_it_began(home: &dyn Home) {
    let (mut rosebank, mut elmtree) = (record(1), record(2));
    let mut store = home.open();
    let group: Vec<_> =
        (0..40).flat_map(|_| [rosebank.says(&["a", "b"]).write(), elmtree.says(&["x"]).write()]).collect();
    assert_eq!(store.commit(&group).unwrap().len(), 80);
    let readers = store.readers();
    assert_eq!(readers.verify(&rosebank.incident).unwrap().entries, 80);
    assert_eq!(readers.verify(&elmtree.incident).unwrap().entries, 40);
}

pub fn an_empty_group_is_nothing(home: &dyn Home) {
    let mut store = home.open();
    assert_eq!(store.commit(&[]).unwrap(), []);
    assert_eq!(store.last_revision(), Revision(0));
    assert_eq!(all(store.as_ref()), []);
}
