//! What the approach covers, service by service, and what it is for at this point.

use muster_rule_sdk::{Advice, Answer, Finding, Funder, Question, Service, Situation};

use super::{about, ask_while_unknown};
use crate::table::Scope;

/// Prevent, mitigate or respond: what the approach does in this phase.
pub(super) fn purpose(situation: &Situation, scope: &Scope, advice: &mut Advice) {
    for row in scope.purpose.iter().filter(|row| row.phases.contains(&situation.phase)) {
        let finding = Finding::new(&row.key, "approach", Answer::Yes, &row.title, row.cites.iter().cloned());
        advice.findings.push(finding.because("With all stakeholders, providers and system partners"));
    }
}

/// The services that the approach covers, or may. What is commissioned solely by the NHS is out, and that is said.
pub(super) fn covered<'a>(situation: &'a Situation, scope: &Scope, advice: &mut Advice) -> Vec<&'a Service> {
    let row = &scope.solely_nhs;
    let is_one = situation.services.len() == 1;
    let any = situation.answer(&row.fact);
    let asks = if is_one { &row.asks_of_one } else { &row.asks };
    advice.questions.extend(ask_while_unknown(situation, &row.fact, asks, row.of, &row.cites));
    let mut covered = Vec::new();
    for service in &situation.services {
        let fact = if is_one { row.fact.clone() } else { format!("{}/{}", row.fact, service.id) };
        let is_solely_nhs = situation.answer(&fact);
        if !is_one && any == Answer::Yes {
            let asks = about(&row.asks_of_one, service);
            advice.questions.extend(ask_while_unknown(situation, &fact, asks, row.of, &row.cites));
        }
        if is_solely_nhs == Answer::Yes {
            let key = format!("{}/{}", row.key, service.id);
            let title = about(&row.title, service);
            let finding = Finding::new(key, &service.id, Answer::Yes, title, row.cites.iter().cloned());
            let because = situation.fact(&fact).map(ToString::to_string);
            advice.findings.push(because.into_iter().fold(finding, Finding::because));
        } else if of_its_kind(situation, scope, service, advice) != Answer::No {
            covered.push(service);
        }
    }
    also_nhs(situation, scope, &covered, advice);
    covered
}

/// Whether the approach is for a service, by its kind; where the Plan does not name the kind, by an answer.
fn of_its_kind(situation: &Situation, scope: &Scope, service: &Service, advice: &mut Advice) -> Answer {
    if let Some(row) = scope.covered.iter().find(|row| row.kinds.contains(&service.kind)) {
        let key = format!("{}/{}", row.key, service.id);
        let title = about(&row.title, service);
        advice.findings.push(Finding::new(key, &service.id, Answer::Yes, title, row.cites.iter().cloned()));
        return Answer::Yes;
    }
    let row = &scope.not_named;
    let fact = format!("scope/{}/social-care", service.id);
    let known = situation.answer(&fact);
    let key = format!("{}/{}", row.key, service.id);
    let finding = Finding::new(key, &service.id, known, about(&row.title, service), row.cites.iter().cloned());
    let because = situation.fact(&fact).map(ToString::to_string);
    advice.findings.push(because.into_iter().fold(finding, Finding::because));
    if known == Answer::Unknown {
        advice.questions.push(Question::new(fact, about(&row.asks, service), row.of, row.cites.iter().cloned()));
    }
    known
}

/// Somebody whom the NHS funds in full does not put a service out of scope.
fn also_nhs(situation: &Situation, scope: &Scope, covered: &[&Service], advice: &mut Advice) {
    for service in covered {
        let people = situation.people.iter().filter(|person| person.service == service.id);
        let mut funded = people.filter(|person| match person.funder {
            Funder::HealthFull | Funder::OtherHealth => true,
            Funder::CouncilPart
            | Funder::CouncilFull
            | Funder::SelfFunded
            | Funder::OtherCouncil
            | Funder::NotKnown => false,
        });
        if funded.next().is_some() {
            let row = &scope.also_nhs;
            let key = format!("{}/{}", row.key, service.id);
            let title = about(&row.title, service);
            advice.findings.push(Finding::new(key, &service.id, Answer::Yes, title, row.cites.iter().cloned()));
        }
    }
}
