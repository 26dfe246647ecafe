//! The staffing ladder: one rung at a time, and council staff never before the last.

use muster_rule_sdk::{Advice, Answer, ProposedAction, Question, Situation};

use super::View;
use crate::table::Rung;

/// The fact that exhausts the second rung; what is known of each service's own plan can stand in its place.
const PLAN_ACTIVATED: &str = "staffing/continuity-plan-activated";

/// The rung that is reached while staffing is known not to be safe: the first that is not exhausted.
pub(super) fn rung<'a>(situation: &Situation, ladder: &'a [Rung]) -> Option<&'a Rung> {
    if situation.answer("staffing/safe") != Answer::No {
        return None;
    }
    ladder.iter().find(|rung| match &rung.exhausted {
        Some(exhausted) => is_exhausted(situation, &exhausted.fact) != Answer::Yes,
        None => true,
    })
}

fn is_exhausted(situation: &Situation, fact: &str) -> Answer {
    let answer = situation.answer(fact);
    if fact != PLAN_ACTIVATED {
        return answer;
    }
    let nothing_to_activate = of_every_service(situation, "plan-held") == Answer::No;
    let spent = if nothing_to_activate { Answer::Yes } else { of_every_service(situation, "activated") };
    answer.or_else(spent)
}

/// What is known of the continuity plans of all services, where it is the same of each.
fn of_every_service(situation: &Situation, what: &str) -> Answer {
    let mut answers =
        situation.services.iter().map(|service| situation.answer(&format!("continuity/{}/{what}", service.id)));
    let Some(first) = answers.next() else { return Answer::Unknown };
    if answers.all(|answer| answer == first) { first } else { Answer::Unknown }
}

/// Proposes the rung that is reached, says what was exhausted before it, and asks whether it is exhausted too.
pub(super) fn climb(view: &View<'_>, ladder: &[Rung], advice: &mut Advice) {
    let situation = view.situation;
    let reached = rung(situation, ladder).filter(|_| view.is_running());
    let Some(reached) = reached else { return };
    let mut action = ProposedAction::new(&reached.key, &reached.title, reached.owner, reached.cites.iter().cloned());
    let before = ladder.iter().take_while(|rung| rung.key != reached.key);
    let rests_on = before.filter_map(|rung| rung.exhausted.as_ref()).map(|exhausted| exhausted.fact.as_str());
    let last = reached.exhausted.is_none().then_some("closure/step-in-agreed");
    let facts = std::iter::once("staffing/safe").chain(rests_on).chain(last);
    action.because.extend(facts.filter_map(|fact| situation.fact(fact)).map(ToString::to_string));
    advice.actions.push(action);
    if let Some(exhausted) = &reached.exhausted
        && is_exhausted(situation, &exhausted.fact) == Answer::Unknown
    {
        let cites = reached.cites.iter().cloned();
        advice.questions.push(Question::new(&exhausted.fact, &exhausted.asks, exhausted.of, cites));
    }
}
