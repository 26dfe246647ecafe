mod beds;
mod decided;
mod exhaustive;
mod people;
mod settings;
mod size;
mod told;

use muster_rule_sdk::testing::{Story, person, unsound};
use muster_rule_sdk::{
    Allocation, CareStatus, Decision, Mobility, Need, Offer, OfferKind, Office, Person, RuleSet as _, read_settings,
};

use super::*;
use crate::Accommodation;
use crate::dates::DAY;

/// An incident with people and beds, told step by step.
#[derive(Clone)]
struct Told(Situation);

fn told() -> Told {
    Told(Story::of_an_emergency_closure().situation())
}

impl Told {
    /// One more person, of whom the needs are known.
    fn with(mut self, person: Person) -> Self {
        self.0.people.push(person);
        self
    }

    /// So many beds with these words, as at now.
    fn beds(mut self, quantity: u32, detail: &[(&str, &str)]) -> Self {
        let number = self.0.offers.len() + 1;
        self.0.offers.push(offer(number, quantity, self.0.as_of, detail));
        self
    }

    /// So many beds of a figure that is so many days old.
    fn old_beds(self, days: i64, quantity: u32, detail: &[(&str, &str)]) -> Self {
        let mut told = self.beds(quantity, detail);
        let as_of = told.0.as_of - days * DAY;
        told.0.offers.last_mut().unwrap().as_of = as_of;
        told
    }

    /// The rule is decided.
    fn decided(self, chosen: &str) -> Self {
        self.decided_on("accommodation/rule", chosen)
    }

    fn decided_on(mut self, question: &str, chosen: &str) -> Self {
        let number = u32::try_from(self.0.decisions.len() + 1).unwrap();
        let (question, chosen) = (Some(question.to_owned()), chosen.to_owned());
        let at = self.0.as_of;
        self.0.decisions.push(Decision { number, office: Office::IncidentLead, question, chosen, at });
        self
    }

    fn advice(&self) -> Advice {
        self.advice_with("")
    }

    fn advice_with(&self, settings: &str) -> Advice {
        let settings = read_settings::<Accommodation>(settings).unwrap();
        let advice = Accommodation::advise(&self.0, &settings).unwrap();
        assert_eq!(unsound(&self.0, &advice), Vec::<String>::new());
        advice
    }

    #[track_caller]
    fn verdict(&self, key: &str) -> Answer {
        self.finding(key).unwrap().verdict
    }

    fn finding(&self, key: &str) -> Option<Finding> {
        self.advice().findings.into_iter().find(|finding| finding.key == key)
    }

    fn is_proposed(&self, key: &str) -> bool {
        self.advice().actions.iter().any(|action| action.key == key)
    }

    #[track_caller]
    fn place_of(&self, number: u32) -> Allocation {
        let person = format!("person-{number}");
        self.advice().allocations.into_iter().find(|allocation| allocation.person == person).unwrap()
    }

    /// Who goes where, in the order of the rule: `2 to offer-1, 1 nowhere`.
    fn places(&self) -> String {
        places(&self.advice())
    }
}

fn places(advice: &Advice) -> String {
    let mut allocations = advice.allocations.clone();
    allocations.sort_by_key(|allocation| allocation.rank);
    let place = |one: &Allocation| {
        let person = one.person.trim_start_matches("person-").to_owned();
        one.to.as_ref().map_or_else(|| format!("{person} nowhere"), |to| format!("{person} to {to}"))
    };
    allocations.iter().map(place).collect::<Vec<_>>().join(", ")
}

fn offer(number: usize, quantity: u32, as_of: i64, detail: &[(&str, &str)]) -> Offer {
    Offer {
        ref_: format!("offer-{number}"),
        agency: "solihull".to_owned(),
        kind: OfferKind::Bed,
        quantity,
        taken: 0,
        as_of,
        detail: detail.iter().map(|(word, value)| ((*word).to_owned(), (*value).to_owned())).collect(),
    }
}

/// Somebody who walks and has these needs, known to be all.
fn walker(number: u32, needs: &[Need]) -> Person {
    Person { mobility: Mobility::Walks, needs: needs.to_vec(), needs_known: Answer::Yes, ..person(number) }
}

fn together(number: u32, with: &[u32]) -> Person {
    let stays_with = with.iter().map(|other| format!("person-{other}")).collect();
    Person { stays_with, ..walker(number, &[]) }
}

const FEWEST: &str = "Those whom the fewest beds suit come first";
const TOGETHER: &str = "People who stay together come first";
const NEEDS: &str = "Those with the greatest needs come first";
