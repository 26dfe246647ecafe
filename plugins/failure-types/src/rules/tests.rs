mod services;
mod types;

use muster_rule_sdk::testing::{Story, person, service, told, unsound};
use muster_rule_sdk::{Failure, Finding, Phase, RuleSet as _, ServiceKind, read_settings};

use super::*;
use crate::FailureTypes;

fn advise_on(situation: &Situation) -> Advice {
    let settings = read_settings::<FailureTypes>("").unwrap();
    let advice = FailureTypes::advise(situation, &settings).unwrap();
    assert_eq!(unsound(situation, &advice), Vec::<String>::new());
    advice
}

fn advise(story: Story) -> Advice {
    advise_on(&story.situation())
}

fn failing() -> Story {
    Story::of_an_emergency_closure()
}

/// A failing provider whose one service is of this kind.
fn of(kind: ServiceKind) -> Story {
    failing().of_services([service(1, kind)])
}

fn keys_of(story: Story) -> Vec<String> {
    let advice = advise(story);
    let findings = advice.findings.into_iter().map(|item| item.key);
    let questions = advice.questions.into_iter().map(|item| item.key);
    let actions = advice.actions.into_iter().map(|item| item.key);
    let options = advice.options.into_iter().map(|item| item.key);
    findings.chain(questions).chain(actions).chain(options).collect()
}

fn says(story: Story, key: &str) -> bool {
    keys_of(story).iter().any(|said| said == key)
}

#[track_caller]
fn finding(story: Story, key: &str) -> Finding {
    advise(story).findings.into_iter().find(|finding| finding.key == key).unwrap()
}

/// The types that hold, as the findings have them.
fn types_of(story: Story) -> Vec<String> {
    keys_of(story).into_iter().filter(|key| key.starts_with("type/")).collect()
}
