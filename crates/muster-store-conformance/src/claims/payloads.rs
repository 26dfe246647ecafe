//! What entries say of people is kept sealed beside them, opened by whoever has the keys, and erased for good.

use muster_record::entry::Content;
use muster_record::ids::Seq;
use muster_store::{Append, Head, Revision, VerifyError, WrappedPayloadKey, Write, Writes};

use crate::Home;
use crate::scene::{Record, Told as _, all, at, record, with_keys};

const INSULIN: &str = "needs insulin at eight, and somebody to consult";

/// An opening in clear, and two entries that are sealed.
fn home_with_two(home: &dyn Home) -> (Box<dyn Writes>, Record) {
    let mut rosebank = record(1);
    let mut store = home.open();
    store.commit(&[rosebank.says(&["opened"]).write()]).unwrap();
    let sealed = rosebank.says(&[INSULIN, "moved by ambulance"]).sealing("k-1").keeping("a fold");
    store.commit(&[sealed.write()]).unwrap();
    (store, rosebank)
}

fn opened(store: &dyn Writes) -> Vec<Content> {
    let stored = with_keys(store).since(Revision(0), usize::MAX).unwrap();
    stored.into_iter().map(|stored| stored.sealed.content).collect()
}

/// A tombstone, as the record writes one.
fn tombstone(rosebank: &mut Record, entry: u64) -> Append {
    let envelope = r#"{"author":{"agency":"council","hand":{"system":"desk"}},"occurred_at":"2024-03-04T09:00:00Z","class":"operational"}"#;
    let payload = format!(
        r#"{{"family":"log","fact":"entries_erased","entries":[{entry}],"because":"so it was asked","basis":"objection-upheld","by":"guardian"}}"#
    );
    let entries = vec![rosebank.entry(envelope, &payload)];
    let head = Head {
        incident: rosebank.incident.clone(),
        seq: rosebank.seq,
        hash: rosebank.hash,
        recorded_at: at(rosebank.seq.0),
        exercise: false,
        closed: false,
        summary: "{}".to_owned(),
        seats: None,
    };
    Append { entries, sealed: Vec::new(), request: None, head, snapshot: None }
}

pub fn what_is_sealed_is_opened_by_whoever_has_the_keys(home: &dyn Home) {
    let (mut store, mut rosebank) = home_with_two(home);
    let said: Vec<bool> =
        opened(store.as_ref()).iter().map(|content| format!("{content:?}").contains("insulin")).collect();
    assert_eq!(said, [false, true, false]);
    let locked: Vec<Content> = all(store.as_ref()).into_iter().map(|stored| stored.sealed.content).collect();
    assert!(matches!(&locked[..], [Content::Whole { .. }, Content::Locked, Content::Locked]), "{locked:?}");
    let whole = with_keys(store.as_ref()).verify(&rosebank.incident).unwrap();
    let blind = store.readers().verify(&rosebank.incident).unwrap();
    assert_eq!((whole.locked, blind.locked, whole.erased), (0, 2, 0));
    assert_eq!((whole.head, whole.root), (blind.head, blind.root), "the chain holds without the keys");
    assert_eq!(store.readers().sealed_entries(&rosebank.incident).unwrap(), [Seq(2), Seq(3)]);
    store.commit(&[rosebank.says(&["under another key"]).sealing("k-9").write()]).unwrap();
    let contents = opened(store.as_ref());
    assert!(matches!(&contents[2..], [Content::Whole { .. }, Content::Locked]), "{contents:?}");
}

pub fn what_was_erased_is_gone_and_the_chain_holds_because_a_tombstone_says_so(home: &dyn Home) {
    let (mut store, mut rosebank) = home_with_two(home);
    let incident = rosebank.incident.clone();
    let before = store.readers().verify(&incident).unwrap();
    store.commit(&[Write::EraseEntries { incident: incident.clone(), entries: vec![Seq(2)] }]).unwrap();
    assert_eq!(with_keys(store.as_ref()).snapshot(&incident).unwrap(), None, "a fold holds what entries say");
    let missing = store.readers().verify(&incident).unwrap_err();
    assert!(matches!(missing, VerifyError::Broken { .. }) && format!("{missing:?}").contains("Missing"), "{missing:?}");

    store.commit(&[tombstone(&mut rosebank, 2).write()]).unwrap();
    let after = with_keys(store.as_ref()).verify_at(&incident, &[before.entries]).unwrap();
    assert_eq!((after.erased, after.at[0]), (1, (before.root, before.head)), "what was signed before still holds");
    let contents = opened(store.as_ref());
    assert!(matches!(&contents[1..3], [Content::Erased, Content::Whole { .. }]), "{contents:?}");
    store.checkpoint_if_idle();
    assert!(store.has_erased());
}

pub fn erasing_what_is_not_sealed_writes_nothing_of_its_group(home: &dyn Home) {
    let (mut store, mut rosebank) = home_with_two(home);
    let (incident, entries) = (rosebank.incident.clone(), vec![Seq(2), Seq(1)]);
    let group = [rosebank.says(&["a tombstone"]).write(), Write::EraseEntries { incident, entries }];
    let error = store.commit(&group).unwrap_err();
    assert!(error.to_string().contains("entry 1 has no sealed payload"), "{error}");
    assert_eq!(opened(store.as_ref()).iter().filter(|it| matches!(it, Content::Whole { .. })).count(), 3);
}

pub fn a_key_is_wrapped_anew_and_what_it_seals_stays(home: &dyn Home) {
    let (mut store, rosebank) = home_with_two(home);
    let readers = store.readers();
    let keys = readers.payload_keys(None, 9).unwrap();
    assert_eq!(keys.iter().map(|key| key.seq.0).collect::<Vec<_>>(), [2, 3]);
    assert_eq!(readers.payload_keys(Some((&rosebank.incident, Seq(2))), 9).unwrap(), keys[1..]);
    let among = readers.payload_key_among(&rosebank.incident, Seq(1), Seq(3)).unwrap();
    assert_eq!(among.as_ref(), keys.first());
    assert_eq!(readers.payload_key_among(&rosebank.incident, Seq(1), Seq(1)).unwrap(), None);
    let anew = |key| Write::RewrapPayload(WrappedPayloadKey { key: "k-2".to_owned(), ..key });
    let anew: Vec<Write> = keys.into_iter().map(anew).collect();
    store.commit(&anew).unwrap();
    assert_eq!(readers.keys_in_use().unwrap(), [("k-2".to_owned(), 2)]);
    assert_eq!(readers.verify(&rosebank.incident).unwrap().locked, 2);
}
