mod drafts;
mod settings;
mod speaking;

use muster_rule_sdk::testing::{Story, service, unsound};
use muster_rule_sdk::{RuleSet as _, read_settings};

use super::*;
use crate::Communications;

fn advise_with(story: Story, settings: &str) -> Advice {
    let situation = story.situation();
    let settings = read_settings::<Communications>(settings).unwrap();
    let advice = Communications::advise(&situation, &settings).unwrap();
    assert_eq!(unsound(&situation, &advice), Vec::<String>::new());
    advice
}

fn advise(story: Story) -> Advice {
    advise_with(story, "")
}

/// A failing provider of which it is known whether it can speak.
fn failing(provider_can: Answer) -> Story {
    Story::of_an_emergency_closure().answered(CAN_COMMUNICATE, provider_can)
}

fn outbreak() -> Story {
    Story::of_an_emergency_closure().kind(IncidentKind::Outbreak)
}

fn action_keys(story: Story) -> Vec<String> {
    advise(story).actions.into_iter().map(|action| action.key).collect()
}

fn draft_keys(story: Story) -> Vec<String> {
    advise(story).drafts.into_iter().map(|draft| draft.key).collect()
}

#[track_caller]
fn draft_of(story: Story, key: &str) -> Draft {
    advise(story).drafts.into_iter().find(|draft| draft.key == key).unwrap()
}
