//! The situation report: the incident as of one entry. Derived, never stored as truth.

use std::fmt;

use serde::Serialize;

use crate::advice::Item;
use crate::deadline::{ClockState, Deadline};
use crate::ids::{AgencyId, IncidentId, Seq};
use crate::incident::Incident;
use crate::situation::{ActionStatus, CareStatus, Failure, Funder, IncidentKind, Phase};
use crate::time::{Instant, uk_day_and_time};

/// What one family of facts adds up to, in lines.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Section {
    /// The family.
    pub family: &'static str,
    /// Its lines; none when nothing of the kind has happened.
    pub lines: Vec<String>,
}

/// The incident as of one entry.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct SituationReport {
    /// The incident.
    pub incident: IncidentId,
    /// Its title.
    pub title: String,
    /// What is handled.
    pub kind: IncidentKind,
    /// The types of failure named so far.
    pub failures: Vec<Failure>,
    /// How far it has come.
    pub phase: Phase,
    /// Who leads.
    pub lead: AgencyId,
    /// Whether it is a rehearsal.
    pub exercise: bool,
    /// The last entry it speaks of.
    pub as_of: Seq,
    /// The moment for which its clocks are worked out.
    pub at: Instant,
    /// People on the list.
    pub people: usize,
    /// Of them, those with nowhere to go yet.
    pub not_yet_placed: usize,
    /// Whether people may be missing from these figures, as the reader may not see them all.
    pub people_withheld: bool,
    /// Entries that the reader may not see.
    pub entries_withheld: usize,
    /// People by status, where there are any.
    pub by_status: Vec<(CareStatus, usize)>,
    /// People by funder, where there are any.
    pub by_funder: Vec<(Funder, usize)>,
    /// Actions with something still to do.
    pub actions_open: usize,
    /// Of them, those whose time is past.
    pub actions_overdue: usize,
    /// Actions done.
    pub actions_done: usize,
    /// Proposals that await a person: actions, options, drafts, involvements and allocations.
    pub proposals_open: usize,
    /// Questions that nobody has answered.
    pub questions_open: usize,
    /// Clocks, the tightest first.
    pub deadlines: Vec<Deadline>,
    /// What each family adds up to.
    pub sections: Vec<Section>,
}

impl Incident {
    /// The situation report as of the last entry, with clocks worked out for a moment.
    pub fn report(&self, at: Instant) -> SituationReport {
        let opening = &self.lifecycle.opening;
        let awaits = |item: &Item| {
            matches!(
                item,
                Item::Action(_)
                    | Item::Options(_)
                    | Item::Draft(_)
                    | Item::Involvement(_)
                    | Item::Allocation(_)
                    | Item::Regional(_)
                    | Item::Other(_)
            )
        };
        let of_funder =
            |funder: Funder| self.people.list.iter().filter(|person| person.details.funder == funder).count();
        let present = |(_, count): &(_, usize)| *count > 0;
        let of_rules = self.advising.open().filter(|proposal| matches!(proposal.item, Item::Question(_))).count();
        SituationReport {
            incident: self.id.clone(),
            title: opening.title.clone(),
            kind: opening.kind,
            failures: opening.failures.clone(),
            phase: self.lifecycle.phase,
            lead: self.lifecycle.lead.clone(),
            exercise: opening.exercise,
            as_of: self.seq,
            at,
            people: self.people.list.len(),
            not_yet_placed: self.people.not_yet_placed(),
            people_withheld: self.withheld.people,
            entries_withheld: self.withheld.entries.len(),
            by_status: CareStatus::ALL
                .iter()
                .map(|status| (*status, self.people.count(*status)))
                .filter(present)
                .collect(),
            by_funder: Funder::ALL
                .iter()
                .map(|funder| (*funder, of_funder(*funder)))
                .filter(|(_, count)| *count > 0)
                .collect(),
            actions_open: self.actions.list.iter().filter(|action| action.status.is_open()).count(),
            actions_overdue: self.actions.overdue(at).count(),
            actions_done: self.actions.list.iter().filter(|action| action.status == ActionStatus::Done).count(),
            proposals_open: self.advising.open().filter(|proposal| awaits(&proposal.item)).count(),
            questions_open: self.answers.asked.len().saturating_add(of_rules),
            deadlines: self.deadlines(at),
            sections: self.sections(at),
        }
    }

    fn sections(&self, at: Instant) -> Vec<Section> {
        let all = [
            ("lifecycle", self.lifecycle.lines()),
            ("participants", self.participants.lines()),
            ("clocks", self.clocks.lines()),
            ("people", self.people.lines()),
            ("answers", self.answers.lines()),
            ("advice", self.advising.lines()),
            ("decisions", self.decisions.lines()),
            ("actions", self.actions.lines(at)),
            ("restrictions", self.restrictions.lines()),
            ("offers", self.offers.lines()),
            ("meetings", self.meetings.lines()),
            ("communications", self.communications.lines()),
            ("escalation", self.escalation.lines()),
            ("review", self.review.lines()),
            ("sharing", self.sharing.lines(at)),
            ("log", self.log.lines()),
        ];
        all.into_iter().map(|(family, lines)| Section { family, lines }).collect()
    }
}

impl fmt::Display for SituationReport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mark = if self.exercise { "EXERCISE - " } else { "" };
        writeln!(f, "{mark}SITUATION REPORT: {} ({}, {})", self.title, self.kind, self.phase)?;
        writeln!(f, "as of entry {}, {} UK time; led by {}", self.as_of, uk_day_and_time(self.at), self.lead)?;
        if self.failures.is_empty() {
            writeln!(f, "type of failure: not determined")?;
        } else {
            let failures = self.failures.iter().map(|failure| failure.word()).collect::<Vec<_>>().join(", ");
            writeln!(f, "type of failure: {failures}")?;
        }
        writeln!(f, "awaiting people: {} proposals, {} questions", self.proposals_open, self.questions_open)?;
        if self.entries_withheld > 0 {
            let people = if self.people_withheld { "; people may be missing from these figures" } else { "" };
            writeln!(f, "outside your view: {} entries{people}", self.entries_withheld)?;
        }
        writeln!(f, "\nclocks")?;
        for deadline in &self.deadlines {
            let late = if deadline.state == ClockState::Late { " LATE" } else { "" };
            let due = uk_day_and_time(deadline.due);
            writeln!(f, "  {due}  {:<7} {} [{}]{late}", deadline.state.word(), deadline.title, deadline.source)?;
        }
        for section in self.sections.iter().filter(|section| !section.lines.is_empty()) {
            writeln!(f, "\n{}", section.family)?;
            for line in &section.lines {
                writeln!(f, "  {line}")?;
            }
        }
        Ok(())
    }
}
