//! An escalation is acknowledged where it is addressed.

use expect_test::expect;

use super::Command;
use crate::agency::AgencyKind;
use crate::ids::EscalationNo;
use crate::testing::{Scenario, check};

const E1: EscalationNo = EscalationNo(1);

fn raise(to: AgencyKind) -> Command {
    Command::Raise { to, matter: "a second home of the brand has no nurses".to_owned() }
}

fn acknowledge() -> Command {
    Command::Acknowledge { escalation: E1 }
}

fn step_down() -> Command {
    Command::StepDown { escalation: E1, reason: "nurses found".to_owned() }
}

#[test]
fn an_escalation_is_raised_acknowledged_and_stepped_down() {
    let mut home = Scenario::opened();
    home.cqc().does(raise(AgencyKind::Region));
    expect![[r#"
        E1 to the region: a second home of the brand has no nurses (not acknowledged yet)
    "#]]
    .assert_eq(&home.reported("escalation"));
    home.region().does(acknowledge());
    expect![[r#"
        E1 to the region: a second home of the brand has no nurses (acknowledged by region)
    "#]]
    .assert_eq(&home.reported("escalation"));
    home.region().does(step_down());
    expect![[r#"
        Mon 4 Mar 2024
          11  09:00  cqc                   escalated E1 to the region: a second home of the brand has no nurses
          12  09:00  region                acknowledged E1
          13  09:00  region                stepped down E1: nurses found
    "#]]
    .assert_eq(&home.told());
    expect![[r#"
        E1 to the region: a second home of the brand has no nurses (stepped down)
    "#]]
    .assert_eq(&home.reported("escalation"));
    check(&home.region(), acknowledge(), &expect!["ALREADY_STEPPED_DOWN: the escalation was stepped down already"]);
    check(&home.region(), step_down(), &expect!["ALREADY_STEPPED_DOWN: the escalation was stepped down already"]);
}

#[test]
fn nobody_acknowledges_for_another_or_twice() {
    let mut home = Scenario::opened();
    home.cqc().does(raise(AgencyKind::Region));
    check(&home.council(), acknowledge(), &expect!["NOT_ESCALATED_TO_YOU: the escalation is addressed to the region"]);
    check(&home.icb(), step_down(), &expect!["NOT_LEAD: only the lead agency may do this"]);
    check(&home.council(), step_down(), &expect!["stepped down E1: nurses found"]);
    home.region().does(acknowledge());
    check(&home.region(), acknowledge(), &expect!["ALREADY_ACKNOWLEDGED: the escalation was acknowledged already"]);
    check(
        &home.region(),
        raise(AgencyKind::Regulator),
        &expect![[
            r#"INTEREST_TOO_LOW: an agency with interest "information" may not do this; it needs an operational one"#
        ]],
    );
    check(
        &home.region(),
        Command::Acknowledge { escalation: EscalationNo(2) },
        &expect!["RESOURCE_NOT_FOUND: this record has no escalation 2"],
    );
}
