//! The whole of the advice, service by service.

use muster_rule_sdk::{
    Advice, AgencyKind, Answer, Fact, FactValue, Finding, IncidentKind, Instant, Phase, ProposedAction, Question,
    Service, Situation,
};

use crate::Settings;
use crate::kept::{Kept, YEAR};
use crate::table::{ActionRow, FindingRow, QuestionRow, Table, What, When};

/// The staffing ladder's fact: it stands for the plan of every service of an outbreak.
const LADDER: &str = "staffing/continuity-plan-activated";

/// What is known of one service's plan, looked up once.
struct Plan<'a> {
    situation: &'a Situation,
    service: &'a Service,
    /// Whether the incident is past being a concern and not over.
    is_incident: bool,
    held: Answer,
    contracted: Answer,
    internal: Answer,
    checked: Kept,
    refreshed: Kept,
    activated: Answer,
    is_refresh_proposed: bool,
}

impl<'a> Plan<'a> {
    fn of(situation: &'a Situation, service: &'a Service, settings: &Settings) -> Self {
        let fact = |what: What| what.fact(&service.id);
        let emergency = match situation.kind {
            IncidentKind::QualityConcern => false,
            IncidentKind::ProviderFailure | IncidentKind::Outbreak | IncidentKind::Regional => true,
        };
        let refreshed = Kept::of(situation, &fact(What::Refreshed), Some(YEAR));
        let is_near = refreshed.proposed(settings.notice_days).is_some_and(|at| at <= situation.as_of);
        Self {
            situation,
            service,
            is_incident: emergency && matches!(situation.phase, Phase::Assessing | Phase::Responding),
            held: situation.answer(&fact(What::PlanHeld)),
            contracted: situation.answer(&fact(What::Contracted)),
            internal: situation.answer(&fact(What::Internal)),
            checked: Kept::of(situation, &fact(What::LastChecked), settings.check_every_days),
            refreshed,
            activated: situation.answer(&fact(What::Activated)).or_else(situation.answer(LADDER)),
            is_refresh_proposed: is_near || refreshed.verdict == Answer::No,
        }
    }

    fn holds(&self, when: When) -> bool {
        if self.contracted == Answer::No {
            return when == When::NotContracted;
        }
        let held = self.held == Answer::Yes;
        let routine_held = held && !self.is_incident;
        let internal = routine_held && self.internal == Answer::Yes;
        // In an outbreak it is for the staffing ladder to say when a plan is activated, and what comes after it.
        let failure = self.is_incident && self.situation.kind == IncidentKind::ProviderFailure;
        match when {
            When::Always => true,
            When::NotContracted => false,
            When::RoutineHeld => routine_held,
            When::RoutineNotHeld => self.held == Answer::No && !self.is_incident,
            When::RoutineInternal => internal,
            When::CheckDue => routine_held && self.checked.verdict == Answer::No,
            When::RefreshDue => internal && self.is_refresh_proposed,
            When::IncidentHeld => held && self.is_incident,
            When::FailureHeld => failure && held,
            When::FailureNotHeld => failure && self.held == Answer::No,
            When::NotActivated => failure && held && self.activated != Answer::Yes,
        }
    }

    fn known(&self, what: What) -> Answer {
        match what {
            What::PlanHeld => self.held,
            What::Contracted => self.contracted,
            What::LastChecked => self.checked.verdict,
            What::Internal => self.internal,
            What::Refreshed => self.refreshed.verdict,
            What::Activated => self.activated,
        }
    }

    fn key(&self, row: &str) -> String {
        format!("{row}/{}", self.service.id)
    }

    fn text(&self, text: &str) -> String {
        text.replace("{service}", &self.service.id)
    }

    fn runs_it(&self) -> AgencyKind {
        match self.internal {
            Answer::Yes => AgencyKind::Council,
            Answer::No | Answer::Unknown => AgencyKind::Provider,
        }
    }

    /// The moments at which something said here comes to be otherwise.
    fn turns(&self, settings: &Settings) -> impl Iterator<Item = Instant> {
        let checked = self.checked.due.filter(|_| self.holds(When::RoutineHeld));
        let internal = self.holds(When::RoutineInternal);
        let refreshed = [self.refreshed.proposed(settings.notice_days), self.refreshed.due];
        checked.into_iter().chain(refreshed.into_iter().flatten().filter(move |_| internal))
    }
}

/// The whole of the advice.
pub(crate) fn advise(situation: &Situation, table: &Table, settings: &Settings) -> Advice {
    let mut advice = Advice::default();
    let mut turns = Vec::new();
    for service in &situation.services {
        let plan = Plan::of(situation, service, settings);
        let findings = table.finding.iter().filter(|row| plan.holds(row.when));
        advice.findings.extend(findings.map(|row| finding(&plan, row)));
        let questions = table.question.iter().filter(|row| plan.holds(row.when));
        let open = questions.filter(|row| plan.known(row.fact) == Answer::Unknown);
        advice.questions.extend(open.map(|row| question(&plan, row)));
        let actions = table.action.iter().filter(|row| plan.holds(row.when));
        advice.actions.extend(actions.map(|row| action(&plan, row)));
        turns.extend(plan.turns(settings));
    }
    advice.look_again_at = turns.into_iter().filter(|at| *at > situation.as_of).min();
    advice
}

fn finding(plan: &Plan<'_>, row: &FindingRow) -> Finding {
    let service = &plan.service.id;
    let mut finding =
        Finding::new(plan.key(&row.key), service, plan.known(row.by), &row.title, row.cites.iter().cloned());
    let own = plan.situation.fact(&row.by.fact(service));
    let ladder = plan.situation.fact(LADDER).filter(|_| row.by == What::Activated);
    finding.because.extend(own.into_iter().chain(ladder).map(reason));
    finding
}

/// A fact as a reason. A moment is left to its entry, which shows it as a day and time.
fn reason(fact: &Fact) -> String {
    match fact.value {
        FactValue::At(_) => format!("{}: the moment in entry {}", fact.key, fact.entry),
        FactValue::Answer(_) | FactValue::Number(_) | FactValue::Text(_) => fact.to_string(),
    }
}

fn question(plan: &Plan<'_>, row: &QuestionRow) -> Question {
    let cites = row.cites.iter().cloned();
    Question::new(row.fact.fact(&plan.service.id), plan.text(&row.asks), row.of, cites)
}

fn action(plan: &Plan<'_>, row: &ActionRow) -> ProposedAction {
    let owner = row.owner.unwrap_or_else(|| plan.runs_it());
    let action = ProposedAction::new(plan.key(&row.key), plan.text(&row.title), owner, row.cites.iter().cloned());
    let due = match row.when {
        When::CheckDue => plan.checked.due,
        When::RefreshDue => plan.refreshed.due,
        When::Always
        | When::NotContracted
        | When::RoutineHeld
        | When::RoutineNotHeld
        | When::RoutineInternal
        | When::IncidentHeld
        | When::FailureHeld
        | When::FailureNotHeld
        | When::NotActivated => None,
    };
    due.into_iter().fold(action, ProposedAction::due)
}

#[cfg(test)]
mod tests;
