//! Turns: steps of an agency that people play. They are told what the script would do, and what they did is noted.

use std::collections::BTreeSet;

use muster_coordinator::Coordinator;
use muster_record::fact::Family;
use muster_record::ids::{AgencyId, IncidentId, Seq};

use crate::error::ExerciseError;
use crate::kept::{Became, Did, Kept};
use crate::plan::{Plan, Planned};
use crate::script::{Asked, OnProposal, What};

/// Who takes a step.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Whose {
    /// People: they are asked.
    People,
    /// The script.
    Script,
}

/// Who takes a step. An incident is always opened by the script, so that there is one to rehearse on.
pub(crate) fn whose(plan: &Plan, planned: &Planned, kept: &Kept) -> Whose {
    let agency = plan.agency(&planned.step.who).map(|agency| &agency.id);
    let by_people = agency.is_some_and(|agency| kept.players.contains(agency));
    if by_people && can_be_a_turn(&planned.step.what) { Whose::People } else { Whose::Script }
}

/// Whether a step is one that people can be asked to take.
fn can_be_a_turn(what: &What) -> bool {
    match what {
        What::Commands(_) | What::OpenRegional { .. } | What::AddMember { .. } | What::ChangeSettings { .. } => true,
        What::Open(_) | What::Expect(_) | What::WaitForAdvice => false,
    }
}

/// Entries looked at for one turn.
const LOOKED_AT: usize = 2_000;

/// Notes which of the open turns were taken: the agency wrote something of the same kind on the incident since it was
/// asked. One entry is one turn.
pub(crate) fn look(coordinator: &Coordinator, plan: &Plan, kept: &mut Kept) -> Result<(), ExerciseError> {
    let mut used: BTreeSet<(IncidentId, u64)> = BTreeSet::new();
    for (number, became) in &kept.steps {
        if let Became::Turn { did: Some(did), .. } = became
            && let Some((_, incident, _)) = turn(plan, kept, *number)
        {
            used.insert((incident, did.seq));
        }
    }
    let open = kept.steps.iter().filter_map(|(number, became)| match became {
        Became::Turn { after, did: None, .. } => Some((*number, *after)),
        Became::Turn { .. }
        | Became::Done { .. }
        | Became::Held { .. }
        | Became::Failed { .. }
        | Became::AsExpected { .. }
        | Became::NotAsExpected { .. }
        | Became::LeftOut { .. } => None,
    });
    for (number, after) in open.collect::<Vec<_>>() {
        let Some((agency, incident, family)) = turn(plan, kept, number) else { continue };
        for stored in coordinator.entries(&incident, Seq(after), LOOKED_AT)? {
            if stored.sealed.family() != Some(family) {
                continue;
            }
            let Ok(Some(entry)) = stored.sealed.open_unless_erased() else { continue };
            if entry.envelope.author.agency == agency && used.insert((incident.clone(), entry.seq.0)) {
                let done = Some(Did { seq: entry.seq.0, at: entry.recorded_at });
                if let Some(Became::Turn { did, .. }) = kept.steps.get_mut(&number) {
                    *did = done;
                }
                break;
            }
        }
    }
    Ok(())
}

fn turn(plan: &Plan, kept: &Kept, number: usize) -> Option<(AgencyId, IncidentId, Family)> {
    let planned = plan.steps.get(number)?;
    let agency = plan.agency(&planned.step.who)?.id.clone();
    let incident = kept.incident(&planned.step.incident)?.id.clone();
    Some((agency, incident, family(&planned.step.what)?))
}

/// The family of what a step does: of its first command. Nothing when it writes nothing.
fn family(what: &What) -> Option<Family> {
    match what {
        What::Commands(asked) => asked.first().map(family_asked),
        What::OpenRegional { .. } | What::ChangeSettings { .. } => Some(Family::Advice),
        What::AddMember { .. } | What::Open(_) => Some(Family::Lifecycle),
        What::Expect(_) | What::WaitForAdvice => None,
    }
}

fn family_asked(asked: &Asked) -> Family {
    match asked {
        Asked::Ready(command) => command.family(),
        Asked::OfProposal { item: _, then: OnProposal::Decide(_) } => Family::Decisions,
        Asked::OfProposal { item: _, then: OnProposal::Adopt | OnProposal::Decline(_) | OnProposal::Override(_) }
        | Asked::AdoptActions { .. } => Family::Advice,
        Asked::OfAction { .. } | Asked::OfEachAction { .. } => Family::Actions,
        Asked::LinkTo { .. } => Family::Lifecycle,
        Asked::ReportNow { .. } => Family::Review,
    }
}
