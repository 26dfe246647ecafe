//! The audit: one chain, written with what it is of.

use muster_record::audit::{Answered, Audited, Did, Purpose};
use muster_record::ids::PersonNo;
use muster_store::{AuditWrite, Write};

use crate::Home;
use crate::scene::{Record, Told as _, agency, all, at, record};

fn looked(who: &str, incident: &Record, person: u32) -> Write {
    let audited = Audited {
        did: Did::ReadIdentity,
        agency: agency(who),
        system: "desk".to_owned(),
        user: None,
        purpose: Purpose::SafeMove,
        because: "the ambulance asks at the door".to_owned(),
        incident: incident.incident.clone(),
        people: vec![PersonNo(person)],
        version: Some(1),
        entries: Vec::new(),
        grant: None,
        answered: Answered::Served,
    };
    let row = serde_json::to_string(&audited).unwrap();
    Write::Audit(AuditWrite { at: at(3), incident: incident.incident.clone(), row })
}

pub fn rows_stand_in_order_and_are_found_by_incident(home: &dyn Home) {
    let (rosebank, elmtree) = (record(1), record(2));
    let mut store = home.open();
    assert_eq!(store.readers().verify_audit().unwrap(), 0);
    store.commit(&[looked("council", &rosebank, 1), looked("icb", &elmtree, 1)]).unwrap();
    store.commit(&[looked("council", &rosebank, 2)]).unwrap();
    let readers = store.readers();
    let told: Vec<(u64, String)> = readers
        .audit(0, 9)
        .unwrap()
        .into_iter()
        .map(|row| (row.number, format!("{} {:?}", row.audited.agency, row.audited.people)))
        .collect();
    assert_eq!(
        told,
        [
            (1, "council [PersonNo(1)]".to_owned()),
            (2, "icb [PersonNo(1)]".to_owned()),
            (3, "council [PersonNo(2)]".to_owned())
        ]
    );
    assert_eq!(readers.audit(1, 1).unwrap().len(), 1);
    let of: Vec<u64> = readers.audit_of(&rosebank.incident, 0, 9).unwrap().iter().map(|row| row.number).collect();
    assert_eq!(of, [1, 3]);
    assert_eq!(readers.verify_audit().unwrap(), 3);
    store.close();
    let mut store = home.open();
    store.commit(&[looked("cqc", &elmtree, 3)]).unwrap();
    assert_eq!(store.readers().verify_audit().unwrap(), 4, "and it goes on after a restart");
}

pub fn a_row_and_what_it_is_of_are_written_together_or_not_at_all(home: &dyn Home) {
    let mut rosebank = record(1);
    let mut store = home.open();
    let opened = rosebank.says(&["opened"]);
    store.commit(&[opened.clone().write(), looked("council", &rosebank, 1)]).unwrap();
    store.commit(&[opened.write(), looked("council", &rosebank, 2)]).unwrap_err();
    assert_eq!(store.readers().verify_audit().unwrap(), 1);
    assert_eq!(all(store.as_ref()).len(), 1);
    store.commit(&[looked("council", &rosebank, 3)]).unwrap();
    assert_eq!(store.readers().verify_audit().unwrap(), 2);
}
