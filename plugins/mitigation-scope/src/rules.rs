//! Whether the lists apply, which of their items do, and what is asked for that.

mod depends;
mod review;
#[cfg(test)]
mod tests;
mod turn;

use muster_rule_sdk::{
    Advice, AgencyKind, Answer, Finding, IncidentKind, OptionSet, ProposedAction, Question, Situation,
};

use crate::Settings;
use crate::table::{Asked, Fact, Investigation, Item, Keyed, List, Note, QuestionRow, Scope, Tables};

/// The rule set's name, which stands before the keys of its proposals on the record.
pub(crate) const NAME: &str = "mitigation-scope";

/// The level of risk that is "at risk of urgent closure or failure" (table one of the note).
const LEVEL_OF_FAILURE: u8 = 4;

/// The whole of the advice.
pub(crate) fn advise(situation: &Situation, tables: &Tables, settings: &Settings) -> Advice {
    let Scope { scope, verge, review: weekly, investigation, regulator, question, service: _ } = &tables.scope;
    let mut advice = Advice::default();
    let on_the_verge = situation.answer(&verge.fact);
    let applies = applies(situation, scope, on_the_verge);
    let verdict = applies.verdict;
    advice.findings.push(applies);
    match verdict {
        Answer::Yes => (),
        Answer::No => return advice,
        Answer::Unknown => {
            advice.questions.extend(questions(situation, question, Asked::Scope));
            return advice;
        }
    }
    advice.findings.push(of_fact(situation, verge, on_the_verge));
    if on_the_verge == Answer::Yes && depends::regulated(situation).verdict != Answer::No {
        advice.findings.push(note(regulator));
    }
    advice.questions.extend(questions(situation, question, Asked::Lists));
    let is_standing = |item: &&Item| item.list == List::Initial || on_the_verge == Answer::Yes;
    advice.actions.extend(
        tables.items.iter().filter(is_standing).filter_map(|item| action(situation, &tables.scope, item, settings)),
    );
    advice.options.push(options(investigation));
    advice.actions.extend(decided(situation, investigation));
    review::advise(situation, weekly, settings, &mut advice);
    advice
}

/// A failure is one; of a concern an answer says it, or the level of risk: levels 1 and 2 are a no, level 3 is open.
/// Whoever is on the verge of failure is at risk of it, so a no beside that is a contradiction and asked about.
fn applies(situation: &Situation, row: &Fact, on_the_verge: Answer) -> Finding {
    let level = situation.services.iter().filter_map(|service| service.risk_level).max();
    let is_failure = situation.kind == IncidentKind::ProviderFailure;
    let by_level = match level {
        Some(LEVEL_OF_FAILURE..) => Answer::Yes,
        Some(3) | None => Answer::Unknown,
        Some(0..=2) => Answer::No,
    };
    let answered = situation.answer(&row.fact);
    let verdict = match (answered, on_the_verge) {
        (Answer::Yes, _) | (Answer::Unknown, Answer::Yes) => Answer::Yes,
        (Answer::No, Answer::Yes) => Answer::Unknown,
        (Answer::No, Answer::No | Answer::Unknown) => Answer::No,
        (Answer::Unknown, Answer::No | Answer::Unknown) if is_failure => Answer::Yes,
        (Answer::Unknown, Answer::No | Answer::Unknown) => by_level,
    };
    let finding = of_fact(situation, row, verdict);
    let finding = match (is_failure, level) {
        (true, _) => finding.because("The incident is a provider failure"),
        (false, Some(level)) => finding.because(format!("The highest level of risk on the record is {level}")),
        (false, None) => finding.because("No level of risk is on the record"),
    };
    match (answered, on_the_verge) {
        (Answer::No, Answer::Yes) => {
            finding.because("The answer is no, and the provider is said to be on the verge of failure: both cannot be")
        }
        (Answer::Unknown, Answer::Yes) => finding.because("The provider is said to be on the verge of failure"),
        (Answer::Yes, _) | (Answer::No | Answer::Unknown, Answer::No | Answer::Unknown) => finding,
    }
}

fn of_fact(situation: &Situation, row: &Fact, verdict: Answer) -> Finding {
    let finding = Finding::new(&row.key, "provider", verdict, &row.title, row.cites.iter().cloned());
    match situation.fact(&row.fact) {
        Some(fact) => finding.because(fact.to_string()),
        None => finding,
    }
}

fn note(row: &Note) -> Finding {
    Finding::new(&row.key, "regulator", Answer::No, &row.title, row.cites.iter().cloned()).because(&row.because)
}

fn questions<'a>(
    situation: &'a Situation,
    rows: &'a [QuestionRow],
    asked: Asked,
) -> impl Iterator<Item = Question> + 'a {
    // Where the scope is open although it was answered, the answers contradict each other: it is asked again.
    let is_open = move |row: &&QuestionRow| asked == Asked::Scope || situation.answer(&row.fact) == Answer::Unknown;
    let open = rows.iter().filter(move |row| row.when == asked).filter(is_open);
    open.map(|row| Question::new(&row.fact, &row.asks, row.of, row.cites.iter().cloned()))
}

/// An item is left out only where it is known not to apply.
fn action(situation: &Situation, scope: &Scope, item: &Item, settings: &Settings) -> Option<ProposedAction> {
    let is_needless = item.unless.as_ref().is_some_and(|fact| situation.answer(fact) == Answer::Yes);
    let depends = item.when.map(|when| depends::on(situation, &scope.service, when));
    if is_needless || depends.as_ref().is_some_and(|depends| depends.verdict == Answer::No) {
        return None;
    }
    let title = item.title.replace("{hospital}", &settings.hospital);
    let key = match (item.list, situation.fact(&scope.verge.fact)) {
        (List::Continuous, Some(said)) => turn::key(situation, &item.key, said.at),
        (List::Continuous, None) | (List::Initial, _) => item.key.clone(),
    };
    let action = ProposedAction::new(key, title, item.owner, item.cites.iter().cloned());
    Some(match depends {
        Some(depends) => action.because(depends.because),
        None => action,
    })
}

fn options(row: &Investigation) -> OptionSet {
    OptionSet::new(&row.key, &row.question, row.decided_by, row.cites.iter().cloned())
        .choice("instigate", &row.instigate, Answer::Unknown, Vec::new())
        .choice("not-now", &row.not_now, Answer::Unknown, Vec::new())
}

/// Only what was decided is done; the last decision counts.
fn decided(situation: &Situation, row: &Investigation) -> Option<ProposedAction> {
    let question = format!("{NAME}/{}", row.key);
    let made = situation.decisions.iter().filter(|decision| decision.question.as_deref() == Some(&question));
    let last = made.max_by_key(|decision| decision.number)?;
    if last.chosen.trim() != row.instigate {
        return None;
    }
    let Keyed { key, title } = &row.action;
    Some(
        ProposedAction::new(key, title, AgencyKind::Council, row.cites.iter().cloned())
            .because(format!("Decision {} chose it", last.number)),
    )
}
