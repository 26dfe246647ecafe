use expect_test::{Expect, expect};

use super::*;

#[track_caller]
fn check(story: Story, expect: &Expect) {
    expect.assert_eq(&told(&advise(story)));
}

#[test]
fn a_failure_of_which_nobody_named_the_type_is_asked_about() {
    check(
        failing(),
        &expect![[r#"
        finding      purpose/respond                yes: The approach at this point: respond to failure
        finding      scope/regulated/service-1      yes: Covered: provision regulated by the Care Quality Commission (service-1)
        finding      type/not-named                 unknown: The type of failure is named
        finding      delivery/building-based/service-1 yes: Building based: the actions for buildings apply (service-1)
        finding      approach/care-home/service-1   yes: Approach 1: care homes (service-1)
        finding      building/short-term/service-1  unknown: The building remains available in the short term (service-1)
        finding      priority/continuity            unknown: Continuity of care and support is ensured, and everybody is safeguarded
        finding      priority/workforce             unknown: The failing provider is supported to retain its workforce
        finding      priority/communication         unknown: People who use the services and their relatives are told, and reassured that continuity comes first
        finding      principle/person-centred       unknown: Person-centred: individuals' needs are paramount, with dignity and respect
        finding      principle/safeguard            unknown: Safeguard: providers may fail, service continuity should not
        finding      principle/communicate          unknown: Communicate: service users, carers, families and care workers are never left out of the loop
        finding      principle/information          unknown: Managing information: good, accessible data on people receiving care
        finding      principle/personal-data        unknown: Personal data is managed for everybody, including self-funders
        finding      principle/be-prepared          unknown: Be prepared: contingency plans are prepared, tested and regularly reviewed
        question     ask/scope/commissioned-solely-by-nhs Is this service commissioned solely by the NHS?
        question     ask/failure/type               Which types of failure is this: business-failure, provider-exit, enforcement or emergency? Answer with one or more of these words, or none
        question     ask/closure/building-available Can the building be used after the provider has gone? (service-1)
        question     ask/priority/continuity        Is continuity of care and support ensured for everybody who uses the services, and is everybody safeguarded?
        question     ask/priority/workforce         Is the failing provider supported to retain its workforce during this time?
        question     ask/priority/communication     Are people who use the services and their relatives told, and reassured that continuity of care is the priority?
    "#]],
    );
}

#[test]
fn a_temporary_emergency_in_home_support() {
    let story = of(ServiceKind::HomeSupport)
        .failing_by(Failure::Emergency)
        .answered("failure/temporary", Answer::Yes)
        .answered("scope/commissioned-solely-by-nhs", Answer::No)
        .reaches(Phase::Recovering);
    check(
        story,
        &expect![[r#"
        finding      purpose/respond                yes: The approach at this point: respond to failure
        finding      scope/regulated/service-1      yes: Covered: provision regulated by the Care Quality Commission (service-1)
        finding      type/emergency                 yes: Type D, emergency: such as an outbreak, flooding, a significant lack of staffing, fire or loss of power
        finding      emergency/temporary            yes: The emergency is temporary: a return to business as usual is possible
        finding      delivery/own-home/service-1    yes: Delivered in people's own homes: the actions for own homes apply (service-1)
        finding      approach/home-support/service-1 yes: Approach 2: home support (service-1)
        finding      priority/continuity            unknown: Continuity of care and support is ensured, and everybody is safeguarded
        finding      priority/workforce             unknown: The failing provider is supported to retain its workforce
        finding      priority/communication         unknown: People who use the services and their relatives are told, and reassured that continuity comes first
        finding      principle/person-centred       unknown: Person-centred: individuals' needs are paramount, with dignity and respect
        finding      principle/safeguard            unknown: Safeguard: providers may fail, service continuity should not
        finding      principle/communicate          unknown: Communicate: service users, carers, families and care workers are never left out of the loop
        finding      principle/information          unknown: Managing information: good, accessible data on people receiving care
        finding      principle/personal-data        unknown: Personal data is managed for everybody, including self-funders
        finding      principle/be-prepared          unknown: Be prepared: contingency plans are prepared, tested and regularly reviewed
        question     ask/priority/continuity        Is continuity of care and support ensured for everybody who uses the services, and is everybody safeguarded?
        question     ask/priority/workforce         Is the failing provider supported to retain its workforce during this time?
        question     ask/priority/communication     Are people who use the services and their relatives told, and reassured that continuity of care is the priority?
        question     ask/principle/person-centred   Were individuals' needs paramount, with dignity and respect maintained?
        question     ask/principle/safeguard        Did the duty to safeguard and to ensure continuity of care come first?
        question     ask/principle/communicate      Were service users, carers, their families and care workers kept in the loop?
        question     ask/principle/information      Was good, accessible data held on people receiving care?
        question     ask/principle/personal-data    Was personal data managed well for everybody, including self-funders?
        question     ask/principle/be-prepared      Are contingency plans prepared, tested and regularly reviewed?
        action       emergency/step-down            Plan the return to business as usual, and step the incident down (recovering, then concern) without closing it
    "#]],
    );
}

#[test]
fn a_concern_about_quality_is_not_a_failure() {
    check(
        failing().kind(IncidentKind::QualityConcern).reaches(Phase::Concern),
        &expect![[r#"
            finding      purpose/prevent                yes: The approach at this point: prevent failure
            finding      principle/be-prepared          unknown: Be prepared: contingency plans are prepared, tested and regularly reviewed
            question     ask/principle/be-prepared      Are contingency plans prepared, tested and regularly reviewed?
        "#]],
    );
}

#[test]
fn each_of_the_four_types_holds_where_it_is_named() {
    let types = [
        (Failure::BusinessFailure, "type/business-failure"),
        (Failure::ProviderExit, "type/provider-exit"),
        (Failure::Enforcement, "type/enforcement"),
        (Failure::Emergency, "type/emergency"),
    ];
    for (failure, key) in types {
        assert_eq!(types_of(failing().failing_by(failure)), [key]);
    }
}

#[test]
fn several_types_hold_at_once() {
    let story = failing().failing_by(Failure::Enforcement).failing_by(Failure::BusinessFailure);
    assert_eq!(types_of(story), ["type/business-failure", "type/enforcement"]);
}

#[test]
fn an_answered_type_is_to_be_named_on_the_incident() {
    let story = failing().answered("failure/type", "provider-exit, emergency");
    assert_eq!(types_of(story.clone()), ["type/provider-exit", "type/emergency", "type/name-it"]);
    assert!(!says(story.clone(), "ask/failure/type"));
    let named = story.failing_by(Failure::ProviderExit).failing_by(Failure::Emergency);
    assert_eq!(types_of(named), ["type/provider-exit", "type/emergency"]);
}

#[test]
fn an_answer_that_names_no_type_is_asked_again_and_none_is_an_answer() {
    let story = failing().answered("failure/type", "money");
    assert!(says(story, "ask/failure/type"));
    let none = failing().kind(IncidentKind::Outbreak).answered("failure/type", "none");
    assert!(!says(none.clone(), "ask/failure/type"));
    assert_eq!(finding(none, "type/not-named").verdict, Answer::No);
}

#[test]
fn only_business_failure_is_what_the_care_act_specifically_addresses() {
    let points = |failure, key: &str| finding(failing().failing_by(failure), key).because.join("; ");
    expect!["The only type that the Care Act specifically addresses: whether its temporary duty is engaged, the rule set temporary-duty says"]
        .assert_eq(&points(Failure::BusinessFailure, "type/business-failure"));
    for (failure, key) in [
        (Failure::ProviderExit, "type/provider-exit"),
        (Failure::Enforcement, "type/enforcement"),
        (Failure::Emergency, "type/emergency"),
    ] {
        assert!(points(failure, key).contains("By itself not what the Care Act specifically addresses"));
    }
}

#[test]
fn each_type_asks_what_matters_of_it() {
    let asked = |failure, fact: &str| says(failing().failing_by(failure), &format!("ask/failure/{fact}"));
    assert!(asked(Failure::ProviderExit, "insolvency-practitioner-appointed"));
    assert!(asked(Failure::Enforcement, "immediate-closure"));
    assert!(asked(Failure::Emergency, "temporary"));
    assert!(!asked(Failure::BusinessFailure, "temporary"));
}

#[test]
fn a_temporary_emergency_steps_down_and_a_lasting_one_does_not() {
    let story = failing().failing_by(Failure::Emergency);
    assert!(!says(story.clone(), "emergency/step-down"));
    let temporary = story.clone().answered("failure/temporary", Answer::Yes);
    assert!(says(temporary.clone(), "emergency/step-down"));
    assert!(!says(temporary.reaches(Phase::Concern), "emergency/step-down"));
    assert!(!says(story.answered("failure/temporary", Answer::No), "emergency/step-down"));
}

#[test]
fn only_an_emergency_is_temporary() {
    let story = failing().failing_by(Failure::Enforcement).answered("failure/temporary", Answer::Yes);
    assert!(!says(story, "emergency/temporary"));
}

#[test]
fn an_outbreak_is_no_failure_until_somebody_says_so() {
    let story = failing().kind(IncidentKind::Outbreak);
    assert!(says(story.clone(), "ask/failure/type"));
    assert!(says(story.clone(), "principle/safeguard"));
    assert!(!says(story.clone(), "priority/continuity"));
    assert!(says(story.failing_by(Failure::Emergency), "priority/continuity"));
}

#[test]
fn the_priorities_are_asked_about_at_once_and_the_principles_afterwards() {
    let story = failing();
    assert!(says(story.clone(), "ask/priority/workforce"));
    assert_eq!(finding(story.clone(), "principle/communicate").verdict, Answer::Unknown);
    assert!(!says(story.clone(), "ask/principle/communicate"));
    assert!(says(story.clone().reaches(Phase::Recovering), "ask/principle/communicate"));
    let answered = story.answered("priority/workforce", Answer::No);
    assert_eq!(finding(answered.clone(), "priority/workforce").verdict, Answer::No);
    assert!(!says(answered, "ask/priority/workforce"));
}

#[test]
fn the_approach_prevents_mitigates_and_responds() {
    let purpose = |phase| -> Vec<String> {
        let keys = keys_of(failing().reaches(phase));
        keys.into_iter().filter(|key| key.starts_with("purpose/")).collect()
    };
    assert_eq!(purpose(Phase::Concern), ["purpose/prevent"]);
    assert_eq!(purpose(Phase::Assessing), ["purpose/mitigate"]);
    assert_eq!(purpose(Phase::Responding), ["purpose/respond"]);
}
