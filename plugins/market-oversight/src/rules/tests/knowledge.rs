use expect_test::expect;
use muster_rule_sdk::testing::told;
use muster_rule_sdk::{Failure, Meeting, MeetingKind, Offer, OfferKind, Part};

use super::*;

fn offer(kind: OfferKind, taken: u32) -> Offer {
    let as_of = Story::of_an_emergency_closure().situation().as_of;
    Offer { ref_: "offer-1".to_owned(), agency: "icb".to_owned(), kind, quantity: 4, taken, as_of, detail: Vec::new() }
}

fn strategy_meeting(held_at: Option<i64>) -> Situation {
    let mut situation = Story::of_an_emergency_closure().situation();
    let at = situation.as_of;
    situation.meetings.push(Meeting { number: 1, kind: MeetingKind::Strategy, at, held_at, minuted: false });
    situation
}

#[test]
fn it_is_known_who_pays_once_it_is_recorded_of_everybody() {
    let key = "market/whole-population";
    let own = Person { funder: Funder::SelfFunded, ..person(1) };
    let story = Story::of_an_emergency_closure();
    assert_eq!(verdict(story.clone(), key), Answer::Unknown);
    assert_eq!(verdict(story.clone().with_person(own.clone()), key), Answer::Yes);
    assert_eq!(verdict(story.clone().with_person(own.clone()).with_person(person(2)), key), Answer::No);
    assert_eq!(verdict(story.with_person(own).withholding(Part::Figures), key), Answer::Unknown);
}

#[test]
fn quality_and_size_are_known_when_every_service_has_them() {
    let at = |service: Service| verdict(Story::of_an_emergency_closure().of_services([service]), "knowledge/quality");
    let home = service(1, ServiceKind::Residential);
    assert_eq!(at(home.clone()), Answer::No);
    assert_eq!(at(Service { risk_level: Some(2), ..home.clone() }), Answer::Yes);
    assert_eq!(at(Service { risk_level: Some(2), beds: None, ..home }), Answer::No);
    let support = service(1, ServiceKind::HomeSupport);
    assert_eq!(at(Service { risk_level: Some(1), beds: None, ..support }), Answer::Yes);
    assert_eq!(verdict(Story::of_an_emergency_closure().of_services([]), "knowledge/quality"), Answer::Unknown);
}

#[test]
fn the_risk_is_known_by_the_failure_the_stage_or_the_levels() {
    let key = "knowledge/at-risk";
    let story = Story::of_an_emergency_closure();
    assert_eq!(verdict(story.clone(), key), Answer::No);
    assert_eq!(verdict(story.clone().failing_by(Failure::ProviderExit), key), Answer::Yes);
    assert_eq!(verdict(story.clone().answered(STAGE, 2), key), Answer::Yes);
    assert_eq!(verdict(story.clone().answered(STAGE, 9), key), Answer::No);
    let level = Service { risk_level: Some(3), ..service(1, ServiceKind::Residential) };
    assert_eq!(verdict(story.of_services([level]), key), Answer::Yes);
}

#[test]
fn who_could_take_its_place_is_known_by_what_is_on_offer() {
    let with = |offer| {
        let mut situation = Story::of_an_emergency_closure().situation();
        situation.offers.extend(offer);
        finding_of(&situation, "knowledge/replacement").verdict
    };
    assert_eq!(with(None), Answer::No);
    assert_eq!(with(Some(offer(OfferKind::Bed, 1))), Answer::Yes);
    assert_eq!(with(Some(offer(OfferKind::Bed, 4))), Answer::No, "all taken");
    assert_eq!(with(Some(offer(OfferKind::Vehicle, 0))), Answer::No, "a vehicle takes nobody's place");
}

#[test]
fn the_council_is_prepared_when_somebody_says_so_or_has_met_about_it() {
    let key = "knowledge/prepared";
    let at = Story::of_an_emergency_closure().situation().as_of;
    assert_eq!(finding_of(&strategy_meeting(None), key).verdict, Answer::Unknown);
    assert_eq!(finding_of(&strategy_meeting(Some(at)), key).verdict, Answer::Yes);
    assert_eq!(verdict(Story::of_an_emergency_closure().answered(PLAN_TESTED, Answer::No), key), Answer::No);
    let asks =
        |situation: &Situation| advise_on(situation).questions.iter().any(|question| question.fact == PLAN_TESTED);
    assert!(asks(&strategy_meeting(None)));
    assert!(!asks(&strategy_meeting(Some(at))));
}

#[test]
fn charging_other_councils_is_a_question_once_people_act_on_the_duty() {
    let placed = Person { funder: Funder::OtherCouncil, placed_by: Some("e08000029".to_owned()), ..person(1) };
    let is_asked = |story: Story| !advise(story).options.is_empty();
    let here = Story::of_an_emergency_closure().with_person(placed);
    assert!(!is_asked(here.clone()));
    assert!(is_asked(here.clone().with_action(DUTY, ActionStatus::Raised)));
    assert!(!is_asked(here.with_action(DUTY, ActionStatus::Cancelled)));
    let nobody_placed = Story::of_an_emergency_closure().with_person(person(1));
    assert!(!is_asked(nobody_placed.with_action(DUTY, ActionStatus::Raised)));
}

#[test]
fn charging_is_decided_by_an_office_and_no_choice_is_said_to_suit() {
    let placed = Person { funder: Funder::OtherCouncil, ..person(1) };
    let story = Story::of_an_emergency_closure().with_person(placed).with_action(DUTY, ActionStatus::Accepted);
    let options = advise(story.clone()).options;
    assert!(options[0].choices.iter().all(|choice| choice.suits == Answer::Unknown));
    let told = told(&advise(story));
    let shown: Vec<&str> = told.lines().skip_while(|line| !line.starts_with("options")).collect();
    expect![[r#"
        options      charging/other-councils        Are the councils that placed people here charged for the emergency care arranged under the temporary duty?
                     agree                          1. Agree with each of them who bears which costs (unknown)
                     charge                         2. Charge them (unknown)
                     not-charge                     3. Do not charge them (unknown)"#]].assert_eq(&shown.join("\n"));
}
