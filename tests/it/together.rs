//! Several servers on one PostgreSQL: whoever talks to any of them cannot tell that there are others.

use muster_proto::v1;
use muster_proto::v1::watch_response::Event;
use muster_record::Command;
use muster_record::incident::participants;
use muster_record::situation::IncidentKind;
use prost::bytes::Bytes;

use crate::home::{CQC, Home, House, ICB, shipped, soon};
use crate::participant::{Participant, note, options, request, seq, seqs, watch_all};

mod dying;
mod exercised;
mod outages;

/// Two servers on one database, with these rule sets; nothing where there is no PostgreSQL.
async fn two<'a>(home: Option<&'a Home>) -> Option<(House<'a>, House<'a>)> {
    let home = home?;
    Some((home.open().await, home.open().await))
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_written_on_one_server_is_read_on_the_other_as_soon_as_it_is_acknowledged() {
    let home = Home::shared(shipped(&[]));
    let Some((one, other)) = two(home.as_ref()).await else { return };
    let (council, icb, incident) = one.rosebank().await;
    let elsewhere = other.client(ICB).await;
    for number in 0..20 {
        let at = council.notes(&incident, &format!("note {number}")).await;
        let record = elsewhere.reads(&incident).await;
        assert_eq!(record.last().unwrap().seq, at, "what the council was told is there");
        // And is built upon.
        let next = elsewhere.notes(&incident, &format!("answer {number}")).await;
        assert_eq!(next, at + 1);
    }
    assert_eq!(icb.reads(&incident).await, elsewhere.reads(&incident).await);
    one.close().await;
    other.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refusal_rests_on_the_record_as_it_stands_whichever_server_wrote_it() {
    let home = Home::shared(shipped(&[]));
    let Some((one, other)) = two(home.as_ref()).await else { return };
    let (council, _icb, incident) = one.rosebank().await;
    let here = other.client(ICB).await;
    let guest = other.client(CQC).await;
    // The other server knows the incident as it was.
    let at = here.notes(&incident, "seen").await;
    council.notes(&incident, "and more").await;
    let expecting = v1::WriteOptions { expected_seq: Some(at + 1), ..options() };
    let written = here.appends(request(&incident, expecting, [note("on what the council wrote")])).await.unwrap();
    assert_eq!(seq(&written), at + 2);
    // Who was just given a seat on one has it on the other.
    council.does(&incident, [crate::participant::invite(CQC, muster_record::agency::Interest::Operational)]).await;
    guest.does(&incident, [Command::from(participants::Command::Join)]).await;
    // A request that one answered is answered by the other as it was, also where it would be refused by now.
    let asked = request(&incident, v1::WriteOptions { expected_seq: Some(at + 4), ..options() }, [note("once")]);
    let first = council.appends(asked.clone()).await.unwrap();
    let again = other.client(crate::home::COUNCIL).await.appends(asked).await.unwrap();
    assert_eq!(seq(&again), seq(&first));
    assert!(again.result.unwrap().replayed);
    one.close().await;
    other.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_watcher_on_one_server_is_sent_what_was_written_on_the_other_and_goes_on_there() {
    let home = Home::shared(shipped(&[]));
    let Some((one, other)) = two(home.as_ref()).await else { return };
    let (council, icb, incident) = one.rosebank().await;
    let (here, there) = (one.client(ICB).await, other.client(ICB).await);
    let mut watch = there.follows(&incident, Bytes::new()).await;
    let at = icb.notes(&incident, "before").await;
    let mut seen = seqs(&watch.until(at).await);
    for round in 0..4 {
        // Written by turns, read on one server, and then resumed on the other.
        for (writer, text) in [(&council, "by the council"), (&there, "by the commissioner")] {
            let at = writer.notes(&incident, text).await;
            seen.extend(seqs(&watch.until(at).await));
        }
        let next: &Participant = if round % 2 == 0 { &here } else { &there };
        watch = next.follows(&incident, watch.resume.clone()).await;
    }
    let last = icb.reads(&incident).await.last().unwrap().seq;
    assert_eq!(seen, (1..=last).collect::<Vec<_>>(), "each entry once and in order");
    one.close().await;
    other.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_watcher_of_everything_misses_nothing_whichever_servers_write_at_once() {
    let home = Home::shared(shipped(&[]));
    let Some((one, other)) = two(home.as_ref()).await else { return };
    let (mut incidents, houses) = (Vec::new(), [&one, &other]);
    for house in houses {
        let council = house.client(crate::home::COUNCIL).await;
        incidents.push(council.opens("Rosebank", IncidentKind::ProviderFailure).await);
    }
    let mut writers = tokio::task::JoinSet::new();
    for (place, house) in houses.into_iter().enumerate() {
        let (council, incidents) = (house.client(crate::home::COUNCIL).await, incidents.clone());
        writers.spawn(async move {
            for number in 0..60 {
                // Both servers write to both incidents.
                let incident = &incidents[(number + place) % incidents.len()];
                council.notes(incident, &format!("{place}/{number}")).await;
            }
        });
    }
    // It changes servers while they write.
    let watchers = [one.client(crate::home::COUNCIL).await, other.client(crate::home::COUNCIL).await];
    let (mut resume, mut seen, mut turn) = (Bytes::new(), Vec::<(String, u64)>::new(), 0_usize);
    while seen.len() < 122 {
        let from = v1::WatchRequest { resume_from: resume.clone(), ..watch_all() };
        let mut watch = watchers[turn % watchers.len()].watches(from).await.unwrap();
        for _ in 0..7 {
            if let Event::Changes(commit) = watch.news().await {
                seen.extend(commit.entries.iter().map(|entry| (commit.incident_id.clone(), entry.seq)));
            }
            if seen.len() >= 122 {
                break;
            }
        }
        (resume, turn) = (watch.resume.clone(), turn + 1);
    }
    soon(writers.join_all()).await;
    for incident in &incidents {
        let of_it: Vec<u64> = seen.iter().filter(|(of, _)| of == incident).map(|(_, seq)| *seq).collect();
        assert_eq!(of_it, (1..=61).collect::<Vec<_>>(), "{incident}");
    }
    one.close().await;
    other.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn rule_sets_advise_once_however_many_servers_there_are_and_a_deadline_falls_due_once() {
    let home = Home::shared(shipped(&["stakeholder-matrix", "emergency-closure"]));
    let Some((one, other)) = two(home.as_ref()).await else { return };
    let (council, icb, incident) = one.rosebank().await;
    let there = other.client(ICB).await;
    for number in 0..5 {
        there.notes(&incident, &format!("note {number}")).await;
        council.notes(&incident, &format!("other note {number}")).await;
    }
    let (here, elsewhere) = (council.settled(&incident).await, there.settled(&incident).await);
    assert_eq!(here, elsewhere);
    assert_eq!(icb.reads(&incident).await.len(), there.reads(&incident).await.len());
    let first = told_once(&council, &incident).await;
    assert!(first > 0, "the rule sets advise");
    // Both clocks pass whatever is due.
    one.later(chrono::TimeDelta::hours(80));
    other.serving.coordinator().clock_moved();
    council.settled(&incident).await;
    there.settled(&incident).await;
    assert!(told_once(&council, &incident).await > first, "something fell due");
    one.close().await;
    other.close().await;
}

/// How many proposals there are, each of which is there once.
async fn told_once(by: &Participant, incident: &str) -> usize {
    let proposals = by.proposals(incident).await;
    let mut items: Vec<String> = proposals.iter().map(|proposal| format!("{:?}", proposal.item)).collect();
    items.sort();
    items.dedup();
    assert_eq!(items.len(), proposals.len(), "nothing is proposed twice");
    items.len()
}
