//! What is on record stays as it is, whoever has the database.

use muster_record::audit::{Answered, Audited, Did, Purpose};
use muster_record::ids::{PersonNo, Seq};
use muster_store::{AuditWrite, CommitError, Write, Writes as _};
use muster_store_conformance::cluster::database;
use muster_store_conformance::scene::{Told as _, agency, all, at, record, settings_change};

const COLUMNS: &str = "incident, seq, revision, recorded_at, envelope, payload, salt, commitment, hash";

#[test]
fn an_entry_cannot_be_changed_deleted_or_replaced_by_anybody() {
    let Some(home) = database() else { return };
    let mut rosebank = record(1);
    let mut store = home.store();
    store.commit(&[rosebank.says(&["opened", "31 residents", "closed"]).asked_by("council", "r1").write()]).unwrap();
    let before = all(&store);
    let raw = home.raw();
    let copy = |changed: &str| format!("INSERT INTO entry ({COLUMNS}) SELECT {changed} FROM entry WHERE seq = 2");
    let rest = "recorded_at, envelope, payload, salt, commitment, hash";
    for statement in [
        "UPDATE entry SET payload = '{}' WHERE seq = 2".to_owned(),
        "DELETE FROM entry".to_owned(),
        "TRUNCATE entry CASCADE".to_owned(),
        format!("{} ON CONFLICT (incident, seq) DO UPDATE SET payload = '{{}}'", copy(COLUMNS)),
        copy(&format!("incident, 5, 2, {rest}")),
        copy(&format!("incident, 2, 2, {rest}")),
        copy(&format!("incident, 4, 0, {rest}")),
        "UPDATE request SET last = 9".to_owned(),
        "DELETE FROM request".to_owned(),
    ] {
        let said = raw.refused(&statement);
        let is_held = ["append-only", "answered once", "entry_revision_check"].iter().any(|held| said.contains(held));
        assert!(is_held, "{statement}: {said}");
    }
    assert_eq!(all(&store), before);
    assert_eq!(store.readers().verify(&rosebank.incident).unwrap().entries, 3);
}

#[test]
fn what_was_decided_and_audited_cannot_be_changed_either() {
    let Some(home) = database() else { return };
    let mut store = home.store();
    let audited = Audited {
        did: Did::ReadIdentity,
        agency: agency("council"),
        system: "desk".to_owned(),
        user: None,
        purpose: Purpose::SafeMove,
        because: "the ambulance asks at the door".to_owned(),
        incident: record(1).incident,
        people: vec![PersonNo(1)],
        version: Some(1),
        entries: Vec::new(),
        grant: None,
        answered: Answered::Served,
    };
    let row = serde_json::to_string(&audited).unwrap();
    let settings = Write::Settings { digest: muster_record::entry::Hash([1; 32]), text: "{}".to_owned() };
    let change = Write::SettingsChange(settings_change("council", "transport", 1, "r1"));
    let audit = Write::Audit(AuditWrite { at: at(3), incident: record(1).incident, row });
    store.commit(&[settings, change, audit]).unwrap();
    let raw = home.raw();
    for statement in [
        "UPDATE audit SET said = '{}'",
        "DELETE FROM audit",
        "INSERT INTO audit SELECT 9, at, incident, said, hash FROM audit",
        "UPDATE settings_change SET because = 'none'",
        "DELETE FROM settings_change",
        "INSERT INTO settings_change SELECT 9, agency, rule_set, settings, at, system, because, 'r9', body, outcome
         FROM settings_change",
    ] {
        let said = raw.refused(statement);
        assert!(said.contains("append-only"), "{statement}: {said}");
    }
    // Whoever takes the triggers away is found by the walk.
    raw.run("ALTER TABLE audit DISABLE TRIGGER ALL; UPDATE audit SET said = replace(said, 'council', 'xouncil')");
    let broken = store.readers().verify_audit().unwrap_err();
    assert!(broken.to_string().contains("row 1 is not"), "{broken}");
}

#[test]
fn what_an_entry_says_comes_with_it_and_never_comes_back() {
    let Some(home) = database() else { return };
    let mut rosebank = record(1);
    let mut store = home.store();
    store.commit(&[rosebank.says(&["opened", "insulin at eight"]).sealing("k-1").write()]).unwrap();
    let raw = home.raw();
    raw.refused("UPDATE sealed_payload SET sealed = '\\x00'");
    raw.run("CREATE TABLE kept AS SELECT * FROM sealed_payload WHERE seq = 2");
    let (incident, entries) = (rosebank.incident.clone(), vec![Seq(2)]);
    store.commit(&[Write::EraseEntries { incident, entries }]).unwrap();
    let said = raw.refused("INSERT INTO sealed_payload SELECT * FROM kept");
    assert!(said.contains("never comes back"), "{said}");
}

#[test]
fn a_record_changed_behind_the_schemas_back_is_found() {
    let Some(home) = database() else { return };
    let mut rosebank = record(1);
    let mut store = home.store();
    store.commit(&[rosebank.says(&["opened", "31 residents"]).write()]).unwrap();
    let raw = home.raw();
    raw.run("ALTER TABLE entry DISABLE TRIGGER ALL");
    raw.run("UPDATE entry SET payload = replace(payload, '31', '13')");
    assert!(store.readers().verify(&rosebank.incident).is_err());
    raw.run("UPDATE entry SET payload = replace(payload, '13', '31')");
    assert_eq!(store.readers().verify(&rosebank.incident).unwrap().entries, 2);
    raw.run("DELETE FROM entry WHERE seq = 2");
    assert!(store.readers().verify(&rosebank.incident).is_err());
    let refused = store.commit(&[record(2).says(&["a"]).write()]);
    assert!(!matches!(refused, Err(CommitError::Lost(_))), "and others go on");
}
