//! What readers are shown while transactions end in another order than they drew their revisions in.

use std::time::{Duration, Instant};

use muster_store::{Revision, Writes as _};
use muster_store_conformance::cluster::database;
use muster_store_conformance::scene::{Told as _, all, places, record};
use muster_store_postgres::Store;

use crate::late::Late as _;

/// Waits until the store shows so much, which it does within a moment.
#[track_caller]
fn shows(store: &Store, revision: u64) {
    let began = Instant::now();
    while store.readers().last_revision().unwrap() < Revision(revision) {
        assert!(began.elapsed() < Duration::from_secs(20), "{}", store.last_revision());
    }
}

#[test]
fn nothing_appears_behind_what_was_shown_when_a_transaction_is_late() {
    let Some(home) = database() else { return };
    let (mut rosebank, mut elmtree) = (record(1), record(2));
    let mut store = home.store();
    store.commit(&[rosebank.says(&["opened"]).write()]).unwrap();

    // Another server has drawn revision 2, and is late.
    let late = home.raw();
    late.run("BEGIN");
    let revision = late.draw();
    assert_eq!(revision, 2);
    assert_eq!(store.commit(&[elmtree.says(&["opened"]).write()]).unwrap(), [Revision(3)]);
    let readers = store.readers();
    let entries = readers.entries(&elmtree.incident, muster_record::ids::Seq(0), 9).unwrap();
    assert_eq!(entries.len(), 1, "its own record has it at once");
    for _ in 0..20 {
        assert_eq!(readers.last_revision().unwrap(), Revision(1));
        assert_eq!(readers.since(Revision(1), 9).unwrap(), []);
    }
    let restarted = home.store();
    assert_eq!(all(&restarted).len(), 1, "a server that starts meanwhile shows no more");

    late.append(&rosebank.says(&["late"]), revision);
    late.run("COMMIT");
    for store in [&store, &restarted] {
        shows(store, 3);
        let told = store.readers().since(Revision(1), 9).unwrap();
        assert_eq!(places(&told), [(rosebank.incident.clone(), 2), (elmtree.incident.clone(), 1)]);
    }
}

#[test]
fn a_transaction_whose_number_is_the_greatest_of_all_is_waited_for() {
    let Some(home) = database() else { return };
    let (mut rosebank, mut elmtree) = (record(1), record(2));
    let mut store = home.store();
    store.commit(&[rosebank.says(&["opened"]).write()]).unwrap();
    // The one that ends first has the smaller number, so that no snapshot's end is behind the one that is at work.
    let (first, second) = (home.raw(), home.raw());
    first.run("BEGIN; SELECT pg_current_xact_id()");
    second.run("BEGIN");
    let revision = second.draw();
    let later = first.draw();
    assert!(revision < later);
    first.append(&elmtree.says(&["opened"]), later);
    first.run("COMMIT");
    for _ in 0..20 {
        assert_eq!(all(&store).len(), 1);
    }
    second.append(&rosebank.says(&["late"]), revision);
    second.run("COMMIT");
    shows(&store, later);
    assert_eq!(all(&store).len(), 3);
}

#[test]
fn holes_that_were_rolled_back_stop_nobody_for_good() {
    let Some(home) = database() else { return };
    let (mut rosebank, mut elmtree) = (record(1), record(2));
    let mut store = home.store();
    for _ in 0..3 {
        let gone = home.raw();
        gone.run("BEGIN");
        gone.draw();
        store.commit(&[rosebank.says(&["more"]).write()]).unwrap();
        gone.draw();
        gone.run("ROLLBACK");
        store.commit(&[elmtree.says(&["more"]).write()]).unwrap();
    }
    assert_eq!(store.commit(&[rosebank.says(&["last"]).write()]).unwrap(), [Revision(13)]);
    shows(&store, 13);
    assert_eq!(all(&store).len(), 7);
    // So does one that starts, unless somebody elsewhere in the cluster is at work from before.
    let started = home.store();
    shows(&started, 13);
    assert_eq!(all(&started).len(), 7);
}

#[test]
fn somebody_who_only_reads_or_waits_holds_nobody_up() {
    let Some(home) = database() else { return };
    let mut rosebank = record(1);
    let mut store = home.store();
    let idle = home.raw();
    // A transaction with a number that draws nothing, from before everything else; and one that only reads.
    idle.run("BEGIN; SELECT pg_current_xact_id()");
    let reading = home.raw();
    reading.run("BEGIN ISOLATION LEVEL REPEATABLE READ; SELECT count(*) FROM entry");
    for number in 1..=5 {
        store.commit(&[rosebank.says(&["more"]).write()]).unwrap();
        assert_eq!(store.readers().last_revision().unwrap(), Revision(number));
    }
    assert_eq!(all(&home.store()).len(), 5);
}

#[test]
fn others_are_told_when_something_was_committed() {
    let Some(home) = database() else { return };
    let mut settings = home.settings();
    // So long that whoever is told in time was told by the bell.
    settings.poll = Duration::from_secs(300);
    let other = Store::open(&settings, [7; 16]).unwrap();
    let mut store = home.store();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let mut news = other.news();
    // Whoever does not listen yet is told of the next: until then it is written again.
    let mut rosebank = record(1);
    let began = Instant::now();
    let told = runtime.block_on(async {
        loop {
            store.commit(&[rosebank.says(&["more"]).write()]).unwrap();
            let waited = tokio::time::timeout(Duration::from_millis(500), news.changed()).await;
            if waited.is_ok() || began.elapsed() > Duration::from_secs(30) {
                return waited.is_ok();
            }
        }
    });
    assert!(told);
    assert!(*news.borrow() >= Revision(1));
}
