//! Explaining: whatever became of a proposal, it can be told why it was made, by which version, of which facts.

use muster_record::Command;
use muster_record::advice::Answer;
use muster_record::agency::Office;
use muster_record::ids::ProposalNo;
use muster_record::incident::{advising, answers, participants};
use muster_record::situation::FactValue;

use super::*;
use crate::guests::revised;

fn fire(answer: Answer) -> Command {
    let value = FactValue::Answer(answer);
    answers::Command::Answer { key: "fire".to_owned(), value, source: "by telephone".to_owned() }.into()
}

async fn explained(by: &Participant, incident: &str, proposal: u32) -> v1::ExplainProposalResponse {
    let request = v1::ExplainProposalRequest { incident_id: incident.to_owned(), proposal };
    by.client.advice.clone().explain_proposal(request).await.unwrap().into_inner()
}

async fn of_key(by: &Participant, incident: &str, key: &str) -> v1::Proposal {
    let mut all = by.proposals(incident).await.into_iter();
    all.find(|found| found.item.as_ref().unwrap().key == key).unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_proposal_that_was_superseded_withdrawn_or_declined_is_explained_as_of_when_it_was_stated() {
    let [old, new] = revised();
    let (home, council, _) = home();
    let house = home.open().await;
    let system = house.client(COUNCIL).await;
    let one = operator(&house, &home, COUNCIL, &council, "one").await;
    let two = operator(&house, &home, COUNCIL, &council, "two").await;
    one.proposes(old).await.unwrap();
    two.approves(1, old).await.unwrap();
    let incident = system.opens("Rosebank", IncidentKind::Outbreak).await;
    system.settled(&incident).await;
    let answered = system.does(&incident, [fire(Answer::Yes)]).await;
    system.settled(&incident).await;
    let lead = participants::Command::TakeOffice { office: Office::IncidentLead };
    system.does(&incident, [lead.into()]).await;
    let visit = of_key(&system, &incident, "visit").await.number;
    let decline = advising::Command::Decline { proposal: ProposalNo(visit), reason: "it is done".to_owned() };
    let declined = system.does_as(Office::IncidentLead, &incident, decline.into()).await.unwrap();

    // Another version: it withdraws one finding, and revises two actions.
    one.proposes(new).await.unwrap();
    two.approves(2, new).await.unwrap();
    let upgrade = v1::UpgradeRuleSetRequest {
        incident_id: incident.clone(),
        rule_set: "revised".to_owned(),
        component: Hash::of(new).0.to_vec().into(),
        validate_only: false,
        request_id: fresh_request(),
        because: "the board agreed on the new version".to_owned(),
    };
    one.client.rule_sets.clone().upgrade_rule_set(upgrade).await.unwrap();
    system.settled(&incident).await;
    let later = system.does(&incident, [fire(Answer::No)]).await;
    system.settled(&incident).await;
    house.close().await;

    // After a restart, when nothing of it is in memory.
    let house = home.open().await;
    let system = house.client(COUNCIL).await;
    let smoke = of_key(&system, &incident, "smoke").await;
    assert_eq!(smoke.state(), v1::ProposalState::Withdrawn);
    let why = explained(&system, &incident, smoke.number).await;
    let digest = |component: &[u8]| Hash::of(component).0.to_vec();
    assert_eq!(why.pin.as_ref().unwrap().component.to_vec(), digest(old), "the version that stated it");
    assert_eq!(why.pin.as_ref().unwrap().version, "0.1.0");
    let looked = why.looked.unwrap();
    assert_eq!((looked.component.to_vec(), looked.settings.to_vec()), (digest(old), digest(b"")));
    assert!(looked.seq > 0 && looked.seq < answered);
    assert_eq!(looked.engine, muster_rules::ENGINE);
    assert_eq!(why.cites[0].clause, "S7");
    assert_eq!(why.facts.len(), 0, "nothing was answered when it was stated");
    assert_eq!(why.history.len(), 2, "given and withdrawn: {:?}", why.history);

    // Superseded: as it stands now it is of the newer version, and all that stated it is there.
    let finding = of_key(&system, &incident, "fire").await;
    let why = explained(&system, &incident, finding.number).await;
    assert_eq!(why.pin.unwrap().component.to_vec(), digest(new));
    let read: Vec<(String, u64)> = why.facts.iter().map(|fact| (fact.key.clone(), fact.entry)).collect();
    assert_eq!(read, [("fire".to_owned(), later)]);
    assert_eq!(why.history.len(), 3, "unknown, yes, no: {:?}", why.history);

    // Declined: put to people again by the revision, and the history says so.
    let visit = explained(&system, &incident, visit).await;
    let places: Vec<u64> = visit.history.iter().map(|entry| entry.seq).collect();
    assert!(places.len() == 3 && places[1] == declined, "{places:?}");
    house.close().await;
}
