//! The steps, one proposed action for each agency that leads one, and when they are due.

use std::collections::BTreeSet;

use muster_rule_sdk::{ActionStatus, Instant, ProposedAction, Situation};

use super::{Closure, NAME};
use crate::table::{Place, StepRow};

const HOUR: Instant = 3_600;

/// When a step is due, and why then.
pub(super) struct Due {
    at: Instant,
    because: Vec<String>,
}

/// Every step, done or not: an adopted step stays advised while it means the same.
pub(super) fn actions(closure: &Closure<'_>, steps: &[StepRow]) -> Vec<ProposedAction> {
    let is_time = |step: &&StepRow| step.by.is_some() || closure.is_recovering();
    let steps = steps.iter().filter(|step| closure.is_at(step.place)).filter(is_time);
    steps.flat_map(|step| of_step(closure, step)).collect()
}

fn of_step<'a>(closure: &'a Closure<'_>, step: &'a StepRow) -> impl Iterator<Item = ProposedAction> + 'a {
    // Where one incident has both kinds of place, the step at home stands beside the one in the building.
    let is_beside = step.place == Some(Place::Home) && closure.is_at(Some(Place::Building));
    let id = if is_beside { format!("{}/home", step.key) } else { step.key.clone() };
    let is_shared = step.leads.len() > 1;
    step.leads.iter().map(move |(lead, title)| {
        let key = if is_shared { format!("{id}/{lead}") } else { id.clone() };
        let action = with_due(ProposedAction::new(key, title, *lead, step.cites.iter().cloned()), due(closure, step));
        let action = step.because.iter().fold(action, ProposedAction::because);
        match &step.also {
            Some(source) => action.because(format!("Sector practice too: {source}")),
            None => action,
        }
    })
}

/// The action with its due time and the reasons for that.
pub(super) fn with_due(action: ProposedAction, due: Option<Due>) -> ProposedAction {
    match due {
        Some(Due { at, because }) => because.into_iter().fold(action.due(at), ProposedAction::because),
        None => action.because("After the emergency"),
    }
}

/// The end of the step's band, or when care stops if that is earlier, but never before the council was told.
pub(super) fn due(closure: &Closure<'_>, step: &StepRow) -> Option<Due> {
    let by = step.by?;
    let told = closure.situation.notified_at;
    let end = told.saturating_add(by.saturating_mul(HOUR));
    let mut because = vec![band(step.after, by)];
    match closure.care_stops {
        Some(stops) if stops < end => {
            because.push(
                "Care stops before this band ends: due when care stops, and not before the council was told".to_owned(),
            );
            Some(Due { at: stops.max(told), because })
        }
        Some(_) | None => Some(Due { at: end, because }),
    }
}

fn band(after: i64, by: i64) -> String {
    match (after, by) {
        (_, 0) => "Band: at once (our proposal)".to_owned(),
        (0, by) => format!("Band: within {by} hours of the council being told (our proposal)"),
        (after, by) => format!("Band: {after} to {by} hours after the council was told (our proposal)"),
    }
}

/// The next time at which something that is still to be done becomes due.
pub(super) fn next_due(situation: &Situation, advised: &[ProposedAction]) -> Option<Instant> {
    let settled: BTreeSet<&str> = situation
        .actions
        .iter()
        .filter(|action| matches!(action.status, ActionStatus::Done | ActionStatus::Cancelled))
        .filter_map(|action| action.key.as_deref()?.strip_prefix(NAME)?.strip_prefix('/'))
        .collect();
    let open = advised.iter().filter(|action| !settled.contains(action.key.as_str()));
    open.filter_map(|action| action.due).filter(|due| *due > situation.as_of).min()
}
