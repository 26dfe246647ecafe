//! Writing: one job decided against a fold, as entries sealed behind the last one. Nothing is kept yet.

use std::sync::Arc;

use muster_record::agency::Agency;
use muster_record::entry::{Asked, Domain, Envelope, Labels};
use muster_record::fact::Fact;
use muster_record::ids::{IncidentId, Seq};
use muster_record::incident::{advising, lifecycle, participants};
use muster_record::time::Instant;
use muster_record::{Author, Entry, Incident};

use crate::error::{AppendError, QueryError};
use crate::folds::BEFORE_THE_FIRST;
use crate::job::{AppendAsk, OpenAsk, Written};
use crate::rule_sets::RuleSets;
use crate::sealing::Sealing;
use crate::surroundings::{Surroundings, now};
use muster_store::{Reads, Snapshot};
use zeroize::Zeroizing;

/// Entries that an append would add, and the incident with them.
#[derive(Debug)]
pub(crate) struct Drafted {
    /// The incident with the entries.
    pub(crate) incident: Incident,
    /// The entries as they are stored.
    pub(crate) sealed: Vec<muster_record::entry::Sealed>,
    /// The entries.
    pub(crate) written: Vec<Written>,
    /// Whether somebody took a seat or gave one up.
    pub(crate) seats_changed: bool,
    /// Whether rule sets should look again.
    pub(crate) look_again: bool,
}

/// What came of putting facts on a record.
#[derive(Debug)]
pub(crate) enum Finished {
    /// Entries.
    Wrote(Drafted),
    /// Nothing; the incident is as it was, if there was one.
    Unchanged(Option<Incident>),
}

/// Why a fact was not put on a record.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Unlabelled {
    /// It cannot have the labels that were asked for.
    #[error("{0}")]
    Refused(#[from] muster_record::Refusal),
    /// The record cannot be read or written on.
    #[error(transparent)]
    Query(#[from] QueryError),
}

impl From<serde_json::Error> for Unlabelled {
    fn from(error: serde_json::Error) -> Self {
        Self::Query(error.into())
    }
}

impl From<muster_record::incident::NotAnOpening> for Unlabelled {
    fn from(error: muster_record::incident::NotAnOpening) -> Self {
        Self::Query(error.into())
    }
}

impl From<Unlabelled> for AppendError {
    fn from(why: Unlabelled) -> Self {
        match why {
            Unlabelled::Refused(refusal) => Self::Refused { refusal, command: 0 },
            Unlabelled::Query(error) => Self::Query(error),
        }
    }
}

/// Puts facts behind one another on a record.
pub(crate) struct Pen {
    surroundings: Arc<dyn Surroundings>,
    at: Instant,
    drafted: Option<Drafted>,
    id: IncidentId,
}

impl Pen {
    /// A pen at the end of a record.
    pub(crate) fn on(incident: Incident, surroundings: Arc<dyn Surroundings>) -> Self {
        let at = now(surroundings.as_ref()).max(incident.recorded_at);
        let id = incident.id.clone();
        let drafted =
            Drafted { incident, sealed: Vec::new(), written: Vec::new(), seats_changed: false, look_again: false };
        Self { surroundings, at, drafted: Some(drafted), id }
    }

    /// A pen at the start of a new record.
    pub(crate) fn on_new(id: IncidentId, surroundings: Arc<dyn Surroundings>) -> Self {
        Self { at: now(surroundings.as_ref()), surroundings, drafted: None, id }
    }

    /// The time at which these entries are written.
    pub(crate) fn at(&self) -> Instant {
        self.at
    }

    /// The incident with what was put so far.
    pub(crate) fn incident(&self) -> Option<&Incident> {
        self.drafted.as_ref().map(|drafted| &drafted.incident)
    }

    /// Puts one fact at the end.
    pub(crate) fn put(
        &mut self,
        author: &Author,
        occurred_at: Instant,
        cause: Option<Seq>,
        fact: Fact,
        asked: &Asked,
    ) -> Result<(), Unlabelled> {
        let (seq, before) = self.incident().map_or(BEFORE_THE_FIRST, |incident| (incident.seq, incident.hash));
        let labels = match self.incident() {
            Some(incident) => incident.labels(&author.agency, &fact, asked)?,
            None => Labels::of_opening(&author.agency, &fact),
        };
        let envelope = Envelope::of(author.clone(), occurred_at, labels, cause, &fact);
        let entry = Entry { incident: self.id.clone(), seq: seq.next(), recorded_at: self.at, envelope, fact };
        let sealed = entry.seal(self.domain(&entry), before, self.surroundings.random())?;
        let written = Written { hash: sealed.hash, commitment: sealed.commitment, entry };
        match &mut self.drafted {
            Some(drafted) => drafted.incident.apply(&written.entry, sealed.hash),
            None => {
                let incident = Incident::begin(&written.entry, sealed.hash)?;
                let (sealed, written) = (Vec::new(), Vec::new());
                self.drafted = Some(Drafted { incident, sealed, written, seats_changed: false, look_again: false });
            }
        }
        if let Some(drafted) = &mut self.drafted {
            drafted.seats_changed |= changes_seats(&written.entry.fact);
            drafted.look_again |= written.entry.fact.changes_the_situation();
            drafted.sealed.push(sealed);
            drafted.written.push(written);
        }
        Ok(())
    }

    /// What was put; or the incident as it was, if nothing was.
    pub(crate) fn finish(self) -> Finished {
        match self.drafted {
            Some(drafted) if drafted.written.is_empty() => Finished::Unchanged(Some(drafted.incident)),
            Some(drafted) => Finished::Wrote(drafted),
            None => Finished::Unchanged(None),
        }
    }

    fn domain(&self, entry: &Entry) -> Domain {
        match (self.incident(), &entry.fact) {
            (Some(incident), _) => incident.domain(),
            (None, Fact::Lifecycle(lifecycle::Fact::Opened(opening))) => Domain::of_exercise(opening.exercise),
            (None, _) => Domain::Live,
        }
    }
}

fn changes_seats(fact: &Fact) -> bool {
    use participants::Fact::{InterestChanged, Invited, Left};
    matches!(fact, Fact::Participants(Invited { .. } | Left { .. } | InterestChanged { .. }))
}

/// Decides every command of an append in turn, each against what the ones before it made.
pub(crate) fn append(
    pen: &mut Pen,
    ask: &AppendAsk,
    rule_sets: &RuleSets,
    readers: &dyn Reads,
) -> Result<(), AppendError> {
    let occurred_at = ask.occurred_at.unwrap_or(pen.at());
    for (index, command) in ask.commands.iter().enumerate() {
        let refused = |refusal| AppendError::Refused { refusal, command: index };
        let incident = pen.incident().ok_or(QueryError::NotPermitted)?;
        let facts = incident.decide(pen.at(), &ask.author, occurred_at, command).map_err(refused)?;
        let cause = incident.cause_of(command);
        // Asked of all before the first is put: what is refused leaves nothing behind.
        let asked: Vec<Asked> = facts.iter().map(|fact| ask.labels.of_one(fact, &facts)).collect();
        for (fact, asked) in facts.iter().zip(&asked) {
            incident.labels(&ask.author.agency, fact, asked).map_err(refused)?;
        }
        for (fact, asked) in facts.into_iter().zip(asked) {
            let reclassified = matches!(&fact, Fact::Lifecycle(lifecycle::Fact::Reclassified { .. }));
            pen.put(&ask.author, occurred_at, cause, fact, &asked)?;
            if reclassified {
                pin_newly_concerned(pen, &ask.author, rule_sets, readers)?;
            }
        }
    }
    Ok(())
}

/// Opens an incident: the opening, the lead's seat, and the rule sets it will be advised by.
pub(crate) fn open(
    pen: &mut Pen,
    ask: &OpenAsk,
    lead: &Agency,
    rule_sets: &RuleSets,
    readers: &dyn Reads,
) -> Result<(), AppendError> {
    let refused = |refusal| AppendError::Refused { refusal, command: 0 };
    let author = Author::by(ask.agency.clone(), ask.hand.clone());
    let at = pen.at();
    let opened = lifecycle::open(at, &ask.opening).map_err(refused)?;
    pen.put(&author, at, None, opened.into(), &Asked::default())?;
    for fact in participants::seat_the_lead(lead) {
        pen.put(&author, at, None, fact, &Asked::default())?;
    }
    pin_newly_concerned(pen, &author, rule_sets, readers)?;
    if let Some(link) = &ask.link {
        pen.put(&author, at, None, lifecycle::Fact::Linked(link.clone()).into(), &Asked::default())?;
    }
    Ok(())
}

fn pin_newly_concerned(
    pen: &mut Pen,
    author: &Author,
    rule_sets: &RuleSets,
    readers: &dyn Reads,
) -> Result<(), Unlabelled> {
    let Some(incident) = pen.incident() else { return Ok(()) };
    let (kind, lead) = (incident.lifecycle.opening.kind, &incident.lifecycle.lead);
    let pins = rule_sets.pins(readers, kind, lead).map_err(QueryError::from)?;
    let new: Vec<_> = pins.into_iter().filter(|pin| !incident.advising.rule_sets.contains_key(&pin.rule_set)).collect();
    let at = pen.at();
    for pin in new {
        pen.put(author, at, None, advising::Fact::Pinned(pin).into(), &Asked::default())?;
    }
    Ok(())
}

/// Entries between two snapshots of a fold.
const SNAPSHOT_EVERY: u64 = 256;

/// A snapshot of the fold, when the entries just written pass a multiple of [`SNAPSHOT_EVERY`].
pub(crate) fn snapshot(
    drafted: &Drafted,
    version: u32,
    sealing: &Sealing<'_>,
) -> Result<Option<Snapshot>, AppendError> {
    let last = drafted.incident.seq.0;
    let first = drafted.written.first().map_or(last, |written| written.entry.seq.0);
    let period = |seq: u64| seq.checked_div(SNAPSHOT_EVERY).unwrap_or(0);
    if period(first.saturating_sub(1)) == period(last) {
        return Ok(None);
    }
    let incident = &drafted.incident;
    let state = Zeroizing::new(serde_json::to_string(incident).map_err(QueryError::from)?);
    Ok(Some(Snapshot { version, shut: sealing.fold(&incident.id, incident.seq, &state)? }))
}
