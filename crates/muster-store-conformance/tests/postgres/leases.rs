//! Whose turn it is: one server at a time, another's when it lapses, and what the former wrote late is refused.

use std::time::Duration;

use muster_record::ids::Seq;
use muster_store::{BesideMarks, CommitError, Fence, Holder, Lease, LookStanding, Write, Writes as _};
use muster_store_conformance::cluster::database;
use muster_store_conformance::scene::{Told as _, at, record};

use crate::rivals::WAITING_FOR_A_LOCK;

const LONG: Duration = Duration::from_secs(600);
const AN_INSTANT: Duration = Duration::from_millis(1);

fn one() -> Holder {
    Holder("one".to_owned())
}

fn other() -> Holder {
    Holder("other".to_owned())
}

#[test]
fn a_turn_is_one_servers_until_it_lapses_and_its_number_grows_with_each_who_has_it() {
    let Some(home) = database() else { return };
    let (store, second) = (home.store().shared().unwrap(), home.store().shared().unwrap());
    assert_eq!(store.lease("rosebank", &one(), LONG).unwrap(), Lease::Yours(Fence(1)));
    assert_eq!(store.lease("rosebank", &one(), LONG).unwrap(), Lease::Yours(Fence(1)), "it is lengthened");
    assert_eq!(second.lease("rosebank", &other(), LONG).unwrap(), Lease::Anothers);
    assert_eq!(second.lease("elmtree", &other(), LONG).unwrap(), Lease::Yours(Fence(1)), "another is free");

    assert_eq!(store.lease("rosebank", &one(), AN_INSTANT).unwrap(), Lease::Yours(Fence(1)));
    let taken = (0..10_000).find_map(|_| match second.lease("rosebank", &other(), LONG).unwrap() {
        Lease::Yours(fence) => Some(fence),
        Lease::Anothers => None,
    });
    assert_eq!(taken, Some(Fence(2)));
    assert_eq!(store.lease("rosebank", &one(), LONG).unwrap(), Lease::Anothers);

    // Given back, nobody waits for it to lapse.
    second.release(&other()).unwrap();
    assert_eq!(store.lease("rosebank", &one(), LONG).unwrap(), Lease::Yours(Fence(3)));
    assert_eq!(store.lease("elmtree", &one(), LONG).unwrap(), Lease::Yours(Fence(2)));
}

#[test]
fn what_was_decided_under_a_lease_that_was_taken_over_is_not_written() {
    let Some(home) = database() else { return };
    let mut rosebank = record(1);
    let (mut late, mut now) = (home.store(), home.store());
    late.commit(&[rosebank.says(&["opened"]).write()]).unwrap();
    let incident = rosebank.incident.clone();
    let leases = late.shared().unwrap();
    assert_eq!(leases.lease(incident.as_str(), &one(), LONG).unwrap(), Lease::Yours(Fence(1)));
    leases.release(&one()).unwrap();

    let under = |fence| Write::Leased { incident: incident.clone(), fence: Fence(fence) };
    let mut first = rosebank.clone();
    // It lapsed, and nobody took it over: nothing came between.
    late.commit(&[first.says(&["advice"]).write(), under(1)]).unwrap();
    assert_eq!(leases.lease(incident.as_str(), &other(), LONG).unwrap(), Lease::Yours(Fence(2)));
    let mut rosebank = first;
    now.commit(&[rosebank.says(&["newer advice"]).write(), under(2)]).unwrap();

    let mut too_late = rosebank.clone();
    let refused = late.commit(&[too_late.says(&["old advice"]).write(), under(1)]).unwrap_err();
    assert!(matches!(&refused, CommitError::Fenced { incident: of } if *of == incident), "{refused:?}");
    assert!(!refused.is_unknown());
    let looked = |seq, fence| Write::Looked {
        incident: incident.clone(),
        seq: Seq(seq),
        look_again_at: Some(at(seq)),
        fence: Some(Fence(fence)),
    };
    late.commit(&[looked(3, 1)]).unwrap();
    assert_eq!(late.readers().look_again(9).unwrap(), [], "a look under an old lease is nobody's");
    now.commit(&[looked(3, 2)]).unwrap();
    assert_eq!(late.readers().look_again(9).unwrap(), [(incident.clone(), at(3))]);
    assert_eq!(now.readers().verify(&incident).unwrap().entries, 3);

    let looks = now.shared().unwrap().looks(&[incident.clone(), record(2).incident]).unwrap();
    let (seq, looked, look_again_at) = (Seq(3), Seq(3), Some(at(3)));
    assert_eq!(looks, [LookStanding { incident, seq, looked, look_again_at, closed: false, is_held: true }]);
}

#[test]
fn nobody_takes_a_lease_over_while_what_was_decided_under_it_is_being_written() {
    let Some(home) = database() else { return };
    let mut rosebank = record(1);
    let mut store = home.store();
    store.commit(&[rosebank.says(&["opened"]).write()]).unwrap();
    let (incident, leases) = (rosebank.incident.clone(), home.store().shared().unwrap());
    // It lapses at once, and a transaction has it as a commit does.
    assert_eq!(leases.lease(incident.as_str(), &one(), AN_INSTANT).unwrap(), Lease::Yours(Fence(1)));
    let writing = home.raw();
    writing.run("BEGIN; SELECT fence FROM lease FOR SHARE; SELECT pg_sleep(0.01)");
    let taking = std::thread::spawn(move || leases.lease(incident.as_str(), &other(), LONG).unwrap());
    let watching = home.raw();
    while watching.value(WAITING_FOR_A_LOCK) == "0" {
        assert!(!taking.is_finished(), "it was taken over meanwhile");
    }
    writing.run("COMMIT");
    assert_eq!(taking.join().unwrap(), Lease::Yours(Fence(2)));
}

#[test]
fn records_that_are_held_are_nobody_elses_to_write_until_the_next_group() {
    let Some(home) = database() else { return };
    let mut rosebank = record(1);
    let (mut store, mut rival) = (home.store(), home.store());
    store.commit(&[rosebank.says(&["opened"]).write()]).unwrap();
    let mut beaten = rosebank.clone();
    let rivals = beaten.says(&["the rival's"]).write();
    for empty in [false, true] {
        store.hold(std::slice::from_ref(&rosebank.incident)).unwrap();
        std::thread::scope(|scope| {
            let waits = scope.spawn(|| rival.commit(std::slice::from_ref(&rivals)));
            let watching = home.raw();
            while watching.value(WAITING_FOR_A_LOCK) == "0" {
                assert!(!waits.is_finished(), "it was written meanwhile");
            }
            if empty {
                store.commit(&[]).unwrap();
            } else {
                store.commit(&[rosebank.says(&["held"]).write()]).unwrap();
            }
            let rivals = waits.join().unwrap();
            // What was made for the record as it was does not fit any more, in either case.
            assert!(matches!(rivals, Err(CommitError::Stale { .. })), "{rivals:?}");
        });
    }
    assert_eq!(store.readers().verify(&rosebank.incident).unwrap().entries, 2);
}

#[test]
fn the_marks_of_what_is_beside_the_records_are_others_when_something_of_it_changed() {
    let Some(home) = database() else { return };
    let store = home.store();
    let shared = store.shared().unwrap();
    let before = shared.beside().unwrap();
    assert_eq!(before, BesideMarks::default());
    home.raw().run(
        "INSERT INTO webhook VALUES (1, 'council', '{}', 'k', '\\x00', 'r', decode(repeat('00', 32), 'hex'), NULL)",
    );
    let registered = shared.beside().unwrap();
    assert_ne!(registered.webhooks, before.webhooks);
    assert_eq!((registered.installs, registered.register), (before.installs, before.register));
    assert_eq!(shared.beside().unwrap(), registered, "they stay while nothing changes");
}
