//! Review: lessons are recorded, wellbeing checks become due and are done, situation reports are issued.
//!
//! "Social Work Team to undertake a review / wellbeing check of all people impacted (4 to 6 weeks)"
//! (Plan section 10). The Plan does not say from when: each check carries its own window.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::{Asking, Stamp, plural, required};
use crate::ids::{PersonNo, Seq};
use crate::refusal::Refusal;
use crate::situation::CareStatus;
use crate::time::{Instant, uk_day};

/// What can happen in review.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "fact", rename_all = "snake_case")]
pub enum Fact {
    /// A lesson was recorded.
    LessonRecorded {
        /// What it is about.
        about: String,
        /// The lesson.
        text: String,
    },
    /// A wellbeing check has its window.
    WellbeingDue {
        /// The person.
        person: PersonNo,
        /// The first moment it should be done.
        from: Instant,
        /// The last.
        until: Instant,
    },
    /// A wellbeing check was done.
    WellbeingDone {
        /// The person.
        person: PersonNo,
        /// What was found, without personal data.
        outcome: String,
    },
    /// A situation report was issued.
    ReportIssued {
        /// The entry up to which it speaks.
        as_of: Seq,
        /// To whom.
        to: String,
    },
}

/// What can be asked in review.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "command", rename_all = "snake_case")]
pub enum Command {
    /// Record a lesson.
    RecordLesson {
        /// What it is about.
        about: String,
        /// The lesson.
        text: String,
    },
    /// Set the window of a wellbeing check.
    ScheduleWellbeing {
        /// The person.
        person: PersonNo,
        /// The first moment it should be done.
        from: Instant,
        /// The last.
        until: Instant,
    },
    /// Say that a wellbeing check was done.
    CompleteWellbeing {
        /// The person.
        person: PersonNo,
        /// What was found, without personal data.
        outcome: String,
    },
    /// Say that a situation report was issued.
    IssueReport {
        /// The entry up to which it speaks.
        as_of: Seq,
        /// To whom.
        to: String,
    },
}

/// A wellbeing check's window, and whether it was done.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Wellbeing {
    /// The first moment it should be done.
    pub from: Instant,
    /// The last.
    pub until: Instant,
    /// When it was done.
    pub done_at: Option<Instant>,
}

/// Lessons, wellbeing checks and reports.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Review {
    /// Lessons: about what, and the lesson.
    pub lessons: Vec<(String, String)>,
    /// Wellbeing checks by person.
    pub wellbeing: BTreeMap<PersonNo, Wellbeing>,
    /// Reports issued: up to which entry, and to whom.
    pub reports: Vec<(Seq, String)>,
}

pub(super) fn decide(asking: &Asking<'_>, command: &Command) -> Result<Vec<crate::Fact>, Refusal> {
    let known = &asking.incident.review;
    let open = |person: &PersonNo| known.wellbeing.get(person).is_some_and(|check| check.done_at.is_none());
    let fact = match command {
        Command::RecordLesson { about, text } => {
            asking.works_or_oversees()?;
            required("about", about)?;
            required("text", text)?;
            Fact::LessonRecorded { about: about.clone(), text: text.clone() }
        }
        Command::ScheduleWellbeing { person, from, until } => {
            asking.works()?;
            if asking.incident.people.get(*person)?.status == CareStatus::Died {
                return Err(Refusal::Invalid { field: "person", problem: "the person has died" });
            }
            if from > until {
                return Err(Refusal::Invalid { field: "until", problem: "the window ends before it begins" });
            }
            if open(person) {
                return Err(Refusal::WellbeingAlreadyDue);
            }
            Fact::WellbeingDue { person: *person, from: *from, until: *until }
        }
        Command::CompleteWellbeing { person, outcome } => {
            asking.works()?;
            required("outcome", outcome)?;
            if !open(person) {
                return Err(Refusal::NoWellbeingCheck);
            }
            Fact::WellbeingDone { person: *person, outcome: outcome.clone() }
        }
        Command::IssueReport { as_of, to } => {
            asking.works()?;
            required("to", to)?;
            if as_of.0 == 0 || *as_of > asking.incident.seq {
                return Err(Refusal::AheadOfTheRecord);
            }
            Fact::ReportIssued { as_of: *as_of, to: to.clone() }
        }
    };
    Ok(vec![fact.into()])
}

impl Review {
    pub(super) fn apply(&mut self, stamp: &Stamp<'_>, fact: &Fact) {
        match fact {
            Fact::LessonRecorded { about, text } => self.lessons.push((about.clone(), text.clone())),
            Fact::WellbeingDue { person, from, until } => {
                self.wellbeing.insert(*person, Wellbeing { from: *from, until: *until, done_at: None });
            }
            Fact::WellbeingDone { person, outcome: _ } => {
                if let Some(check) = self.wellbeing.get_mut(person) {
                    check.done_at = Some(stamp.occurred_at);
                }
            }
            Fact::ReportIssued { as_of, to } => self.reports.push((*as_of, to.clone())),
        }
    }

    pub(crate) fn lines(&self) -> Vec<String> {
        let lessons = self.lessons.iter().map(|(about, text)| format!("lesson on {about}: {text}"));
        let done = self.wellbeing.values().filter(|check| check.done_at.is_some()).count();
        let checks = (!self.wellbeing.is_empty())
            .then(|| format!("{}, {done} done", plural(self.wellbeing.len(), "wellbeing check", "wellbeing checks")));
        let reports =
            self.reports.iter().map(|(as_of, to)| format!("situation report as of entry {as_of} issued to {to}"));
        lessons.chain(checks).chain(reports).collect()
    }
}

impl Fact {
    pub(crate) fn told(&self) -> String {
        match self {
            Self::LessonRecorded { about, text } => format!("lesson on {about}: {text}"),
            Self::WellbeingDue { person, from, until } => {
                format!("wellbeing check of {person} due {} to {}", uk_day(*from), uk_day(*until))
            }
            Self::WellbeingDone { person, outcome } => format!("wellbeing check of {person} done: {outcome}"),
            Self::ReportIssued { as_of, to } => format!("issued the situation report as of entry {as_of} to {to}"),
        }
    }
}

#[cfg(test)]
mod tests;
