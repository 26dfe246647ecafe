//! Briefings: an incident on one sheet, for those who were not in the room.
//!
//! A briefing is worked out from an incident as its reader sees it, at a moment, and nothing else. Each line says which
//! entries or which clock it comes from; what is not known stands there as not known and is never left out.

use std::fmt;

use serde::Serialize;

use crate::ids::{AgencyId, IncidentId, Seq};
use crate::incident::Incident;
use crate::time::{Instant, uk_day_and_time};
use crate::trail::Steps;
use crate::words::words;

mod blocks;
mod given;
mod kinds;
mod methane;
mod review;
#[cfg(test)]
mod tests;

words! {
    /// For whom, or in which form, an incident is put on paper.
    BriefingKind {
        /// For the cabinet member who answers for adult services (Plan sections 8 and 9).
        CabinetMember = "cabinet-member",
        /// For the director of the council's adult services (note, table one, level 3).
        Director = "director",
        /// For ADASS, the directors of the region's adult services (note, table one, level 4).
        Adass = "adass",
        /// Information, intent, method, administration, risk, communications, humanitarian: how responders brief.
        Iimarch = "iimarch",
        /// Exact location, type, hazards, access, number of casualties, emergency services; with M where a major incident
        /// was declared.
        Methane = "methane",
        /// The review behind a closure, with the warning signs (Plan section 10).
        ClosingReview = "closing-review",
    }
}

words! {
    /// How a briefing is written.
    BriefingFormat {
        /// Text for people.
        Text = "text",
        /// JSON, for programs.
        Json = "json",
        /// One page of HTML that stands by itself.
        Html = "html",
    }
}

/// Words of a plan or note that ask for a briefing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Basis {
    /// The statement, by its number.
    pub clause: &'static str,
    /// Its words, as they stand there.
    pub words: &'static str,
}

/// Where a line comes from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Source {
    /// From entries of the record.
    Entries(Steps),
    /// From a clock, by its key.
    Clock(String),
    /// From nothing: there is no entry in this view that says it.
    Nothing,
}

impl Source {
    /// One entry.
    pub(crate) fn entry(seq: Seq) -> Self {
        Self::Entries(Steps { first: seq, last: seq, count: 1 })
    }

    fn of(steps: Option<Steps>) -> Self {
        steps.map_or(Self::Nothing, Self::Entries)
    }
}

impl fmt::Display for Source {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Entries(Steps { first, last, count: _ }) if first == last => write!(f, "entry {first}"),
            Self::Entries(Steps { first, last, count: 2 }) => write!(f, "entries {first} and {last}"),
            Self::Entries(Steps { first, last, count }) => write!(f, "{count} entries from {first} to {last}"),
            Self::Clock(key) => write!(f, "clock {key}"),
            Self::Nothing => f.write_str("no entry in this view"),
        }
    }
}

/// A line of a briefing.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Line {
    /// What it says.
    pub text: String,
    /// Whether that is known; a line about what is not known says so in its text too.
    pub known: bool,
    /// Where it comes from.
    pub source: Source,
}

/// What a briefing says of one thing.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Part {
    /// What it is about.
    pub heading: String,
    /// What is said; at least one line.
    pub lines: Vec<Line>,
}

/// An incident on one sheet.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Briefing {
    /// For whom, or in which form.
    pub kind: BriefingKind,
    /// What the sheet is called: `METHANE` only where a major incident was declared.
    pub heading: String,
    /// The incident.
    pub incident: IncidentId,
    /// What people call it.
    pub title: String,
    /// Whether it is a rehearsal.
    pub exercise: bool,
    /// The agency as which it is seen.
    pub agency: AgencyId,
    /// What people call that agency.
    pub agency_title: String,
    /// The last entry it speaks of.
    pub as_of: Seq,
    /// The moment for which clocks are worked out.
    pub at: Instant,
    /// Entries that the reader may not see.
    pub entries_withheld: usize,
    /// Whether people may be missing from the figures.
    pub people_withheld: bool,
    /// The words that ask for it; none where it is a form that responders share.
    pub basis: Vec<Basis>,
    /// What it says.
    pub parts: Vec<Part>,
}

impl Incident {
    /// A briefing from this incident as an agency sees it, with clocks worked out for a moment.
    pub fn briefing(&self, kind: BriefingKind, agency: &AgencyId, at: Instant) -> Briefing {
        let kinds::Sheet { heading, basis, parts } = kinds::sheet(&blocks::Desk { incident: self, at }, kind);
        let title = self.participants.seat(agency).map(|seat| seat.title.clone());
        Briefing {
            kind,
            heading,
            incident: self.id.clone(),
            title: self.lifecycle.opening.title.clone(),
            exercise: self.lifecycle.opening.exercise,
            agency: agency.clone(),
            agency_title: title.unwrap_or_else(|| agency.to_string()),
            as_of: self.seq,
            at,
            entries_withheld: self.withheld.entries.len(),
            people_withheld: self.withheld.people,
            basis,
            parts,
        }
    }
}

impl Briefing {
    /// What is outside the view on which it rests, in a sentence.
    pub fn outside(&self) -> String {
        let people = if self.people_withheld { " People may be missing from its figures." } else { "" };
        match self.entries_withheld {
            0 => format!("Nothing on the record is outside this view.{people}"),
            1 => format!("1 entry on the record is outside this view, and nothing here rests on it.{people}"),
            count => {
                format!("{count} entries on the record are outside this view, and nothing here rests on them.{people}")
            }
        }
    }
}

impl fmt::Display for Briefing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mark = if self.exercise { "EXERCISE - " } else { "" };
        writeln!(f, "{mark}{}: {}", self.heading.to_uppercase(), self.title)?;
        let Self { as_of, agency, agency_title, .. } = self;
        writeln!(
            f,
            "as of entry {as_of}, {} UK time; the view of {agency_title} ({agency})",
            uk_day_and_time(self.at)
        )?;
        writeln!(f, "{}", self.outside())?;
        for Basis { clause, words } in &self.basis {
            writeln!(f, "asked for by {clause}: \"{words}\"")?;
        }
        for part in &self.parts {
            writeln!(f, "\n{}", part.heading)?;
            for line in &part.lines {
                let mark = if line.known { "-" } else { "?" };
                writeln!(f, "  {mark} {} [{}]", line.text, line.source)?;
            }
        }
        if self.exercise {
            writeln!(f, "\nEXERCISE: all of this is a rehearsal.")?;
        }
        Ok(())
    }
}
