//! Who the people are, as sealed bytes.

use muster_record::ids::{IncidentId, PersonNo};
use muster_store::{SealedPerson, WrappedKey, Write, Writes};

use crate::Home;
use crate::scene::{Told as _, record};

fn sealed(incident: &IncidentId, person: u32, version: u32) -> SealedPerson {
    let mark = u8::try_from(person * 16 + version).unwrap();
    let wrapped = vec![mark; 72];
    let key = WrappedKey { incident: incident.clone(), person: PersonNo(person), key: "k-1".to_owned(), wrapped };
    SealedPerson { key, version, salt: [3; 16], sealed: vec![mark; 296] }
}

fn home_with(home: &dyn Home, people: u32) -> (Box<dyn Writes>, Vec<SealedPerson>) {
    let mut rosebank = record(1);
    let mut store = home.open();
    store.commit(&[rosebank.says(&["opened"]).write()]).unwrap();
    let kept: Vec<SealedPerson> = (1..=people).rev().map(|person| sealed(&rosebank.incident, person, 1)).collect();
    for of in &kept {
        store.commit(&[Write::Seal(of.clone())]).unwrap();
    }
    (store, kept)
}

pub fn what_is_sealed_comes_back_and_the_newest_version_replaces_the_one_before(home: &dyn Home) {
    let (mut store, kept) = home_with(home, 3);
    let incident = record(1).incident;
    for of in &kept {
        assert_eq!(store.readers().sealed_person(&incident, of.key.person).unwrap().as_ref(), Some(of));
    }
    let again = sealed(&incident, 2, 2);
    store.commit(&[Write::Seal(again.clone())]).unwrap();
    assert_eq!(store.readers().sealed_person(&incident, PersonNo(2)).unwrap(), Some(again.clone()));
    assert_eq!(store.readers().sealed_person(&record(2).incident, PersonNo(2)).unwrap(), None);
    store.close();
    let store = home.open();
    let keys = store.readers().person_keys(None, 9).unwrap();
    assert_eq!(keys.iter().map(|key| key.person.0).collect::<Vec<_>>(), [1, 2, 3]);
    let behind = store.readers().person_keys(Some((&incident, PersonNo(1))), 1).unwrap();
    assert_eq!(behind, [again.key]);
}

pub fn an_erased_person_is_gone_and_the_others_are_not(home: &dyn Home) {
    let (mut store, mut kept) = home_with(home, 5);
    while let Some(of) = kept.pop() {
        let (incident, person) = (of.key.incident.clone(), of.key.person);
        store.commit(&[Write::Erase { incident: incident.clone(), person }]).unwrap();
        store.checkpoint_if_idle();
        assert!(store.has_erased());
        assert_eq!(store.readers().sealed_person(&incident, person).unwrap(), None);
        for other in &kept {
            assert_eq!(store.readers().sealed_person(&incident, other.key.person).unwrap().as_ref(), Some(other));
        }
    }
    assert_eq!(store.readers().person_keys(None, 9).unwrap(), []);
    assert_eq!(store.readers().verify(&record(1).incident).unwrap().entries, 1);
}

pub fn a_key_wrapped_anew_replaces_the_wrapping(home: &dyn Home) {
    let (mut store, kept) = home_with(home, 4);
    assert_eq!(store.readers().keys_in_use().unwrap(), [("k-1".to_owned(), 4)]);
    let anew = kept.iter().map(|of| WrappedKey { key: "k-2".to_owned(), wrapped: vec![0; 72], ..of.key.clone() });
    let anew: Vec<WrappedKey> = anew.collect();
    store.commit(&anew.iter().cloned().map(Write::Rewrap).collect::<Vec<_>>()).unwrap();
    assert_eq!(store.readers().keys_in_use().unwrap(), [("k-2".to_owned(), 4)]);
    for (of, anew) in kept.iter().zip(&anew) {
        let found = store.readers().sealed_person(&of.key.incident, of.key.person).unwrap().unwrap();
        assert_eq!((&found.key, &found.sealed), (anew, &of.sealed));
    }
}

pub fn an_entry_and_what_is_sealed_are_written_together_or_not_at_all(home: &dyn Home) {
    let (mut store, kept) = home_with(home, 1);
    let incident = record(1).incident;
    let stale = record(1).says(&["opened again"]).write();
    store.commit(&[Write::Seal(sealed(&incident, 2, 1)), stale.clone()]).unwrap_err();
    assert_eq!(store.readers().sealed_person(&incident, PersonNo(2)).unwrap(), None);
    let erase = Write::Erase { incident: incident.clone(), person: PersonNo(1) };
    store.commit(&[erase, stale]).unwrap_err();
    assert_eq!(store.readers().sealed_person(&incident, PersonNo(1)).unwrap().as_ref(), Some(&kept[0]));
    let mut elmtree = record(2);
    let opened = elmtree.says(&["opened"]).write();
    store.commit(&[opened, Write::Seal(sealed(&elmtree.incident, 1, 1))]).unwrap();
    assert!(store.readers().sealed_person(&elmtree.incident, PersonNo(1)).unwrap().is_some());
}
