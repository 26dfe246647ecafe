//! Nobody issues what is not approved by those who have to approve it.

use expect_test::expect;

use super::Command;
use crate::advice::{Answer, Step};
use crate::agency::AgencyKind;
use crate::ids::CommunicationNo;
use crate::testing::{Scenario, check, gate};

const C1: CommunicationNo = CommunicationNo(1);

fn draft(approved_by: AgencyKind) -> Command {
    let (audience, title) = ("residents and families".to_owned(), "Rosebank closes".to_owned());
    Command::Draft { audience, title, body: "We are writing to you because".to_owned(), approved_by }
}

fn approve() -> Command {
    Command::Approve { communication: C1 }
}

fn issue() -> Command {
    Command::Issue { communication: C1, how: "by hand".to_owned() }
}

#[test]
fn a_letter_is_drafted_approved_by_another_agency_and_issued() {
    let mut home = Scenario::opened();
    home.icb().does(draft(AgencyKind::Council));
    expect![[r#"
        C1 Rosebank closes (to residents and families): awaits approval by the council
    "#]]
    .assert_eq(&home.reported("communications"));
    home.council().does(approve());
    expect![[r#"
        C1 Rosebank closes (to residents and families): approved, not issued
    "#]]
    .assert_eq(&home.reported("communications"));
    home.icb().does(issue());
    expect![[r#"
        Mon 4 Mar 2024
          11  09:00  icb                   drafted C1 for residents and families: Rosebank closes (the council approves)
          12  09:00  council               approved C1
          13  09:00  icb                   issued C1: by hand
    "#]]
    .assert_eq(&home.told());
    expect![[r#"
        C1 Rosebank closes (to residents and families): issued
    "#]]
    .assert_eq(&home.reported("communications"));
}

#[test]
fn nobody_issues_what_is_not_approved_or_approves_for_another() {
    let mut home = Scenario::opened();
    home.council().does(draft(AgencyKind::Regulator));
    check(&home.council(), issue(), &expect!["NOT_APPROVED: the communication is not approved yet"]);
    check(
        &home.council(),
        approve(),
        &expect!["NOT_YOUR_APPROVAL: the communication awaits approval by the regulator"],
    );
    check(&home.cqc(), approve(), &expect!["approved C1"]);
    home.cqc().does(approve());
    check(&home.cqc(), approve(), &expect!["ALREADY_APPROVED: the communication was approved or issued already"]);
    check(
        &home.cqc(),
        issue(),
        &expect![[
            r#"INTEREST_TOO_LOW: an agency with interest "oversight" may not do this; it needs an operational one"#
        ]],
    );
    home.council().does(issue());
    check(&home.council(), issue(), &expect!["ALREADY_APPROVED: the communication was approved or issued already"]);
}

#[test]
fn a_gate_holds_every_letter_back() {
    let mut home = Scenario::opened();
    home.council().does(draft(AgencyKind::Council));
    home.council().does(approve());
    home.pins("closure", 1);
    home.advises("closure", &[gate("letters", Step::Issue, Answer::No)]);
    check(
        &home.council(),
        issue(),
        &expect![
            "GATE_SHUT: proposal 1 holds back communications.issue until its condition is met; an office-holder can override it with a reason"
        ],
    );
}

#[test]
fn a_letter_has_readers_a_title_and_a_text() {
    let mut home = Scenario::opened();
    let empty = Command::Draft {
        audience: "families".to_owned(),
        title: "Rosebank closes".to_owned(),
        body: String::new(),
        approved_by: AgencyKind::Council,
    };
    check(&home.council(), empty, &expect!["INVALID_FIELD: body is empty"]);
    check(&home.council(), approve(), &expect!["RESOURCE_NOT_FOUND: this record has no communication 1"]);
    check(
        &home.cqc(),
        draft(AgencyKind::Council),
        &expect![[
            r#"INTEREST_TOO_LOW: an agency with interest "oversight" may not do this; it needs an operational one"#
        ]],
    );
}
