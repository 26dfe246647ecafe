//! Components, settings and their changes, and what shadows made of incidents.

use muster_record::entry::Hash;
use muster_record::ids::{RuleSetId, Seq};
use muster_record::shadow::{Difference, Said, ShadowLook};
use muster_store::{Write, Writes};

use crate::Home;
use crate::scene::{Told as _, agency, all, at, record, request_id, settings_change};

fn kept(digest: u8) -> Write {
    Write::Settings { digest: Hash([digest; 32]), text: format!("{{\"version\":{digest}}}") }
}

pub fn components_and_settings_are_kept_once_as_first_given(home: &dyn Home) {
    let mut store = home.open();
    let (digest, name): (_, RuleSetId) = (Hash::of(b"wasm"), "emergency-closure".parse().unwrap());
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

pub fn the_newest_change_of_an_agency_is_in_force_also_after_a_restart(home: &dyn Home) {
    let changes = [
        settings_change("council", "transport", 1, "r1"),
        settings_change("solihull", "transport", 2, "r1"),
        settings_change("council", "staffing", 2, "r2"),
        settings_change("council", "transport", 3, "r3"),
    ];
    let mut store = home.open();
    store.commit(&[kept(1), kept(2), kept(3)]).unwrap();
    for change in &changes {
        assert_eq!(store.commit(&[Write::SettingsChange(change.clone())]).unwrap(), []);
    }
    store.close();
    let store = home.open();
    let readers = store.readers();
    let in_force =
        |who: &str, rule_set: &str| readers.settings_in_force(&agency(who), &rule_set.parse().unwrap()).unwrap();
    assert_eq!(in_force("council", "transport").as_ref(), Some(&changes[3]));
    assert_eq!(in_force("solihull", "transport").as_ref(), Some(&changes[1]));
    assert_eq!(in_force("council", "staffing").as_ref(), Some(&changes[2]));
    assert_eq!(in_force("solihull", "staffing"), None);
    let asked = |who: &str, id: &str| readers.settings_asked(&agency(who), &request_id(id)).unwrap();
    assert_eq!(asked("council", "r1").as_ref(), Some(&changes[0]));
    assert_eq!(asked("solihull", "r3"), None);
}

pub fn a_change_and_the_entries_that_come_of_it_are_written_together_or_not_at_all(home: &dyn Home) {
    let (mut rosebank, mut elm_court) = (record(1), record(2));
    let mut store = home.open();
    store.commit(&[rosebank.says(&["opened"]).write(), elm_court.says(&["opened"]).write()]).unwrap();
    let before = all(store.as_ref());
    let mut gone = elm_court.clone();
    gone.seq = Seq(7);
    let change = Write::SettingsChange(settings_change("council", "transport", 1, "r1"));
    let group = [kept(1), rosebank.clone().says(&["changed"]).write(), gone.says(&["changed"]).write(), change.clone()];
    store.commit(&group).unwrap_err();
    assert_eq!(all(store.as_ref()), before);
    assert_eq!(store.readers().settings_asked(&agency("council"), &request_id("r1")).unwrap(), None);

    let group = [kept(1), rosebank.says(&["changed"]).write(), elm_court.says(&["changed"]).write(), change.clone()];
    store.commit(&group).unwrap();
    assert_eq!(all(store.as_ref()).len(), 4);
    store.commit(&[change]).unwrap_err();
    store.commit(&[rosebank.says(&["and the store goes on"]).write()]).unwrap();
}

pub fn settings_that_are_not_kept_are_in_force_nowhere(home: &dyn Home) {
    let change = Write::SettingsChange(settings_change("council", "transport", 1, "r1"));
    home.open().commit(&[change]).unwrap_err();
}

pub fn what_a_shadow_made_of_an_incident_is_read_newest_first(home: &dyn Home) {
    let mut rosebank = record(1);
    let mut store = home.open();
    let name: RuleSetId = "ours".parse().unwrap();
    let component = Write::Component { digest: Hash([1; 32]), name: name.clone(), bytes: vec![1] };
    store.commit(&[rosebank.says(&["opened"]).write(), component]).unwrap();
    let difference = Difference { added: 3, revised: 2, withdrawn: 1 };
    let look = |seq, said| ShadowLook {
        incident: rosebank.incident.clone(),
        owner: agency("council"),
        rule_set: name.clone(),
        component: Hash([1; 32]),
        settings: Hash([2; 32]),
        seq: Seq(seq),
        as_of: at(seq),
        situation: Hash([3; 32]),
        fuel_used: 9_000_000_000,
        said,
    };
    let looks = [
        look(1, Said::Advice { digest: Hash([4; 32]), difference }),
        look(2, Said::Failure { class: "fuel".to_owned() }),
    ];
    for look in &looks {
        store.commit(&[Write::ShadowLook(look.clone())]).unwrap();
    }
    let (readers, owner) = (store.readers(), agency("council"));
    assert_eq!(readers.last_shadow_look(&rosebank.incident, &owner, &name).unwrap().as_ref(), Some(&looks[1]));
    let page = readers.shadow_looks(&owner, &name, u64::MAX, 9).unwrap();
    assert_eq!(page.iter().map(|(_, look)| look).collect::<Vec<_>>(), [&looks[1], &looks[0]]);
    let older = readers.shadow_looks(&owner, &name, page[0].0, 9).unwrap();
    assert_eq!(older, page[1..]);
    assert_eq!(readers.last_shadow_look(&record(2).incident, &owner, &name).unwrap(), None);
    assert_settled(store.as_ref());
}

fn assert_settled(store: &dyn Writes) {
    assert_eq!(all(store).len(), 1, "it is on no record");
}
