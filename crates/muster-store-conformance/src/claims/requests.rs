//! What is asked for is done at most once.

use muster_store::CommitError;

use crate::Home;
use crate::scene::{Told as _, agency, all, record, request_id};

pub fn a_request_id_is_used_once_by_an_agency_and_freely_by_another(home: &dyn Home) {
    let mut rosebank = record(1);
    let mut store = home.open();
    let theirs = rosebank.says(&["opened"]).asked_by("council", "r1");
    let ours = rosebank.says(&["seen"]).asked_by("cqc", "r1");
    let given = store.commit(&[theirs.clone().write(), ours.clone().write()]).unwrap();
    let readers = store.readers();
    let asked = |who| readers.request(&agency(who), &request_id("r1")).unwrap();
    assert_eq!(asked("council"), theirs.request.map(|request| (request, given[0])));
    assert_eq!(asked("cqc"), ours.request.clone().map(|request| (request, given[1])));
    assert_eq!(asked("icb"), None);
    let of_writer = store.request(&agency("cqc"), &request_id("r1")).unwrap();
    assert_eq!(of_writer, ours.request.map(|request| (request, given[1])));

    let again = rosebank.clone().says(&["again"]).asked_by("council", "r1");
    let err = store.commit(&[again.write()]).unwrap_err();
    let (who, id) = (agency("council"), request_id("r1"));
    assert!(matches!(&err, CommitError::Repeated { agency, id: used } if *agency == who && *used == id), "{err}");
    assert_eq!(all(store.as_ref()).len(), 2);
    store.commit(&[rosebank.says(&["again"]).asked_by("council", "r2").write()]).unwrap();
}

pub fn a_request_id_used_twice_in_a_group_is_refused(home: &dyn Home) {
    let (mut rosebank, mut elmtree) = (record(1), record(2));
    let mut store = home.open();
    let first = rosebank.says(&["opened"]).asked_by("council", "r1");
    let second = elmtree.says(&["opened"]).asked_by("council", "r1");
    let err = store.commit(&[first.write(), second.write()]).unwrap_err();
    assert!(matches!(err, CommitError::Repeated { .. }), "{err}");
    assert_eq!(all(store.as_ref()), []);
}
