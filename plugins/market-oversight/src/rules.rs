//! What the warning is, what is known of the market, and what is put to people.

mod knowledge;
#[cfg(test)]
mod tests;
mod warning;

use muster_rule_sdk::{ActionStatus, Advice, Answer, Finding, Funder, OptionSet, ProposedAction, Question, Situation};

use crate::table::{FindingRow, Of, OptionsRow, Tables, When};
use warning::Warning;

/// The stage of market oversight, 1 to 6.
pub(crate) const STAGE: &str = "market-oversight/stage";
/// Whether failure is more likely than not.
pub(crate) const LIKELY: &str = "market-oversight/likely";
/// When councils were formally notified.
pub(crate) const NOTIFIED_AT: &str = "market-oversight/notified-at";
/// Whether the plan for this provider stopping was tested or reviewed.
pub(crate) const PLAN_TESTED: &str = "market-oversight/plan-tested";

/// What people adopt when they act on the temporary duty: the rule set and the key of its proposal.
const DUTY: &str = "temporary-duty/s48/meet-needs";

/// The whole of the advice.
pub(crate) fn advise(situation: &Situation, tables: &Tables) -> Advice {
    let warning = Warning::of(situation);
    let holds = |when| holds(situation, &warning, when);
    let findings = tables.findings.iter().filter(|row| holds(row.when));
    let questions = tables.questions.iter().filter(|row| holds(row.when));
    let actions = tables.actions.iter().filter(|row| holds(row.when));
    let options = tables.options.iter().filter(|_| is_charging_open(situation));
    Advice {
        findings: findings.map(|row| finding(situation, &warning, row)).collect(),
        questions: questions
            .map(|row| Question::new(row.fact(), &row.asks, row.of, row.cites.iter().cloned()))
            .collect(),
        actions: actions
            .map(|row| ProposedAction::new(&row.key, &row.title, row.owner, row.cites.iter().cloned()))
            .collect(),
        options: options.map(charging).collect(),
        ..Advice::default()
    }
}

fn holds(situation: &Situation, warning: &Warning, when: When) -> bool {
    match when {
        When::Always => true,
        When::Overseen => warning.is_overseen,
        When::Notification => warning.is_overseen && warning.is_notification == Answer::Yes,
        When::Information => warning.is_overseen && warning.is_notification == Answer::No,
        When::StageOpen => warning.is_overseen && warning.is_stage_open(),
        When::LikelihoodOpen => warning.is_overseen && warning.is_likelihood_open(),
        When::MomentOpen => warning.is_notification == Answer::Yes && !warning.is_moment_known,
        When::PreparationOpen => knowledge::prepared(situation).verdict == Answer::Unknown,
    }
}

fn finding(situation: &Situation, warning: &Warning, row: &FindingRow) -> Finding {
    let held = match row.of {
        Of::Notification => Held { verdict: warning.is_notification, because: warning.because.clone() },
        Of::StepsIn => Held::so(Answer::No, "Its means are sustainability plans, business reviews and information"),
        Of::WholePopulation => knowledge::whole_population(situation),
        Of::Quality => knowledge::quality(situation),
        Of::AtRisk => knowledge::at_risk(situation, warning),
        Of::Replacement => knowledge::replacement(situation),
        Of::Prepared => knowledge::prepared(situation),
    };
    let finding = Finding::new(&row.key, "market", held.verdict, &row.title, row.cites.iter().cloned());
    Finding { because: held.because, ..finding }
}

/// A verdict, and what it rests on.
struct Held {
    verdict: Answer,
    because: Vec<String>,
}

impl Held {
    fn so(verdict: Answer, because: impl Into<String>) -> Self {
        Self { verdict, because: vec![because.into()] }
    }
}

/// People act on the temporary duty, and another council placed somebody here: then charging it is a question.
fn is_charging_open(situation: &Situation) -> bool {
    let is_acted_on = situation.action(DUTY).is_some_and(|action| match action.status {
        ActionStatus::Declined | ActionStatus::Cancelled => false,
        ActionStatus::Raised
        | ActionStatus::Accepted
        | ActionStatus::Started
        | ActionStatus::Blocked
        | ActionStatus::Done => true,
    });
    let placed_here = situation.figures.as_ref().map(|figures| figures.of_funder(Funder::OtherCouncil));
    is_acted_on && placed_here.is_some_and(|count| !count.is_none())
}

/// None of the choices is said to suit: that is what is decided.
fn charging(row: &OptionsRow) -> OptionSet {
    let options = OptionSet::new(&row.key, &row.question, row.decided_by, row.cites.iter().cloned());
    row.choice.iter().fold(options, |options, choice| {
        options.choice(&choice.id, &choice.title, Answer::Unknown, choice.because.clone())
    })
}
