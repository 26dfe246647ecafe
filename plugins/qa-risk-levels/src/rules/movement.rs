//! From one level to another: what is asked, and what is laid before an office.

use muster_rule_sdk::{
    Advice, AgencyKind, Answer, FactValue, Finding, IncidentKind, Instant, Office, OptionSet, ProposedAction, Question,
    Service, Situation,
};

use super::{about, decided_on, fact_key, fresh_answer, next_turn};
use crate::table::{QuestionRow, Tables, Titled};

/// The levels there are.
const LEVELS: std::ops::RangeInclusive<u8> = 1..=4;

/// An office's decision on the level of a service.
struct Decided {
    number: u32,
    at: Instant,
    from: u8,
    /// The level chosen; none where it stays.
    to: Option<u8>,
}

/// A service of which no level stands on the record: it is asked about, never guessed.
pub(super) fn not_set(situation: &Situation, tables: &Tables, service: &Service, advice: &mut Advice) {
    let row = &tables.movement.question.level;
    let key = fact_key(service, &row.fact);
    let answered = situation.fact(&key).and_then(|fact| match fact.value {
        FactValue::Number(number) => u8::try_from(number).ok().filter(|number| LEVELS.contains(number)),
        FactValue::Answer(_) | FactValue::Text(_) | FactValue::At(_) => None,
    });
    let Some(number) = answered else {
        let [finding, ..] = tables.movement.not_set.as_slice() else { return };
        let key_of_finding = format!("{}/{}", finding.key, service.id);
        let cites = finding.cites.iter().cloned();
        let title = about(&finding.title, service);
        advice.findings.push(Finding::new(key_of_finding, &service.id, Answer::Unknown, title, cites));
        let levels = tables.levels.iter().map(|level| format!("{}: {}", level.level, level.title));
        let levels = levels.collect::<Vec<_>>().join("; ");
        let asks = format!("{}? Answer with its number. {levels}", about(&row.asks, service));
        advice.questions.push(Question::new(key, asks, row.of, row.cites.iter().cloned()));
        return;
    };
    for row in tables.movement.not_set.iter().skip(1) {
        let title = format!("{}: level {number}", about(&row.title, service));
        let key = format!("{}/{}", row.key, service.id);
        advice.actions.push(ProposedAction::new(key, title, AgencyKind::Council, row.cites.iter().cloned()));
    }
}
