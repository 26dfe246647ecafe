//! The ladder as far as it has been climbed, and what that gives.

mod hours;
#[cfg(test)]
mod tests;

use muster_rule_sdk::{
    ActionStatus, Advice, AgencyKind, Answer, FactValue, Finding, IncidentKind, ProposedAction, Question, Service,
    Situation,
};

use crate::settings::{Kind, Lists, Role};
use crate::table::{ActionRow, FindingRow, Of, QuestionRow, Tables, When};

/// The rule set's name, which stands before the keys of its proposals on the record.
pub(crate) const NAME: &str = "agency-staffing";

/// What the rules ask of a situation, looked up once.
pub(crate) struct Ladder<'a> {
    situation: &'a Situation,
    lists: &'a Lists,
    short: Vec<Short<'a>>,
    safe: Answer,
    own_cover_exhausted: Answer,
    plan_activated: Answer,
    agencies_exhausted: Answer,
}

/// A role that hours are short of.
struct Short<'a> {
    role: &'a str,
    title: &'a str,
    hours: i64,
    because: String,
}

/// Before the role in the key of the fact that says how many hours it is short of.
const HOURS_SHORT: &str = "staffing/hours-short/";
/// What is known of each service's own plan can stand in its place.
const PLAN_ACTIVATED: &str = "staffing/continuity-plan-activated";

impl<'a> Ladder<'a> {
    fn of(situation: &'a Situation, lists: &'a Lists) -> Self {
        Self {
            situation,
            lists,
            short: short(situation, lists),
            safe: situation.answer("staffing/safe"),
            own_cover_exhausted: situation.answer("staffing/provider-cover-exhausted"),
            plan_activated: plan_activated(situation),
            agencies_exhausted: situation.answer("staffing/agency-exhausted"),
        }
    }

    fn is_short(&self) -> bool {
        self.safe == Answer::No || !self.short.is_empty()
    }

    /// Whether the rungs before council staff are exhausted, and levels are unsafe all the same.
    fn last_resort(&self) -> Answer {
        let before = self.own_cover_exhausted.and(self.plan_activated).and(self.agencies_exhausted);
        before.and(not(self.safe))
    }

    fn holds(&self, when: When) -> bool {
        let is_own_cover_exhausted = self.is_short() && self.own_cover_exhausted == Answer::Yes;
        let is_plan_activated = is_own_cover_exhausted && self.plan_activated == Answer::Yes;
        match when {
            When::Always => true,
            When::Short => self.is_short(),
            When::OwnCoverExhausted => is_own_cover_exhausted,
            When::PlanToActivate => is_own_cover_exhausted && !is_without_plan(self.situation),
            When::PlanActivated => is_plan_activated,
            When::LastResort => self.last_resort() == Answer::Yes,
            When::CouncilStaffOver => self.safe == Answer::Yes && is_council_staff_called_on(self.situation),
        }
    }
}

/// The ladder's own answer; without one, what is known of each service's plan: it is activated, or there is none.
fn plan_activated(situation: &Situation) -> Answer {
    let is_spent = |service: &Service| {
        of_plan(situation, service, "plan-held") == Answer::No
            || of_plan(situation, service, "activated") == Answer::Yes
    };
    let services = &situation.services;
    let is_known = !services.is_empty() && services.iter().all(is_spent);
    situation.answer(PLAN_ACTIVATED).or_else(if is_known { Answer::Yes } else { Answer::Unknown })
}

/// Whether it is known of every service that it has no plan: then there is nothing to activate.
fn is_without_plan(situation: &Situation) -> bool {
    let services = &situation.services;
    !services.is_empty() && services.iter().all(|service| of_plan(situation, service, "plan-held") == Answer::No)
}

fn of_plan(situation: &Situation, service: &Service, what: &str) -> Answer {
    situation.answer(&format!("continuity/{}/{what}", service.id))
}

fn not(answer: Answer) -> Answer {
    match answer {
        Answer::Yes => Answer::No,
        Answer::No => Answer::Yes,
        Answer::Unknown => Answer::Unknown,
    }
}

/// The roles of the list that are short, in its order, then any other role that somebody gave hours for.
fn short<'a>(situation: &'a Situation, lists: &'a Lists) -> Vec<Short<'a>> {
    let place = |role: &str| lists.roles.iter().position(|listed| listed.id == role).unwrap_or(usize::MAX);
    let mut short: Vec<Short<'a>> = situation
        .facts
        .iter()
        .filter_map(|fact| {
            let role = fact.key.strip_prefix(HOURS_SHORT)?;
            let hours = number(&fact.value).filter(|hours| *hours > 0)?;
            let title = lists.roles.iter().find(|listed| listed.id == role).map_or(role, |listed| &listed.title);
            Some(Short { role, title, hours, because: fact.to_string() })
        })
        .collect();
    short.sort_by_key(|found| place(found.role));
    short
}

fn number(value: &FactValue) -> Option<i64> {
    match value {
        FactValue::Number(number) => Some(*number),
        FactValue::Answer(_) | FactValue::Text(_) | FactValue::At(_) => None,
    }
}

/// Whether somebody adopted the last resort and nobody turned it down.
fn is_council_staff_called_on(situation: &Situation) -> bool {
    let called = situation.action(&format!("{NAME}/rung/council-staff"));
    called.is_some_and(|action| match action.status {
        ActionStatus::Declined | ActionStatus::Cancelled => false,
        ActionStatus::Raised
        | ActionStatus::Accepted
        | ActionStatus::Started
        | ActionStatus::Blocked
        | ActionStatus::Done => true,
    })
}

/// The whole of the advice.
pub(crate) fn advise(situation: &Situation, tables: &Tables, lists: &Lists) -> Advice {
    let ladder = Ladder::of(situation, lists);
    let mut advice = Advice::default();
    for row in &tables.findings {
        advice.findings.extend(findings(&ladder, row));
    }
    let is_of_kind = |kinds: &[IncidentKind]| kinds.contains(&situation.kind);
    for row in tables.questions.iter().filter(|row| is_of_kind(&row.kinds) && ladder.holds(row.when)) {
        advice.questions.extend(questions(&ladder, row));
    }
    for row in tables.actions.iter().filter(|row| is_of_kind(&row.kinds) && ladder.holds(row.when)) {
        advice.actions.extend(actions(row));
    }
    for short in &ladder.short {
        advice
            .options
            .extend(tables.hours.options.iter().map(|row| hours::options(&ladder, &tables.hours, row, short)));
    }
    advice
}

fn findings(ladder: &Ladder<'_>, row: &FindingRow) -> Vec<Finding> {
    let finding = |verdict| Finding::new(&row.key, "staffing", verdict, &row.title, row.cites.iter().cloned());
    match row.of {
        Of::Safe => {
            let mut safe = finding(ladder.safe);
            safe.because.extend(ladder.situation.fact("staffing/safe").map(ToString::to_string));
            safe.because.extend(ladder.short.iter().map(|short| short.because.clone()));
            vec![safe]
        }
        Of::LastResort if ladder.is_short() => {
            vec![hours::held_back(ladder, last_resort(ladder, finding(ladder.last_resort())))]
        }
        Of::Agencies if !ladder.short.is_empty() => vec![listed(ladder, finding)],
        Of::Role => ladder.short.iter().map(|short| hours::covered(ladder, row, short)).collect(),
        Of::LastResort | Of::Agencies => Vec::new(),
    }
}

fn last_resort(ladder: &Ladder<'_>, finding: Finding) -> Finding {
    let rungs = [
        ("The provider's own cover is exhausted", ladder.own_cover_exhausted),
        ("The continuity plan is activated, or there is none", ladder.plan_activated),
        ("Agencies are exhausted", ladder.agencies_exhausted),
        ("Levels are safe", ladder.safe),
    ];
    rungs.into_iter().fold(finding, |finding, (rung, answer)| finding.because(format!("{rung}: {answer}")))
}

/// Whether the council's list can help with every role that is short, and how far it consists of recruitment agencies.
fn listed(ladder: &Ladder<'_>, finding: impl Fn(Answer) -> Finding) -> Finding {
    let agencies = &ladder.lists.agencies;
    let supplies = |role: &str| agencies.iter().any(|agency| agency.roles.iter().any(|listed| listed == role));
    let missing: Vec<&Short<'_>> = ladder.short.iter().filter(|short| !supplies(short.role)).collect();
    let recruitment = agencies.iter().filter(|agency| agency.kind == Kind::RecruitmentAgency).count();
    let finding = finding(missing.is_empty().into())
        .because(format!("{} agencies listed, {recruitment} of them recruitment agencies", agencies.len()));
    let finding =
        missing.iter().fold(finding, |finding, short| finding.because(format!("No agency listed for {}", short.title)));
    if agencies.iter().all(|agency| agency.name.ends_with("(invented)")) {
        return finding.because("The list is the sample: every name in it is invented");
    }
    finding
}

/// One for each role where the row is about roles.
fn questions(ladder: &Ladder<'_>, row: &QuestionRow) -> Vec<Question> {
    let ask = |fact: &str, asks: &str| Question::new(fact, asks, row.of, row.cites.iter().cloned());
    if !row.asks.contains("{role}") {
        let known =
            if row.fact() == PLAN_ACTIVATED { ladder.plan_activated } else { ladder.situation.answer(row.fact()) };
        return (known == Answer::Unknown).then(|| ask(row.fact(), &row.asks)).into_iter().collect();
    }
    let needed = ladder.lists.roles.iter().filter(|role| is_needed(ladder.situation, role));
    needed
        .map(|role| (format!("{}/{}", row.fact(), role.id), role))
        .filter(|(fact, _)| ladder.situation.fact(fact).and_then(|fact| number(&fact.value)).is_none())
        .map(|(fact, role)| ask(&fact, &row.asks.replace("{role}", &role.title)))
        .collect()
}

/// While no service is recorded, every role may be needed.
fn is_needed(situation: &Situation, role: &Role) -> bool {
    situation.services.is_empty() || situation.services.iter().any(|service| role.services.contains(&service.kind))
}

fn actions(row: &ActionRow) -> Vec<ProposedAction> {
    let is_shared = row.leads.len() > 1;
    let of = |(lead, title): (&AgencyKind, &String)| {
        let key = if is_shared { format!("{}/{lead}", row.key) } else { row.key.clone() };
        ProposedAction::new(key, title, *lead, row.cites.iter().cloned())
    };
    row.leads.iter().map(of).collect()
}
