//! A voluntary restriction needs agreement, an imposed one an office.

use expect_test::expect;

use super::Command;
use crate::advice::{Answer, Step};
use crate::ids::RestrictionNo;
use crate::situation::{RestrictionBasis, RestrictionKind};
use crate::testing::{Scenario, check, gate};

fn place(basis: RestrictionBasis, agreed_by: Option<&str>) -> Command {
    let (kind, reason) = (RestrictionKind::Placements, "two nurses for 31 people".to_owned());
    Command::Place { kind, basis, reason, agreed_by: agreed_by.map(str::to_owned) }
}

fn lift(number: u32) -> Command {
    Command::Lift { restriction: RestrictionNo(number), reason: "staffed again".to_owned() }
}

#[test]
fn restrictions_are_placed_and_lifted() {
    let mut home = Scenario::opened();
    home.icb().does(place(RestrictionBasis::Voluntary, Some("registered manager")));
    home.lead().does(place(RestrictionBasis::Imposed, None));
    home.later_hours(2);
    home.council().of_hours_ago(1).does(lift(1));
    expect![[r#"
        Mon 4 Mar 2024
          11  09:00  icb                   placed R1, voluntary restriction of placements: two nurses for 31 people (agreed by registered manager)
          12  09:00  council               placed R2, imposed restriction of placements: two nurses for 31 people
          13  10:00  council               lifted R1: staffed again
    "#]].assert_eq(&home.told());
    expect![[r#"
        R1 voluntary of placements since Mon 4 Mar 09:00, lifted Mon 4 Mar 10:00
        R2 imposed of placements since Mon 4 Mar 09:00
    "#]]
    .assert_eq(&home.reported("restrictions"));
}

#[test]
fn voluntary_is_not_imposed() {
    let mut home = Scenario::opened();
    check(
        &home.lead(),
        place(RestrictionBasis::Voluntary, None),
        &expect!["VOLUNTARY_NEEDS_AGREEMENT: a voluntary restriction says who agreed to it for the provider"],
    );
    check(
        &home.lead(),
        place(RestrictionBasis::Voluntary, Some("  ")),
        &expect!["VOLUNTARY_NEEDS_AGREEMENT: a voluntary restriction says who agreed to it for the provider"],
    );
    check(
        &home.council(),
        place(RestrictionBasis::Imposed, Some("registered manager")),
        &expect![
            "OFFICE_NEEDED: this has to be done for one of these offices: incident-lead, head-of-commissioning-and-quality, director-of-nursing-and-clinical-transformation, director-of-adult-social-services"
        ],
    );
    check(
        &home.council(),
        place(RestrictionBasis::Temporary, None),
        &expect!["placed R1, temporary restriction of placements: two nurses for 31 people"],
    );
    check(
        &home.cqc(),
        place(RestrictionBasis::Temporary, None),
        &expect![[
            r#"INTEREST_TOO_LOW: an agency with interest "oversight" may not do this; it needs an operational one"#
        ]],
    );
}

#[test]
fn what_was_imposed_is_lifted_by_an_office_once_and_not_through_a_shut_gate() {
    let mut home = Scenario::opened();
    home.lead().does(place(RestrictionBasis::Imposed, None));
    check(
        &home.council(),
        lift(1),
        &expect![
            "OFFICE_NEEDED: this has to be done for one of these offices: incident-lead, head-of-commissioning-and-quality, director-of-nursing-and-clinical-transformation, director-of-adult-social-services"
        ],
    );
    home.pins("outbreak", 1);
    home.advises("outbreak", &[gate("clear", Step::Lift, Answer::No)]);
    check(
        &home.lead(),
        lift(1),
        &expect![
            "GATE_SHUT: proposal 1 holds back restrictions.lift until its condition is met; an office-holder can override it with a reason"
        ],
    );
    home.advises("outbreak", &[]);
    home.lead().does(lift(1));
    check(&home.lead(), lift(1), &expect!["ALREADY_LIFTED: the restriction was lifted already"]);
    check(&home.lead(), lift(2), &expect!["RESOURCE_NOT_FOUND: this record has no restriction 2"]);
}
