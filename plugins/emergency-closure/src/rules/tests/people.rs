use expect_test::expect;
use muster_rule_sdk::testing::{HOUR, person};
use muster_rule_sdk::{CareStatus, Funder, Need, Part, Person};

use super::*;

fn alone() -> Person {
    Person { needs: vec![Need::LacksCapacity, Need::NoOneToConsult], ..person(1) }
}

#[test]
fn a_person_without_capacity_and_with_nobody_to_consult_needs_an_advocate() {
    let story = Story::of_an_emergency_closure();
    let told_at = story.clone().situation().notified_at;
    let imca = action(story.with_person(alone()), "E14/imca/person-1");
    assert_eq!((imca.owner, imca.due), (AgencyKind::Council, Some(told_at + 24 * HOUR)));
}

#[test]
fn a_person_with_somebody_to_consult_does_not() {
    let consulted = Person { needs: vec![Need::LacksCapacity], ..person(1) };
    assert_eq!(find(Story::of_an_emergency_closure().with_person(consulted), "E14/imca/person-1"), None);
}

#[test]
fn the_advocate_of_a_person_funded_by_the_nhs_is_the_health_commissioners_to_instruct() {
    let funded = Person { funder: Funder::HealthFull, ..alone() };
    let story = Story::of_an_emergency_closure().with_person(funded);
    assert_eq!(action(story, "E14/imca/person-1").owner, AgencyKind::HealthCommissioner);
}

#[test]
fn nothing_is_proposed_for_a_person_who_died() {
    let died = Person { status: CareStatus::Died, ..alone() };
    assert_eq!(find(Story::of_an_emergency_closure().with_person(died), "E14/imca/person-1"), None);
}

#[test]
fn everybody_is_settled_when_nobody_is_left_waiting() {
    let placed = Person { status: CareStatus::Placed, needs_known: Answer::Yes, ..person(1) };
    let hospital = Person { status: CareStatus::InHospital, ..person(2) };
    let story = Story::of_an_emergency_closure().with_person(placed).with_person(hospital);
    assert_eq!(gate_of(story.clone(), "gate/everybody-settled"), Answer::Yes);
    let one_more = story.with_person(person(3));
    assert_eq!(gate_of(one_more.clone(), "gate/everybody-settled"), Answer::No);
    let settled = finding(one_more.clone(), "people/settled");
    let needs = finding(one_more, "people/needs-known");
    expect![[r#"
        3 people: 1 identified, 0 reviewed, 1 placed, 0 moved, 0 staying, 1 in hospital, 0 died, 0 followed up
        2 of 3 not known"#]]
    .assert_eq(&format!("{}\n{}", settled.because.join("\n"), needs.because.join("\n")));
}

#[test]
fn an_empty_list_is_not_everybody() {
    assert_eq!(gate_of(Story::of_an_emergency_closure(), "gate/everybody-settled"), Answer::Unknown);
}

#[test]
fn a_list_that_is_withheld_says_nothing() {
    let placed = Person { status: CareStatus::Placed, needs_known: Answer::Yes, ..person(1) };
    let story = Story::of_an_emergency_closure().with_person(placed);
    assert_eq!(finding(story.clone(), "people/needs-known").verdict, Answer::Yes);
    assert_eq!(finding(story.withholding(Part::People), "people/needs-known").verdict, Answer::Unknown);
}
