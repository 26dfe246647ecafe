//! Clocks run, are moved, stand still and are met; across the days on which UK clocks change.

use expect_test::expect;

use crate::agency::Office;
use crate::ids::{MeetingNo, PersonNo};
use crate::incident::clocks::{self, Clock};
use crate::incident::lifecycle::{self, Opening};
use crate::incident::meetings;
use crate::incident::{people, review};
use crate::situation::{CareStatus, IncidentKind, MeetingKind, Phase};
use crate::testing::{Scenario, at, opening, resident};
use crate::time::uk_day_and_time;

fn moves(clock: Clock, to: &str) -> clocks::Command {
    clocks::Command::Move { clock, to: at(to), reason: "agreed".to_owned() }
}

fn pause(clock: Clock) -> clocks::Command {
    clocks::Command::Pause { clock, reason: "a buyer".to_owned() }
}

fn resume(clock: Clock) -> clocks::Command {
    clocks::Command::Resume { clock, reason: "no buyer".to_owned() }
}

fn failing(notified_at: &str) -> Scenario {
    Scenario::opened_with(&Opening { notified_at: at(notified_at), care_stops_at: None, ..opening() })
}

fn meets(home: &mut Scenario, kind: MeetingKind, number: u32) {
    let now = home.now;
    home.council().does(meetings::Command::Call { kind, at: now, about: "the plan".to_owned() });
    home.council().does(meetings::Command::Hold { meeting: MeetingNo(number) });
}

#[test]
fn seventy_two_hours_are_elapsed_hours_across_both_changes_of_the_clock() {
    let due = |notified_at| {
        let home = failing(notified_at);
        let deadlines = home.incident.deadlines(home.now);
        uk_day_and_time(deadlines.iter().find(|deadline| deadline.key == "72-hours").unwrap().due)
    };
    assert_eq!(due("2023-03-24T09:00:00Z"), "Mon 27 Mar 10:00", "spring skips an hour");
    assert_eq!(due("2023-10-27T08:00:00Z"), "Mon 30 Oct 08:00", "autumn has one twice");
    assert_eq!(due("2024-03-01T09:00:00Z"), "Mon 4 Mar 09:00");
}

#[test]
fn the_clocks_of_a_failure_start_when_it_is_notified_and_when_it_is_opened() {
    let home = Scenario::opened();
    expect![[r#"
        72-hours             Thu 07 Mar 08:00Z running
        care-stops           Thu 07 Mar 12:00Z running
        action-plan-review   Mon 11 Mar 09:00Z running
    "#]]
    .assert_eq(&home.clocks());
}

#[test]
fn a_clock_is_late_after_its_moment_and_not_at_it() {
    let mut home = failing("2024-03-01T09:00:00Z");
    assert!(home.clocks().contains("72-hours             Mon 04 Mar 09:00Z running"), "{}", home.clocks());
    home.now += chrono::TimeDelta::milliseconds(1);
    assert!(home.clocks().contains("72-hours             Mon 04 Mar 09:00Z late"), "{}", home.clocks());
}

#[test]
fn what_was_to_be_done_in_72_hours_is_met_when_everyone_is_settled_and_stands_last() {
    let mut home = Scenario::opened();
    home.council().does(people::Command::Register { details: resident() });
    home.council().does(people::Command::SetStatus { person: PersonNo(1), to: CareStatus::Staying, place: None });
    expect![[r#"
        action-plan-review   Mon 11 Mar 09:00Z running
        72-hours             Thu 07 Mar 08:00Z met
        care-stops           Thu 07 Mar 12:00Z met
    "#]]
    .assert_eq(&home.clocks());
    home.council().does(people::Command::Register { details: resident() });
    assert!(!home.clocks().contains("met"), "one more person came to light");
}

#[test]
fn a_moved_clock_runs_to_its_new_moment_however_long_it_stood_still_before() {
    let mut home = Scenario::opened();
    home.lead().does(pause(Clock::SeventyTwoHours));
    home.later_hours(10);
    home.lead().does(resume(Clock::SeventyTwoHours));
    assert!(home.clocks().contains("72-hours             Thu 07 Mar 18:00Z running"), "{}", home.clocks());
    home.lead().does(moves(Clock::SeventyTwoHours, "2024-03-08T12:00:00Z"));
    assert!(home.clocks().contains("72-hours             Fri 08 Mar 12:00Z running"), "{}", home.clocks());
    home.holds();
}

#[test]
fn a_paused_clock_is_never_late_and_gives_back_all_it_stood_still_for() {
    let mut home = Scenario::opened();
    home.later_hours(1);
    home.lead().does(pause(Clock::SeventyTwoHours));
    home.later_hours(100);
    let paused = home.clocks();
    home.lead().does(resume(Clock::SeventyTwoHours));
    assert!(paused.contains("72-hours             Mon 11 Mar 12:00Z paused"), "{paused}");
    assert!(home.clocks().contains("72-hours             Mon 11 Mar 12:00Z running"), "{}", home.clocks());
    home.lead().does(pause(Clock::SeventyTwoHours));
    home.later_hours(2);
    home.lead().does(resume(Clock::SeventyTwoHours));
    assert!(home.clocks().contains("72-hours             Mon 11 Mar 14:00Z running"), "{}", home.clocks());
    assert_eq!(home.reported("clocks"), "72-hours: later by 102 h 0 min\n");
    home.holds();
}

#[test]
fn a_failure_notified_three_days_ago_opens_late() {
    let home = failing("2024-03-01T08:59:00Z");
    assert!(home.clocks().starts_with("72-hours             Mon 04 Mar 08:59Z late"), "{}", home.clocks());
}

#[test]
fn the_action_plan_is_reviewed_weekly_at_the_same_uk_hour_while_people_are_at_risk() {
    let mut home = failing("2024-03-04T08:00:00Z");
    home.later_hours(24 * 21);
    meets(&mut home, MeetingKind::ActionPlanReview, 1);
    expect![[r#"
        72-hours             Thu 07 Mar 08:00Z late
        action-plan-review   Mon 01 Apr 08:00Z running
    "#]]
    .assert_eq(&home.clocks());
    home.council().does(lifecycle::Command::ChangePhase { to: Phase::Recovering, reason: "settled".to_owned() });
    assert!(!home.clocks().contains("action-plan-review"));
}

#[test]
fn contract_officers_meet_two_weekly_while_a_service_gives_concern() {
    let mut home =
        Scenario::opened_with(&Opening { kind: IncidentKind::QualityConcern, care_stops_at: None, ..opening() });
    expect![[r#"
        contract-officers    Mon 18 Mar 09:00Z running
    "#]]
    .assert_eq(&home.clocks());
    home.later_hours(24 * 20);
    expect![[r#"
        contract-officers    Mon 18 Mar 09:00Z late
    "#]]
    .assert_eq(&home.clocks());
    meets(&mut home, MeetingKind::Strategy, 1);
    meets(&mut home, MeetingKind::ContractOfficers, 2);
    expect![[r#"
        contract-officers    Sun 07 Apr 08:00Z running
    "#]]
    .assert_eq(&home.clocks());
}

#[test]
fn moving_one_weekly_review_does_not_move_those_after_it() {
    let mut home = Scenario::opened();
    home.lead().does(moves(Clock::ActionPlanReview, "2024-03-13T09:00:00Z"));
    assert!(home.clocks().contains("action-plan-review   Wed 13 Mar 09:00Z running"), "{}", home.clocks());
    home.later_hours(24 * 8);
    meets(&mut home, MeetingKind::ActionPlanReview, 1);
    assert!(home.clocks().contains("action-plan-review   Tue 19 Mar 09:00Z running"), "{}", home.clocks());
    assert_eq!(home.reported("clocks"), "");
    home.lead().does(pause(Clock::ActionPlanReview));
    home.later_hours(24);
    meets(&mut home, MeetingKind::ActionPlanReview, 2);
    home.later_hours(1);
    home.lead().does(resume(Clock::ActionPlanReview));
    assert!(home.clocks().contains("action-plan-review   Wed 20 Mar 10:00Z running"), "{}", home.clocks());
    home.holds();
}

#[test]
fn the_last_word_on_when_care_stops_is_the_one_that_counts() {
    let mut home = Scenario::opened();
    home.lead().does(moves(Clock::CareStops, "2024-03-09T12:00:00Z"));
    assert!(home.clocks().contains("care-stops           Sat 09 Mar 12:00Z running"), "{}", home.clocks());
    let sooner = Some(at("2024-03-06T12:00:00Z"));
    home.council().does(lifecycle::Command::Amend { title: None, care_stops_at: sooner, service: None });
    assert!(home.clocks().contains("care-stops           Wed 06 Mar 12:00Z running"), "{}", home.clocks());
    home.holds();
}

#[test]
fn a_wellbeing_check_is_due_by_the_end_of_its_window_and_met_when_done() {
    let mut home = failing("2024-03-04T08:00:00Z");
    home.council().does(people::Command::Register { details: resident() });
    home.council().does(people::Command::SetStatus { person: PersonNo(1), to: CareStatus::Moved, place: None });
    let (from, until) = (at("2024-04-01T08:00:00Z"), at("2024-04-15T08:00:00Z"));
    home.council().does(review::Command::ScheduleWellbeing { person: PersonNo(1), from, until });
    let check = |home: &Scenario| {
        let deadlines = home.incident.deadlines(home.now);
        let check = deadlines.into_iter().find(|deadline| deadline.key == "wellbeing/person 1").unwrap();
        format!("{} to {}: {}", check.opens.unwrap(), check.due, check.state)
    };
    assert_eq!(check(&home), "2024-04-01 08:00:00 UTC to 2024-04-15 08:00:00 UTC: running");
    home.later_hours(24 * 43);
    assert_eq!(check(&home), "2024-04-01 08:00:00 UTC to 2024-04-15 08:00:00 UTC: late");
    home.council().does(review::Command::CompleteWellbeing { person: PersonNo(1), outcome: "settled".to_owned() });
    assert_eq!(check(&home), "2024-04-01 08:00:00 UTC to 2024-04-15 08:00:00 UTC: met");
}

#[test]
fn the_situation_report_says_where_every_clock_stands() {
    let mut home = failing("2024-03-01T08:00:00Z");
    home.council().does(people::Command::Register { details: resident() });
    home.council().taking(Office::IncidentLead).does(pause(Clock::ActionPlanReview));
    expect![[r#"
        SITUATION REPORT: Rosebank (provider-failure, assessing)
        as of entry 6, Mon 4 Mar 09:00 UK time; led by council
        type of failure: business-failure
        awaiting people: 0 proposals, 0 questions

        clocks
          Mon 4 Mar 08:00  late    everyone is safe and placed, 72 hours from notification [S30, S114] LATE
          Mon 11 Mar 09:00  paused  weekly review of the action plan [S82]

        lifecycle
          rosebank: nursing, 31 beds, risk level 4

        participants
          council (council): financial-and-operational, leads
          incident-lead: council

        clocks
          action-plan-review: paused since Mon 4 Mar 09:00

        people
          1 person, 1 not yet placed
          identified: 1
          council-full: 1
    "#]]
    .assert_eq(&home.incident.report(home.now).to_string());
}
