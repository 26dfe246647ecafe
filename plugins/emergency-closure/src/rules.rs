//! The whole of the advice: steps, people, visits, the review, questions, gates, options and the letter.

mod people;
mod signs;
mod steps;
#[cfg(test)]
mod tests;
mod visits;
mod wellbeing;

use muster_rule_sdk::{
    Advice, AgencyKind, Answer, Draft, FactValue, Finding, Gate, Instant, Office, OptionSet, Phase, Provenance,
    Question, ServiceKind, Situation, cite,
};

use crate::Settings;
use crate::table::{Accommodation, GateRow, Letter, Place, QuestionRow, Tables, When};

/// The rule set's name, which stands before the keys of its proposals on the record.
pub(crate) const NAME: &str = "emergency-closure";

/// What the rules ask of a situation, looked up once.
pub(crate) struct Closure<'a> {
    situation: &'a Situation,
    places: Vec<Place>,
    care_stops: Option<Instant>,
    everybody_settled: Answer,
}

impl<'a> Closure<'a> {
    fn of(situation: &'a Situation) -> Self {
        let places = situation.services.iter().filter_map(|service| place(service.kind)).collect();
        let answered = situation.fact("closure/expected-care-stops").and_then(|fact| match fact.value {
            FactValue::At(at) => Some(at),
            FactValue::Answer(_) | FactValue::Number(_) | FactValue::Text(_) => None,
        });
        let care_stops = situation.care_stops_at.or(answered);
        Self { situation, places, care_stops, everybody_settled: people::everybody_settled(situation) }
    }

    fn is_at(&self, place: Option<Place>) -> bool {
        place.is_none_or(|place| self.places.contains(&place))
    }

    fn is_answered(&self, fact: &str) -> bool {
        self.situation.fact(fact).is_some_and(|fact| fact.value != FactValue::Answer(Answer::Unknown))
    }

    fn is_recovering(&self) -> bool {
        matches!(self.situation.phase, Phase::Recovering | Phase::Closed)
    }
}

/// Where a kind of service gives care; `None` for those that the protocol is not for.
fn place(kind: ServiceKind) -> Option<Place> {
    match kind {
        ServiceKind::Residential
        | ServiceKind::Nursing
        | ServiceKind::HousingWithCare
        | ServiceKind::SupportedLiving => Some(Place::Building),
        ServiceKind::HomeSupport => Some(Place::Home),
        ServiceKind::DayService | ServiceKind::CommunityMeals | ServiceKind::Sheltered | ServiceKind::ThirdSector => {
            None
        }
    }
}

/// The whole of the advice.
pub(crate) fn advise(situation: &Situation, tables: &Tables, settings: &Settings) -> Advice {
    let closure = Closure::of(situation);
    let mut advice = Advice::default();
    advice.findings.extend(coverage(situation));
    if closure.places.is_empty() && !situation.services.is_empty() {
        return advice;
    }
    advice.findings.extend(people::findings(&closure, &tables.people));
    advice.findings.extend(visits::order(&closure, &tables.people.order));
    advice.findings.push(step_in(situation));
    if closure.is_recovering() {
        advice.findings.push(signs::of_the_time_before(situation, &tables.people.signs));
    }
    advice.questions.extend(tables.questions.iter().filter(|row| is_open(&closure, row)).map(ask));
    advice.actions.extend(steps::actions(&closure, &tables.steps));
    advice.actions.extend(people::actions(&closure, tables, settings));
    if closure.is_at(Some(Place::Building)) {
        advice.options.push(accommodation(situation, &tables.accommodation));
    }
    advice.gates.extend(tables.gates.iter().filter(|row| closure.is_at(row.place)).map(|row| gate(&closure, row)));
    advice.drafts.push(letter(&tables.letter, settings));
    advice.look_again_at = steps::next_due(situation, &advice.actions);
    advice
}

/// The services that the protocol is not for. While no service is recorded the steps for every kind of service stand.
fn coverage(situation: &Situation) -> Vec<Finding> {
    let words = "Where there is an emergency closure (accommodation based / home support)";
    let rule = cite("S114", words, Provenance::Plan);
    let title = "The emergency closure protocol is for this service";
    if situation.services.is_empty() {
        let finding = Finding::new("closure/covered", "services", Answer::Unknown, title, [rule]);
        return vec![
            finding.because("No service is recorded yet: the steps for one kind of service alone are left out"),
        ];
    }
    let outside = situation.services.iter().filter(|service| place(service.kind).is_none());
    let not_covered = outside.map(|service| {
        let key = format!("{}/covered", service.id);
        let finding = Finding::new(key, &service.id, Answer::No, title, [rule.clone()]);
        finding.because("It is neither accommodation based nor home support")
    });
    not_covered.collect()
}

fn step_in(situation: &Situation) -> Finding {
    let fact = "closure/step-in-agreed";
    let words = "There is no automatic right for a local authority to put its own staff into a home";
    let cites = [cite("SCIE short-notice closures, continuity of care", words, Provenance::SectorPractice)];
    let title = "Council staff may work in the service";
    let mut finding = Finding::new("closure/step-in", "staff", situation.answer(fact), title, cites);
    finding.because.extend(situation.fact(fact).map(ToString::to_string));
    finding
}

fn is_open(closure: &Closure<'_>, row: &QuestionRow) -> bool {
    let matters = match row.when {
        When::Always => true,
        When::Building => closure.is_at(Some(Place::Building)),
        When::Home => closure.is_at(Some(Place::Home)),
        When::CareStopNotRecorded => return closure.care_stops.is_none(),
        When::Recovering => closure.is_recovering(),
        When::Reviewing => return closure.is_recovering() && !closure.is_answered(&row.fact),
    };
    matters && closure.situation.answer(&row.fact) == Answer::Unknown
}

fn ask(row: &QuestionRow) -> Question {
    Question { key: row.key.clone(), ..Question::new(&row.fact, &row.asks, row.of, row.cites.iter().cloned()) }
}

fn gate(closure: &Closure<'_>, row: &GateRow) -> Gate {
    let satisfied = match &row.fact {
        Some(fact) => closure.situation.answer(fact),
        None => closure.everybody_settled,
    };
    Gate::new(&row.key, row.blocks, &row.until, satisfied, row.cites.iter().cloned())
}

fn accommodation(situation: &Situation, table: &Accommodation) -> OptionSet {
    let cites = table.cites.iter().cloned();
    let options = OptionSet::new("E16/options", &table.question, Office::IncidentLead, cites);
    table.choice.iter().fold(options, |options, row| {
        let suits = row.fact.as_deref().map_or(Answer::Unknown, |fact| situation.answer(fact));
        options.choice(&row.name, &row.title, suits, row.because.clone())
    })
}

fn letter(letter: &Letter, settings: &Settings) -> Draft {
    let body = settings.letter.as_ref().unwrap_or(&letter.body);
    let cites = letter.cites.iter().cloned();
    Draft::new(
        "letter/people",
        "people who use the service, and their families",
        &letter.title,
        body,
        AgencyKind::Council,
        cites,
    )
}
