//! What is said of a local incident that reaches further, and of a regional one.

mod trigger;

use muster_rule_sdk::{
    Advice, Answer, Finding, IncidentKind, Involvement, Office, OptionSet, Phase, ProposedAction, Question,
    RegionalIncident, ServiceKind, Situation,
};

use crate::Settings;
use crate::table::{OptionsRow, Table, When};
use trigger::Trigger;

/// The rule set's name, which stands before the keys of its proposals on the record.
pub(crate) const NAME: &str = "regional-escalation";

/// What the rows ask of a situation, looked up once.
struct Reach<'a> {
    situation: &'a Situation,
    trigger: Trigger,
    settings: &'a Settings,
}

/// The whole of the advice.
pub(crate) fn advise(situation: &Situation, table: &Table, settings: &Settings) -> Advice {
    let reach = Reach { situation, trigger: Trigger::of(situation), settings };
    let mut advice = Advice::default();
    advice.findings.push(reach.triggered(table));
    for row in table.note.iter().filter(|row| reach.holds(row.when)) {
        let title = reach.fill(&row.title);
        let finding = Finding::new(&row.key, "region", row.verdict, title, row.cites.iter().cloned());
        advice.findings.push(finding.because(reach.fill(&row.because)));
    }
    let questions = table.question.iter().filter(|row| reach.holds(row.when));
    let questions = questions.filter(|row| situation.answer(&row.fact) == Answer::Unknown);
    advice.questions.extend(questions.map(|row| Question {
        key: row.key.clone(),
        ..Question::new(&row.fact, &row.asks, row.of, row.cites.iter().cloned())
    }));
    for row in table.action.iter().filter(|row| reach.holds(row.when)) {
        let title = reach.fill(&row.title);
        advice.actions.push(ProposedAction::new(&row.key, title, row.owner, row.cites.iter().cloned()));
    }
    if reach.wants_lead(table) {
        advice.options.extend(table.options.iter().flat_map(|row| reach.options(row)));
    }
    for row in table.involvement.iter().filter(|row| reach.holds(row.when)) {
        let why = reach.fill(&row.why);
        advice.involvements.push(Involvement::new(&row.key, row.agency, row.interest, why, row.cites.iter().cloned()));
    }
    for row in table.open.iter().filter(|row| reach.holds(row.when)) {
        let title = reach.fill(&row.title);
        let open = RegionalIncident::new(&row.key, title, situation.region.clone(), row.cites.iter().cloned());
        advice.regional_incidents.push(open.because(&row.because));
    }
    advice
}

impl Reach<'_> {
    fn holds(&self, when: When) -> bool {
        let situation = self.situation;
        let is_regional = situation.kind == IncidentKind::Regional;
        match when {
            When::Triggered => !is_regional && self.trigger.verdict == Answer::Yes && !trigger::is_member(situation),
            When::Regional => is_regional,
            When::Recovering => is_regional && matches!(situation.phase, Phase::Recovering | Phase::Closed),
            When::HomeSupport => {
                is_regional && situation.services.iter().any(|service| service.kind == ServiceKind::HomeSupport)
            }
            When::MayReachFurther => self.trigger.verdict == Answer::Unknown,
        }
    }

    fn triggered(&self, table: &Table) -> Finding {
        let Trigger { verdict, because } = &self.trigger;
        let cites = table.trigger.cites.iter().cloned();
        let finding = Finding::new("region/triggered", "region", *verdict, &table.trigger.title, cites);
        because.iter().fold(finding, Finding::because)
    }

    /// Whether a lead is to be named: nobody holds that office here, and neither chair nor vice chair has decided.
    fn wants_lead(&self, table: &Table) -> bool {
        let keys = table.options.iter().flat_map(|row| [row.key.clone(), for_the_vice_chair(&row.key)]);
        let questions: Vec<String> = keys.map(|key| format!("{NAME}/{key}")).collect();
        let mut decided = self.situation.decisions.iter().filter_map(|decision| decision.question.as_ref());
        let is_wanted = self.holds(When::Triggered) || self.holds(When::Regional);
        is_wanted && !self.is_held(Office::DassLead) && !decided.any(|question| questions.contains(question))
    }

    fn is_held(&self, office: Office) -> bool {
        self.situation.participants.iter().any(|participant| participant.offices.contains(&office))
    }

    /// For the chair, and for the vice chair too while somebody holds that office here.
    fn options(&self, row: &OptionsRow) -> Vec<OptionSet> {
        let of = |key: String, office| {
            let options = OptionSet::new(key, &row.question, office, row.cites.iter().cloned());
            row.choice.iter().fold(options, |options, choice| {
                options.choice(&choice.name, &choice.title, Answer::Unknown, vec![choice.because.clone()])
            })
        };
        let mut sets = vec![of(row.key.clone(), Office::RegionalChair)];
        if self.is_held(Office::RegionalViceChair) {
            sets.push(of(for_the_vice_chair(&row.key), Office::RegionalViceChair));
        }
        sets
    }

    /// The text with who coordinates, and with what is called after: a brand where there is one, or the incident.
    fn fill(&self, text: &str) -> String {
        let brand = self.situation.services.iter().find_map(|service| service.brand.as_deref());
        let subject = brand.unwrap_or(&self.situation.title);
        text.replace("{coordinator}", &self.settings.coordinator).replace("{subject}", subject)
    }
}

/// The key of the question that stands for the vice chair.
fn for_the_vice_chair(key: &str) -> String {
    format!("{key}/vice-chair")
}

#[cfg(test)]
mod tests;
