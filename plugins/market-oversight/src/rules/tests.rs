mod knowledge;
mod warning;

use muster_rule_sdk::testing::{Story, person, service, unsound};
use muster_rule_sdk::{FactValue, IncidentKind, Person, RuleSet as _, Service, ServiceKind, read_settings};

use super::*;
use crate::MarketOversight;

fn advise_on(situation: &Situation) -> Advice {
    let settings = read_settings::<MarketOversight>("").unwrap();
    let advice = MarketOversight::advise(situation, &settings).unwrap();
    assert_eq!(unsound(situation, &advice), Vec::<String>::new());
    advice
}

fn advise(story: Story) -> Advice {
    advise_on(&story.situation())
}

/// A home of a national provider.
fn national() -> Story {
    Story::of_an_emergency_closure()
        .of_services([Service { national: Answer::Yes, ..service(1, ServiceKind::Residential) }])
}

#[track_caller]
fn finding_of(situation: &Situation, key: &str) -> Finding {
    advise_on(situation).findings.into_iter().find(|finding| finding.key == key).unwrap()
}

#[track_caller]
fn verdict(story: Story, key: &str) -> Answer {
    finding_of(&story.situation(), key).verdict
}

fn asked(story: Story) -> Vec<String> {
    advise(story).questions.into_iter().map(|question| question.fact).collect()
}

fn action_keys(story: Story) -> Vec<String> {
    advise(story).actions.into_iter().map(|action| action.key).collect()
}
