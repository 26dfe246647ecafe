//! The weekly review of the action plan: when the next one is due, and whether it is late.

use muster_rule_sdk::{Advice, AgencyKind, Finding, Instant, Meeting, MeetingKind, Phase, ProposedAction, Situation};

use crate::Settings;
use crate::table::Review;

/// A rule set has no calendar: a day is 24 hours, so a clock change shifts a review by an hour.
const DAY: Instant = 86_400;

/// The review that comes next, and whether the last one is recent enough. A review is over when it was held.
pub(super) fn advise(situation: &Situation, row: &Review, settings: &Settings, advice: &mut Advice) {
    if !is_reviewed(situation.phase) {
        return;
    }
    let held: Vec<&Meeting> = situation
        .meetings
        .iter()
        .filter(|meeting| meeting.kind == MeetingKind::ActionPlanReview && meeting.held_at.is_some())
        .collect();
    let last = held.iter().filter_map(|meeting| meeting.held_at).max();
    let days = settings.review_every_days;
    let due = last.unwrap_or_else(|| began(situation)).saturating_add(DAY.saturating_mul(Instant::from(days)));
    let because = match last {
        Some(_) => format!("Due {days} days after the last review was held"),
        None => format!("No review was held yet: due {days} days after the incident came to be one of these"),
    };
    let number = held.len().saturating_add(1);
    let title = row.title.replace("{number}", &number.to_string());
    let key = format!("{}/{number}", row.key);
    let action = ProposedAction::new(key, title, AgencyKind::Council, row.cites.iter().cloned());
    advice.actions.push(action.due(due).because(&because));
    let is_current = situation.as_of < due;
    let current =
        Finding::new(&row.current.key, "action-plan", is_current.into(), &row.current.title, row.cites.iter().cloned());
    advice.findings.push(current.because(because));
    advice.look_again_at = is_current.then_some(due);
}

/// Until the incident comes to recovering: then there is nothing left to mitigate.
fn is_reviewed(phase: Phase) -> bool {
    match phase {
        Phase::Concern | Phase::Assessing | Phase::Responding => true,
        Phase::Recovering | Phase::Closed => false,
    }
}

/// When the incident opened, or was reclassified after that.
fn began(situation: &Situation) -> Instant {
    let reclassified = situation.milestones.iter().filter(|milestone| milestone.key == "reclassified");
    reclassified.map(|milestone| milestone.at).max().unwrap_or(situation.opened_at).max(situation.opened_at)
}
