//! Copies of a store that is open, and the generations of one that was put back.

use super::*;
use crate::{Backup, BackupError, RestoreError, Vacancy, back_up};

#[test]
fn a_copy_of_an_open_store_holds_what_is_committed_and_is_one_file() {
    let home = Home::new();
    let mut store = home.open();
    let mut rosebank = record(1);
    store.commit(&[rosebank.says(&["opened", "noted"]).seating(&["council"]).write()]).unwrap();
    let copy = home.folder.path().join("copy.db");
    back_up(&home.path(), &copy).unwrap();
    store.commit(&[rosebank.says(&["later"]).write()]).unwrap();

    let Backup { store: id, last_revision, readers } = Backup::open(&copy).unwrap();
    assert_eq!((id, last_revision), ([7; 16], Revision(1)));
    assert_eq!(all(&readers), all(&store.readers())[..2]);
    let seated = readers.somebody_seated().unwrap().unwrap();
    assert_eq!(seated, (rosebank.incident, agency("council")));
    drop(readers);
    let names: Vec<_> = std::fs::read_dir(home.folder.path()).unwrap().map(|file| file.unwrap().file_name()).collect();
    assert!(!names.iter().any(|name| name.to_string_lossy().starts_with("copy.db-")), "{names:?}");
    assert!(matches!(back_up(&home.path(), &copy), Err(BackupError::Io { .. })), "it is there already");
}

#[test]
fn a_store_whose_server_was_killed_is_copied_with_its_log() {
    let home = Home::new();
    let mut store = home.open();
    store.commit(&[record(1).says(&["opened"]).write()]).unwrap();
    // As after kill -9: file and log as they are, and nobody who has them open.
    let killed = Home::new();
    for ending in ["", "-wal"] {
        std::fs::copy(home.beside(ending), killed.beside(ending)).unwrap();
    }
    let copy = killed.folder.path().join("copy.db");
    back_up(&killed.path(), &copy).unwrap();
    assert_eq!(all(&Backup::open(&copy).unwrap().readers).len(), 1);
}

#[test]
fn an_older_store_is_copied_by_the_program_that_serves_it() {
    let home = Home::new();
    drop(home.open());
    let raw = home.raw();
    raw.execute_batch("DROP TABLE dispatch; DROP TABLE webhook_dead; DROP TABLE webhook_progress; DROP TABLE webhook")
        .unwrap();
    raw.pragma_update(None, "user_version", i64::try_from(crate::sql::STEPS.len()).unwrap() - 1).unwrap();
    drop(raw);
    let err = back_up(&home.path(), &home.folder.path().join("copy.db")).unwrap_err();
    assert!(matches!(err, BackupError::OlderSchema { .. }), "{err}");
}

#[test]
fn a_generation_begins_where_the_store_ends_and_is_never_changed() {
    let home = Home::new();
    let mut store = home.open();
    assert_eq!(store.readers().generations().unwrap(), []);
    store.commit(&[record(1).says(&["opened"]).write()]).unwrap();
    let first = store.begin_generation([1; 16], at(1)).unwrap();
    assert_eq!(first.after, Revision(1));
    store.commit(&[record(2).says(&["opened"]).write()]).unwrap();
    let second = store.begin_generation([2; 16], at(2)).unwrap();
    assert_eq!(second.after, Revision(2));
    store.begin_generation([2; 16], at(3)).unwrap_err();
    store.commit(&[record(3).says(&["opened"]).write()]).unwrap();
    let raw = home.raw();
    for change in ["UPDATE generation SET after = 9", "DELETE FROM generation"] {
        assert!(raw.execute(change, []).is_err(), "{change}");
    }
    assert_eq!(store.readers().generations().unwrap(), [first, second]);
}

#[test]
fn a_place_where_another_process_makes_a_store_is_not_free() {
    let home = Home::new();
    let place = Vacancy::take(&home.path(), [7; 16]).unwrap();
    let err = Vacancy::take(&home.path(), [7; 16]).unwrap_err();
    assert!(matches!(err, RestoreError::Open(crate::OpenError::InUse { .. })), "{err}");
    assert!(matches!(Store::open(&home.path(), [8; 16]), Err(crate::OpenError::InUse { .. })));
    assert_eq!(place.path(), home.path());
    place.taken([7; 16]).unwrap();
    // It says that a store was there, and there is none: nobody makes a fresh one.
    assert!(matches!(Store::open(&home.path(), [8; 16]), Err(crate::OpenError::Damaged { .. })));
}
