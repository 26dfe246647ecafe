use super::*;

#[test]
fn in_a_failure_the_plan_is_activated_and_monitoring_waits() {
    expect![[r#"
        finding      plan-held/service-1            yes: There is a business continuity plan: a pre-requisite of every contract with the council
        finding      activated/service-1            unknown: The business continuity plan is activated
        question     ask/continuity/service-1/activated Is the business continuity plan of service-1 activated?
        action       activate/service-1             Activate the business continuity plan of service-1, as far as the incident requires it
    "#]].assert_eq(&told(&advise(failure().answered(HELD, Answer::Yes))));
    assert_eq!(
        advise(failure().answered(HELD, Answer::Yes).answered(INTERNAL, Answer::Yes).answered(REFRESHED, days_ago(10)))
            .look_again_at,
        None
    );
}

#[test]
fn a_plan_that_is_activated_need_not_be_activated() {
    let key = "activate/service-1";
    assert!(find(failure().answered(HELD, Answer::Yes), key).is_some());
    assert_eq!(find(failure().answered(HELD, Answer::Yes).answered(ACTIVATED, Answer::Yes), key), None);
    let not_yet = failure().answered(HELD, Answer::Yes).answered(ACTIVATED, Answer::No);
    assert!(find(not_yet.clone(), key).is_some());
    assert_eq!(asked(not_yet), Vec::<String>::new());
    assert_eq!(find(concern().answered(HELD, Answer::Yes), key), None);
}

#[test]
fn where_there_is_no_plan_to_activate_the_council_mobilises() {
    let without = |story: Story| story.answered(HELD, Answer::No);
    assert!(find(without(failure()), "without-plan/service-1").is_some());
    assert_eq!(find(failure(), "without-plan/service-1"), None);
    assert_eq!(find(without(failure()), "produce/service-1"), None);
    assert_eq!(find(without(concern()), "without-plan/service-1"), None);
    assert!(find(without(failure().reaches(Phase::Recovering)), "produce/service-1").is_some());
}

#[test]
fn in_an_outbreak_the_staffing_ladder_says_when_a_plan_is_activated() {
    assert_eq!(find(outbreak().answered(HELD, Answer::Yes), "activate/service-1"), None);
    assert_eq!(asked(outbreak().answered(HELD, Answer::Yes)), Vec::<String>::new());
    assert_eq!(verdict(outbreak().answered(HELD, Answer::Yes), "activated/service-1"), Answer::Unknown);
    let ladder = outbreak().answered(HELD, Answer::Yes).answered("staffing/continuity-plan-activated", Answer::Yes);
    assert_eq!(verdict(ladder, "activated/service-1"), Answer::Yes);
    let without = outbreak().answered(HELD, Answer::No);
    assert_eq!(find(without, "without-plan/service-1"), None);
}
