//! The well-being check of everybody, four to six weeks on: the Plan says so and not from when (S117).

use muster_rule_sdk::{AgencyKind, Instant, Person, ProposedAction, Situation};

use crate::table::OfStep;
use crate::{Settings, Start};

/// A rule set has no calendar: a day is 24 hours, so a clock change shifts a well-being check by an hour.
const WEEK: Instant = 7 * 86_400;

/// The check of one person, counted from their own move, or from another moment where they have not moved.
pub(super) fn check(situation: &Situation, row: &OfStep, settings: &Settings, person: &Person) -> ProposedAction {
    let title = format!("Review the well-being of {}", person.ref_);
    let key = format!("{}/{}", row.step, person.ref_);
    let action = ProposedAction::new(key, title, AgencyKind::Council, row.cites.iter().cloned());
    let start = if person.moved_at.is_some() { settings.wellbeing_start } else { settings.wellbeing_start_unmoved };
    let (from, to) = (settings.wellbeing_from_weeks, settings.wellbeing_to_weeks);
    let counted = match start {
        Start::OwnMove => "this person's own move",
        Start::Recovering => "the phase recovering began",
        Start::CareStops => "care stopped",
        Start::Notified => "the council was told",
    };
    match moment(situation, person, start) {
        Some(at) => {
            let action = action.due(at.saturating_add(WEEK.saturating_mul(Instant::from(to)))).because(format!(
                "Opens {from} weeks and is due {to} weeks after {counted}, counting days of 24 hours"
            ));
            if person.moved_at.is_some() { action } else { action.because("This person has not moved") }
        }
        None => action.because(format!(
            "Opens {from} weeks and is due {to} weeks after {counted}; the record does not say when that is"
        )),
    }
}

fn moment(situation: &Situation, person: &Person, start: Start) -> Option<Instant> {
    match start {
        Start::OwnMove => person.moved_at,
        // An emergency that came back was over for good only the last time.
        Start::Recovering => {
            let reached = situation.milestones.iter().rev().find(|milestone| milestone.key == "phase/recovering");
            reached.map(|milestone| milestone.at)
        }
        Start::CareStops => situation.care_stops_at,
        Start::Notified => Some(situation.notified_at),
    }
}
