//! Erasing: who somebody is, and what entries said of people. Decided here; the keys are destroyed elsewhere.
//!
//! Every erasure leaves a tombstone on the record that says who decided it, why and on which legal basis. No entry
//! changes: what was erased takes its place as before, and the incident is worked out without it from then on.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use crate::entry::{Author, Broken, Class, Sealed};
use crate::fact::Fact;
use crate::identity::{Basis, Standing, names_nobody};
use crate::ids::{AgencyId, PersonNo, Seq};
use crate::incident::{
    Incident, actions, advising, communications, decisions, escalation, log, meetings, offers, people, restrictions,
};
use crate::refusal::Refusal;
use crate::retention::Retention;
use crate::time::Instant;
use crate::words::{WordSet, words};

#[cfg(test)]
mod tests;

/// A wish to erase, as the tombstone will say it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Erasure {
    /// Why. It outlives what is erased, so it names nobody.
    pub because: String,
    /// On which legal basis.
    pub basis: Basis,
    /// Who decided it, by post and not by name.
    pub by: String,
}

/// How much of a person is erased.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Extent {
    /// Who they are. The record goes on about a number.
    Identity,
    /// Who they are, and what sealed entries say of them and of nobody else.
    Everything,
}

/// What an erasure destroys, and the tombstones that say so.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Doomed {
    /// The people whose identities go.
    pub people: Vec<PersonNo>,
    /// The entries whose content goes.
    pub entries: Vec<Seq>,
    /// The tombstones, in order.
    pub tombstones: Vec<Fact>,
}

words! {
    /// What a record numbers.
    Numbered {
        /// People.
        Person = "person",
        /// Actions.
        Action = "action",
        /// Recommendations of panels.
        Recommendation = "recommendation",
        /// Decisions.
        Decision = "decision",
        /// Meetings.
        Meeting = "meeting",
        /// Letters, briefings and statements.
        Communication = "communication",
        /// Restrictions.
        Restriction = "restriction",
        /// Offers.
        Offer = "offer",
        /// Proposals of rule sets.
        Proposal = "proposal",
        /// Escalations.
        Escalation = "escalation",
    }
}

/// A number that an entry gives out. It stands beside what the entry says, so that it is not given out again when that
/// is erased.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Gives {
    /// What is numbered.
    pub of: Numbered,
    /// The number; of several, the last.
    pub number: u32,
}

impl Incident {
    /// Takes in the next entry of the whole record: as it happened, or, where what it said was erased, as a place that
    /// is taken.
    ///
    /// # Errors
    /// When it cannot be read.
    pub fn take_in(&mut self, sealed: &Sealed) -> Result<(), Broken> {
        match sealed.open_unless_erased()? {
            Some(entry) => self.apply(&entry, sealed.hash),
            None => {
                let envelope = sealed.read_envelope()?;
                let labels = envelope.labels(sealed.seq);
                if let Some(gives) = envelope.gives {
                    self.keep_given(gives);
                }
                self.pass_over(sealed.seq, sealed.recorded_at, sealed.hash);
                // Who might have seen it is still told that it is gone, and nobody else.
                if !labels.are_plain() {
                    self.restricted.push(labels);
                }
            }
        }
        Ok(())
    }

    /// An entry whose content is missing although no tombstone says that it was erased, in the whole of a record.
    ///
    /// # Errors
    /// [`Broken::Missing`], naming the first.
    pub fn has_all_but_erased(&self) -> Result<(), Broken> {
        let missing = self.withheld.entries.iter().find(|seq| !self.log.erased.contains_key(*seq));
        missing.map_or(Ok(()), |seq| Err(Broken::Missing { seq: *seq }))
    }

    /// Whether an agency may have something erased: the lead, which keeps the record.
    ///
    /// # Errors
    /// [`Refusal::NotPermitted`] to whoever has no seat, whatever there is; to other participants [`Refusal::NotLead`].
    pub fn may_erase(&self, agency: &AgencyId) -> Result<(), Refusal> {
        if self.taken_seat(agency)?.is_lead { Ok(()) } else { Err(Refusal::NotLead) }
    }

    /// What erasing one person would destroy. `sealed` are the entries whose content is sealed. Closed incidents are
    /// erased from too.
    ///
    /// What an entry says of this person and of others stays: it is for people to decide, and it names nobody.
    ///
    /// # Errors
    /// Why nothing is erased.
    pub fn erase(
        &self,
        author: &Author,
        person: PersonNo,
        extent: Extent,
        sealed: &BTreeSet<Seq>,
        erasure: &Erasure,
    ) -> Result<Doomed, Refusal> {
        self.may_ask_to_erase(author, erasure)?;
        let entries = match extent {
            Extent::Identity => Vec::new(),
            Extent::Everything => self.sealed_entries(sealed, |labels| labels.subjects == [person]),
        };
        match self.identity_of(person) {
            Ok(_) => self.doomed(vec![person], entries, erasure),
            Err(_) if !entries.is_empty() => self.doomed(Vec::new(), entries, erasure),
            Err(refusal) => Err(refusal),
        }
    }

    /// What is kept beyond its time: identities, and the content of entries of classes whose years in use are over.
    ///
    /// # Errors
    /// Why nothing is erased.
    pub fn erase_overdue(
        &self,
        author: &Author,
        retention: Retention,
        now: Instant,
        sealed: &BTreeSet<Seq>,
        erasure: &Erasure,
    ) -> Result<Doomed, Refusal> {
        self.may_ask_to_erase(author, erasure)?;
        let over: WordSet<Class> = self.beyond_use(retention, now);
        let entries = self.sealed_entries(sealed, |labels| labels.all_classes().any(|class| over.contains(class)));
        self.doomed(self.identities_overdue(retention, now), entries, erasure)
    }

    fn may_ask_to_erase(&self, author: &Author, erasure: &Erasure) -> Result<(), Refusal> {
        self.may_erase(&author.agency)?;
        self.has_a_hand(author)?;
        names_nobody("because", &erasure.because)?;
        names_nobody("by", &erasure.by)
    }

    /// Of the sealed entries those that are wanted. Labels that everybody may see are never of what is sealed.
    fn sealed_entries(&self, sealed: &BTreeSet<Seq>, wanted: impl Fn(&crate::entry::Labels) -> bool) -> Vec<Seq> {
        let labels = self.restricted.iter().filter(|labels| sealed.contains(&labels.seq) && wanted(labels));
        labels.map(|labels| labels.seq).collect()
    }

    fn doomed(&self, people: Vec<PersonNo>, entries: Vec<Seq>, erasure: &Erasure) -> Result<Doomed, Refusal> {
        let Erasure { because, basis, by } = erasure;
        let mut tombstones = Vec::with_capacity(people.len().saturating_add(1));
        for person in &people {
            let (person, version) = (*person, self.identity_of(*person)?);
            let (because, basis, by) = (because.clone(), *basis, by.clone());
            tombstones.push(people::Fact::IdentityErased { person, version, because, basis, by }.into());
        }
        if !entries.is_empty() {
            let (because, basis, by) = (because.clone(), *basis, by.clone());
            let entries = entries.clone();
            tombstones.push(log::Fact::EntriesErased { entries, because, basis, by }.into());
        }
        Ok(Doomed { people, entries, tombstones })
    }

    /// Keeps a number that was given out from being given out again.
    fn keep_given(&mut self, gives: Gives) {
        let Gives { of, number } = gives;
        match of {
            Numbered::Person => self.people.list.keep_given(number),
            Numbered::Action => self.actions.list.keep_given(number),
            Numbered::Recommendation => self.decisions.recommendations.keep_given(number),
            Numbered::Decision => self.decisions.list.keep_given(number),
            Numbered::Meeting => self.meetings.list.keep_given(number),
            Numbered::Communication => self.communications.list.keep_given(number),
            Numbered::Restriction => self.restrictions.list.keep_given(number),
            Numbered::Offer => self.offers.list.keep_given(number),
            Numbered::Proposal => self.advising.proposals.keep_given(number),
            Numbered::Escalation => self.escalation.list.keep_given(number),
        }
    }
}

impl Fact {
    /// The number that the fact gives out, of what may be sealed. What is shared, and with whom, never is.
    pub fn gives(&self) -> Option<Gives> {
        let (of, number) = match self {
            Self::People(people::Fact::Registered { person, .. }) => (Numbered::Person, person.0),
            Self::Actions(actions::Fact::Raised { action, .. }) => (Numbered::Action, action.0),
            Self::Decisions(decisions::Fact::Recommended { recommendation, .. }) => {
                (Numbered::Recommendation, recommendation.0)
            }
            Self::Decisions(decisions::Fact::Decided { decision, .. }) => (Numbered::Decision, decision.0),
            Self::Meetings(meetings::Fact::Called { meeting, .. }) => (Numbered::Meeting, meeting.0),
            Self::Communications(communications::Fact::Drafted { communication, .. }) => {
                (Numbered::Communication, communication.0)
            }
            Self::Restrictions(restrictions::Fact::Placed { restriction, .. }) => {
                (Numbered::Restriction, restriction.0)
            }
            Self::Offers(offers::Fact::Offered { offer, .. }) => (Numbered::Offer, offer.0),
            Self::Advice(advising::Fact::Changed(changed)) => {
                (Numbered::Proposal, changed.added.iter().map(|item| item.proposal.0).max()?)
            }
            Self::Escalation(escalation::Fact::Raised { escalation, .. }) => (Numbered::Escalation, escalation.0),
            Self::People(_)
            | Self::Actions(_)
            | Self::Meetings(_)
            | Self::Communications(_)
            | Self::Restrictions(_)
            | Self::Offers(_)
            | Self::Advice(_)
            | Self::Escalation(_)
            | Self::Lifecycle(_)
            | Self::Log(_)
            | Self::Clocks(_)
            | Self::Participants(_)
            | Self::Answers(_)
            | Self::Review(_)
            | Self::Sharing(_) => return None,
        };
        Some(Gives { of, number })
    }
}

impl Standing {
    /// Whether it is kept.
    pub fn is_sealed(&self) -> bool {
        matches!(self, Self::Sealed { .. })
    }
}
