//! Clocks: a deadline of the incident is moved, paused or started again, always with a reason.

use std::collections::BTreeMap;

use chrono::TimeDelta;
use serde::{Deserialize, Serialize};

use super::{Asking, Stamp, required};
use crate::agency::Office;
use crate::refusal::Refusal;
use crate::time::{Instant, uk_day_and_time};
use crate::words::words;

words! {
    /// The clocks of an incident (each with its source in `deadline.rs`).
    Clock {
        /// Seventy-two hours from notification.
        SeventyTwoHours = "72-hours",
        /// The weekly review of the action plan.
        ActionPlanReview = "action-plan-review",
        /// The two-weekly meeting of contract officers.
        ContractOfficers = "contract-officers",
        /// The moment at which care stops.
        CareStops = "care-stops",
    }
}

/// What can happen to a clock.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "fact", rename_all = "snake_case")]
pub enum Fact {
    /// It runs to another moment.
    Moved {
        /// The clock.
        clock: Clock,
        /// The moment it runs to.
        to: Instant,
        /// Why.
        reason: String,
    },
    /// It stands still.
    Paused {
        /// The clock.
        clock: Clock,
        /// Why.
        reason: String,
    },
    /// It runs again; what it stood still for is added.
    Resumed {
        /// The clock.
        clock: Clock,
        /// Why.
        reason: String,
    },
}

/// What can be asked of a clock.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "command", rename_all = "snake_case")]
pub enum Command {
    /// Move it.
    Move {
        /// The clock.
        clock: Clock,
        /// The moment it shall run to.
        to: Instant,
        /// Why.
        reason: String,
    },
    /// Stop it for a while.
    Pause {
        /// The clock.
        clock: Clock,
        /// Why.
        reason: String,
    },
    /// Let it run again.
    Resume {
        /// The clock.
        clock: Clock,
        /// Why.
        reason: String,
    },
}

/// What was done to one clock.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Changed {
    /// The moment it was moved to.
    pub moved_to: Option<Instant>,
    /// Since when it stands still.
    pub paused_since: Option<Instant>,
    /// Milliseconds it stood still before.
    pub stood_still_ms: i64,
}

/// What was done to the clocks.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Clocks {
    /// By clock.
    pub changed: BTreeMap<Clock, Changed>,
}

/// The offices that may change a clock: the 72 hours run from notification unless an office decides otherwise.
const MAY_CHANGE: &[Office] =
    &[Office::IncidentLead, Office::HeadOfCommissioning, Office::Dass, Office::DassLead, Office::PublicHealthLead];

pub(super) fn decide(asking: &Asking<'_>, command: &Command) -> Result<Vec<crate::Fact>, Refusal> {
    asking.works()?;
    asking.holds_one_of(MAY_CHANGE)?;
    let paused =
        |clock: &Clock| asking.incident.clocks.changed.get(clock).is_some_and(|changed| changed.paused_since.is_some());
    let fact = match command {
        Command::Move { clock, to, reason } => {
            required("reason", reason)?;
            if paused(clock) {
                return Err(Refusal::ClockIsPaused);
            }
            Fact::Moved { clock: *clock, to: *to, reason: reason.clone() }
        }
        Command::Pause { clock, reason } => {
            required("reason", reason)?;
            if paused(clock) {
                return Err(Refusal::ClockIsPaused);
            }
            Fact::Paused { clock: *clock, reason: reason.clone() }
        }
        Command::Resume { clock, reason } => {
            required("reason", reason)?;
            if !paused(clock) {
                return Err(Refusal::ClockIsRunning);
            }
            Fact::Resumed { clock: *clock, reason: reason.clone() }
        }
    };
    Ok(vec![fact.into()])
}

impl Clocks {
    pub(super) fn apply(&mut self, stamp: &Stamp<'_>, fact: &Fact) {
        match fact {
            Fact::Moved { clock, to, reason: _ } => {
                // It runs to that moment, however long it stood still before.
                *self.of(*clock) = Changed { moved_to: Some(*to), ..Changed::default() };
            }
            Fact::Paused { clock, reason: _ } => self.of(*clock).paused_since = Some(stamp.recorded_at),
            Fact::Resumed { clock, reason: _ } => {
                let changed = self.of(*clock);
                let since = changed.paused_since.take().unwrap_or(stamp.recorded_at);
                let still = stamp.recorded_at.signed_duration_since(since).num_milliseconds();
                changed.stood_still_ms = changed.stood_still_ms.saturating_add(still);
            }
        }
    }

    /// Forgets what was done to a clock's last round; one that stands still goes on doing so.
    pub(super) fn begin_anew(&mut self, stamp: &Stamp<'_>, clock: Clock) {
        let Some(changed) = self.changed.remove(&clock) else { return };
        if changed.paused_since.is_some() {
            self.of(clock).paused_since = Some(stamp.recorded_at);
        }
    }

    fn of(&mut self, clock: Clock) -> &mut Changed {
        self.changed.entry(clock).or_default()
    }

    pub(crate) fn lines(&self) -> Vec<String> {
        self.changed
            .iter()
            .map(|(clock, changed)| {
                let moved = changed.moved_to.map(|to| format!("moved to {}", uk_day_and_time(to)));
                let paused = changed.paused_since.map(|at| format!("paused since {}", uk_day_and_time(at)));
                let still = TimeDelta::milliseconds(changed.stood_still_ms);
                let still = (still.num_minutes() > 0)
                    .then(|| format!("later by {} h {} min", still.num_hours(), still.num_minutes() % 60));
                let parts: Vec<String> = [moved, still, paused].into_iter().flatten().collect();
                let said = if parts.is_empty() { "running again".to_owned() } else { parts.join(", ") };
                format!("{clock}: {said}")
            })
            .collect()
    }
}

impl Fact {
    pub(crate) fn told(&self) -> String {
        match self {
            Self::Moved { clock, to, reason } => {
                format!("moved the clock {clock} to {}: {reason}", uk_day_and_time(*to))
            }
            Self::Paused { clock, reason } => format!("paused the clock {clock}: {reason}"),
            Self::Resumed { clock, reason } => format!("started the clock {clock} again: {reason}"),
        }
    }
}

#[cfg(test)]
mod tests;
