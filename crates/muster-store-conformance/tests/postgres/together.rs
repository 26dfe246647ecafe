//! What several servers write to one database is one store.

use std::collections::BTreeSet;
use std::time::{Duration, Instant};

use muster_record::ids::IncidentId;
use muster_store::{CommitError, Revision, ServerError, Writes as _};
use muster_store_conformance::cluster::database;
use muster_store_conformance::scene::{Told as _, agency, places, record, request_id};

use crate::rivals::WAITING_FOR_A_LOCK;

#[test]
fn a_request_that_two_answer_at_once_is_answered_once() {
    let Some(home) = database() else { return };
    let (mut rosebank, mut elmtree) = (record(1), record(2));
    let raw = home.raw();
    let mut store = home.store();
    store.commit(&[rosebank.says(&["opened"]).write(), elmtree.says(&["opened"]).write()]).unwrap();
    // Another server answers it, and has not committed yet when this one asks whether it was used.
    raw.run("BEGIN");
    raw.run(&format!(
        "INSERT INTO request VALUES ('council', 'r1', '\\x{}', '{}', 2, 2, 0, 9)",
        rosebank.hash,
        rosebank.incident.as_str()
    ));
    let asked = elmtree.says(&["again"]).asked_by("council", "r1").write();
    let answering = std::thread::spawn(move || (store.commit(&[asked]), store));
    let asking = home.raw();
    while asking.value(WAITING_FOR_A_LOCK) == "0" {
        assert!(!answering.is_finished());
    }
    raw.run("COMMIT");
    let (answered, store) = answering.join().unwrap();
    assert!(matches!(answered, Err(CommitError::Repeated { .. })), "{answered:?}");
    assert!(store.readers().request(&agency("council"), &request_id("r1")).unwrap().is_some());
}

#[test]
fn whoever_follows_misses_nothing_while_four_servers_write() {
    let Some(home) = database() else { return };
    let (finished, total) = std::sync::mpsc::channel::<usize>();
    let following = {
        let store = home.store();
        std::thread::spawn(move || {
            let (mut seen, mut after, began) = (Vec::new(), Revision(0), Instant::now());
            let mut expected = None;
            while expected != Some(seen.len()) && began.elapsed() < Duration::from_secs(60) {
                expected = expected.or_else(|| total.try_recv().ok());
                let more = store.readers().since(after, 50).unwrap();
                after = more.last().map_or(after, |last| last.revision);
                seen.extend(more);
            }
            seen
        })
    };
    let writers: Vec<_> = (1..=4_u8)
        .map(|number| {
            let mut store = home.store();
            std::thread::spawn(move || {
                let mut given: Vec<(IncidentId, u64)> = Vec::new();
                let (mut mine, mut other) = (record(number), record(number + 100));
                for round in 0..60_u8 {
                    let group = [mine.says(&["a", "b"]).write(), other.says(&["c"]).write()];
                    store.commit(&group).unwrap();
                    given.extend([(mine.incident.clone(), mine.seq.0 - 1), (mine.incident.clone(), mine.seq.0)]);
                    given.push((other.incident.clone(), other.seq.0));
                    if round % 9 == 0 {
                        // One that fails after its revisions were drawn leaves holes.
                        let broken = record(200).says(&["x"]).write();
                        let twice = settings_not_kept();
                        assert!(store.commit(&[broken, twice]).is_err());
                    }
                }
                given
            })
        })
        .collect();
    let given: Vec<_> = writers.into_iter().flat_map(|writer| writer.join().unwrap()).collect();
    finished.send(given.len()).unwrap();
    let seen = following.join().unwrap();
    assert!(seen.is_sorted_by_key(|stored| (stored.revision, stored.sealed.seq)));
    let seen = places(&seen);
    assert_eq!(seen.len(), given.len(), "each once");
    assert_eq!(seen.into_iter().collect::<BTreeSet<_>>(), given.into_iter().collect::<BTreeSet<_>>());
}

/// A change to settings that nobody keeps, which is refused when everything else of its group was written.
fn settings_not_kept() -> muster_store::Write {
    let change = muster_store_conformance::scene::settings_change("council", "transport", 9, "r9");
    muster_store::Write::SettingsChange(change)
}

#[test]
fn an_audit_of_two_servers_is_one_chain() {
    let Some(home) = database() else { return };
    let writers: Vec<_> = (0..3_u32)
        .map(|_| {
            let mut store = home.store();
            std::thread::spawn(move || {
                for _ in 0..15 {
                    let row = "{}".to_owned();
                    let at = muster_store_conformance::scene::at(1);
                    let audit = muster_store::AuditWrite { at, incident: record(1).incident, row };
                    match store.commit(&[muster_store::Write::Audit(audit)]) {
                        Ok(_) => (),
                        Err(CommitError::Server(ServerError::Again { .. })) => panic!("they wait for each other"),
                        Err(other) => panic!("{other:?}"),
                    }
                }
            })
        })
        .collect();
    for writer in writers {
        writer.join().unwrap();
    }
    let raw = home.raw();
    assert_eq!(raw.value("SELECT count(*) || ' ' || max(number) FROM audit"), "45 45");
}
