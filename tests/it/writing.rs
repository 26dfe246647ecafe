//! Writing: once for each request, all or none, in one order without gaps, and within limits.

use std::collections::{BTreeMap, BTreeSet};

use muster_proto::v1;
use muster_record::agency::Interest;
use muster_record::incident::participants;
use muster_record::situation::IncidentKind;
use tonic::Code;
use tonic_types::StatusExt as _;

use crate::home::{COUNCIL, CQC, Home, ICB, fresh_request, soon};
use crate::participant::{invite, note, opening, options, refused, request, seq, seqs, text_of};

#[tokio::test(flavor = "multi_thread")]
async fn a_request_asked_again_gives_the_first_answer_and_writes_nothing() {
    let home = Home::new();
    let house = home.open().await;
    let (council, _, incident) = house.rosebank().await;

    let asked = request(&incident, options(), [note("one"), note("two")]);
    let first = council.appends(asked.clone()).await.unwrap();
    council.notes(&incident, "something else").await;
    let again = council.appends(asked.clone()).await.unwrap();
    house.close().await;

    let house = home.open().await;
    let council = house.client(COUNCIL).await;
    let after_a_restart = council.appends(asked).await.unwrap();

    for repeated in [again, after_a_restart] {
        let (was, is) = (first.result.clone().unwrap(), repeated.result.unwrap());
        assert!(is.replayed && !was.replayed);
        assert_eq!(v1::WriteResult { replayed: false, ..is }, was);
        assert_eq!(repeated.entries, first.entries);
    }
    assert_eq!(council.noted(&incident).await, ["one", "two", "something else"]);
    house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_request_to_open_asked_again_opens_nothing_more() {
    let home = Home::new();
    let house = home.open().await;
    let council = house.client(COUNCIL).await;
    let opening = Some(opening("Rosebank", IncidentKind::ProviderFailure));
    let asked = v1::OpenIncidentRequest { options: Some(options()), opening };
    let first = council.client.incidents.clone().open_incident(asked.clone()).await.unwrap().into_inner();
    let again = council.client.incidents.clone().open_incident(asked).await.unwrap().into_inner();

    assert_eq!(again.incident_id, first.incident_id);
    assert!(again.result.unwrap().replayed);
    let list = council.client.incidents.clone().list_incidents(v1::ListIncidentsRequest::default()).await;
    assert_eq!(list.unwrap().into_inner().incidents.len(), 1);
    house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_request_id_is_used_for_one_content_only() {
    let home = Home::new();
    let house = home.open().await;
    let (council, _, incident) = house.rosebank().await;
    let other = council.opens("Ash Grove", IncidentKind::ProviderFailure).await;
    let asked = request(&incident, options(), [note("one")]);
    council.appends(asked.clone()).await.unwrap();

    let other_content = v1::AppendRequest { commands: request("", options(), [note("two")]).commands, ..asked.clone() };
    let on_another_incident = v1::AppendRequest { incident_id: other.clone(), ..asked.clone() };
    let options = asked.options.clone().map(|options| v1::WriteOptions { expected_seq: Some(9), ..options });
    let otherwise = v1::AppendRequest { options, ..asked };
    for reused in [other_content, on_another_incident, otherwise] {
        refused(council.appends(reused).await, Code::FailedPrecondition, "REQUEST_ID_REUSED");
    }
    assert_eq!(council.noted(&incident).await, ["one"]);
    assert!(council.noted(&other).await.is_empty());
    house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn two_agencies_may_use_the_same_request_id() {
    let home = Home::new();
    let house = home.open().await;
    let (council, icb, incident) = house.rosebank().await;
    let asked = request(&incident, options(), [note("the same words")]);

    let of_council = council.appends(asked.clone()).await.unwrap();
    let of_icb = icb.appends(asked).await.unwrap();

    assert!(!of_icb.result.as_ref().unwrap().replayed);
    assert_eq!(seq(&of_icb), seq(&of_council) + 1);
    let authors: Vec<String> =
        [&of_council, &of_icb].iter().map(|answer| answer.entries[0].author.clone().unwrap().agency).collect();
    assert_eq!(authors, [COUNCIL, ICB]);
    house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn one_of_eight_rivals_for_a_place_gets_it() {
    let home = Home::new();
    let house = home.open().await;
    let (council, _, incident) = house.rosebank().await;
    let expected = council.notes(&incident, "before").await;

    let mut rivals = tokio::task::JoinSet::new();
    for rival in 0..8 {
        let client = house.client(COUNCIL).await;
        let options = v1::WriteOptions { expected_seq: Some(expected), ..options() };
        let asked = request(&incident, options, [note(&format!("rival {rival}"))]);
        rivals.spawn(async move { client.appends(asked).await });
    }
    let (won, lost): (Vec<_>, Vec<_>) = soon(rivals.join_all()).await.into_iter().partition(Result::is_ok);

    assert_eq!(won.len(), 1);
    for answer in lost {
        let status = refused(answer, Code::Aborted, "SEQ_CONFLICT");
        let metadata = status.get_details_error_info().unwrap().metadata;
        assert_eq!(metadata["expected_seq"], expected.to_string());
        assert_eq!(metadata["current_seq"], (expected + 1).to_string());
    }
    assert_eq!(council.noted(&incident).await.len(), 2);
    house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn commands_of_one_append_happen_all_or_none() {
    let home = Home::new();
    let house = home.open().await;
    let (council, _, incident) = house.rosebank().await;
    let before = council.reads(&incident).await;

    // The second is refused: the agency has its seat already.
    let commands = [note("never"), invite(ICB, Interest::Operational), note("nor this")];
    let asked = request(&incident, options(), commands);
    let status = refused(council.appends(asked.clone()).await, Code::FailedPrecondition, "ALREADY_INVITED");

    assert_eq!(status.get_details_error_info().unwrap().metadata["command"], "1");
    assert_eq!(council.reads(&incident).await, before);
    // What was refused left nothing behind, so the next entry has the next place and the id is free.
    let renamed = request(&incident, asked.options.unwrap(), [note("at last")]);
    assert_eq!(seq(&council.appends(renamed).await.unwrap()), before.last().unwrap().seq + 1);
    house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn each_command_sees_what_those_before_it_did() {
    let home = Home::new();
    let house = home.open().await;
    let (council, _, incident) = house.rosebank().await;
    let cqc = house.client(CQC).await;
    council.does(&incident, [invite(CQC, Interest::Oversight)]).await;
    let asked = |commands: Vec<muster_record::Command>| request(&incident, options(), commands);
    let (join, leave) = (participants::Command::Join, participants::Command::Leave { reason: "done".to_owned() });

    let twice = vec![join.clone().into(), join.clone().into()];
    refused(cqc.appends(asked(twice)).await, Code::FailedPrecondition, "ALREADY_JOINED");
    let after_leaving = vec![join.clone().into(), leave.clone().into(), note("one more thing")];
    refused(cqc.appends(asked(after_leaving)).await, Code::PermissionDenied, "NOT_PERMITTED");
    let in_order = vec![join.into(), note("good morning"), leave.into()];
    assert_eq!(cqc.appends(asked(in_order)).await.unwrap().entries.len(), 3);
    house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn validating_says_what_would_happen_and_writes_nothing() {
    let home = Home::new();
    let house = home.open().await;
    let (council, _, incident) = house.rosebank().await;
    let before = council.reads(&incident).await;
    let only = || v1::WriteOptions { validate_only: true, ..options() };

    let would_be = council.appends(request(&incident, only(), [note("one"), note("two")])).await.unwrap();
    let result = would_be.result.clone().unwrap();
    let last = before.last().unwrap().seq;
    assert_eq!((result.first_seq, result.seq), (last + 1, last + 2));
    assert!(result.resume.is_empty() && result.commit_time.is_none());
    assert_eq!(would_be.entries.iter().filter_map(text_of).collect::<Vec<_>>(), ["one", "two"]);
    let would_not = council.appends(request(&incident, only(), [invite(ICB, Interest::Operational)])).await;
    refused(would_not, Code::FailedPrecondition, "ALREADY_INVITED");

    let opening = Some(opening("Elsewhere", IncidentKind::ProviderFailure));
    let asked = v1::OpenIncidentRequest { options: Some(only()), opening };
    assert_eq!(council.client.incidents.clone().open_incident(asked).await.unwrap().into_inner().incident_id, "");

    assert_eq!(council.reads(&incident).await, before);
    let list = council.client.incidents.clone().list_incidents(v1::ListIncidentsRequest::default()).await;
    assert_eq!(list.unwrap().into_inner().incidents.len(), 1);
    house.close().await;
}

/// The paths that a refused request is told about.
fn paths(status: &tonic::Status) -> Vec<String> {
    let violations = status.get_details_bad_request().unwrap().field_violations;
    violations.into_iter().map(|violation| violation.field).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_malformed_request_is_told_everything_that_is_wrong_with_it() {
    let home = Home::new();
    let house = home.open().await;
    let (council, _, incident) = house.rosebank().await;
    let before = council.reads(&incident).await;

    let raise = v1::RaiseAction { title: String::new(), owner: "Not A Name".to_owned(), due: None };
    let raise = v1::Command { command: Some(v1::command::Command::RaiseAction(raise)) };
    let asked = v1::AppendRequest {
        incident_id: "rosebank".to_owned(),
        options: Some(v1::WriteOptions { request_id: String::new(), office: 9999, ..v1::WriteOptions::default() }),
        commands: vec![raise, v1::Command { command: None }],
    };
    let status = refused(council.appends(asked).await, Code::InvalidArgument, "INVALID_FIELD");
    assert_eq!(
        paths(&status),
        [
            "incident_id",
            "options.request_id",
            "options.office",
            "commands[0].raise_action.title",
            "commands[0].raise_action.owner",
            "commands[1]",
        ]
    );
    let nothing = v1::AppendRequest { incident_id: incident.clone(), options: None, commands: Vec::new() };
    let status = refused(council.appends(nothing).await, Code::InvalidArgument, "INVALID_FIELD");
    assert_eq!(paths(&status), ["options", "commands"]);
    assert_eq!(council.reads(&incident).await, before);
    house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_goes_over_a_limit_is_refused_and_what_reaches_it_is_not() {
    let home = Home::new();
    let house = home.open().await;
    let (council, _, incident) = house.rosebank().await;
    let info = council.client.info.clone().get_server_info(v1::GetServerInfoRequest {}).await.unwrap().into_inner();
    let limits = info.limits.unwrap();
    let (commands, long) = (usize::try_from(limits.commands).unwrap(), usize::try_from(limits.long_text).unwrap());
    let of = |count: usize| request(&incident, options(), (0..count).map(|number| note(&number.to_string())));
    let long_note = |length: usize| request(&incident, options(), [note(&"é".repeat(length))]);

    let status = refused(council.appends(of(commands + 1)).await, Code::InvalidArgument, "INVALID_FIELD");
    assert_eq!(paths(&status), ["commands"]);
    let status = refused(council.appends(long_note(long + 1)).await, Code::InvalidArgument, "INVALID_FIELD");
    assert_eq!(paths(&status), ["commands[0].make_note.text"]);
    let bytes = usize::try_from(limits.message_bytes).unwrap();
    let too_big = request(&incident, options(), (0..=bytes / long).map(|_| note(&"x".repeat(long))));
    assert_eq!(council.appends(too_big).await.unwrap_err().code(), Code::OutOfRange);
    let read = v1::ReadRequest { incident_id: incident.clone(), after_seq: 0, limit: limits.page + 1 };
    let read = council.client.records.clone().read(read).await;
    assert_eq!(paths(&refused(read, Code::InvalidArgument, "INVALID_FIELD")), ["limit"]);
    let nameless = v1::WriteOptions { request_id: "r".repeat(129), ..options() };
    let nameless = council.appends(request(&incident, nameless, [note("x")])).await;
    assert_eq!(paths(&refused(nameless, Code::InvalidArgument, "INVALID_FIELD")), ["options.request_id"]);

    assert!(council.noted(&incident).await.is_empty());
    assert_eq!(council.appends(long_note(long)).await.unwrap().entries.len(), 1);
    assert_eq!(council.appends(of(commands)).await.unwrap().entries.len(), commands);
    house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_page_of_long_entries_is_cut_to_fit_a_message_and_goes_on_behind_it() {
    let home = Home::new();
    let house = home.open().await;
    let (council, _, incident) = house.rosebank().await;
    let long = "x".repeat(20_000);
    for _ in 0..12 {
        council.does(&incident, (0..10).map(|_| note(&long))).await;
    }

    let whole = v1::ReadRequest { incident_id: incident.clone(), after_seq: 0, limit: 500 };
    let page = council.client.records.clone().read(whole).await.unwrap().into_inner();
    assert!(page.entries.last().unwrap().seq < page.last_seq);
    let places: Vec<u64> = council.reads(&incident).await.iter().map(|entry| entry.seq).collect();
    assert_eq!(places, (1..=page.last_seq).collect::<Vec<_>>());
    let commits = council.follows(&incident, page.resume).await.until(page.last_seq).await;
    assert_eq!(seqs(&commits).first(), Some(&(page.entries.last().unwrap().seq + 1)));
    house.close().await;
}

const WRITERS: usize = 8;
const EACH: usize = 25;

#[tokio::test(flavor = "multi_thread")]
async fn many_writers_to_one_incident_leave_no_gap_and_lose_nothing() {
    let home = Home::new();
    let house = home.open().await;
    let (council, _, incident) = house.rosebank().await;
    let before = u64::try_from(council.reads(&incident).await.len()).unwrap();

    let mut writers = tokio::task::JoinSet::new();
    for writer in 0..WRITERS {
        let client = house.client(if writer % 2 == 0 { COUNCIL } else { ICB }).await;
        let incident = incident.clone();
        writers.spawn(async move {
            let mut acknowledged = BTreeMap::new();
            for number in 0..EACH {
                let text = format!("{writer}/{number}");
                let asked = v1::WriteOptions { request_id: fresh_request(), ..options() };
                let answer = client.appends(request(&incident, asked, [note(&text)])).await.unwrap();
                acknowledged.insert(seq(&answer), text);
            }
            acknowledged
        });
    }
    let acknowledged: Vec<BTreeMap<u64, String>> = soon(writers.join_all()).await;

    let entries = council.reads(&incident).await;
    let places: Vec<u64> = entries.iter().map(|entry| entry.seq).collect();
    let last = before + u64::try_from(WRITERS * EACH).unwrap();
    assert_eq!(places, (1..=last).collect::<Vec<_>>());
    let notes: BTreeMap<u64, String> = entries.iter().filter_map(|entry| Some((entry.seq, text_of(entry)?))).collect();
    assert_eq!(notes, acknowledged.into_iter().flatten().collect());
    let hashes: BTreeSet<_> = entries.iter().map(|entry| entry.hash.clone()).collect();
    assert_eq!(hashes.len(), entries.len());
    house.close().await;
}
