//! What is asked and answered, by whom, and that what nobody answered is not a no.

use expect_test::expect;

use super::Command;
use crate::advice::Answer;
use crate::agency::AgencyKind;
use crate::situation::FactValue;
use crate::testing::{Scenario, at, check, question};

fn ask(key: &str, of: AgencyKind) -> Command {
    Command::Ask { key: key.to_owned(), asks: "Is it so?".to_owned(), of }
}

fn answer(key: &str, value: FactValue) -> Command {
    Command::Answer { key: key.to_owned(), value, source: "telephone, 10:05".to_owned() }
}

const YES: FactValue = FactValue::Answer(Answer::Yes);
const UNKNOWN: FactValue = FactValue::Answer(Answer::Unknown);

#[test]
fn a_question_stays_open_until_it_is_answered_with_more_than_unknown() {
    let mut home = Scenario::opened();
    home.cqc().does(ask("provider.insolvent", AgencyKind::Region));
    home.region().does(answer("provider.insolvent", UNKNOWN));
    expect![[r#"
        provider.insolvent: unknown (entry 12, telephone, 10:05)
        provider.insolvent: asked of the region: Is it so?
    "#]]
    .assert_eq(&home.reported("answers"));
    home.region().does(answer("provider.insolvent", YES));
    home.council().does(answer("fire.alarms", FactValue::Number(-2)));
    home.council().does(answer("fire.officer", FactValue::Text("on site".to_owned())));
    home.council().does(answer("fire.seen", FactValue::At(at("2024-07-01T08:00:00Z"))));
    expect![[r#"
        Mon 4 Mar 2024
          11  09:00  cqc                   asks the region: Is it so? [provider.insolvent]
          12  09:00  region                answered provider.insolvent: unknown (telephone, 10:05)
          13  09:00  region                answered provider.insolvent: yes (telephone, 10:05)
          14  09:00  council               answered fire.alarms: -2 (telephone, 10:05)
          15  09:00  council               answered fire.officer: on site (telephone, 10:05)
          16  09:00  council               answered fire.seen: Mon 1 Jul 09:00 (telephone, 10:05)
    "#]]
    .assert_eq(&home.told());
    expect![[r#"
        fire.alarms: -2 (entry 14, telephone, 10:05)
        fire.officer: on site (entry 15, telephone, 10:05)
        fire.seen: Mon 1 Jul 09:00 (entry 16, telephone, 10:05)
        provider.insolvent: yes (entry 13, telephone, 10:05)
    "#]]
    .assert_eq(&home.reported("answers"));
}

#[test]
fn what_nobody_answered_is_unknown_and_so_is_what_is_no_yes_or_no() {
    let mut home = Scenario::opened();
    home.council().does(answer("fire.alarms", FactValue::Number(2)));
    home.council().does(answer("fire.out", FactValue::Answer(Answer::No)));
    let known = |key| home.incident.answers.known(key);
    let answers = [known("nobody.asked"), known("fire.alarms"), known("fire.out")];
    assert_eq!(answers, [Answer::Unknown, Answer::Unknown, Answer::No]);
}

#[test]
fn an_agency_that_does_not_work_the_incident_answers_only_what_it_was_asked() {
    let mut home = Scenario::opened();
    check(
        &home.cqc(),
        answer("registered", YES),
        &expect![[
            r#"INTEREST_TOO_LOW: an agency with interest "oversight" may not do this; it needs an operational one"#
        ]],
    );
    home.council().does(ask("registered", AgencyKind::Region));
    check(&home.cqc(), answer("registered", YES), &expect!["NOT_ASKED_OF_YOU: this was asked of the region"]);
    home.pins("duties", 1);
    home.advises("duties", &[question("registered", AgencyKind::Regulator)]);
    check(&home.cqc(), answer("registered", YES), &expect!["answered registered: yes (telephone, 10:05)"]);
    check(&home.region(), answer("registered", YES), &expect!["answered registered: yes (telephone, 10:05)"]);
    check(&home.icb(), answer("registered", YES), &expect!["answered registered: yes (telephone, 10:05)"]);
}

#[test]
fn an_answer_says_what_and_how_it_is_known_under_a_key_that_can_be_written_down() {
    let mut home = Scenario::opened();
    check(
        &home.council(),
        answer("two words", YES),
        &expect!["INVALID_FIELD: key: a key is at most 128 printable ASCII characters without spaces"],
    );
    check(
        &home.council(),
        answer(&"k".repeat(129), YES),
        &expect!["INVALID_FIELD: key: a key is at most 128 printable ASCII characters without spaces"],
    );
    check(&home.council(), answer("", YES), &expect!["INVALID_FIELD: key is empty"]);
    check(&home.council(), answer("fire", FactValue::Text("  ".to_owned())), &expect!["INVALID_FIELD: value is empty"]);
    let no_source = Command::Answer { key: "fire".to_owned(), value: YES, source: String::new() };
    check(&home.council(), no_source, &expect!["INVALID_FIELD: source is empty"]);
    check(
        &home.region(),
        ask("fire", AgencyKind::Council),
        &expect![[
            r#"INTEREST_TOO_LOW: an agency with interest "information" may not do this; it needs an operational one"#
        ]],
    );
    let silent = Command::Ask { key: "fire".to_owned(), asks: String::new(), of: AgencyKind::Council };
    check(&home.council(), silent, &expect!["INVALID_FIELD: asks is empty"]);
}
