mod answers;
mod everybody;
mod follows;

use muster_rule_sdk::testing::{Story, person, unsound};
use muster_rule_sdk::{AgencyKind, Funder, Interest, Participant, Question, RuleSet as _, read_settings};

use super::*;
use crate::Responsibility;

const SOLIHULL: &str = "e08000029";

fn advise(situation: &Situation) -> Advice {
    let settings = read_settings::<Responsibility>("").unwrap();
    let advice = Responsibility::advise(situation, &settings).unwrap();
    assert_eq!(unsound(situation, &advice), Vec::<String>::new());
    assert_eq!(advice.questions, Vec::<Question>::new());
    advice
}

/// The home of the story, with these people in it.
fn home_of(people: impl IntoIterator<Item = Person>) -> Situation {
    people.into_iter().fold(Story::of_an_emergency_closure(), Story::with_person).situation()
}

fn funded(number: u32, funder: Funder) -> Person {
    Person { funder, ..person(number) }
}

fn placed(number: u32, funder: Funder, by: &str) -> Person {
    Person { placed_by: Some(by.to_owned()), ..funded(number, funder) }
}

/// Twelve people of every kind that the contract knows.
fn everybody_there_can_be() -> Situation {
    home_of([
        funded(1, Funder::CouncilPart),
        funded(2, Funder::CouncilPart),
        funded(3, Funder::CouncilFull),
        funded(4, Funder::SelfFunded),
        placed(5, Funder::SelfFunded, SOLIHULL),
        funded(6, Funder::HealthFull),
        placed(7, Funder::OtherCouncil, SOLIHULL),
        funded(8, Funder::OtherCouncil),
        placed(9, Funder::OtherHealth, "far-icb"),
        funded(10, Funder::OtherHealth),
        funded(11, Funder::NotKnown),
        placed(12, Funder::CouncilFull, SOLIHULL),
    ])
}

/// With a seat for that agency, joined or only invited.
fn with_seat(mut situation: Situation, agency: &str, kind: AgencyKind, has_joined: bool) -> Situation {
    let joined_at = has_joined.then_some(situation.opened_at);
    situation.participants.push(Participant {
        agency: agency.to_owned(),
        kind,
        interest: Interest::Information,
        is_lead: false,
        offices: Vec::new(),
        joined_at,
    });
    situation
}

/// With the council of the story leading under the name that its seat has.
fn led_by(mut situation: Situation, agency: &str) -> Situation {
    agency.clone_into(&mut situation.authority);
    situation
}

#[track_caller]
fn finding(situation: &Situation, key: &str) -> Finding {
    find(situation, key).unwrap()
}

fn find(situation: &Situation, key: &str) -> Option<Finding> {
    advise(situation).findings.into_iter().find(|finding| finding.key == key)
}

fn action(situation: &Situation, key: &str) -> Option<ProposedAction> {
    advise(situation).actions.into_iter().find(|action| action.key == key)
}

fn keys(situation: &Situation) -> Vec<String> {
    advise(situation).actions.into_iter().map(|action| action.key).collect()
}
