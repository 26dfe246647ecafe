use super::*;
use crate::{RegisterChange, RegisterWrite, StoredImport, StoredRow, sql};

fn import(number: u64, changes: Vec<RegisterChange>) -> Write {
    let import = StoredImport {
        number,
        source: "cqc-directory".to_owned(),
        as_at: "2024-03-01".parse().unwrap(),
        covers: "whole".to_owned(),
        digest: Hash::of(b"file"),
        at: at(number),
        agency: agency("council"),
        system: "console".to_owned(),
        report: "{}".to_owned(),
    };
    Write::Register(Box::new(RegisterWrite { import, changes }))
}

fn row(code: &str, text: &str) -> StoredRow {
    StoredRow { kind: "service".to_owned(), code: code.to_owned(), source: "cqc".to_owned(), row: text.to_owned() }
}

fn put(code: &str, text: &str) -> RegisterChange {
    RegisterChange::Put(row(code, text))
}

#[test]
fn an_import_is_read_back_as_it_was_kept_and_again_after_a_restart() {
    let home = Home::new();
    let mut store = home.open();
    store.commit(&[import(1, vec![put("1-1", "a"), put("1-2", "b"), put("1-3", "c")])]).unwrap();
    let gone = RegisterChange::Remove { kind: "service".to_owned(), code: "1-1".to_owned() };
    store.commit(&[import(2, vec![put("1-2", "B"), gone])]).unwrap();
    let kept = [row("1-2", "B"), row("1-3", "c")];
    assert_eq!(store.readers().register_rows().unwrap(), kept);
    assert_eq!(store.last_revision(), Revision(0), "the register is on no record");
    drop(store);
    let readers = home.open().readers();
    assert_eq!(readers.register_rows().unwrap(), kept);
    let numbers: Vec<u64> = readers.register_imports(0, 10).unwrap().into_iter().map(|import| import.number).collect();
    assert_eq!(numbers, [1, 2]);
}

#[test]
fn an_import_that_cannot_be_kept_leaves_every_row_as_it_was() {
    let home = Home::new();
    let mut store = home.open();
    store.commit(&[import(1, vec![put("1-1", "a")])]).unwrap();
    // The number is taken, so the second fails after the first of the group wrote its rows.
    let group = [import(2, vec![put("1-1", "changed"), put("1-2", "new")]), import(1, vec![put("1-3", "new")])];
    assert!(store.commit(&group).is_err());
    assert_eq!(store.readers().register_rows().unwrap(), [row("1-1", "a")]);
    store.commit(&[import(2, vec![put("1-2", "b")])]).unwrap();
}

#[test]
fn more_rows_than_one_page_are_read_in_order_and_once() {
    let home = Home::new();
    let mut store = home.open();
    let rows: Vec<RegisterChange> = (0..10_001).map(|number| put(&format!("{number:05}"), "x")).collect();
    store.commit(&[import(1, rows)]).unwrap();
    let codes: Vec<String> = store.readers().register_rows().unwrap().into_iter().map(|row| row.code).collect();
    assert_eq!(codes.len(), 10_001);
    assert!(codes.is_sorted());
}

#[test]
fn a_kept_import_cannot_be_changed_or_deleted() {
    let home = Home::new();
    home.open().commit(&[import(1, vec![put("1-1", "a")])]).unwrap();
    let raw = home.raw();
    for statement in ["UPDATE register_import SET as_at = '2030-01-01'", "DELETE FROM register_import"] {
        let err = raw.execute(statement, []).unwrap_err().to_string();
        assert!(err.contains("an import is kept as it was"), "{statement}: {err}");
    }
}

#[test]
fn a_store_made_before_the_register_is_brought_up_to_date_with_its_record_as_it_was() {
    let home = Home::new();
    // As the version before this one made it: its one step, its version, its marks.
    let raw = home.raw();
    raw.execute_batch(sql::STEPS[0]).unwrap();
    raw.execute(sql::NAME_THE_STORE, [[7_u8; 16]]).unwrap();
    raw.pragma_update(None, "application_id", sql::APPLICATION_ID).unwrap();
    raw.pragma_update(None, "user_version", 1).unwrap();
    drop(raw);
    let mut store = home.open();
    assert_eq!(store.readers().register_rows().unwrap(), []);
    let mut rosebank = record(1);
    store.commit(&[rosebank.says(&["opened"]).write(), import(1, vec![put("1-1", "a")])]).unwrap();
    drop(store);
    assert_eq!(home.open().readers().verify(&rosebank.incident).unwrap().entries, 1);
}
