//! Where a service is given, the approach it is handled by, and whether its building remains.

use muster_rule_sdk::{Advice, AgencyKind, Answer, Finding, Office, OptionSet, Question, Service, Situation};

use super::{NAME, about, ask_while_unknown};
use crate::table::{Delivery, KindsRow, Places};

/// What is said of each service that is covered.
pub(super) fn advise(situation: &Situation, places: &Places, covered: &[&Service], advice: &mut Advice) {
    for service in covered {
        delivery(situation, places, service, advice);
        approach(situation, places, service, advice);
    }
    let buildings: Vec<&Service> = covered
        .iter()
        .copied()
        .filter(|service| is_building_based(situation, places, service) == Answer::Yes)
        .collect();
    for service in &buildings {
        building(situation, places, service, buildings.len() == 1, advice);
    }
}

fn of_kind<'a>(rows: &'a [KindsRow], service: &Service) -> Option<&'a KindsRow> {
    rows.iter().find(|row| row.kinds.contains(&service.kind))
}

fn finding(row: &KindsRow, service: &Service) -> Finding {
    let key = format!("{}/{}", row.key, service.id);
    let finding = Finding::new(key, &service.id, Answer::Yes, about(&row.title, service), row.cites.iter().cloned());
    row.because.iter().fold(finding, |finding, because| finding.because(because))
}

fn building_fact(service: &Service) -> String {
    format!("delivery/{}/building-based", service.id)
}

/// By its kind where the note lists it; by an answer otherwise.
fn is_building_based(situation: &Situation, places: &Places, service: &Service) -> Answer {
    match of_kind(&places.delivery, service) {
        Some(row) => row.is_for.map_or(Answer::Unknown, |is_for| Answer::from(is_for == Delivery::Building)),
        None => situation.answer(&building_fact(service)),
    }
}

fn delivery(situation: &Situation, places: &Places, service: &Service, advice: &mut Advice) {
    if let Some(row) = of_kind(&places.delivery, service) {
        advice.findings.push(finding(row, service));
        return;
    }
    let row = &places.not_listed;
    let fact = building_fact(service);
    let key = format!("{}/{}", row.key, service.id);
    let known = situation.answer(&fact);
    let finding = Finding::new(key, &service.id, known, about(&row.title, service), row.cites.iter().cloned());
    advice.findings.push(finding.because("The note lists this kind neither with buildings nor with own homes"));
    if known == Answer::Unknown {
        advice.questions.push(Question::new(fact, about(&row.asks, service), row.of, row.cites.iter().cloned()));
    }
}

/// Routed by the Plan's table, or by an office where the table has no row: never by likeness.
fn approach(situation: &Situation, places: &Places, service: &Service, advice: &mut Advice) {
    if let Some(row) = of_kind(&places.approach, service) {
        advice.findings.push(finding(row, service));
        return;
    }
    let row = &places.not_routed;
    let key = format!("{}/{}", row.key, service.id);
    let full_key = format!("{NAME}/{key}");
    let decided = situation.decisions.iter().rev().find(|decision| decision.question.as_ref() == Some(&full_key));
    if let Some(decision) = decided {
        let row = &places.decided;
        let title = about(&decision.chosen, service);
        let key = format!("{}/{}", row.key, service.id);
        let finding = Finding::new(key, &service.id, Answer::Yes, title, row.cites.iter().cloned());
        advice.findings.push(finding.because(format!("Decided in D{}: the table has no row", decision.number)));
    }
    let in_building = is_building_based(situation, places, service);
    let options = OptionSet::new(key, about(&row.question, service), Office::IncidentLead, row.cites.iter().cloned());
    advice.options.push(row.choice.iter().fold(options, |options, choice| {
        let suits = match (choice.is_for, in_building) {
            (Delivery::Building, suits) => suits,
            (Delivery::Home, Answer::Yes) => Answer::No,
            (Delivery::Home, Answer::No) => Answer::Yes,
            (Delivery::Home, Answer::Unknown) => Answer::Unknown,
        };
        options.choice(&choice.key, &choice.title, suits, choice.because.clone())
    }));
}

/// A provider can go and its building stay, or the other way round: it is asked, for the short term and then the long.
fn building(situation: &Situation, places: &Places, service: &Service, is_only: bool, advice: &mut Advice) {
    let of_service = |fact: &str| if is_only { fact.to_owned() } else { format!("{fact}/{}", service.id) };
    for row in &places.building {
        let is_time = row.after.as_deref().is_none_or(|after| situation.answer(&of_service(after)) == Answer::Yes);
        if !is_time {
            continue;
        }
        let fact = of_service(&row.fact);
        let key = format!("{}/{}", row.key, service.id);
        let verdict = situation.answer(&fact);
        let finding = Finding::new(key, &service.id, verdict, about(&row.title, service), row.cites.iter().cloned());
        let because = situation.fact(&fact).map(ToString::to_string);
        advice.findings.push(because.into_iter().fold(finding, Finding::because));
        let asks = about(&row.asks, service);
        advice.questions.extend(ask_while_unknown(situation, &fact, asks, AgencyKind::Council, &row.cites));
    }
}
