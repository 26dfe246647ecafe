//! Broken glasses: who reviews them, what is audited of them, and how somebody finds out why an entry is withheld.

use muster_proto::v1;
use muster_record::Command;
use muster_record::agency::Interest;
use muster_record::entry::Class;
use muster_record::ids::GlassNo;
use muster_record::incident::sharing::{self, Emergency, GlassFinding};
use tonic::Code;

use crate::home::{COUNCIL, CQC, Home};
use crate::participant::{invite, note, options, refused, request};
use crate::people::registered;
use crate::people_command::typed;
use crate::signing_in::Idp;

fn broken() -> Command {
    sharing::Command::BreakGlass {
        classes: [Class::Personal].into(),
        emergency: Emergency::RiskToLife,
        reason: "a man is found in the street without papers".to_owned(),
        minutes: 60,
    }
    .into()
}

fn review() -> Command {
    let note = "he was brought home within the hour".to_owned();
    sharing::Command::ReviewGlass { glass: GlassNo(1), finding: GlassFinding::Justified, note }.into()
}

#[tokio::test(flavor = "multi_thread")]
async fn an_auditor_reviews_a_broken_glass_and_writes_nothing_else() {
    let (mut home, idp) = (Home::new(), Idp::of(COUNCIL, "https://council.example/glass"));
    idp.is_trusted_by(&mut home);
    let house = home.open().await;
    let (council, _, incident) = house.rosebank().await;
    let cqc = house.client(CQC).await;
    council.does(&incident, [invite(CQC, Interest::Operational)]).await;
    cqc.does(&incident, [muster_record::incident::participants::Command::Join.into()]).await;
    cqc.does(&incident, [broken()]).await;

    let guardian = house.signed_in(&home, COUNCIL, &idp.token("caldicott.guardian", &["auditor"], &[])).await;
    let asked = |commands: Vec<Command>| request(&incident, options(), commands);
    let nothing_else = [vec![note("looks right")], vec![review(), note("and this")], vec![broken()]];
    for commands in nothing_else {
        refused(guardian.appends(asked(commands)).await, Code::PermissionDenied, "RIGHT_MISSING");
    }
    let neither = house.signed_in(&home, COUNCIL, &idp.token("keeper", &["rule-set-operator"], &[])).await;
    refused(neither.appends(asked(vec![review()])).await, Code::PermissionDenied, "RIGHT_MISSING");
    let seq = guardian.does(&incident, [review()]).await;
    let entry = council.reads(&incident).await.remove(usize::try_from(seq).unwrap() - 1);
    assert!(matches!(&entry.body, Some(v1::entry::Body::GlassReviewed(_))), "{entry:?}");
    house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_list_of_incidents_under_an_open_glass_is_audited_as_other_looks_are() {
    let home = Home::new();
    let house = home.open().await;
    let (council, _, incident) = house.rosebank().await;
    let cqc = house.client(CQC).await;
    council.does(&incident, [invite(CQC, Interest::Operational)]).await;
    cqc.does(&incident, [muster_record::incident::participants::Command::Join.into()]).await;
    let looks = async || {
        let asked = v1::ListAuditRequest { incident_id: incident.clone(), ..v1::ListAuditRequest::default() };
        council.client.audits.clone().list_audit(asked).await.unwrap().into_inner().rows.len()
    };
    let lists = async || {
        let asked = v1::ListIncidentsRequest { page_size: 10, page_token: String::new(), phase: 0 };
        cqc.client.incidents.clone().list_incidents(asked).await.unwrap().into_inner().incidents.len()
    };
    assert_eq!((lists().await, looks().await), (1, 0), "what its seat shows is no look through a glass");
    cqc.does(&incident, [broken()]).await;
    assert_eq!((lists().await, looks().await), (1, 1));
    house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn why_an_entry_is_seen_is_told_on_the_command_line() {
    let home = Home::new();
    let house = home.open().await;
    let (council, _, incident) = house.rosebank().await;
    let seq = council.does(&incident, [registered()]).await.to_string();
    let told = typed(&home, &house, &["show", "access", &incident, &seq]).await;
    assert!(told.well && told.out.contains(&format!("entry {seq}: seen: ")), "{}{}", told.out, told.err);
    let none = typed(&home, &house, &["show", "access", &incident, "999"]).await;
    assert!(!none.well && none.err.contains("RESOURCE_NOT_FOUND"), "{}", none.err);
    house.close().await;
}
