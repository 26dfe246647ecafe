mod levels;
mod movement;
mod panels;

use muster_rule_sdk::testing::{HOUR, Story, service, unsound};
use muster_rule_sdk::{
    Citation, Finding, MeetingKind, Office, OptionSet, ProposedAction, Recommendation, Restriction, RestrictionBasis,
    RestrictionKind, RuleSet as _, ServiceKind, read_settings,
};

use super::*;
use crate::QaRiskLevels;

fn advise_with(situation: &Situation, settings: &str) -> Advice {
    let settings = read_settings::<QaRiskLevels>(settings).unwrap();
    let advice = QaRiskLevels::advise(situation, &settings).unwrap();
    assert_eq!(unsound(situation, &advice), Vec::<String>::new());
    advice
}

fn advise(situation: &Situation) -> Advice {
    advise_with(situation, "")
}

fn home(number: u32, level: Option<u8>) -> Service {
    Service { risk_level: level, ..service(number, ServiceKind::Nursing) }
}

/// A concern about one nursing home, at this level or at none.
fn concern(level: Option<u8>) -> Story {
    Story::of_an_emergency_closure().kind(IncidentKind::QualityConcern).of_services([home(1, level)])
}

fn at_level(level: u8) -> Situation {
    concern(Some(level)).situation()
}

/// The Head of Commissioning and Quality decides on an option set of this rule set, an hour later.
fn decided(situation: &mut Situation, office: Office, key: &str, chosen: &str) {
    situation.as_of += HOUR;
    let number = u32::try_from(situation.decisions.len()).unwrap() + 1;
    situation.decisions.push(Decision {
        number,
        office,
        question: Some(format!("{NAME}/{key}")),
        chosen: chosen.to_owned(),
        at: situation.as_of,
    });
}

/// A fact is answered an hour later.
fn answered(situation: &mut Situation, key: &str, answer: Answer) {
    situation.as_of += HOUR;
    let fact = muster_rule_sdk::Fact {
        key: key.to_owned(),
        value: muster_rule_sdk::FactValue::Answer(answer),
        entry: 9,
        at: situation.as_of,
    };
    situation.facts.retain(|known| known.key != key);
    situation.facts.push(fact);
}

fn recommended(situation: &mut Situation, panel: MeetingKind, to: &[Office]) {
    situation.as_of += HOUR;
    let number = u32::try_from(situation.recommendations.len()).unwrap() + 1;
    let made = Recommendation { number, panel, to: to.to_vec(), at: situation.as_of, followed_by: None };
    situation.recommendations.push(made);
}

fn restricted(situation: &mut Situation, basis: RestrictionBasis) {
    let number = u32::try_from(situation.restrictions.len()).unwrap() + 1;
    situation.restrictions.push(Restriction {
        number,
        kind: RestrictionKind::Placements,
        basis,
        placed_at: situation.as_of,
        lifted_at: None,
    });
}

fn keys_of(situation: &Situation) -> Vec<String> {
    let advice = advise(situation);
    let findings = advice.findings.into_iter().map(|item| item.key);
    let questions = advice.questions.into_iter().map(|item| item.key);
    let actions = advice.actions.into_iter().map(|item| item.key);
    let options = advice.options.into_iter().map(|item| item.key);
    let involvements = advice.involvements.into_iter().map(|item| item.key);
    let drafts = advice.drafts.into_iter().map(|item| item.key);
    findings.chain(questions).chain(actions).chain(options).chain(involvements).chain(drafts).collect()
}

fn says(situation: &Situation, key: &str) -> bool {
    keys_of(situation).iter().any(|said| said == key)
}

#[track_caller]
fn finding(situation: &Situation, key: &str) -> Finding {
    advise(situation).findings.into_iter().find(|finding| finding.key == key).unwrap()
}

#[track_caller]
fn action(situation: &Situation, key: &str) -> ProposedAction {
    advise(situation).actions.into_iter().find(|action| action.key == key).unwrap()
}

#[track_caller]
fn options(situation: &Situation, key: &str) -> OptionSet {
    advise(situation).options.into_iter().find(|options| options.key == key).unwrap()
}

/// The actions that rest on a statement of the note.
fn resting_on(situation: &Situation, clause: &str) -> Vec<String> {
    let cites = |cites: &[Citation]| cites.iter().any(|cited| cited.clause == clause);
    let actions = advise(situation).actions.into_iter();
    actions.filter(|action| cites(&action.cites)).map(|action| action.title).collect()
}
