//! What is stored is walked along and checked.

use std::collections::BTreeMap;

use muster_store::{VerifyError, Writes};

use crate::Home;
use crate::scene::{Told as _, record};

pub fn a_record_in_order_verifies_and_says_what_it_came_to_at_each_size(home: &dyn Home) {
    let mut rosebank = record(1);
    let mut store = home.open();
    store.commit(&[rosebank.says(&["opened", "31 residents"]).write()]).unwrap();
    let then = store.readers().verify(&rosebank.incident).unwrap();
    store.commit(&[rosebank.says(&["closed"]).write()]).unwrap();
    let readers = store.readers();
    let now = readers.verify_at(&rosebank.incident, &[2, 9]).unwrap();
    assert_eq!((now.entries, now.head, now.locked, now.erased), (3, rosebank.hash, 0, 0));
    assert_eq!(now.at, [(then.root, then.head)]);
    let missing = readers.verify(&record(2).incident).unwrap_err();
    assert!(matches!(missing, VerifyError::NoRecord { .. }), "{missing}");
}

pub fn a_store_in_order_verifies_as_a_whole(home: &dyn Home) {
    let mut store = home.open();
    fill(store.as_mut());
    let walked = store.readers().verify_store(&BTreeMap::from([(record(2).incident, 1)]));
    assert!(walked.broken.is_empty(), "{:?}", walked.broken);
    let told: Vec<(u64, usize)> = walked.records.values().map(|it| (it.entries, it.at.len())).collect();
    assert_eq!(told, [(3, 0), (3, 1), (3, 0)]);
}

fn fill(store: &mut dyn Writes) {
    for number in 1..=3 {
        let mut record = record(number);
        let opened = record.says(&["opened", "noted"]).asked_by("council", &format!("r{number}"));
        store.commit(&[opened.write(), record.says(&["closed"]).closing().write()]).unwrap();
    }
}
