//! The calendar of an incident: its clocks and meetings as days and times that a calendar program can keep.

use serde::Serialize;

use crate::deadline::ClockState;
use crate::ids::Seq;
use crate::incident::Incident;
use crate::time::{Instant, hours_after};

/// How an event of the calendar stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Stands {
    /// It is to come, or its time is past and it is not done.
    Confirmed,
    /// It stands still, or is called and nobody has said that it was held.
    Tentative,
    /// What it waited for is done: it holds nobody any more.
    Cancelled,
}

/// An event of the calendar.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Event {
    /// Its name, the same whenever it is asked for.
    pub uid: String,
    /// What it is, in one line, with EXERCISE in front of a rehearsal's.
    pub summary: String,
    /// Where it comes from.
    pub description: String,
    /// When it begins; a deadline begins and ends then.
    pub start: Instant,
    /// When it ends; none for a deadline.
    pub end: Option<Instant>,
    /// How it stands.
    pub stands: Stands,
    /// Grows with what is written: a calendar program takes the larger for the newer.
    pub sequence: u64,
}

/// The record does not say how long a meeting is: an hour is shown.
const MEETING_HOURS: u32 = 1;

impl Incident {
    /// The calendar as of the last entry, with clocks worked out for a moment: clocks, then meetings.
    pub fn calendar(&self, at: Instant) -> Vec<Event> {
        let opening = &self.lifecycle.opening;
        let mark = if opening.exercise { "EXERCISE - " } else { "" };
        let summary = |what: &str| format!("{mark}{what} ({})", opening.title);
        let uid = |key: &str| format!("{}.{}@muster", self.id, key.replace([' ', '/'], "-"));
        let sequence =
            |steps: Option<crate::trail::Steps>| steps.map_or(0, |steps| u64::from(steps.count).saturating_sub(1));
        let clocks = self.deadlines(at).into_iter().map(|deadline| {
            let late = if deadline.state == ClockState::Late { "LATE - " } else { "" };
            Event {
                uid: uid(&deadline.key),
                summary: summary(&format!("{late}{}", deadline.title)),
                description: format!(
                    "Deadline from {}, {}. Incident {}, as of entry {}.",
                    deadline.source, deadline.state, self.id, self.seq
                ),
                start: deadline.due,
                end: None,
                stands: match deadline.state {
                    ClockState::Running | ClockState::Late => Stands::Confirmed,
                    ClockState::Paused | ClockState::NotKnown => Stands::Tentative,
                    ClockState::Met => Stands::Cancelled,
                },
                // A clock moves with many sorts of entries: the place of the newest grows whenever it may have moved.
                sequence: self.seq.0,
            }
        });
        let over = self.actions.list.numbered().filter(|(_, action)| !action.status.is_open());
        let over = over.filter_map(|(number, action)| {
            Some(Event {
                uid: uid(&format!("action/{number}")),
                summary: summary(&action.title),
                description: format!(
                    "Action {number} is {}. Incident {}, as of entry {}.",
                    action.status, self.id, self.seq
                ),
                start: action.due?,
                end: None,
                stands: Stands::Cancelled,
                sequence: self.seq.0,
            })
        });
        let meetings = self.meetings.list.numbered().map(|(number, meeting)| {
            let start = meeting.held_at.unwrap_or(meeting.at);
            let held = meeting.held_at.is_some();
            let past = !held && meeting.at < at;
            let entries = self.trail.of(number);
            let last = entries.map_or(Seq(0), |steps| steps.last);
            let state = if held { "held" } else { "called" };
            Event {
                uid: uid(&format!("meeting/{number}")),
                summary: summary(&format!("{} meeting: {}", meeting.kind, meeting.about)),
                description: format!("Meeting {number}, {state}. Incident {}, entry {last}. How long it takes is not on the record: an hour is shown.", self.id),
                start,
                end: Some(hours_after(start, MEETING_HOURS)),
                stands: if past { Stands::Tentative } else { Stands::Confirmed },
                sequence: sequence(entries),
            }
        });
        clocks.chain(over).chain(meetings).collect()
    }
}
