//! Watching: every commit once, whole and in order, for as long as the watcher may see it.

use std::collections::BTreeSet;

use muster_proto::v1;
use muster_proto::v1::watch_response::Event;
use muster_record::situation::IncidentKind;
use prost::bytes::Bytes;
use tonic::Code;
use tonic_types::StatusExt as _;

use crate::home::{Home, ICB, REGION, soon};
use crate::participant::{
    Participant, first_word, note, options, refused, request, seq, seqs, text_of, watch_all, watch_one,
};

/// Notes of one, two and three at a time; says the last place.
async fn some_commits(by: &Participant, incident: &str) -> u64 {
    let mut last = 0;
    for size in [1, 3, 2, 1, 1, 2] {
        last = by.does(incident, (0..size).map(|number| note(&format!("{number} of {size}")))).await;
    }
    last
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stream_cut_anywhere_goes_on_with_exactly_what_is_missing() {
    let home = Home::new();
    let house = home.open().await;
    let (council, _, incident) = house.rosebank().await;
    let last = some_commits(&council, &incident).await;
    let whole = council.follows(&incident, Bytes::new()).await.until(last).await;
    assert_eq!(seqs(&whole), (1..=last).collect::<Vec<_>>());

    for cut in 0..whole.len() {
        let mut before = council.follows(&incident, Bytes::new()).await;
        for expected in &whole[..cut] {
            assert_eq!(before.commit().await, *expected);
        }
        let mut after = council.follows(&incident, before.resume).await;
        assert_eq!(after.until(last).await, whole[cut..]);
    }
    house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_watcher_that_reconnects_while_others_write_sees_each_entry_once_and_in_order() {
    let home = Home::new();
    let house = home.open().await;
    let (council, icb, incident) = house.rosebank().await;
    let mut writers = tokio::task::JoinSet::new();
    for writer in [council.clone(), icb.clone()] {
        let incident = incident.clone();
        writers.spawn(async move {
            for number in 0..40 {
                writer.notes(&incident, &number.to_string()).await;
            }
        });
    }

    let (mut seen, mut resume, mut reconnected) = (Vec::new(), Bytes::new(), 0);
    while seen.iter().filter_map(text_of).count() < 80 {
        let mut watch = icb.follows(&incident, resume).await;
        for _ in 0..=reconnected % 3 {
            if seen.iter().filter_map(text_of).count() < 80 {
                seen.extend(watch.commit().await.entries);
            }
        }
        resume = watch.resume;
        reconnected += 1;
    }

    soon(writers.join_all()).await;
    assert!(reconnected > 20);
    assert_eq!(seen, icb.reads(&incident).await);
    house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_commit_comes_whole_and_by_itself() {
    let home = Home::new();
    let house = home.open().await;
    let (council, _, incident) = house.rosebank().await;
    let before = council.notes(&incident, "before").await;
    let mut watch = council.follows(&incident, Bytes::new()).await;
    watch.until(before).await;

    // More at once than the server reads of a record at a time.
    let many = council.does(&incident, (0..500).map(|number| note(&number.to_string()))).await;
    assert_eq!(watch.commit().await.entries.len(), 500);
    // Written together, so that they share a transaction: they stay apart.
    let mut writers = tokio::task::JoinSet::new();
    for writer in 0..8 {
        let (council, incident) = (council.clone(), incident.clone());
        let text = writer.to_string();
        writers.spawn(async move { council.does(&incident, [note(&text), note(&text)]).await });
    }
    soon(writers.join_all()).await;
    let commits = watch.until(many + 16).await;
    assert_eq!(commits.len(), 8);
    for commit in commits {
        let texts: Vec<String> = commit.entries.iter().filter_map(text_of).collect();
        assert_eq!(texts.len(), 2);
        assert_eq!(texts.first(), texts.last());
    }
    house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_write_and_a_read_answer_is_a_place_to_go_on_from() {
    let home = Home::new();
    let house = home.open().await;
    let (council, _, incident) = house.rosebank().await;
    let written = council.appends(request(&incident, options(), [note("written")])).await.unwrap();
    let read = |after_seq| v1::ReadRequest { incident_id: incident.clone(), after_seq, limit: 0 };
    let mut records = council.client.records.clone();
    let all = records.read(read(0)).await.unwrap().into_inner();
    let nothing = records.read(read(all.last_seq)).await.unwrap().into_inner();
    let beyond_the_end = records.read(read(all.last_seq + 100)).await.unwrap().into_inner();
    assert!(nothing.entries.is_empty() && beyond_the_end.entries.is_empty());

    let next = council.notes(&incident, "next").await;

    for place in [written.result.unwrap().resume, all.resume, nothing.resume, beyond_the_end.resume] {
        let commit = council.follows(&incident, place).await.commit().await;
        assert_eq!(seqs(&[commit]), [next]);
    }
    house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_place_in_another_order_is_refused() {
    let home = Home::new();
    let house = home.open().await;
    let (council, _, incident) = house.rosebank().await;
    let other = council.opens("Ash Grove", IncidentKind::ProviderFailure).await;
    let here = council.appends(request(&incident, options(), [note("here")])).await.unwrap().result.unwrap().resume;
    let mut all = council.watches(watch_all()).await.unwrap();
    all.commit().await;

    let another_home = Home::new();
    let another_house = another_home.open().await;
    let (stranger, _, elsewhere) = another_house.rosebank().await;
    let of_another_store = stranger.appends(request(&elsewhere, options(), [note("there")])).await;
    let of_another_store = of_another_store.unwrap().result.unwrap().resume;

    let one = |resume_from: &Bytes| v1::WatchRequest { resume_from: resume_from.clone(), ..watch_one(&incident) };
    let not_ours = [
        one(&of_another_store),
        one(&all.resume),
        v1::WatchRequest { resume_from: here.clone(), ..watch_one(&other) },
        v1::WatchRequest { resume_from: here.clone(), ..watch_all() },
        one(&here.slice(..here.len() - 1)),
        one(&Bytes::from_static(b"later")),
    ];
    for request in not_ours {
        let status = refused(first_word(&council, request).await, Code::InvalidArgument, "PAGE_TOKEN_INVALID");
        assert_eq!(status.get_details_bad_request().unwrap().field_violations[0].field, "resume_from");
    }
    assert_eq!(seqs(&council.follows(&incident, Bytes::new()).await.until(6).await), [1, 2, 3, 4, 5, 6]);
    another_house.close().await;
    house.close().await;
}

/// How a watch begins: with an event, or a refusal.
#[tokio::test(flavor = "multi_thread")]
async fn a_place_in_the_future_is_refused() {
    let home = Home::new();
    let house = home.open().await;
    let (council, _, incident) = house.rosebank().await;
    house.close().await;
    let kept = std::fs::read(&home.config.data).unwrap();

    let house = home.open().await;
    let council = house.client(&council.agency).await;
    let answer = council.appends(request(&incident, options(), [note("lost with the disk")])).await.unwrap();
    let of_the_future = answer.result.unwrap().resume;
    house.close().await;

    // The store is restored from what was kept, and knows nothing of the note.
    std::fs::write(&home.config.data, kept).unwrap();
    let house = home.open().await;
    let council = house.client(&council.agency).await;
    let again = v1::WatchRequest { resume_from: of_the_future, ..watch_one(&incident) };
    refused(first_word(&council, again).await, Code::InvalidArgument, "PAGE_TOKEN_INVALID");
    house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_watcher_that_takes_nothing_holds_up_nobody() {
    let home = Home::new();
    let house = home.open().await;
    let (council, _, incident) = house.rosebank().await;
    let idle = house.client(ICB).await.follows(&incident, Bytes::new()).await;
    let mut attentive = house.client(ICB).await.follows(&incident, Bytes::new()).await;

    // Six megabytes: more than waits for a watcher on the server and in the connection together.
    let text = "x".repeat(12_000);
    let mut writers = tokio::task::JoinSet::new();
    for _ in 0..10 {
        let (council, incident, text) = (council.clone(), incident.clone(), text.clone());
        writers.spawn(async move {
            for _ in 0..50 {
                council.notes(&incident, &text).await;
            }
        });
    }
    soon(writers.join_all()).await;
    let last = council.reads(&incident).await.last().unwrap().seq;
    assert_eq!(seqs(&attentive.until(last).await), (1..=last).collect::<Vec<_>>());

    // And it may still take everything, in order; where it was let go meanwhile, it goes on where it stopped.
    let (mut late, mut seen) = (idle, Vec::new());
    while seen.last() != Some(&last) {
        match late.event().await {
            Ok(Some(Event::Changes(commit))) => seen.extend(seqs(&[commit])),
            Ok(other) => assert_eq!(other, Some(Event::Bookmark(v1::Bookmark {}))),
            Err(status) => {
                refused::<()>(Err(status), Code::Aborted, "WATCH_STALLED");
                late = house.client(ICB).await.follows(&incident, late.resume).await;
            }
        }
    }
    assert_eq!(seen, (1..=last).collect::<Vec<_>>());
    house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn following_everything_shows_the_incidents_in_which_one_has_a_seat() {
    let home = Home::new();
    let house = home.open().await;
    let (council, icb, rosebank) = house.rosebank().await;
    let ash_grove = council.opens("Ash Grove", IncidentKind::ProviderFailure).await;
    let mut watch = icb.watches(watch_all()).await.unwrap();
    let mut onlooker = house.client(REGION).await.watches(watch_all()).await.unwrap();
    let seen = watch.until(council.reads(&rosebank).await.last().unwrap().seq).await;
    assert!(seen.iter().all(|commit| commit.incident_id == rosebank));

    council.notes(&ash_grove, "not for the health commissioner").await;
    let first = council.notes(&rosebank, "for both").await;
    let commit = watch.commit().await;
    assert_eq!((&commit.incident_id, seqs(std::slice::from_ref(&commit))), (&rosebank, vec![first]));
    let seated = council.seats(&icb, &ash_grove).await;
    let second = council.notes(&ash_grove, "now for both").await;
    let commits = [watch.commit().await, watch.commit().await, watch.commit().await];
    assert!(commits.iter().all(|commit| commit.incident_id == ash_grove));
    assert_eq!(seqs(&commits), [seated - 1, seated, second]);

    // Whoever has no seat anywhere is shown nothing of it, whatever is written.
    let third = house.client(REGION).await.opens("Elm Court", IncidentKind::ProviderFailure).await;
    let commit = onlooker.commit().await;
    assert_eq!(commit.incident_id, third);
    house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_snapshot_comes_first_when_asked_for_and_the_rest_goes_on_behind_it() {
    let home = Home::new();
    let house = home.open().await;
    let (council, _, incident) = house.rosebank().await;
    let before = some_commits(&council, &incident).await;

    let request = v1::WatchRequest { include_snapshot: true, ..watch_one(&incident) };
    let mut watch = council.watches(request).await.unwrap();
    let Some(Event::Snapshot(snapshot)) = watch.event().await.unwrap() else { panic!("no snapshot") };
    assert_eq!(snapshot.head_seq, before);
    let report = snapshot.report.unwrap();
    assert_eq!((report.as_of, report.title.as_str()), (before, "Rosebank"));
    let behind_it = watch.resume.clone();

    let next = council.notes(&incident, "next").await;
    assert_eq!(seqs(&[watch.commit().await]), [next]);
    let mut resumed = council.follows(&incident, behind_it).await;
    assert_eq!(seqs(&[resumed.commit().await]), [next]);
    house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_bookmark_says_up_to_where_there_was_nothing_to_see() {
    let home = Home::new();
    let house = home.open().await;
    let (council, _, incident) = house.rosebank().await;
    let region = house.client(REGION).await;
    let often = |request| v1::WatchRequest { bookmark_seconds: 5, ..request };
    let mut one = council.watches(often(watch_one(&incident))).await.unwrap();
    let mut all = region.watches(often(watch_all())).await.unwrap();
    let last = council.notes(&incident, "not for the region").await;
    one.until(last).await;

    for watch in [&mut one, &mut all] {
        assert_eq!(watch.event().await.unwrap(), Some(Event::Bookmark(v1::Bookmark {})));
    }

    let next = council.notes(&incident, "nor this").await;
    assert_eq!(seqs(&[council.follows(&incident, one.resume).await.commit().await]), [next]);
    let own = region.opens("Elm Court", IncidentKind::ProviderFailure).await;
    let again = v1::WatchRequest { resume_from: all.resume, ..watch_all() };
    assert_eq!(region.watches(again).await.unwrap().commit().await.incident_id, own);
    house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn incidents_share_one_order_across_the_store() {
    let home = Home::new();
    let house = home.open().await;
    let (council, _, rosebank) = house.rosebank().await;
    let ash_grove = council.opens("Ash Grove", IncidentKind::ProviderFailure).await;
    let mut written = Vec::new();
    for number in 0..10 {
        let incident = if number % 3 == 0 { &rosebank } else { &ash_grove };
        let answer = council.appends(request(incident, options(), [note(&number.to_string())])).await.unwrap();
        written.push((incident.clone(), seq(&answer)));
    }
    let mut watch = council.watches(watch_all()).await.unwrap();
    let (mut seen, mut places) = (Vec::new(), BTreeSet::new());
    while seen.len() < written.len() {
        let commit = watch.commit().await;
        assert!(places.insert(watch.resume.clone()), "each commit has a place of its own");
        if commit.entries.iter().any(|entry| text_of(entry).is_some()) {
            seen.push((commit.incident_id.clone(), commit.entries.last().unwrap().seq));
        }
    }
    assert_eq!(seen, written);
    house.close().await;
}
