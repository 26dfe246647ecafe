mod closure;
mod people;
mod review;
mod steps;
mod visits;
mod wellbeing;

use muster_rule_sdk::testing::{Story, service, unsound};
use muster_rule_sdk::{Finding, ProposedAction, RuleSet as _, Service, read_settings};

use super::*;
use crate::EmergencyClosure;

fn advise_with(story: Story, settings: &str) -> Advice {
    let situation = story.situation();
    let settings = read_settings::<EmergencyClosure>(settings).unwrap();
    let advice = EmergencyClosure::advise(&situation, &settings).unwrap();
    assert_eq!(unsound(&situation, &advice), Vec::<String>::new());
    advice
}

fn advise(story: Story) -> Advice {
    advise_with(story, "")
}

fn home_support() -> Service {
    service(1, ServiceKind::HomeSupport)
}

#[track_caller]
fn action(story: Story, key: &str) -> ProposedAction {
    find(story, key).unwrap()
}

fn find(story: Story, key: &str) -> Option<ProposedAction> {
    advise(story).actions.into_iter().find(|action| action.key == key)
}

#[track_caller]
fn finding(story: Story, key: &str) -> Finding {
    advise(story).findings.into_iter().find(|finding| finding.key == key).unwrap()
}

#[track_caller]
fn gate_of(story: Story, key: &str) -> Answer {
    advise(story).gates.into_iter().find(|gate| gate.key == key).unwrap().satisfied
}

fn asked(story: Story) -> Vec<String> {
    advise(story).questions.into_iter().map(|question| question.fact).collect()
}
