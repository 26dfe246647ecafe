//! Exercises are started within bounds, paused, forked, put on with more, and found again.

use super::*;

fn moment(exercise: &v1::Exercise) -> String {
    muster_proto::time::tell(exercise.moment.as_ref())
}

#[tokio::test(flavor = "multi_thread")]
async fn while_it_is_paused_no_entry_is_written_and_no_clock_moves() {
    let home = Home::with(shipped(&["temporary-duty"]));
    let house = home.open().await;
    let (council, icb) = (house.client(COUNCIL).await, house.client(ICB).await);
    let started = council.starts(From::Script(SHORT.to_owned()), &[ICB], 60).await.unwrap();
    let id = started.exercise_id.as_str();
    minutes_pass(&house, 1).await;
    let paused = council.pauses(id).await.unwrap();
    assert_eq!(paused.state, "paused");
    assert_eq!(why(council.pauses(id).await), "EXERCISE_PAUSED");
    let incident = incident_of(&council, id).await;
    let before = council.inside(id).reads(&incident).await;

    minutes_pass(&house, 600).await;
    assert_eq!(why(icb.inside(id).appends(request(&incident, options(), [note("?")])).await), "EXERCISE_PAUSED");
    assert_eq!(council.inside(id).reads(&incident).await, before);
    assert_eq!(moment(&council.shown(id).await.unwrap().exercise.unwrap()), moment(&paused));

    // It goes on from where it stood: the ten hours are not made up for.
    let resumed = council.resumes(id).await.unwrap();
    assert_eq!(moment(&resumed), moment(&paused));
    assert_eq!(why(council.resumes(id).await), "EXERCISE_RUNNING");
    minutes_pass(&house, 1).await;
    let on = council.shown(id).await.unwrap().exercise.unwrap();
    let minutes = |exercise: &v1::Exercise| exercise.moment.unwrap().seconds / 60;
    assert_eq!(minutes(&on) - minutes(&paused), 60);
    house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_fork_goes_on_from_its_point_and_leaves_the_other_alone() {
    let home = Home::with(shipped(&["temporary-duty"]));
    let house = home.open().await;
    let council = house.client(COUNCIL).await;
    let started = council.starts(From::Script(SHORT.to_owned()), &[], 60).await.unwrap();
    let id = started.exercise_id.as_str();
    minutes_pass(&house, 3).await;
    let incident = incident_of(&council, id).await;
    let all = council.inside(id).reads(&incident).await;
    council.pauses(id).await.unwrap();

    let fork = council.forks(id, Some("2024-03-04T10:30:00Z")).await.unwrap();
    assert_eq!((fork.state.as_str(), fork.forked_from.as_str()), ("paused", id));
    let other = fork.exercise_id.as_str();
    let begun = council.inside(other).reads(&incident).await;
    let until = all.iter().take_while(|entry| entry.recorded_at.unwrap().seconds <= 1_709_548_200).count();
    assert!(until < all.len() && until > 5);
    let hashes = |entries: &[v1::Entry]| entries.iter().map(|entry| entry.hash.clone()).collect::<Vec<_>>();
    assert_eq!(hashes(&begun), hashes(&all[..until]));

    // What is put into the fork and played there is not in the other.
    council.injects(other, "at +5m cqc notes \"only in the fork\"").await.unwrap();
    council.resumes(other).await.unwrap();
    minutes_pass(&house, 4).await;
    let told = |entries: &[v1::Entry]| format!("{entries:?}").contains("only in the fork");
    let forked = council.inside(other).reads(&incident).await;
    assert!(told(&forked) && forked.len() > begun.len());
    assert_eq!(council.inside(id).reads(&incident).await, all);
    let bad = council.forks(id, Some("2024-03-09T10:30:00Z")).await.unwrap_err();
    assert_eq!(bad.code(), Code::InvalidArgument);
    house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn after_a_restart_it_is_found_paused_where_it_stood_and_goes_on_to_its_end() {
    let home = Home::with(shipped(&["temporary-duty"]));
    let house = home.open().await;
    let council = house.client(COUNCIL).await;
    let started = council.starts(From::Script(SHORT.to_owned()), &[], 60).await.unwrap();
    let id = started.exercise_id.clone();
    minutes_pass(&house, 1).await;
    let before = council.shown(&id).await.unwrap().exercise.unwrap();
    let incident = incident_of(&council, &id).await;
    let entries = council.inside(&id).reads(&incident).await;
    house.close().await;

    let house = home.open().await;
    let council = house.client(COUNCIL).await;
    let found = council.shown(&id).await.unwrap().exercise.unwrap();
    assert_eq!((found.state.as_str(), moment(&found)), ("paused", moment(&before)));
    // Live knows of it before anybody has asked for it.
    let get = v1::GetIncidentRequest { incident_id: incident.clone(), wait_for_advice: false };
    assert_eq!(why(council.client.incidents.clone().get_incident(get).await), "NOT_IN_THIS_EXERCISE");
    assert_eq!(council.inside(&id).reads(&incident).await, entries);
    council.resumes(&id).await.unwrap();
    minutes_pass(&house, 5).await;
    let done = council.shown(&id).await.unwrap().exercise.unwrap();
    assert_eq!(done.steps_played, done.steps);

    let ended = council.ends(&id).await.unwrap();
    assert_eq!(ended.state, "ended");
    assert_eq!(why(council.resumes(&id).await), "EXERCISE_ENDED");
    let inside = council.inside(&id);
    assert_eq!(why(inside.appends(request(&incident, options(), [note("?")])).await), "EXERCISE_ENDED");
    assert!(inside.reads(&incident).await.len() > entries.len(), "it is kept, and can be read");
    house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_cannot_be_played_is_told_at_once_and_no_more_run_than_may() {
    let home = Home::with(shipped(&[]));
    let house = home.open().await;
    let council = house.client(COUNCIL).await;
    let wrong =
        SHORT.replace("at 09:10  icb      joins", "at 09:10  icb      jions").replace("takes office", "takes ofice");
    let refused = council.starts(From::Script(wrong), &[], 1).await.unwrap_err();
    let told = muster::client::told(&refused);
    assert!(told.contains("jions") && told.contains("ofice") && told.contains("line 12"), "{told}");
    let scenario = |name: &str| From::Scenario(name.to_owned());
    assert_eq!(why(council.starts(scenario("nothing"), &[], 1).await), "SCENARIO_NOT_FOUND");
    let script = || From::Script(SHORT.to_owned());
    assert_eq!(why(council.starts(script(), &[REGION], 1).await), "EXERCISE_PLAYER_UNKNOWN");
    assert_eq!(why(council.starts(script(), &[], 1_001).await), "INVALID_FIELD");
    let generated = v1::GeneratedScript {
        service: "nursing".to_owned(),
        failure: "emergency".to_owned(),
        people: 12,
        funding: "mixed".to_owned(),
        hour: 2,
        seed: 7,
    };
    let first = council.starts(From::Generated(generated), &[], 0).await.unwrap();
    let lines = council.injects(&first.exercise_id, "at +5m cqc says nothing").await.unwrap_err();
    assert!(muster::client::told(&lines).contains("lines[line 1]"), "{}", muster::client::told(&lines));
    for _ in 0..2 {
        council.starts(script(), &[], 1).await.unwrap();
    }
    assert_eq!(why(council.starts(script(), &[], 1).await), "TOO_MANY_EXERCISES");
    council.ends(&first.exercise_id).await.unwrap();
    council.starts(script(), &[], 1).await.unwrap();
    // The same request starts one.
    let request = || v1::StartExerciseRequest {
        request_id: "once".to_owned(),
        from: Some(script()),
        players: Vec::new(),
        pace: 1,
    };
    let icb = house.client(ICB).await;
    let started =
        |answer: tonic::Response<v1::StartExerciseResponse>| answer.into_inner().exercise.unwrap().exercise_id;
    let once = started(icb.client.exercises.clone().start_exercise(request()).await.unwrap());
    assert_eq!(started(icb.client.exercises.clone().start_exercise(request()).await.unwrap()), once);
    house.close().await;
}
