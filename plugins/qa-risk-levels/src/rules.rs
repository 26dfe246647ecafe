//! The whole of the advice: each service at its level, then the incident as a whole.

mod level;
mod movement;
mod moves;
mod panels;
mod recommendations;
mod restrictions;
#[cfg(test)]
mod tests;

use muster_rule_sdk::{Advice, Answer, Decision, IncidentKind, Instant, Service, Situation};

use crate::Settings;
use crate::table::Tables;

/// The rule set's name, which stands before the keys of its proposals on the record.
pub(crate) const NAME: &str = "qa-risk-levels";

/// The whole of the advice.
///
/// A quality concern whose service has no level is asked about. In a provider failure the level
/// matters where there is one, and nobody is asked for it at two in the morning.
pub(crate) fn advise(situation: &Situation, tables: &Tables, settings: &Settings) -> Advice {
    let mut advice = Advice::default();
    panels::role_separation(situation, &tables.panels.role_separation, &mut advice);
    for service in &situation.services {
        match service.risk_level {
            Some(number) => {
                level::at(situation, tables, settings, service, number, &mut advice);
                movement::from(situation, tables, service, number, &mut advice);
            }
            None if situation.kind == IncidentKind::QualityConcern => {
                movement::not_set(situation, tables, service, &mut advice);
            }
            None => (),
        }
    }
    restrictions::findings(situation, &tables.restrictions, &mut advice);
    panels::of_the_incident(situation, &tables.panels, &mut advice);
    advice
}

/// The title of an item that is about one service.
fn about(title: &str, service: &Service) -> String {
    format!("{title} ({})", service.id)
}

/// The key of a fact of a service: `quality/ash-court/concerns-continue`.
fn fact_key(service: &Service, fact: &str) -> String {
    format!("quality/{}/{fact}", service.id)
}

/// What was decided on the option set with this key, and on those that asked the same again (`KEY/2` and so on).
fn decided_on<'a>(situation: &'a Situation, key: &'a str) -> impl Iterator<Item = &'a Decision> {
    situation.decisions.iter().filter(move |decision| {
        let asked = decision.question.as_deref().and_then(|question| question.strip_prefix(NAME)?.strip_prefix('/'));
        asked.and_then(|asked| asked.strip_prefix(key)).is_some_and(|rest| rest.is_empty() || is_turn(rest))
    })
}

/// Whether this ends the key of an option set that asks again: `/2`.
fn is_turn(rest: &str) -> bool {
    rest.strip_prefix('/').is_some_and(|turn| !turn.is_empty() && turn.bytes().all(|byte| byte.is_ascii_digit()))
}

/// The key of the next option set of this kind. An answered one stays answered, so what asks again has a key of its own.
fn next_turn(situation: &Situation, key: &str) -> String {
    match decided_on(situation, key).count() {
        0 => key.to_owned(),
        made => format!("{key}/{}", made.saturating_add(1)),
    }
}

/// What is known of a fact of a service, where it was answered after `since`: an older answer led to what was decided then.
fn fresh_answer(situation: &Situation, key: &str, since: Option<Instant>) -> Answer {
    let is_fresh = situation.fact(key).is_some_and(|fact| since.is_none_or(|since| fact.at > since));
    if is_fresh { situation.answer(key) } else { Answer::Unknown }
}
