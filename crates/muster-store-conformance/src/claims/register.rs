//! The register: imports, and the rows that they change.

use muster_record::entry::Hash;
use muster_store::{RegisterChange, RegisterWrite, Revision, StoredImport, StoredRow, Write};

use crate::Home;
use crate::scene::{agency, at};

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

fn remove(code: &str) -> RegisterChange {
    RegisterChange::Remove { kind: "service".to_owned(), code: code.to_owned() }
}

pub fn an_import_is_read_back_as_it_was_kept_and_again_after_a_restart(home: &dyn Home) {
    let mut store = home.open();
    store.commit(&[import(1, vec![put("1-1", "a"), put("1-3", "c"), put("1-2", "b")])]).unwrap();
    store.commit(&[import(2, vec![put("1-2", "B"), remove("1-1")])]).unwrap();
    let kept = [row("1-2", "B"), row("1-3", "c")];
    assert_eq!(store.readers().register_rows().unwrap(), kept);
    assert_eq!(store.last_revision(), Revision(0), "the register is on no record");
    store.close();
    let store = home.open();
    assert_eq!(store.readers().register_rows().unwrap(), kept);
    let imports = store.readers().register_imports(0, 10).unwrap();
    assert_eq!(imports.iter().map(|import| import.number).collect::<Vec<_>>(), [1, 2]);
    assert_eq!((imports[1].at, imports[1].as_at.to_string().as_str()), (at(2), "2024-03-01"));
    assert_eq!(store.readers().register_imports(1, 10).unwrap(), imports[1..]);
}

pub fn an_import_that_cannot_be_kept_leaves_every_row_as_it_was(home: &dyn Home) {
    let mut store = home.open();
    store.commit(&[import(1, vec![put("1-1", "a")])]).unwrap();
    // The number is taken, so the second fails after the first of the group wrote its rows.
    let group = [import(2, vec![put("1-1", "changed"), put("1-2", "new")]), import(1, vec![put("1-3", "new")])];
    store.commit(&group).unwrap_err();
    assert_eq!(store.readers().register_rows().unwrap(), [row("1-1", "a")]);
    store.commit(&[import(2, vec![put("1-2", "b")])]).unwrap();
}

pub fn of_a_row_that_an_import_changes_twice_the_last_is_kept(home: &dyn Home) {
    let mut store = home.open();
    let changes =
        vec![put("1-1", "a"), put("1-1", "b"), put("1-2", "c"), remove("1-2"), remove("1-3"), put("1-3", "d")];
    store.commit(&[import(1, changes)]).unwrap();
    assert_eq!(store.readers().register_rows().unwrap(), [row("1-1", "b"), row("1-3", "d")]);
}
