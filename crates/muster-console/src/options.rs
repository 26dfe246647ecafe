//! What is to be decided: the options of a rule set side by side, and the decision in the slots of the Joint Decision
//! Model; and what was decided, by whom and why.

use askama::Template;
use muster_record::advice::{Answer, Item, OptionSet};
use muster_record::entry::Entry;
use muster_record::incident::advising::Proposal;
use muster_record::incident::decisions::{Fact, Weighed};
use muster_record::{Fact as Any, Incident};

use crate::form::{Pick, Typed};
use crate::frame::{Frame, Head, Tab, listed};
use crate::may::author;
use crate::said::{Cite, answer, answer_tag, plain};
use crate::when::moment;

/// The page.
#[derive(Debug, Template)]
#[template(path = "options.html")]
pub struct OptionsPage {
    frame: Frame,
    head: Head,
    request: String,
    sets: Vec<Set>,
    made: Vec<Made>,
}

/// One open question with its options.
#[derive(Debug)]
struct Set {
    number: u32,
    question: String,
    rule_set: String,
    /// The office for which whoever looks may decide.
    office: Option<String>,
    for_offices: String,
    choices: Vec<Choice>,
    cites: Vec<Cite>,
    typed: Typed,
    recommendations: Vec<Pick>,
}

/// One option.
#[derive(Debug)]
struct Choice {
    /// Its place in the form; 1 for the first.
    place: usize,
    /// What it is; empty for one of the decider's own.
    title: String,
    because: Vec<String>,
    said: Vec<(&'static str, &'static str, &'static str)>,
    slots: Vec<Slot>,
    chosen: bool,
}

/// One of the three things that an option is weighed by, in the form.
#[derive(Debug)]
struct Slot {
    name: String,
    label: &'static str,
    picks: Vec<Pick>,
}

/// A decision on the record.
#[derive(Debug)]
struct Made {
    number: String,
    question: String,
    chosen: String,
    office: String,
    by: String,
    at: String,
    entry: u64,
    slots: Vec<(&'static str, String)>,
    weighed: Vec<(String, Vec<By>)>,
    why: Option<u32>,
}

/// One way in which an option was weighed: what it is called, the answer, and the colour of its tag.
type By = (&'static str, &'static str, &'static str);

/// What an option is weighed by: the name of the field, what a table calls it, and the question in the form.
const BY: [(&str, &str, &str); 3] = [
    ("suitability", "Suitable", "Suitable: would it work?"),
    ("feasibility", "Feasible", "Feasible: can it be done?"),
    ("acceptability", "Acceptable", "Acceptable: is it right to do?"),
];

fn said(answers: [Answer; 3]) -> Vec<By> {
    BY.iter().zip(answers).map(|((_, label, _), of)| (*label, answer(of), answer_tag(of))).collect()
}

fn weighs(of: &Weighed) -> [Answer; 3] {
    [of.suitability, of.feasibility, of.acceptability]
}

impl OptionsPage {
    /// The page of an incident as somebody sees it. `decided` are the entries with decisions that they see; `typed` is a
    /// decision that was not taken; `request` names what they may ask from here.
    pub fn new(frame: Frame, incident: &Incident, decided: &[Entry], typed: &Typed, request: &str) -> Self {
        let opening = &incident.lifecycle.opening;
        let frame = frame.titled(&format!("Options: {}", opening.title), opening.exercise);
        let mut sets = Vec::new();
        for open in incident.advising.open() {
            let Item::Options(options) = &open.item else { continue };
            let mine = typed.value("proposal") == open.number.0.to_string();
            let typed = if mine { typed.clone() } else { Typed::default() };
            let office = frame.who.as_ref().filter(|_| !incident.is_closed());
            let office = office.and_then(|who| who.office_for(incident, open));
            sets.push(Set {
                number: open.number.0,
                question: options.question.clone(),
                rule_set: plain(open.rule_set.as_str()),
                office: office.map(|office| office.word().to_owned()),
                for_offices: listed(&[options.decided_by]),
                choices: choices(options, last_weighed(decided, open), &typed),
                cites: Cite::all(&options.cites),
                recommendations: recommendations(incident, &typed),
                typed,
            });
        }
        let made = decided.iter().rev().filter_map(|entry| Made::of(incident, entry)).collect();
        Self { head: Head::of(incident, Some(Tab::Options)), frame, request: request.to_owned(), sets, made }
    }
}

/// How the options were weighed when the same question was decided last.
fn last_weighed<'a>(decided: &'a [Entry], open: &Proposal) -> &'a [Weighed] {
    let key = open.full_key();
    let last = decided.iter().rev().find_map(|entry| {
        let Any::Decisions(Fact::Decided { key: Some(of), reasons, .. }) = &entry.fact else { return None };
        (*of == key).then_some(&reasons.options)
    });
    last.map_or(&[], Vec::as_slice)
}

fn choices(options: &OptionSet, weighed: &[Weighed], typed: &Typed) -> Vec<Choice> {
    let mut sorted: Vec<_> = options.choices.iter().collect();
    sorted.sort_by_key(|choice| choice.rank);
    let mut choices = Vec::new();
    for choice in sorted {
        let before = weighed.iter().find(|of| of.title == choice.title).map(weighs);
        let answers = before.unwrap_or([choice.suits, Answer::Unknown, Answer::Unknown]);
        choices.push(Choice::of(choices.len(), &choice.title, choice.because.clone(), answers, typed));
    }
    // One that the rule set does not list: people may know of another.
    choices.push(Choice::of(choices.len(), "", Vec::new(), [Answer::Unknown; 3], typed));
    choices
}

impl Choice {
    fn of(before: usize, title: &str, because: Vec<String>, answers: [Answer; 3], typed: &Typed) -> Self {
        let place = before.saturating_add(1);
        let slot = |((name, _, label), of): (&(&str, &str, &'static str), Answer)| {
            let name = format!("{name}-{place}");
            let picks = Pick::three(typed.value_or(&name, of.word()));
            Slot { name, label, picks }
        };
        Self {
            place,
            title: title.to_owned(),
            because,
            said: said(answers),
            slots: BY.iter().zip(answers).map(slot).collect(),
            chosen: typed.has("chosen", &place.to_string()),
        }
    }
}

impl Set {
    /// What the ids of its form begin with: several forms stand on one page.
    fn before(&self) -> String {
        format!("{}-", self.number)
    }

    fn id(&self, name: &str) -> String {
        format!("{}-{name}", self.number)
    }
}

fn recommendations(incident: &Incident, typed: &Typed) -> Vec<Pick> {
    let given = incident.decisions.recommendations.numbered();
    let one =
        |(number, of): (muster_record::ids::RecommendationNo, &muster_record::incident::decisions::Recommended)| {
            Pick::new(
                &number.0.to_string(),
                &format!("{number} {}: {}", of.panel, of.text),
                typed.value("recommendation"),
            )
        };
    let picks: Vec<Pick> = given.map(one).collect();
    let none = (!picks.is_empty()).then(|| Pick::new("", "None", ""));
    none.into_iter().chain(picks).collect()
}

impl Made {
    fn of(incident: &Incident, entry: &Entry) -> Option<Self> {
        let Any::Decisions(Fact::Decided { decision, office, question, chosen, reasons, key, recommendation: _ }) =
            &entry.fact
        else {
            return None;
        };
        let mut asked = incident.advising.proposals.iter().filter(|proposal| Some(proposal.full_key()) == *key);
        let slots = [
            ("Information and intelligence", &reasons.information),
            ("Risks and working strategy", &reasons.risk_and_strategy),
            ("Powers, policies and procedures", &reasons.powers_and_policy),
            ("Action and review", &reasons.action_and_review),
        ];
        Some(Self {
            number: decision.to_string(),
            question: question.clone(),
            chosen: chosen.clone(),
            office: plain(office.word()),
            by: author(incident, entry),
            at: moment(entry.envelope.occurred_at),
            entry: entry.seq.0,
            slots: slots.map(|(slot, text)| (slot, text.clone())).into(),
            weighed: reasons.options.iter().map(|of| (of.title.clone(), said(weighs(of)))).collect(),
            why: asked.next_back().map(|proposal| proposal.number.0),
        })
    }
}
