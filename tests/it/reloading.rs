//! What is changed in files while the server runs: certificates, limits, agencies; and what is told to need a restart.

use muster::client::Client;
use muster::dev_certs::{Authority, SYSTEM};
use muster_proto::v1;
use tonic::Code;

use crate::home::{CQC, Home, soon};
use crate::logs;
use crate::participant::{Participant, refused, watch_one};

#[tokio::test(flavor = "multi_thread")]
async fn a_new_certificate_is_shown_to_whoever_connects_next_and_open_streams_go_on() {
    logs::kept();
    let home = Home::new();
    let house = home.open().await;
    let (council, icb, incident) = house.rosebank().await;
    let mut watch = icb.watches(watch_one(&incident)).await.unwrap();
    soon(watch.event()).await.unwrap();
    let next = Authority::new().unwrap();
    let theirs = next.server().unwrap();
    let identity = home.authority.system(&CQC.parse().unwrap(), SYSTEM).unwrap();
    let knows = async |ca: String| {
        let mut client = Client::connect(house.serving.api(), &ca, &identity).await.ok()?;
        client.info.get_server_info(v1::GetServerInfoRequest {}).await.ok().map(drop)
    };

    // Files are written one after another: a certificate with another's key is not shown to anybody.
    let file = home.put("server.pem", &theirs.certificate).display().to_string();
    logs::tells(&["the set of certificates will not do", &file]).await;
    assert_eq!(knows(home.authority.certificate()).await, Some(()));
    assert_eq!(knows(next.certificate()).await, None);

    home.put("server.key", &theirs.key);
    logs::tells(&["the set of certificates was read again", &file]).await;
    soon(async { while knows(next.certificate()).await.is_none() {} }).await;
    assert_eq!(knows(home.authority.certificate()).await, None);

    let last = council.notes(&incident, "written over a connection of before").await;
    watch.until(last).await;
    house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn agencies_and_limits_of_a_changed_configuration_are_in_force_and_the_rest_is_told() {
    logs::kept();
    let mut home = Home::new();
    home.config.agencies.retain(|agency| agency.id.as_str() != CQC);
    let house = home.open().await;
    let file = home.put("muster.toml", "data = \"muster.db\"\n");
    house.serving.follow(file.clone()).unwrap();
    let named = file.display().to_string();
    let cqc = house.client(CQC).await;
    let asks = async || cqc.client.info.clone().get_server_info(v1::GetServerInfoRequest {}).await;
    refused(asks().await, Code::Unauthenticated, "CREDENTIAL_INVALID");

    let joined = "[limits]\nwatchers_per_agency = 1\n[[agency]]\nid = \"cqc\"\nkind = \"regulator\"\ntitle = \"CQC\"\n";
    home.put("muster.toml", format!("data = \"elsewhere.db\"\n{joined}"));
    soon(async { while asks().await.is_err() {} }).await;
    let told = logs::tells(&["comes into force with a restart"]).await;
    assert!(told.contains("data was changed in the configuration"), "{told}");

    let (council, _, incident) = house.rosebank().await;
    let mut first = council.watches(watch_one(&incident)).await.unwrap();
    soon(first.event()).await.unwrap();
    let second = async |by: &Participant| by.watches(watch_one(&incident)).await.map(drop);
    refused(second(&council).await, Code::ResourceExhausted, "TOO_MANY_WATCHES");

    // A typing error changes nothing.
    home.put("muster.toml", "[limit]\nwatchers_per_agency = 9\n");
    logs::tells(&["the configuration will not do; the last good one stays in force", &named, "unknown field `limit`"])
        .await;
    refused(second(&council).await, Code::ResourceExhausted, "TOO_MANY_WATCHES");
    asks().await.unwrap();

    home.put("muster.toml", format!("data = \"muster.db\"\n{}", joined.replace("= 1", "= 2")));
    soon(async { while second(&council).await.is_err() {} }).await;
    house.close().await;
}
