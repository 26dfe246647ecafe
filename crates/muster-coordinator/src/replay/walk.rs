//! Going through a record from its first entry, to any place on it.

use std::sync::Arc;

use muster_record::entry::{Broken, Content, Hand};
use muster_record::ids::{AgencyId, IncidentId, RuleSetId, Seq};
use muster_record::incident::advising::{self, Pin};
use muster_record::time::Instant;
use muster_record::{Fact, Incident};
use muster_store::{Reads, Revision, Stored};

use super::{Recorded, looked};
use crate::error::QueryError;
use crate::folds::BEFORE_THE_FIRST;
use crate::place::Place;
use crate::views::Views;

/// Entries read at a time.
const PAGE: usize = 500;

/// A record, and the incident up to a place on it.
pub(crate) struct Walk {
    entries: Arc<Vec<Stored>>,
    whole: Arc<Incident>,
    views: Views,
}

impl Walk {
    /// The record from its first entry. It is read once, whatever is written meanwhile.
    pub(crate) fn of(readers: &dyn Reads, id: &IncidentId) -> Result<Self, QueryError> {
        let mut entries: Vec<Stored> = Vec::new();
        loop {
            let after = entries.last().map_or(Seq(0), |stored| stored.sealed.seq);
            let page = readers.entries(id, after, PAGE)?;
            let is_last = page.len() < PAGE;
            entries.extend(page);
            if is_last {
                break;
            }
        }
        let whole = Arc::new(first(&entries, id)?);
        Ok(Self { entries: Arc::new(entries), whole, views: Views::default() })
    }

    /// The same record, from its first entry again.
    pub(crate) fn again(&self) -> Result<Self, QueryError> {
        let whole = Arc::new(first(&self.entries, &self.whole.id)?);
        Ok(Self { entries: Arc::clone(&self.entries), whole, views: Views::default() })
    }

    /// Its entries.
    pub(crate) fn entries(&self) -> Arc<Vec<Stored>> {
        Arc::clone(&self.entries)
    }

    /// The incident as of its last entry.
    pub(crate) fn last(&mut self) -> Result<&Arc<Incident>, QueryError> {
        let last = self.entries.last().map_or(Seq(0), |stored| stored.sealed.seq);
        self.until(last)
    }

    /// All of the incident up to an entry.
    pub(crate) fn until(&mut self, seq: Seq) -> Result<&Arc<Incident>, QueryError> {
        if seq < self.whole.seq {
            self.whole = Arc::new(first(&self.entries, &self.whole.id)?);
        }
        let known = usize::try_from(self.whole.seq.0).unwrap_or(usize::MAX);
        let next = self.entries.iter().skip(known).take_while(|stored| stored.sealed.seq <= seq);
        // What others still hold stays as it is: only then is it copied.
        let whole = Arc::make_mut(&mut self.whole);
        for Stored { revision: _, sealed } in next {
            sealed.verify(whole.domain(), whole.seq.next(), whole.hash)?;
            whole.take_in(sealed)?;
        }
        Ok(&self.whole)
    }

    /// The place from which a rule set that is pinned there was asked, and its pin; nothing where it is not pinned there.
    pub(crate) fn place(
        &mut self,
        readers: &dyn Reads,
        seq: Seq,
        rule_set: &RuleSetId,
        as_of: Instant,
    ) -> Result<Option<(Place, Pin)>, QueryError> {
        let whole = Arc::clone(self.until(seq)?);
        let Some(pinned) = whole.advising.rule_sets.get(rule_set) else { return Ok(None) };
        let pin = pinned.pin.clone();
        let seen = self.seen_by(readers, &whole, &pin.owner, as_of)?;
        Ok(Some((Place { whole, seen, as_of }, pin)))
    }

    /// The incident as an agency saw it at a moment.
    pub(crate) fn seen_by(
        &self,
        readers: &dyn Reads,
        whole: &Arc<Incident>,
        agency: &AgencyId,
        at: Instant,
    ) -> Result<Arc<Incident>, QueryError> {
        self.views.of_agency(readers, whole, agency, at)
    }

    /// The last entry before the incident was closed; its last where it is open.
    pub(crate) fn last_open(&mut self) -> Result<Seq, QueryError> {
        let mut open = self.whole.seq;
        for place in self.entries().iter().map(|stored| stored.sealed.seq) {
            if self.until(place)?.is_closed() {
                break;
            }
            open = place;
        }
        Ok(open)
    }

    /// Why the rest of the record is not what was written, where that is so. What is locked or erased is as it was left.
    pub(crate) fn broken_to_the_end(&mut self) -> Result<Option<String>, QueryError> {
        match self.last() {
            Ok(whole) => Ok(whole.has_all_but_erased().err().map(|broken| broken.to_string())),
            Err(QueryError::Broken(Broken::Locked { seq: _ })) => Ok(None),
            Err(QueryError::Broken(broken)) => Ok(Some(broken.to_string())),
            Err(error) => Err(error),
        }
    }
}

fn first(entries: &[Stored], id: &IncidentId) -> Result<Incident, QueryError> {
    let no_such = || QueryError::NoSuch { what: "entry of the incident", given: id.to_string() };
    let Stored { revision: _, sealed } = entries.first().ok_or_else(no_such)?;
    let incident = Incident::begin(&sealed.open()?, sealed.hash)?;
    let (before_it, before_its_hash) = BEFORE_THE_FIRST;
    sealed.verify(incident.domain(), before_it.next(), before_its_hash)?;
    Ok(incident)
}

/// The evaluations of a record, each with the entries that it wrote.
pub(crate) fn evaluations(entries: &[Stored]) -> Vec<Recorded> {
    let mut found: Vec<(Revision, Recorded)> = Vec::new();
    for Stored { revision, sealed } in entries {
        let Ok(envelope) = sealed.read_envelope() else { continue };
        // What a standing decision makes of advice has the decision for its cause.
        let (Hand::RuleSet(rule_set), None) = (envelope.author.hand, envelope.cause) else { continue };
        let fact = match sealed.open() {
            Err(_) if sealed.content == Content::Erased => {
                Err(format!("what entry {} said was erased since", sealed.seq))
            }
            Err(why) => Err(why.to_string()),
            Ok(entry) => {
                let Fact::Advice(fact) = entry.fact else { continue };
                if looked(&fact).is_none() {
                    continue;
                }
                Ok(fact)
            }
        };
        match found.last_mut().filter(|(known, recorded)| known == revision && recorded.rule_set == rule_set) {
            Some((_, recorded)) => recorded.take(sealed.seq, fact),
            None => {
                let mut recorded = Recorded { rule_set, entries: Vec::new(), facts: Ok(Vec::new()) };
                recorded.take(sealed.seq, fact);
                found.push((*revision, recorded));
            }
        }
    }
    found.into_iter().map(|(_, recorded)| recorded).collect()
}

impl Recorded {
    fn take(&mut self, seq: Seq, fact: Result<advising::Fact, String>) {
        self.entries.push(seq);
        match (&mut self.facts, fact) {
            (Ok(facts), Ok(fact)) => facts.push(fact),
            (Ok(_), Err(why)) => self.facts = Err(why),
            (Err(_), _) => (),
        }
    }
}
