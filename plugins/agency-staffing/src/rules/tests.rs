mod hours;
mod ladder;
mod settings;

use muster_rule_sdk::testing::{Story, service, unsound};
use muster_rule_sdk::{Offer, OfferKind, OptionSet, RuleSet as _, ServiceKind, read_settings};

use super::*;
use crate::AgencyStaffing;

fn advise_on(situation: &Situation, settings: &str) -> Advice {
    let settings = read_settings::<AgencyStaffing>(settings).unwrap();
    let advice = AgencyStaffing::advise(situation, &settings).unwrap();
    assert_eq!(unsound(situation, &advice), Vec::<String>::new());
    advice
}

fn advise(story: Story) -> Advice {
    advise_on(&story.situation(), "")
}

/// A home care agency's night: 34 hours of carers are short.
fn short_night() -> Story {
    Story::of_an_emergency_closure()
        .of_services([service(1, ServiceKind::HomeSupport)])
        .answered("staffing/safe", Answer::No)
        .answered("staffing/hours-short/carer", 34)
        .answered("staffing/hours-short/senior-carer", 0)
}

/// Everybody before the council's own staff has been asked, and levels are unsafe all the same.
fn last_resort_reached() -> Story {
    short_night()
        .answered("staffing/provider-cover-exhausted", Answer::Yes)
        .answered("staffing/continuity-plan-activated", Answer::Yes)
        .answered("staffing/agency-exhausted", Answer::Yes)
}

/// Hours that an agency at the table offers.
fn hours(number: u32, agency: &str, quantity: u32, detail: &[(&str, &str)]) -> Offer {
    Offer {
        ref_: format!("offer-{number}"),
        agency: agency.to_owned(),
        kind: OfferKind::StaffHours,
        quantity,
        taken: 0,
        as_of: Story::of_an_emergency_closure().situation().as_of,
        detail: detail.iter().map(|(word, value)| ((*word).to_owned(), (*value).to_owned())).collect(),
    }
}

fn with_offers(story: Story, offers: impl IntoIterator<Item = Offer>) -> Situation {
    let mut situation = story.situation();
    situation.offers.extend(offers);
    situation
}

fn action_keys(story: Story) -> Vec<String> {
    advise(story).actions.into_iter().map(|action| action.key).collect()
}

fn asked(story: Story) -> Vec<String> {
    advise(story).questions.into_iter().map(|question| question.fact).collect()
}

#[track_caller]
fn finding(situation: &Situation, key: &str) -> Finding {
    advise_on(situation, "").findings.into_iter().find(|finding| finding.key == key).unwrap()
}

#[track_caller]
fn options_of(situation: &Situation, role: &str) -> OptionSet {
    let key = format!("hours/{role}");
    advise_on(situation, "").options.into_iter().find(|options| options.key == key).unwrap()
}

fn choices(options: &OptionSet) -> Vec<&str> {
    options.choices.iter().map(|choice| choice.key.as_str()).collect()
}
