use muster_rule_sdk::testing::HOUR;
use muster_rule_sdk::{Instant, Meeting, MeetingKind, Milestone, Phase};

use super::*;

const DAY: Instant = 24 * HOUR;

/// With a review of the action plan held so many days after the incident opened.
fn reviewed_after(mut situation: Situation, days: Instant) -> Situation {
    let at = situation.opened_at + days * DAY;
    situation.meetings.push(Meeting {
        number: u32::try_from(situation.meetings.len()).unwrap() + 1,
        kind: MeetingKind::ActionPlanReview,
        at,
        held_at: Some(at),
        minuted: false,
    });
    situation
}

fn at_day(situation: &Situation, days: Instant) -> Situation {
    Situation { as_of: situation.opened_at + days * DAY, ..situation.clone() }
}

/// The key of the review that comes next, on which day it is due, and whether the reviews are up to date.
fn next(situation: &Situation, settings: &str) -> (String, Instant, Answer) {
    let advice = advise_with(situation, settings);
    let review = advice.actions.iter().find(|action| action.key.starts_with("council/initial/5/review/")).unwrap();
    let current = advice.findings.iter().find(|finding| finding.key == "council/initial/5/weekly").unwrap();
    (review.key.clone(), (review.due.unwrap() - situation.opened_at) / DAY, current.verdict)
}

fn told(number: u32, day: Instant, current: Answer) -> (String, Instant, Answer) {
    (format!("council/initial/5/review/{number}"), day, current)
}

#[test]
fn the_first_review_is_due_a_week_after_opening() {
    let home = failure().situation();
    assert_eq!(next(&home, ""), told(1, 7, Answer::Yes));
    assert_eq!(next(&at_day(&home, 7), ""), told(1, 7, Answer::No));
}

#[test]
fn the_next_review_is_due_a_week_after_the_last_was_held() {
    let home = reviewed_after(failure().situation(), 5);
    assert_eq!(next(&at_day(&home, 6), ""), told(2, 12, Answer::Yes));
    assert_eq!(next(&at_day(&home, 12), ""), told(2, 12, Answer::No));
    let twice = reviewed_after(home, 13);
    assert_eq!(next(&at_day(&twice, 13), ""), told(3, 20, Answer::Yes));
}

#[test]
fn a_review_that_is_only_called_is_not_held() {
    let mut home = reviewed_after(failure().situation(), 5);
    home.meetings[0].held_at = None;
    assert_eq!(next(&home, ""), told(1, 7, Answer::Yes));
}

#[test]
fn another_meeting_is_no_review() {
    let mut home = reviewed_after(failure().situation(), 5);
    home.meetings[0].kind = MeetingKind::Strategy;
    assert_eq!(next(&home, ""), told(1, 7, Answer::Yes));
}

#[test]
fn a_concern_that_becomes_a_failure_is_reviewed_from_then_on() {
    let mut home = failure().situation();
    home.milestones.push(Milestone { key: "reclassified".to_owned(), at: home.opened_at + 30 * DAY, entry: 9 });
    assert_eq!(next(&at_day(&home, 30), ""), told(1, 37, Answer::Yes));
}

#[test]
fn a_council_reviews_more_often_if_it_likes() {
    assert_eq!(next(&failure().situation(), r#"{"review_every_days": 3}"#), told(1, 3, Answer::Yes));
}

#[test]
fn the_next_look_is_when_the_review_is_due() {
    let home = failure().situation();
    assert_eq!(advise_with(&home, "").look_again_at, Some(home.opened_at + 7 * DAY));
    assert_eq!(advise_with(&at_day(&home, 7), "").look_again_at, None);
}

#[test]
fn nothing_is_reviewed_once_the_incident_recovers() {
    let advice = advise(failure().reaches(Phase::Recovering));
    assert!(!advice.actions.iter().any(|action| action.key.contains("/review/")));
    assert!(!advice.findings.iter().any(|finding| finding.key == "council/initial/5/weekly"));
    assert_eq!(advice.look_again_at, None);
}

#[test]
fn advice_does_not_change_before_the_review_is_due() {
    let home = failure().situation();
    assert_eq!(advise_with(&home, ""), advise_with(&at_day(&home, 6), ""));
}
