//! Who the people are: sealed apart, told to whoever works with them, audited before it is told, erased for good.

use chrono::TimeDelta;
use muster::client::reason;
use muster::key_file;
use muster_proto::v1;
use muster_proto::v1::entry::Body;
use muster_record::Command;
use muster_record::agency::{Interest, Office};
use muster_record::incident::people::{self, Details};
use muster_record::incident::{lifecycle, participants};
use muster_record::situation::{IncidentKind, Phase};
use muster_store::Store;
use prost::Message as _;
use tonic::{Code, Status};
use tonic_types::StatusExt as _;

use crate::home::{COUNCIL, CQC, Home, House, ICB, REGION, fresh_request};
use crate::participant::{Participant, invite, note, options, refused, request};

mod erasing;
mod keys;

/// Somebody of the register, by number.
pub(crate) fn registered() -> Command {
    let details: Details = serde_json::from_value(serde_json::json!({
        "service": "rosebank-house", "funder": "council-full", "placed_by": null, "mobility": "walks", "needs": [],
        "needs_known": "yes", "stays_with": []
    }))
    .unwrap();
    people::Command::Register { details }.into()
}

fn ada() -> v1::PersonIdentity {
    let contact = |value: &str| v1::IdentityContact { what: "telephone".to_owned(), value: value.to_owned() };
    v1::PersonIdentity {
        name: "Ada Lovelace".to_owned(),
        known_as: Some("Countess".to_owned()),
        date_of_birth: Some("1938-12-10".to_owned()),
        nhs_number: Some("943 476 5919".to_owned()),
        address: Some("12 Elm Road\nCoventry".to_owned()),
        contacts: vec![contact("024 7600 0000")],
        next_of_kin: vec![v1::NextOfKin {
            name: "Byron".to_owned(),
            relation: "son".to_owned(),
            contacts: vec![contact("024 7600 0001")],
        }],
    }
}

pub(crate) fn seal(incident: &str, person: u32, identity: v1::PersonIdentity) -> v1::SealIdentityRequest {
    v1::SealIdentityRequest {
        incident_id: incident.to_owned(),
        options: Some(options()),
        person,
        identity: Some(identity),
    }
}

pub(crate) fn erase(incident: &str, person: u32) -> v1::EraseIdentityRequest {
    v1::EraseIdentityRequest {
        incident_id: incident.to_owned(),
        options: Some(options()),
        person,
        basis: v1::Basis::NoLongerNeeded.into(),
        because: "the home is closed and all are settled".to_owned(),
        by: "Caldicott guardian".to_owned(),
        extent: v1::ErasureExtent::Unspecified.into(),
    }
}

impl Participant {
    pub(crate) async fn seals(&self, request: v1::SealIdentityRequest) -> Result<v1::SealIdentityResponse, Status> {
        Ok(self.client.people.clone().seal_identity(request).await?.into_inner())
    }

    pub(crate) async fn asks_who(&self, incident: &str, person: u32) -> Result<v1::ReadIdentityResponse, Status> {
        let request = v1::ReadIdentityRequest {
            incident_id: incident.to_owned(),
            person,
            purpose: v1::Purpose::SafeMove.into(),
            because: "the ambulance is at the door".to_owned(),
        };
        Ok(self.client.people.clone().read_identity(request).await?.into_inner())
    }

    pub(crate) async fn erases(&self, request: v1::EraseIdentityRequest) -> Result<v1::EraseIdentityResponse, Status> {
        Ok(self.client.people.clone().erase_identity(request).await?.into_inner())
    }

    pub(crate) async fn exports(&self, incident: &str, person: u32) -> Result<v1::ExportSubjectResponse, Status> {
        let because = "the person asked for it".to_owned();
        let request = v1::ExportSubjectRequest { incident_id: incident.to_owned(), person, because };
        Ok(self.client.people.clone().export_subject(request).await?.into_inner())
    }

    async fn expires(&self, incident: &str, validate_only: bool) -> Result<v1::ExpireIdentitiesResponse, Status> {
        let options = Some(v1::WriteOptions { validate_only, ..options() });
        let request = v1::ExpireIdentitiesRequest { incident_id: incident.to_owned(), options };
        Ok(self.client.people.clone().expire_identities(request).await?.into_inner())
    }

    async fn who_looked(&self, incident: &str, person: u32) -> Result<Vec<String>, Status> {
        let request = v1::WhoLookedRequest { incident_id: incident.to_owned(), person };
        Ok(self.client.people.clone().who_looked(request).await?.into_inner().rows.iter().map(told).collect())
    }

    /// The rows of the audit that it may read.
    async fn audit(&self, incident: &str) -> Result<Vec<String>, Status> {
        let request = v1::ListAuditRequest { incident_id: incident.to_owned(), after: 0, limit: 0 };
        Ok(self.client.audits.clone().list_audit(request).await?.into_inner().rows.iter().map(told).collect())
    }

    /// Closes an incident.
    pub(crate) async fn winds_up(&self, incident: &str) {
        let reason = "all are placed".to_owned();
        let lead = participants::Command::TakeOffice { office: Office::IncidentLead };
        let recovering = lifecycle::Command::ChangePhase { to: Phase::Recovering, reason: reason.clone() };
        self.does(incident, [lead.into(), recovering.into()]).await;
        let close = lifecycle::Command::Close { summary: reason };
        self.does_as(Office::IncidentLead, incident, close.into()).await.unwrap();
    }
}

fn told(row: &v1::AuditRow) -> String {
    let act = v1::AuditedAct::try_from(row.act).unwrap().as_str_name().trim_start_matches("AUDITED_ACT_");
    let outcome = row.refused.as_deref().unwrap_or("served");
    format!("{} {} {act} {:?} {outcome}", row.number, row.agency, row.people)
}

/// Rosebank with one person on its list.
async fn rosebank(house: &House<'_>) -> (Participant, Participant, String) {
    let (council, icb, incident) = house.rosebank().await;
    council.does(&incident, [registered()]).await;
    (council, icb, incident)
}

#[tokio::test(flavor = "multi_thread")]
async fn an_identity_is_told_as_it_was_written_down_and_the_record_says_only_that_it_was() {
    let home = Home::new();
    let house = home.open().await;
    let (council, icb, incident) = rosebank(&house).await;
    let sealed = council.seals(seal(&incident, 1, ada())).await.unwrap();
    assert_eq!(sealed.version, 1);
    let told = icb.asks_who(&incident, 1).await.unwrap();
    assert_eq!(told.version, 1);
    let read = told.identity.unwrap();
    let mut expected = ada();
    expected.nhs_number = Some("9434765919".to_owned());
    assert!(read == expected);

    let record = council.reads(&incident).await;
    let entry = record.last().unwrap();
    let Some(Body::PersonIdentitySealed(fact)) = &entry.body else { panic!("{:?}", entry.body) };
    assert_eq!((fact.person, fact.version, fact.commitment.len()), (1, 1, 32));
    assert_eq!(entry.told, "who person 1 is was written down, sealed (version 1)");
    assert_eq!(entry.author.as_ref().unwrap().agency, COUNCIL);
    for entry in &record {
        let bytes = entry.encode_to_vec();
        assert!(!bytes.windows(8).any(|window| window == b"Lovelace"), "entry {}", entry.seq);
    }
    house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_wrong_with_an_identity_is_said_without_repeating_it() {
    let home = Home::new();
    let house = home.open().await;
    let (council, _, incident) = rosebank(&house).await;
    let mut wrong = ada();
    wrong.nhs_number = Some("943 476 5918".to_owned());
    wrong.date_of_birth = Some("10/12/1938".to_owned());
    wrong.address = Some("Lovelace\u{7}".to_owned());
    wrong.name = String::new();
    wrong.contacts[0].value = "x".repeat(201);
    let status = refused(council.seals(seal(&incident, 1, wrong)).await, Code::InvalidArgument, "INVALID_FIELD");
    let found = status.get_details_bad_request().unwrap().field_violations;
    let fields: Vec<&str> = found.iter().map(|found| found.field.as_str()).collect();
    let expected = ["name", "date_of_birth", "nhs_number", "address", "contacts[0].value"];
    assert_eq!(fields, expected.map(|field| format!("identity.{field}")));
    let said = format!("{status:?}");
    assert!(["943", "/1938", "Lovelace", "xxx"].iter().all(|text| !said.contains(text)), "{said}");
    assert!(!format!("{:?}", seal(&incident, 1, ada())).contains("Ada"), "a message that is printed shows nothing");
    house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn only_those_who_work_with_a_person_are_told_and_every_attempt_is_audited() {
    let home = Home::new();
    let house = home.open().await;
    let (council, icb, incident) = rosebank(&house).await;
    let (cqc, region, stranger) =
        (house.client(CQC).await, house.client(REGION).await, house.client("e08000029").await);
    council.does(&incident, [invite(CQC, Interest::Operational), invite(REGION, Interest::Operational)]).await;
    for other in [&cqc, &region] {
        other.does(&incident, [participants::Command::Join.into()]).await;
    }
    council.seals(seal(&incident, 1, ada())).await.unwrap();
    icb.asks_who(&incident, 1).await.unwrap();
    for other in [&cqc, &region] {
        refused(other.asks_who(&incident, 1).await, Code::PermissionDenied, "IDENTITY_NOT_FOR_KIND");
        refused(other.seals(seal(&incident, 1, ada())).await, Code::PermissionDenied, "IDENTITY_NOT_FOR_KIND");
        refused(other.exports(&incident, 1).await, Code::PermissionDenied, "IDENTITY_NOT_FOR_KIND");
        refused(other.who_looked(&incident, 1).await, Code::PermissionDenied, "IDENTITY_NOT_FOR_KIND");
    }
    // A stranger is told the same of what is there and what is not.
    let nowhere = "0".repeat(32);
    for (incident, person) in [(&incident, 1), (&incident, 9), (&nowhere, 1)] {
        let status = refused(stranger.asks_who(incident, person).await, Code::PermissionDenied, "NOT_PERMITTED");
        assert_eq!(status.message(), "not permitted");
        refused(stranger.exports(incident, person).await, Code::PermissionDenied, "NOT_PERMITTED");
        refused(stranger.who_looked(incident, person).await, Code::PermissionDenied, "NOT_PERMITTED");
        refused(stranger.seals(seal(incident, person, ada())).await, Code::PermissionDenied, "NOT_PERMITTED");
        refused(stranger.erases(erase(incident, person)).await, Code::PermissionDenied, "NOT_PERMITTED");
        refused(stranger.audit(incident).await, Code::PermissionDenied, "NOT_PERMITTED");
        refused(stranger.expires(incident, true).await, Code::PermissionDenied, "NOT_PERMITTED");
    }
    refused(council.asks_who(&incident, 2).await, Code::NotFound, "RESOURCE_NOT_FOUND");
    refused(icb.erases(erase(&incident, 1)).await, Code::PermissionDenied, "NOT_LEAD");
    refused(icb.expires(&incident, true).await, Code::PermissionDenied, "NOT_LEAD");

    let all = council.audit(&incident).await.unwrap();
    let expected = [
        "1 qwu READ_IDENTITY [1] served",
        "2 cqc READ_IDENTITY [1] IDENTITY_NOT_FOR_KIND",
        "3 cqc EXPORT_SUBJECT [1] IDENTITY_NOT_FOR_KIND",
        "4 wm-adass READ_IDENTITY [1] IDENTITY_NOT_FOR_KIND",
        "5 wm-adass EXPORT_SUBJECT [1] IDENTITY_NOT_FOR_KIND",
        "6 e08000029 READ_IDENTITY [1] NOT_PERMITTED",
        "7 e08000029 EXPORT_SUBJECT [1] NOT_PERMITTED",
        "8 e08000029 READ_IDENTITY [9] NOT_PERMITTED",
        "9 e08000029 EXPORT_SUBJECT [9] NOT_PERMITTED",
        "12 e08000026 READ_IDENTITY [2] RESOURCE_NOT_FOUND",
    ];
    assert_eq!(all, expected, "rows 10 and 11 are of an incident that is none");
    assert_eq!(cqc.audit(&incident).await.unwrap(), expected[1..3], "its own");
    let looked = council.who_looked(&incident, 1).await.unwrap();
    assert_eq!(looked, expected[..7]);
    house.close().await;
    let store = Store::open(&home.config.data, [0; 16]).unwrap();
    assert_eq!(store.readers().verify_audit().unwrap(), 12);
}

#[tokio::test(flavor = "multi_thread")]
async fn no_audit_no_answer() {
    let home = Home::new();
    let house = home.open().await;
    let (council, icb, incident) = rosebank(&house).await;
    council.seals(seal(&incident, 1, ada())).await.unwrap();
    // Somebody else holds the one right to write: the row cannot be put on the disk.
    let other = rusqlite::Connection::open(&home.config.data).unwrap();
    other.execute_batch("BEGIN IMMEDIATE").unwrap();
    for _ in 0..2 {
        let status = icb.asks_who(&incident, 1).await.unwrap_err();
        assert_eq!((status.code(), reason(&status).as_deref()), (Code::Unavailable, Some("STORE_UNAVAILABLE")));
    }
    let status = icb.exports(&incident, 1).await.unwrap_err();
    assert_eq!(status.code(), Code::Unavailable);
    other.execute_batch("ROLLBACK").unwrap();
    assert_eq!(council.audit(&incident).await.unwrap(), Vec::<String>::new());

    // And what is told is on the disk by then.
    icb.asks_who(&incident, 1).await.unwrap();
    let rows: i64 = other.query_row("SELECT count(*) FROM audit", [], |row| row.get(0)).unwrap();
    assert_eq!(rows, 1);
    house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_asked_for_again_is_not_done_again_and_what_is_kept_of_the_request_cannot_be_guessed() {
    let home = Home::new();
    let house = home.open().await;
    let (council, _, incident) = rosebank(&house).await;
    let asked = seal(&incident, 1, ada());
    let first = council.seals(asked.clone()).await.unwrap();
    let again = council.seals(asked.clone()).await.unwrap();
    let (first, again) = (first.result.unwrap(), again.result.unwrap());
    assert!(!first.replayed && again.replayed);
    assert_eq!((first.seq, first.commit_time), (again.seq, again.commit_time));
    let mut other = asked.clone();
    other.identity.as_mut().unwrap().name = "Grace Hopper".to_owned();
    refused(council.seals(other).await, Code::FailedPrecondition, "REQUEST_ID_REUSED");
    assert_eq!(council.asks_who(&incident, 1).await.unwrap().version, 1);

    // The same identity in another request has another digest only by its person's key: of two people, two digests.
    council.does(&incident, [registered()]).await;
    council.seals(seal(&incident, 2, ada())).await.unwrap();
    let raw = rusqlite::Connection::open(&home.config.data).unwrap();
    let mut bodies = raw.prepare("SELECT body FROM request").unwrap();
    let bodies: Vec<Vec<u8>> = bodies.query_map([], |row| row.get(0)).unwrap().map(Result::unwrap).collect();
    let mut unnamed = asked.clone();
    unnamed.options.as_mut().unwrap().request_id.clear();
    for guess in [asked.encode_to_vec(), unnamed.encode_to_vec(), asked.identity.as_ref().unwrap().encode_to_vec()] {
        let digest = muster_record::entry::Hash::of(&guess).0;
        assert!(bodies.iter().all(|body| *body != digest), "a digest that anybody can work out");
    }
    // Erased, the request can be told from no other: it is done neither again nor otherwise.
    council.erases(erase(&incident, 1)).await.unwrap();
    refused(council.seals(asked).await, Code::FailedPrecondition, "REQUEST_ID_REUSED");
    house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_identity_that_changed_replaces_the_one_before_and_a_stale_writer_is_told() {
    let home = Home::new();
    let house = home.open().await;
    let (council, icb, incident) = rosebank(&house).await;
    let first = council.seals(seal(&incident, 1, ada())).await.unwrap().result.unwrap().seq;
    icb.notes(&incident, "all had lunch").await;
    let mut stale = seal(&incident, 1, ada());
    stale.options.as_mut().unwrap().expected_seq = Some(first);
    refused(icb.seals(stale).await, Code::Aborted, "SEQ_CONFLICT");
    let mut tried = seal(&incident, 1, ada());
    tried.options.as_mut().unwrap().validate_only = true;
    assert_eq!(icb.seals(tried).await.unwrap().version, 2);
    assert_eq!(council.asks_who(&incident, 1).await.unwrap().version, 1, "nothing was written");
    let mut married = ada();
    married.name = "Ada King".to_owned();
    assert_eq!(icb.seals(seal(&incident, 1, married)).await.unwrap().version, 2);
    let told = council.asks_who(&incident, 1).await.unwrap();
    assert_eq!((told.version, told.identity.unwrap().name.as_str()), (2, "Ada King"));
    house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_text_that_looks_like_personal_data_is_written_and_warned_of() {
    let home = Home::new();
    let house = home.open().await;
    let (council, _, incident) = rosebank(&house).await;
    let texts = ["all had lunch", "Mrs L, 943 476 5919, is on 07700 900123"];
    let answer = council.appends(request(&incident, options(), texts.map(note))).await.unwrap();
    let result = answer.result.unwrap();
    let found = |result: &v1::WriteResult| -> Vec<String> {
        let told = |warning: &v1::Warning| format!("{} {}", warning.field, warning.looks_like().as_str_name());
        result.warnings.iter().map(told).collect()
    };
    let expected =
        ["commands[1].make_note.text LOOKS_LIKE_NHS_NUMBER", "commands[1].make_note.text LOOKS_LIKE_TELEPHONE"];
    assert_eq!(found(&result), expected);
    assert!(!format!("{:?}", result.warnings).contains("943"), "the text is not repeated");
    assert_eq!(council.noted(&incident).await, texts, "and it was written");

    let mut opening = crate::participant::opening("the home at CV1 2AB", IncidentKind::ProviderFailure);
    opening.region = None;
    let request = v1::OpenIncidentRequest { options: Some(options()), opening: Some(opening) };
    let answer = council.client.incidents.clone().open_incident(request).await.unwrap().into_inner();
    assert_eq!(found(&answer.result.unwrap()), ["opening.title LOOKS_LIKE_POSTCODE"]);
    let asked = v1::ReadIdentityRequest {
        incident_id: incident.clone(),
        person: 1,
        purpose: v1::Purpose::SafeMove.into(),
        because: "for 943 476 5919".to_owned(),
    };
    let status = council.client.people.clone().read_identity(asked).await.map(|_| ());
    refused(status, Code::InvalidArgument, "INVALID_FIELD");
    house.close().await;
}

#[test]
fn no_exercise_of_ours_raises_an_alarm() {
    let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let plugins = std::fs::read_dir(root.join("plugins")).unwrap().map(|entry| entry.unwrap().path().join("exercises"));
    let folders = plugins.chain([root.join("tests/exercises")]).filter(|folder| folder.is_dir());
    let mut lines = 0;
    for file in folders.flat_map(|folder| std::fs::read_dir(folder).unwrap().map(|file| file.unwrap().path())) {
        let text = std::fs::read_to_string(&file).unwrap();
        for line in text.lines() {
            lines += 1;
            assert_eq!(muster_record::personal_text::looks_like(line), [], "{}: {line}", file.display());
        }
    }
    assert!(lines > 3000, "{lines} lines of exercises and timelines");
}

#[tokio::test(flavor = "multi_thread")]
async fn one_request_tells_of_one_person() {
    let home = Home::new();
    let house = home.open().await;
    let (council, _, incident) = rosebank(&house).await;
    refused(council.asks_who(&incident, 0).await, Code::InvalidArgument, "INVALID_FIELD");
    // The contract has no call with which more than one could be asked for.
    let set = prost_types::FileDescriptorSet::decode(muster_proto::FILE_DESCRIPTOR_SET).unwrap();
    let file = set.file.iter().find(|file| file.name() == "muster/v1/person.proto").unwrap();
    for message in &file.message_type {
        let tells = |field: &&prost_types::FieldDescriptorProto| field.type_name().ends_with(".PersonIdentity");
        for field in message.field.iter().filter(tells) {
            assert_ne!(field.label(), prost_types::field_descriptor_proto::Label::Repeated, "{}", message.name());
        }
    }
    let service = file.service.iter().find(|service| service.name() == "PersonService").unwrap();
    assert!(service.method.iter().all(|method| !method.server_streaming() && !method.client_streaming()));
    assert!(!fresh_request().is_empty() && ICB != COUNCIL);
    house.close().await;
}
