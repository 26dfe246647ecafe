//! Expectations: what the situation report must say.

use anyhow::{Context as _, Result, anyhow, bail};
use muster_proto::v1;
use muster_record::deadline::ClockState;

use super::Player;
use crate::client;
use muster_exercise::{Counted, Expectation, ItemRef, Standing, Step};

impl Player<'_> {
    /// Whether what is expected of the step's incident is so, as the agency sees it that opened.
    pub(super) async fn expect(&self, step: &Step, expectation: &Expectation) -> Result<()> {
        match expectation {
            Expectation::Proposals(items, standing) => self.stands(&step.incident, items, *standing).await,
            Expectation::Region(counted, count) => self.counts(&step.incident, *counted, *count).await,
            Expectation::Kind(_) | Expectation::Phase(_) | Expectation::Clock(..) | Expectation::Count(..) => {
                holds(&self.report(&step.incident).await?, expectation)
            }
        }
    }

    pub(super) async fn report(&self, name: &str) -> Result<v1::SituationReport> {
        let opened = self.opened(name)?;
        let mut client = self.stage.client(&opened.opener)?;
        let request = v1::GetSituationReportRequest { incident_id: opened.id.clone(), at: None };
        let answer = client.incidents.get_situation_report(request).await;
        let answer = answer.map_err(|status| anyhow!(client::told(&status)))?;
        answer.into_inner().report.context("the server sent no report")
    }

    async fn stands(&self, name: &str, items: &[ItemRef], standing: Standing) -> Result<()> {
        let open = self.open_proposals(&self.opened(name)?.opener, name).await?;
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
        | Item::RegionalIncident(_)
        | Item::Other(_) => None,
    }
}

/// Whether the report says it.
fn holds(report: &v1::SituationReport, expected: &Expectation) -> Result<()> {
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
        // These are no part of a report: the player asks for them.
        Expectation::Proposals(..) | Expectation::Region(..) => Ok(()),
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
