use expect_test::expect;
use muster_rule_sdk::testing::{HOUR, person};
use muster_rule_sdk::{CareStatus, Need, Part, Person};

use super::*;

fn branch() -> Story {
    Story::of_an_emergency_closure().of_services([home_support()])
}

fn known(number: u32, needs: impl IntoIterator<Item = Need>) -> Person {
    Person { needs: needs.into_iter().collect(), needs_known: Answer::Yes, ..person(number) }
}

/// The person's visit is due so many hours after the council was told, they live with somebody and family can cover.
fn visited(story: Story, number: u32, hours: i64) -> Story {
    let at = story.clone().situation().notified_at + hours * HOUR;
    story
        .answered(&format!("visit/person-{number}/next-essential"), FactValue::At(at))
        .answered(&format!("visit/person-{number}/lives-alone"), Answer::No)
        .answered(&format!("visit/person-{number}/family-can-cover"), Answer::Yes)
}

/// Two people alike but for what a test changes.
fn two() -> Story {
    let story = branch().with_person(known(1, [])).with_person(known(2, []));
    visited(visited(story, 1, 8), 2, 8)
}

#[track_caller]
fn order(story: Story) -> (Answer, Vec<String>) {
    let finding = finding(story, "E07/order");
    (finding.verdict, finding.because)
}

/// The numbers of the people, in order.
#[track_caller]
fn ranked(story: Story) -> Vec<String> {
    let of = |line: &String| line.split([' ', ':']).nth(1).unwrap().to_owned();
    order(story).1.iter().map(of).collect()
}

#[test]
fn what_the_order_rests_on_is_said_person_by_person() {
    let story = branch().with_person(known(1, [])).with_person(known(2, [Need::TwoCarers])).with_person(person(3));
    let (verdict, lines) = order(visited(visited(story, 1, 12), 2, 8));
    assert_eq!(verdict, Answer::No);
    expect![[r#"
        1. person-3: next essential visit not known; lives alone: not known; two carers: not known; time-critical medicine: not known; family cannot cover: not known
        2. person-2: next essential visit as in entry 5; lives with somebody; two carers; no time-critical medicine; family can cover
        3. person-1: next essential visit as in entry 2; lives with somebody; one carer; no time-critical medicine; family can cover"#]].assert_eq(&lines.join("\n"));
}

#[test]
fn the_next_essential_visit_weighs_most() {
    assert_eq!(ranked(two()), ["person-1", "person-2"]);
    assert_eq!(
        ranked(visited(two(), 1, 9).answered("visit/person-1/lives-alone", Answer::Yes)),
        ["person-2", "person-1"]
    );
}

#[test]
fn somebody_who_lives_alone_comes_before_somebody_who_does_not() {
    assert_eq!(ranked(two().answered("visit/person-2/lives-alone", Answer::Yes)), ["person-2", "person-1"]);
}

#[test]
fn two_carers_and_a_medicine_that_cannot_wait_come_first() {
    for need in [Need::TwoCarers, Need::TimeCriticalMedicine] {
        let story = branch().with_person(known(1, [])).with_person(known(2, [need]));
        assert_eq!(ranked(visited(visited(story, 1, 8), 2, 8)), ["person-2", "person-1"]);
    }
}

#[test]
fn somebody_whose_family_cannot_cover_comes_first() {
    assert_eq!(ranked(two().answered("visit/person-2/family-can-cover", Answer::No)), ["person-2", "person-1"]);
}

#[test]
fn what_is_not_known_is_never_taken_for_a_no() {
    let none_needed = two().answered("visit/person-1/next-essential", Answer::No);
    assert_eq!(ranked(none_needed), ["person-2", "person-1"]);
    let visit = two().answered("visit/person-2/next-essential", Answer::Unknown);
    assert_eq!(ranked(visit.clone()), ["person-2", "person-1"]);
    assert_eq!(order(visit).0, Answer::No);
    let alone = two().answered("visit/person-2/lives-alone", Answer::Unknown);
    assert_eq!(ranked(alone), ["person-2", "person-1"]);
    let family = two().answered("visit/person-2/family-can-cover", Answer::Unknown);
    assert_eq!(ranked(family), ["person-2", "person-1"]);
    let needs = branch().with_person(known(1, [])).with_person(person(2));
    assert_eq!(ranked(visited(visited(needs, 1, 8), 2, 8)), ["person-2", "person-1"]);
}

#[test]
fn the_order_is_certain_when_all_of_it_is_known() {
    assert_eq!(order(two()).0, Answer::Yes);
}

#[test]
fn somebody_whose_visits_are_taken_over_leaves_the_order() {
    let placed = Person { status: CareStatus::Placed, ..known(2, []) };
    assert_eq!(ranked(visited(branch().with_person(known(1, [])), 1, 8).with_person(placed.clone())), ["person-1"]);
    assert!(advise(branch().with_person(placed)).findings.iter().all(|finding| finding.key != "E07/order"));
}

#[test]
fn a_home_has_no_visits_to_order() {
    let story = Story::of_an_emergency_closure().with_person(person(1));
    assert!(advise(story.clone()).findings.iter().all(|finding| finding.key != "E07/order"));
    assert!(!asked(story).contains(&"visits/listed".to_owned()));
}

#[test]
fn the_provider_is_asked_for_what_the_order_needs() {
    assert!(asked(branch()).contains(&"visits/listed".to_owned()));
    assert!(!asked(branch().answered("visits/listed", Answer::Yes)).contains(&"visits/listed".to_owned()));
}

#[test]
fn nobody_on_the_list_or_nobody_shown_is_not_an_order() {
    assert_eq!(order(branch()), (Answer::Unknown, vec!["Nobody is on the list yet".to_owned()]));
    let withheld = branch().withholding(Part::People);
    assert_eq!(order(withheld), (Answer::Unknown, vec!["This rule set is not shown the people".to_owned()]));
}
