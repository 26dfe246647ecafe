//! Opening: making the tables, bringing them up to date, and what is no store that can be served.

use std::error::Error as _;
use std::sync::{Arc, Barrier};

use muster_store::{OpenError, ServerError, Writes as _};
use muster_store_conformance::cluster::database;
use muster_store_conformance::scene::{Told as _, all, record};
use muster_store_postgres::{Settings, Store};

#[test]
fn servers_that_start_at_once_make_one_store() {
    let Some(home) = database() else { return };
    let all_at_once = Arc::new(Barrier::new(6));
    let starting = (0..6_u8).map(|number| {
        let (settings, all_at_once) = (home.settings(), Arc::clone(&all_at_once));
        std::thread::spawn(move || {
            all_at_once.wait();
            Store::open(&settings, [number; 16]).unwrap().id()
        })
    });
    let starting: Vec<_> = starting.collect();
    let ids: Vec<[u8; 16]> = starting.into_iter().map(|started| started.join().unwrap()).collect();
    assert!(ids.iter().all(|id| *id == ids[0]), "{ids:?}");
}

#[test]
fn a_store_of_a_later_version_is_left_as_it_is() {
    let Some(home) = database() else { return };
    home.store().commit(&[record(1).says(&["opened"]).write()]).unwrap();
    let version = home.raw().value("SELECT version FROM muster_schema");
    home.raw().run("UPDATE muster_schema SET version = 99");
    let err = Store::open(&home.settings(), [7; 16]).unwrap_err();
    assert!(matches!(err, OpenError::NewerSchema { found: 99, .. }), "{err:?}");
    assert_eq!(home.raw().value("SELECT version FROM muster_schema"), "99");
    home.raw().run(&format!("UPDATE muster_schema SET version = {version}"));
    assert_eq!(all(&home.store()).len(), 1);
}

#[test]
fn a_database_that_holds_something_else_is_left_as_it_is() {
    let Some(home) = database() else { return };
    home.raw().run("CREATE TABLE payroll (person text)");
    let err = Store::open(&home.settings(), [7; 16]).unwrap_err();
    assert!(matches!(err, OpenError::NotAStore { .. }), "{err:?}");
    assert_eq!(home.raw().value("SELECT count(*) FROM pg_tables WHERE schemaname = 'public'"), "1");
}

#[test]
fn a_server_that_is_not_there_is_named_without_the_password() {
    // Nobody listens on port 1 of this machine.
    let settings = Settings::at("postgres://muster:secret@127.0.0.1:1/records");
    let err = Store::open(&settings, [7; 16]).unwrap_err();
    assert!(matches!(err, OpenError::Server(ServerError::Away { .. })), "{err:?}");
    let told = err.source().unwrap().to_string();
    assert!(told.contains("127.0.0.1:1/records"), "{told}");
    assert!(!format!("{err:?} {told}").contains("secret"), "{err:?}");
}

#[test]
fn an_address_that_cannot_be_read_and_roots_that_are_none_are_refused() {
    for settings in [
        Settings::at("postgres://host?sslmode=perhaps"),
        Settings { root: Some("/nowhere/root.pem".into()), ..Settings::at("postgres://host/records") },
    ] {
        let err = Store::open(&settings, [7; 16]).unwrap_err();
        assert!(matches!(err, OpenError::Server(ServerError::Unfit { .. })), "{err:?}");
    }
}

#[test]
fn calls_may_come_from_a_runtime() {
    let Some(home) = database() else { return };
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let entries = runtime.block_on(async {
        let mut store = home.store();
        store.commit(&[record(1).says(&["opened"]).write()]).unwrap();
        all(&store).len()
    });
    assert_eq!(entries, 1);
}
