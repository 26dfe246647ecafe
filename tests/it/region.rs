//! The region: opened from a proposal, gathered with the members' consent, seen live and in counts only.

use muster_proto::v1;
use muster_record::Command;
use muster_record::advice::Answer;
use muster_record::agency::{Interest, Office};
use muster_record::incident::lifecycle::{Link, Relation};
use muster_record::incident::{actions, answers, lifecycle, participants, people};
use muster_record::situation::{CareStatus, FactValue, IncidentKind};
use prost::Message as _;
use tonic::{Code, Status};

use crate::home::{COUNCIL, CQC, Home, House, REGION, shipped, soon};
use crate::participant::{Participant, invite, opening, options, refused};

pub(crate) const SOLIHULL: &str = "e08000029";

/// A failure that the council leads and the region works, in which the region's offices are taken.
pub(crate) async fn at_the_table(house: &House<'_>) -> (Participant, Participant, String) {
    let (council, region) = (house.client(COUNCIL).await, house.client(REGION).await);
    let incident = council.opens("Careful Hands of Mrs Smith", IncidentKind::ProviderFailure).await;
    council.seats(&region, &incident).await;
    region.does(&incident, [participants::Command::TakeOffice { office: Office::DassLead }.into()]).await;
    (council, region, incident)
}

pub(crate) fn more_than_one_authority() -> Command {
    let key = "region/more-than-one-authority".to_owned();
    let value = FactValue::Answer(Answer::Yes);
    answers::Command::Answer { key, value, source: "the provider".to_owned() }.into()
}

pub(crate) async fn proposal(by: &Participant, incident: &str) -> u32 {
    by.settled(incident).await;
    let proposals = by.proposals(incident).await;
    let regional = |proposal: &&v1::Proposal| {
        let item = proposal.item.as_ref().and_then(|advised| advised.item.as_ref());
        matches!(item, Some(v1::advice_item::Item::RegionalIncident(_)))
    };
    proposals.iter().find(regional).unwrap().number
}

pub(crate) fn to_open(incident: &str, proposal: u32, office: Office) -> v1::OpenRegionalIncidentRequest {
    let office = muster::client::office(Some(office));
    let options = Some(v1::WriteOptions { office, ..options() });
    v1::OpenRegionalIncidentRequest { options, incident_id: incident.to_owned(), proposal }
}

impl Participant {
    pub(crate) async fn opens_regional(
        &self,
        request: v1::OpenRegionalIncidentRequest,
    ) -> Result<v1::OpenRegionalIncidentResponse, Status> {
        Ok(self.client.regions.clone().open_regional_incident(request).await?.into_inner())
    }

    pub(crate) async fn adds(&self, region: &str, incident: &str) -> Result<v1::AddMemberResponse, Status> {
        let request = v1::AddMemberRequest {
            options: Some(options()),
            regional_incident_id: region.to_owned(),
            incident_id: incident.to_owned(),
        };
        Ok(self.client.regions.clone().add_member(request).await?.into_inner())
    }

    async fn picture(&self, region: &str) -> Result<v1::RegionalPicture, Status> {
        let request = v1::GetRegionRequest { regional_incident_id: region.to_owned() };
        Ok(self.client.regions.clone().get_region(request).await?.into_inner().picture.unwrap())
    }

    pub(crate) async fn registers(&self, incident: &str, people: usize) {
        let details: people::Details = serde_json::from_value(serde_json::json!({
            "service": "rosebank-house", "funder": "council-full", "placed_by": null, "mobility": "walks",
            "needs": [], "needs_known": "yes", "stays_with": [],
        }))
        .unwrap();
        let commands = (0..people).map(|_| people::Command::Register { details: details.clone() }.into());
        self.does(incident, commands.collect::<Vec<Command>>()).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_dass_lead_opens_the_regional_incident_from_the_proposal_and_both_records_say_so() {
    let home = Home::with(shipped(&["regional-escalation"]));
    let house = home.open().await;
    let (council, region, incident) = at_the_table(&house).await;
    council.does(&incident, [more_than_one_authority()]).await;
    let number = proposal(&council, &incident).await;

    // Only for one of the three offices, and only for whoever holds it.
    let by_the_council = council.opens_regional(to_open(&incident, number, Office::DassLead)).await;
    refused(by_the_council, Code::PermissionDenied, "NOT_YOUR_OFFICE");
    let no_such = region.opens_regional(to_open(&incident, 999, Office::DassLead)).await;
    refused(no_such, Code::NotFound, "RESOURCE_NOT_FOUND");
    assert_eq!(council.proposals(&incident).await.iter().filter(|found| found.number == number).count(), 1);

    let request = to_open(&incident, number, Office::DassLead);
    let opened = region.opens_regional(request.clone()).await.unwrap();
    // Asked again, as after a broken connection, it is the same incident, and nothing is written twice.
    let last = council.reads(&incident).await.len();
    let again = region.opens_regional(request).await.unwrap();
    assert_eq!(again.regional_incident_id, opened.regional_incident_id);
    assert!(again.local.unwrap().replayed && again.regional.unwrap().replayed);
    council.settled(&incident).await;
    let links = |entries: &[v1::Entry]| {
        let linked = entries.iter().filter_map(|entry| match &entry.body {
            Some(v1::entry::Body::IncidentLinked(link)) => Some((link.incident_id.clone(), link.relation)),
            _ => None,
        });
        linked.collect::<Vec<_>>()
    };
    assert!(council.reads(&incident).await.len() >= last);
    let of_local = links(&council.reads(&incident).await);
    assert_eq!(of_local, [(opened.regional_incident_id.clone(), v1::Relation::MemberOf.into())]);
    let of_region = links(&region.reads(&opened.regional_incident_id).await);
    assert_eq!(of_region, [(incident.clone(), v1::Relation::Member.into())]);

    let picture = region.picture(&opened.regional_incident_id).await.unwrap();
    assert_eq!((picture.members.len(), picture.unconfirmed), (1, 0));
    // Whoever has no seat in it learns nothing, and a local incident has no picture.
    let outside = house.client(CQC).await.picture(&opened.regional_incident_id).await;
    refused(outside, Code::PermissionDenied, "NOT_PERMITTED");
    refused(region.picture(&incident).await, Code::NotFound, "RESOURCE_NOT_FOUND");
    house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_incident_counts_once_its_own_record_says_that_it_is_a_member() {
    let home = Home::with(shipped(&["regional-escalation"]));
    let house = home.open().await;
    let (council, region, incident) = at_the_table(&house).await;
    council.does(&incident, [more_than_one_authority()]).await;
    let number = proposal(&council, &incident).await;
    let opened = region.opens_regional(to_open(&incident, number, Office::DassLead)).await.unwrap();
    let regional = opened.regional_incident_id;

    // The region has no seat in Solihull's incident.
    let solihull = house.client(SOLIHULL).await;
    let other = solihull.opens("Careful Hands, Solihull", IncidentKind::ProviderFailure).await;
    solihull.registers(&other, 30).await;
    let added = region.adds(&regional, &other).await.unwrap();
    assert!(!added.confirmed && added.local.is_none());
    let picture = region.picture(&regional).await.unwrap();
    assert_eq!((picture.members.len(), picture.unconfirmed), (1, 1));

    let incident = regional.parse().unwrap();
    let link = Link { incident, relation: Relation::MemberOf, authority: None, brand: None };
    solihull.does(&other, [lifecycle::Command::Link(link).into()]).await;
    let picture = region.picture(&regional).await.unwrap();
    assert_eq!((picture.members.len(), picture.unconfirmed), (2, 0));
    assert_eq!(picture.counts.unwrap().people, Some(v1::PeopleCount { at_least: 28, at_most: 32 }));
    // A second time is told as what it is.
    refused(region.adds(&regional, &other).await, Code::FailedPrecondition, "ALREADY_LINKED");
    house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_rehearsal_and_a_real_incident_are_not_put_together() {
    let home = Home::with(shipped(&["regional-escalation"]));
    let house = home.open().await;
    let (council, region, incident) = at_the_table(&house).await;
    council.does(&incident, [more_than_one_authority()]).await;
    let number = proposal(&council, &incident).await;
    let opened = region.opens_regional(to_open(&incident, number, Office::DassLead)).await.unwrap();

    let real = v1::Opening { exercise: false, ..opening("Real", IncidentKind::ProviderFailure) };
    let request = v1::OpenIncidentRequest { options: Some(options()), opening: Some(real) };
    let real = council.client.incidents.clone().open_incident(request).await.unwrap().into_inner().incident_id;
    council.seats(&region, &real).await;
    let mixed = region.adds(&opened.regional_incident_id, &real).await;
    refused(mixed, Code::FailedPrecondition, "EXERCISE_MISMATCH");
    house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_picture_comes_live_and_holds_nothing_that_anybody_wrote() {
    let home = Home::with(shipped(&["regional-escalation", "temporary-duty"]));
    let house = home.open().await;
    let (council, region, incident) = at_the_table(&house).await;
    council.does(&incident, [more_than_one_authority()]).await;
    let number = proposal(&council, &incident).await;
    let opened = region.opens_regional(to_open(&incident, number, Office::DassLead)).await.unwrap();
    let regional = opened.regional_incident_id;

    let request = v1::WatchRegionRequest { regional_incident_id: regional.clone() };
    let mut live = region.client.regions.clone().watch_region(request).await.unwrap().into_inner();
    let mut next = async || soon(live.message()).await.unwrap().unwrap().picture.unwrap();
    let first = next().await;
    assert_eq!(first.counts.unwrap().people, Some(v1::PeopleCount { at_least: 0, at_most: 0 }));

    council.registers(&incident, 12).await;
    let title = "Ring Mrs Smith's daughter".to_owned();
    let owner = COUNCIL.parse().unwrap();
    council.does(&incident, [actions::Command::Raise { title, owner, due: None }.into()]).await;
    let place = Some("with Mrs Smith's daughter".to_owned());
    let moved = |number| people::Command::SetStatus {
        person: muster_record::ids::PersonNo(number),
        to: CareStatus::Moved,
        place: place.clone(),
    };
    council.does(&incident, [moved(1).into(), moved(2).into(), moved(3).into()]).await;
    let few = Some(v1::PeopleCount { at_least: 1, at_most: 4 });
    let picture = loop {
        let picture = next().await;
        if picture.counts.as_ref().unwrap().moved == few {
            break picture;
        }
    };
    assert_eq!(picture.counts.as_ref().unwrap().people, Some(v1::PeopleCount { at_least: 8, at_most: 12 }));
    let bytes = String::from_utf8_lossy(&picture.encode_to_vec()).into_owned();
    for written in ["Smith", "Careful", "daughter", "rosebank"] {
        assert!(!bytes.contains(written), "{written} is in the picture");
    }

    // A clock moved by an hour shows without anything being written, and a seat taken away ends the watch.
    let cqc = house.client(CQC).await;
    region.does(&regional, [invite(CQC, Interest::Oversight)]).await;
    cqc.does(&regional, [participants::Command::Join.into()]).await;
    let request = v1::WatchRegionRequest { regional_incident_id: regional.clone() };
    let mut watched = cqc.client.regions.clone().watch_region(request).await.unwrap().into_inner();
    assert!(soon(watched.message()).await.unwrap().is_some());
    cqc.does(&regional, [participants::Command::Leave { reason: "not needed".to_owned() }.into()]).await;
    let ended = loop {
        match soon(watched.message()).await {
            Ok(Some(_)) => (),
            Ok(None) => panic!("the watch ended without a word"),
            Err(status) => break status,
        }
    };
    refused::<()>(Err(ended), Code::PermissionDenied, "NOT_PERMITTED");
    house.close().await;
}
