//! What a council should know of its market, answered from the record.

use muster_rule_sdk::{Answer, Funder, MeetingKind, OfferKind, Service, ServiceKind, Situation};

use super::warning::Warning;
use super::{Held, PLAN_TESTED};

/// Whether it is known of everybody who pays: those who pay for themselves are easily forgotten.
pub(super) fn whole_population(situation: &Situation) -> Held {
    let Some(figures) = &situation.figures else {
        return Held::so(Answer::Unknown, "This rule set is not shown how many people there are");
    };
    if figures.people.is_none() {
        return Held::so(Answer::Unknown, "Nobody is on the list yet");
    }
    let open = figures.of_funder(Funder::NotKnown);
    let because = format!(
        "People on the list: {}; who pay for themselves: {}; of whom it is not known who pays: {open}",
        figures.people,
        figures.of_funder(Funder::SelfFunded)
    );
    Held::so(open.is_none().into(), because)
}

pub(super) fn quality(situation: &Situation) -> Held {
    if situation.services.is_empty() {
        return Held::so(Answer::Unknown, "No service is recorded yet");
    }
    let missing: Vec<String> = situation.services.iter().flat_map(missing).collect();
    match missing.is_empty() {
        true => Held::so(Answer::Yes, format!("{} on the record", counted(situation.services.len()))),
        false => Held { verdict: Answer::No, because: missing },
    }
}

fn missing(service: &Service) -> Vec<String> {
    let mut missing = Vec::new();
    if service.risk_level.is_none() {
        missing.push(format!("{}: no level of risk", service.id));
    }
    let is_care_home = matches!(service.kind, ServiceKind::Residential | ServiceKind::Nursing);
    if is_care_home && service.beds.is_none() {
        missing.push(format!("{}: no number of beds", service.id));
    }
    missing
}

pub(super) fn at_risk(situation: &Situation, warning: &Warning) -> Held {
    if !situation.failures.is_empty() {
        return Held::so(Answer::Yes, "The type of failure is named");
    }
    if let Some(stage) = warning.stage {
        return Held::so(Answer::Yes, format!("The regulator has it at stage {stage} of market oversight"));
    }
    let services = &situation.services;
    let are_levels_known = !services.is_empty() && services.iter().all(|service| service.risk_level.is_some());
    let highest = services.iter().filter_map(|service| service.risk_level).max();
    match highest.filter(|_| are_levels_known) {
        Some(level) => Held::so(Answer::Yes, format!("Every service has its level of risk; the highest is {level}")),
        None => Held::so(Answer::No, "No type of failure, no stage of market oversight, and not every level of risk"),
    }
}

/// Vehicles move people; they take nobody's place.
pub(super) fn replacement(situation: &Situation) -> Held {
    let takes_its_place = |kind| match kind {
        OfferKind::Bed | OfferKind::StaffHours | OfferKind::Building => true,
        OfferKind::Vehicle => false,
    };
    let offers = situation.offers.iter().filter(|offer| takes_its_place(offer.kind) && offer.quantity > offer.taken);
    match offers.count() {
        0 => Held::so(Answer::No, "No beds, staff hours or building on offer that are not taken"),
        count => Held::so(Answer::Yes, format!("{count} offers that are not all taken")),
    }
}

/// An answer settles it; without one, a strategy meeting that was held does.
pub(super) fn prepared(situation: &Situation) -> Held {
    let mut because: Vec<String> = situation.fact(PLAN_TESTED).map(ToString::to_string).into_iter().collect();
    let answered = situation.answer(PLAN_TESTED);
    let mut held = situation.meetings.iter().filter(|meeting| meeting.kind == MeetingKind::Strategy);
    let is_held = held.any(|meeting| meeting.held_at.is_some());
    if is_held {
        because.push("A strategy meeting was held".to_owned());
    }
    let met = if is_held { Answer::Yes } else { Answer::Unknown };
    Held { verdict: answered.or_else(met), because }
}

fn counted(services: usize) -> String {
    if services == 1 { "1 service".to_owned() } else { format!("{services} services") }
}
