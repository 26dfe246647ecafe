//! What a script expects, held against the incident as the agency sees it that opened it.

use muster_record::advice::{Answer, Item};
use muster_record::incident::advising::Proposal;
use muster_record::region::{PeopleCount, Picture};
use muster_record::report::SituationReport;
use muster_record::visible::Reader;

use crate::acting::Actor;
use crate::script::{Counted, Expectation, InRegion, ItemRef, Standing, Step};

/// That what is expected is so.
///
/// # Errors
/// What is so instead.
pub(crate) fn holds(actor: &Actor<'_>, step: &Step, expectation: &Expectation) -> Result<(), String> {
    let incident = actor.by_its_opener(step)?;
    let report = incident.report(actor.coordinator.now());
    match expectation {
        Expectation::Kind(kind) => same("the kind", kind.word(), report.kind.word()),
        Expectation::Phase(phase) => same("the phase", phase.word(), report.phase.word()),
        Expectation::Clock(clock, state) => {
            let found = report.deadlines.iter().find(|deadline| deadline.key == clock.word());
            let found = found.ok_or_else(|| format!("the clock {clock} does not run"))?;
            same(&format!("the clock {clock}"), state.word(), found.state.word())
        }
        Expectation::Count(counted, count) => counts(&report, *counted, *count),
        Expectation::Proposals(items, standing) => {
            let open: Vec<&Proposal> = incident.advising.open().collect();
            items.iter().try_for_each(|item| stands(&open, item, *standing))
        }
        Expectation::Region(counted, count) => {
            let opened = actor.kept.incident(&step.incident).ok_or("the incident is not open")?;
            let picture = actor.coordinator.picture(&Reader::of(opened.opener.clone()), &opened.id);
            in_region(&picture.map_err(|error| error.to_string())?, *counted, *count)
        }
    }
}

fn same(what: &str, expected: &str, found: &str) -> Result<(), String> {
    if expected == found { Ok(()) } else { Err(format!("{what} is {found}, not {expected}")) }
}

fn counts(report: &SituationReport, counted: Counted, expected: usize) -> Result<(), String> {
    let (what, found) = match counted {
        Counted::People => ("people", report.people),
        Counted::NotYetPlaced => ("not yet placed", report.not_yet_placed),
        Counted::OpenQuestions => ("open questions", report.questions_open),
        Counted::OpenProposals => ("open proposals", report.proposals_open),
        Counted::OpenActions => ("open actions", report.actions_open),
        Counted::OverdueActions => ("overdue actions", report.actions_overdue),
        Counted::DoneActions => ("done actions", report.actions_done),
    };
    if found == expected { Ok(()) } else { Err(format!("{what}: {found}, not {expected}")) }
}

fn stands(open: &[&Proposal], item: &ItemRef, standing: Standing) -> Result<(), String> {
    let ItemRef { kind: _, rule_set, key } = item;
    let found = open.iter().find(|open| open.rule_set == *rule_set && open.item.key() == key);
    match (found, standing) {
        (None, Standing::Absent) | (Some(_), Standing::Open(None)) => Ok(()),
        (Some(_), Standing::Absent) => Err(format!("{rule_set} has {key} open")),
        (None, Standing::Open(_)) => Err(format!("{rule_set} has nothing open under {key}")),
        (Some(open), Standing::Open(Some(answer))) => match verdict(&open.item) {
            Some(said) if said == answer => Ok(()),
            Some(said) => Err(format!("{key} of {rule_set} is {said}, not {answer}")),
            None => Err(format!("{key} of {rule_set} says neither yes nor no")),
        },
    }
}

/// What a finding or a gate says.
fn verdict(item: &Item) -> Option<Answer> {
    match item {
        Item::Finding(finding) => Some(finding.verdict),
        Item::Gate(gate) => Some(gate.satisfied),
        Item::Question(_)
        | Item::Action(_)
        | Item::Options(_)
        | Item::Involvement(_)
        | Item::Draft(_)
        | Item::Allocation(_)
        | Item::Regional(_)
        | Item::Other(_) => None,
    }
}

fn in_region(picture: &Picture, counted: InRegion, expected: u32) -> Result<(), String> {
    let exactly = |count: u32| PeopleCount { at_least: count, at_most: count };
    let counts = picture.counts;
    let (what, found) = match counted {
        InRegion::Members => ("members", exactly(u32::try_from(picture.members.len()).unwrap_or(u32::MAX))),
        InRegion::People => ("people", counts.people),
        InRegion::NotYetPlaced => ("not yet placed", counts.not_yet_placed),
        InRegion::Moved => ("moved", counts.moved),
        InRegion::BedsOffered => ("beds", exactly(counts.beds_offered)),
        InRegion::DutiesEngaged => ("duties", exactly(sum(&picture.duties_engaged))),
        InRegion::Disagreements => ("disagreements", exactly(picture.disagreements)),
        InRegion::OverdueActions => ("overdue actions", exactly(sum(&picture.overdue))),
    };
    let PeopleCount { at_least, at_most } = found;
    if (at_least..=at_most).contains(&expected) {
        Ok(())
    } else {
        Err(format!("{what} in the region: {at_least} to {at_most}, not {expected}"))
    }
}

fn sum<K>(counts: &std::collections::BTreeMap<K, u32>) -> u32 {
    counts.values().copied().fold(0, u32::saturating_add)
}
