//! Several servers on one database.

use std::collections::BTreeSet;
use std::sync::{Arc, Barrier};
use std::time::{Duration, Instant};

use muster_record::ids::IncidentId;
use muster_store::{CommitError, Revision, ServerError, Writes as _};
use muster_store_conformance::cluster::database;
use muster_store_conformance::scene::{Record, Told as _, agency, all, places, record, request_id};

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
                let mut written = 0_u64;
                for _ in 0..rounds {
                    both.wait();
                    let mut next = mine.clone();
                    match store.commit(&[next.says(&[who]).write()]) {
                        Ok(_) => {
                            written += 1;
                            mine = next;
                        }
                        Err(CommitError::Stale { first, stored, .. }) => assert_eq!(first, stored),
                        Err(other) => panic!("{other:?}"),
                    }
                    both.wait();
                    // Whoever was beaten reads on, as a coordinator does.
                    let head = store.readers().head(&mine.incident).unwrap().unwrap();
                    mine = Record { seq: head.seq, hash: head.hash, ..mine };
                }
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
    let waits_for_a_lock = "SELECT count(*) FROM pg_stat_activity
        WHERE wait_event_type = 'Lock' AND datname = current_database()";
    while asking.value(waits_for_a_lock) == "0" {
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
    while asking
        .value("SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database()")
        == "0"
    {
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
