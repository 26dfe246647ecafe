//! Webhooks whose system is not let in any more, and receivers that are not who they should be.

use std::sync::Arc;

use muster_proto::v1;
use rcgen::{CertificateParams, ExtendedKeyUsagePurpose};
use rustls::ServerConfig;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};

use super::{all_to, home, seqs};
use crate::access::{registers, suspended};
use crate::certificates::Signer;
use crate::home::ICB;
use crate::receiving::Receiver;

#[tokio::test(flavor = "multi_thread")]
async fn a_webhook_stands_still_while_the_system_that_registered_it_is_suspended_and_loses_nothing() {
    let home = home();
    let house = home.open().await;
    let (council, icb, incident) = house.rosebank().await;
    let receiver = Receiver::willing().await;
    let number = icb.hooks_up(all_to(&receiver.url())).await.unwrap().webhook.unwrap().number;
    let seen = council.notes(&incident, "while it is let in").await;
    receiver.once(|got| seqs(got).last() == Some(&seen)).await;
    registers(&home, &suspended(ICB));
    crate::access::shut_out(&icb).await;
    let hidden = council.notes(&incident, "while it is suspended").await;
    registers(&home, "");
    crate::access::let_in_again(&icb).await;
    let paused = icb.hook_once(|hook| !hook.paused.is_empty()).await;
    assert_eq!(paused.paused, "the system that registered it is not let in any more");
    assert_eq!((paused.last_seq, paused.dead_letters), (seen, 0));
    assert_eq!(seqs(&receiver.got()).last(), Some(&seen), "it was told what was written while it was shut out");
    icb.client.webhooks.clone().resume_webhook(v1::ResumeWebhookRequest { number }).await.unwrap();
    let got = receiver.once(|got| seqs(got).last() == Some(&hidden)).await;
    assert_eq!(seqs(&got), (1..=hidden).collect::<Vec<u64>>());
    house.close().await;
}

/// What a receiver shows: a certificate for `name` by `signer`.
fn shows(signer: &Signer, name: &str) -> Arc<ServerConfig> {
    let mut params = CertificateParams::new(vec![name.to_owned()]).unwrap();
    params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ServerAuth];
    let leaf = signer.signs(&params);
    let key = PrivateKeyDer::try_from(leaf.key).unwrap();
    let config = ServerConfig::builder_with_provider(Arc::new(rustls::crypto::ring::default_provider()))
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(vec![CertificateDer::from(leaf.der)], key);
    Arc::new(config.unwrap())
}

#[tokio::test(flavor = "multi_thread")]
async fn over_tls_only_a_receiver_with_a_certificate_of_its_name_by_a_known_authority_is_told_anything() {
    let (known, unknown) = (Signer::new(), Signer::new());
    let mut home = home();
    home.config.webhooks.ca = Some(home.put("receivers.pem", known.pem()));
    let house = home.open().await;
    let (council, icb, incident) = house.rosebank().await;
    let receivers = [
        ("is who it should be", Receiver::over_tls(shows(&known, "localhost")).await),
        ("of an authority that is not known", Receiver::over_tls(shows(&unknown, "localhost")).await),
        ("of another name", Receiver::over_tls(shows(&known, "elsewhere.example")).await),
    ];
    let mut numbers = Vec::new();
    for (_, receiver) in &receivers {
        let url = format!("https://localhost:{}/in", receiver.address.port());
        numbers.push(icb.hooks_up(all_to(&url)).await.unwrap().webhook.unwrap().number);
    }
    let last = council.notes(&incident, "for those who are who they should be").await;
    let [(_, good), bad @ ..] = &receivers;
    let got = good.once(|got| seqs(got).last() == Some(&last)).await;
    assert_eq!(seqs(&got), (1..=last).collect::<Vec<u64>>());
    for ((what, receiver), number) in bad.iter().zip(&numbers[1..]) {
        let stands = icb.hooks_once(*number, |hook| hook.attempts > 1).await;
        assert!(stands.last_error.contains("certificate"), "{what}: {}", stands.last_error);
        assert_eq!((stands.last_seq, receiver.got().len()), (0, 0), "{what}");
    }
    house.close().await;
}
