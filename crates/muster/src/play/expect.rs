//! Expectations: what the situation report must say.

use anyhow::{Result, bail};
use muster_proto::v1;
use muster_record::deadline::ClockState;

use super::Player;
use crate::client;
use crate::exercise::{Counted, Expectation, ItemRef, Standing};

impl Player<'_> {
    /// Whether these items of advice stand as expected, as the agency that opened sees them.
    pub(super) async fn stands(&self, items: &[ItemRef], standing: Standing) -> Result<()> {
        let open = self.open_proposals(&self.opener).await?;
        for ItemRef { kind: _, rule_set, key } in items {
            let named = |open: &&v1::Proposal| {
                open.rule_set == rule_set.as_str() && client::kind_and_key(open).is_some_and(|(_, known)| known == key)
            };
            match (open.iter().find(named), standing) {
                (None, Standing::Absent) | (Some(_), Standing::Open(None)) => (),
                (Some(_), Standing::Absent) => bail!("{rule_set} has {key} open"),
                (None, Standing::Open(_)) => bail!("{rule_set} has nothing open under {key}"),
                (Some(open), Standing::Open(Some(answer))) => {
                    let says = verdict(open);
                    if says != Some(v1::Answer::from(answer).into()) {
                        let says = says.and_then(|says| v1::Answer::try_from(says).ok());
                        let says = says.map_or("says neither yes nor no", |says| says.as_str_name());
                        bail!("{key} of {rule_set} is {says}, not {answer}");
                    }
                }
            }
        }
        Ok(())
    }
}

/// What a finding or a gate says.
fn verdict(proposal: &v1::Proposal) -> Option<i32> {
    use v1::advice_item::Item;
    match proposal.item.as_ref()?.item.as_ref()? {
        Item::Finding(finding) => Some(finding.verdict),
        Item::Gate(gate) => Some(gate.satisfied),
        Item::Question(_)
        | Item::Action(_)
        | Item::Options(_)
        | Item::Involvement(_)
        | Item::Draft(_)
        | Item::Allocation(_)
        | Item::RegionalIncident(_) => None,
    }
}

/// Whether the report says it.
pub(super) fn holds(report: &v1::SituationReport, expected: &Expectation) -> Result<()> {
    match expected {
        Expectation::Kind(kind) => same("the kind", v1::IncidentKind::from(*kind).into(), report.kind, kind.word()),
        Expectation::Phase(phase) => same("the phase", v1::Phase::from(*phase).into(), report.phase, phase.word()),
        Expectation::Clock(clock, state) => {
            let found = report.deadlines.iter().find(|deadline| deadline.key == clock.word());
            let Some(found) = found else { bail!("the clock {clock} does not run") };
            let stands = ClockState::ALL.iter().find(|state| i32::from(v1::ClockState::from(**state)) == found.state);
            let stands = stands.map_or("nothing known", |state| state.word());
            if stands == state.word() { Ok(()) } else { bail!("the clock {clock} is {stands}, not {state}") }
        }
        // Proposals are no part of a report: the player asks for them.
        Expectation::Proposals(..) => Ok(()),
        Expectation::Count(counted, count) => {
            let counts = report.counts.clone().unwrap_or_default();
            let (what, found) = match counted {
                Counted::People => ("people", counts.people),
                Counted::NotYetPlaced => ("not yet placed", counts.not_yet_placed),
                Counted::OpenQuestions => ("open questions", counts.questions_open),
                Counted::OpenProposals => ("open proposals", counts.proposals_open),
                Counted::OpenActions => ("open actions", counts.actions_open),
                Counted::OverdueActions => ("overdue actions", counts.actions_overdue),
                Counted::DoneActions => ("done actions", counts.actions_done),
            };
            if usize::try_from(found).is_ok_and(|found| found == *count) {
                Ok(())
            } else {
                bail!("{what}: {found}, not {count}")
            }
        }
    }
}

fn same(what: &str, expected: i32, found: i32, word: &str) -> Result<()> {
    if expected == found { Ok(()) } else { bail!("{what} is not {word}") }
}
