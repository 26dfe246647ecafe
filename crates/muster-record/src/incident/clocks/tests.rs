//! Clocks are moved and paused by an office, with a reason. What that does to deadlines is in `deadline/tests.rs`.

use expect_test::expect;

use super::{Clock, Command};
use crate::agency::Office;
use crate::testing::{Scenario, at, check};

const CLOCK: Clock = Clock::SeventyTwoHours;

fn moves() -> Command {
    Command::Move { clock: CLOCK, to: at("2024-03-08T08:00:00Z"), reason: "the bank gives a day".to_owned() }
}

fn pause() -> Command {
    Command::Pause { clock: CLOCK, reason: "the administrator has found a buyer".to_owned() }
}

fn resume() -> Command {
    Command::Resume { clock: CLOCK, reason: "the buyer has withdrawn".to_owned() }
}

#[test]
fn a_clock_is_moved_and_paused_and_runs_again() {
    let mut home = Scenario::opened();
    home.lead().does(moves());
    home.lead().does(pause());
    expect![[r#"
        72-hours: moved to Fri 8 Mar 08:00, paused since Mon 4 Mar 09:00
    "#]]
    .assert_eq(&home.reported("clocks"));
    home.later_hours(5);
    home.lead().does(resume());
    expect![[r#"
        Mon 4 Mar 2024
          11  09:00  council               moved the clock 72-hours to Fri 8 Mar 08:00: the bank gives a day
          12  09:00  council               paused the clock 72-hours: the administrator has found a buyer
          13  14:00  council               started the clock 72-hours again: the buyer has withdrawn
    "#]]
    .assert_eq(&home.told());
    expect![[r#"
        72-hours: moved to Fri 8 Mar 08:00, later by 5 h 0 min
    "#]]
    .assert_eq(&home.reported("clocks"));
}

#[test]
fn a_clock_that_was_only_paused_is_said_to_run_again() {
    let mut home = Scenario::opened();
    home.lead().does(pause());
    home.lead().does(resume());
    expect![[r#"
        72-hours: running again
    "#]]
    .assert_eq(&home.reported("clocks"));
}

#[test]
fn a_paused_clock_is_neither_paused_nor_moved_and_a_running_one_is_not_started() {
    let mut home = Scenario::opened();
    check(&home.lead(), resume(), &expect!["CLOCK_RUNNING: the clock is not paused"]);
    home.lead().does(pause());
    check(&home.lead(), pause(), &expect!["CLOCK_PAUSED: the clock is paused"]);
    check(&home.lead(), moves(), &expect!["CLOCK_PAUSED: the clock is paused"]);
}

#[test]
fn only_an_office_changes_a_clock_and_only_with_a_reason() {
    let mut home = Scenario::opened();
    check(
        &home.council(),
        moves(),
        &expect![
            "OFFICE_NEEDED: this has to be done for one of these offices: incident-lead, head-of-commissioning-and-quality, director-of-adult-social-services, dass-lead, public-health-lead"
        ],
    );
    check(
        &home.cqc(),
        moves(),
        &expect![[
            r#"INTEREST_TOO_LOW: an agency with interest "oversight" may not do this; it needs an operational one"#
        ]],
    );
    let no_reason = Command::Pause { clock: CLOCK, reason: String::new() };
    check(&home.lead(), no_reason, &expect!["INVALID_FIELD: reason is empty"]);
    let not_one_of_them = home.icb().taking(Office::HealthLink);
    check(
        &not_one_of_them,
        moves(),
        &expect![
            "OFFICE_NEEDED: this has to be done for one of these offices: incident-lead, head-of-commissioning-and-quality, director-of-adult-social-services, dass-lead, public-health-lead"
        ],
    );
}
