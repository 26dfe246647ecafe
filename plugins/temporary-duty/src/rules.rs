//! The duty, limb by limb, and what follows from it.

use muster_rule_sdk::{
    Advice, Answer, Citation, Finding, Funder, Part, ProposedAction, Provenance, Question, Situation, cite,
};

use crate::cause;
use crate::table::{Limb, SettledBy, Table, When};

/// What is known of a limb, why, and what is to be asked.
pub(crate) struct Held {
    pub(crate) verdict: Answer,
    pub(crate) because: Vec<String>,
    pub(crate) cites: Vec<Citation>,
    pub(crate) asks: Vec<Question>,
}

impl Held {
    pub(crate) fn of(verdict: Answer, limb: &Limb) -> Self {
        Self { verdict, because: Vec::new(), cites: limb.cites.clone(), asks: Vec::new() }
    }
}

impl Limb {
    pub(crate) fn question(&self) -> Question {
        Question::new(&self.key, &self.asks, self.of, self.cites.iter().cloned())
    }
}

/// The whole of the advice.
pub(crate) fn advise(situation: &Situation, table: &Table) -> Advice {
    let mut advice = Advice::default();
    let mut engaged = Answer::Yes;
    let mut because = Vec::new();
    for limb in &table.limb {
        let held = match limb.settled_by {
            SettledBy::Answer => by_answer(situation, limb),
            SettledBy::Services => by_services(situation, limb),
            SettledBy::Event => cause::held(situation, limb, &table.event),
        };
        engaged = engaged.and(held.verdict);
        because.push(format!("{}: {}", limb.title, held.verdict));
        let finding = Finding::new(&limb.key, "s48", held.verdict, &limb.title, held.cites);
        advice.findings.push(Finding { because: held.because, ..finding });
        advice.questions.extend(held.asks);
    }
    advice.findings.insert(0, overall(engaged, because));
    match engaged {
        Answer::Yes => follow(When::Engaged, table, &mut advice),
        Answer::No => follow(When::NotEngaged, table, &mut advice),
        Answer::Unknown => follow(When::NotDetermined, table, &mut advice),
    }
    let outside = nhs_funded(situation);
    if outside.verdict == Answer::Yes {
        follow(When::NhsFunded, table, &mut advice);
    }
    advice.findings.push(outside);
    advice
}

fn overall(engaged: Answer, because: Vec<String>) -> Finding {
    let title = match engaged {
        Answer::Yes => "The temporary duty is engaged",
        Answer::No => "The temporary duty is not engaged",
        Answer::Unknown => "Whether the temporary duty is engaged cannot be determined yet",
    };
    let cites = [
        cite("S57", "This temporary duty is engaged when all the following criteria are met", Provenance::Plan),
        cite("S56", "due to a financial business failure", Provenance::Plan),
        cite(
            "Care Act 2014 s48(1)",
            "becomes unable to carry on that activity because of business failure",
            Provenance::Statute,
        ),
    ];
    let finding = Finding::new("s48/engaged", "s48", engaged, title, cites);
    let finding = Finding { because, ..finding };
    finding.because(
        "The Plan lists the first three and names the cause in the sentence before them; the Act needs all four",
    )
}

fn by_answer(situation: &Situation, limb: &Limb) -> Held {
    let mut held = Held::of(situation.answer(&limb.key), limb);
    held.because.extend(situation.fact(&limb.key).map(ToString::to_string));
    if held.verdict == Answer::Unknown {
        held.asks.push(limb.question());
    }
    held
}

/// An answer settles it; without one, the services do: one regulated service is enough for a yes.
fn by_services(situation: &Situation, limb: &Limb) -> Held {
    let mut held = by_answer(situation, limb);
    if held.verdict != Answer::Unknown {
        return held;
    }
    let services = &situation.services;
    held.because.extend(services.iter().map(|service| format!("{}: regulated: {}", service.id, service.regulated)));
    let is_none_regulated = !services.is_empty() && services.iter().all(|service| service.regulated == Answer::No);
    if services.iter().any(|service| service.regulated == Answer::Yes) {
        held.verdict = Answer::Yes;
    } else if is_none_regulated {
        held.verdict = Answer::No;
    }
    if held.verdict != Answer::Unknown {
        held.asks.clear();
    }
    held
}

fn follow(when: When, table: &Table, advice: &mut Advice) {
    for row in table.action.iter().filter(|row| row.when == when) {
        let action = ProposedAction::new(&row.key, &row.title, row.owner, row.cites.iter().cloned());
        advice.actions.push(row.because.iter().fold(action, ProposedAction::because));
    }
    for note in table.note.iter().filter(|note| note.when == when) {
        let finding = Finding::new(&note.key, "s48", note.verdict, &note.title, note.cites.iter().cloned());
        advice.findings.push(finding.because(&note.because));
    }
}

/// Responsibility goes by person: those whose care the NHS funds in full are outside the duty, whatever the incident.
fn nhs_funded(situation: &Situation) -> Finding {
    let count = |funder| situation.people.iter().filter(|person| person.funder == funder).count();
    let local = count(Funder::HealthFull);
    let other = count(Funder::OtherHealth);
    let not_known = count(Funder::NotKnown);
    let is_open = situation.is_withheld(Part::People) || situation.people.is_empty() || not_known > 0;
    let verdict = match (local.saturating_add(other), is_open) {
        (0, true) => Answer::Unknown,
        (0, false) => Answer::No,
        (_, true | false) => Answer::Yes,
    };
    let title = "The NHS funds somebody's care in full: they are outside the duty";
    let cites = [
        cite("S60", "The responsible agency for fully health funded individuals", Provenance::Plan),
        cite(
            "Gloucestershire closure policy 2.2",
            "The duty does not extend to people in receipt of NHS funded Continuing Healthcare",
            Provenance::SectorPractice,
        ),
    ];
    let finding = Finding::new("s48/nhs-funded", "people", verdict, title, cites);
    if situation.is_withheld(Part::People) {
        return finding.because("This rule set is not shown the people");
    }
    finding
        .because(format!("{local} funded in full by the health commissioner here, {other} by one elsewhere"))
        .because(format!("{not_known} of whom it is not known who pays"))
}

#[cfg(test)]
mod tests;
