//! `kill -9` of a server that delivers, again and again.

use std::sync::atomic::{AtomicUsize, Ordering};

use muster::client::Client;
use muster::dev_certs::Folder;
use muster_record::situation::IncidentKind;

use super::{all_to, one_content_for_each_id, seqs};
use crate::home::COUNCIL;
use crate::participant::Participant;
use crate::process::{Running, serve_with};
use crate::receiving::{Does, Receiver};

/// How often it is killed.
const KILLS: usize = 6;

const SETTINGS: &str = "[webhooks]\nallow_loopback = true\nfirst_wait_ms = 1\nanswer_seconds = 2\n";

async fn council(running: &Running, folder: &std::path::Path) -> Participant {
    let client = Client::from_folder(running.api, &Folder(folder.join("certs")), COUNCIL).await.unwrap();
    Participant { client, agency: COUNCIL.to_owned() }
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_is_lost_and_nothing_comes_under_another_id_through_kill_9() {
    let folder = tempfile::tempdir().unwrap();
    let answered = AtomicUsize::new(0);
    // It is slow to fail now and then, so that the server is killed while something is on its way.
    let receiver = Receiver::that(move |_, _| match answered.fetch_add(1, Ordering::Relaxed) % 5 {
        3 => Does::status(500),
        4 => Does::Closes,
        _ => Does::status(200),
    })
    .await;
    let mut running = serve_with(folder.path(), "warn", SETTINGS);
    let first = council(&running, folder.path()).await;
    let incident = first.opens("Rosebank", IncidentKind::ProviderFailure).await;
    first.hooks_up(all_to(&receiver.url())).await.unwrap();
    let mut last = 0;
    for _ in 0..KILLS {
        let before = receiver.got().len();
        let writes = council(&running, folder.path()).await;
        for _ in 0..40 {
            last = writes.notes(&incident, "something happened").await;
        }
        receiver.once(|got| got.len() > before + 3).await;
        // Dropped, it is killed with -9.
        drop(running);
        running = serve_with(folder.path(), "warn", SETTINGS);
    }
    let got = receiver.once(|got| seqs(got).last() == Some(&last)).await;
    one_content_for_each_id(&got);
    let mut first_came = Vec::new();
    for seq in seqs(&got) {
        if !first_came.contains(&seq) {
            first_came.push(seq);
        }
    }
    assert_eq!(first_came, (1..=last).collect::<Vec<u64>>(), "every entry, in order");
    println!("{last} events came in {} deliveries through {KILLS} kills", got.len());
}
