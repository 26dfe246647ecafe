//! The database server goes away and comes back.

use std::time::{Duration, Instant};

use muster_store::{CommitError, ReadError, ServerError, Writes as _};
use muster_store_conformance::cluster::{Cluster, Ends, database};
use muster_store_conformance::scene::{Told as _, all, record};

#[test]
fn a_server_that_was_stopped_is_told_of_clearly_and_found_again() {
    let Some(mut cluster) = Cluster::start(Ends::AndIsKept) else { return };
    let home = cluster.database();
    let mut rosebank = record(1);
    let mut store = home.store();
    store.commit(&[rosebank.says(&["opened"]).write()]).unwrap();
    cluster.stop();

    let more = rosebank.says(&["more"]).write();
    for _ in 0..3 {
        let err = store.commit(std::slice::from_ref(&more)).unwrap_err();
        assert!(matches!(&err, CommitError::Server(ServerError::Away { .. })), "{err:?}");
        let err = store.readers().head(&rosebank.incident).unwrap_err();
        assert!(matches!(&err, ReadError::Server(ServerError::Away { .. })), "{err:?}");
        store.checkpoint_if_idle();
    }
    cluster.start_again();
    store.commit(&[more]).unwrap();
    let began = Instant::now();
    while all(&store).len() < 2 {
        assert!(began.elapsed() < Duration::from_secs(20), "the numbers that the crash skipped stop somebody");
    }
    assert_eq!(store.readers().verify(&rosebank.incident).unwrap().entries, 2);
    assert_eq!(all(&home.store()).len(), 2);
}

#[test]
fn a_connection_that_was_ended_while_nobody_used_it_is_made_anew() {
    let Some(home) = database() else { return };
    let mut rosebank = record(1);
    let mut store = home.store();
    store.commit(&[rosebank.says(&["opened"]).write()]).unwrap();
    for _ in 0..3 {
        assert_eq!(all(&store).len(), usize::try_from(rosebank.seq.0).unwrap());
        home.raw().run(
            "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity
             WHERE datname = current_database() AND pid <> pg_backend_pid()",
        );
        store.commit(&[rosebank.says(&["more"]).write()]).unwrap();
    }
    assert_eq!(all(&store).len(), 4);
}

#[test]
fn what_was_under_way_when_the_connection_was_lost_is_not_known_and_can_be_asked_again() {
    let Some(home) = database() else { return };
    let mut rosebank = record(1);
    let mut store = home.store();
    store.commit(&[rosebank.says(&["opened"]).write()]).unwrap();
    // Somebody else is about to answer the same request, so that the second half of the commit waits.
    let other = home.raw();
    other.run(&format!(
        "BEGIN; INSERT INTO request VALUES ('council', 'r1', '\\x{}', '{}', 1, 1, 0, 1)",
        rosebank.hash,
        rosebank.incident.as_str()
    ));
    let asked = rosebank.says(&["more"]).asked_by("council", "r1").write();
    let waiting = {
        let asked = asked.clone();
        std::thread::spawn(move || (store.commit(&[asked]), store))
    };
    let asking = home.raw();
    let ended = "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity
        WHERE wait_event_type = 'Lock' AND datname = current_database()";
    while asking.value(ended) == "0" {
        assert!(!waiting.is_finished());
    }
    let (committed, mut store) = waiting.join().unwrap();
    assert!(matches!(&committed, Err(err @ CommitError::Lost(_)) if err.is_unknown()), "{committed:?}");
    other.run("ROLLBACK");
    store.commit(&[asked]).unwrap();
    assert_eq!(store.readers().verify(&rosebank.incident).unwrap().entries, 2);
}
