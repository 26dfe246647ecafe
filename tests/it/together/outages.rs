//! What servers share goes away and comes back, a server sleeps through the end of its turn, and a standby takes over.

use muster_proto::v1;
use muster_record::situation::IncidentKind;
use muster_store::Writes as _;
use muster_store_conformance::cluster::{Cluster, Ends};

use super::dying::{Load, Servers};
use crate::home::{COUNCIL, ICB, soon};
use crate::participant::{note, options, request};

#[tokio::test(flavor = "multi_thread")]
async fn the_database_is_stopped_and_started_under_load_and_nothing_acknowledged_is_lost() {
    let Some(mut cluster) = Cluster::start(Ends::AndIsKept) else { return };
    let servers = Servers::on(cluster.database(), 2);
    let mut load = Load::begin(&servers, 4).await;
    for _ in 0..3 {
        load.goes_on_for(20).await;
        // As if it were killed: at once, and whatever was under way with it.
        cluster.stop();
        // Refused clearly, reads and writes, and told that it may be tried again.
        let council = servers.roamer(COUNCIL, 0).connected().await;
        let asked = request(&load.incident, options(), [note("into the void")]);
        let refused = soon(council.appends(asked)).await.unwrap_err();
        assert_eq!(muster::client::reason(&refused).as_deref(), Some("STORE_UNAVAILABLE"), "{refused:?}");
        assert_eq!(refused.code(), tonic::Code::Unavailable);
        let get = v1::GetIncidentRequest { incident_id: load.incident.clone(), wait_for_advice: false };
        let refused = soon(council.client.incidents.clone().get_incident(get)).await.unwrap_err();
        assert_eq!(muster::client::reason(&refused).as_deref(), Some("STORE_UNAVAILABLE"), "{refused:?}");
        cluster.start_again();
    }
    load.goes_on_for(20).await;
    assert!(load.ends_well(&servers).await >= 80);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_sleeps_through_its_turn_writes_nothing_of_it_when_it_wakes() {
    let Some(servers) = Servers::start(2) else { return };
    let council = servers.roamer(COUNCIL, 0).connected().await;
    let icb = servers.roamer(ICB, 1).connected().await;
    let incident = council.opens("Rosebank", IncidentKind::ProviderFailure).await;
    council.seats(&icb, &incident).await;
    council.settled(&incident).await;
    let leases = || {
        let raw = servers.database.address.clone();
        std::thread::spawn(move || {
            muster_store_conformance::raw::Raw::connect(&raw)
                .value("SELECT coalesce(string_agg(holder || ' ' || fence, ',' ORDER BY what), '') FROM lease")
        })
        .join()
        .unwrap()
    };
    let first = leases();
    assert!(!first.is_empty(), "an incident was evaluated under a lease");
    // Whoever has the turn sleeps. Nobody knows which it is: each in turn, while the other is written to.
    for (asleep, awake) in [(0_usize, 1_usize), (1, 0)] {
        let here = servers.roamer(ICB, awake).connected().await;
        servers.signal(asleep, "-STOP");
        here.notes(&incident, "while the other sleeps").await;
        // The one that is awake takes over when the turn has lapsed.
        soon(here.settled(&incident)).await;
        servers.signal(asleep, "-CONT");
        let woken = servers.roamer(COUNCIL, asleep).connected().await;
        woken.notes(&incident, "awake again").await;
        soon(woken.settled(&incident)).await;
        soon(here.settled(&incident)).await;
        super::told_once(&here, &incident).await;
    }
    assert_ne!(leases(), first, "the turn went to another, under a greater number");
    let record = here_and_there(&servers, &incident).await;
    let store = servers.database.store();
    assert_eq!(store.readers().verify(&incident.parse().unwrap()).unwrap().entries, record);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_standby_that_was_waited_for_takes_over_with_everything_that_was_acknowledged() {
    let Some(mut primary) = Cluster::start(Ends::AndIsKept) else { return };
    let database = primary.database();
    let standby = primary.standby();
    let servers = Servers::on(database.or_on(&standby), 2);
    let mut load = Load::begin(&servers, 4).await;
    load.goes_on_for(60).await;
    // The machine is gone, and an operator has the copy take its place.
    primary.stop();
    // Until then the copy is read, and nothing is written.
    let council = servers.roamer(COUNCIL, 0).connected().await;
    let record = council.reads(&load.incident).await;
    assert!(record.len() >= 60, "what was acknowledged can be read");
    let refused = soon(council.appends(request(&load.incident, options(), [note("nowhere")]))).await.unwrap_err();
    assert_eq!(muster::client::reason(&refused).as_deref(), Some("STORE_UNAVAILABLE"), "{refused:?}");
    standby.promote();
    load.goes_on_for(60).await;
    assert!(load.ends_well(&servers).await >= 120);
}

/// How many entries there are, which is the same wherever it is asked.
async fn here_and_there(servers: &Servers, incident: &str) -> u64 {
    let mut counts = Vec::new();
    for which in 0..2 {
        counts.push(servers.roamer(COUNCIL, which).connected().await.reads(incident).await.len());
    }
    assert_eq!(counts[0], counts[1]);
    u64::try_from(counts[0]).unwrap()
}
