//! The key file: without it, with another, and with bytes that it did not seal.

use super::*;

#[tokio::test(flavor = "multi_thread")]
async fn a_server_without_a_key_file_does_not_start_and_with_another_says_what_it_cannot_read() {
    let mut home = Home::new();
    let key_file = home.config.personal_data.key_file.take();
    let told = home.does_not_start().await;
    assert!(told.contains("no key file is configured") && told.contains("muster keys new"), "{told}");

    home.config.personal_data.key_file = key_file;
    let house = home.open().await;
    let (council, _icb, incident) = rosebank(&house).await;
    let (_, _, without_people) = house.rosebank().await;
    council.seals(seal(&incident, 1, ada())).await.unwrap();
    house.close().await;

    // Another key of its own: what says nothing of people is read and written, and nothing else.
    home.config.personal_data.key_file = Some(home.path("other.keys"));
    key_file::make(home.config.personal_data.key_file.as_ref().unwrap()).unwrap();
    let house = home.open().await;
    let council = house.client(COUNCIL).await;
    council.notes(&without_people, "the rest goes on").await;
    refused(council.asks_who(&incident, 1).await, Code::FailedPrecondition, "IDENTITY_KEYS_MISSING");
    let read = v1::ReadRequest { incident_id: incident.clone(), ..Default::default() };
    refused(council.client.records.clone().read(read).await, Code::FailedPrecondition, "IDENTITY_KEYS_MISSING");
    house.close().await;
}

#[cfg(unix)]
#[tokio::test(flavor = "multi_thread")]
async fn a_key_file_that_others_may_read_is_not_used() {
    use std::os::unix::fs::PermissionsExt as _;
    let home = Home::new();
    let path = home.config.personal_data.key_file.clone().unwrap();
    assert_eq!(path.metadata().unwrap().permissions().mode() & 0o777, 0o600, "as it was made");
    std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o640)).unwrap();
    let error = home.does_not_start().await;
    assert!(error.contains("may be read by others (mode 640): chmod 600 it"), "{error}");
    assert!(key_file::make(&path).is_err(), "a key file is never written over");
}

#[tokio::test(flavor = "multi_thread")]
async fn bytes_that_are_not_what_was_sealed_are_told_to_nobody() {
    let home = Home::new();
    let house = home.open().await;
    let (council, _, incident) = rosebank(&house).await;
    council.does(&incident, [registered()]).await;
    let mut grace = ada();
    grace.name = "Grace Hopper".to_owned();
    council.seals(seal(&incident, 1, ada())).await.unwrap();
    council.seals(seal(&incident, 2, grace)).await.unwrap();
    // Somebody with the file swaps the two, keys and all.
    let raw = rusqlite::Connection::open(&home.config.data).unwrap();
    raw.execute_batch(
        "PRAGMA foreign_keys = OFF;
         UPDATE person_key SET person = person + 10; UPDATE sealed_person SET person = person + 10;
         UPDATE person_key SET person = 13 - person; UPDATE sealed_person SET person = 13 - person;",
    )
    .unwrap();
    for person in [1, 2] {
        refused(council.asks_who(&incident, person).await, Code::DataLoss, "RECORD_DAMAGED");
    }
    house.close().await;
}
