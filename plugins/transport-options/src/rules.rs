//! The whole of the advice: who has to travel how, what there is, the trips, and what holds a move at night back.

mod fleet;
mod night;
mod plan;
mod travellers;

use muster_rule_sdk::{Advice, Answer, Finding, Instant, ProposedAction, ServiceKind, Situation};

use self::fleet::{Choice, Fleet};
use self::plan::{Plan, Planned};
use self::travellers::{Travellers, Way};
use crate::Settings;
use crate::table::Tables;

pub(crate) use night::{APPROVER, REASON};

/// The rule set's name, which stands before the keys of its proposals on the record.
pub(crate) const NAME: &str = "transport-options";

/// The whole of the advice. Where nobody lives in the service, nobody has to be moved, and there is none.
pub(crate) fn advise(situation: &Situation, tables: &Tables, settings: &Settings) -> Advice {
    let mut advice = Advice::default();
    if !situation.services.is_empty() && !situation.services.iter().any(|service| is_lived_in(service.kind)) {
        return advice;
    }
    let travellers = Travellers::of(situation);
    let fleet = Fleet::of(situation, tables, settings);
    let night = night::Approval::of(situation, settings);
    advice.findings.extend(known(&travellers, tables));
    advice.findings.extend(choice(&fleet, tables));
    if fleet.is_of_samples() {
        let because = "The providers marked as invented do not exist: put the council's own into the settings";
        advice.findings.push(tables.of_samples().because(because));
    }
    advice.findings.extend(night.finding(tables));
    advice.gates.extend(tables.gates(night.satisfied));
    advice.look_again_at = night.ends_at;
    if travellers.not_known().next().is_some() {
        advice.questions.extend(tables.questions());
    }
    let plan = Plan::of(&travellers, &fleet, settings);
    advice.findings.extend(enough(&travellers, &fleet, &plan, tables));
    if travellers.is_anybody_waiting() {
        advice.actions.extend(plan.trips.iter().filter_map(|planned| trips(situation, planned, tables, settings)));
        advice.actions.extend(Way::ALL.iter().filter_map(|way| shortfall(*way, &travellers, &plan, tables)));
    }
    advice
}

/// Whether people live where this kind of service is given.
fn is_lived_in(kind: ServiceKind) -> bool {
    match kind {
        ServiceKind::Residential
        | ServiceKind::Nursing
        | ServiceKind::HousingWithCare
        | ServiceKind::SupportedLiving => true,
        ServiceKind::HomeSupport
        | ServiceKind::DayService
        | ServiceKind::CommunityMeals
        | ServiceKind::Sheltered
        | ServiceKind::ThirdSector => false,
    }
}

fn known(travellers: &Travellers<'_>, tables: &Tables) -> Option<Finding> {
    let not_known: Vec<&str> = travellers.not_known().collect();
    let verdict = match (travellers.is_withheld || travellers.is_empty(), not_known.is_empty()) {
        (true, _) => Answer::Unknown,
        (false, is_known) => is_known.into(),
    };
    let finding = tables.finding("mobility/known", verdict)?;
    Some(if travellers.is_withheld {
        finding.because("This rule set is not shown the people")
    } else if not_known.is_empty() {
        finding
    } else {
        finding.because(format!("Not known, and asked: {}", named(&not_known)))
    })
}

fn choice(fleet: &Fleet<'_>, tables: &Tables) -> Option<Finding> {
    let choices = Way::ALL.map(|way| fleet.choice(way));
    let verdict = choices.iter().all(|choice| choice.providers.len() > 1).into();
    let finding = tables.finding("options/choice", verdict)?;
    let said = |Choice { way, providers }: &Choice<'_>| match providers.len() {
        0 => format!("Nobody carries somebody who {}", way.travels()),
        _ => format!("For people who {}: {}", way.travels_many(), providers.join(", ")),
    };
    Some(choices.iter().map(said).fold(finding, Finding::because))
}

fn enough(travellers: &Travellers<'_>, fleet: &Fleet<'_>, plan: &Plan<'_>, tables: &Tables) -> Option<Finding> {
    let short: Vec<Way> = Way::ALL.into_iter().filter(|way| plan.short(*way, travellers) > 0).collect();
    let is_open = travellers.is_withheld || travellers.is_empty() || travellers.not_known().next().is_some();
    let verdict = match (short.is_empty(), is_open) {
        (false, _) => Answer::No,
        (true, true) => Answer::Unknown,
        (true, false) => Answer::Yes,
    };
    let finding = tables.finding("trips/enough", verdict)?;
    let counts = Way::ALL.into_iter().filter(|way| travellers.count(*way) > 0).map(|way| {
        let count = travellers.count(way);
        format!("{} {}", count, if count == 1 { way.travels() } else { way.travels_many() })
    });
    let counts: Vec<String> = counts.collect();
    let finding = if counts.is_empty() {
        finding
    } else {
        finding.because(format!("Of everybody who moves or has moved: {}", counts.join(", ")))
    };
    Some(fleet.silent.iter().fold(finding, |finding, offer| {
        finding.because(format!("{offer} does not say how many it carries, and is not counted"))
    }))
}

/// The trips of one vehicle, as something to book or to take up.
fn trips(situation: &Situation, planned: &Planned<'_>, tables: &Tables, settings: &Settings) -> Option<ProposedAction> {
    let vehicle = planned.vehicle;
    let trips = counted(planned.trips, "trip", "trips");
    let words = [("trips", trips.as_str()), ("vehicle", &vehicle.what), ("provider", &vehicle.provider)];
    let action = match &vehicle.offer {
        None => tables.action("book", &vehicle.id, &words)?,
        Some(offer) => {
            let words: Vec<(&str, &str)> = words.into_iter().chain([("offer", offer.as_str())]).collect();
            tables.action("use", &vehicle.id, &words)?
        }
    };
    let carried: Vec<String> =
        planned.carried.iter().map(|(way, count)| format!("{count} who {}", way.travels_many())).collect();
    let escorts = counted(settings.escorts_per_trip, "seat", "seats");
    let mut action = action
        .because(format!("Carries {}", carried.join(", ")))
        .because(format!("On one trip {}; {escorts} of each trip kept for an escort", vehicle.said_places()))
        .because("Counted as if all went to one place: more places, more trips");
    if let Some(terms) = &vehicle.terms {
        action = action.because(format!(
            "Runs {} to {} and needs {} minutes' notice: ask its {}",
            terms.from, terms.to, terms.lead_minutes, terms.contact_role
        ));
        if let Some(stops) = situation.care_stops_at {
            let lead = Instant::from(terms.lead_minutes).saturating_mul(60);
            action = action
                .due(stops.saturating_sub(lead).max(situation.notified_at))
                .because("Due that long before care stops, and no later");
        }
    }
    Some(action)
}

fn shortfall(way: Way, travellers: &Travellers<'_>, plan: &Plan<'_>, tables: &Tables) -> Option<ProposedAction> {
    let short = plan.short(way, travellers);
    if short == 0 {
        return None;
    }
    let people = counted(short, "person", "people");
    let travel = if short == 1 { way.travels() } else { way.travels_many() };
    let action = tables.action("shortfall", way.word(), &[("people", &people), ("travel", travel)])?;
    Some(if plan.carries(way) {
        action.because("All the trips of the vehicles that could carry them are used")
    } else {
        let who: Vec<&str> = travellers.waiting(way).collect();
        action.because(format!("Nothing in the table or on offer carries them: {}", named(&who)))
    })
}

/// `1 trip`, `2 trips`.
fn counted(number: u32, one: &str, several: &str) -> String {
    format!("{number} {}", if number == 1 { one } else { several })
}

/// The names, or the first hundred of them: a text is not to be without end.
fn named(people: &[&str]) -> String {
    let first: Vec<&str> = people.iter().take(100).copied().collect();
    match people.len().saturating_sub(first.len()) {
        0 => first.join(", "),
        more => format!("{} and {more} more", first.join(", ")),
    }
}

#[cfg(test)]
mod tests;
