//! What entries say of people is kept sealed beside them, opened by whoever has the keys, and erased for good.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::*;
use crate::{Opens, ShutPayload, VerifyError};

const INSULIN: &str = "needs insulin at eight, and somebody to consult";

/// Whoever can open what these tests take for sealed: the bytes, each with its bits turned round.
pub(super) struct Turned;

impl Opens for Turned {
    fn payload(&self, _: &IncidentId, seq: Seq, shut: &Shut) -> Result<Content, String> {
        if shut.key != "k-1" {
            return Ok(Content::Locked);
        }
        let plain: Vec<u8> = shut.sealed.iter().map(|byte| !byte).collect();
        let payload = String::from_utf8(plain).map_err(|_| "it is not what was sealed".to_owned())?;
        Ok(Content::Whole { payload, salt: [seq.0.to_le_bytes()[0]; 16] })
    }

    fn snapshot(&self, _: &IncidentId, _: Seq, shut: &Shut) -> Option<String> {
        (shut.key == "k-1").then(|| String::from_utf8(shut.sealed.clone()).unwrap())
    }
}

fn sealing(mut change: Append, key: &str) -> Append {
    for entry in &change.entries {
        let sealed: Vec<u8> = entry.payload().unwrap().bytes().map(|byte| !byte).collect();
        let shut = Shut { key: key.to_owned(), wrapped: vec![entry.seq.0.to_le_bytes()[0]; 72], sealed };
        change.sealed.push(ShutPayload { seq: entry.seq, shut });
    }
    change
}

/// An opening in clear, and two entries that are sealed.
fn home_with_two() -> (Home, Store, Record) {
    let (home, mut rosebank) = (Home::new(), record(1));
    let mut store = home.open();
    store.commit(&[rosebank.says(&["opened"]).write()]).unwrap();
    store.commit(&[sealing(rosebank.says(&[INSULIN, "moved by ambulance"]), "k-1").keeping("a fold").write()]).unwrap();
    (home, store, rosebank)
}

fn contents(readers: &Readers) -> Vec<Content> {
    all(readers).into_iter().map(|stored| stored.sealed.content).collect()
}

/// A tombstone, as the record writes one.
fn tombstone(rosebank: &mut Record, entry: u64) -> Append {
    let mut change = rosebank.clone().says(&[""]);
    let envelope = r#"{"author":{"agency":"council","hand":{"system":"desk"}},"occurred_at":"2024-03-04T09:00:00Z","class":"operational"}"#;
    let payload = format!(
        r#"{{"family":"log","fact":"entries_erased","entries":[{entry}],"because":"so it was asked","basis":"objection-upheld","by":"guardian"}}"#
    );
    let written = &mut change.entries[0];
    let salt = [9; 16];
    written.commitment = commitment(&salt, envelope, &payload);
    written.hash =
        chained(Domain::Live, &written.incident, written.seq, written.recorded_at, rosebank.hash, written.commitment);
    (written.envelope, written.content) = (envelope.to_owned(), Content::Whole { payload, salt });
    (rosebank.seq, rosebank.hash) = (written.seq, written.hash);
    (change.head.seq, change.head.hash) = (written.seq, written.hash);
    change
}

#[test]
fn what_is_sealed_is_opened_by_whoever_has_the_keys_and_is_in_no_file_in_clear() {
    let (home, store, rosebank) = home_with_two();
    let opened = contents(&store.readers().opened_by(Arc::new(Turned)));
    let said: Vec<bool> = opened.iter().map(|content| format!("{content:?}").contains("insulin")).collect();
    assert_eq!(said, [false, true, false]);
    let locked = contents(&store.readers());
    assert!(matches!(&locked[..], [Content::Whole { .. }, Content::Locked, Content::Locked]), "{locked:?}");
    for ending in ["", "-wal"] {
        let bytes = std::fs::read(home.beside(ending)).unwrap();
        assert!(!bytes.windows(7).any(|window| window == b"insulin"), "muster.db{ending}");
    }
    let whole = store.readers().opened_by(Arc::new(Turned)).verify(&rosebank.incident).unwrap();
    let blind = store.readers().verify(&rosebank.incident).unwrap();
    assert_eq!((whole.locked, blind.locked, whole.erased), (0, 2, 0));
    assert_eq!((whole.head, whole.root), (blind.head, blind.root), "the chain holds without the keys");
}

#[test]
fn a_key_that_is_not_at_hand_leaves_its_entries_locked_and_the_others_open() {
    let (_home, mut store, mut rosebank) = home_with_two();
    store.commit(&[sealing(rosebank.says(&["under another key"]), "k-9").write()]).unwrap();
    let contents = contents(&store.readers().opened_by(Arc::new(Turned)));
    assert!(matches!(&contents[2..], [Content::Whole { .. }, Content::Locked]), "{contents:?}");
}

#[test]
fn what_was_erased_is_gone_from_every_file_and_the_chain_holds_because_a_tombstone_says_so() {
    let (home, mut store, mut rosebank) = home_with_two();
    let sealed: Vec<u8> = INSULIN.bytes().map(|byte| !byte).collect();
    let left = || {
        let files = ["", "-wal"].map(|ending| std::fs::read(home.beside(ending)).unwrap_or_default());
        files.iter().filter(|bytes| bytes.windows(sealed.len()).any(|window| window == sealed)).count()
    };
    assert!(left() > 0, "the search finds what is there");
    let (incident, entries) = (rosebank.incident.clone(), vec![Seq(2)]);
    let before = store.readers().verify(&incident).unwrap();
    store.commit(&[Write::EraseEntries { incident: incident.clone(), entries }]).unwrap();
    assert!(store.has_erased());
    assert_eq!(left(), 0);
    let kept: i64 = home.raw().query_row("SELECT count(*) FROM sealed_snapshot", [], |row| row.get(0)).unwrap();
    assert_eq!(kept, 0, "a fold holds what entries say");
    let missing = store.readers().verify(&incident).unwrap_err();
    assert!(matches!(missing, VerifyError::Broken { .. }), "{missing}");
    assert!(format!("{missing:?}").contains("Missing"), "{missing:?}");

    store.commit(&[tombstone(&mut rosebank, 2).write()]).unwrap();
    let after = store.readers().opened_by(Arc::new(Turned)).verify_at(&incident, &[before.entries]).unwrap();
    assert_eq!((after.erased, after.at[0]), (1, (before.root, before.head)), "what was signed before still holds");
    let contents = contents(&store.readers().opened_by(Arc::new(Turned)));
    assert!(matches!(&contents[1..3], [Content::Erased, Content::Whole { .. }]), "{contents:?}");
}

#[test]
fn nobody_changes_what_an_entry_says_or_brings_it_back() {
    let (home, mut store, rosebank) = home_with_two();
    let raw = home.raw();
    let statements = [
        "UPDATE sealed_payload SET sealed = x'00'",
        "UPDATE sealed_payload SET seq = seq + 1",
        "REPLACE INTO sealed_payload SELECT * FROM sealed_payload WHERE seq = 3",
        "INSERT INTO sealed_payload SELECT incident, 1, key, wrapped, sealed FROM sealed_payload WHERE seq = 3",
    ];
    for pragma in ["ON", "OFF"] {
        raw.pragma_update(None, "recursive_triggers", pragma).unwrap();
        for statement in statements {
            raw.execute(statement, []).unwrap_err();
        }
    }
    let (incident, entries) = (rosebank.incident, vec![Seq(2)]);
    store.commit(&[Write::EraseEntries { incident, entries }]).unwrap();
    let back = "INSERT INTO sealed_payload SELECT incident, 2, key, wrapped, sealed FROM sealed_payload WHERE seq = 3";
    raw.execute(back, []).unwrap_err();
}

#[test]
fn erasing_what_is_not_sealed_writes_nothing_of_its_group() {
    let (_home, mut store, mut rosebank) = home_with_two();
    let (incident, entries) = (rosebank.incident.clone(), vec![Seq(2), Seq(1)]);
    let group = [rosebank.says(&["a tombstone"]).write(), Write::EraseEntries { incident, entries }];
    let error = store.commit(&group).unwrap_err();
    assert!(error.to_string().contains("entry 1 has no sealed payload"), "{error}");
    let (readers, opens) = (store.readers(), Arc::new(Turned));
    assert_eq!(contents(&readers.opened_by(opens)).iter().filter(|it| matches!(it, Content::Whole { .. })).count(), 3);
}

#[test]
fn bytes_that_are_not_those_that_were_kept_are_found_without_the_keys() {
    let (home, store, _) = home_with_two();
    store.close();
    let sound = home.bytes();
    let place = sound.windows(4).position(|window| *window == [!b'n', !b'o', !b't', !b'e']).unwrap();
    let mut bent = sound;
    bent[place] ^= 1;
    std::fs::write(home.path(), &bent).unwrap();
    let walked = home.open().readers().verify_store(&BTreeMap::new());
    assert!(walked.broken.iter().any(|broken| format!("{broken:?}").contains("not what was sealed")), "{walked:?}");
}

#[test]
fn a_key_is_wrapped_anew_and_what_it_seals_stays() {
    let (_home, mut store, rosebank) = home_with_two();
    let readers = store.readers();
    let keys = readers.payload_keys(None, 9).unwrap();
    assert_eq!(keys.iter().map(|key| key.seq.0).collect::<Vec<_>>(), [2, 3]);
    let among = readers.payload_key_among(&rosebank.incident, Seq(1), Seq(3)).unwrap();
    assert_eq!(among.as_ref(), keys.first());
    assert_eq!(readers.payload_key_among(&rosebank.incident, Seq(1), Seq(1)).unwrap(), None);
    let anew: Vec<Write> = keys
        .into_iter()
        .map(|key| Write::RewrapPayload(crate::WrappedPayloadKey { key: "k-2".to_owned(), ..key }))
        .collect();
    store.commit(&anew).unwrap();
    store.commit(&[Write::DropSnapshots]).unwrap();
    assert_eq!(readers.keys_in_use().unwrap(), [("k-2".to_owned(), 2)]);
    assert_eq!(readers.verify(&rosebank.incident).unwrap().locked, 2);
}
