//! What rule sets propose: by rule set, what is due first, each with its words and clause.

use std::collections::BTreeMap;

use askama::Template;
use muster_record::Incident;
use muster_record::advice::Item;
use muster_record::agency::Office;
use muster_record::ids::RuleSetId;
use muster_record::incident::advising::Proposal;
use muster_record::time::Instant;

use crate::frame::{Frame, Head, Tab, Who, listed, title_of};
use crate::needs::awaits;
use crate::said::{Cite, answer, answer_tag, heading, kind, plain, within};
use crate::when::{left, moment};

/// The page.
#[derive(Debug, Template)]
#[template(path = "advice.html")]
pub struct AdvicePage {
    frame: Frame,
    head: Head,
    request: String,
    current: bool,
    groups: Vec<Group>,
}

/// One rule set's proposals.
#[derive(Debug)]
struct Group {
    rule_set: String,
    owner: String,
    version: String,
    failing: Option<String>,
    standing: Option<String>,
    /// What can be adopted at once, and for which office.
    together: Option<Together>,
    waiting: Vec<Shown>,
    gates: Vec<Shown>,
    findings: Vec<Shown>,
}

#[derive(Debug)]
struct Together {
    office: String,
    proposals: Vec<u32>,
}

/// One proposal.
#[derive(Debug)]
struct Shown {
    number: u32,
    kind: String,
    heading: String,
    due: Option<String>,
    left: Option<String>,
    late: bool,
    detail: Vec<String>,
    body: Option<String>,
    verdict: Option<(&'static str, &'static str)>,
    because: Vec<String>,
    cites: Vec<Cite>,
    office: Option<String>,
    adoptable: bool,
    for_offices: String,
}

impl AdvicePage {
    /// The page of an incident as somebody sees it. `current` says whether every rule set has looked at it as it
    /// stands; `request` names what they may ask from here, and is told apart by what it is about.
    pub fn new(frame: Frame, incident: &Incident, current: bool, request: &str, at: Instant) -> Self {
        let opening = &incident.lifecycle.opening;
        let frame = frame.titled(&format!("Advice: {}", opening.title), opening.exercise);
        let mut by_set: BTreeMap<&RuleSetId, Vec<&Proposal>> = BTreeMap::new();
        for open in incident.advising.open().filter(|open| !matches!(open.item, Item::Question(_))) {
            by_set.entry(&open.rule_set).or_default().push(open);
        }
        let failing = incident.advising.rule_sets.iter().filter(|(_, pinned)| pinned.failing.is_some());
        for (name, _) in failing {
            by_set.entry(name).or_default();
        }
        let mut groups: Vec<Group> = Vec::new();
        for (name, proposals) in by_set {
            groups.push(Group::of(incident, frame.who.as_ref(), name, &proposals, at));
        }
        // What waits for whoever looks stands first, then what waits for somebody.
        groups.sort_by_key(|group| (group.together.is_none(), group.waiting.is_empty(), group.gates.is_empty()));
        let head = Head::of(incident, Some(Tab::Advice));
        Self { frame, head, request: request.to_owned(), current, groups }
    }
}

impl Group {
    fn of(incident: &Incident, who: Option<&Who>, name: &RuleSetId, proposals: &[&Proposal], at: Instant) -> Self {
        let pinned = incident.advising.rule_sets.get(name);
        let mut sorted: Vec<&&Proposal> = proposals.iter().collect();
        sorted.sort_by_key(|proposal| (due(&proposal.item).is_none(), due(&proposal.item), proposal.number));
        let shown = |wanted: fn(&Item) -> bool| -> Vec<Shown> {
            let those = sorted.iter().filter(|proposal| wanted(&proposal.item));
            those.map(|proposal| Shown::of(incident, who, proposal, at)).collect()
        };
        Self {
            rule_set: plain(name.as_str()),
            owner: pinned.map(|pinned| title_of(incident, &pinned.pin.owner)).unwrap_or_default(),
            version: pinned.map(|pinned| pinned.pin.version.clone()).unwrap_or_default(),
            failing: pinned.and_then(|pinned| pinned.failing.clone()),
            standing: pinned.and_then(|pinned| pinned.standing).map(|standing| within(standing.office.word())),
            together: together(incident, who, &sorted),
            waiting: shown(awaits),
            gates: shown(|item| matches!(item, Item::Gate(_))),
            findings: shown(|item| matches!(item, Item::Finding(_))),
        }
    }
}

/// What of a rule set somebody can adopt in one go: what needs no more than a yes, for one office.
fn together(incident: &Incident, who: Option<&Who>, proposals: &[&&Proposal]) -> Option<Together> {
    let who = who?;
    let mut by_office: BTreeMap<Office, Vec<u32>> = BTreeMap::new();
    for proposal in proposals.iter().filter(|proposal| is_adopted_by_a_yes(&proposal.item)) {
        if let Some(office) = who.office_for(incident, proposal) {
            by_office.entry(office).or_default().push(proposal.number.0);
        }
    }
    let (office, proposals) = by_office.into_iter().max_by_key(|(_, proposals)| proposals.len())?;
    (proposals.len() > 1).then(|| Together { office: office.word().to_owned(), proposals })
}

/// Whether adopting asks for nothing but a yes.
fn is_adopted_by_a_yes(item: &Item) -> bool {
    match item {
        Item::Action(_) | Item::Draft(_) => true,
        Item::Allocation(allocation) => allocation.to.is_some(),
        Item::Involvement(_)
        | Item::Options(_)
        | Item::Regional(_)
        | Item::Finding(_)
        | Item::Question(_)
        | Item::Gate(_)
        | Item::Other(_) => false,
    }
}

fn due(item: &Item) -> Option<Instant> {
    if let Item::Action(action) = item { action.due } else { None }
}

impl Shown {
    fn of(incident: &Incident, who: Option<&Who>, proposal: &Proposal, at: Instant) -> Self {
        let item = &proposal.item;
        let office = who.and_then(|who| who.office_for(incident, proposal));
        let (mut detail, mut body, mut verdict) = (Vec::new(), None, None);
        match item {
            Item::Action(action) => detail.push(format!("For the {}", within(action.owner.word()))),
            Item::Draft(draft) => {
                detail.push(format!("For {}; approved by the {}", draft.audience, within(draft.approved_by.word())));
                body = Some(draft.body.clone());
            }
            Item::Options(options) => {
                let choices = options.choices.iter();
                detail.extend(choices.map(|choice| format!("{}: suits? {}", choice.title, answer(choice.suits))));
            }
            Item::Involvement(involvement) => detail.push(format!(
                "The {} as {}",
                within(involvement.agency.word()),
                within(involvement.interest.word())
            )),
            Item::Allocation(allocation) => detail.push(match &allocation.to {
                Some(to) => format!("To {to}"),
                None => "No place was found".to_owned(),
            }),
            Item::Gate(gate) => {
                detail.push(format!("Holds back {}", within(gate.blocks.word())));
                verdict = Some((answer(gate.satisfied), answer_tag(gate.satisfied)));
            }
            Item::Finding(finding) => verdict = Some((answer(finding.verdict), answer_tag(finding.verdict))),
            Item::Regional(_) | Item::Other(_) | Item::Question(_) => (),
        }
        Self {
            number: proposal.number.0,
            kind: plain(kind(item).word()),
            heading: heading(item).to_owned(),
            due: due(item).map(moment),
            left: due(item).map(|due| left(due, at)),
            late: due(item).is_some_and(|due| due < at),
            detail,
            body,
            verdict,
            because: item.because().to_vec(),
            cites: Cite::all(item.cites()),
            adoptable: is_adopted_by_a_yes(item) || matches!(item, Item::Involvement(_)),
            office: office.map(|office| office.word().to_owned()),
            for_offices: listed(&proposal.settled_by()),
        }
    }
}
