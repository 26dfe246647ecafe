mod lists;
mod review;
mod scope;

use muster_rule_sdk::testing::{Story, person, service, unsound};
use muster_rule_sdk::{Funder, Person, RuleSet as _, Service, ServiceKind, read_settings};

use super::*;
use crate::MitigationScope;

fn advise_with(situation: &Situation, settings: &str) -> Advice {
    let settings = read_settings::<MitigationScope>(settings).unwrap();
    let advice = MitigationScope::advise(situation, &settings).unwrap();
    assert_eq!(unsound(situation, &advice), Vec::<String>::new());
    advice
}

fn advise(story: Story) -> Advice {
    advise_with(&story.situation(), "")
}

/// A residential home whose provider fails.
fn failure() -> Story {
    Story::of_an_emergency_closure()
}

/// A home at that level of risk, of whose provider nothing worse is known.
fn concern(level: Option<u8>) -> Story {
    let home = Service { risk_level: level, ..service(1, ServiceKind::Residential) };
    failure().kind(IncidentKind::QualityConcern).of_services([home])
}

/// The provider is said to be on the verge of failure.
fn verge() -> Story {
    failure().answered("provider/on-the-verge", Answer::Yes)
}

fn funded(number: u32, funder: Funder) -> Person {
    Person { funder, ..person(number) }
}

fn of_kind(kind: ServiceKind) -> Service {
    service(1, kind)
}

fn unregulated(kind: ServiceKind) -> Service {
    Service { regulated: Answer::No, ..service(1, kind) }
}

#[track_caller]
fn finding(story: Story, key: &str) -> Finding {
    advise(story).findings.into_iter().find(|finding| finding.key == key).unwrap()
}

fn find(story: Story, key: &str) -> Option<ProposedAction> {
    advise(story).actions.into_iter().find(|action| action.key == key)
}

fn keys(story: Story) -> Vec<String> {
    advise(story).actions.into_iter().map(|action| action.key).collect()
}

fn asked(story: Story) -> Vec<String> {
    advise(story).questions.into_iter().map(|question| question.fact).collect()
}
