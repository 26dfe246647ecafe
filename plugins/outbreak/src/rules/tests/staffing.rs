use super::*;

const UNSAFE: (&str, Answer) = ("staffing/safe", Answer::No);
const OWN_COVER: (&str, Answer) = ("staffing/provider-cover-exhausted", Answer::Yes);
const PLAN: (&str, Answer) = ("staffing/continuity-plan-activated", Answer::Yes);
const AGENCY: (&str, Answer) = ("staffing/agency-exhausted", Answer::Yes);

fn rungs(answers: &[(&str, Answer)]) -> Vec<String> {
    let mut keys = actions(&answered(answers));
    keys.retain(|key| key.starts_with("staffing/"));
    keys
}

#[test]
fn there_is_no_ladder_while_staffing_is_safe_or_not_known() {
    assert_eq!(rungs(&[]), Vec::<String>::new());
    assert!(asks(&outbreak(), "staffing/safe"));
    assert_eq!(rungs(&[("staffing/safe", Answer::Yes)]), Vec::<String>::new());
}

#[test]
fn each_rung_stands_alone_and_only_when_the_one_before_is_exhausted() {
    assert_eq!(rungs(&[UNSAFE]), ["staffing/provider"]);
    assert_eq!(rungs(&[UNSAFE, OWN_COVER]), ["staffing/continuity-plan"]);
    assert_eq!(rungs(&[UNSAFE, OWN_COVER, PLAN]), ["staffing/agency"]);
    assert_eq!(rungs(&[UNSAFE, OWN_COVER, PLAN, AGENCY]), ["staffing/council-staff"]);
}

#[test]
fn council_staff_are_never_first() {
    assert_eq!(rungs(&[UNSAFE, AGENCY]), ["staffing/provider"]);
    assert_eq!(rungs(&[UNSAFE, PLAN, AGENCY]), ["staffing/provider"]);
    assert_eq!(rungs(&[UNSAFE, OWN_COVER, AGENCY]), ["staffing/continuity-plan"]);
}

#[test]
fn council_staff_are_proposed_only_if_levels_remain_unsafe() {
    assert_eq!(rungs(&[OWN_COVER, PLAN, AGENCY]), Vec::<String>::new());
    assert_eq!(rungs(&[("staffing/safe", Answer::Yes), OWN_COVER, PLAN, AGENCY]), Vec::<String>::new());
}

#[test]
fn a_rung_names_what_was_exhausted_before_it() {
    let situation = answered(&[UNSAFE, OWN_COVER]);
    expect![[r#"
        staffing/safe: no (entry 2)
        staffing/provider-cover-exhausted: yes (entry 3)"#]]
    .assert_eq(&action(&situation, "staffing/continuity-plan").because.join("\n"));
}

#[test]
fn whether_a_rung_is_exhausted_is_asked_once_it_is_reached() {
    assert!(!asks(&outbreak(), "staffing/provider-cover-exhausted"));
    assert!(asks(&answered(&[UNSAFE]), "staffing/provider-cover-exhausted"));
    assert!(!asks(&answered(&[UNSAFE]), "staffing/agency-exhausted"));
    let not_yet = ("staffing/provider-cover-exhausted", Answer::No);
    assert!(!asks(&answered(&[UNSAFE, not_yet]), "staffing/provider-cover-exhausted"));
}

#[test]
fn what_is_known_of_the_plan_of_every_service_answers_for_the_ladder() {
    let activated = ("continuity/service-1/activated", Answer::Yes);
    assert_eq!(rungs(&[UNSAFE, OWN_COVER, activated]), ["staffing/agency"]);
    let denied = ("staffing/continuity-plan-activated", Answer::No);
    assert_eq!(rungs(&[UNSAFE, OWN_COVER, activated, denied]), ["staffing/continuity-plan"]);
}

#[test]
fn where_no_service_has_a_plan_there_is_none_to_activate() {
    let none_held = ("continuity/service-1/plan-held", Answer::No);
    assert_eq!(rungs(&[UNSAFE, OWN_COVER, none_held]), ["staffing/agency"]);
    let not_known = ("continuity/service-1/plan-held", Answer::Unknown);
    assert_eq!(rungs(&[UNSAFE, OWN_COVER, not_known]), ["staffing/continuity-plan"]);
}

#[test]
fn at_the_last_rung_agreement_and_presence_of_council_staff_are_asked_about() {
    let before = answered(&[UNSAFE, OWN_COVER, PLAN]);
    assert!(!asks(&before, "closure/step-in-agreed"));
    let last = answered(&[UNSAFE, OWN_COVER, PLAN, AGENCY]);
    assert!(asks(&last, "closure/step-in-agreed"));
    assert!(asks(&last, "staffing/council-staff-working"));
}

#[test]
fn council_staff_are_withdrawn_when_staffing_is_safe_or_the_outbreak_is_over() {
    let key = "staffing/withdraw-council-staff";
    let working = ("staffing/council-staff-working", Answer::Yes);
    assert!(!proposes(&answered(&[UNSAFE, working]), key));
    assert!(!proposes(&answered(&[("staffing/safe", Answer::Yes)]), key));
    assert!(proposes(&answered(&[("staffing/safe", Answer::Yes), working]), key));
    assert!(proposes(&answered(&[UNSAFE, working, ("outbreak/over", Answer::Yes)]), key));
}

#[test]
fn an_outbreak_that_is_over_has_no_ladder() {
    assert_eq!(rungs(&[UNSAFE, ("outbreak/over", Answer::Yes)]), Vec::<String>::new());
}
