//! Several servers on one PostgreSQL: whoever talks to any of them cannot tell that there are others.

use muster_proto::v1;
use muster_proto::v1::watch_response::Event;
use muster_record::Command;
use muster_record::incident::participants;
use muster_record::situation::IncidentKind;
use prost::bytes::Bytes;

use crate::advising::advice_of;
use crate::guests;
use crate::home::{COUNCIL, CQC, Home, House, ICB, shipped, soon};
use crate::participant::{Participant, note, options, request, seq, seqs, watch_all};

mod dying;
mod examined;
mod exercised;
mod migrated;
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
    let again = other.client(COUNCIL).await.appends(asked).await.unwrap();
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
        let council = house.client(COUNCIL).await;
        incidents.push(council.opens("Rosebank", IncidentKind::ProviderFailure).await);
    }
    let mut writers = tokio::task::JoinSet::new();
    for (place, house) in houses.into_iter().enumerate() {
        let (council, incidents) = (house.client(COUNCIL).await, incidents.clone());
        writers.spawn(async move {
            for number in 0..60 {
                // Both servers write to both incidents.
                let incident = &incidents[(number + place) % incidents.len()];
                council.notes(incident, &format!("{place}/{number}")).await;
            }
        });
    }
    // It changes servers while they write.
    let watchers = [one.client(COUNCIL).await, other.client(COUNCIL).await];
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
async fn rule_sets_advise_once_however_many_servers_there_are() {
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
    assert!(told_once(&council, &incident).await > 0, "the rule sets advise");
    one.close().await;
    other.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_falls_due_is_looked_at_once_by_one_of_the_servers_and_by_another_when_that_is_gone() {
    let Some(home) = Home::shared(shipped(&["stakeholder-matrix"])) else { return };
    // A rule set that wants to be asked every hour.
    let home = guests::and_guest(home, "hourly");
    let (one, other) = (home.open().await, home.open().await);
    let council = one.client(COUNCIL).await;
    let incident = council.opens("Rosebank", IncidentKind::Outbreak).await;
    let there = other.client(COUNCIL).await;
    let looks = async |council: &Participant| {
        council.settled(&incident).await;
        let said = advice_of(council, &incident, "misbehaving").await;
        let at = |changed: &v1::AdviceChanged| changed.looked.clone().unwrap().as_of.unwrap().seconds;
        said.iter().map(at).collect::<Vec<_>>()
    };
    let nine = crate::home::nine().timestamp();
    let mut due = vec![nine];
    assert_eq!((looks(&council).await, looks(&there).await), (due.clone(), due.clone()));
    for hour in 1..=3 {
        one.later(chrono::TimeDelta::hours(1));
        other.serving.coordinator().clock_moved();
        due.push(nine + hour * 3600);
        assert_eq!((looks(&there).await, looks(&council).await), (due.clone(), due.clone()));
    }
    // Whichever of the two had it in hand, the one that is left goes on.
    one.close().await;
    other.later(chrono::TimeDelta::hours(1));
    due.push(nine + 4 * 3600);
    assert_eq!(looks(&there).await, due);
    other.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn servers_are_stopped_and_started_one_after_another_and_nobody_has_to_wait_for_it() {
    let home = Home::shared(shipped(&["stakeholder-matrix"]));
    let Some((mut one, mut other)) = two(home.as_ref()).await else { return };
    let home = home.as_ref().unwrap();
    let (_council, _icb, incident) = one.rosebank().await;
    for round in 0..3 {
        // The stream of whoever watches on the server that stops ends, and goes on at the other from the same place.
        let (leaving, staying) = (one.client(ICB).await, other.client(COUNCIL).await);
        let at = staying.notes(&incident, &format!("before {round}")).await;
        let mut watch = leaving.follows(&incident, Bytes::new()).await;
        let mut seen = seqs(&watch.until(at).await);
        let resume = watch.resume.clone();
        one.close().await;
        let here = other.client(ICB).await;
        staying.notes(&incident, &format!("meanwhile {round}")).await;
        let at = staying.settled(&incident).await;
        seen.extend(seqs(&here.follows(&incident, resume).await.until(at).await));
        assert_eq!(seen, (1..=at).collect::<Vec<_>>());
        one = std::mem::replace(&mut other, home.open().await);
    }
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
