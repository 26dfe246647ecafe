//! A store is moved from its file to PostgreSQL: everything is there, and whoever kept a place goes on from it.

use muster::migrating::migrate;
use muster_store::Writes as _;
use muster_store_conformance::cluster::database;
use prost::bytes::Bytes;

use crate::home::{Home, ICB, shipped};
use crate::participant::seqs;

#[tokio::test(flavor = "multi_thread")]
async fn a_store_is_moved_to_postgresql_whole_and_partners_go_on_from_their_places() {
    let Some(database) = database() else { return };
    let mut home = Home::with(shipped(&["stakeholder-matrix", "emergency-closure"]));
    let house = home.open().await;
    let (council, icb, incident) = house.rosebank().await;
    let asked = crate::participant::request(
        &incident,
        crate::participant::options(),
        [crate::participant::note("tab\there, \\N and\nmore")],
    );
    let first = council.appends(asked.clone()).await.unwrap();
    let at = council.settled(&incident).await;
    let mut watch = icb.follows(&incident, Bytes::new()).await;
    let mut seen = seqs(&watch.until(at).await);
    let (record, resume) = (icb.reads(&incident).await, watch.resume.clone());
    let proposals = council.proposals(&incident).await;
    house.close().await;

    let file = home.config.data.clone();
    let moved = tokio::task::spawn_blocking({
        let (file, settings) = (file.clone(), database.settings());
        move || migrate(&file, &settings, "there")
    });
    let moved = moved.await.unwrap().unwrap();
    assert_eq!((moved.incidents, moved.entries), (1, at));

    home.config.store = Some(database.url().parse().unwrap());
    let house = home.open().await;
    let (council, icb) = (house.client(crate::home::COUNCIL).await, house.client(ICB).await);
    assert_eq!(icb.reads(&incident).await, record, "every entry is what it was");
    assert_eq!(council.proposals(&incident).await, proposals);
    let again = council.appends(asked).await.unwrap().result.unwrap();
    assert!(again.replayed && Some(again.seq) == first.result.map(|first| first.seq), "what was asked before is known");
    let at = council.notes(&incident, "on the other store").await;
    let mut watch = icb.follows(&incident, resume).await;
    seen.extend(seqs(&watch.until(at).await));
    assert_eq!(seen, (1..=at).collect::<Vec<_>>());
    house.close().await;

    // Nothing is written over what is there.
    let again = tokio::task::spawn_blocking({
        let settings = database.settings();
        move || migrate(&file, &settings, "there")
    });
    let said = format!("{:#}", again.await.unwrap().unwrap_err());
    assert!(said.contains("holds a store already"), "{said}");
    let store = database.store();
    assert_eq!(store.readers().verify(&incident.parse().unwrap()).unwrap().entries, at);
}
