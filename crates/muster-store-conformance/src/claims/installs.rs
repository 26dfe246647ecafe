//! Rule sets that agencies install themselves.

use muster_record::entry::Hash;
use muster_record::installing::{Decided, Install, Outcome, Terms, Use, Who};
use muster_record::situation::Grants;
use muster_store::{InstallWrite, Write};

use crate::Home;
use crate::scene::{agency, at, request_id};

fn who(person: &str) -> Who {
    Who { person: Some(person).filter(|it| !it.is_empty()).map(str::to_owned), system: "console".to_owned() }
}

fn install(number: u64, of: &str, rule_set: &str, component: u8) -> Install {
    Install {
        number,
        agency: agency(of),
        rule_set: rule_set.parse().unwrap(),
        version: "1.0.0".to_owned(),
        component: Hash([component; 32]),
        at: at(0),
        by: who("one"),
        because: "the board agreed".to_owned(),
        terms: Terms { grants: Grants::everything(), used: Use::InUse },
        decided: None,
    }
}

/// The component, and the proposal of it, called by its number.
fn proposed(install: &Install) -> Vec<Write> {
    let (digest, name) = (install.component, install.rule_set.clone());
    let request = request_id(&format!("r{}", install.number));
    let propose = InstallWrite { install: install.clone(), request, body: Hash([9; 32]), envelope: None };
    vec![Write::Component { digest, name, bytes: vec![digest.0[0]] }, Write::Propose(propose)]
}

fn decided(install: u64, outcome: Outcome, minute: u64) -> Write {
    Write::Decide { install, decided: Decided { outcome, at: at(minute), by: who("two") } }
}

pub fn what_was_approved_last_of_each_agency_and_name_is_in_force_also_after_a_restart(home: &dyn Home) {
    let all = [
        install(1, "council", "ours", 1),
        install(2, "council", "ours", 2),
        install(3, "solihull", "ours", 3),
        install(4, "council", "other", 4),
        install(5, "council", "ours", 5),
    ];
    let mut store = home.open();
    for install in &all {
        store.commit(&proposed(install)).unwrap();
    }
    // In force is what was approved last, whenever it was proposed.
    let decisions = [
        decided(2, Outcome::Approved, 1),
        decided(4, Outcome::Withdrawn, 2),
        decided(3, Outcome::Approved, 3),
        decided(1, Outcome::Approved, 4),
    ];
    for decision in &decisions {
        store.commit(std::slice::from_ref(decision)).unwrap();
    }
    store.close();
    let store = home.open();
    let readers = store.readers();
    let numbers = |found: Vec<Install>| found.into_iter().map(|install| install.number).collect::<Vec<_>>();
    assert_eq!(numbers(readers.installs_in_force().unwrap().used), [3, 1]);
    assert_eq!(numbers(readers.installs(&agency("council"), 5, 2).unwrap()), [4, 2]);
    assert_eq!(numbers(readers.open_installs(&agency("council")).unwrap()), [5]);
    assert_eq!(readers.last_install().unwrap(), 5);
    let end = Some(Decided { outcome: Outcome::Approved, at: at(4), by: who("two") });
    assert_eq!(readers.install(1).unwrap(), Some(Install { decided: end, ..all[0].clone() }));
    assert_eq!(readers.install(5).unwrap().as_ref(), Some(&all[4]));
    assert_eq!(readers.install(6).unwrap(), None);
    let asked = |of: &str, id: &str| readers.install_asked(&agency(of), &request_id(id)).unwrap();
    assert_eq!(asked("council", "r5"), Some((all[4].clone(), Hash([9; 32]))));
    assert_eq!(asked("solihull", "r5"), None);
}

pub fn who_acted_without_being_signed_in_comes_back_as_nobody(home: &dyn Home) {
    let unattended = Install { by: who(""), ..install(1, "council", "ours", 1) };
    let mut store = home.open();
    assert_eq!(store.readers().last_install().unwrap(), 0);
    store.commit(&proposed(&unattended)).unwrap();
    assert_eq!(store.readers().install(1).unwrap(), Some(unattended));
}

pub fn an_install_needs_its_component_and_is_decided_once(home: &dyn Home) {
    let mut store = home.open();
    let first = install(1, "council", "ours", 1);
    store.commit(&proposed(&first)[1..]).unwrap_err();
    store.commit(&proposed(&first)).unwrap();
    store.commit(&proposed(&install(3, "council", "ours", 1))).unwrap_err();
    store.commit(&[decided(2, Outcome::Approved, 1)]).unwrap_err();
    store.commit(&[decided(1, Outcome::Approved, 1)]).unwrap();
    store.commit(&[decided(1, Outcome::Withdrawn, 2)]).unwrap_err();
    let end = store.readers().install(1).unwrap().unwrap().decided.unwrap();
    assert_eq!((end.outcome, end.at), (Outcome::Approved, at(1)));
}

pub fn the_envelope_that_came_with_a_proposal_is_kept_as_it_came(home: &dyn Home) {
    let mut store = home.open();
    for (number, envelope) in [(1, Some(b"signed".to_vec())), (2, None)] {
        let install = install(number, "council", "ours", 1);
        let (request, body) = (request_id(&format!("r{number}")), Hash([9; 32]));
        let component = Write::Component { digest: install.component, name: install.rule_set.clone(), bytes: vec![1] };
        let propose = Write::Propose(InstallWrite { install, request, body, envelope });
        store.commit(&[component, propose]).unwrap();
    }
    let readers = store.readers();
    let kept = [1, 2, 3].map(|number| readers.install_envelope(number).unwrap());
    assert_eq!(kept, [Some(b"signed".to_vec()), None, None]);
}
