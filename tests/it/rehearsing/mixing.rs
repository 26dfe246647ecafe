//! What is live and what is an exercise never meet.

use super::*;

#[tokio::test(flavor = "multi_thread")]
async fn an_incident_is_refused_by_reason_where_it_does_not_stand() {
    let home = Home::with(shipped(&[]));
    let house = home.open().await;
    let council = house.client(COUNCIL).await;
    let live = council.opens("Live home", IncidentKind::ProviderFailure).await;
    let started = council.starts(From::Script(SHORT.to_owned()), &[], 60).await.unwrap();
    minutes_pass(&house, 1).await;
    let rehearsed = incident_of(&council, &started.exercise_id).await;
    let inside = council.inside(&started.exercise_id);

    for (who, elsewhere) in [(&inside, &live), (&council, &rehearsed)] {
        let get = v1::GetIncidentRequest { incident_id: elsewhere.clone(), wait_for_advice: false };
        assert_eq!(why(who.client.incidents.clone().get_incident(get).await), "NOT_IN_THIS_EXERCISE");
        let read = v1::ReadRequest { incident_id: elsewhere.clone(), after_seq: 0, limit: 10 };
        assert_eq!(why(who.client.records.clone().read(read).await), "NOT_IN_THIS_EXERCISE");
        assert_eq!(why(who.appends(request(elsewhere, options(), [note("?")])).await), "NOT_IN_THIS_EXERCISE");
        assert_eq!(why(who.watches(crate::participant::watch_one(elsewhere)).await), "NOT_IN_THIS_EXERCISE");
    }
    // Nor is either linked to the other.
    let link = |to: &str| {
        let link =
            Link { incident: to.parse().unwrap(), relation: Relation::SameProvider, authority: None, brand: None };
        Command::from(lifecycle::Command::Link(link))
    };
    assert_eq!(why(inside.appends(request(&rehearsed, options(), [link(&live)])).await), "NOT_IN_THIS_EXERCISE");
    assert_eq!(why(council.appends(request(&live, options(), [link(&rehearsed)])).await), "NOT_IN_THIS_EXERCISE");
    // What is live is not opened in an exercise.
    let mut opened = opening("Live by mistake", IncidentKind::ProviderFailure);
    opened.exercise = false;
    let open = v1::OpenIncidentRequest { options: Some(options()), opening: Some(opened) };
    assert_eq!(why(inside.client.incidents.clone().open_incident(open).await), "EXERCISE_MISMATCH");
    // Each lists its own alone, and marks it in every entry.
    let listed = |who: &Participant| {
        let mut incidents = who.client.incidents.clone();
        async move { incidents.list_incidents(v1::ListIncidentsRequest::default()).await.unwrap().into_inner().incidents }
    };
    let ids = |listed: &[v1::IncidentSummary]| listed.iter().map(|one| one.incident_id.clone()).collect::<Vec<_>>();
    assert_eq!(ids(&listed(&council).await), std::slice::from_ref(&live));
    assert_eq!(ids(&listed(&inside).await), std::slice::from_ref(&rehearsed));
    assert!(inside.reads(&rehearsed).await.iter().all(|entry| entry.exercise));
    house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn who_has_no_part_learns_neither_of_the_exercise_nor_of_its_incidents() {
    let home = Home::with(shipped(&[]));
    let house = home.open().await;
    let (council, region) = (house.client(COUNCIL).await, house.client(REGION).await);
    let started = council.starts(From::Script(SHORT.to_owned()), &[], 60).await.unwrap();
    minutes_pass(&house, 1).await;
    let id = started.exercise_id.as_str();
    let incident = incident_of(&council, id).await;
    assert_eq!(why(region.shown(id).await), "EXERCISE_NOT_FOUND");
    assert_eq!(why(region.shown("0123456789abcdef").await), "EXERCISE_NOT_FOUND");
    let get = || v1::GetIncidentRequest { incident_id: incident.clone(), wait_for_advice: false };
    assert_eq!(why(region.inside(id).client.incidents.clone().get_incident(get()).await), "EXERCISE_NOT_FOUND");
    assert_eq!(why(region.client.incidents.clone().get_incident(get()).await), "NOT_PERMITTED");
    let listed = region.client.exercises.clone().list_exercises(v1::ListExercisesRequest {}).await.unwrap();
    assert!(listed.into_inner().exercises.is_empty());
    // An agency of the script sees the exercise, its own turns, and nothing of the script.
    let cqc = house.client(CQC).await;
    let shown = cqc.shown(id).await.unwrap();
    assert!(shown.next.is_none() && shown.played.is_empty());
    assert_eq!(why(cqc.pauses(id).await), "NOT_YOUR_EXERCISE");
    assert_eq!(why(cqc.scores(id).await), "NOT_YOUR_EXERCISE");
    council.ends_exercise(id).await.unwrap();
    assert!(cqc.scores(id).await.unwrap().text.starts_with("EXERCISE - SCORE"));
    house.close().await;
}
