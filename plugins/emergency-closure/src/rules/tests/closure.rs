use expect_test::expect;
use muster_rule_sdk::testing::told;
use muster_rule_sdk::{Choice, Issue};

use super::*;

#[test]
fn a_day_centre_is_not_covered() {
    let day_centre = service(1, ServiceKind::DayService);
    let advice = advise(Story::of_an_emergency_closure().of_services([day_centre]));
    expect![[r#"
        finding      service-1/covered              no: The emergency closure protocol is for this service
    "#]]
    .assert_eq(&told(&advice));
}

#[test]
fn while_no_service_is_recorded_the_steps_for_every_kind_stand() {
    let story = Story::of_an_emergency_closure().of_services([]);
    assert_eq!(finding(story.clone(), "closure/covered").verdict, Answer::Unknown);
    assert!(find(story.clone(), "E04").is_some());
    assert_eq!(find(story, "E07/council"), None);
}

#[test]
fn when_care_stops_is_asked_until_it_is_known() {
    let story = Story::of_an_emergency_closure();
    let fact = "closure/expected-care-stops".to_owned();
    assert!(!asked(story.clone()).contains(&fact));
    assert!(asked(story.care_stops(None)).contains(&fact));
}

#[test]
fn council_staff_go_in_only_by_agreement_or_contract() {
    let story = Story::of_an_emergency_closure();
    assert_eq!(finding(story.clone(), "closure/step-in").verdict, Answer::Unknown);
    assert!(asked(story.clone()).contains(&"closure/step-in-agreed".to_owned()));
    let agreed = story.answered("closure/step-in-agreed", Answer::Yes);
    assert_eq!(finding(agreed.clone(), "closure/step-in").verdict, Answer::Yes);
    assert!(!asked(agreed).contains(&"closure/step-in-agreed".to_owned()));
}

#[test]
fn nobody_moves_at_night_until_it_is_approved() {
    let story = Story::of_an_emergency_closure();
    assert_eq!(gate_of(story.clone(), "gate/night-move"), Answer::Unknown);
    assert_eq!(gate_of(story.clone().answered("night-move/approved", Answer::No), "gate/night-move"), Answer::No);
    assert_eq!(gate_of(story.answered("night-move/approved", Answer::Yes), "gate/night-move"), Answer::Yes);
}

#[test]
fn nobody_moves_in_home_support() {
    let advice = advise(Story::of_an_emergency_closure().of_services([home_support()]));
    assert!(advice.gates.iter().all(|gate| gate.key != "gate/night-move"));
    assert_eq!(advice.options, []);
}

#[test]
fn the_incident_stays_open_until_its_events_are_reviewed() {
    let story = Story::of_an_emergency_closure();
    assert_eq!(gate_of(story.clone(), "gate/closing-review"), Answer::Unknown);
    assert_eq!(gate_of(story.answered("closing-review/done", Answer::Yes), "gate/closing-review"), Answer::Yes);
}

#[test]
fn the_review_is_asked_about_after_the_emergency() {
    let story = Story::of_an_emergency_closure();
    let fact = "closing-review/done".to_owned();
    assert!(!asked(story.clone()).contains(&fact));
    assert!(asked(story.reaches(Phase::Recovering)).contains(&fact));
}

#[test]
fn staying_suits_when_the_building_can_be_used() {
    let stay = |story| -> Choice { advise(story).options.remove(0).choices.remove(0) };
    let story = Story::of_an_emergency_closure();
    assert_eq!(stay(story.clone()).suits, Answer::Unknown);
    assert_eq!(stay(story.answered("closure/building-available", Answer::No)).suits, Answer::No);
}

#[test]
fn a_council_writes_its_own_letter() {
    let body = |settings| advise_with(Story::of_an_emergency_closure(), settings).drafts.remove(0).body;
    assert!(body("").contains("Your care will go on."));
    assert_eq!(body(r#"{"letter": "Dear all,"}"#), "Dear all,");
}

#[test]
fn a_window_that_ends_before_it_begins_is_refused() {
    let refused = |settings: &str| read_settings::<EmergencyClosure>(settings).unwrap_err();
    let problem = "the check would be due before it opens".to_owned();
    assert_eq!(refused(r#"{"wellbeing_from_weeks": 7}"#), [Issue { path: "wellbeing_to_weeks".to_owned(), problem }]);
    let problem = "the letter is empty: leave it out for the text that comes with the rule set".to_owned();
    assert_eq!(refused(r#"{"letter": " "}"#), [Issue { path: "letter".to_owned(), problem }]);
}

#[test]
fn somebody_who_did_not_move_has_no_move_to_count_from() {
    let refused = read_settings::<EmergencyClosure>(r#"{"wellbeing_start_unmoved": "own-move"}"#).unwrap_err();
    let problem = "somebody who did not move has no move to count from".to_owned();
    assert_eq!(refused, [Issue { path: "wellbeing_start_unmoved".to_owned(), problem }]);
}

#[test]
fn the_schema_and_the_defaults_agree() {
    let described = EmergencyClosure::describe();
    let schema: serde_json::Value = serde_json::from_str(&described.settings_schema).unwrap();
    let start = |name: &str| serde_json::from_value(schema["properties"][name]["default"].clone()).unwrap();
    let Settings { wellbeing_from_weeks, wellbeing_to_weeks, wellbeing_start, wellbeing_start_unmoved, letter: _ } =
        Settings::default();
    assert_eq!(schema["properties"]["wellbeing_from_weeks"]["default"], wellbeing_from_weeks);
    assert_eq!(schema["properties"]["wellbeing_to_weeks"]["default"], wellbeing_to_weeks);
    assert_eq!(wellbeing_start, start("wellbeing_start"));
    assert_eq!(wellbeing_start_unmoved, start("wellbeing_start_unmoved"));
}

#[test]
fn a_question_has_the_key_of_its_fact() {
    for row in crate::table::read().unwrap().questions {
        assert_eq!(row.key, format!("ask/{}", row.fact));
    }
}
