use muster_record::ids::PersonNo;

use super::*;
use crate::{SealedPerson, WrappedKey};

/// Bytes that stand nowhere else: a key's wrapping is found by any eight of them.
fn bytes(dice: &mut Dice, length: usize) -> Vec<u8> {
    (0..length).map(|_| u8::try_from(dice.roll(256)).unwrap()).collect()
}

fn sealed(dice: &mut Dice, incident: &IncidentId, person: u32, version: u32) -> SealedPerson {
    let wrapped = bytes(dice, 72);
    let key = WrappedKey { incident: incident.clone(), person: PersonNo(person), key: "k-1".to_owned(), wrapped };
    let length = 256 * (1 + dice.roll(3)) + 40;
    SealedPerson { key, version, salt: [3; 16], sealed: bytes(dice, length) }
}

/// Those of whom a part stands in one of the store's files, which should hold nothing of any.
fn left(home: &Home, gone: &[SealedPerson]) -> Vec<String> {
    // By both ends: what is left of a page that was written over may begin anywhere.
    let mut parts = std::collections::BTreeMap::new();
    for of in gone {
        let (wrapped, sealed) = (&of.key.wrapped, &of.sealed);
        for part in [&wrapped[..16], &wrapped[56..], &sealed[..16], &sealed[sealed.len() - 16..]] {
            parts.insert(part.to_vec(), of.key.person);
        }
    }
    let mut found = Vec::new();
    for ending in ["", "-wal", "-shm"] {
        let content = std::fs::read(home.beside(ending)).unwrap_or_default();
        found.extend(content.windows(16).filter_map(|window| Some(format!("{}{ending}", parts.get(window)?))));
    }
    found
}

fn home_with(people: u32) -> (Home, Store, Vec<SealedPerson>, Dice) {
    let (home, mut rosebank, mut dice) = (Home::new(), record(1), Dice(7));
    let mut store = home.open();
    store.commit(&[rosebank.says(&["opened"]).write()]).unwrap();
    let mut order: Vec<u32> = (1..=people).collect();
    for place in (1..order.len()).rev() {
        order.swap(place, dice.roll(place + 1));
    }
    let mut kept = Vec::new();
    for person in order {
        let of = sealed(&mut dice, &rosebank.incident, person, 1);
        store.commit(&[Write::Seal(of.clone())]).unwrap();
        kept.push(of);
    }
    (home, store, kept, dice)
}

#[test]
fn what_is_sealed_comes_back_as_it_went_in_and_the_newest_version_replaces_the_one_before() {
    let (home, mut store, kept, mut dice) = home_with(3);
    let incident = kept[0].key.incident.clone();
    for of in &kept {
        assert_eq!(store.readers().sealed_person(&incident, of.key.person).unwrap().as_ref(), Some(of));
    }
    let again = sealed(&mut dice, &incident, 2, 2);
    store.commit(&[Write::Seal(again.clone())]).unwrap();
    assert_eq!(store.readers().sealed_person(&incident, PersonNo(2)).unwrap(), Some(again));
    assert_eq!(store.readers().sealed_person(&record(2).incident, PersonNo(2)).unwrap(), None);
    drop(store);
    assert_eq!(home.open().readers().person_keys(None, 9).unwrap().len(), 3);
}

#[test]
fn an_erased_person_is_gone_from_every_file_and_the_others_are_not() {
    let (home, mut store, mut kept, mut dice) = home_with(150);
    assert!(left(&home, &kept).len() >= 4 * 150, "the search finds what is there");
    let mut gone = Vec::new();
    while !kept.is_empty() {
        let of = kept.swap_remove(dice.roll(kept.len()));
        let (incident, person) = (of.key.incident.clone(), of.key.person);
        store.commit(&[Write::Erase { incident, person }]).unwrap();
        assert!(store.has_erased());
        assert_eq!(store.readers().sealed_person(&of.key.incident, of.key.person).unwrap(), None);
        gone.push(of);
        // Those who stay move within the file, and leave nothing of the others behind.
        if kept.len() % 10 == 7 {
            let (next, incident) = (&mut kept[0], &gone[0].key.incident);
            *next = sealed(&mut dice, incident, next.key.person.0, 2);
            store.commit(&[Write::Seal(next.clone())]).unwrap();
        }
        if kept.len() % 10 < 2 {
            assert_eq!(left(&home, &gone), Vec::<String>::new());
        }
    }
    assert_eq!(store.readers().verify(&gone[0].key.incident).unwrap().entries, 1);
}

#[test]
fn a_reader_in_the_way_delays_the_emptying_of_the_log_and_it_is_made_up_for() {
    let (home, mut store, kept, _) = home_with(2);
    let raw = home.raw();
    raw.execute_batch("BEGIN; SELECT count(*) FROM person_key").unwrap();
    let (incident, person) = (kept[0].key.incident.clone(), kept[0].key.person);
    store.commit(&[Write::Erase { incident, person }]).unwrap();
    assert!(!store.has_erased());
    raw.execute_batch("COMMIT").unwrap();
    store.checkpoint_if_idle();
    assert!(store.has_erased());
    assert_eq!(left(&home, &kept[..1]), Vec::<String>::new());
}

#[test]
fn a_key_wrapped_anew_replaces_the_wrapping_and_leaves_nothing_of_it() {
    let (home, mut store, kept, mut dice) = home_with(40);
    let anew =
        kept.iter().map(|of| WrappedKey { key: "k-2".to_owned(), wrapped: bytes(&mut dice, 72), ..of.key.clone() });
    let anew: Vec<WrappedKey> = anew.collect();
    store.commit(&anew.iter().cloned().map(Write::Rewrap).collect::<Vec<_>>()).unwrap();
    assert_eq!(store.readers().keys_in_use().unwrap(), [("k-2".to_owned(), 40)]);
    for (of, anew) in kept.iter().zip(&anew) {
        let found = store.readers().sealed_person(&of.key.incident, of.key.person).unwrap().unwrap();
        assert_eq!((&found.key, &found.sealed), (anew, &of.sealed));
        let before = SealedPerson { sealed: vec![0xff; 64], ..of.clone() };
        assert_eq!(left(&home, &[before]), Vec::<String>::new());
    }
}

#[test]
fn an_entry_and_what_is_sealed_are_written_together_or_not_at_all() {
    let (_home, mut store, kept, mut dice) = home_with(1);
    let incident = kept[0].key.incident.clone();
    let of = sealed(&mut dice, &incident, 2, 1);
    let stale = record(1).says(&["opened again"]).write();
    store.commit(&[Write::Seal(of), stale]).unwrap_err();
    assert_eq!(store.readers().sealed_person(&incident, PersonNo(2)).unwrap(), None);
    let erase = Write::Erase { incident: incident.clone(), person: PersonNo(1) };
    store.commit(&[erase, record(1).says(&["opened again"]).write()]).unwrap_err();
    assert_eq!(store.readers().sealed_person(&incident, PersonNo(1)).unwrap().as_ref(), Some(&kept[0]));
}
