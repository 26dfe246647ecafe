//! What was learned, who was seen again, and which report went out.

use expect_test::expect;

use super::Command;
use crate::ids::{PersonNo, Seq};
use crate::incident::people;
use crate::situation::CareStatus;
use crate::testing::{Scenario, at, check, resident};

fn lesson() -> Command {
    Command::RecordLesson { about: "section 9".to_owned(), text: "ask for the key-safe list first".to_owned() }
}

fn schedule(person: u32) -> Command {
    let (from, until) = (at("2024-04-01T08:00:00Z"), at("2024-04-15T08:00:00Z"));
    Command::ScheduleWellbeing { person: PersonNo(person), from, until }
}

fn complete() -> Command {
    Command::CompleteWellbeing { person: PersonNo(1), outcome: "settled".to_owned() }
}

fn report(as_of: u64) -> Command {
    Command::IssueReport { as_of: Seq(as_of), to: "the region".to_owned() }
}

#[test]
fn lessons_checks_and_reports_are_on_record() {
    let mut home = Scenario::opened();
    home.council().does(people::Command::Register { details: resident() });
    home.cqc().does(lesson());
    home.council().does(schedule(1));
    home.icb().does(report(10));
    expect![[r#"
        lesson on section 9: ask for the key-safe list first
        1 wellbeing check, 0 done
        situation report as of entry 10 issued to the region
    "#]]
    .assert_eq(&home.reported("review"));
    home.later_hours(24 * 30);
    home.council().does(complete());
    expect![[r#"
        Mon 4 Mar 2024
          11  09:00  council               person 1 registered: council-full, wheelchair, nursing
          12  09:00  cqc                   lesson on section 9: ask for the key-safe list first
          13  09:00  council               wellbeing check of person 1 due Mon 1 Apr 2024 to Mon 15 Apr 2024
          14  09:00  icb                   issued the situation report as of entry 10 to the region
        Wed 3 Apr 2024
          15  10:00  council               wellbeing check of person 1 done: settled
    "#]]
    .assert_eq(&home.told());
    expect![[r#"
        lesson on section 9: ask for the key-safe list first
        1 wellbeing check, 1 done
        situation report as of entry 10 issued to the region
    "#]]
    .assert_eq(&home.reported("review"));
    home.council().does(schedule(1));
}

#[test]
fn a_person_is_checked_on_once_at_a_time() {
    let mut home = Scenario::opened();
    home.council().does(people::Command::Register { details: resident() });
    check(&home.council(), complete(), &expect!["NO_WELLBEING_CHECK: no wellbeing check of that person is open"]);
    home.council().does(schedule(1));
    check(
        &home.council(),
        schedule(1),
        &expect!["WELLBEING_ALREADY_DUE: a wellbeing check of that person is open already"],
    );
    check(&home.council(), schedule(2), &expect!["RESOURCE_NOT_FOUND: this record has no person 2"]);
    home.council().does(complete());
    check(&home.council(), complete(), &expect!["NO_WELLBEING_CHECK: no wellbeing check of that person is open"]);
    let now = home.now;
    let backwards =
        Command::ScheduleWellbeing { person: PersonNo(1), from: now, until: now - chrono::TimeDelta::hours(1) };
    check(&home.council(), backwards, &expect!["INVALID_FIELD: until: the window ends before it begins"]);
}

#[test]
fn nobody_is_sent_to_check_on_a_person_who_has_died() {
    let mut home = Scenario::opened();
    home.council().does(people::Command::Register { details: resident() });
    home.council().does(schedule(1));
    home.council().does(people::Command::SetStatus { person: PersonNo(1), to: CareStatus::Died, place: None });
    assert!(!home.clocks().contains("wellbeing"), "{}", home.clocks());
    home.council().does(people::Command::Register { details: resident() });
    home.council().does(people::Command::SetStatus { person: PersonNo(2), to: CareStatus::Died, place: None });
    check(&home.council(), schedule(2), &expect!["INVALID_FIELD: person: the person has died"]);
}

#[test]
fn a_report_speaks_of_entries_that_exist_to_somebody() {
    let mut home = Scenario::opened();
    check(&home.council(), report(0), &expect!["AHEAD_OF_THE_RECORD: the record does not reach that entry yet"]);
    check(&home.council(), report(10), &expect!["issued the situation report as of entry 10 to the region"]);
    check(&home.council(), report(11), &expect!["AHEAD_OF_THE_RECORD: the record does not reach that entry yet"]);
    check(
        &home.council(),
        Command::IssueReport { as_of: Seq(1), to: " ".to_owned() },
        &expect!["INVALID_FIELD: to is empty"],
    );
    check(
        &home.region(),
        report(1),
        &expect![[
            r#"INTEREST_TOO_LOW: an agency with interest "information" may not do this; it needs an operational one"#
        ]],
    );
    check(
        &home.region(),
        lesson(),
        &expect![[
            r#"INTEREST_TOO_LOW: an agency with interest "information" may not do this; it needs an operational one"#
        ]],
    );
    let about_nothing = Command::RecordLesson { about: String::new(), text: "plan".to_owned() };
    check(&home.council(), about_nothing, &expect!["INVALID_FIELD: about is empty"]);
}
