use muster_record::audit::{Answered, Audited, Did, Purpose};
use muster_record::ids::PersonNo;

use super::*;
use crate::{AuditWrite, VerifyAuditError};

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

fn home_of_three() -> (Home, Store) {
    let (home, rosebank, elmtree) = (Home::new(), record(1), record(2));
    let mut store = home.open();
    store.commit(&[looked("council", &rosebank, 1), looked("icb", &elmtree, 1)]).unwrap();
    store.commit(&[looked("council", &rosebank, 2)]).unwrap();
    (home, store)
}

#[test]
fn rows_stand_in_order_and_are_found_by_incident() {
    let (_home, store) = home_of_three();
    let readers = store.readers();
    let told = |rows: Vec<muster_record::audit::AuditRow>| -> Vec<(u64, String)> {
        rows.into_iter().map(|row| (row.number, format!("{} {:?}", row.audited.agency, row.audited.people))).collect()
    };
    assert_eq!(
        told(readers.audit(0, 9).unwrap()),
        [
            (1, "council [PersonNo(1)]".to_owned()),
            (2, "icb [PersonNo(1)]".to_owned()),
            (3, "council [PersonNo(2)]".to_owned())
        ]
    );
    assert_eq!(told(readers.audit(1, 1).unwrap()).len(), 1);
    let of: Vec<u64> = readers.audit_of(&record(1).incident, 0, 9).unwrap().iter().map(|row| row.number).collect();
    assert_eq!(of, [1, 3]);
    assert_eq!(readers.verify_audit().unwrap(), 3);
}

#[test]
fn a_row_cannot_be_changed_deleted_or_replaced_by_anybody() {
    let (home, store) = home_of_three();
    for pragma in ["ON", "OFF"] {
        let raw = home.raw();
        raw.pragma_update(None, "recursive_triggers", pragma).unwrap();
        for statement in [
            "UPDATE audit SET row = '{}' WHERE number = 2",
            "UPDATE OR REPLACE audit SET number = 1 WHERE number = 2",
            "DELETE FROM audit WHERE number = 3",
            "REPLACE INTO audit SELECT * FROM audit WHERE number = 2",
            "INSERT INTO audit SELECT 9, at, incident, row, hash FROM audit WHERE number = 3",
        ] {
            let err = raw.execute(statement, []).unwrap_err().to_string();
            assert!(err.contains("append-only"), "{statement}: {err}");
        }
    }
    assert_eq!(store.readers().verify_audit().unwrap(), 3);
}

#[test]
fn a_row_changed_behind_the_schemas_back_is_found_and_placed() {
    for (change, expect) in [
        ("UPDATE audit SET row = replace(row, 'council', 'xouncil') WHERE number = 1", "row 1 is not"),
        ("UPDATE audit SET at = at + 1 WHERE number = 2", "row 2 is not"),
        ("UPDATE audit SET hash = zeroblob(32) WHERE number = 1", "row 1 is not"),
        ("UPDATE audit SET incident = (SELECT incident FROM audit WHERE number = 2) WHERE number = 3", "row 3 is not"),
        ("DELETE FROM audit WHERE number = 2", "row 3 stands where row 2 should"),
        ("UPDATE audit SET row = '{}' WHERE number = 3", "nothing could be read behind row 2"),
    ] {
        let (home, store) = home_of_three();
        let raw = home.raw();
        raw.execute_batch("DROP TRIGGER audit_is_append_only_u; DROP TRIGGER audit_is_append_only_d").unwrap();
        assert_eq!(raw.execute(change, []).unwrap(), 1, "{change}");
        let err: VerifyAuditError = store.readers().verify_audit().unwrap_err();
        assert!(err.to_string().contains(expect), "{change}: {err}");
    }
}

#[test]
fn a_row_that_does_not_fit_on_the_disk_is_an_error_and_the_chain_goes_on() {
    let (_home, mut store) = home_of_three();
    store.connection().pragma_update(None, "max_page_count", 1).unwrap();
    let many: Vec<Write> = (0..200).map(|person| looked("council", &record(1), person + 1)).collect();
    store.commit(&many).unwrap_err();
    assert_eq!(store.readers().verify_audit().unwrap(), 3);
    store.commit(&many).unwrap();
    assert_eq!(store.readers().verify_audit().unwrap(), 203);
}
