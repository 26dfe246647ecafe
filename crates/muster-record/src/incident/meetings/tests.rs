//! Meetings are called, attended, held and minuted, in that order where order matters.

use expect_test::expect;

use super::Command;
use crate::ids::MeetingNo;
use crate::situation::MeetingKind;
use crate::testing::{Scenario, at, check};

const M1: MeetingNo = MeetingNo(1);

fn call() -> Command {
    let about = "who is where".to_owned();
    Command::Call { kind: MeetingKind::Strategy, at: at("2024-03-04T11:00:00Z"), about }
}

fn minute() -> Command {
    Command::Minute { meeting: M1, text: "four to hospital".to_owned() }
}

#[test]
fn a_meeting_is_called_attended_held_and_minuted() {
    let mut home = Scenario::opened();
    home.cqc().does(call());
    expect![[r#"
        M1 strategy called for Mon 4 Mar 11:00: who is where
    "#]]
    .assert_eq(&home.reported("meetings"));
    home.later_hours(4);
    home.region().does(Command::Attend { meeting: M1 });
    home.cqc().does(Command::Attend { meeting: M1 });
    home.council().of_hours_ago(1).does(Command::Hold { meeting: M1 });
    expect![[r#"
        M1 strategy held, not minuted, Mon 4 Mar 12:00: who is where (there: region, cqc)
    "#]]
    .assert_eq(&home.reported("meetings"));
    home.council().does(minute());
    expect![[r#"
        Mon 4 Mar 2024
          11  09:00  cqc                   called M1, strategy, for Mon 4 Mar 11:00: who is where
          12  13:00  region                region attends M1
          13  13:00  cqc                   cqc attends M1
          14  12:00  council               M1 held
          15  13:00  council               minutes of M1: four to hospital
    "#]]
    .assert_eq(&home.told());
    expect![[r#"
        M1 strategy held and minuted, Mon 4 Mar 12:00: who is where (there: region, cqc)
    "#]]
    .assert_eq(&home.reported("meetings"));
}

#[test]
fn a_meeting_is_held_once_and_minuted_after() {
    let mut home = Scenario::opened();
    home.council().does(call());
    check(&home.council(), minute(), &expect!["MEETING_NOT_HELD: the meeting has not been held yet"]);
    home.council().does(Command::Hold { meeting: M1 });
    check(
        &home.council(),
        Command::Hold { meeting: M1 },
        &expect!["MEETING_ALREADY_HELD: the meeting was held already"],
    );
    home.icb().does(Command::Attend { meeting: M1 });
    check(
        &home.icb(),
        Command::Attend { meeting: M1 },
        &expect!["INVALID_FIELD: meeting: your agency's attendance stands already"],
    );
    check(
        &home.icb(),
        Command::Attend { meeting: MeetingNo(2) },
        &expect!["RESOURCE_NOT_FOUND: this record has no meeting 2"],
    );
}

#[test]
fn an_informed_agency_attends_and_does_not_call() {
    let mut home = Scenario::opened();
    check(
        &home.region(),
        call(),
        &expect![[
            r#"INTEREST_TOO_LOW: an agency with interest "information" may not do this; it needs an operational one"#
        ]],
    );
    let silent = Command::Call { kind: MeetingKind::Other, at: home.now, about: String::new() };
    check(&home.council(), silent, &expect!["INVALID_FIELD: about is empty"]);
}
