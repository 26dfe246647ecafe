//! The whole of the advice: scope, type, each service's place and approach, and the standing checks.

mod checks;
mod places;
mod scope;
#[cfg(test)]
mod tests;
mod types;

use muster_rule_sdk::{Advice, AgencyKind, Answer, Citation, IncidentKind, Question, Service, Situation};

use crate::table::Tables;

/// The rule set's name, which stands before the keys of its proposals on the record.
pub(crate) const NAME: &str = "failure-types";

/// The whole of the advice. A concern about quality is not a failure until a type of failure is named.
pub(crate) fn advise(situation: &Situation, tables: &Tables) -> Advice {
    let mut advice = Advice::default();
    let held = types::held(situation, &tables.types);
    let is_failing = match situation.kind {
        IncidentKind::ProviderFailure | IncidentKind::Regional => true,
        IncidentKind::Outbreak | IncidentKind::QualityConcern => !held.is_empty(),
    };
    scope::purpose(situation, &tables.scope, &mut advice);
    if situation.kind == IncidentKind::QualityConcern && !is_failing {
        checks::advise(situation, &tables.checks, is_failing, &mut advice);
        return advice;
    }
    let covered = scope::covered(situation, &tables.scope, &mut advice);
    if covered.is_empty() && !situation.services.is_empty() {
        return advice;
    }
    types::advise(situation, &tables.types, &held, &mut advice);
    if is_failing {
        places::advise(situation, &tables.places, &covered, &mut advice);
    }
    checks::advise(situation, &tables.checks, is_failing, &mut advice);
    advice
}

/// The title of an item that is about one service.
fn about(title: &str, service: &Service) -> String {
    format!("{title} ({})", service.id)
}

/// A question, while its fact is not known.
fn ask_while_unknown(
    situation: &Situation,
    fact: &str,
    asks: impl Into<String>,
    of: AgencyKind,
    cites: &[Citation],
) -> Option<Question> {
    let is_unknown = situation.answer(fact) == Answer::Unknown;
    is_unknown.then(|| Question::new(fact, asks, of, cites.iter().cloned()))
}
