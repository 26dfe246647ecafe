//! Several servers on one database.

use std::sync::{Arc, Barrier};
use std::time::Duration;

use muster_store::{CommitError, Revision, Writes as _};
use muster_store_conformance::cluster::database;
use muster_store_conformance::scene::{Record, Told as _, all, record};

/// How many of this database's connections wait for a lock.
pub(crate) const WAITING_FOR_A_LOCK: &str =
    "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database()";

#[test]
fn of_two_who_write_to_one_incident_one_is_stale_and_nothing_is_lost() {
    let Some(home) = database() else { return };
    let mut rosebank = record(1);
    home.store().commit(&[rosebank.says(&["opened"]).write()]).unwrap();
    let (rounds, both) = (25_u64, Arc::new(Barrier::new(2)));
    let writers: Vec<_> = ["council", "cqc"]
        .into_iter()
        .map(|who| {
            let (mut store, both, mut mine) = (home.store(), Arc::clone(&both), rosebank.clone());
            std::thread::spawn(move || {
                let (mut written, mut odd) = (0_u64, Vec::new());
                for _ in 0..rounds {
                    both.wait();
                    let mut next = mine.clone();
                    match store.commit(&[next.says(&[who]).write()]) {
                        Ok(_) => {
                            written += 1;
                            mine = next;
                        }
                        Err(CommitError::Stale { first, stored, .. }) if first == stored => (),
                        // Told at the end: who panics here would leave the other waiting.
                        Err(other) => odd.push(other),
                    }
                    both.wait();
                    // Whoever was beaten reads on, as a coordinator does.
                    let head = store.readers().head(&mine.incident).unwrap().unwrap();
                    mine = Record { seq: head.seq, hash: head.hash, ..mine };
                }
                assert!(odd.is_empty(), "{odd:?}");
                written
            })
        })
        .collect();
    let written: u64 = writers.into_iter().map(|writer| writer.join().unwrap()).sum();
    assert_eq!(written, rounds, "one of the two in each round");
    let store = home.store();
    assert_eq!(store.readers().verify(&rosebank.incident).unwrap().entries, rounds + 1);
    assert_eq!(store.last_revision(), Revision(rounds + 1), "a failed compare burns no revision");
}

#[test]
fn nobody_waits_for_whoever_holds_another_incident() {
    let Some(home) = database() else { return };
    let (mut rosebank, mut elmtree) = (record(1), record(2));
    let (mut store, mut other) = (home.store(), home.store());
    store.commit(&[rosebank.says(&["opened"]).write(), elmtree.says(&["opened"]).write()]).unwrap();
    let holding = home.raw();
    holding.run("BEGIN");
    holding.run(&format!("SELECT FROM head WHERE incident = '{}' FOR UPDATE", rosebank.incident.as_str()));
    other.commit(&[elmtree.says(&["31 residents"]).write()]).unwrap();
    other.commit(&[record(3).says(&["opened"]).write()]).unwrap();
    assert_eq!(all(&other).len(), 4);
    // Whoever wants the one that is held waits for it, and goes on.
    let waiting = rosebank.says(&["waited"]).write();
    let waits = std::thread::spawn(move || store.commit(&[waiting]).unwrap());
    let asking = home.raw();
    while asking.value(WAITING_FOR_A_LOCK) == "0" {
        assert!(!waits.is_finished());
    }
    holding.run("COMMIT");
    waits.join().unwrap();
    assert_eq!(all(&other).len(), 5);
}

#[test]
fn a_record_that_is_held_too_long_may_be_tried_again() {
    let Some(home) = database() else { return };
    let mut rosebank = record(1);
    home.store().commit(&[rosebank.says(&["opened"]).write()]).unwrap();
    let mut settings = home.settings();
    settings.statement = Duration::from_secs(1);
    let mut store = muster_store_postgres::Store::open(&settings, [7; 16]).unwrap();
    let holding = home.raw();
    holding.run("BEGIN; SELECT FROM head FOR UPDATE");
    let more = rosebank.says(&["more"]).write();
    let err = store.commit(std::slice::from_ref(&more)).unwrap_err();
    assert!(matches!(&err, CommitError::Server(error) if error.may_pass()), "{err:?}");
    holding.run("COMMIT");
    store.commit(&[more]).unwrap();
}

#[test]
fn heads_of_a_group_are_held_in_the_order_of_their_ids() {
    let Some(home) = database() else { return };
    let (mut rosebank, mut elmtree) = (record(1), record(2));
    let mut store = home.store();
    store.commit(&[rosebank.says(&["opened"]).write(), elmtree.says(&["opened"]).write()]).unwrap();
    let other = home.raw();
    let held = |of: &Record| format!("SELECT FROM head WHERE incident = '{}' FOR UPDATE NOWAIT", of.incident.as_str());
    other.run("BEGIN");
    other.run(&held(&rosebank));
    let group = [elmtree.says(&["more"]).write(), rosebank.says(&["more"]).write()];
    let elmtree = elmtree.clone();
    let waits = std::thread::spawn(move || store.commit(&group).unwrap());
    let asking = home.raw();
    while asking.value(WAITING_FOR_A_LOCK) == "0" {
        assert!(!waits.is_finished());
    }
    other.run(&held(&elmtree));
    other.run("COMMIT");
    waits.join().unwrap();
}

#[test]
fn groups_that_want_the_same_records_in_any_order_do_not_end_each_other() {
    let Some(home) = database() else { return };
    let opened: Vec<Record> = (1..=6).map(record).collect();
    let writers: Vec<_> = (0..3_usize)
        .map(|number| {
            let (mut store, opened) = (home.store(), opened.clone());
            std::thread::spawn(move || {
                for round in 0..20_usize {
                    let mut group = Vec::new();
                    for place in 0..opened.len() {
                        // Each in another order, and each other round backwards.
                        let turned = if round % 2 == 0 { place + number } else { 2 * opened.len() - place - number };
                        let of = &opened[turned % opened.len()];
                        let head = store.readers().head(&of.incident).unwrap();
                        let mut now =
                            head.map_or(of.clone(), |head| Record { seq: head.seq, hash: head.hash, ..of.clone() });
                        group.push(now.says(&["more"]).write());
                    }
                    match store.commit(&group) {
                        Ok(_) | Err(CommitError::Stale { .. }) => (),
                        Err(other) => panic!("{other:?}"),
                    }
                }
            })
        })
        .collect();
    for writer in writers {
        writer.join().unwrap();
    }
    let walked = home.store().readers().verify_store(&std::collections::BTreeMap::new());
    assert!(walked.broken.is_empty() && walked.records.len() == 6, "{:?}", walked.broken);
}
