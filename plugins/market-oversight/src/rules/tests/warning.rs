use expect_test::expect;
use muster_rule_sdk::testing::told;

use super::*;

const NOTIFIED: FactValue = FactValue::At(1_783_324_800);

/// At this stage, and with this answer to whether failure is more likely than not.
fn warned(stage: i64, likely: Answer) -> Story {
    national().answered(STAGE, stage).answered(LIKELY, likely)
}

#[test]
fn nobody_is_asked_about_the_market_oversight_of_a_local_home() {
    expect![[r#"
        finding      market/whole-population        unknown: It is known who pays for everybody's care, people who pay for themselves among them
        finding      knowledge/quality              no: The quality and the size of every service are on the record
        finding      knowledge/at-risk              no: It is on the record how far the provider is at risk
        finding      knowledge/replacement          no: It is on the record who could take the provider's place
        finding      knowledge/prepared             unknown: The council is prepared for the provider failing, leaving or stopping for a time
        question     ask/market-oversight/plan-tested Has the plan for this provider failing, leaving or stopping for a time been tested or reviewed?
    "#]].assert_eq(&told(&advise(Story::of_an_emergency_closure())));
}

#[test]
fn the_regulator_is_asked_for_the_stage_of_a_national_provider() {
    expect![[r#"
        finding      warning/notification           unknown: The regulator's warning is a formal notification to councils
        finding      oversight/steps-in             no: The regulator steps in to prevent the failure
        finding      market/whole-population        unknown: It is known who pays for everybody's care, people who pay for themselves among them
        finding      knowledge/quality              no: The quality and the size of every service are on the record
        finding      knowledge/at-risk              no: It is on the record how far the provider is at risk
        finding      knowledge/replacement          no: It is on the record who could take the provider's place
        finding      knowledge/prepared             unknown: The council is prepared for the provider failing, leaving or stopping for a time
        question     ask/market-oversight/stage     At which stage of market oversight is the provider? (1 to 6; 6 is the formal notification to councils; no if it is not in the scheme)
        question     ask/market-oversight/plan-tested Has the plan for this provider failing, leaving or stopping for a time been tested or reviewed?
        action       oversight/sustainability       Say whether the provider has a sustainability plan or is under a business review, and what councils can expect of it
        action       oversight/financial-information Where financial information is missing, request it from the provider, and share what councils need of it
    "#]].assert_eq(&told(&advise(national())));
}

#[test]
fn stage_six_and_more_likely_than_not_is_a_notification() {
    expect![[r#"
        finding      warning/notification           yes: The regulator's warning is a formal notification to councils
        finding      oversight/steps-in             no: The regulator steps in to prevent the failure
        finding      market/whole-population        unknown: It is known who pays for everybody's care, people who pay for themselves among them
        finding      knowledge/quality              no: The quality and the size of every service are on the record
        finding      knowledge/at-risk              yes: It is on the record how far the provider is at risk
        finding      knowledge/replacement          no: It is on the record who could take the provider's place
        finding      knowledge/prepared             unknown: The council is prepared for the provider failing, leaving or stopping for a time
        question     ask/market-oversight/plan-tested Has the plan for this provider failing, leaving or stopping for a time been tested or reviewed?
        action       warning/prepare                Prepare for the provider to stop: who uses it here, who pays, what could take its place, and who decides
        action       oversight/sustainability       Say whether the provider has a sustainability plan or is under a business review, and what councils can expect of it
        action       oversight/financial-information Where financial information is missing, request it from the provider, and share what councils need of it
    "#]].assert_eq(&told(&advise(warned(6, Answer::Yes).answered(NOTIFIED_AT, NOTIFIED))));
}

#[test]
fn each_of_the_two_is_needed() {
    let is_notification = |stage, likely| verdict(warned(stage, likely), "warning/notification");
    assert_eq!(is_notification(6, Answer::Yes), Answer::Yes);
    assert_eq!(is_notification(5, Answer::Yes), Answer::No, "below stage 6");
    assert_eq!(is_notification(6, Answer::No), Answer::No, "a real possibility is not the test");
    assert_eq!(is_notification(6, Answer::Unknown), Answer::Unknown);
    assert_eq!(is_notification(5, Answer::Unknown), Answer::No, "below stage 6 it makes no difference");
    assert_eq!(verdict(national().answered(LIKELY, Answer::Yes), "warning/notification"), Answer::Unknown);
    assert_eq!(verdict(national().answered(LIKELY, Answer::No), "warning/notification"), Answer::No);
}

#[test]
fn a_warning_that_is_no_notification_is_information() {
    let notified = action_keys(warned(6, Answer::Yes));
    assert!(notified.contains(&"warning/prepare".to_owned()));
    assert!(!notified.contains(&"warning/as-information".to_owned()));
    let informed = action_keys(warned(4, Answer::Unknown));
    assert!(informed.contains(&"warning/as-information".to_owned()));
    assert!(!informed.contains(&"warning/prepare".to_owned()));
    let open = action_keys(warned(6, Answer::Unknown));
    assert!(!open.iter().any(|key| key.starts_with("warning/")));
}

#[test]
fn only_what_is_open_is_asked() {
    let asked = |story| asked(story).into_iter().filter(|fact| fact != PLAN_TESTED).collect::<Vec<_>>();
    assert_eq!(asked(national()), [STAGE]);
    assert_eq!(asked(warned(6, Answer::Unknown)), [LIKELY]);
    assert_eq!(asked(warned(6, Answer::Yes)), [NOTIFIED_AT]);
    assert_eq!(asked(warned(6, Answer::Yes).answered(NOTIFIED_AT, NOTIFIED)), Vec::<String>::new());
    assert_eq!(asked(warned(5, Answer::Unknown)), Vec::<String>::new());
}

#[test]
fn a_stage_that_does_not_exist_is_asked_for_again() {
    for stage in [0, 7, -1] {
        let story = warned(stage, Answer::Yes);
        assert_eq!(verdict(story.clone(), "warning/notification"), Answer::Unknown);
        assert!(asked(story).contains(&STAGE.to_owned()));
    }
}

#[test]
fn a_notification_below_stage_six_is_a_contradiction() {
    let story = warned(4, Answer::Yes).answered(NOTIFIED_AT, NOTIFIED);
    let finding = finding_of(&story.clone().situation(), "warning/notification");
    assert_eq!(finding.verdict, Answer::Unknown);
    assert!(asked(story).contains(&STAGE.to_owned()));
    expect![[r#"
        market-oversight/stage: 4 (entry 2)
        market-oversight/likely: yes (entry 3)
        market-oversight/notified-at: answered (entry 4)
        A notification is only given at stage 6: both cannot be
        A notification needs stage 6 and that failure is more likely than not, over 50%; a real possibility is not enough"#]].assert_eq(&finding.because.join("\n"));
}

#[test]
fn an_answer_about_it_counts_for_a_provider_not_known_to_be_large() {
    let local = Story::of_an_emergency_closure();
    assert!(!action_keys(local.clone()).contains(&"oversight/sustainability".to_owned()));
    assert!(action_keys(local.clone().answered(STAGE, 3)).contains(&"oversight/sustainability".to_owned()));
    assert!(action_keys(local.kind(IncidentKind::Regional)).contains(&"oversight/sustainability".to_owned()));
}

#[test]
fn the_regulator_never_steps_in() {
    assert_eq!(verdict(warned(6, Answer::Yes), "oversight/steps-in"), Answer::No);
    assert_eq!(verdict(warned(1, Answer::No), "oversight/steps-in"), Answer::No);
}

#[test]
fn a_provider_that_is_not_in_the_scheme_has_no_warning() {
    let outside = national().answered(STAGE, Answer::No);
    assert!(!action_keys(outside.clone()).contains(&"oversight/sustainability".to_owned()));
    assert_eq!(asked(outside), [PLAN_TESTED]);
    let local = Story::of_an_emergency_closure().answered(STAGE, Answer::Unknown);
    assert_eq!(asked(local), [PLAN_TESTED], "an unknown is no answer about it");
}
