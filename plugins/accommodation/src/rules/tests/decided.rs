use muster_rule_sdk::testing::service;
use muster_rule_sdk::{Fact, FactValue};

use super::*;

fn one_person_one_bed() -> Told {
    told().with(walker(1, &[])).beds(1, &[])
}

#[test]
fn nobody_is_matched_before_the_rule_is_decided() {
    assert_eq!(one_person_one_bed().places(), "");
    assert_eq!(one_person_one_bed().verdict("rule/decided"), Answer::No);
    let decided = one_person_one_bed().decided(FEWEST);
    assert_eq!(decided.places(), "1 to offer-1");
    assert_eq!(decided.verdict("rule/decided"), Answer::Yes);
}

#[test]
fn the_decision_names_the_rule_by_its_title_or_its_id() {
    assert_eq!(one_person_one_bed().decided("together-first").places(), "1 to offer-1");
    assert_eq!(one_person_one_bed().decided("  those whom the FEWEST beds suit come first. ").places(), "1 to offer-1");
    let other = one_person_one_bed().decided("by lot");
    assert_eq!(other.places(), "");
    assert_eq!(other.verdict("rule/decided"), Answer::Unknown);
}

#[test]
fn a_decision_on_another_question_decides_no_rule() {
    assert_eq!(one_person_one_bed().decided_on("emergency-closure/E16/options", FEWEST).places(), "");
}

#[test]
fn the_rules_are_put_to_the_incident_lead_with_or_without_beds_and_stay_put() {
    let options = |told: &Told| told.advice().options;
    let [before] = options(&told()).try_into().unwrap();
    assert_eq!((before.key.as_str(), before.decided_by), ("rule", Office::IncidentLead));
    let titles: Vec<&str> = before.choices.iter().map(|choice| choice.title.as_str()).collect();
    assert_eq!(titles, [FEWEST, TOGETHER, NEEDS]);
    assert_eq!(options(&one_person_one_bed().decided(FEWEST)), [before]);
}

#[test]
fn a_rule_that_is_opened_again_waits_for_its_own_decision() {
    let mut told = one_person_one_bed().decided(FEWEST);
    let value = FactValue::Answer(Answer::Yes);
    told.0.facts.push(Fact { key: REOPENED.to_owned(), value, entry: 57, at: told.0.as_of });
    assert_eq!(told.places(), "");
    assert_eq!(told.advice().options[0].key, "rule/again-57");
    assert_eq!(told.decided_on("accommodation/rule/again-57", NEEDS).places(), "1 to offer-1");
}

#[test]
fn where_nobody_lives_in_the_service_nobody_needs_a_place() {
    let mut told = one_person_one_bed();
    assert_eq!(told.finding("covered"), None);
    told.0.services = vec![service(1, ServiceKind::HomeSupport)];
    assert_eq!(told.verdict("covered"), Answer::No);
    assert_eq!(told.advice().options, []);
}

#[test]
fn who_is_cared_for_at_home_is_not_moved_where_one_incident_has_both() {
    let mut told = one_person_one_bed().decided(FEWEST);
    told.0.services.push(service(2, ServiceKind::HomeSupport));
    told.0.people.push(Person { service: "service-2".to_owned(), ..walker(2, &[]) });
    assert_eq!(told.places(), "1 to offer-1");
}
