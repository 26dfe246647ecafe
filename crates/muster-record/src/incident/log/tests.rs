//! What is noted stays; what was wrong is put right by another entry.

use expect_test::expect;

use super::Command;
use crate::ids::Seq;
use crate::testing::{Scenario, check};

fn note(text: &str) -> Command {
    Command::Note { text: text.to_owned() }
}

fn correct(entry: u64, text: &str) -> Command {
    Command::Correct { entry: Seq(entry), text: text.to_owned() }
}

#[test]
fn a_correction_names_the_entry_it_puts_right_and_leaves_it_as_it_was() {
    let mut home = Scenario::opened();
    home.cqc().does(note("registration suspended"));
    home.later_hours(1);
    home.council().of_hours_ago(2).does(note("31 residents, 4 out of area"));
    home.council().does(correct(12, "32 residents"));
    expect![[r#"
        Mon 4 Mar 2024
          11  09:00  cqc                   note: registration suspended
          12  08:00  council               note: 31 residents, 4 out of area
          13  10:00  council               corrects entry 12: 32 residents
    "#]]
    .assert_eq(&home.told());
    expect![[r#"
        2 notes
        entry 12 is corrected by 13
    "#]]
    .assert_eq(&home.reported("log"));
}

#[test]
fn nobody_corrects_an_entry_that_is_not_there_or_says_nothing() {
    let mut home = Scenario::opened();
    check(
        &home.council(),
        correct(11, "32 residents"),
        &expect!["AHEAD_OF_THE_RECORD: the record does not reach that entry yet"],
    );
    check(
        &home.council(),
        correct(0, "32 residents"),
        &expect!["AHEAD_OF_THE_RECORD: the record does not reach that entry yet"],
    );
    check(&home.council(), correct(1, " "), &expect!["INVALID_FIELD: text is empty"]);
    check(&home.council(), note("\n"), &expect!["INVALID_FIELD: text is empty"]);
    check(
        &home.council(),
        correct(10, "it is the region that joined"),
        &expect!["corrects entry 10: it is the region that joined"],
    );
}

#[test]
fn an_informed_agency_makes_no_notes() {
    let mut home = Scenario::opened();
    check(
        &home.region(),
        note("thank you"),
        &expect![[
            r#"INTEREST_TOO_LOW: an agency with interest "information" may not do this; it needs an operational one"#
        ]],
    );
}
