//! Heads, seats, snapshots, and how far rule sets have looked.

use muster_record::ids::{IncidentId, Seq};
use muster_store::{Behind, OpenedSnapshot, StoredHead, Write, Writes};

use crate::Home;
use crate::scene::{Told as _, agency, at, record, with_keys};

pub fn the_head_says_what_the_last_append_said(home: &dyn Home) {
    let mut rosebank = record(1);
    let mut store = home.open();
    store.commit(&[rosebank.says(&["opened"]).write(), rosebank.says(&["a", "b"]).write()]).unwrap();
    let last = rosebank.says(&["closed"]).closing();
    let given = store.commit(&[last.clone().write()]).unwrap();
    let expected = StoredHead {
        incident: rosebank.incident.clone(),
        seq: Seq(4),
        hash: rosebank.hash,
        recorded_at: at(4),
        exercise: false,
        closed: true,
        summary: last.head.summary,
        revision: given[0],
    };
    assert_eq!(store.readers().head(&rosebank.incident).unwrap(), Some(expected));
    assert_eq!(store.readers().head(&record(2).incident).unwrap(), None);
}

pub fn an_agency_lists_the_incidents_where_it_has_a_seat_newest_first(home: &dyn Home) {
    let mut store = home.open();
    for number in 1..=5 {
        let mut opened = record(number);
        let guest = if number % 2 == 0 { "icb" } else { "cqc" };
        store.commit(&[opened.says(&["opened"]).seating(&["council", guest]).write()]).unwrap();
    }
    let readers = store.readers();
    let list = |who: &str, after: Option<u8>, limit| -> Vec<IncidentId> {
        let after = after.map(|number| record(number).incident);
        let heads = readers.incidents_of(&agency(who), after.as_ref(), limit).unwrap();
        heads.into_iter().map(|head| head.incident).collect()
    };
    let ids = |numbers: &[u8]| -> Vec<IncidentId> { numbers.iter().map(|number| record(*number).incident).collect() };
    assert_eq!(list("council", None, 99), ids(&[5, 4, 3, 2, 1]));
    assert_eq!(list("council", Some(4), 2), ids(&[3, 2]));
    assert_eq!(list("icb", None, 99), ids(&[4, 2]));
    assert_eq!(list("provider", None, 99), ids(&[]));
    assert_eq!(readers.all_incidents(None, 3).unwrap(), ids(&[1, 2, 3]));
    assert_eq!(readers.all_incidents(Some(&record(3).incident), 3).unwrap(), ids(&[4, 5]));
    assert!(readers.has_seat(&agency("icb"), &record(2).incident).unwrap());
    assert!(!readers.has_seat(&agency("icb"), &record(1).incident).unwrap());
    assert_eq!(readers.somebody_seated().unwrap().map(|(incident, _)| incident), Some(record(5).incident));
}

pub fn a_seat_given_up_is_no_longer_listed_and_an_append_without_seats_keeps_them(home: &dyn Home) {
    let mut rosebank = record(1);
    let mut store = home.open();
    store.commit(&[rosebank.says(&["opened"]).seating(&["council", "cqc", "cqc"]).write()]).unwrap();
    store.commit(&[rosebank.says(&["31 residents"]).write()]).unwrap();
    let seated = |store: &dyn Writes| {
        ["council", "cqc", "icb"].map(|who| store.readers().incidents_of(&agency(who), None, 9).unwrap().len())
    };
    assert_eq!(seated(store.as_ref()), [1, 1, 0]);
    store.commit(&[rosebank.says(&["cqc left"]).seating(&["council"]).write()]).unwrap();
    assert_eq!(seated(store.as_ref()), [1, 0, 0]);
    let group = [
        rosebank.says(&["everybody came"]).seating(&["council", "cqc", "icb"]).write(),
        rosebank.says(&["council left"]).seating(&["cqc", "icb"]).write(),
        rosebank.says(&["noted"]).write(),
    ];
    store.commit(&group).unwrap();
    assert_eq!(seated(store.as_ref()), [0, 1, 1], "of a group the last counts");
}

pub fn the_newest_snapshot_is_read_by_whoever_can_open_it(home: &dyn Home) {
    let (mut rosebank, mut elmtree) = (record(1), record(2));
    let mut store = home.open();
    let readers = with_keys(store.as_ref());
    assert_eq!(readers.snapshot(&rosebank.incident).unwrap(), None);
    store.commit(&[elmtree.says(&["opened"]).keeping("elm").write()]).unwrap();
    for state in ["one", "two", "three", "four"] {
        store.commit(&[rosebank.says(&[state]).keeping(state).write()]).unwrap();
    }
    let newest = OpenedSnapshot { seq: Seq(4), hash: rosebank.hash, version: 1, state: "four".to_owned() };
    assert_eq!(readers.snapshot(&rosebank.incident).unwrap(), Some(newest));
    assert_eq!(store.readers().snapshot(&rosebank.incident).unwrap(), None, "without the keys there is none");
    store.commit(&[Write::DropSnapshots]).unwrap();
    assert_eq!(readers.snapshot(&rosebank.incident).unwrap(), None);
}

pub fn open_incidents_are_behind_until_rule_sets_have_looked_to_their_end(home: &dyn Home) {
    let (mut rosebank, mut elmtree) = (record(1), record(2));
    let mut store = home.open();
    store.commit(&[rosebank.says(&["a", "b"]).write(), elmtree.says(&["a"]).closing().write()]).unwrap();
    let behind = |store: &dyn Writes| store.readers().behind(9).unwrap();
    let of = |seq, looked| Behind { incident: record(1).incident, seq: Seq(seq), looked: Seq(looked) };
    assert_eq!(behind(store.as_ref()), [of(2, 0)]);

    let looked = |seq, again: Option<u64>| Write::Looked {
        incident: record(1).incident,
        seq: Seq(seq),
        look_again_at: again.map(at),
        fence: None,
    };
    store.commit(&[looked(1, None)]).unwrap();
    assert_eq!(behind(store.as_ref()), [of(2, 1)]);
    store.commit(&[looked(2, Some(60))]).unwrap();
    assert_eq!(behind(store.as_ref()), []);
    assert_eq!(store.readers().look_again(9).unwrap(), [(record(1).incident, at(60))]);

    store.commit(&[looked(1, Some(5))]).unwrap();
    let again = store.readers().look_again(9).unwrap();
    assert_eq!(again, [(record(1).incident, at(60))], "an older look undoes nothing");
    store.commit(&[rosebank.says(&["c"]).write()]).unwrap();
    assert_eq!(behind(store.as_ref()), [of(3, 2)]);
    store.commit(&[rosebank.says(&["closed"]).closing().write()]).unwrap();
    assert_eq!((behind(store.as_ref()), store.readers().look_again(9).unwrap()), (vec![], vec![]));
}
