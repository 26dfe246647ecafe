//! Which types of failure hold, what is asked of them, and the way back from a temporary one.

use muster_rule_sdk::{Advice, AgencyKind, Answer, Failure, Finding, Phase, ProposedAction, Question, Situation};

use super::ask_while_unknown;
use crate::table::{QuestionRow, TypeRow, Types};

/// The fact that names the types, in the words of the contract.
const NAMED: &str = "failure/type";

/// A type that holds, and whether the incident itself names it.
pub(super) struct Held<'a> {
    row: &'a TypeRow,
    is_on_the_incident: bool,
}

/// The types named on the incident or in an answer; the others are not known, and not said to be absent.
pub(super) fn held<'a>(situation: &Situation, types: &'a Types) -> Vec<Held<'a>> {
    let answered = situation.text(NAMED).unwrap_or_default();
    let rows = types.r#type.iter().map(|row| {
        let is_on_the_incident = situation.failures.contains(&row.failure);
        (Held { row, is_on_the_incident }, is_on_the_incident || words(answered).any(|word| word == name(row.failure)))
    });
    rows.filter_map(|(held, holds)| holds.then_some(held)).collect()
}

fn words(answered: &str) -> impl Iterator<Item = &str> {
    answered.split(|c: char| c.is_whitespace() || matches!(c, ',' | ';' | '.')).filter(|word| !word.is_empty())
}

fn name(failure: Failure) -> &'static str {
    match failure {
        Failure::BusinessFailure => "business-failure",
        Failure::ProviderExit => "provider-exit",
        Failure::Enforcement => "enforcement",
        Failure::Emergency => "emergency",
    }
}

/// The types that hold; where none does, the question.
pub(super) fn advise(situation: &Situation, types: &Types, held: &[Held<'_>], advice: &mut Advice) {
    if held.is_empty() {
        not_named(situation, types, advice);
        return;
    }
    for held in held {
        let row = held.row;
        let finding = Finding::new(&row.key, "failure", Answer::Yes, &row.title, row.cites.iter().cloned());
        let finding = row.because.iter().fold(finding, |finding, because| finding.because(because));
        let facts = types.question.iter().filter(|question| question.failure == Some(row.failure));
        let facts = facts.filter_map(|question| situation.fact(&question.fact));
        let finding = facts.fold(finding, |finding, fact| finding.because(fact.to_string()));
        let finding = if row.failure == Failure::BusinessFailure {
            finding
        } else {
            finding.because("By itself not what the Care Act specifically addresses: see the rule set temporary-duty")
        };
        advice.findings.push(finding);
        let asked = types.question.iter().filter(|question| question.failure == Some(row.failure));
        advice.questions.extend(asked.filter_map(|question| ask(situation, question)));
    }
    if held.iter().any(|held| !held.is_on_the_incident) {
        let row = &types.name_it;
        let because = situation.fact(NAMED).map(ToString::to_string);
        let action = ProposedAction::new(&row.key, &row.title, AgencyKind::Council, row.cites.iter().cloned());
        advice.actions.push(because.into_iter().fold(action, ProposedAction::because));
    }
    if held.iter().any(|held| held.row.failure == Failure::Emergency) {
        temporary(situation, types, advice);
    }
}

/// Nobody named a type: it is asked for.
fn not_named(situation: &Situation, types: &Types, advice: &mut Advice) {
    let is_none = words(situation.text(NAMED).unwrap_or_default()).eq(["none"]);
    let row = &types.not_named;
    let verdict = if is_none { Answer::No } else { Answer::Unknown };
    let finding = Finding::new(&row.key, "failure", verdict, &row.title, row.cites.iter().cloned());
    let because = situation.fact(NAMED).map(ToString::to_string);
    advice.findings.push(because.into_iter().fold(finding, Finding::because));
    if !is_none {
        let rows = types.question.iter().filter(|question| question.fact == NAMED);
        advice.questions.extend(rows.map(|row| Question::new(&row.fact, &row.asks, row.of, row.cites.iter().cloned())));
    }
}

fn ask(situation: &Situation, row: &QuestionRow) -> Option<Question> {
    ask_while_unknown(situation, &row.fact, &row.asks, row.of, &row.cites)
}

/// A temporary emergency ends in business as usual, not in closing.
fn temporary(situation: &Situation, types: &Types, advice: &mut Advice) {
    let fact = "failure/temporary";
    let row = &types.temporary;
    let verdict = situation.answer(fact);
    let finding = Finding::new(&row.key, "failure", verdict, &row.title, row.cites.iter().cloned());
    let because = situation.fact(fact).map(ToString::to_string);
    advice.findings.push(because.into_iter().fold(finding, Finding::because));
    let is_still_to_step_down = match situation.phase {
        Phase::Assessing | Phase::Responding | Phase::Recovering => true,
        Phase::Concern | Phase::Closed => false,
    };
    if verdict == Answer::Yes && is_still_to_step_down {
        let actions = types.step_down.iter();
        advice
            .actions
            .extend(actions.map(|row| ProposedAction::new(&row.key, &row.title, row.owner, row.cites.iter().cloned())));
    }
}
