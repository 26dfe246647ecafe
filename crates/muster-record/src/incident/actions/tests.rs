//! Actions have one owner, who alone says how far they have come.

use expect_test::expect;

use super::Command;
use crate::ids::ActionNo;
use crate::testing::{Scenario, at, check, named};

fn raise(owner: &str) -> Command {
    Command::Raise { title: "find beds".to_owned(), owner: named(owner), due: Some(at("2024-03-04T12:00:00Z")) }
}

const A1: ActionNo = ActionNo(1);

fn assign(owner: &str) -> Command {
    Command::Assign { action: A1, owner: named(owner) }
}

fn decline() -> Command {
    Command::Decline { action: A1, cause: "no staff".to_owned() }
}

fn progress() -> Command {
    Command::Progress { action: A1, note: "four of nine".to_owned() }
}

fn done() -> Command {
    Command::Complete { action: A1, note: "nine of nine".to_owned() }
}

fn cancel() -> Command {
    Command::Cancel { action: A1, reason: "a buyer".to_owned() }
}

#[test]
fn an_action_goes_from_hand_to_hand_until_it_is_done() {
    let mut home = Scenario::opened();
    home.cqc().does(raise("region"));
    home.region().does(decline());
    expect![[r#"
        1 action, 0 done, 0 overdue
        A1 find beds (region, declined, due Mon 4 Mar 12:00)
    "#]]
    .assert_eq(&home.reported("actions"));
    home.icb().does(assign("icb"));
    home.icb().does(Command::Accept { action: A1 });
    home.icb().does(progress());
    home.icb().does(Command::Block { action: A1, cause: "no nurse tonight".to_owned() });
    home.later_hours(4);
    home.council().does(Command::Raise { title: "call the families".to_owned(), owner: named("council"), due: None });
    expect![[r#"
        2 actions, 0 done, 1 overdue
        A1 find beds (icb, blocked, due Mon 4 Mar 12:00) OVERDUE
        A2 call the families (council, raised)
    "#]]
    .assert_eq(&home.reported("actions"));
    home.icb().of_hours_ago(1).does(done());
    home.council().does(Command::Cancel { action: ActionNo(2), reason: "the home has called".to_owned() });
    expect![[r#"
        Mon 4 Mar 2024
          11  09:00  cqc                   raised A1 for region: find beds, due Mon 4 Mar 12:00
          12  09:00  region                declined A1: no staff
          13  09:00  icb                   gave A1 to icb
          14  09:00  icb                   accepted A1
          15  09:00  icb                   A1 goes on: four of nine
          16  09:00  icb                   A1 is blocked: no nurse tonight
          17  13:00  council               raised A2 for council: call the families
          18  12:00  icb                   A1 done: nine of nine
          19  13:00  council               cancelled A2: the home has called
    "#]]
    .assert_eq(&home.told());
    expect![[r#"
        2 actions, 1 done, 0 overdue
    "#]]
    .assert_eq(&home.reported("actions"));
}

#[test]
fn only_its_owner_moves_an_action_and_only_the_lead_cancels_anothers() {
    let mut home = Scenario::opened();
    home.council().does(raise("region"));
    check(&home.council(), progress(), &expect!["NOT_YOUR_ACTION: the action belongs to region"]);
    check(&home.icb(), cancel(), &expect!["NOT_LEAD: only the lead agency may do this"]);
    check(
        &home.cqc(),
        cancel(),
        &expect![[
            r#"INTEREST_TOO_LOW: an agency with interest "oversight" may not do this; it needs an operational one"#
        ]],
    );
    check(&home.council(), cancel(), &expect!["cancelled A1: a buyer"]);
    check(
        &home.region(),
        cancel(),
        &expect![[
            r#"INTEREST_TOO_LOW: an agency with interest "information" may not do this; it needs an operational one"#
        ]],
    );
    check(&home.region(), done(), &expect!["A1 done: nine of nine"]);
}

#[test]
fn an_action_that_is_done_stays_done() {
    let mut home = Scenario::opened();
    home.council().does(raise("icb"));
    home.icb().does(done());
    check(&home.icb(), done(), &expect!["ACTION_STATE: the action is done"]);
    check(&home.icb(), progress(), &expect!["ACTION_STATE: the action is done"]);
    check(&home.icb(), Command::Accept { action: A1 }, &expect!["ACTION_STATE: the action is done"]);
    check(&home.icb(), decline(), &expect!["ACTION_STATE: the action is done"]);
    check(&home.council(), assign("council"), &expect!["ACTION_STATE: the action is done"]);
    check(&home.council(), cancel(), &expect!["ACTION_STATE: the action is done"]);
}

#[test]
fn an_action_that_was_begun_is_not_declined_any_more() {
    let mut home = Scenario::opened();
    home.council().does(raise("icb"));
    home.icb().does(progress());
    check(&home.icb(), decline(), &expect!["ACTION_STATE: the action is started"]);
}

#[test]
fn an_action_is_for_somebody_at_the_table_and_says_what() {
    let mut home = Scenario::opened();
    check(&home.council(), raise("press"), &expect!["RESOURCE_NOT_FOUND: this record has no participant press"]);
    check(
        &home.region(),
        raise("council"),
        &expect![[
            r#"INTEREST_TOO_LOW: an agency with interest "information" may not do this; it needs an operational one"#
        ]],
    );
    let silent = Command::Raise { title: String::new(), owner: named("icb"), due: None };
    check(&home.council(), silent, &expect!["INVALID_FIELD: title is empty"]);
    check(&home.council(), assign("icb"), &expect!["RESOURCE_NOT_FOUND: this record has no action 1"]);
}
