use muster_rule_sdk::{Decision, Funder, Office, Person};

use super::*;

const NHS: &str = "scope/commissioned-solely-by-nhs";
const BUILDING: &str = "closure/building-available";

/// What is said of the approach to a service of this kind.
fn approach(kind: ServiceKind) -> Vec<String> {
    keys_of(of(kind)).into_iter().filter(|key| key.starts_with("approach/")).collect()
}

#[test]
fn the_four_examples_are_routed_as_the_plan_has_them() {
    assert_eq!(approach(ServiceKind::Residential), ["approach/care-home/service-1"]);
    assert_eq!(approach(ServiceKind::Nursing), ["approach/care-home/service-1"]);
    assert_eq!(approach(ServiceKind::HousingWithCare), ["approach/housing-with-care/service-1"]);
    assert_eq!(approach(ServiceKind::DayService), ["approach/day-centre/service-1"]);
    assert_eq!(approach(ServiceKind::HomeSupport), ["approach/home-support/service-1"]);
    let title = |kind, key: &str| finding(of(kind), key).title;
    assert_eq!(title(ServiceKind::DayService, "approach/day-centre/service-1"), "Approach 1: day centre (service-1)");
    assert_eq!(
        title(ServiceKind::HomeSupport, "approach/home-support/service-1"),
        "Approach 2: home support (service-1)"
    );
}

#[test]
fn a_kind_without_a_row_is_put_to_an_office_and_not_guessed() {
    let without =
        [ServiceKind::SupportedLiving, ServiceKind::CommunityMeals, ServiceKind::Sheltered, ServiceKind::ThirdSector];
    for kind in without {
        assert_eq!(approach(kind), ["approach/not-in-the-table/service-1"]);
    }
    let options = advise(of(ServiceKind::SupportedLiving)).options.remove(0);
    assert_eq!(options.decided_by, Office::IncidentLead);
    let suits: Vec<Answer> = options.choices.iter().map(|choice| choice.suits).collect();
    assert_eq!(suits, [Answer::Yes, Answer::No]);
    let options = advise(of(ServiceKind::Sheltered)).options.remove(0);
    assert_eq!(options.choices[0].suits, Answer::Unknown);
}

#[test]
fn a_decided_approach_is_the_approach() {
    let mut situation = of(ServiceKind::SupportedLiving).situation();
    assert!(advise_on(&situation).findings.iter().all(|finding| finding.key != "approach/decided/service-1"));
    situation.decisions.push(Decision {
        number: 1,
        office: Office::IncidentLead,
        question: Some("failure-types/approach/not-in-the-table/service-1".to_owned()),
        chosen: "Approach 1".to_owned(),
        at: situation.as_of,
    });
    let findings = advise_on(&situation).findings;
    let decided = findings.iter().find(|finding| finding.key == "approach/decided/service-1").unwrap();
    assert_eq!(decided.title, "Approach 1 (service-1)");
}

#[test]
fn a_service_is_building_based_or_in_the_own_home_as_the_note_lists_it() {
    for kind in [
        ServiceKind::Residential,
        ServiceKind::Nursing,
        ServiceKind::HousingWithCare,
        ServiceKind::SupportedLiving,
        ServiceKind::DayService,
    ] {
        assert!(says(of(kind), "delivery/building-based/service-1"));
    }
    for kind in [ServiceKind::HomeSupport, ServiceKind::CommunityMeals] {
        assert!(says(of(kind), "delivery/own-home/service-1"));
    }
}

#[test]
fn a_kind_in_neither_list_is_asked_about() {
    let story = of(ServiceKind::ThirdSector);
    assert_eq!(finding(story.clone(), "delivery/not-listed/service-1").verdict, Answer::Unknown);
    assert!(says(story.clone(), "ask/delivery/service-1/building-based"));
    assert!(!says(story.clone(), "building/short-term/service-1"));
    let answered = story.answered("delivery/service-1/building-based", Answer::Yes);
    assert!(!says(answered.clone(), "ask/delivery/service-1/building-based"));
    assert!(says(answered, "building/short-term/service-1"));
}

#[test]
fn a_building_may_or_may_not_remain_and_is_asked_about() {
    let story = of(ServiceKind::Residential);
    assert_eq!(finding(story.clone(), "building/short-term/service-1").verdict, Answer::Unknown);
    assert!(says(story.clone(), "ask/closure/building-available"));
    assert!(!says(story.clone(), "building/long-term/service-1"));
    let gone = story.clone().answered(BUILDING, Answer::No);
    assert_eq!(finding(gone.clone(), "building/short-term/service-1").verdict, Answer::No);
    assert!(!says(gone, "building/long-term/service-1"));
    let stays = story.answered(BUILDING, Answer::Yes);
    assert!(says(stays, "ask/closure/building-available-long-term"));
}

#[test]
fn home_support_has_no_building_to_ask_about() {
    assert!(!says(of(ServiceKind::HomeSupport), "ask/closure/building-available"));
}

#[test]
fn of_two_buildings_each_is_asked_about() {
    let story = failing().of_services([service(1, ServiceKind::Residential), service(2, ServiceKind::DayService)]);
    assert!(!says(story.clone(), "ask/closure/building-available"));
    let answered = story.answered("closure/building-available/service-2", Answer::Yes);
    assert!(says(answered.clone(), "ask/closure/building-available/service-1"));
    assert_eq!(finding(answered.clone(), "building/short-term/service-2").verdict, Answer::Yes);
    assert_eq!(finding(answered, "building/short-term/service-1").verdict, Answer::Unknown);
}

#[test]
fn regulated_and_non_regulated_kinds_are_covered() {
    assert!(says(of(ServiceKind::HomeSupport), "scope/regulated/service-1"));
    assert!(says(of(ServiceKind::CommunityMeals), "scope/not-regulated/service-1"));
    let other = of(ServiceKind::SupportedLiving);
    assert_eq!(finding(other.clone(), "scope/not-named/service-1").verdict, Answer::Unknown);
    let answered = other.answered("scope/service-1/social-care", Answer::Yes);
    assert_eq!(finding(answered, "scope/not-named/service-1").verdict, Answer::Yes);
    let outside = of(ServiceKind::Sheltered).answered("scope/service-1/social-care", Answer::No);
    assert!(!says(outside, "approach/not-in-the-table/service-1"));
}

#[test]
fn what_the_nhs_alone_commissions_is_out_of_scope_and_a_missing_answer_is_not() {
    assert!(says(failing(), "ask/scope/commissioned-solely-by-nhs"));
    assert!(says(failing(), "approach/care-home/service-1"));
    let out = failing().answered(NHS, Answer::Yes);
    assert_eq!(keys_of(out), ["purpose/respond", "scope/solely-nhs/service-1"]);
}

#[test]
fn of_several_services_one_can_be_out_of_scope() {
    let story = failing().of_services([service(1, ServiceKind::Nursing), service(2, ServiceKind::Nursing)]);
    assert!(!says(story.clone(), "ask/scope/commissioned-solely-by-nhs/service-2"));
    let any = story.answered(NHS, Answer::Yes);
    assert!(says(any.clone(), "ask/scope/commissioned-solely-by-nhs/service-2"));
    assert!(says(any.clone(), "approach/care-home/service-2"));
    let out = any.answered("scope/commissioned-solely-by-nhs/service-2", Answer::Yes);
    assert!(says(out.clone(), "scope/solely-nhs/service-2"));
    assert!(!says(out.clone(), "approach/care-home/service-2"));
    assert!(says(out, "approach/care-home/service-1"));
}

#[test]
fn people_whom_the_nhs_funds_do_not_put_a_service_out_of_scope() {
    let funded = |funder| failing().with_person(Person { funder, ..person(1) });
    assert!(says(funded(Funder::HealthFull), "scope/also-nhs/service-1"));
    assert!(!says(funded(Funder::CouncilFull), "scope/also-nhs/service-1"));
}
