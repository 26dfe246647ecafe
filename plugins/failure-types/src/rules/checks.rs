//! The priorities and principles, standing from the beginning: not known until somebody says so.

use muster_rule_sdk::{Advice, AgencyKind, Finding, IncidentKind, Phase, Situation};

use super::ask_while_unknown;
use crate::table::{CheckRow, Checks};

/// The principle that matters while nothing has failed yet.
const BE_PREPARED: &str = "principle/be-prepared";

/// The three priorities of a failure at once, and the principles of a failure or an emergency, asked about afterwards.
pub(super) fn advise(situation: &Situation, checks: &Checks, is_failing: bool, advice: &mut Advice) {
    if is_failing {
        checks.priority.iter().for_each(|row| check(situation, row, true, advice));
    }
    let is_recovering = matches!(situation.phase, Phase::Recovering | Phase::Closed);
    for row in &checks.principle {
        match (is_failing, situation.kind) {
            (true, _) | (false, IncidentKind::Outbreak) => check(situation, row, is_recovering, advice),
            (false, IncidentKind::QualityConcern) if row.key == BE_PREPARED => check(situation, row, true, advice),
            (false, IncidentKind::QualityConcern | IncidentKind::ProviderFailure | IncidentKind::Regional) => (),
        }
    }
}

fn check(situation: &Situation, row: &CheckRow, is_asked: bool, advice: &mut Advice) {
    let verdict = situation.answer(&row.key);
    let finding = Finding::new(&row.key, "checks", verdict, &row.title, row.cites.iter().cloned());
    let because = situation.fact(&row.key).map(ToString::to_string);
    advice.findings.push(because.into_iter().fold(finding, Finding::because));
    if is_asked {
        let question = ask_while_unknown(situation, &row.key, &row.asks, AgencyKind::Council, &row.cites);
        advice.questions.extend(question);
    }
}
