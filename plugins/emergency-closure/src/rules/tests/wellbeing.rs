use expect_test::expect;
use muster_rule_sdk::testing::{HOUR, person};
use muster_rule_sdk::{CareStatus, Milestone, Person};

use super::*;

const WEEK: Instant = 7 * 24 * HOUR;

fn moved() -> Person {
    let moved_at = Story::of_an_emergency_closure().situation().notified_at + 30 * HOUR;
    Person { status: CareStatus::Moved, moved_at: Some(moved_at), ..person(1) }
}

fn stayed() -> Person {
    Person { status: CareStatus::Staying, ..person(2) }
}

/// The emergency is over 50 hours after the council was told.
fn recovering(people: impl IntoIterator<Item = Person>) -> Situation {
    let story = people.into_iter().fold(Story::of_an_emergency_closure(), Story::with_person);
    let mut situation = story.later(50).reaches(Phase::Recovering).situation();
    situation.milestones.push(Milestone { key: "phase/recovering".to_owned(), at: situation.as_of, entry: 9 });
    situation
}

fn checks(situation: &Situation, settings: &str) -> Vec<ProposedAction> {
    let settings = read_settings::<EmergencyClosure>(settings).unwrap();
    let advice = EmergencyClosure::advise(situation, &settings).unwrap();
    assert_eq!(unsound(situation, &advice), Vec::<String>::new());
    advice.actions.into_iter().filter(|action| action.key.starts_with("E27/")).collect()
}

#[track_caller]
fn check(situation: &Situation, settings: &str, key: &str) -> ProposedAction {
    checks(situation, settings).into_iter().find(|action| action.key == key).unwrap()
}

#[test]
fn a_person_who_moved_is_reviewed_from_their_own_move() {
    let review = check(&recovering([moved()]), "", "E27/person-1");
    assert_eq!(review.due, Some(moved().moved_at.unwrap() + 6 * WEEK));
    expect!["Opens 4 weeks and is due 6 weeks after this person's own move, counting days of 24 hours"]
        .assert_eq(&review.because.join("\n"));
}

#[test]
fn a_person_who_stayed_is_reviewed_from_the_end_of_the_emergency() {
    let situation = recovering([stayed()]);
    let review = check(&situation, "", "E27/person-2");
    assert_eq!(review.due, Some(situation.notified_at + 50 * HOUR + 6 * WEEK));
    expect![[r#"
        Opens 4 weeks and is due 6 weeks after the phase recovering began, counting days of 24 hours
        This person has not moved"#]]
    .assert_eq(&review.because.join("\n"));
}

#[test]
fn everybody_has_a_clock_but_those_who_died() {
    let people = [
        CareStatus::Identified,
        CareStatus::Reviewed,
        CareStatus::Placed,
        CareStatus::Moved,
        CareStatus::Staying,
        CareStatus::InHospital,
        CareStatus::Died,
        CareStatus::FollowedUp,
    ];
    let people = (1_u32..).zip(people).map(|(number, status)| Person { status, ..person(number) });
    let keys: Vec<String> = checks(&recovering(people), "").into_iter().map(|action| action.key).collect();
    let expected = [1, 2, 3, 4, 5, 6, 8].map(|number| format!("E27/person-{number}"));
    assert_eq!(keys, expected);
}

#[test]
fn not_before_the_emergency_is_over() {
    let story = Story::of_an_emergency_closure().with_person(moved());
    assert_eq!(find(story, "E27/person-1"), None);
}

#[test]
fn an_emergency_that_came_back_counts_from_the_last_time() {
    let mut situation = recovering([stayed()]);
    let again = situation.as_of + HOUR;
    situation.milestones.push(Milestone { key: "phase/recovering".to_owned(), at: again, entry: 12 });
    assert_eq!(check(&situation, "", "E27/person-2").due, Some(again + 6 * WEEK));
}

#[test]
fn a_council_sets_its_own_window() {
    let review =
        check(&recovering([moved()]), r#"{"wellbeing_from_weeks": 2, "wellbeing_to_weeks": 3}"#, "E27/person-1");
    assert_eq!(review.due, Some(moved().moved_at.unwrap() + 3 * WEEK));
}

#[test]
fn a_council_sets_from_when_the_weeks_count() {
    let situation = recovering([moved(), stayed()]);
    let notified = check(&situation, r#"{"wellbeing_start": "notified"}"#, "E27/person-1");
    assert_eq!(notified.due, Some(situation.notified_at + 6 * WEEK));
    let care_stops = r#"{"wellbeing_start_unmoved": "care-stops"}"#;
    assert_eq!(check(&situation, care_stops, "E27/person-2").due, Some(situation.notified_at + 72 * HOUR + 6 * WEEK));
    let not_known = Situation { care_stops_at: None, ..situation };
    let review = check(&not_known, care_stops, "E27/person-2");
    assert_eq!(review.due, None);
    expect!["Opens 4 weeks and is due 6 weeks after care stopped; the record does not say when that is"]
        .assert_eq(&review.because.join("\n"));
}
