//! The whole of the advice: the approach of each service, the options, what is done for people, and the notes.

use muster_rule_sdk::{
    Advice, AgencyKind, Answer, Finding, IncidentKind, Office, OptionSet, ProposedAction, Provenance, Question,
    Service, ServiceKind, Situation, cite,
};

use crate::approach::{Approaches, route};
use crate::table::{ActionRow, Note, OptionsRow, Route, Tables};

/// The whole of the advice.
pub(crate) fn advise(situation: &Situation, tables: &Tables) -> Advice {
    let approaches = Approaches::of(situation, &tables.routes);
    let mut advice = Advice::default();
    // A regional incident does not repeat the plans of the councils: the options stand in their own incidents.
    if situation.kind != IncidentKind::Regional {
        let services = situation.services.iter();
        advice.findings.extend(services.map(|service| routed(situation, service, &tables.routes)));
        for row in tables.options.iter().filter(|row| applies(row, &approaches)) {
            advice.questions.extend(open_questions(situation, row));
            advice.options.push(options(situation, row, &approaches));
        }
        if !approaches.in_force.is_empty() {
            advice.actions.extend(tables.actions.iter().flat_map(|row| actions(row, &approaches)));
        }
    }
    let notes = tables.notes.iter().filter(|note| approaches.holds(note.when));
    advice.findings.extend(notes.map(|row| note(row, &approaches)));
    advice
}

fn routed(situation: &Situation, service: &Service, routes: &[Route]) -> Finding {
    let key = format!("approach/{}", service.id);
    let Some(route) = route(service.kind, routes) else {
        let title = format!("Not in the table: {}", named(service.kind));
        let cites = [cite("S100", "Provider Type Key Factors Risk Management Process", Provenance::Plan)];
        return Finding::new(key, &service.id, Answer::Unknown, title, cites)
            .because("The table has no row for this kind of service, so it names no approach: people decide");
    };
    let title = format!("Approach {}", route.approach);
    let mut cites = route.cites.clone();
    let building = situation.fact("closure/building-available").filter(|_| route.approach == 1);
    if building.is_some() {
        let words = "buildings may or may not remain available for use in the short/long term";
        cites.push(cite("S101", words, Provenance::Plan));
    }
    let mut finding = Finding::new(key, &service.id, Answer::Yes, title, cites)
        .because(format!("The table's row \"{}\"; its key factors: {}", route.provider_type, route.key_factors));
    finding.because.extend(building.map(ToString::to_string));
    finding
}

fn applies(row: &OptionsRow, approaches: &Approaches) -> bool {
    row.approaches.iter().any(|approach| approaches.in_force.contains(approach))
}

/// The director decides: these commit the council to buildings, tenancies and employees beyond the emergency.
fn options(situation: &Situation, row: &OptionsRow, approaches: &Approaches) -> OptionSet {
    let cites = row.cites.iter().cloned();
    let options = OptionSet::new(&row.key, &row.question, Office::DirectorOfAdultSocialServices, cites);
    row.choice.iter().fold(options, |options, choice| {
        let factors = choice.factors.iter().filter_map(|factor| factor.said(&choice.clause, &approaches.in_force));
        let fact = situation.fact(&choice.fact).map(ToString::to_string);
        options.choice(&choice.name, &choice.title, situation.answer(&choice.fact), factors.chain(fact).collect())
    })
}

fn open_questions(situation: &Situation, row: &OptionsRow) -> Vec<Question> {
    let open = row.choice.iter().filter(|choice| situation.answer(&choice.fact) == Answer::Unknown);
    open.map(|choice| {
        let rule = cite(&choice.clause, &choice.title, Provenance::Plan);
        let cites = std::iter::once(rule).chain(choice.cites.iter().cloned());
        Question::new(&choice.fact, &choice.asks, AgencyKind::Council, cites)
    })
    .collect()
}

/// One action; where several agencies lead, one for each.
fn actions(row: &ActionRow, approaches: &Approaches) -> Vec<ProposedAction> {
    let is_shared = row.leads.len() > 1;
    let leads = row.leads.iter();
    leads
        .map(|lead| {
            let key = if is_shared { format!("{}/{lead}", row.key) } else { row.key.clone() };
            let mut action = ProposedAction::new(key, &row.title, *lead, row.cites.iter().cloned());
            action.because = row.factors.iter().filter_map(|it| it.said(&row.clause, &approaches.in_force)).collect();
            action
        })
        .collect()
}

fn note(row: &Note, approaches: &Approaches) -> Finding {
    let mut finding = Finding::new(&row.key, &row.subject, row.verdict, &row.title, row.cites.iter().cloned());
    finding = finding.because(&row.because);
    finding.because.extend(approaches.large_scale.iter().cloned());
    finding
}

fn named(kind: ServiceKind) -> &'static str {
    match kind {
        ServiceKind::Residential => "residential",
        ServiceKind::Nursing => "nursing",
        ServiceKind::HousingWithCare => "housing with care",
        ServiceKind::HomeSupport => "home support",
        ServiceKind::SupportedLiving => "supported living",
        ServiceKind::DayService => "day service",
        ServiceKind::CommunityMeals => "community meals",
        ServiceKind::Sheltered => "sheltered housing",
        ServiceKind::ThirdSector => "third sector",
    }
}

#[cfg(test)]
mod tests;
