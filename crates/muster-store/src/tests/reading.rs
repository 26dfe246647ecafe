use super::*;
use crate::Behind;

#[test]
fn reading_on_never_splits_a_change_set() {
    let (home, mut rosebank, mut elmtree) = (Home::new(), record(1), record(2));
    let mut store = home.open();
    let group = [
        rosebank.says(&["a", "b", "c"]).write(),
        elmtree.says(&["a"]).write(),
        rosebank.says(&["d", "e"]).write(),
        elmtree.says(&["b"]).write(),
    ];
    store.commit(&group).unwrap();
    let readers = store.readers();
    let told = all(&readers);
    assert_eq!(told.len(), 7);

    let lengths = |after, limit| readers.since(Revision(after), limit).unwrap().len();
    assert_eq!([0, 1, 2, 3, 4, 5, 6, 7, 99].map(|limit| lengths(0, limit)), [0, 3, 3, 3, 4, 6, 6, 7, 7]);
    assert_eq!([1, 2, 3, 4, 5].map(|after| lengths(after, 2)), [3, 2, 1, 0, 0]);
    for limit in 1..=8 {
        let (mut seen, mut after) = (Vec::new(), Revision(0));
        loop {
            let more = readers.since(after, limit).unwrap();
            let Some(last) = more.last() else { break };
            after = last.revision;
            seen.extend(more);
        }
        assert_eq!(seen, told, "in steps of {limit}");
    }
}

#[test]
fn a_record_is_read_in_order_from_any_place() {
    let (home, mut rosebank, mut elmtree) = (Home::new(), record(1), record(2));
    let mut store = home.open();
    for _ in 0..3 {
        store.commit(&[rosebank.says(&["a", "b"]).write(), elmtree.says(&["x"]).write()]).unwrap();
    }
    let read = |after, limit| -> Vec<u64> {
        let entries = store.readers().entries(&rosebank.incident, Seq(after), limit).unwrap();
        entries.iter().map(|it| it.sealed.seq.0).collect()
    };
    assert_eq!(read(0, 99), [1, 2, 3, 4, 5, 6]);
    assert_eq!(read(2, 3), [3, 4, 5]);
    assert_eq!(read(6, 3), [0; 0]);
    assert_eq!(store.readers().entries(&record(9).incident, Seq(0), 9).unwrap(), []);
    assert_eq!(store.readers().last_revision().unwrap(), Revision(6));
}

#[test]
fn a_reader_sees_a_commit_as_soon_as_it_is_acknowledged_and_not_before() {
    let (home, mut rosebank) = (Home::new(), record(1));
    let mut store = home.open();
    store.commit(&[rosebank.says(&["opened"]).write()]).unwrap();
    let (readers, incident) = (store.readers(), rosebank.incident.clone());
    let (acked, acks) = std::sync::mpsc::channel();
    let reader = std::thread::spawn(move || {
        for seq in acks {
            assert!(readers.head(&incident).unwrap().unwrap().seq >= seq);
        }
        readers.verify(&incident).unwrap().entries
    });
    for _ in 0..50 {
        store.commit(&[rosebank.says(&["more"]).write()]).unwrap();
        acked.send(rosebank.seq).unwrap();
        store.checkpoint_if_idle();
    }
    drop(acked);
    assert_eq!(reader.join().unwrap(), 51);
}

#[test]
fn an_agency_lists_the_incidents_where_it_has_a_seat_newest_first() {
    let home = Home::new();
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
}

#[test]
fn a_seat_given_up_is_no_longer_listed_and_an_append_without_seats_keeps_them() {
    let (home, mut rosebank) = (Home::new(), record(1));
    let mut store = home.open();
    store.commit(&[rosebank.says(&["opened"]).seating(&["council", "cqc", "cqc"]).write()]).unwrap();
    store.commit(&[rosebank.says(&["31 residents"]).write()]).unwrap();
    let seated = |store: &Store, who| store.readers().incidents_of(&agency(who), None, 9).unwrap().len();
    assert_eq!([seated(&store, "council"), seated(&store, "cqc")], [1, 1]);
    store.commit(&[rosebank.says(&["cqc left"]).seating(&["council"]).write()]).unwrap();
    assert_eq!([seated(&store, "council"), seated(&store, "cqc")], [1, 0]);
}

#[test]
fn the_newest_two_snapshots_are_kept_and_the_newest_is_read() {
    let (home, mut rosebank, mut elmtree) = (Home::new(), record(1), record(2));
    let mut store = home.open();
    let readers = store.readers().opened_by(std::sync::Arc::new(payloads::Turned));
    assert_eq!(readers.snapshot(&rosebank.incident).unwrap(), None);
    store.commit(&[elmtree.says(&["opened"]).keeping("elm").write()]).unwrap();
    for state in ["one", "two", "three", "four"] {
        store.commit(&[rosebank.says(&[state]).keeping(state).write()]).unwrap();
    }
    let newest = OpenedSnapshot { seq: Seq(4), hash: rosebank.hash, version: 1, state: "four".to_owned() };
    assert_eq!(readers.snapshot(&rosebank.incident).unwrap(), Some(newest));
    assert_eq!(store.readers().snapshot(&rosebank.incident).unwrap(), None, "without the keys there is none");
    let raw = home.raw();
    let kept = "SELECT group_concat(state, ' ' ORDER BY state) FROM (SELECT cast(sealed AS TEXT) AS state FROM sealed_snapshot)";
    let kept: String = raw.query_row(kept, [], |row| row.get(0)).unwrap();
    assert_eq!(kept, "elm four three");
}

#[test]
fn open_incidents_are_behind_until_rule_sets_have_looked_to_their_end() {
    let (home, mut rosebank, mut elmtree) = (Home::new(), record(1), record(2));
    let mut store = home.open();
    store.commit(&[rosebank.says(&["a", "b"]).write(), elmtree.says(&["a"]).closing().write()]).unwrap();
    let behind = |store: &Store| store.readers().behind(9).unwrap();
    let of = |seq, looked| Behind { incident: record(1).incident, seq: Seq(seq), looked: Seq(looked) };
    assert_eq!(behind(&store), [of(2, 0)]);

    let looked = |seq, again: Option<u64>| Write::Looked {
        incident: record(1).incident,
        seq: Seq(seq),
        look_again_at: again.map(at),
        fence: None,
    };
    store.commit(&[looked(1, None)]).unwrap();
    assert_eq!(behind(&store), [of(2, 1)]);
    store.commit(&[looked(2, Some(60))]).unwrap();
    assert_eq!(behind(&store), []);
    assert_eq!(store.readers().look_again(9).unwrap(), [(record(1).incident, at(60))]);

    store.commit(&[looked(1, Some(5))]).unwrap();
    assert_eq!(store.readers().look_again(9).unwrap(), [(record(1).incident, at(60))], "an older look undoes nothing");
    store.commit(&[rosebank.says(&["c"]).write()]).unwrap();
    assert_eq!(behind(&store), [of(3, 2)]);
    store.commit(&[rosebank.says(&["closed"]).closing().write()]).unwrap();
    assert_eq!((behind(&store), store.readers().look_again(9).unwrap()), (vec![], vec![]));
}

#[test]
fn components_and_settings_are_kept_once_as_first_given() {
    let home = Home::new();
    let mut store = home.open();
    let (digest, name): (_, muster_record::ids::RuleSetId) = (Hash::of(b"wasm"), "emergency-closure".parse().unwrap());
    let component = |bytes: &[u8]| Write::Component { digest, name: name.clone(), bytes: bytes.to_vec() };
    let settings = |text: &str| Write::Settings { digest, text: text.to_owned() };
    store.commit(&[component(b"wasm"), settings("a = 1")]).unwrap();
    store.commit(&[component(b"else"), settings("a = 2")]).unwrap();
    let readers = store.readers();
    assert_eq!(readers.component(digest).unwrap(), Some((name, b"wasm".to_vec())));
    assert_eq!(readers.settings(digest).unwrap().as_deref(), Some("a = 1"));
    assert_eq!(readers.component(Hash::NONE).unwrap(), None);
    assert_eq!(readers.settings(Hash::NONE).unwrap(), None);
}

#[test]
fn a_long_log_is_moved_into_the_file_when_idle_and_a_short_one_left() {
    let (home, mut rosebank) = (Home::new(), record(1));
    let mut store = home.open();
    let size = || home.path().metadata().unwrap().len();
    let empty = size();
    store.commit(&[rosebank.says(&["short"]).write()]).unwrap();
    store.checkpoint_if_idle();
    assert_eq!(size(), empty);
    store.commit(&[rosebank.says(&[&"x".repeat(5_000_000)]).write()]).unwrap();
    assert_eq!(size(), empty);
    store.checkpoint_if_idle();
    assert!(size() > 5_000_000);
}
