//! What goes wrong around a server process: the disk, the file, a second server, the clock.

use std::io::{Seek as _, SeekFrom, Write as _};
use std::path::Path;

use chrono::TimeDelta;
use muster::client::{self, Client};
use muster::dev_certs::Folder;
use muster_record::incident::actions;
use muster_record::situation::IncidentKind;

use crate::home::{COUNCIL, Home, shipped};
use crate::participant::{Participant, note, options, request, seq, text_of};
use crate::process::{Running, does_not_serve, serve, serve_on_a_full_disk};

async fn council(running: &Running, folder: &Path) -> Participant {
    let client = Client::from_folder(running.api, &Folder(folder.join("certs")), COUNCIL).await.unwrap();
    Participant { client, agency: COUNCIL.to_owned() }
}

/// KiB that any file may have on the full disk: the store's own tables fit, and some megabytes of notes do not.
const ROOM: u32 = 6_000;

#[tokio::test(flavor = "multi_thread")]
async fn on_a_full_disk_nothing_acknowledged_is_lost_reading_goes_on_and_what_was_unknown_is_settled_later() {
    let place = tempfile::tempdir().unwrap();
    let server = serve_on_a_full_disk(place.path(), ROOM);
    let writes = council(&server, place.path()).await;
    let incident = writes.opens("Rosebank", IncidentKind::ProviderFailure).await;
    let (mut acknowledged, mut unknown) = (Vec::new(), None);
    for number in 0..2_000 {
        let text = format!("{number} {}", "x".repeat(15_000));
        let asked = request(&incident, options(), [note(&text)]);
        match writes.appends(asked.clone()).await {
            Ok(answer) => acknowledged.push((seq(&answer), text)),
            Err(status) => {
                assert_eq!(client::reason(&status).as_deref(), Some("STORE_UNAVAILABLE"), "{status:?}");
                unknown = Some((asked, text));
                break;
            }
        }
    }
    let (asked, text) = unknown.expect("the disk was never full");
    assert!(acknowledged.len() > 20, "{}", acknowledged.len());
    // It goes on saying so, and what is on the record is still read.
    let again = writes.appends(asked.clone()).await.unwrap_err();
    assert_eq!(client::reason(&again).as_deref(), Some("STORE_UNAVAILABLE"), "{again:?}");
    let holds = async |by: &Participant, wanted: &[(u64, String)]| {
        let record = by.reads(&incident).await;
        let seqs: Vec<u64> = record.iter().map(|entry| entry.seq).collect();
        assert_eq!(seqs, (1..=u64::try_from(seqs.len()).unwrap()).collect::<Vec<_>>());
        for (seq, text) in wanted {
            let found = record.iter().find(|entry| entry.seq == *seq).and_then(text_of);
            assert_eq!(found.as_deref(), Some(text.as_str()), "entry {seq} was acknowledged");
        }
        record.iter().filter_map(text_of).filter(|told| *told == text).count()
    };
    assert!(holds(&writes, &acknowledged).await <= 1);
    drop(server);

    let server = serve(place.path(), "error");
    let writes = council(&server, place.path()).await;
    holds(&writes, &acknowledged).await;
    let settled = writes.appends(asked).await.unwrap();
    acknowledged.push((seq(&settled), text.clone()));
    assert_eq!(holds(&writes, &acknowledged).await, 1, "asked three times under one id, written once");
    server.end();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_second_server_on_the_same_file_does_not_start_and_the_first_goes_on() {
    let place = tempfile::tempdir().unwrap();
    let server = serve(place.path(), "error");
    let writes = council(&server, place.path()).await;
    let incident = writes.opens("Rosebank", IncidentKind::ProviderFailure).await;
    let said = does_not_serve(place.path());
    assert!(said.contains("muster.db") && said.contains("another"), "{said}");
    writes.notes(&incident, "the first goes on").await;
    server.end();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_store_of_a_newer_version_is_refused_with_words_and_left_as_it_is() {
    let place = tempfile::tempdir().unwrap();
    let server = serve(place.path(), "error");
    council(&server, place.path()).await.opens("Rosebank", IncidentKind::ProviderFailure).await;
    server.end();
    let file = place.path().join("muster.db");
    rusqlite::Connection::open(&file).unwrap().pragma_update(None, "user_version", 999).unwrap();
    let before = std::fs::read(&file).unwrap();
    let said = does_not_serve(place.path());
    assert!(said.contains("999") && said.contains("nothing was changed"), "{said}");
    assert_eq!(std::fs::read(&file).unwrap(), before);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_page_of_noise_is_found_before_anything_is_written_and_the_file_is_left_for_whoever_mends_it() {
    let place = tempfile::tempdir().unwrap();
    let server = serve(place.path(), "error");
    let writes = council(&server, place.path()).await;
    let incident = writes.opens("Rosebank", IncidentKind::ProviderFailure).await;
    for number in 0..60 {
        writes.notes(&incident, &format!("{number} {}", "y".repeat(4_000))).await;
    }
    server.end();
    let file = place.path().join("muster.db");
    let whole = std::fs::read(&file).unwrap();
    // A page in the middle of what the notes say.
    let place_of_notes = whole.windows(64).position(|window| window == [b'y'; 64]).unwrap();
    let page = u64::try_from(place_of_notes).unwrap() / 4_096 * 4_096;
    let mut raw = std::fs::File::options().write(true).open(&file).unwrap();
    raw.seek(SeekFrom::Start(page)).unwrap();
    raw.write_all(&[0xa5; 4_096]).unwrap();
    drop(raw);
    let config = place.path().join("muster.toml");
    let words = ["doctor", "--config", crate::process::path(&config)];
    let told = crate::process::muster(&words).output().unwrap();
    assert!(!told.status.success(), "{}", String::from_utf8_lossy(&told.stdout));
    // It either does not start, or serves sealed: never a record with a hole in it.
    let damaged = std::fs::read(&file).unwrap();
    let said = does_not_serve_or_is_sealed(place.path(), &incident).await;
    assert!(
        ["malformed", "damaged", "RECORD_DAMAGED", "STORE_UNREADABLE"].iter().any(|word| said.contains(word)),
        "{said}"
    );
    assert_eq!(std::fs::read(&file).unwrap(), damaged, "nothing was mended by itself");
}

async fn does_not_serve_or_is_sealed(folder: &Path, incident: &str) -> String {
    let server = serve(folder, "error");
    let reads = council(&server, folder).await;
    let asked = muster_proto::v1::ReadRequest { incident_id: incident.to_owned(), ..Default::default() };
    let refused = reads.client.records.clone().read(asked).await.unwrap_err();
    format!("{:?} {}", client::reason(&refused), refused.message())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_clock_that_jumps_a_day_forward_and_back_turns_no_record_back_and_repeats_no_advice() {
    let home = Home::with(shipped(&["emergency-closure", "temporary-duty", "stakeholder-matrix"]));
    let house = home.open().await;
    let (council, _, incident) = house.rosebank().await;
    let due = Some("2024-03-04T12:00:00Z".parse().unwrap());
    let raise =
        actions::Command::Raise { title: "Count the medicines".to_owned(), owner: COUNCIL.parse().unwrap(), due };
    council.does(&incident, [raise.into()]).await;
    council.settled(&incident).await;
    let mut lengths = Vec::new();
    for by in [24, -24, 24, -24, 24] {
        house.later(TimeDelta::hours(by));
        council.notes(&incident, &format!("the clock went {by} hours")).await;
        lengths.push(council.settled(&incident).await);
        let times: Vec<_> = council.reads(&incident).await.into_iter().map(|entry| entry.recorded_at).collect();
        assert!(times.is_sorted_by_key(|time| time.map(|time| (time.seconds, time.nanos))), "{times:?}");
    }
    // After the first jump only the notes are new: what fell due was told once.
    let grown: Vec<u64> = lengths.windows(2).map(|pair| pair[1] - pair[0]).collect();
    assert_eq!(grown, [1, 1, 1, 1], "{lengths:?}");
    let before = council.reads(&incident).await;
    house.close().await;
    let house = home.open().await;
    let council = house.client(COUNCIL).await;
    assert_eq!(council.settled(&incident).await, u64::try_from(before.len()).unwrap(), "a restart repeats nothing");
    house.close().await;
}
