mod night;
mod settings;
mod trips;

use muster_rule_sdk::testing::{Story, person, told, unsound};
use muster_rule_sdk::{
    AgencyKind, CareStatus, Gate, Mobility, Offer, OfferKind, Person, RuleSet as _, Service, read_settings,
    testing::service,
};

use super::*;
use crate::TransportOptions;

fn advise_with(situation: &Situation, settings: &str) -> Advice {
    let settings = read_settings::<TransportOptions>(settings).unwrap();
    let advice = TransportOptions::advise(situation, &settings).unwrap();
    assert_eq!(unsound(situation, &advice), Vec::<String>::new());
    advice
}

fn advise(situation: &Situation) -> Advice {
    advise_with(situation, "")
}

/// People who travel like this, one after the other.
fn people(mobility: &[Mobility]) -> Situation {
    let numbered = (1..).zip(mobility);
    let people = numbered.map(|(number, mobility)| Person { mobility: *mobility, ..person(number) });
    people.fold(Story::of_an_emergency_closure(), Story::with_person).situation()
}

fn offering(mut situation: Situation, quantity: u32, detail: &[(&str, &str)]) -> Situation {
    situation.offers.push(Offer {
        ref_: format!("offer-{}", situation.offers.len() + 1),
        agency: "icb".to_owned(),
        kind: OfferKind::Vehicle,
        quantity,
        taken: 0,
        as_of: situation.as_of,
        detail: detail.iter().map(|(word, value)| ((*word).to_owned(), (*value).to_owned())).collect(),
    });
    situation
}

#[track_caller]
fn verdict(situation: &Situation, key: &str) -> Answer {
    finding(situation, key).unwrap().verdict
}

fn finding(situation: &Situation, key: &str) -> Option<Finding> {
    advise(situation).findings.into_iter().find(|finding| finding.key == key)
}

/// The keys of the actions.
fn actions(situation: &Situation) -> Vec<String> {
    advise(situation).actions.into_iter().map(|action| action.key).collect()
}

#[track_caller]
fn action(situation: &Situation, key: &str) -> ProposedAction {
    advise(situation).actions.into_iter().find(|action| action.key == key).unwrap()
}
