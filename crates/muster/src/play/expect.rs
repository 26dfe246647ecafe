//! Expectations: what the situation report must say.

use anyhow::{Result, bail};
use muster_proto::v1;
use muster_record::deadline::ClockState;

use crate::exercise::{Counted, Expectation};

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
