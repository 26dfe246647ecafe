//! Deadlines: every clock of an incident, worked out from its record at a moment.

use serde::Serialize;

use crate::ids::AgencyId;
use crate::incident::Incident;
use crate::incident::clocks::Clock;
use crate::situation::{CareStatus, IncidentKind, MeetingKind, Phase};
use crate::time::{Instant, hours_after, uk_days_after};
use crate::words::words;

words! {
    /// Where a clock stands.
    ClockState {
        /// It runs.
        Running = "running",
        /// It stands still.
        Paused = "paused",
        /// What it waited for is done.
        Met = "met",
        /// Its moment is past and what it waited for is not done.
        Late = "late",
        /// What it waits for is about people, and not all of them are shown: it may be done.
        NotKnown = "not-known",
    }
}

/// A clock of an incident at a moment.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Deadline {
    /// `72-hours`, `action/A3`, `wellbeing/person 2` ...
    pub key: String,
    /// What it is for.
    pub title: String,
    /// Where it comes from: a clause, or the action it belongs to.
    pub source: String,
    /// Who is to meet it, where it is somebody's.
    pub owner: Option<AgencyId>,
    /// From when it can be met; absent when it can be at once.
    pub opens: Option<Instant>,
    /// By when.
    pub due: Instant,
    /// Where it stands.
    pub state: ClockState,
}

/// "Emergency closure (within 72 hours)" (Plan section 10), elapsed time.
const EMERGENCY_HOURS: u32 = 72;
/// "monitored on a weekly basis" (Plan section 8), UK calendar days.
const ACTION_PLAN_DAYS: u32 = 7;
/// "two-weekly meetings for contract officers" (note 3.7), UK calendar days.
const CONTRACT_OFFICERS_DAYS: u32 = 14;

impl Incident {
    /// Every clock, the tightest first; what is met stands last.
    pub fn deadlines(&self, at: Instant) -> Vec<Deadline> {
        let mut deadlines: Vec<Deadline> =
            [self.seventy_two_hours(at), self.care_stops(at), self.action_plan(at), self.contract_officers(at)]
                .into_iter()
                .flatten()
                .chain(self.actions_due(at))
                .chain(self.wellbeing_due(at))
                .chain(self.glasses_to_review(at))
                .collect();
        deadlines.sort_by_key(|deadline| (deadline.state == ClockState::Met, deadline.due));
        deadlines
    }

    /// Whether everyone on the list is accounted for; an empty list is not.
    pub fn everyone_is_settled(&self) -> bool {
        !self.people.list.is_empty() && self.people.not_yet_placed() == 0
    }

    fn seventy_two_hours(&self, at: Instant) -> Option<Deadline> {
        let opening = &self.lifecycle.opening;
        if opening.kind != IncidentKind::ProviderFailure {
            return None;
        }
        let due = hours_after(opening.notified_at, EMERGENCY_HOURS);
        let title = "everyone is safe and placed, 72 hours from notification".to_owned();
        let deadline =
            self.of_the_incident(Clock::SeventyTwoHours, title, "S30, S114", due, self.everyone_is_settled(), at);
        Some(self.unless_people_are_withheld(deadline))
    }

    fn care_stops(&self, at: Instant) -> Option<Deadline> {
        let due = self.lifecycle.opening.care_stops_at?;
        let met = self.everyone_is_settled();
        let deadline = self.of_the_incident(Clock::CareStops, "care stops".to_owned(), "S114", due, met, at);
        Some(self.unless_people_are_withheld(deadline))
    }

    /// A clock that waits for people says so where not all of them are shown, rather than that it is late or met.
    fn unless_people_are_withheld(&self, deadline: Deadline) -> Deadline {
        if self.withheld.people { Deadline { state: ClockState::NotKnown, ..deadline } } else { deadline }
    }

    fn action_plan(&self, at: Instant) -> Option<Deadline> {
        let runs = matches!(self.lifecycle.phase, Phase::Assessing | Phase::Responding)
            && self.lifecycle.opening.kind != IncidentKind::QualityConcern;
        let last = self.meetings.last_held(MeetingKind::ActionPlanReview).unwrap_or(self.lifecycle.opened_at);
        let due = uk_days_after(last, ACTION_PLAN_DAYS);
        let title = "weekly review of the action plan".to_owned();
        runs.then(|| self.of_the_incident(Clock::ActionPlanReview, title, "S82", due, false, at))
    }

    fn contract_officers(&self, at: Instant) -> Option<Deadline> {
        let runs = self.lifecycle.opening.kind == IncidentKind::QualityConcern && !self.is_closed();
        let last = self.meetings.last_held(MeetingKind::ContractOfficers).unwrap_or(self.lifecycle.opened_at);
        let due = uk_days_after(last, CONTRACT_OFFICERS_DAYS);
        let title = "two-weekly meeting of contract officers".to_owned();
        runs.then(|| self.of_the_incident(Clock::ContractOfficers, title, "S24", due, false, at))
    }

    fn of_the_incident(
        &self,
        clock: Clock,
        title: String,
        source: &str,
        due: Instant,
        met: bool,
        at: Instant,
    ) -> Deadline {
        let changed = self.clocks.changed.get(&clock).cloned().unwrap_or_default();
        let still_now =
            changed.paused_since.map_or(0, |since| at.signed_duration_since(since).num_milliseconds().max(0));
        let still = chrono::TimeDelta::milliseconds(changed.stood_still_ms.saturating_add(still_now));
        let due = changed.moved_to.unwrap_or(due);
        let due = due.checked_add_signed(still).unwrap_or(due);
        let state = match (met, changed.paused_since) {
            (true, _) => ClockState::Met,
            (false, Some(_)) => ClockState::Paused,
            (false, None) => running_or_late(due, at),
        };
        let owner = Some(self.lifecycle.lead.clone());
        Deadline { key: clock.to_string(), title, source: source.to_owned(), owner, opens: None, due, state }
    }

    fn actions_due(&self, at: Instant) -> impl Iterator<Item = Deadline> {
        let numbered = self.actions.list.numbered();
        let open = numbered.filter(|(_, action)| action.status.is_open());
        open.filter_map(move |(number, action)| {
            let due = action.due?;
            Some(Deadline {
                key: format!("action/{number}"),
                title: action.title.clone(),
                source: action.key.clone().unwrap_or_else(|| "raised by hand".to_owned()),
                owner: Some(action.owner.clone()),
                opens: None,
                due,
                state: running_or_late(due, at),
            })
        })
    }

    /// A glass that was broken is always reviewed: the clock stands until it is.
    fn glasses_to_review(&self, at: Instant) -> impl Iterator<Item = Deadline> {
        let waiting = self.sharing.glasses.numbered().filter(|(_, glass)| glass.reviewed.is_none());
        waiting.map(move |(number, glass)| Deadline {
            key: format!("glass/{number}"),
            title: format!("review of the glass broken by {}", glass.agency),
            source: "break-glass".to_owned(),
            owner: None,
            opens: None,
            due: glass.review_by,
            state: running_or_late(glass.review_by, at),
        })
    }

    fn wellbeing_due(&self, at: Instant) -> impl Iterator<Item = Deadline> {
        let has_died = |person| self.people.get(person).is_ok_and(|person| person.status == CareStatus::Died);
        let checks = self.review.wellbeing.iter();
        let of_the_living = checks.filter(move |(person, check)| check.done_at.is_some() || !has_died(**person));
        of_the_living.map(move |(person, check)| Deadline {
            key: format!("wellbeing/{person}"),
            title: format!("wellbeing check of {person}"),
            source: "S117".to_owned(),
            owner: Some(self.lifecycle.lead.clone()),
            opens: Some(check.from),
            due: check.until,
            state: if check.done_at.is_some() { ClockState::Met } else { running_or_late(check.until, at) },
        })
    }
}

fn running_or_late(due: Instant, at: Instant) -> ClockState {
    if due < at { ClockState::Late } else { ClockState::Running }
}

#[cfg(test)]
mod tests;
