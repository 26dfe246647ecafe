//! What every decision may ask: who asks, with which seat and office, and whether a gate is shut.

use super::{Incident, lifecycle, participants};
use crate::advice::Step;
use crate::agency::{Interest, Office};
use crate::command::Command;
use crate::entry::{Author, Hand};
use crate::refusal::Refusal;
use crate::time::Instant;

/// A command's circumstances.
#[derive(Debug, Clone, Copy)]
pub struct Asking<'a> {
    /// The incident as it stands.
    pub incident: &'a Incident,
    /// Who asks.
    pub by: &'a Author,
    /// The time now.
    pub now: Instant,
    /// When it happened, as the author says.
    pub occurred_at: Instant,
}

/// How far an author's clock may run ahead of ours before we say so.
const CLOCK_SKEW_MS: i64 = 60_000;

impl<'a> Asking<'a> {
    /// What holds for every command: a seat taken, a person's or a system's hand (a rule set advises and never
    /// asks), an open incident, a time not in the future, an office that is held. Who may not speak is told first,
    /// so that nobody else learns whether the incident is closed.
    pub(super) fn may_speak(&self, command: &Command) -> Result<(), Refusal> {
        let seat = self.seat()?;
        let joins = matches!(command, Command::Participants(participants::Command::Join));
        if seat.joined_at.is_none() && !joins {
            return Err(Refusal::NotPermitted);
        }
        if let Hand::RuleSet(_) = self.by.hand {
            return Err(Refusal::NotPermitted);
        }
        if self.incident.is_closed() && !matches!(command, Command::Lifecycle(lifecycle::Command::Reopen { .. })) {
            return Err(Refusal::IncidentClosed);
        }
        not_in_the_future(self.now, self.occurred_at)?;
        match self.by.office {
            Some(office) if !self.incident.participants.holds(&self.by.agency, office) => {
                Err(Refusal::OfficeNotHeld { office })
            }
            Some(_) | None => Ok(()),
        }
    }

    /// The caller's seat. An agency that is not involved any more is as good as a stranger.
    pub(super) fn seat(&self) -> Result<&'a participants::Seat, Refusal> {
        let seat = self.incident.participants.seat(&self.by.agency);
        seat.filter(|seat| seat.interest != Interest::None).ok_or(Refusal::NotPermitted)
    }

    /// The caller works the incident.
    pub(super) fn works(&self) -> Result<(), Refusal> {
        let interest = self.seat()?.interest;
        if interest.is_operational() { Ok(()) } else { Err(Refusal::InterestTooLow { interest }) }
    }

    /// The caller works the incident or oversees it.
    pub(super) fn works_or_oversees(&self) -> Result<(), Refusal> {
        if self.seat()?.interest == Interest::Oversight { Ok(()) } else { self.works() }
    }

    /// The caller leads the incident.
    pub(super) fn leads(&self) -> Result<(), Refusal> {
        if self.seat()?.is_lead { Ok(()) } else { Err(Refusal::NotLead) }
    }

    /// The command is given for one of these offices, which the caller's agency holds.
    pub(super) fn holds_one_of(&self, offices: &[Office]) -> Result<Office, Refusal> {
        match self.by.office {
            Some(office) if offices.contains(&office) => Ok(office),
            Some(_) | None => Err(Refusal::OfficeNeeded { offices: offices.to_vec() }),
        }
    }

    /// No gate holds this step back.
    pub(super) fn gate(&self, step: Step) -> Result<(), Refusal> {
        match self.incident.advising.shut_gate(step) {
            Some(proposal) => Err(Refusal::GateShut { proposal, step }),
            None => Ok(()),
        }
    }
}

/// Refuses what is said to have been so at a time that has not come.
pub(crate) fn not_in_the_future(now: Instant, at: Instant) -> Result<(), Refusal> {
    let ahead = at.signed_duration_since(now).num_milliseconds();
    if ahead > CLOCK_SKEW_MS { Err(Refusal::InTheFuture) } else { Ok(()) }
}

/// Refuses a text that says nothing.
pub(crate) fn required(field: &'static str, text: &str) -> Result<(), Refusal> {
    if text.trim().is_empty() { Err(Refusal::Required { field }) } else { Ok(()) }
}

/// A count with its noun: `1 person`, `2 people`.
pub(crate) fn plural(count: usize, one: &str, many: &str) -> String {
    if count == 1 { format!("1 {one}") } else { format!("{count} {many}") }
}
