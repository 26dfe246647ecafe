use expect_test::expect;

use super::*;

const CONTINUES: &str = "quality/service-1/concerns-continue";
const IMPROVED: &str = "quality/service-1/sustained-improvement";
const HEAD: Office = Office::HeadOfCommissioningAndQuality;

#[test]
fn concerns_that_continue_put_a_higher_level_before_an_office() {
    let mut situation = at_level(2);
    assert!(says(&situation, "ask/quality/service-1/concerns-continue"));
    assert!(!says(&situation, "raise/2/service-1"));
    answered(&mut situation, CONTINUES, Answer::Yes);
    let raise = options(&situation, "raise/2/service-1");
    assert_eq!(raise.decided_by, HEAD);
    let titles: Vec<&str> = raise.choices.iter().map(|choice| choice.title.as_str()).collect();
    assert_eq!(titles, ["Raise to level 3", "Raise to level 4", "Hold level 2"]);
}

#[test]
fn concerns_that_do_not_continue_raise_nothing() {
    let mut situation = at_level(2);
    answered(&mut situation, CONTINUES, Answer::No);
    assert_eq!(advise(&situation).options.len(), 1, "the contractual options alone");
}

#[test]
fn without_evidence_of_sustained_improvement_nothing_is_lowered() {
    let mut situation = at_level(4);
    assert!(says(&situation, "ask/quality/service-1/sustained-improvement"));
    for not_yet in [Answer::Unknown, Answer::No] {
        answered(&mut situation, IMPROVED, not_yet);
        assert!(!says(&situation, "lower/4/service-1"));
    }
    answered(&mut situation, IMPROVED, Answer::Yes);
    let titles = options(&situation, "lower/4/service-1").choices.into_iter().map(|choice| choice.title);
    expect!["Lower to level 3, Lower to level 2, Lower to level 1, Hold level 4"]
        .assert_eq(&titles.collect::<Vec<_>>().join(", "));
}

#[test]
fn level_1_has_no_level_below_and_asks_for_no_evidence() {
    let mut situation = at_level(1);
    assert!(!says(&situation, "ask/quality/service-1/sustained-improvement"));
    answered(&mut situation, IMPROVED, Answer::Yes);
    assert_eq!(advise(&situation).options, []);
}

#[test]
fn level_4_has_no_level_above_and_may_be_a_failure() {
    let mut situation = at_level(4);
    assert!(!says(&situation, "raise/highest/service-1"));
    answered(&mut situation, CONTINUES, Answer::Yes);
    assert!(says(&situation, "raise/highest/service-1"));
    assert!(!says(&situation, "raise/4/service-1"));
}

#[test]
fn concerns_and_improvement_at_once_are_a_contradiction() {
    let mut situation = at_level(3);
    answered(&mut situation, IMPROVED, Answer::Yes);
    answered(&mut situation, CONTINUES, Answer::Yes);
    assert_eq!(finding(&situation, "lower/contradiction/service-1").verdict, Answer::No);
    assert!(!says(&situation, "lower/3/service-1"));
    assert!(!says(&situation, "raise/3/service-1"));
}

#[test]
fn each_step_down_needs_evidence_of_its_own() {
    let mut situation = at_level(4);
    answered(&mut situation, IMPROVED, Answer::Yes);
    decided(&mut situation, HEAD, "lower/4/service-1", "Lower to level 3");
    situation.services = vec![home(1, Some(3))];
    assert!(!says(&situation, "lower/3/service-1"));
    assert!(says(&situation, "ask/quality/service-1/sustained-improvement"));
    answered(&mut situation, IMPROVED, Answer::Yes);
    assert!(says(&situation, "lower/3/service-1"));
}

#[test]
fn what_an_office_held_can_be_put_to_it_again() {
    let mut situation = at_level(2);
    answered(&mut situation, CONTINUES, Answer::Yes);
    decided(&mut situation, HEAD, "raise/2/service-1", "Hold level 2");
    assert!(!says(&situation, "raise/2/service-1"));
    answered(&mut situation, CONTINUES, Answer::Yes);
    assert!(says(&situation, "raise/2/service-1/2"));
}

#[test]
fn a_decided_level_is_to_be_put_on_the_record() {
    let mut situation = at_level(2);
    answered(&mut situation, CONTINUES, Answer::Yes);
    decided(&mut situation, HEAD, "raise/2/service-1", "Raise to level 3");
    assert!(says(&situation, "level/put-on-record/service-1/D1"));
    situation.services = vec![home(1, Some(3))];
    assert!(!says(&situation, "level/put-on-record/service-1/D1"));
}

#[test]
fn back_at_a_level_what_it_calls_for_is_called_for_again() {
    let mut situation = at_level(3);
    assert!(says(&situation, "level-3/briefing/service-1"));
    decided(&mut situation, HEAD, "raise/3/service-1", "Raise to level 4");
    decided(&mut situation, HEAD, "lower/4/service-1", "Lower to level 3");
    assert!(says(&situation, "level-3/briefing/service-1/again-2"));
    assert!(!says(&situation, "level-3/briefing/service-1"));
}

#[test]
fn a_decision_for_one_service_moves_no_other() {
    let mut situation = concern(None).of_services([home(1, Some(2)), home(2, Some(2))]).situation();
    answered(&mut situation, CONTINUES, Answer::Yes);
    answered(&mut situation, "quality/service-2/concerns-continue", Answer::Yes);
    decided(&mut situation, HEAD, "raise/2/service-1", "Raise to level 3");
    assert!(says(&situation, "raise/2/service-2"));
    assert!(!says(&situation, "raise/2/service-1"));
}
