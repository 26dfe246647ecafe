use expect_test::expect;
use muster_rule_sdk::testing::told;

use super::*;

#[test]
fn of_which_nothing_is_known_it_asks_whether_levels_are_safe_and_no_more() {
    expect![[r#"
        finding      staffing/safe                  unknown: Staffing is adequate and safe
        question     ask/staffing/safe              Are staffing levels adequate and safe, now and for the next 24 hours?
    "#]].assert_eq(&told(&advise(Story::of_an_emergency_closure())));
}

#[test]
fn a_night_with_hours_short_begins_with_the_providers_own_duty() {
    expect![[r#"
        finding      staffing/safe                  no: Staffing is adequate and safe
        finding      staffing/last-resort           unknown: Council staff may be identified to support: the rungs before are exhausted and levels remain unsafe
        finding      agencies/listed                yes: The council's list names an agency for every role that is short
        finding      covered/carer                  no: The hours short of carers are covered by hours taken
        question     ask/staffing/provider-cover-exhausted Have you done all that you can with your own staff, bank and other branches, and are still short?
        action       rung/own-staff                 Cover the hours with your own staff first: extra shifts, bank, other branches; say what is left
        options      hours/carer                    Who covers the hours short of carers?
                     own-staff                      1. The provider's own staff, bank and other branches (unknown)
                     continuity-plan                2. The provider's business continuity plan (unknown)
                     agency/amber-care              3. Amber Care Staff (invented) (unknown)
                     agency/birch-care              4. Birch Care Staff (invented) (unknown)
                     agency/elm-recruitment         5. Elm Recruitment (invented) (unknown)
                     agency/fern-recruitment        6. Fern Healthcare Recruitment (invented) (unknown)
    "#]].assert_eq(&told(&advise(short_night())));
}

#[test]
fn at_the_last_resort_council_staff_stand_at_the_end_of_the_ladder() {
    expect![[r#"
        finding      staffing/safe                  no: Staffing is adequate and safe
        finding      staffing/last-resort           yes: Council staff may be identified to support: the rungs before are exhausted and levels remain unsafe
        finding      agencies/listed                yes: The council's list names an agency for every role that is short
        finding      covered/carer                  no: The hours short of carers are covered by hours taken
        question     ask/closure/step-in-agreed     May council staff work in the service, by agreement with the provider or by its contract?
        action       rung/own-staff                 Cover the hours with your own staff first: extra shifts, bank, other branches; say what is left
        action       rung/continuity-plan/council   Support the provider in activating its business continuity plan
        action       rung/continuity-plan/provider  Activate your business continuity plan
        action       rung/agencies/council          Support the provider in finding agency staff: ask in the order listed for each role, and record each answer
        action       rung/agencies/provider         Book agency staff for the hours that are left
        action       rung/council-staff             Identify council staff to support, for a time that is agreed and by agreement or contract: the last resort
        action       staff/takeover                 Have it decided who takes the staff over if this outlasts agency cover: the council and the health commissioner, or a new provider
        options      hours/carer                    Who covers the hours short of carers?
                     own-staff                      1. The provider's own staff, bank and other branches (no)
                     continuity-plan                2. The provider's business continuity plan (no)
                     agency/amber-care              3. Amber Care Staff (invented) (unknown)
                     agency/birch-care              4. Birch Care Staff (invented) (unknown)
                     agency/elm-recruitment         5. Elm Recruitment (invented) (unknown)
                     agency/fern-recruitment        6. Fern Healthcare Recruitment (invented) (unknown)
                     council-staff                  7. Council staff, for an agreed time (unknown)
    "#]].assert_eq(&told(&advise(last_resort_reached())));
}

#[test]
fn safe_levels_with_nothing_short_call_for_nothing() {
    let safe = Story::of_an_emergency_closure().answered("staffing/safe", Answer::Yes);
    assert_eq!(action_keys(safe.clone()), Vec::<String>::new());
    assert_eq!(asked(safe), Vec::<String>::new());
}

#[test]
fn hours_short_put_the_ladder_up_even_where_levels_are_called_safe() {
    let safe = Story::of_an_emergency_closure().answered("staffing/safe", Answer::Yes);
    assert_eq!(action_keys(safe.clone().answered("staffing/hours-short/carer", 0)), Vec::<String>::new());
    assert_eq!(action_keys(safe.answered("staffing/hours-short/carer", 6)), ["rung/own-staff"]);
}

#[test]
fn each_rung_waits_for_the_one_before() {
    let plan = ["rung/own-staff", "rung/continuity-plan/council", "rung/continuity-plan/provider"];
    let exhausted = short_night().answered("staffing/provider-cover-exhausted", Answer::Yes);
    assert_eq!(action_keys(short_night()), ["rung/own-staff"]);
    assert_eq!(action_keys(exhausted.clone()), plan);

    let activated = exhausted.answered("staffing/continuity-plan-activated", Answer::Yes);
    let mut agencies = plan.to_vec();
    agencies.extend(["rung/agencies/council", "rung/agencies/provider", "staff/takeover"]);
    assert_eq!(action_keys(activated), agencies);

    let skipped = short_night().answered("staffing/continuity-plan-activated", Answer::Yes);
    assert_eq!(action_keys(skipped), ["rung/own-staff"]);
}

#[test]
fn council_staff_are_never_there_while_a_rung_before_is_not_exhausted() {
    let is_called_on = |story: Story| action_keys(story).iter().any(|key| key == "rung/council-staff");
    assert!(is_called_on(last_resort_reached()));
    for fact in ["staffing/provider-cover-exhausted", "staffing/continuity-plan-activated", "staffing/agency-exhausted"]
    {
        assert!(!is_called_on(last_resort_reached().answered(fact, Answer::No)), "{fact} is no");
        assert!(!is_called_on(last_resort_reached().answered(fact, Answer::Unknown)), "{fact} is not known");
    }
}

#[test]
fn council_staff_are_not_for_levels_that_are_safe_or_not_known() {
    let verdict = |safe| {
        finding(&last_resort_reached().answered("staffing/safe", safe).situation(), "staffing/last-resort").verdict
    };
    assert_eq!(verdict(Answer::No), Answer::Yes);
    assert_eq!(verdict(Answer::Yes), Answer::No);
    assert_eq!(verdict(Answer::Unknown), Answer::Unknown);
}

#[test]
fn the_last_resort_says_which_rung_holds_it_back() {
    let story = last_resort_reached().answered("staffing/agency-exhausted", Answer::Unknown);
    let finding = finding(&story.situation(), "staffing/last-resort");
    assert_eq!(finding.verdict, Answer::Unknown);
    expect![[r#"
        The provider's own cover is exhausted: yes
        The continuity plan is activated, or there is none: yes
        Agencies are exhausted: unknown
        Levels are safe: no"#]]
    .assert_eq(&finding.because.join("\n"));
}

#[test]
fn council_staff_leave_when_levels_are_safe_again() {
    let called = last_resort_reached().with_action("agency-staffing/rung/council-staff", ActionStatus::Started);
    let has_end = |story: Story| action_keys(story).iter().any(|key| key == "rung/council-staff-end");
    assert!(!has_end(called.clone()));
    let safe = called.answered("staffing/safe", Answer::Yes);
    assert!(has_end(safe));
    let turned_down = last_resort_reached().with_action("agency-staffing/rung/council-staff", ActionStatus::Declined);
    assert!(!has_end(turned_down.answered("staffing/safe", Answer::Yes)));
}

#[test]
fn an_outbreak_is_told_the_hours_and_leaves_the_steps_to_the_rule_set_of_outbreaks() {
    expect![[r#"
        finding      staffing/safe                  no: Staffing is adequate and safe
        finding      staffing/last-resort           yes: Council staff may be identified to support: the rungs before are exhausted and levels remain unsafe
        finding      agencies/listed                yes: The council's list names an agency for every role that is short
        finding      covered/carer                  no: The hours short of carers are covered by hours taken
        question     ask/closure/step-in-agreed     May council staff work in the service, by agreement with the provider or by its contract?
        options      hours/carer                    Who covers the hours short of carers?
                     own-staff                      1. The provider's own staff, bank and other branches (no)
                     continuity-plan                2. The provider's business continuity plan (no)
                     agency/amber-care              3. Amber Care Staff (invented) (unknown)
                     agency/birch-care              4. Birch Care Staff (invented) (unknown)
                     agency/elm-recruitment         5. Elm Recruitment (invented) (unknown)
                     agency/fern-recruitment        6. Fern Healthcare Recruitment (invented) (unknown)
                     council-staff                  7. Council staff, for an agreed time (unknown)
    "#]].assert_eq(&told(&advise(last_resort_reached().kind(IncidentKind::Outbreak))));
    let unsafe_only =
        Story::of_an_emergency_closure().kind(IncidentKind::Outbreak).answered("staffing/safe", Answer::No);
    assert_eq!(action_keys(unsafe_only.clone()), Vec::<String>::new());
    assert!(asked(unsafe_only).iter().all(|fact| fact.starts_with(HOURS_SHORT)));
}

#[test]
fn the_hours_are_asked_for_each_role_that_the_service_needs() {
    let unsafe_at = |kind| {
        let story = Story::of_an_emergency_closure().of_services([service(1, kind)]);
        let asked = asked(story.answered("staffing/safe", Answer::No));
        asked.into_iter().filter_map(|fact| fact.strip_prefix(HOURS_SHORT).map(str::to_owned)).collect::<Vec<_>>()
    };
    assert_eq!(unsafe_at(ServiceKind::HomeSupport), ["carer", "senior-carer"]);
    assert_eq!(unsafe_at(ServiceKind::Nursing), ["carer", "senior-carer", "nurse", "cook", "domestic"]);
    assert_eq!(unsafe_at(ServiceKind::CommunityMeals), ["cook"]);
}

#[test]
fn hours_answered_with_unknown_are_asked_for_again() {
    let story = short_night().answered("staffing/hours-short/senior-carer", Answer::Unknown);
    assert!(asked(story).contains(&"staffing/hours-short/senior-carer".to_owned()));
    assert!(!asked(short_night()).contains(&"staffing/hours-short/senior-carer".to_owned()));
}

#[test]
fn whether_council_staff_may_work_there_is_asked_once_they_are_called_on() {
    let step_in = "closure/step-in-agreed".to_owned();
    assert!(!asked(short_night()).contains(&step_in));
    assert!(asked(last_resort_reached()).contains(&step_in));
    assert!(!asked(last_resort_reached().answered("closure/step-in-agreed", Answer::Yes)).contains(&step_in));
}

#[test]
fn a_provider_without_a_continuity_plan_does_not_stop_the_ladder() {
    let exhausted = short_night().answered("staffing/provider-cover-exhausted", Answer::Yes);
    let without = exhausted.clone().answered("continuity/service-1/plan-held", Answer::No);
    assert!(action_keys(exhausted.clone()).contains(&"rung/continuity-plan/council".to_owned()));
    assert_eq!(
        action_keys(without.clone())[1..],
        ["rung/agencies/council", "rung/agencies/provider", "staff/takeover"]
    );
    assert!(!asked(without.clone()).contains(&PLAN_ACTIVATED.to_owned()));

    let activated = exhausted.answered("continuity/service-1/activated", Answer::Yes);
    assert!(action_keys(activated).contains(&"rung/agencies/council".to_owned()));
    let denied = without.answered(PLAN_ACTIVATED, Answer::No);
    assert!(!action_keys(denied).contains(&"rung/agencies/council".to_owned()), "the ladder's own answer stands");
}

#[test]
fn two_services_both_have_to_be_through_with_their_plans() {
    let both = [service(1, ServiceKind::HomeSupport), service(2, ServiceKind::HomeSupport)];
    let one = short_night()
        .of_services(both)
        .answered("staffing/provider-cover-exhausted", Answer::Yes)
        .answered("continuity/service-1/plan-held", Answer::No);
    assert!(!action_keys(one.clone()).contains(&"rung/agencies/council".to_owned()));
    let other = one.answered("continuity/service-2/activated", Answer::Yes);
    assert!(action_keys(other).contains(&"rung/agencies/council".to_owned()));
}
