//! Seeing: each agency is shown what it may see, on every way out of the record, and told why it sees no more.

use chrono::TimeDelta;
use muster_proto::v1;
use muster_proto::v1::entry::Body;
use muster_record::Command;
use muster_record::agency::Interest;
use muster_record::entry::Class;
use muster_record::ids::{OfferNo, PersonNo};
use muster_record::incident::sharing::{self, Emergency, SharingBasis, What};
use muster_record::incident::{offers, participants, people};
use muster_record::situation::{CareStatus, OfferKind};
use muster_record::time::Instant;
use tonic::Code;

use crate::home::{CQC, Home, House, REGION, nine};
use crate::participant::{Participant, invite, note, options, refused, request};

/// A resident of the home of whom little is known.
pub(crate) fn register(placed_by: Option<&str>) -> Command {
    let details = serde_json::json!({
        "service": "rosebank-house", "funder": "council-part", "placed_by": placed_by, "mobility": "walks",
        "needs": ["dementia"], "needs_known": "yes", "stays_with": []
    });
    people::Command::Register { details: serde_json::from_value(details).unwrap() }.into()
}

/// Commands with labels.
pub(crate) fn labelled(class: Class, only_for: &[&str]) -> v1::WriteOptions {
    let audience = only_for.iter().map(|agency| (*agency).to_owned()).collect();
    v1::WriteOptions { class: v1::Class::from(class).into(), audience, ..options() }
}

/// Rosebank, with a regulator that oversees and a region that is told, who are both at the table.
async fn table(house: &House<'_>) -> (Participant, Participant, Participant, Participant, String) {
    let (council, icb, incident) = house.rosebank().await;
    let (cqc, region) = (house.client(CQC).await, house.client(REGION).await);
    let invites = [invite(CQC, Interest::Oversight), invite(REGION, Interest::Information)];
    council.does(&incident, invites).await;
    for other in [&cqc, &region] {
        other.does(&incident, [participants::Command::Join.into()]).await;
    }
    (council, icb, cqc, region, incident)
}

fn is_withheld(entry: &v1::Entry) -> bool {
    matches!(entry.body, Some(Body::Withheld(_)))
}

async fn explained(by: &Participant, incident: &str, seq: u64) -> v1::ExplainAccessResponse {
    let request = v1::ExplainAccessRequest { incident_id: incident.to_owned(), seq };
    by.client.records.clone().explain_access(request).await.unwrap().into_inner()
}

pub(crate) async fn report(by: &Participant, incident: &str) -> v1::SituationReport {
    let request = v1::GetSituationReportRequest { incident_id: incident.to_owned(), at: None };
    by.client.incidents.clone().get_situation_report(request).await.unwrap().into_inner().report.unwrap()
}

fn share(what: What, with: &str, until: Instant) -> Command {
    sharing::Command::Share {
        what,
        with: with.parse().unwrap(),
        basis: SharingBasis::Safeguarding,
        necessity: "an inspector visits her today".to_owned(),
        expires_at: until,
        review_at: until,
    }
    .into()
}

fn break_glass(minutes: u32) -> Command {
    sharing::Command::BreakGlass {
        classes: [Class::Personal].into(),
        emergency: Emergency::RiskToLife,
        reason: "a man is found in the street without papers".to_owned(),
        minutes,
    }
    .into()
}

#[tokio::test(flavor = "multi_thread")]
async fn what_one_may_not_see_is_a_stub_on_every_way_out_of_the_record() {
    let home = Home::new();
    let house = home.open().await;
    let (council, icb, cqc, _, incident) = table(&house).await;
    let hidden = council.does(&incident, [register(None)]).await;
    let shown = council.notes(&incident, "the kitchen closes at nine").await;

    let read = cqc.reads(&incident).await;
    let stubs: Vec<u64> = read.iter().filter(|entry| is_withheld(entry)).map(|entry| entry.seq).collect();
    assert_eq!(stubs, [hidden]);
    let commits = cqc.follows(&incident, Default::default()).await.until(shown).await;
    let entries: Vec<&v1::Entry> = commits.iter().flat_map(|commit| &commit.entries).collect();
    assert!(entries.iter().all(|entry| is_withheld(entry) == (entry.seq == hidden)));
    let stub = &entries[usize::try_from(hidden).unwrap() - 1];
    assert_eq!((stub.told.as_str(), stub.subjects.len(), stub.class), ("", 0, 0));

    let (seen, whole) = (report(&cqc, &incident).await, report(&icb, &incident).await);
    let counts = seen.counts.unwrap();
    assert_eq!((counts.people, counts.people_withheld, counts.entries_withheld), (0, true, 1));
    assert_eq!(whole.counts.unwrap().people, 1);
    assert!(seen.text.contains("outside your view: 1 entries; people may be missing"), "{}", seen.text);
    let clock = seen.deadlines.iter().find(|clock| clock.key == "72-hours").unwrap();
    assert_eq!(clock.state(), v1::ClockState::NotKnown, "it waits for people, and they are not shown");
    let list = v1::ListIncidentsRequest::default();
    let listed = cqc.client.incidents.clone().list_incidents(list).await.unwrap().into_inner().incidents;
    assert_eq!((listed[0].people, listed[0].people_withheld), (0, true));
    house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn anybody_can_ask_why_and_is_told_nothing_of_what_is_withheld() {
    let home = Home::new();
    let house = home.open().await;
    let (council, icb, cqc, region, incident) = table(&house).await;
    let person = council.does(&incident, [register(None)]).await;
    let legal = council.appends(request(&incident, labelled(Class::Legal, &[]), [note("counsel's view")])).await;
    let legal = crate::participant::seq(&legal.unwrap());
    let why = explained(&icb, &incident, person).await;
    assert!(why.visible && why.because.contains("interest"), "{why:?}");
    assert!(explained(&council, &incident, legal).await.because.contains("wrote it"));
    let (one, other) = (explained(&cqc, &incident, person).await, explained(&region, &incident, legal).await);
    assert_eq!((one.visible, &one.because), (false, &other.because), "it says the same of whatever it is");
    let none = v1::ExplainAccessRequest { incident_id: incident.clone(), seq: 999 };
    refused(cqc.client.records.clone().explain_access(none).await, Code::NotFound, "RESOURCE_NOT_FOUND");
    let stranger = v1::ExplainAccessRequest { incident_id: "0".repeat(32), seq: 1 };
    refused(cqc.client.records.clone().explain_access(stranger).await, Code::PermissionDenied, "NOT_PERMITTED");
    house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_share_opens_at_once_and_ends_by_itself_on_a_stream_that_is_open() {
    let home = Home::new();
    let house = home.open().await;
    let (council, _, cqc, region, incident) = table(&house).await;
    let person = council.does(&incident, [register(None)]).await;
    let mut following = cqc.follows(&incident, Default::default()).await;
    following.until(person).await;
    let until = nine() + TimeDelta::hours(2);
    let shared = council.does(&incident, [share(What::Person(PersonNo(1)), CQC, until)]).await;
    let moves = |to| people::Command::SetStatus { person: PersonNo(1), to, place: Some("Ash Grove".to_owned()) }.into();
    let reviewed = council.does(&incident, [moves(CareStatus::Reviewed)]).await;
    let came = following.until(reviewed).await;
    assert!(came.iter().flat_map(|commit| &commit.entries).all(|entry| !is_withheld(entry)));
    let why = explained(&cqc, &incident, person).await;
    assert!(why.visible && why.because.contains("S1") && why.until.is_some(), "{why:?}");
    assert!(is_withheld(&region.reads(&incident).await[usize::try_from(shared).unwrap() - 1]));

    house.later(TimeDelta::hours(2));
    let placed = council.does(&incident, [moves(CareStatus::Placed)]).await;
    let came = following.until(placed).await;
    assert!(came.iter().flat_map(|commit| &commit.entries).all(is_withheld), "the share has ended");
    assert!(!explained(&cqc, &incident, person).await.visible);
    house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_broken_glass_is_seen_by_all_and_closes_by_itself_also_over_a_restart() {
    let home = Home::new();
    let house = home.open().await;
    let (council, _, _, region, incident) = table(&house).await;
    let person = council.does(&incident, [register(None)]).await;
    let broken = region.does(&incident, [break_glass(240)]).await;
    assert!(explained(&region, &incident, person).await.visible);
    assert_eq!(report(&region, &incident).await.counts.unwrap().people, 1);
    for by in [&council, &region] {
        let entry = &by.reads(&incident).await[usize::try_from(broken).unwrap() - 1];
        assert!(matches!(entry.body, Some(Body::GlassBroken(_))), "{entry:?}");
    }
    let clocks = report(&council, &incident).await.deadlines;
    assert!(clocks.iter().any(|clock| clock.key == "glass/G1"), "a review is due");
    house.close().await;

    let house = home.open().await;
    let region = house.client(REGION).await;
    assert!(explained(&region, &incident, person).await.visible, "a restart closes nothing");
    house.later(TimeDelta::hours(4));
    assert!(!explained(&region, &incident, person).await.visible);
    assert!(report(&region, &incident).await.counts.unwrap().people_withheld);
    house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_stands_against_a_request_and_may_not_be_seen_is_not_named() {
    let home = Home::new();
    let house = home.open().await;
    let (council, _, _, _, incident) = table(&house).await;
    let provider = house.client("provider").await;
    council.seats(&provider, &incident).await;
    let offer = |quantity| offers::Command::Offer { kind: OfferKind::Bed, quantity, as_at: nine(), detail: Vec::new() };
    council.does(&incident, [offer(2).into()]).await;
    let take = |quantity| offers::Command::Take { offer: OfferNo(1), quantity, person: None };
    let quietly = request(&incident, labelled(Class::Commercial, &[]), [take(2).into()]);
    council.appends(quietly).await.unwrap();
    let asked = provider.appends(request(&incident, options(), [take(1).into()])).await;
    let status = refused(asked, Code::FailedPrecondition, "WITHHELD_FORBIDS");
    assert!(!status.message().contains("bed") && !status.message().contains("left"), "{status:?}");
    let none = people::Command::SetStatus { person: PersonNo(1), to: CareStatus::Moved, place: None };
    refused(provider.appends(request(&incident, options(), [none.into()])).await, Code::NotFound, "RESOURCE_NOT_FOUND");
    house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_rule_set_that_is_shown_people_does_not_speak_to_those_who_are_not() {
    let home = Home::with(crate::home::shipped(&["failure-types", "stakeholder-matrix"]));
    let house = home.open().await;
    let (council, icb, cqc, _, incident) = table(&house).await;
    council.settled(&incident).await;
    council.does(&incident, [register(None)]).await;
    council.settled(&incident).await;
    let of = |all: Vec<v1::Proposal>, rule_set: &str| all.iter().filter(|of| of.rule_set == rule_set).count();
    let before_people = of(cqc.proposals(&incident).await, "stakeholder-matrix");
    assert_eq!(before_people, of(icb.proposals(&incident).await, "stakeholder-matrix"), "it needs no people");
    assert!(before_people > 0);
    let entries = icb.reads(&incident).await;
    let advised = entries.iter().filter(|entry| !entry.drawn_from.is_empty());
    let seqs: Vec<u64> = advised.map(|entry| entry.seq).collect();
    for seq in &seqs {
        assert!(!explained(&cqc, &incident, *seq).await.visible, "entry {seq}");
    }
    house.close().await;
}

/// The audit of an incident, as the council may read it.
async fn audit(by: &Participant, incident: &str) -> Vec<v1::AuditRow> {
    let request = v1::ListAuditRequest { incident_id: incident.to_owned(), ..v1::ListAuditRequest::default() };
    by.client.audits.clone().list_audit(request).await.unwrap().into_inner().rows
}

#[tokio::test(flavor = "multi_thread")]
async fn each_look_through_a_broken_glass_is_in_the_audit_before_its_answer() {
    let home = Home::new();
    let house = home.open().await;
    let (council, _, cqc, _, incident) = table(&house).await;
    let person = council.does(&incident, [register(None)]).await;
    cqc.reads(&incident).await;
    assert!(audit(&council, &incident).await.is_empty(), "what its seat shows is no look through a glass");
    let broken = cqc.does(&incident, [break_glass(60)]).await;
    cqc.reads(&incident).await;
    report(&cqc, &incident).await;
    cqc.follows(&incident, Default::default()).await.until(broken).await;
    let rows = audit(&council, &incident).await;
    let looked: Vec<(&str, &[u64])> =
        rows.iter().map(|row| (row.grant.as_deref().unwrap_or_default(), row.entries.as_slice())).collect();
    assert_eq!(looked, [("G1", [person].as_slice()), ("G1", &[]), ("G1", &[person])]);
    assert!(rows.iter().all(|row| row.agency == CQC && row.act() == v1::AuditedAct::UseGrant));
    house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_shared_of_a_person_tells_who_they_are_and_the_audit_names_the_share() {
    let home = Home::new();
    let house = home.open().await;
    let (council, _, cqc, region, incident) = table(&house).await;
    council.does(&incident, [register(None)]).await;
    let mut identity = v1::PersonIdentity::default();
    "Ada Quill".clone_into(&mut identity.name);
    council.seals(crate::people::seal(&incident, 1, identity)).await.unwrap();
    refused(cqc.asks_who(&incident, 1).await, Code::PermissionDenied, "IDENTITY_NOT_FOR_KIND");
    let until = nine() + TimeDelta::hours(2);
    let with = |agency| share(What::Person(PersonNo(1)), agency, until);
    council.does(&incident, [with(CQC), with(REGION)]).await;
    assert_eq!(cqc.asks_who(&incident, 1).await.unwrap().identity.unwrap().name, "Ada Quill");
    refused(region.asks_who(&incident, 1).await, Code::PermissionDenied, "IDENTITY_NOT_FOR_KIND");
    let rows = audit(&council, &incident).await;
    let grants: Vec<Option<&str>> = rows.iter().map(|row| row.grant.as_deref()).collect();
    assert_eq!(grants, [None, Some("S1"), None], "the refused are in it too");
    house.later(TimeDelta::hours(2));
    refused(cqc.asks_who(&incident, 1).await, Code::PermissionDenied, "IDENTITY_NOT_FOR_KIND");
    house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_beyond_its_time_is_shown_to_nobody_whoever_wrote_it() {
    let mut home = Home::new();
    home.config.retention.in_use_years.personal = Some(1);
    let house = home.open().await;
    let (council, _, _, _, incident) = table(&house).await;
    let person = council.does(&incident, [register(None)]).await;
    let moved = people::Command::SetStatus { person: PersonNo(1), to: CareStatus::Died, place: None };
    council.does(&incident, [moved.into()]).await;
    council.winds_up(&incident).await;
    house.later(TimeDelta::days(364));
    assert!(explained(&council, &incident, person).await.visible, "a day early");
    house.later(TimeDelta::days(2));
    assert!(!explained(&council, &incident, person).await.visible);
    assert!(is_withheld(&council.reads(&incident).await[usize::try_from(person).unwrap() - 1]));
    let counts = report(&council, &incident).await.counts.unwrap();
    assert_eq!((counts.people, counts.people_withheld, counts.entries_withheld), (0, true, 2));
    house.close().await;
}
