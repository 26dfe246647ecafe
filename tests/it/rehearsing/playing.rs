//! Scripts are played beside people, at any pace, and scored by the record.

use expect_test::expect_file;
use muster_record::ids::ActionNo;
use muster_record::incident::{actions, participants};

use super::*;

/// The closure, played at a thousand times with the health commissioner played by a client that joins and accepts its
/// actions: the score.
async fn closure() -> String {
    let home = Home::with(muster::config::RuleSetsConfig::default());
    let house = home.open().await;
    let (council, icb) = (house.client(COUNCIL).await, house.client(ICB).await);
    let closure = From::Scenario("home-closes-in-72-hours".to_owned());
    let started = council.starts(closure, &[ICB], 1_000).await.unwrap();
    let id = started.exercise_id.as_str();
    let icb = icb.inside(id);
    // A thousand times as fast: a minute is sixteen hours and forty minutes. The moments at which the health
    // commissioner acts are its own.
    minutes_pass_seconds(&house, 1).await;
    let incident = incident_of(&council, id).await;
    icb.does(&incident, [participants::Command::Join.into()]).await;
    for _ in 0..4 {
        minutes_pass_seconds(&house, 1).await;
    }
    let mine = |action: u32| Command::from(actions::Command::Accept { action: ActionNo(action) });
    for number in 1..=12 {
        // Not every action is the health commissioner's: what is not is refused and leaves no trace.
        drop(icb.appends(request(&incident, options(), [mine(number)])).await);
    }
    for _ in 0..80 {
        minutes_pass(&house, 1).await;
    }
    let score = council.scores(id).await.unwrap().text;
    house.close().await;
    score
}

async fn minutes_pass_seconds(house: &House<'_>, seconds: i64) {
    house.later(chrono::TimeDelta::seconds(seconds));
    soon(house.serving.exercises().tick()).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_closure_at_a_thousand_times_with_one_live_client_has_the_same_score_twice() {
    let (once, again) = (closure().await, closure().await);
    assert_eq!(once, again);
    let golden = concat!(env!("CARGO_MANIFEST_DIR"), "/it/rehearsing/closure.score");
    expect_file![golden].assert_eq(&once);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_agency_that_people_play_is_told_its_turn_and_what_waits_for_it_goes_on_after_it() {
    let home = Home::with(shipped(&[]));
    let house = home.open().await;
    let (council, icb) = (house.client(COUNCIL).await, house.client(ICB).await);
    let started = council.starts(From::Script(SHORT.to_owned()), &[COUNCIL, ICB], 60).await.unwrap();
    let id = started.exercise_id.as_str();
    minutes_pass(&house, 1).await;
    let incident = incident_of(&council, id).await;
    // The incident is opened for the council; the rest it is asked to do. The regulator cannot join before.
    let steps = told(&council, id).await;
    assert!(steps[0].starts_with("done at 09:00 council opens"), "{steps:#?}");
    assert!(steps[1].starts_with("turn council takes office"), "{steps:#?}");
    assert!(steps.iter().any(|step| step.starts_with("held at 09:20 cqc joins")), "{steps:#?}");
    let own = icb.shown(id).await.unwrap();
    assert!(own.played.iter().all(|step| step.agency == ICB && step.became == "turn") && own.next.is_none());

    let invite =
        [CQC, ICB].map(|other| crate::participant::invite(other, muster_record::agency::Interest::Operational));
    council.inside(id).does(&incident, invite).await;
    icb.inside(id).does(&incident, [participants::Command::Join.into()]).await;
    minutes_pass(&house, 1).await;
    let steps = told(&council, id).await;
    assert!(steps.iter().any(|step| step.starts_with("done at 09:20 cqc joins")), "{steps:#?}");
    assert!(steps.iter().any(|step| step.starts_with("taken at 09:10 icb joins")), "{steps:#?}");
    minutes_pass(&house, 10).await;
    let score = council.scores(id).await.unwrap();
    assert!(score.turns_taken >= 2 && score.turns > score.turns_taken, "{}", score.text);
    assert!(score.text.contains("qwu's turn, taken after") && score.text.contains("e08000026's turn, not taken"));
    house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn as_fast_as_it_goes_plays_to_the_end_or_to_somebodys_turn_and_every_clock_counts() {
    let home = Home::with(shipped(&[]));
    let house = home.open().await;
    let (council, icb) = (house.client(COUNCIL).await, house.client(ICB).await);
    let alone = council.starts(From::Script(SHORT.to_owned()), &[], 0).await.unwrap();
    let with = council.starts(From::Script(SHORT.to_owned()), &[ICB], 0).await.unwrap();
    minutes_pass(&house, 0).await;
    let played = council.shown(&alone.exercise_id).await.unwrap().exercise.unwrap();
    assert_eq!((played.steps_played, played.state.as_str()), (played.steps, "paused"));
    let score = council.scores(&alone.exercise_id).await.unwrap();
    assert_eq!((score.in_time, score.late, score.missed), (1, 0, 0), "{}", score.text);

    let id = with.exercise_id.as_str();
    let waits = council.shown(id).await.unwrap();
    assert_eq!(waits.played.last().unwrap().became, "turn");
    let incident = incident_of(&council, id).await;
    icb.inside(id).does(&incident, [participants::Command::Join.into()]).await;
    minutes_pass(&house, 0).await;
    let waits = told(&council, id).await;
    assert!(waits.last().unwrap().starts_with("turn at 10:00 icb accepts A1"), "{waits:#?}");
    // It takes its time: the action is done late, and the score says so.
    let request = v1::SetPaceRequest { exercise_id: id.to_owned(), pace: 600 };
    council.client.exercises.clone().set_pace(request).await.unwrap();
    minutes_pass(&house, 1).await;
    let done = actions::Command::Complete { action: ActionNo(1), note: "counted twice".to_owned() };
    icb.inside(id).does(&incident, [done.into()]).await;
    let score = council.scores(id).await.unwrap();
    assert_eq!((score.in_time, score.late), (0, 1), "{}", score.text);
    house.close().await;
}
