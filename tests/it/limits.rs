//! Limits: what one agency may take, and that another does not notice.

use std::num::{NonZeroU32, NonZeroUsize};
use std::time::Duration;

use muster::client::Client;
use muster::config::LimitsConfig;
use muster::dev_certs::SYSTEM;
use muster_proto::v1;
use muster_record::situation::IncidentKind;
use tonic::Code;
use tonic_types::StatusExt as _;

use crate::home::{COUNCIL, CQC, Home, ICB, soon};
use crate::logs;
use crate::participant::{refused, watch_all};

#[tokio::test(flavor = "multi_thread")]
async fn the_65th_watcher_of_an_agency_is_refused_with_a_reason_while_anothers_is_served() {
    let home = Home::new();
    let house = home.open().await;
    // One connection bears 64 streams; two are opened so that it is not this which bounds.
    let (one, two, icb) = (house.client(COUNCIL).await, house.client(COUNCIL).await, house.client(ICB).await);
    let mut open = Vec::new();
    for number in 0..64 {
        let by = if number % 2 == 0 { &one } else { &two };
        open.push(by.watches(watch_all()).await.unwrap());
    }
    let status = refused(one.watches(watch_all()).await.map(drop), Code::ResourceExhausted, "TOO_MANY_WATCHES");
    assert_eq!(status.get_details_error_info().unwrap().metadata.get("most").map(String::as_str), Some("64"));
    let region = one.opens("All", IncidentKind::Regional).await;
    let asked = v1::WatchRegionRequest { regional_incident_id: region };
    let picture = one.client.regions.clone().watch_region(asked.clone()).await;
    refused(picture.map(drop), Code::ResourceExhausted, "TOO_MANY_WATCHES");

    let mut theirs = icb.watches(watch_all()).await.unwrap();
    let incident = icb.opens("Rosebank", IncidentKind::QualityConcern).await;
    let last = icb.notes(&incident, "served").await;
    theirs.until(last).await;
    // A watch that ends makes room.
    drop(open.pop());
    soon(async {
        while two.client.regions.clone().watch_region(asked.clone()).await.is_err() {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    })
    .await;
    house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_flood_of_calls_of_one_agency_is_held_back_and_anothers_are_served() {
    let mut home = Home::new();
    let few = NonZeroU32::new(50);
    home.config.limits = LimitsConfig { calls_per_second: few, calls_at_once: few, ..LimitsConfig::default() };
    let house = home.open().await;
    let (council, icb) = (house.client(COUNCIL).await, house.client(ICB).await);
    let flood = (0..16).map(|_| {
        let mut info = council.client.info.clone();
        tokio::spawn(async move {
            let mut told = Vec::new();
            for _ in 0..20 {
                told.push(info.get_server_info(v1::GetServerInfoRequest {}).await.map(drop));
            }
            told
        })
    });
    let flood: Vec<_> = flood.collect();
    for _ in 0..20 {
        icb.client.info.clone().get_server_info(v1::GetServerInfoRequest {}).await.unwrap();
    }
    let (mut served, mut held_back) = (0, 0);
    for task in flood {
        for answer in soon(task).await.unwrap() {
            if answer.is_ok() {
                served += 1;
            } else {
                held_back += 1;
                let status = refused(answer, Code::ResourceExhausted, "RATE_LIMITED");
                let wait = status.get_details_retry_info().unwrap().retry_delay.unwrap();
                assert!(wait <= Duration::from_secs(1), "{wait:?}");
            }
        }
    }
    assert!(served >= 50 && held_back > 100, "{served} served, {held_back} held back");
    // Whoever waits as long as it is told is served.
    soon(async {
        while let Err(status) = council.client.info.clone().get_server_info(v1::GetServerInfoRequest {}).await {
            tokio::time::sleep(status.get_details_retry_info().unwrap().retry_delay.unwrap()).await;
        }
    })
    .await;
    house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_agency_has_so_many_connections_and_another_has_its_own() {
    logs::kept();
    let mut home = Home::new();
    home.config.limits = LimitsConfig { connections_per_agency: NonZeroUsize::new(3), ..LimitsConfig::default() };
    let house = home.open().await;
    let mut open = Vec::new();
    for _ in 0..3 {
        let by = house.client(CQC).await;
        by.client.info.clone().get_server_info(v1::GetServerInfoRequest {}).await.unwrap();
        open.push(by);
    }
    let identity = home.authority.system(&CQC.parse().unwrap(), SYSTEM).unwrap();
    let fourth = Client::connect(house.serving.api(), &home.authority.certificate(), &identity).await;
    if let Ok(mut fourth) = fourth {
        // The client's side of the handshake may be over before the server ends it.
        assert!(fourth.info.get_server_info(v1::GetServerInfoRequest {}).await.is_err());
    }
    logs::tells(&["a connection was refused", "its agency has as many connections as it may"]).await;
    house.client(ICB).await.opens("Rosebank", IncidentKind::QualityConcern).await;
    house.close().await;
}
