//! Two writers on one PostgreSQL, as two servers have them: neither caller can tell that there is another.

use muster_store_conformance::cluster::database;
use muster_store_postgres::{Settings, Store as Shared};

use super::*;

/// Two desks on one incident, each with a writer and a store of its own; nothing where there is no PostgreSQL.
fn two_desks() -> Option<(Desk, Desk)> {
    let database = database()?;
    let writer = |from| {
        let store = Shared::open(&Settings::at(&database.address), [1; 16]).unwrap();
        writer_with(Box::new(store), Arc::new(Counted(AtomicU64::new(from))))
    };
    let (writer_a, readers_a) = writer(1);
    let a = Desk::opened_by(writer_a, readers_a, tempfile::tempdir().unwrap());
    let (writer_b, readers) = writer(1_000_000);
    let b = Desk { writer: writer_b, readers, incident: a.incident.clone(), folder: tempfile::tempdir().unwrap() };
    Some((a, b))
}

#[test]
fn what_another_server_wrote_meanwhile_is_built_upon() {
    let Some((mut a, mut b)) = two_desks() else { return };
    let begun = a.head().0;
    for turn in 0..3_u64 {
        for (desk, name) in [(&mut a, "a"), (&mut b, "b")] {
            let job = desk.ask(&format!("{name}-{turn}"), vec![note("one"), note("two")]);
            desk.run(vec![job]).remove(0).unwrap();
        }
    }
    assert_eq!((a.head(), b.head()), (Seq(begun + 12), Seq(begun + 12)));
    assert_eq!(a.readers.verify(&a.incident).unwrap().entries, begun + 12);
}

#[test]
fn a_request_that_another_server_answered_is_answered_as_it_did() {
    let Some((mut a, mut b)) = two_desks() else { return };
    let (first, again) = (a.ask("same", vec![note("one")]), b.ask("same", vec![note("one")]));
    let first = a.run(vec![first]).remove(0).unwrap();
    let again = b.run(vec![again]).remove(0).unwrap();
    assert_eq!((again.first, again.last, again.revision), (first.first, first.last, first.revision));
    assert!(again.replayed && !first.replayed);
    let other = b.ask("same", vec![note("another")]);
    assert!(matches!(b.run(vec![other]).remove(0), Err(AppendError::RequestIdReused)));
}

#[test]
fn two_servers_that_write_to_one_incident_at_once_both_get_on() {
    let Some((mut a, mut b)) = two_desks() else { return };
    let begun = a.head().0;
    let write = |desk: &mut Desk, name: &str| -> Vec<u64> {
        let one = |turn| {
            let jobs = (0..4).map(|n| desk.ask(&format!("{name}-{turn}-{n}"), vec![note(name)])).collect();
            desk.run(jobs).into_iter().map(|answer| answer.unwrap().last.0).collect::<Vec<_>>()
        };
        (0..25).flat_map(one).collect()
    };
    let mut places = std::thread::scope(|scope| {
        let other = scope.spawn(|| write(&mut b, "b"));
        let mut places = write(&mut a, "a");
        places.extend(other.join().unwrap());
        places
    });
    places.sort_unstable();
    let all: Vec<u64> = (begun + 1..=begun + 200).collect();
    assert_eq!(places, all, "every append has a place of its own, and there is no gap");
    assert_eq!(a.readers.verify(&a.incident).unwrap().entries, begun + 200);
}
