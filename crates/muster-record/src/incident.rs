//! An incident: the sum of its record, what may be written next, and what each family of facts holds.
//!
//! `decide` may refuse and changes nothing; `apply` takes a fact in and never fails. Each family
//! keeps its own facts, commands, decide and apply in one file.

use serde::{Deserialize, Serialize};

use crate::command::Command;
use crate::entry::{Author, Domain, Entry, Hash, Labels, Sources};
use crate::fact::Fact;
use crate::ids::{IncidentId, Seq};
use crate::refusal::Refusal;
use crate::situation::{MeetingKind, Phase};
use crate::time::Instant;
use crate::trail::Trail;
use crate::visible::Withheld;

pub mod actions;
pub mod advising;
pub mod answers;
mod asking;
pub mod clocks;
pub mod communications;
pub mod decisions;
pub mod escalation;
pub mod lifecycle;
pub mod log;
pub mod meetings;
pub mod offers;
pub mod participants;
pub mod people;
pub mod restrictions;
pub mod review;
pub mod sharing;

pub use asking::Asking;
pub(crate) use asking::{not_in_the_future, plural, required};

use clocks::Clock;

/// Where an entry stands, for what takes it in.
#[derive(Debug, Clone, Copy)]
pub struct Stamp<'a> {
    /// Its place.
    pub seq: Seq,
    /// Who wrote it.
    pub author: &'a Author,
    /// When it happened.
    pub occurred_at: Instant,
    /// When it was written.
    pub recorded_at: Instant,
}

/// An incident as of its last entry.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Incident {
    /// Its id.
    pub id: IncidentId,
    /// Its last entry.
    pub seq: Seq,
    /// The hash of its last entry.
    pub hash: Hash,
    /// When its last entry was written.
    pub recorded_at: Instant,
    /// What it is and how far it has come.
    pub lifecycle: lifecycle::Lifecycle,
    /// Notes and corrections.
    pub log: log::Log,
    /// Clocks moved or paused.
    pub clocks: clocks::Clocks,
    /// Who is at the table, and who holds which office.
    pub participants: participants::Participants,
    /// What was asked and answered.
    pub answers: answers::Answers,
    /// The people who use the services.
    pub people: people::People,
    /// What is to be done.
    pub actions: actions::Actions,
    /// What was recommended and decided.
    pub decisions: decisions::Decisions,
    /// Who meets.
    pub meetings: meetings::Meetings,
    /// Letters, briefings and statements.
    pub communications: communications::Communications,
    /// What is restricted.
    pub restrictions: restrictions::Restrictions,
    /// What was offered.
    pub offers: offers::Offers,
    /// What rule sets advise, and what became of it.
    pub advising: advising::Advising,
    /// What was escalated.
    pub escalation: escalation::Escalations,
    /// Lessons, wellbeing checks and reports.
    pub review: review::Review,
    /// What was shared, and which glasses were broken.
    pub sharing: sharing::Sharing,
    /// The labels of the entries that not everybody at the table may see, in order.
    pub restricted: Vec<Labels>,
    /// What a situation of this incident is drawn from.
    pub sources: Sources,
    /// What is missing, where this is the incident as somebody may see it.
    pub withheld: Withheld,
    /// Which entries its parts come from.
    pub trail: Trail,
}

/// Why a first entry cannot begin a record.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("entry {seq} does not open an incident")]
pub struct NotAnOpening {
    /// The entry.
    pub seq: Seq,
}

impl Incident {
    /// The incident that a record's first entry opens.
    ///
    /// # Errors
    /// [`NotAnOpening`] when the entry holds another fact.
    pub fn begin(entry: &Entry, hash: Hash) -> Result<Self, NotAnOpening> {
        let Fact::Lifecycle(lifecycle::Fact::Opened(opening)) = &entry.fact else {
            return Err(NotAnOpening { seq: entry.seq });
        };
        let stamp = entry.stamp();
        let mut trail = Trail::default();
        trail.take_in(entry.seq, &entry.fact);
        Ok(Self {
            id: entry.incident.clone(),
            seq: entry.seq,
            hash,
            recorded_at: entry.recorded_at,
            lifecycle: lifecycle::Lifecycle::opened(&stamp, opening),
            log: log::Log::default(),
            clocks: clocks::Clocks::default(),
            participants: participants::Participants::default(),
            answers: answers::Answers::default(),
            people: people::People::default(),
            actions: actions::Actions::default(),
            decisions: decisions::Decisions::default(),
            meetings: meetings::Meetings::default(),
            communications: communications::Communications::default(),
            restrictions: restrictions::Restrictions::default(),
            offers: offers::Offers::default(),
            advising: advising::Advising::default(),
            escalation: escalation::Escalations::default(),
            review: review::Review::default(),
            sharing: sharing::Sharing::default(),
            restricted: Vec::new(),
            sources: Sources::default(),
            withheld: Withheld::default(),
            trail,
        })
    }

    /// What a command would make of this incident. Changes nothing.
    ///
    /// # Errors
    /// The one reason why not.
    pub fn decide(
        &self,
        now: Instant,
        author: &Author,
        occurred_at: Instant,
        command: &Command,
    ) -> Result<Vec<Fact>, Refusal> {
        let asking = Asking { incident: self, by: author, now, occurred_at };
        asking.may_speak(command)?;
        match command {
            Command::Lifecycle(command) => lifecycle::decide(&asking, command),
            Command::Log(command) => log::decide(&asking, command),
            Command::Clocks(command) => clocks::decide(&asking, command),
            Command::Participants(command) => participants::decide(&asking, command),
            Command::Answers(command) => answers::decide(&asking, command),
            Command::People(command) => people::decide(&asking, command),
            Command::Actions(command) => actions::decide(&asking, command),
            Command::Decisions(command) => decisions::decide(&asking, command),
            Command::Meetings(command) => meetings::decide(&asking, command),
            Command::Communications(command) => communications::decide(&asking, command),
            Command::Restrictions(command) => restrictions::decide(&asking, command),
            Command::Offers(command) => offers::decide(&asking, command),
            Command::Advice(command) => advising::decide(&asking, command),
            Command::Escalation(command) => escalation::decide(&asking, command),
            Command::Review(command) => review::decide(&asking, command),
            Command::Sharing(command) => sharing::decide(&asking, command),
        }
    }

    /// Takes an entry in. Never fails: what is on the record has happened.
    pub fn apply(&mut self, entry: &Entry, hash: Hash) {
        let stamp = entry.stamp();
        self.seq = entry.seq;
        self.hash = hash;
        self.recorded_at = entry.recorded_at;
        self.trail.take_in(entry.seq, &entry.fact);
        match &entry.fact {
            Fact::Lifecycle(fact) => self.lifecycle.apply(&stamp, fact),
            Fact::Log(fact) => self.log.apply(&stamp, fact),
            Fact::Clocks(fact) => self.clocks.apply(&stamp, fact),
            Fact::Participants(fact) => self.participants.apply(&stamp, fact),
            Fact::Answers(fact) => self.answers.apply(&stamp, fact),
            Fact::People(fact) => self.people.apply(&stamp, fact),
            Fact::Actions(fact) => self.actions.apply(&stamp, fact),
            Fact::Decisions(fact) => self.decisions.apply(&stamp, fact),
            Fact::Meetings(fact) => self.meetings.apply(&stamp, fact),
            Fact::Communications(fact) => self.communications.apply(&stamp, fact),
            Fact::Restrictions(fact) => self.restrictions.apply(&stamp, fact),
            Fact::Offers(fact) => self.offers.apply(&stamp, fact),
            Fact::Advice(fact) => self.advising.apply(&stamp, fact),
            Fact::Escalation(fact) => self.escalation.apply(&stamp, fact),
            Fact::Review(fact) => self.review.apply(&stamp, fact),
            Fact::Sharing(fact) => self.sharing.apply(&stamp, fact),
        }
        self.keep_labels(entry);
        if let Some(clock) = self.begun_anew(&entry.fact) {
            self.clocks.begin_anew(&stamp, clock);
        }
    }

    fn keep_labels(&mut self, entry: &Entry) {
        let labels = entry.envelope.labels(entry.seq);
        if !labels.are_plain() {
            self.sources.add(&entry.fact, &labels);
            self.restricted.push(labels);
        }
    }

    /// The labels of an entry that not everybody at the table may see; nothing for one that they may.
    pub fn restricted(&self, seq: Seq) -> Option<&Labels> {
        let place = self.restricted.binary_search_by_key(&seq, |labels| labels.seq).ok()?;
        self.restricted.get(place)
    }

    /// The clock that runs anew from a fact: what was done to it before was about its last round.
    fn begun_anew(&self, fact: &Fact) -> Option<Clock> {
        if let Fact::Lifecycle(lifecycle::Fact::Amended { care_stops_at: Some(_), .. }) = fact {
            return Some(Clock::CareStops);
        }
        let Fact::Meetings(meetings::Fact::Held { meeting }) = fact else { return None };
        let held = self.meetings.get(*meeting).ok()?.kind;
        let clocks = [
            (MeetingKind::ActionPlanReview, Clock::ActionPlanReview),
            (MeetingKind::ContractOfficers, Clock::ContractOfficers),
        ];
        clocks.into_iter().find(|(kind, _)| *kind == held).map(|(_, clock)| clock)
    }

    /// Whether it is closed.
    pub fn is_closed(&self) -> bool {
        self.lifecycle.phase == Phase::Closed
    }

    /// Whether the record is live or a rehearsal.
    pub fn domain(&self) -> Domain {
        Domain::of_exercise(self.lifecycle.opening.exercise)
    }
}

impl Entry {
    fn stamp(&self) -> Stamp<'_> {
        Stamp {
            seq: self.seq,
            author: &self.envelope.author,
            occurred_at: self.envelope.occurred_at,
            recorded_at: self.recorded_at,
        }
    }
}
