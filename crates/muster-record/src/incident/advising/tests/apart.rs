//! Items that rest on less than all that was shown.

use super::*;
use crate::entry::Drawn;
use crate::situation::Part;
use crate::testing::at;

/// The keys and states of what an agency sees of advice.
fn seen(home: &Scenario, agency: &str) -> Vec<(String, ProposalState)> {
    let seen = home.seen_by(agency);
    seen.advising.proposals.iter().map(|given| (given.item.key().to_owned(), given.state)).collect()
}

fn with_somebody() -> Scenario {
    let mut home = Scenario::opened();
    home.pins("closure", 1);
    home.council().does(people::Command::Register { details: resident() });
    home
}

#[test]
fn an_item_that_does_not_rest_on_people_is_seen_by_a_regulator_that_sees_none() {
    let mut home = with_somebody();
    home.advises_apart("closure", &[beds(), finding()], &[("beds", Part::Facts)]);
    assert_eq!(seen(&home, "council").len(), 2);
    assert_eq!(seen(&home, "cqc"), [("beds".to_owned(), ProposalState::Open)]);
    // The entry for more agencies lets nobody guess at what they may not see.
    let told = home.seen_by("cqc").advising.proposals.iter().map(|given| given.drawn.clone()).collect::<Vec<_>>();
    assert!(told.iter().all(Drawn::is_plain));
    let looked = home.incident.advising.restings(&named("closure"));
    assert_eq!(looked, [[Part::Facts].into()].into());
}

#[test]
fn an_item_is_taken_back_where_it_was_told() {
    let mut home = with_somebody();
    home.advises_apart("closure", &[beds(), finding()], &[("beds", Part::Facts)]);
    home.advises_apart("closure", &[finding()], &[]);
    assert_eq!(seen(&home, "cqc"), [("beds".to_owned(), ProposalState::Withdrawn)]);
    assert_eq!(home.incident.advising.restings(&named("closure")), [].into());
}

#[test]
fn an_item_that_comes_to_rest_on_people_is_taken_from_those_who_see_none() {
    let mut home = with_somebody();
    home.advises_apart("closure", &[beds()], &[("beds", Part::Facts)]);
    let number = home.incident.advising.proposals.iter().next().unwrap().number;
    home.advises_apart("closure", &[action("beds", "find beds for three")], &[]);
    assert_eq!(seen(&home, "cqc"), [("beds".to_owned(), ProposalState::Withdrawn)]);
    let stands = home.incident.advising.proposal(number).unwrap();
    assert_eq!((stands.state, stands.item.sentence().as_str()), (ProposalState::Open, "find beds for three"));
    // And back again, under the same number.
    home.advises_apart("closure", &[beds()], &[("beds", Part::Facts)]);
    assert_eq!(seen(&home, "cqc"), [("beds".to_owned(), ProposalState::Open)]);
    assert_eq!(home.incident.advising.proposals.len(), 1);
}

#[test]
fn what_is_told_apart_has_no_digest_of_the_situation_and_no_cost() {
    let looked = Looked {
        component: Hash([1; 32]),
        settings: Hash([9; 32]),
        seq: Seq(3),
        as_of: at("2024-03-04T09:00:00Z"),
        situation: Hash([7; 32]),
        fuel_used: 12,
        fuel_limit: 100,
        engine: String::new(),
        drawn: Drawn::default(),
    };
    let apart = looked.without_the_rest(&Drawn::default());
    assert_eq!((apart.situation, apart.fuel_used, apart.fuel_limit), (Hash::NONE, 0, 100));
}
