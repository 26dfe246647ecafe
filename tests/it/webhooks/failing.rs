//! Receivers that fail, stall, lie and go away.

use std::net::SocketAddr;
use std::num::NonZeroU32;

use chrono::TimeDelta;
use muster_proto::v1;

use super::{all_to, home, one_content_for_each_id, seqs};
use crate::receiving::{Does, Got, Receiver};

/// How often an event came before.
fn times(before: &[Got], now: &Got) -> usize {
    before.iter().filter(|got| got.header("webhook-id") == now.header("webhook-id")).count()
}

/// Numbers of entries in the order in which they came first.
fn first_seqs(got: &[Got]) -> Vec<u64> {
    let mut first = Vec::new();
    for seq in seqs(got) {
        if !first.contains(&seq) {
            first.push(seq);
        }
    }
    first
}

#[tokio::test(flavor = "multi_thread")]
async fn a_receiver_that_fails_and_lies_gets_every_event_in_order_under_the_id_it_had() {
    let home = home();
    let house = home.open().await;
    let (council, _, incident) = house.rosebank().await;
    let lies = Receiver::that(|before, now| match (seqs(std::slice::from_ref(now))[0], times(before, now)) {
        (1, 0 | 1) => Does::status(500),
        (2, 0) => Does::HalfAndCloses,
        (2, 1) => Does::Closes,
        (3, 0) => Does::Stalls,
        (4, 0) => Does::status(503),
        (5, _) => Does::Answers(200, String::new(), "x".repeat(100_000)),
        (6, _) => Does::Endless,
        (_, _) => Does::status(200),
    })
    .await;
    council.hooks_up(all_to(&lies.url())).await.unwrap();
    let mut last = 0;
    while last < 8 {
        last = council.notes(&incident, "something happened").await;
    }
    let got = lies.once(|got| seqs(got).last() == Some(&last)).await;
    assert_eq!(first_seqs(&got), (1..=last).collect::<Vec<u64>>());
    assert_eq!(seqs(&got).iter().filter(|seq| **seq == 1).count(), 3);
    assert_eq!(seqs(&got).iter().filter(|seq| **seq == 5).count(), 1, "what is beyond the bound is not read");
    one_content_for_each_id(&got);
    let hook = council.hook_once(|hook| hook.last_seq == last).await;
    assert_eq!((hook.dead_letters, hook.delivered, hook.paused.as_str()), (0, last, ""));
    house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_redirection_is_not_followed_and_what_is_not_taken_is_given_up_and_sent_again_when_asked() {
    let home = home();
    let house = home.open().await;
    let (council, _, incident) = house.rosebank().await;
    let elsewhere = Receiver::willing().await;
    let to = format!("location: {}\r\n", elsewhere.url());
    let receiver = Receiver::that(move |before, now| match seqs(std::slice::from_ref(now))[0] {
        2 if times(before, now) < 3 => Does::Answers(307, to.clone(), String::new()),
        _ => Does::status(200),
    })
    .await;
    let hook = council.hooks_up(all_to(&receiver.url())).await.unwrap().webhook.unwrap();
    let last = council.notes(&incident, "behind it").await;
    receiver.once(|got| seqs(got).last() == Some(&last)).await;
    assert!(elsewhere.got().is_empty());
    let stood = council.hook_once(|hook| hook.last_seq == last).await;
    assert_eq!((stood.dead_letters, stood.delivered), (1, last - 1));
    let mut hooks = council.client.webhooks.clone();
    let ask = v1::ListDeadLettersRequest { number: hook.number };
    let dead = hooks.list_dead_letters(ask).await.unwrap().into_inner().dead_letters.remove(0);
    assert_eq!((dead.seq, dead.attempts), (2, 3));
    assert_eq!(dead.answer, "it answered 307: redirections are not followed");
    let again = v1::RedeliverDeadLettersRequest { number: hook.number, only_incident: dead.incident, seq: dead.seq };
    hooks.redeliver_dead_letters(again).await.unwrap();
    let got = receiver.once(|got| seqs(got).last() == Some(&2)).await;
    one_content_for_each_id(&got);
    council.hook_once(|hook| hook.dead_letters == 0 && hook.delivered == last).await;
    house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_receiver_that_takes_nothing_is_paused_with_the_reason_and_goes_on_when_resumed() {
    let home = home();
    let house = home.open().await;
    let (council, _, incident) = house.rosebank().await;
    let receiver = Receiver::that(|before, _| Does::status(if before.len() < 15 { 500 } else { 200 })).await;
    let hook = council.hooks_up(all_to(&receiver.url())).await.unwrap().webhook.unwrap();
    let mut last = 0;
    while last < 7 {
        last = council.notes(&incident, "something happened").await;
    }
    let paused = council.hook_once(|hook| !hook.paused.is_empty()).await;
    assert_eq!(paused.paused, "5 events in a row were not taken, the last: it answered 500");
    assert_eq!((paused.dead_letters, paused.waiting), (5, last - 5));
    let mut hooks = council.client.webhooks.clone();
    hooks.resume_webhook(v1::ResumeWebhookRequest { number: hook.number }).await.unwrap();
    hooks
        .redeliver_dead_letters(v1::RedeliverDeadLettersRequest { number: hook.number, ..Default::default() })
        .await
        .unwrap();
    let stood = council.hook_once(|hook| hook.delivered == last && hook.dead_letters == 0).await;
    assert_eq!(stood.waiting, 0);
    one_content_for_each_id(&receiver.got());
    house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_receiver_that_is_away_pauses_its_webhook_after_a_day_and_loses_nothing() {
    let home = home();
    let house = home.open().await;
    let (council, _, incident) = house.rosebank().await;
    let free = tokio::net::TcpListener::bind(SocketAddr::from(([127, 0, 0, 1], 0))).await.unwrap();
    let address = free.local_addr().unwrap();
    drop(free);
    let hook = council.hooks_up(all_to(&format!("http://{address}/in"))).await.unwrap().webhook.unwrap();
    let last = council.notes(&incident, "nobody is there").await;
    council.hook_once(|hook| hook.attempts > 4).await;
    house.later(TimeDelta::hours(25));
    let paused = council.hook_once(|hook| !hook.paused.is_empty()).await;
    assert!(paused.paused.starts_with("the receiver has been away since 2024-03-04T09:00:00"), "{}", paused.paused);
    assert_eq!((paused.dead_letters, paused.waiting), (0, last));
    let receiver = Receiver::at(address, |_, _| Does::status(200)).await;
    let mut hooks = council.client.webhooks.clone();
    hooks.resume_webhook(v1::ResumeWebhookRequest { number: hook.number }).await.unwrap();
    let got = receiver.once(|got| seqs(got).last() == Some(&last)).await;
    assert_eq!(seqs(&got), (1..=last).collect::<Vec<u64>>());
    house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_receiver_that_stalls_holds_up_no_other_and_no_append_and_a_pause_ends_it() {
    let mut home = home();
    home.config.webhooks.answer_seconds = NonZeroU32::new(600);
    let house = home.open().await;
    let (council, icb, incident) = house.rosebank().await;
    let (stalls, willing) = (Receiver::that(|_, _| Does::Stalls).await, Receiver::willing().await);
    let hook = council.hooks_up(all_to(&stalls.url())).await.unwrap().webhook.unwrap();
    icb.hooks_up(all_to(&willing.url())).await.unwrap();
    stalls.once(|got| !got.is_empty()).await;
    let mut last = 0;
    for _ in 0..100 {
        last = council.notes(&incident, "something happened").await;
    }
    let got = willing.once(|got| seqs(got).last() == Some(&last)).await;
    assert_eq!(seqs(&got), (1..=last).collect::<Vec<u64>>());
    assert!(stalls.got().iter().all(|got| got.json()["data"]["seq"] == 1), "nothing overtakes what stalls");
    let mut hooks = council.client.webhooks.clone();
    let paused = hooks.pause_webhook(v1::PauseWebhookRequest { number: hook.number }).await.unwrap().into_inner();
    assert!(paused.webhook.unwrap().paused.starts_with("paused by "));
    house.close().await;
}
