//! `muster doctor` on a database that servers share.

use muster::doctor::{self, Finding, Verdict};
use muster_coordinator::Surroundings as _;
use muster_store_conformance::cluster::{Cluster, Ends};

use crate::home::Home;

#[test]
fn a_shared_database_is_examined_without_anything_being_made_in_it() {
    let Some(mut cluster) = Cluster::start(Ends::AndIsKept) else { return };
    let database = cluster.database();
    let mut home = Home::new();
    home.config.listen.people = None;
    home.config.store = Some(database.url().parse().unwrap());
    let said = || -> Vec<(Verdict, String)> {
        let found = doctor::of_deployment(&home.config, None, muster::surroundings::System.now());
        let of = |one: &Finding| ["store", "copies"].contains(&one.what);
        found.iter().filter(|one| of(one)).map(|one| (one.verdict, one.told.clone())).collect()
    };
    let has = |said: &[(Verdict, String)], verdict, words: &str| {
        assert!(said.iter().any(|(as_it_is, told)| *as_it_is == verdict && told.contains(words)), "{words}: {said:?}");
    };
    for _ in 0..2 {
        has(&said(), Verdict::Fine, "holds no store yet");
    }
    drop(database.store());
    has(&said(), Verdict::Fine, "last change set 0");
    has(&said(), Verdict::Look, "the disk of one machine");
    let version = database.raw().value("SELECT version FROM muster_schema");
    database.raw().run("UPDATE muster_schema SET version = 99");
    has(&said(), Verdict::Wrong, "schema 99");
    database.raw().run(&format!("UPDATE muster_schema SET version = {version}"));
    let _standby = cluster.standby();
    has(&said(), Verdict::Fine, "on two machines");
    cluster.stop();
    has(&said(), Verdict::Wrong, "postgresql://");
}
