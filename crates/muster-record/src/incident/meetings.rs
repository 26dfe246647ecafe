//! Meetings: called, attended, held and minuted.

use serde::{Deserialize, Serialize};

use super::{Asking, Stamp, required};
use crate::ids::{AgencyId, MeetingNo};
use crate::numbered::ByNumber;
use crate::refusal::Refusal;
use crate::situation::MeetingKind;
use crate::time::{Instant, uk_day_and_time};

/// What can happen to a meeting.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "fact", rename_all = "snake_case")]
pub enum Fact {
    /// It was called.
    Called {
        /// Its number.
        meeting: MeetingNo,
        /// What kind it is.
        kind: MeetingKind,
        /// When it is to be held.
        at: Instant,
        /// What it is about.
        about: String,
    },
    /// An agency was there.
    Attended {
        /// Its number.
        meeting: MeetingNo,
        /// The agency.
        agency: AgencyId,
    },
    /// It was held.
    Held {
        /// Its number.
        meeting: MeetingNo,
    },
    /// Its minutes were written.
    Minuted {
        /// Its number.
        meeting: MeetingNo,
        /// The minutes.
        text: String,
    },
}

/// What can be asked about a meeting.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "command", rename_all = "snake_case")]
pub enum Command {
    /// Call one.
    Call {
        /// What kind it is.
        kind: MeetingKind,
        /// When it is to be held.
        at: Instant,
        /// What it is about.
        about: String,
    },
    /// Say that the caller's agency is there.
    Attend {
        /// Its number.
        meeting: MeetingNo,
    },
    /// Say that it was held.
    Hold {
        /// Its number.
        meeting: MeetingNo,
    },
    /// Write its minutes.
    Minute {
        /// Its number.
        meeting: MeetingNo,
        /// The minutes.
        text: String,
    },
}

/// A meeting on the record.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Meeting {
    /// What kind it is.
    pub kind: MeetingKind,
    /// When it is to be held.
    pub at: Instant,
    /// What it is about.
    pub about: String,
    /// Who was there.
    pub attended: Vec<AgencyId>,
    /// When it was held.
    pub held_at: Option<Instant>,
    /// Whether it has minutes.
    pub minuted: bool,
}

/// The meetings; M1 stands first.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Meetings {
    /// In order of number.
    pub list: ByNumber<MeetingNo, Meeting>,
}

pub(super) fn decide(asking: &Asking<'_>, command: &Command) -> Result<Vec<crate::Fact>, Refusal> {
    let meetings = &asking.incident.meetings;
    let fact = match command {
        Command::Call { kind, at, about } => {
            asking.works_or_oversees()?;
            required("about", about)?;
            let meeting = meetings.list.next_number();
            Fact::Called { meeting, kind: *kind, at: *at, about: about.clone() }
        }
        Command::Attend { meeting } => {
            if meetings.get(*meeting)?.attended.contains(&asking.by.agency) {
                return Err(Refusal::Invalid { field: "meeting", problem: "your agency's attendance stands already" });
            }
            Fact::Attended { meeting: *meeting, agency: asking.by.agency.clone() }
        }
        Command::Hold { meeting } => {
            asking.works_or_oversees()?;
            if meetings.get(*meeting)?.held_at.is_some() {
                return Err(Refusal::AlreadyHeld);
            }
            Fact::Held { meeting: *meeting }
        }
        Command::Minute { meeting, text } => {
            asking.works_or_oversees()?;
            required("text", text)?;
            if meetings.get(*meeting)?.held_at.is_none() {
                return Err(Refusal::NotHeld);
            }
            Fact::Minuted { meeting: *meeting, text: text.clone() }
        }
    };
    Ok(vec![fact.into()])
}

impl Meetings {
    pub(super) fn get(&self, meeting: MeetingNo) -> Result<&Meeting, Refusal> {
        self.list.get(meeting).ok_or_else(|| Refusal::NoSuch { what: "meeting", given: meeting.0.to_string() })
    }

    fn get_mut(&mut self, meeting: MeetingNo) -> Option<&mut Meeting> {
        self.list.get_mut(meeting)
    }

    /// When a meeting of that kind was last held.
    pub fn last_held(&self, kind: MeetingKind) -> Option<Instant> {
        self.list.iter().filter(|meeting| meeting.kind == kind).filter_map(|meeting| meeting.held_at).max()
    }

    pub(super) fn apply(&mut self, stamp: &Stamp<'_>, fact: &Fact) {
        match fact {
            Fact::Called { meeting, kind, at, about } => self.list.put(
                *meeting,
                Meeting {
                    kind: *kind,
                    at: *at,
                    about: about.clone(),
                    attended: Vec::new(),
                    held_at: None,
                    minuted: false,
                },
            ),
            Fact::Attended { meeting, agency } => {
                if let Some(meeting) = self.get_mut(*meeting) {
                    meeting.attended.push(agency.clone());
                }
            }
            Fact::Held { meeting } => {
                if let Some(meeting) = self.get_mut(*meeting) {
                    meeting.held_at = Some(stamp.occurred_at);
                }
            }
            Fact::Minuted { meeting, text: _ } => {
                if let Some(meeting) = self.get_mut(*meeting) {
                    meeting.minuted = true;
                }
            }
        }
    }

    pub(crate) fn lines(&self) -> Vec<String> {
        let numbered = self.list.numbered();
        numbered
            .map(|(number, meeting)| {
                let held = match (meeting.held_at, meeting.minuted) {
                    (None, _) => "called for",
                    (Some(_), false) => "held, not minuted,",
                    (Some(_), true) => "held and minuted,",
                };
                let there = meeting.attended.iter().map(|agency| agency.as_str()).collect::<Vec<_>>().join(", ");
                let there = if there.is_empty() { String::new() } else { format!(" (there: {there})") };
                let at = uk_day_and_time(meeting.held_at.unwrap_or(meeting.at));
                format!("{} {} {held} {at}: {}{there}", number, meeting.kind, meeting.about)
            })
            .collect()
    }
}

impl Fact {
    pub(crate) fn told(&self) -> String {
        match self {
            Self::Called { meeting, kind, at, about } => {
                format!("called {meeting}, {kind}, for {}: {about}", uk_day_and_time(*at))
            }
            Self::Attended { meeting, agency } => format!("{agency} attends {meeting}"),
            Self::Held { meeting } => format!("{meeting} held"),
            Self::Minuted { meeting, text } => format!("minutes of {meeting}: {text}"),
        }
    }
}

#[cfg(test)]
mod tests;
