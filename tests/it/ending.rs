//! How a watch ends: its agency leaves the incident, or the server stops.

use std::time::Duration;

use muster_proto::v1;
use muster_proto::v1::watch_response::Event;
use muster_record::incident::participants;
use muster_record::situation::IncidentKind;
use prost::bytes::Bytes;
use tonic::Code;
use tonic_types::StatusExt as _;

use crate::home::{COUNCIL, CQC, Home, House, ICB};
use crate::participant::{Following, first_word, note, refused, seqs, watch_all, watch_one};

fn leave() -> muster_record::Command {
    participants::Command::Leave { reason: "our part is done".to_owned() }.into()
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_leaves_is_told_that_it_sees_no_more() {
    let home = Home::new();
    let house = home.open().await;
    let (council, icb, incident) = house.rosebank().await;
    let elsewhere = icb.opens("Elm Court", IncidentKind::ProviderFailure).await;
    let before = icb.notes(&incident, "we are leaving").await;
    let (mut one, mut all) = (icb.follows(&incident, Bytes::new()).await, icb.watches(watch_all()).await.unwrap());
    one.until(before).await;
    while all.commit().await.entries.last().unwrap().seq != before {}

    icb.does(&incident, [leave()]).await;
    council.notes(&incident, "for those who stay").await;
    let next = icb.notes(&elsewhere, "our own").await;

    assert_access_ended(&mut one, &incident).await;
    assert_eq!(one.event().await.unwrap(), None);
    assert_access_ended(&mut all, &incident).await;
    let commit = all.commit().await;
    assert_eq!((&commit.incident_id, seqs(std::slice::from_ref(&commit))), (&elsewhere, vec![next]));
    let again = v1::WatchRequest { resume_from: one.resume, ..watch_one(&incident) };
    refused(first_word(&icb, again).await, Code::PermissionDenied, "NOT_PERMITTED");
    house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_left_while_it_was_away_is_told_when_it_comes_back() {
    let home = Home::new();
    let house = home.open().await;
    let (_, icb, incident) = house.rosebank().await;
    let before = icb.notes(&incident, "we are leaving").await;
    let mut all = icb.watches(watch_all()).await.unwrap();
    all.until(before).await;
    let away_since = all.resume.clone();
    drop(all);
    icb.does(&incident, [leave()]).await;
    let elsewhere = icb.opens("Elm Court", IncidentKind::ProviderFailure).await;

    let mut all = icb.watches(v1::WatchRequest { resume_from: away_since, ..watch_all() }).await.unwrap();
    assert_access_ended(&mut all, &incident).await;
    assert_eq!(all.commit().await.incident_id, elsewhere);
    house.close().await;
}

async fn assert_access_ended(watch: &mut Following, incident: &str) {
    let ended = v1::AccessEnded { incident_id: incident.to_owned() };
    assert_eq!(watch.news().await, Event::AccessEnded(ended));
}

/// How long a server may take to stop: what its open streams are given, and a moment.
const STOPS_WITHIN: Duration = Duration::from_secs(8);

async fn stops_in_time(house: House<'_>) {
    tokio::time::timeout(STOPS_WITHIN, house.serving.stop()).await.unwrap().unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_stops_ends_its_streams_with_a_word_to_come_again() {
    let home = Home::new();
    let house = home.open().await;
    let (council, _, incident) = house.rosebank().await;
    let last = council.notes(&incident, "before").await;
    let mut one = council.follows(&incident, Bytes::new()).await;
    let mut all = house.client(CQC).await.watches(watch_all()).await.unwrap();
    one.until(last).await;

    stops_in_time(house).await;

    for watch in [&mut one, &mut all] {
        let status = refused(watch.event().await, Code::Unavailable, "STOPPING");
        assert!(status.get_details_retry_info().unwrap().retry_delay.is_some());
    }
    let house = home.open().await;
    let council = house.client(COUNCIL).await;
    let next = council.notes(&incident, "after").await;
    assert_eq!(seqs(&council.follows(&incident, one.resume).await.until(next).await), [next]);
    house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_watcher_that_takes_nothing_does_not_keep_a_server_from_stopping() {
    let home = Home::new();
    let house = home.open().await;
    let (council, _, incident) = house.rosebank().await;
    let idle = house.client(ICB).await.follows(&incident, Bytes::new()).await;
    // More than the connection takes from the server while nobody reads.
    let text = "x".repeat(20_000);
    for _ in 0..20 {
        council.does(&incident, (0..10).map(|_| note(&text))).await;
    }
    stops_in_time(house).await;
    drop(idle);
}
