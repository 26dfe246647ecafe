//! What an exercise takes along from what is live, what it leaves there, and what is refused in each.

use muster_record::installing::Hands;

use super::*;
use crate::{installing, people, register};

#[tokio::test(flavor = "multi_thread")]
async fn an_exercise_is_refused_among_what_is_live_with_the_way_to_start_one() {
    let mut home = Home::with(shipped(&[]));
    home.config.rehearsals_among_live = false;
    let house = home.open().await;
    let council = house.client(COUNCIL).await;
    let open = |exercise: bool| {
        let opened = v1::Opening { exercise, ..opening("Rosebank House", IncidentKind::ProviderFailure) };
        v1::OpenIncidentRequest { options: Some(options()), opening: Some(opened) }
    };
    let refused = council.client.incidents.clone().open_incident(open(true)).await.unwrap_err();
    assert_eq!(refused.code(), Code::FailedPrecondition);
    assert!(refused.message().contains("muster exercise start"), "{}", refused.message());
    assert_eq!(why(Err::<(), _>(refused)), "EXERCISE_MISMATCH");
    let none = council.client.incidents.clone().list_incidents(v1::ListIncidentsRequest::default()).await.unwrap();
    assert!(none.into_inner().incidents.is_empty(), "nothing was written");
    // The same is opened live, and in an exercise its mark is what is asked for.
    council.client.incidents.clone().open_incident(open(false)).await.unwrap();
    let started = council.starts(From::Script(SHORT.to_owned()), &[], 60).await.unwrap();
    let inside = council.inside(&started.exercise_id);
    inside.client.incidents.clone().open_incident(open(true)).await.unwrap();
    assert_eq!(why(inside.client.incidents.clone().open_incident(open(false)).await), "EXERCISE_MISMATCH");
    house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_register_is_taken_along_as_it_stood_at_the_start_also_into_a_fork() {
    let home = Home::with(shipped(&[]));
    let house = home.open().await;
    let council = register::stocked(&house, &home).await;
    let known = register::all(&council).await;
    assert_eq!(known.len(), 5);
    let started = council.starts(From::Script(SHORT.to_owned()), &[], 60).await.unwrap();
    minutes_pass(&house, 1).await;
    assert_eq!(register::all(&council.inside(&started.exercise_id)).await, known);
    let fork = council.forks(&started.exercise_id, None).await.unwrap();
    assert_eq!(register::all(&council.inside(&fork.exercise_id)).await, known);
    house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_agencys_own_rule_sets_and_settings_are_taken_along_as_they_stood_at_the_start() {
    let (mut home, idp, _) = installing::home();
    home.config.installing = Hands::One;
    home.config.rule_sets = shipped(&["emergency-closure"]);
    let house = home.open().await;
    let council = house.client(COUNCIL).await;
    let one = installing::operator(&house, &home, COUNCIL, &idp, "one").await;
    one.proposes(&installing::component()).await.unwrap();
    let settings = |weeks: u32| v1::ChangeSettingsRequest {
        rule_set: "emergency-closure".to_owned(),
        settings_json: format!("{{\"wellbeing_from_weeks\":3,\"wellbeing_to_weeks\":{weeks}}}"),
        because: "the board asked for it".to_owned(),
        request_id: fresh_request(),
        validate_only: false,
    };
    council.client.rule_sets.clone().change_settings(settings(5)).await.unwrap();
    let started = council.starts(From::Script(SHORT.to_owned()), &[], 60).await.unwrap();
    // A script that names its rule sets is played with those.
    let named = SHORT.replace("start 2024", "rule sets emergency-closure\nstart 2024");
    let without = council.starts(From::Script(named), &[], 60).await.unwrap();
    // What changes from now on is not theirs.
    council.client.rule_sets.clone().change_settings(settings(7)).await.unwrap();

    let inside = council.inside(&started.exercise_id);
    assert_eq!(inside.told_of().await, ["emergency-closure", "stakeholder-matrix"]);
    assert_eq!(council.inside(&without.exercise_id).told_of().await, ["emergency-closure"]);
    let get = v1::GetSettingsRequest { rule_set: "emergency-closure".to_owned() };
    let told = inside.client.rule_sets.clone().get_settings(get).await.unwrap().into_inner();
    assert!(told.settings_json.contains("\"wellbeing_to_weeks\":5"), "{}", told.settings_json);
    minutes_pass(&house, 1).await;
    let incident = incident_of(&council, &started.exercise_id).await;
    inside.settled(&incident).await;
    let advised = format!("{:?}", inside.reads(&incident).await);
    assert!(advised.contains("stakeholder-matrix"), "the agency's own rule set is in use there");
    house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_exercise_from_which_something_was_erased_is_not_forked() {
    let home = Home::with(shipped(&[]));
    let house = home.open().await;
    let council = house.client(COUNCIL).await;
    let started = council.starts(From::Script(SHORT.to_owned()), &[COUNCIL], 60).await.unwrap();
    let id = started.exercise_id.as_str();
    minutes_pass(&house, 1).await;
    let incident = incident_of(&council, id).await;
    let inside = council.inside(id);
    inside.does(&incident, [people::registered()]).await;
    council.forks(id, None).await.unwrap();
    let everything = v1::ErasureExtent::Everything.into();
    inside.erases(v1::EraseIdentityRequest { extent: everything, ..people::erase(&incident, 1) }).await.unwrap();
    minutes_pass(&house, 1).await;
    let folders = || std::fs::read_dir(home.path("muster-exercises")).unwrap().count();
    let before = folders();
    assert_eq!(why(council.forks(id, None).await), "EXERCISE_NOT_FORKED");
    assert_eq!(folders(), before, "half a copy is not left behind");
    house.close().await;
}
