//! The trail: which entries an incident's parts come from, so that a paper can say the source of each of its lines.
//!
//! It holds besides what a briefing quotes and no family keeps: the reasons of decisions and restrictions, what meetings
//! came to, and the newest notes. Worked out from the entries that are taken in, so a view has a trail of its own.

use std::collections::{BTreeMap, VecDeque};

use serde::{Deserialize, Serialize};

use crate::fact::Fact;
use crate::ids::{ActionNo, CommunicationNo, DecisionNo, EscalationNo, MeetingNo, OfferNo, Seq};
use crate::ids::{PersonNo, RestrictionNo};
use crate::incident::decisions::Reasons;
use crate::incident::{
    actions, answers, communications, decisions, escalation, lifecycle, log, meetings, offers, participants, people,
    restrictions, review,
};

/// Notes kept, the newest: a briefing is one page.
const NOTES: usize = 5;

/// The entries behind one thing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Steps {
    /// The first.
    pub first: Seq,
    /// The newest.
    pub last: Seq,
    /// How many.
    pub count: u32,
}

/// The entries behind an incident's parts.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Trail {
    /// By what they are about: `A3`, `D1`, `person 2`, `opening`, `phase` ...
    steps: BTreeMap<String, Steps>,
    /// The reasons of each decision.
    pub reasons: BTreeMap<DecisionNo, Reasons>,
    /// Why each restriction was placed.
    pub restricted: BTreeMap<RestrictionNo, String>,
    /// The minutes of each meeting that has some.
    pub minutes: BTreeMap<MeetingNo, String>,
    /// What was said when it was closed last, while it is closed.
    pub closing: Option<String>,
    /// The newest notes, the oldest of them first.
    pub notes: VecDeque<(Seq, String)>,
}

impl Trail {
    /// The entries behind a thing, by its name on the record; nothing where none was seen.
    pub fn of(&self, thing: impl ToString) -> Option<Steps> {
        self.steps.get(&thing.to_string()).copied()
    }

    /// The entries behind all things whose name begins so.
    pub fn all(&self, beginning: &str) -> Option<Steps> {
        let begins = |(name, _): &(&String, &Steps)| name.starts_with(beginning);
        let found = self.steps.range(beginning.to_owned()..).take_while(begins).map(|(_, steps)| *steps);
        found.reduce(|sum, one| Steps {
            first: sum.first.min(one.first),
            last: sum.last.max(one.last),
            count: sum.count.saturating_add(one.count),
        })
    }

    fn step(&mut self, thing: impl ToString, seq: Seq) {
        let steps = self.steps.entry(thing.to_string()).or_insert(Steps { first: seq, last: seq, count: 0 });
        steps.last = seq;
        steps.count = steps.count.saturating_add(1);
    }

    pub(crate) fn take_in(&mut self, seq: Seq, fact: &Fact) {
        match fact {
            Fact::Lifecycle(fact) => self.lifecycle(seq, fact),
            Fact::Log(fact) => self.log(seq, fact),
            Fact::People(fact) => self.step(person_of(fact), seq),
            Fact::Actions(fact) => self.step(action_of(fact), seq),
            Fact::Decisions(fact) => self.decision(seq, fact),
            Fact::Meetings(fact) => self.meeting(seq, fact),
            Fact::Communications(fact) => self.step(communication_of(fact), seq),
            Fact::Restrictions(fact) => self.restriction(seq, fact),
            Fact::Offers(fact) => self.step(offer_of(fact), seq),
            Fact::Escalation(fact) => self.step(escalation_of(fact), seq),
            Fact::Review(fact) => self.review(seq, fact),
            Fact::Participants(fact) => self.table(seq, fact),
            Fact::Answers(answers::Fact::Asked { key, .. }) => self.step(format!("asked/{key}"), seq),
            // An answer and a proposal keep their own entries, and a clock is its own source.
            Fact::Answers(answers::Fact::Answered { .. }) | Fact::Clocks(_) | Fact::Advice(_) | Fact::Sharing(_) => (),
        }
    }

    fn table(&mut self, seq: Seq, fact: &participants::Fact) {
        match fact {
            participants::Fact::Invited { agency, .. } => self.step(format!("seat/{}", agency.id), seq),
            participants::Fact::Joined { agency }
            | participants::Fact::InterestChanged { agency, .. }
            | participants::Fact::Left { agency, .. } => self.step(format!("seat/{agency}"), seq),
            participants::Fact::OfficeTaken { office, .. }
            | participants::Fact::HandoverOffered { office, .. }
            | participants::Fact::HandoverAccepted { office, .. }
            | participants::Fact::HandoverRejected { office, .. } => self.step(format!("office/{office}"), seq),
        }
    }

    fn lifecycle(&mut self, seq: Seq, fact: &lifecycle::Fact) {
        match fact {
            lifecycle::Fact::Opened(_) => {
                for thing in ["opening", "services", "failures", "phase", "care-stops"] {
                    self.step(thing, seq);
                }
            }
            lifecycle::Fact::Amended { title, care_stops_at, service } => {
                let changed = [
                    (title.is_some(), "opening"),
                    (care_stops_at.is_some(), "care-stops"),
                    (service.is_some(), "services"),
                ];
                changed.into_iter().filter(|(was, _)| *was).for_each(|(_, thing)| self.step(thing, seq));
            }
            lifecycle::Fact::Reclassified { .. } => {
                self.step("failures", seq);
                self.step("reclassified", seq);
            }
            lifecycle::Fact::PhaseChanged { .. } => self.step("phase", seq),
            lifecycle::Fact::Linked(_) => self.step("links", seq),
            lifecycle::Fact::Closed { summary } => {
                self.step("phase", seq);
                self.step("closing", seq);
                self.closing = Some(summary.clone());
            }
            lifecycle::Fact::Reopened { .. } => {
                self.step("phase", seq);
                self.closing = None;
            }
        }
    }

    fn log(&mut self, seq: Seq, fact: &log::Fact) {
        match fact {
            log::Fact::Noted { text } => {
                self.notes.push_back((seq, text.clone()));
                while self.notes.len() > NOTES {
                    self.notes.pop_front();
                }
            }
            // What was put right is told as it is now.
            log::Fact::Corrected { entry, text } => {
                if let Some((_, noted)) = self.notes.iter_mut().find(|(noted, _)| noted == entry) {
                    *noted = format!("{text} (put right in entry {seq})");
                }
            }
            log::Fact::EntriesErased { .. } => (),
        }
    }

    fn decision(&mut self, seq: Seq, fact: &decisions::Fact) {
        match fact {
            decisions::Fact::Recommended { recommendation, .. } => self.step(*recommendation, seq),
            decisions::Fact::Decided { decision, reasons, .. } => {
                self.step(*decision, seq);
                self.reasons.insert(*decision, reasons.clone());
            }
        }
    }

    fn meeting(&mut self, seq: Seq, fact: &meetings::Fact) {
        match fact {
            meetings::Fact::Called { meeting, .. }
            | meetings::Fact::Attended { meeting, .. }
            | meetings::Fact::Held { meeting } => self.step(*meeting, seq),
            meetings::Fact::Minuted { meeting, text } => {
                self.step(*meeting, seq);
                self.minutes.insert(*meeting, text.clone());
            }
        }
    }

    fn restriction(&mut self, seq: Seq, fact: &restrictions::Fact) {
        match fact {
            restrictions::Fact::Placed { restriction, reason, .. } => {
                self.step(*restriction, seq);
                self.restricted.insert(*restriction, reason.clone());
            }
            restrictions::Fact::Lifted { restriction, .. } => self.step(*restriction, seq),
        }
    }

    fn review(&mut self, seq: Seq, fact: &review::Fact) {
        match fact {
            review::Fact::LessonRecorded { .. } => {
                let number = self.all("lesson ").map_or(1, |steps| steps.count.saturating_add(1));
                self.step(format!("lesson {number}"), seq);
            }
            review::Fact::WellbeingDue { person, .. } | review::Fact::WellbeingDone { person, .. } => {
                self.step(format!("wellbeing/{person}"), seq);
            }
            review::Fact::ReportIssued { .. } => self.step("reports", seq),
        }
    }
}

fn person_of(fact: &people::Fact) -> PersonNo {
    match fact {
        people::Fact::Registered { person, .. }
        | people::Fact::Changed { person, .. }
        | people::Fact::StatusChanged { person, .. }
        | people::Fact::IdentitySealed { person, .. }
        | people::Fact::IdentityErased { person, .. } => *person,
    }
}

fn action_of(fact: &actions::Fact) -> ActionNo {
    match fact {
        actions::Fact::Raised { action, .. }
        | actions::Fact::Assigned { action, .. }
        | actions::Fact::Accepted { action }
        | actions::Fact::Declined { action, .. }
        | actions::Fact::Progressed { action, .. }
        | actions::Fact::Blocked { action, .. }
        | actions::Fact::Done { action, .. }
        | actions::Fact::Cancelled { action, .. } => *action,
    }
}

fn communication_of(fact: &communications::Fact) -> CommunicationNo {
    match fact {
        communications::Fact::Drafted { communication, .. }
        | communications::Fact::Approved { communication }
        | communications::Fact::Issued { communication, .. } => *communication,
    }
}

fn offer_of(fact: &offers::Fact) -> OfferNo {
    match fact {
        offers::Fact::Offered { offer, .. }
        | offers::Fact::Taken { offer, .. }
        | offers::Fact::Released { offer, .. }
        | offers::Fact::Withdrawn { offer, .. } => *offer,
    }
}

fn escalation_of(fact: &escalation::Fact) -> EscalationNo {
    match fact {
        escalation::Fact::Raised { escalation, .. }
        | escalation::Fact::Acknowledged { escalation }
        | escalation::Fact::SteppedDown { escalation, .. } => *escalation,
    }
}
