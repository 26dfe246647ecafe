use muster_rule_sdk::ActionStatus;

use super::*;

#[track_caller]
fn check(story: Story, verdict: Answer) {
    assert_eq!(finding(story.clone(), "mitigation/applies").verdict, verdict);
    assert_eq!(keys(story).is_empty(), verdict != Answer::Yes);
}

#[test]
fn a_provider_failure_is_what_the_lists_are_for() {
    check(failure(), Answer::Yes);
}

#[test]
fn a_concern_of_level_four_is_at_risk_of_failure() {
    check(concern(Some(4)), Answer::Yes);
    check(concern(Some(3)), Answer::Unknown);
    check(concern(None), Answer::Unknown);
    check(concern(Some(2)), Answer::No);
}

#[test]
fn the_highest_level_of_the_services_counts() {
    let low = Service { risk_level: Some(2), ..service(1, ServiceKind::Residential) };
    let high = Service { risk_level: Some(4), ..service(2, ServiceKind::Nursing) };
    check(concern(None).of_services([low.clone()]), Answer::No);
    check(concern(None).of_services([low, high]), Answer::Yes);
}

#[test]
fn an_answer_counts_before_the_level_and_the_kind() {
    let fact = "provider/at-risk-of-failure";
    check(concern(Some(3)).answered(fact, Answer::Yes), Answer::Yes);
    check(concern(Some(4)).answered(fact, Answer::No), Answer::No);
    check(failure().answered(fact, Answer::No), Answer::No);
    check(failure().answered(fact, Answer::Unknown), Answer::Yes);
}

#[test]
fn on_the_verge_of_failure_is_at_risk_of_it() {
    let on_the_verge = |level| concern(level).answered("provider/on-the-verge", Answer::Yes);
    check(on_the_verge(Some(2)), Answer::Yes);
    check(on_the_verge(None), Answer::Yes);
    check(concern(Some(2)).answered("provider/on-the-verge", Answer::No), Answer::No);
}

#[test]
fn on_the_verge_and_not_at_risk_is_a_contradiction() {
    let story = verge().answered("provider/at-risk-of-failure", Answer::No);
    check(story.clone(), Answer::Unknown);
    assert_eq!(asked(story), ["provider/at-risk-of-failure"]);
}

#[test]
fn where_it_is_open_it_is_asked_and_nothing_else() {
    assert_eq!(asked(concern(Some(3))), ["provider/at-risk-of-failure"]);
    assert_eq!(asked(concern(Some(2))), Vec::<String>::new());
    let advice = advise(concern(Some(3)));
    assert_eq!((advice.findings.len(), advice.options.len(), advice.look_again_at), (1, 0, None));
}

#[test]
fn the_continuous_lists_stand_only_while_somebody_says_so() {
    let continuous = |story: Story| keys(story).into_iter().filter(|key| key.contains("/continuous/")).count();
    assert_eq!(continuous(failure()), 0);
    assert_eq!(continuous(failure().answered("provider/on-the-verge", Answer::Unknown)), 0);
    assert_eq!(continuous(verge()), 12);
    assert_eq!(continuous(verge().answered("provider/on-the-verge", Answer::No)), 0);
}

#[test]
fn a_provider_that_comes_to_the_verge_again_is_given_the_list_again() {
    let meetings = |story: Story| -> Vec<String> {
        keys(story).into_iter().filter(|key| key.starts_with("council/continuous/2")).collect()
    };
    let fact = "provider/on-the-verge";
    let done = verge().later(1).with_action("mitigation-scope/council/continuous/2", ActionStatus::Done);
    assert_eq!(meetings(done.clone()), ["council/continuous/2"]);
    let again = done.later(1).answered(fact, Answer::Yes);
    assert_eq!(meetings(again.clone()), ["council/continuous/2/2"]);
    let twice = again.later(1).with_action("mitigation-scope/council/continuous/2/2", ActionStatus::Done);
    assert_eq!(meetings(twice.clone()), ["council/continuous/2/2"]);
    assert_eq!(meetings(twice.later(1).answered(fact, Answer::Yes)), ["council/continuous/2/3"]);
}

#[test]
fn what_somebody_still_works_on_is_not_proposed_a_second_time() {
    let key = "mitigation-scope/council/continuous/2";
    let of_status = |status| {
        let story = verge().with_action(key, status).later(1).answered("provider/on-the-verge", Answer::Yes);
        keys(story).into_iter().find(|key| key.starts_with("council/continuous/2")).unwrap()
    };
    assert_eq!(of_status(ActionStatus::Accepted), "council/continuous/2");
    assert_eq!(of_status(ActionStatus::Declined), "council/continuous/2");
    assert_eq!(of_status(ActionStatus::Cancelled), "council/continuous/2/2");
}

#[test]
fn whether_the_provider_is_on_the_verge_is_asked_while_nobody_says() {
    assert!(asked(failure()).contains(&"provider/on-the-verge".to_owned()));
    assert!(!asked(verge()).contains(&"provider/on-the-verge".to_owned()));
    let verge = finding(verge(), "mitigation/on-the-verge");
    assert_eq!((verge.verdict, verge.because), (Answer::Yes, vec!["provider/on-the-verge: yes (entry 2)".to_owned()]));
    assert_eq!(finding(failure(), "mitigation/on-the-verge").verdict, Answer::Unknown);
}

#[test]
fn the_regulator_has_no_continuous_list_and_that_is_said() {
    assert_eq!(finding(verge(), "regulator/continuous").verdict, Answer::No);
    assert!(!keys(verge()).iter().any(|key| key.starts_with("regulator/continuous")));
    assert!(!advise(failure()).findings.iter().any(|finding| finding.key == "regulator/continuous"));
}

#[test]
fn what_a_council_sets_is_within_the_plan() {
    let refused = |settings: &str| read_settings::<MitigationScope>(settings).unwrap_err()[0].path.clone();
    assert_eq!(refused(r#"{"review_every_days": 0}"#), "review_every_days");
    assert_eq!(refused(r#"{"review_every_days": 8}"#), "review_every_days");
    assert_eq!(refused(r#"{"hospital": " "}"#), "hospital");
    assert!(read_settings::<MitigationScope>(r#"{"review_every_days": 3, "hospital": "the Royal"}"#).is_ok());
}
