mod incident;

use expect_test::expect;
use muster_rule_sdk::testing::{HOUR, Story, service, told, unsound};
use muster_rule_sdk::{Issue, RuleSet as _, ServiceKind, read_settings};

use super::*;
use crate::ContinuityPlans;

const DAY: Instant = 24 * HOUR;
/// The time of the look, in every story here.
const NOW: Instant = 1_783_324_800;

const HELD: &str = "continuity/service-1/plan-held";
const INTERNAL: &str = "continuity/service-1/internal";
const CHECKED: &str = "continuity/service-1/last-checked";
const REFRESHED: &str = "continuity/service-1/refreshed";
const ACTIVATED: &str = "continuity/service-1/activated";

fn days_ago(days: i64) -> FactValue {
    FactValue::At(NOW - days * DAY)
}

fn advise_with(situation: &Situation, settings: &str) -> Advice {
    let settings = read_settings::<ContinuityPlans>(settings).unwrap();
    let advice = ContinuityPlans::advise(situation, &settings).unwrap();
    assert_eq!(unsound(situation, &advice), Vec::<String>::new());
    advice
}

fn advise(story: Story) -> Advice {
    advise_with(&story.situation(), "")
}

fn concern() -> Story {
    Story::of_an_emergency_closure().kind(IncidentKind::QualityConcern).reaches(Phase::Concern)
}

fn failure() -> Story {
    Story::of_an_emergency_closure()
}

fn outbreak() -> Story {
    Story::of_an_emergency_closure().kind(IncidentKind::Outbreak)
}

fn find(story: Story, key: &str) -> Option<ProposedAction> {
    advise(story).actions.into_iter().find(|action| action.key == key)
}

#[track_caller]
fn action(story: Story, key: &str) -> ProposedAction {
    find(story, key).unwrap()
}

#[track_caller]
fn verdict(story: Story, key: &str) -> Answer {
    advise(story).findings.into_iter().find(|finding| finding.key == key).unwrap().verdict
}

fn asked(story: Story) -> Vec<String> {
    advise(story).questions.into_iter().map(|question| question.fact).collect()
}

#[test]
fn whether_there_is_a_plan_is_asked_first_and_in_every_sector() {
    expect![[r#"
        finding      plan-held/service-1            unknown: There is a business continuity plan: a pre-requisite of every contract with the council
        question     ask/continuity/service-1/plan-held Is there a business continuity plan for service-1?
    "#]].assert_eq(&told(&advise(concern())));
    let meals = concern().of_services([service(1, ServiceKind::CommunityMeals)]);
    assert_eq!(asked(meals), [HELD]);
}

#[test]
fn the_plan_of_the_councils_own_service_in_quality_assurance() {
    let story = concern()
        .answered(HELD, Answer::Yes)
        .answered(INTERNAL, Answer::Yes)
        .answered(CHECKED, days_ago(40))
        .answered(REFRESHED, days_ago(400));
    expect![[r#"
        finding      plan-held/service-1            yes: There is a business continuity plan: a pre-requisite of every contract with the council
        finding      checked/service-1              yes: The plan is checked in regular quality assurance monitoring
        finding      refreshed/service-1            no: The plan of the council's own service was refreshed within a year
        action       refresh/service-1              Refresh the business continuity plan of service-1, the council's own provision
    "#]].assert_eq(&told(&advise(story)));
}

#[test]
fn an_organisation_without_a_plan_produces_one_and_the_council_follows_it_up() {
    let without = concern().answered(HELD, Answer::No);
    assert_eq!(verdict(without.clone(), "plan-held/service-1"), Answer::No);
    assert_eq!(action(without.clone(), "produce/service-1").owner, AgencyKind::Provider);
    assert_eq!(action(without.clone(), "follow-up/service-1").owner, AgencyKind::Council);
    assert_eq!(action(without.answered(INTERNAL, Answer::Yes), "produce/service-1").owner, AgencyKind::Council);
    assert_eq!(find(concern(), "produce/service-1"), None);
    assert_eq!(find(concern().answered(HELD, Answer::Yes), "produce/service-1"), None);
}

#[test]
fn one_without_a_contract_is_not_required_to_have_a_plan() {
    let outside = concern().answered("continuity/service-1/contracted", Answer::No);
    expect![[r#"
        finding      not-required/service-1         no: The Plan requires a business continuity plan: the organisation is contracted to the council
    "#]].assert_eq(&told(&advise(outside)));
    let not_known = concern().answered("continuity/service-1/contracted", Answer::Unknown);
    assert_eq!(asked(not_known), [HELD]);
}

#[test]
fn every_service_has_its_own_plan() {
    let two = concern().of_services([1, 2].map(|number| service(number, ServiceKind::SupportedLiving)));
    assert_eq!(asked(two.answered(HELD, Answer::Yes)).last().unwrap(), "continuity/service-2/plan-held");
}

#[test]
fn a_plan_is_checked_in_monitoring() {
    let key = "checked/service-1";
    let story = || concern().answered(HELD, Answer::Yes);
    assert_eq!(verdict(story(), key), Answer::Unknown);
    assert!(asked(story()).contains(&CHECKED.to_owned()));
    assert_eq!(verdict(story().answered(CHECKED, days_ago(900)), key), Answer::Yes);
    let never = story().answered(CHECKED, Answer::No);
    assert_eq!(verdict(never.clone(), key), Answer::No);
    assert_eq!(action(never, "check/service-1").due, None);
    assert_eq!(find(story(), "check/service-1"), None);
}

#[test]
fn a_council_that_sets_an_interval_is_told_when_it_has_passed() {
    let story = concern().answered(HELD, Answer::Yes).answered(CHECKED, days_ago(90));
    let checks = |days: u32| {
        let settings = format!(r#"{{"check_every_days": {days}}}"#);
        advise_with(&story.clone().situation(), &settings)
    };
    assert!(checks(91).actions.is_empty());
    assert_eq!(checks(91).look_again_at, Some(NOW + DAY));
    let due = checks(90).actions.remove(0);
    assert_eq!((due.key.as_str(), due.due), ("check/service-1", Some(NOW)));
}

#[test]
fn a_moment_that_has_not_come_is_no_answer() {
    let planned = concern().answered(HELD, Answer::Yes).answered(CHECKED, days_ago(-3));
    assert_eq!(verdict(planned.clone(), "checked/service-1"), Answer::Unknown);
    assert!(asked(planned).contains(&CHECKED.to_owned()));
}

#[test]
fn only_the_councils_own_plans_are_refreshed_yearly() {
    let story = concern().answered(HELD, Answer::Yes).answered(REFRESHED, days_ago(400));
    assert_eq!(find(story.clone(), "refresh/service-1"), None);
    assert_eq!(find(story.clone().answered(INTERNAL, Answer::No), "refresh/service-1"), None);
    let own = story.answered(INTERNAL, Answer::Yes);
    assert_eq!(action(own, "refresh/service-1").due, Some(NOW - 35 * DAY));
}

#[test]
fn a_year_is_365_days_to_the_second() {
    let key = "refreshed/service-1";
    let own = concern().answered(HELD, Answer::Yes).answered(INTERNAL, Answer::Yes).answered(REFRESHED, days_ago(365));
    assert_eq!(verdict(own.clone(), key), Answer::No);
    let mut a_second_before = own.situation();
    a_second_before.as_of -= 1;
    let advice = advise_with(&a_second_before, "");
    assert_eq!(advice.findings.iter().find(|finding| finding.key == key).unwrap().verdict, Answer::Yes);
    assert_eq!(advice.look_again_at, Some(a_second_before.as_of + 1));
}

#[test]
fn a_refresh_is_proposed_four_weeks_before_it_is_due() {
    let own = |days| {
        concern().answered(HELD, Answer::Yes).answered(INTERNAL, Answer::Yes).answered(REFRESHED, days_ago(days))
    };
    assert_eq!(find(own(336), "refresh/service-1"), None);
    assert_eq!(advise(own(336)).look_again_at, Some(NOW + DAY));
    assert!(find(own(337), "refresh/service-1").is_some());
    let sooner = advise_with(&own(337).situation(), r#"{"notice_days": 7}"#);
    assert!(sooner.actions.is_empty());
}

#[test]
fn when_it_was_refreshed_is_asked_of_the_councils_own_alone() {
    let fact = REFRESHED.to_owned();
    assert!(!asked(concern().answered(HELD, Answer::Yes)).contains(&fact));
    assert!(asked(concern().answered(HELD, Answer::Yes).answered(INTERNAL, Answer::Yes)).contains(&fact));
}

#[test]
fn settings_out_of_bounds_are_refused() {
    let refused = |settings: &str| read_settings::<ContinuityPlans>(settings).unwrap_err();
    let problem = "a plan is checked every 1 to 3650 days; leave it out for no fixed interval".to_owned();
    assert_eq!(refused(r#"{"check_every_days": 0}"#), [Issue { path: "check_every_days".to_owned(), problem }]);
    let problem = "a yearly refresh cannot be proposed a year or more before it is due".to_owned();
    assert_eq!(refused(r#"{"notice_days": 365}"#), [Issue { path: "notice_days".to_owned(), problem }]);
}

#[test]
fn the_schema_and_the_defaults_agree() {
    let schema: serde_json::Value = serde_json::from_str(&ContinuityPlans::describe().settings_schema).unwrap();
    let Settings { check_every_days, notice_days } = Settings::default();
    assert_eq!(schema["properties"]["notice_days"]["default"], notice_days);
    assert_eq!(
        (check_every_days, &schema["properties"]["check_every_days"]["default"]),
        (None, &serde_json::Value::Null)
    );
}
