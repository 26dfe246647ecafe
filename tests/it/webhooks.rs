//! Webhooks: what an agency may see is posted to a system of its own, signed, in order, and never lost.

use std::collections::BTreeMap;
use std::io::Write as _;
use std::num::{NonZeroU32, NonZeroU64};
use std::process::{Command, Stdio};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use hmac::{Hmac, KeyInit as _, Mac as _};
use muster::config::WebhooksConfig;
use muster_proto::v1;
use muster_record::entry::Class;
use sha2::Sha256;
use tonic::Code;

use crate::home::{CQC, Home, ICB, fresh_request, soon};
use crate::participant::{Participant, note, refused, request};
use crate::receiving::{Got, Receiver};
use crate::seeing::labelled;

mod addresses;
mod commands;
mod failing;
mod guarded;
mod killed;

/// A home that may post to this machine, and does not wait long.
fn home() -> Home {
    let mut home = Home::new();
    home.config.webhooks = WebhooksConfig {
        allow_loopback: true,
        answer_seconds: NonZeroU32::new(1),
        first_wait_ms: NonZeroU64::new(1),
        longest_wait_seconds: NonZeroU32::new(1),
        attempts: NonZeroU32::new(3),
        ..WebhooksConfig::default()
    };
    home
}

impl Participant {
    async fn hooks_up(&self, ask: v1::RegisterWebhookRequest) -> Result<v1::RegisterWebhookResponse, tonic::Status> {
        Ok(self.client.webhooks.clone().register_webhook(ask).await?.into_inner())
    }

    async fn hooks(&self) -> Vec<v1::Webhook> {
        self.client.webhooks.clone().list_webhooks(v1::ListWebhooksRequest {}).await.unwrap().into_inner().webhooks
    }

    /// Its first webhook, once it is as the test waits for.
    async fn hook_once(&self, is: impl Fn(&v1::Webhook) -> bool) -> v1::Webhook {
        let first = self.hooks().await.remove(0).number;
        self.hooks_once(first, is).await
    }

    /// The webhook of that number, once it is as the test waits for.
    async fn hooks_once(&self, number: u64, is: impl Fn(&v1::Webhook) -> bool) -> v1::Webhook {
        soon(async {
            loop {
                let found = self.hooks().await.into_iter().find(|hook| hook.number == number).unwrap();
                if is(&found) {
                    return found;
                }
                tokio::task::yield_now().await;
            }
        })
        .await
    }
}

fn all_to(url: &str) -> v1::RegisterWebhookRequest {
    v1::RegisterWebhookRequest {
        request_id: fresh_request(),
        url: url.to_owned(),
        from_the_beginning: true,
        ..v1::RegisterWebhookRequest::default()
    }
}

/// Numbers of entries, in the order in which they came.
fn seqs(got: &[Got]) -> Vec<u64> {
    got.iter().filter_map(|got| got.json()["data"]["seq"].as_u64()).collect()
}

/// Claims that no id stood for two contents, and no entry came under two ids.
#[track_caller]
fn one_content_for_each_id(got: &[Got]) {
    let (mut contents, mut ids) = (BTreeMap::new(), BTreeMap::new());
    for got in got {
        let id = got.header("webhook-id").to_owned();
        assert_eq!(got.json()["id"], id.as_str());
        assert_eq!(contents.entry(id.clone()).or_insert_with(|| got.body.clone()), &got.body, "{id}");
        assert_eq!(ids.entry(got.json()["subject"].to_string()).or_insert_with(|| id.clone()), &id);
    }
}

fn is_signed(got: &Got, secret: &str) -> bool {
    let key = STANDARD.decode(secret.strip_prefix("whsec_").unwrap()).unwrap();
    let mut mac = Hmac::<Sha256>::new_from_slice(&key).unwrap();
    let signed = format!("{}.{}.{}", got.header("webhook-id"), got.header("webhook-timestamp"), got.body);
    mac.update(signed.as_bytes());
    got.header("webhook-signature") == format!("v1,{}", STANDARD.encode(mac.finalize().into_bytes()))
}

#[tokio::test(flavor = "multi_thread")]
async fn events_come_signed_in_order_and_tell_an_agency_what_its_watch_tells_it() {
    let home = home();
    let house = home.open().await;
    let (council, icb, incident) = house.rosebank().await;
    let cqc = house.client(CQC).await;
    council.seats(&cqc, &incident).await;
    let (of_cqc, of_icb) = (Receiver::willing().await, Receiver::willing().await);
    let registered = cqc.hooks_up(all_to(&of_cqc.url())).await.unwrap();
    icb.hooks_up(all_to(&of_icb.url())).await.unwrap();
    let only = labelled(Class::Commercial, &[ICB]);
    council.appends(request(&incident, only, [note("the fee is 912 pounds")])).await.unwrap();
    let last = council.notes(&incident, "the GP comes at ten").await;
    let got = of_cqc.once(|got| seqs(got).last() == Some(&last)).await;

    assert_eq!(seqs(&got), (1..=last).collect::<Vec<u64>>());
    one_content_for_each_id(&got);
    assert!(got.iter().all(|got| is_signed(got, &registered.secret)));
    assert!(got.iter().all(|got| got.line == "POST /in"));
    assert!(got.iter().all(|got| got.header("content-type").starts_with("application/cloudevents+json")));
    for (entry, got) in cqc.reads(&incident).await.iter().zip(&got) {
        let stub = matches!(entry.body, Some(v1::entry::Body::Withheld(_)));
        assert_eq!(got.json()["data"]["withheld"], stub, "{}", got.body);
    }
    assert!(!got.iter().any(|got| got.body.contains("912 pounds")), "what is not the regulator's is in its bytes");
    assert_eq!(got.iter().filter(|got| got.json()["type"] == "muster.v1.withheld").count(), 1);
    let theirs = of_icb.once(|got| seqs(got).last() == Some(&last)).await;
    assert!(theirs.iter().any(|got| got.body.contains("912 pounds")));
    let stood = cqc.hook_once(|hook| hook.last_seq == last).await;
    assert_eq!((stood.delivered, stood.waiting, stood.dead_letters), (last, 0, 0));
    the_printed_code_takes_it(&got[0], &registered.secret);
    house.close().await;
}

/// Runs the code that `docs/webhooks.md` prints, on what really came.
fn the_printed_code_takes_it(got: &Got, secret: &str) {
    let page = include_str!("../../docs/webhooks.md");
    let code = page.split("```python\n").nth(1).unwrap().split("```").next().unwrap();
    for (body, ends) in [(got.body.clone(), "taken"), (got.body.replace("\"1.0\"", "\"1.1\""), "refused")] {
        let program = format!(
            "{code}\nimport sys\ntry:\n    event = verify(sys.argv[1], {{'webhook-id': sys.argv[2], 'webhook-timestamp': sys.argv[3], \
             'webhook-signature': sys.argv[4]}}, sys.stdin.buffer.read(), now=int(sys.argv[3]))\n    print('taken', event['id'])\n\
             except ValueError:\n    print('refused')\n"
        );
        let (id, at) = (got.header("webhook-id"), got.header("webhook-timestamp"));
        let python = Command::new("python3")
            .args(["-c", &program, secret, id, at, got.header("webhook-signature")])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn();
        let Ok(mut python) = python else {
            crate::skipping::skipped("python3", "it cannot be started");
            return;
        };
        python.stdin.take().unwrap().write_all(body.as_bytes()).unwrap();
        let said = String::from_utf8(python.wait_with_output().unwrap().stdout).unwrap();
        assert!(said.starts_with(ends), "{said}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_webhook_is_told_its_incident_and_its_kinds_and_from_now_on_where_it_asks_for_no_more() {
    let home = home();
    let house = home.open().await;
    let (council, _, incident) = house.rosebank().await;
    let other = council.opens("Elsewhere", muster_record::situation::IncidentKind::ProviderFailure).await;
    let receiver = Receiver::willing().await;
    let ask = v1::RegisterWebhookRequest {
        only_incident: incident.clone(),
        kinds: vec!["log".to_owned()],
        from_the_beginning: false,
        ..all_to(&receiver.url())
    };
    council.notes(&incident, "before").await;
    council.hooks_up(ask).await.unwrap();
    council.notes(&other, "of the other").await;
    council.does(&incident, [crate::participant::invite(CQC, muster_record::agency::Interest::Operational)]).await;
    let last = council.notes(&incident, "after").await;
    let got = receiver.once(|got| !got.is_empty()).await;
    assert_eq!(seqs(&got), [last]);
    house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn when_a_seat_ends_that_is_the_last_that_is_told_of_the_incident() {
    let home = home();
    let house = home.open().await;
    let (council, icb, incident) = house.rosebank().await;
    let kept = icb.opens("Kept", muster_record::situation::IncidentKind::ProviderFailure).await;
    let receiver = Receiver::willing().await;
    icb.hooks_up(all_to(&receiver.url())).await.unwrap();
    let seen = council.notes(&incident, "still told").await;
    receiver.once(|got| got.iter().any(|got| got.json()["subject"] == format!("{incident}/{seen}"))).await;
    let leave = muster_record::incident::participants::Command::Leave { reason: "done".to_owned() };
    icb.does(&incident, [leave.into()]).await;
    council.notes(&incident, "the secret of the council").await;
    let last = icb.notes(&kept, "goes on").await;
    let got = receiver.once(|got| got.iter().any(|got| got.json()["subject"] == format!("{kept}/{last}"))).await;
    let of_it: Vec<&Got> = got.iter().filter(|got| got.body.contains(&incident)).collect();
    assert_eq!(of_it.last().unwrap().json()["type"], "muster.v1.access-ended");
    assert!(!got.iter().any(|got| got.body.contains("the secret of the council")));
    house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_webhook_is_its_agencys_and_its_secret_is_told_once() {
    let home = home();
    let house = home.open().await;
    let (council, icb, _) = house.rosebank().await;
    let receiver = Receiver::willing().await;
    let ask = all_to(&receiver.url());
    let first = council.hooks_up(ask.clone()).await.unwrap();
    let again = council.hooks_up(ask.clone()).await.unwrap();
    assert!(first.secret.starts_with("whsec_") && again.secret.is_empty() && again.replayed);
    let other = v1::RegisterWebhookRequest { kinds: vec!["log".to_owned()], ..ask };
    refused(council.hooks_up(other).await, Code::FailedPrecondition, "REQUEST_ID_REUSED");
    let number = first.webhook.unwrap().number;
    let mut theirs = icb.client.webhooks.clone();
    let pause = theirs.pause_webhook(v1::PauseWebhookRequest { number }).await;
    refused(pause, Code::NotFound, "RESOURCE_NOT_FOUND");
    assert!(icb.hooks().await.is_empty());
    for _ in 1..20 {
        council.hooks_up(all_to(&receiver.url())).await.unwrap();
    }
    refused(council.hooks_up(all_to(&receiver.url())).await, Code::ResourceExhausted, "TOO_MANY_WEBHOOKS");
    let mut own = council.client.webhooks.clone();
    own.delete_webhook(v1::DeleteWebhookRequest { number }).await.unwrap();
    assert_eq!(council.hooks().await.len(), 19);
    let gone = own.delete_webhook(v1::DeleteWebhookRequest { number }).await;
    refused(gone, Code::NotFound, "RESOURCE_NOT_FOUND");
    house.close().await;
    let bytes = std::fs::read(&home.config.data).unwrap();
    let secret = first.secret.strip_prefix("whsec_").unwrap().to_owned();
    for plain in [secret.clone().into_bytes(), STANDARD.decode(secret).unwrap()] {
        assert!(!bytes.windows(plain.len()).any(|window| window == plain), "a secret stands in the store in plain");
    }
}
