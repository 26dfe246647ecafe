use rusqlite::config::DbConfig;

use super::*;
use crate::OpenError;

/// Opens and expects an error, and every byte of the file as it was.
#[track_caller]
fn refused(home: &Home) -> OpenError {
    let before = std::fs::read(home.path()).ok();
    let err = Store::open(&home.path(), [8; 16]).map(drop).unwrap_err();
    assert_eq!(std::fs::read(home.path()).ok(), before, "{err}");
    err
}

#[track_caller]
fn damaged(home: &Home, expect: &str) {
    let err = refused(home);
    assert!(matches!(&err, OpenError::Damaged { problem, .. } if problem.contains(expect)), "{err}");
}

fn home_of_one() -> Home {
    let home = Home::new();
    home.open().commit(&[record(1).says(&["opened"]).write()]).unwrap();
    home
}

#[test]
fn a_store_keeps_the_id_it_was_made_with() {
    let home = Home::new();
    assert_eq!(Store::open(&home.path(), [1; 16]).unwrap().id(), [1; 16]);
    assert_eq!(Store::open(&home.path(), [2; 16]).unwrap().id(), [1; 16]);
}

#[test]
fn a_store_is_opened_by_one_at_a_time() {
    let home = Home::new();
    let store = home.open();
    let err = refused(&home);
    assert!(matches!(err, OpenError::InUse { .. }), "{err}");
    drop(store);
    home.open();
}

#[cfg(unix)]
#[test]
fn only_their_owner_may_read_the_files() {
    use std::os::unix::fs::PermissionsExt as _;
    let home = Home::new();
    let mut store = home.open();
    store.commit(&[record(1).says(&["opened"]).write()]).unwrap();
    for ending in ["", "-wal", "-shm", ".lock"] {
        let mode = home.beside(ending).metadata().unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600, "{ending}");
    }
}

#[test]
fn a_missing_folder_is_said_to_be_the_reason() {
    let home = Home::new();
    let err = Store::open(&home.folder.path().join("no/muster.db"), [7; 16]).map(drop).unwrap_err();
    assert!(err.to_string().contains("check that the folder exists"), "{err}");
}

#[test]
fn a_newer_schema_is_left_alone() {
    let home = home_of_one();
    home.raw().pragma_update(None, "user_version", 99).unwrap();
    let err = refused(&home);
    assert!(matches!(err, OpenError::NewerSchema { found: 99, .. }), "{err}");
}

#[test]
fn a_newer_schema_that_is_still_in_the_log_is_left_alone() {
    let home = home_of_one();
    let raw = home.raw();
    raw.pragma_update(None, "user_version", 99).unwrap();
    let log = std::fs::read(home.beside("-wal")).unwrap();
    let err = refused(&home);
    assert!(matches!(err, OpenError::NewerSchema { found: 99, .. }), "{err}");
    assert_eq!(std::fs::read(home.beside("-wal")).unwrap(), log);
}

#[test]
fn a_file_that_is_no_database_is_left_alone() {
    for text in ["x", "a note to self, kept in the wrong place\n", &"y".repeat(20_000)] {
        let home = Home::new();
        std::fs::write(home.path(), text).unwrap();
        damaged(&home, "not a database");
    }
}

#[test]
fn another_programs_database_is_left_alone() {
    let home = Home::new();
    home.raw().execute_batch("CREATE TABLE theirs (x)").unwrap();
    let err = refused(&home);
    assert!(matches!(err, OpenError::NotAStore { .. }), "{err}");
}

#[test]
fn a_truncated_store_is_damaged() {
    for keep in [1, 50, 99, 100, 4_000, 4_096, 5_000, 40_960] {
        let home = home_of_one();
        let mut bytes = home.bytes();
        assert!(keep < bytes.len());
        bytes.truncate(keep);
        std::fs::write(home.path(), bytes).unwrap();
        damaged(&home, "");
    }
}

#[test]
fn an_emptied_or_lost_store_is_not_taken_for_a_new_one() {
    let home = home_of_one();
    std::fs::write(home.path(), "").unwrap();
    damaged(&home, "it is empty");
    std::fs::remove_file(home.path()).unwrap();
    damaged(&home, "it is gone");
    std::fs::remove_file(home.beside(".lock")).unwrap();
    assert_eq!(home.open().last_revision(), Revision(0), "its .lock deleted too, it is a new one");
}

#[test]
fn a_log_without_its_file_is_not_thrown_away() {
    let (home, copy) = (Home::new(), Home::new());
    let mut store = home.open();
    store.commit(&[record(1).says(&["opened"]).write()]).unwrap();
    std::fs::copy(home.beside("-wal"), copy.beside("-wal")).unwrap();
    damaged(&copy, "its -wal is there");
    assert!(copy.beside("-wal").metadata().unwrap().len() > 0);
}

#[test]
fn a_store_whose_triggers_were_dropped_is_damaged() {
    let home = home_of_one();
    home.raw().execute_batch("DROP TRIGGER entry_is_append_only_u").unwrap();
    damaged(&home, "trigger entry_is_append_only_u");
}

#[test]
fn a_store_with_something_added_is_damaged() {
    let home = home_of_one();
    home.raw().execute_batch("CREATE TRIGGER spy AFTER INSERT ON entry BEGIN DELETE FROM request; END").unwrap();
    damaged(&home, "trigger spy");
}

#[test]
fn a_store_whose_newest_entry_is_not_its_head_is_damaged() {
    let home = home_of_one();
    home.raw().execute_batch("UPDATE head SET seq = 2").unwrap();
    damaged(&home, "newest entry");
}

#[test]
fn nothing_is_acknowledged_while_another_program_holds_the_log() {
    let (home, copy) = (Home::new(), Home::new());
    let mut store = home.open();
    store.commit(&[record(1).says(&["opened"]).write()]).unwrap();
    for ending in ["", "-wal"] {
        std::fs::copy(home.beside(ending), copy.beside(ending)).unwrap();
    }
    let raw = copy.raw();
    raw.execute_batch("BEGIN; SELECT * FROM entry").unwrap();
    let err = Store::open(&copy.path(), [7; 16]).map(drop).unwrap_err();
    assert!(matches!(err, OpenError::Unsettled { .. }), "{err}");
    drop(raw);
    assert_eq!(copy.open().last_revision(), Revision(1));
    assert_eq!(copy.beside("-wal").metadata().map_or(0, |log| log.len()), 0, "settled");
}

#[test]
fn the_connection_that_writes_is_set_up_to_keep_what_it_acknowledges() {
    let home = Home::new();
    let store = home.open();
    let conn = store.connection();
    let log: String = conn.pragma_query_value(None, "journal_mode", |row| row.get(0)).unwrap();
    assert_eq!(log, "wal");
    let expect = [
        ("synchronous", 2),
        ("recursive_triggers", 1),
        ("foreign_keys", 1),
        ("secure_delete", 1),
        ("trusted_schema", 0),
        ("cell_size_check", 1),
        ("mmap_size", 0),
    ];
    for (name, value) in expect {
        let set: i64 = conn.pragma_query_value(None, name, |row| row.get(0)).unwrap();
        assert_eq!(set, value, "{name}");
    }
    assert!(conn.db_config(DbConfig::SQLITE_DBCONFIG_DEFENSIVE).unwrap());
}

#[test]
fn a_store_may_be_driven_by_a_thread_and_its_readers_by_many() {
    fn sent<T: Send>() {}
    fn shared<T: Send + Sync + Clone>() {}
    sent::<Store>();
    shared::<Readers>();
}
