//! People are followed by number until each is accounted for.

use expect_test::expect;

use super::{Command, Details, can_follow};
use crate::advice::{Answer, Step};
use crate::ids::PersonNo;
use crate::situation::{CareStatus, Funder, Mobility, Need};
use crate::testing::{Scenario, check, gate, named, resident};

fn register(details: Details) -> Command {
    Command::Register { details }
}

fn becomes(person: u32, to: CareStatus) -> Command {
    let place = Some("Oak Lodge".to_owned());
    Command::SetStatus { person: PersonNo(person), to, place }
}

#[test]
fn people_are_registered_described_and_followed() {
    let mut home = Scenario::opened();
    home.council().does(register(resident()));
    let from_leeds = Details {
        funder: Funder::OtherCouncil,
        placed_by: Some(named("leeds")),
        mobility: Mobility::NotKnown,
        needs: Vec::new(),
        needs_known: Answer::Unknown,
        stays_with: vec![PersonNo(1)],
        ..resident()
    };
    home.icb().does(register(from_leeds.clone()));
    home.icb().does(register(Details { needs: Vec::new(), funder: Funder::SelfFunded, ..resident() }));
    expect![[r#"
        3 people, 3 not yet placed
        identified: 3
        council-full: 1
        self-funded: 1
        other-council: 1
        needs not known: 1
    "#]]
    .assert_eq(&home.reported("people"));
    let known = Details { needs: vec![Need::Dementia, Need::TwoCarers], needs_known: Answer::Yes, ..from_leeds };
    home.council().does(Command::Change { person: PersonNo(2), details: known });
    home.council().does(becomes(1, CareStatus::Placed));
    home.later_hours(3);
    home.council().of_hours_ago(1).does(becomes(1, CareStatus::Moved));
    home.council().does(Command::SetStatus { person: PersonNo(2), to: CareStatus::InHospital, place: None });
    expect![[r#"
        Mon 4 Mar 2024
          11  09:00  council               person 1 registered: council-full, wheelchair, nursing
          12  09:00  icb                   person 2 registered: other-council, placed by leeds, not-known, needs not known
          13  09:00  icb                   person 3 registered: self-funded, wheelchair, no particular needs
          14  09:00  council               person 2 is now: other-council, placed by leeds, not-known, dementia + two-carers
          15  09:00  council               person 1 placed: Oak Lodge
          16  11:00  council               person 1 moved: Oak Lodge
          17  12:00  council               person 2 in-hospital
    "#]]
    .assert_eq(&home.told());
    expect![[r#"
        3 people, 1 not yet placed
        identified: 1
        moved: 1
        in-hospital: 1
        council-full: 1
        self-funded: 1
        other-council: 1
    "#]]
    .assert_eq(&home.reported("people"));
    assert!(!home.incident.everyone_is_settled());
    home.council().does(becomes(3, CareStatus::Staying));
    assert!(home.incident.everyone_is_settled());
    let moved = home.incident.people.get(PersonNo(1)).unwrap().moved_at.unwrap();
    assert_eq!(moved.to_string(), "2024-03-04 11:00:00 UTC", "when it happened, not when it was written");
}

#[test]
fn an_empty_list_is_not_everyone_settled() {
    let home = Scenario::opened();
    assert!(!home.incident.everyone_is_settled());
    assert_eq!(home.reported("people"), "");
}

#[test]
fn nobody_comes_back_from_having_died_and_follow_up_comes_after_the_emergency() {
    let mut table = String::new();
    for from in CareStatus::ALL {
        let to: Vec<&str> =
            CareStatus::ALL.iter().filter(|to| can_follow(*from, **to)).map(|status| status.word()).collect();
        table.push_str(&format!("{from}: {}\n", to.join(", ")));
    }
    expect![[r#"
        identified: reviewed, placed, moved, staying, in-hospital, died
        reviewed: placed, moved, staying, in-hospital, died
        placed: reviewed, moved, staying, in-hospital, died, followed-up
        moved: placed, staying, in-hospital, died, followed-up
        staying: reviewed, placed, moved, in-hospital, died, followed-up
        in-hospital: reviewed, placed, moved, staying, died, followed-up
        died: 
        followed-up: placed, moved, staying, in-hospital, died
    "#]]
    .assert_eq(&table);
    let mut home = Scenario::opened();
    home.council().does(register(resident()));
    home.council().does(becomes(1, CareStatus::Died));
    check(
        &home.council(),
        becomes(1, CareStatus::Placed),
        &expect!["STATUS_NOT_REACHABLE: a person's status does not go from died to placed"],
    );
}

#[test]
fn nobody_is_moved_while_a_gate_is_shut_nor_at_night_while_another_is() {
    let mut home = Scenario::opened();
    home.council().does(register(resident()));
    home.pins("closure", 1);
    home.advises("closure", &[gate("night", Step::MoveAtNight, Answer::No)]);
    check(&home.council(), becomes(1, CareStatus::Moved), &expect!["person 1 moved: Oak Lodge"]);
    home.later_hours(13);
    check(
        &home.council(),
        becomes(1, CareStatus::Moved),
        &expect![
            "GATE_SHUT: proposal 1 holds back people.move-at-night until its condition is met; an office-holder can override it with a reason"
        ],
    );
    check(&home.council(), becomes(1, CareStatus::InHospital), &expect!["person 1 in-hospital: Oak Lodge"]);
    check(&home.council().of_hours_ago(1), becomes(1, CareStatus::Moved), &expect!["person 1 moved: Oak Lodge"]);
    home.later_hours(9);
    home.advises("closure", &[gate("day", Step::Move, Answer::Unknown)]);
    check(
        &home.council(),
        becomes(1, CareStatus::Moved),
        &expect![
            "GATE_SHUT: proposal 2 holds back people.move until its condition is met; an office-holder can override it with a reason"
        ],
    );
}

#[test]
fn nobody_is_placed_nowhere_or_in_a_service_that_is_not_concerned() {
    let mut home = Scenario::opened();
    home.council().does(register(resident()));
    let nowhere = Command::SetStatus { person: PersonNo(1), to: CareStatus::Placed, place: None };
    check(&home.council(), nowhere, &expect!["INVALID_FIELD: place is empty"]);
    check(&home.council(), becomes(0, CareStatus::Placed), &expect!["RESOURCE_NOT_FOUND: this record has no person 0"]);
    check(&home.council(), becomes(2, CareStatus::Placed), &expect!["RESOURCE_NOT_FOUND: this record has no person 2"]);
    let elsewhere = Details { service: named("oak-lodge"), ..resident() };
    check(&home.council(), register(elsewhere), &expect!["RESOURCE_NOT_FOUND: this record has no service oak-lodge"]);
    let with_nobody = Details { stays_with: vec![PersonNo(9)], ..resident() };
    let change = Command::Change { person: PersonNo(1), details: with_nobody };
    check(&home.council(), change, &expect!["RESOURCE_NOT_FOUND: this record has no person 9"]);
    check(
        &home.cqc(),
        register(resident()),
        &expect![[
            r#"INTEREST_TOO_LOW: an agency with interest "oversight" may not do this; it needs an operational one"#
        ]],
    );
}
