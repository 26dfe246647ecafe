//! Reading: what somebody is shown, worked out from what they may see.

use std::sync::Arc;

use muster_record::Incident;
use muster_record::agency::Interest;
use muster_record::entry::{Content, Sealed};
use muster_record::ids::{AgencyId, IncidentId, ProposalNo, RequestId, Seq};
use muster_record::incident::advising::Proposal;
use muster_record::report::SituationReport;
use muster_record::summary::Summary;
use muster_record::time::Instant;
use muster_record::visible::{Access, Reader, Seen};
use muster_store::{ReadError, Reads, Revision, Stored};

use super::Coordinator;
use crate::advice::{self, Explained};
use crate::error::QueryError;
use crate::recent::Form;
use crate::saw_all::access_of;

/// Incidents of a list that are read at a time.
const READ_AT_A_TIME: usize = 500;

/// A reader's access to an incident at a moment.
#[derive(Debug, Clone)]
pub struct Viewing {
    /// What they may see.
    pub access: Access,
    /// The moment.
    pub at: Instant,
    /// Whether the incident is a rehearsal.
    pub exercise: bool,
}

impl Viewing {
    /// A stored entry as this reader sees it: whole, or as a stub. What was erased is a stub to everybody.
    ///
    /// # Errors
    /// When the record is damaged.
    pub fn seen(&self, sealed: &Sealed) -> Result<Seen, QueryError> {
        let seen = self.access.sees(&sealed.labels()?, self.at).is_seen();
        if seen && sealed.content != Content::Erased { Form::Whole.of(sealed) } else { Form::Stub.of(sealed) }
    }
}

impl Coordinator {
    /// An incident as of its last entry, as a reader with a seat in it sees it.
    ///
    /// # Errors
    /// [`QueryError::NotPermitted`] without a seat, or where there is no such incident.
    pub fn incident(&self, reader: &Reader, id: &IncidentId) -> Result<Arc<Incident>, QueryError> {
        let Some(whole) = self.folds.get(&*self.readers, id)? else { return Err(self.missing(&reader.agency, id)) };
        let at = self.access_now(&whole);
        let access = self.access(&whole, reader, at);
        if access.viewer.interest == Interest::None {
            return Err(QueryError::NotPermitted);
        }
        self.views.get(&*self.readers, &whole, reader, &access, at)
    }

    /// A reader's access at a moment, without what is beyond use for everybody.
    fn access(&self, whole: &Incident, reader: &Reader, at: Instant) -> Access {
        access_of(whole, reader, self.retention, at)
    }

    /// The time by which access ends.
    pub(crate) fn access_time(&self) -> Instant {
        self.access_clock.now(self.surroundings.as_ref())
    }

    /// The time by which access to an incident ends: never before its last entry.
    fn access_now(&self, incident: &Incident) -> Instant {
        self.access_time().max(incident.recorded_at)
    }

    /// An incident as of its last entry, whoever asks: the caller shows of it only what anybody may see.
    pub(crate) fn fold(&self, id: &IncidentId) -> Result<Option<Arc<Incident>>, QueryError> {
        self.folds.get(&*self.readers, id)
    }

    /// Whether an agency's request of that name was answered before.
    pub(crate) fn has_asked(&self, agency: &AgencyId, request: &RequestId) -> Result<bool, QueryError> {
        Ok(self.readers.request(agency, request)?.is_some())
    }

    /// A reader's access to an incident now; nothing where they have no seat, or there is no such incident.
    ///
    /// # Errors
    /// When the store cannot be read, and [`QueryError::NotHere`].
    pub fn viewing(&self, reader: &Reader, id: &IncidentId) -> Result<Option<Viewing>, QueryError> {
        self.viewing_of(reader, id, self.folds.get(&*self.readers, id)?)
    }

    /// The same, for somebody who follows: as of the last commit that those who follow were told of, or later. Where
    /// several servers write, it spares asking the store whether another has just written.
    ///
    /// # Errors
    /// As [`Coordinator::viewing`].
    pub fn viewing_as_told(&self, reader: &Reader, id: &IncidentId) -> Result<Option<Viewing>, QueryError> {
        self.viewing_of(reader, id, self.folds.get_as_told(&*self.readers, id)?)
    }

    fn viewing_of(
        &self,
        reader: &Reader,
        id: &IncidentId,
        whole: Option<Arc<Incident>>,
    ) -> Result<Option<Viewing>, QueryError> {
        let Some(whole) = whole else {
            let missing = self.missing(&reader.agency, id);
            return if matches!(missing, QueryError::NotHere) { Err(missing) } else { Ok(None) };
        };
        let at = self.access_now(&whole);
        let (access, exercise) = (self.access(&whole, reader, at), whole.lifecycle.opening.exercise);
        let seated = access.viewer.interest != Interest::None;
        Ok(seated.then_some(Viewing { access, at, exercise }))
    }

    /// Whether an agency has a seat in an incident.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn has_seat(&self, agency: &AgencyId, id: &IncidentId) -> Result<bool, QueryError> {
        match self.folds.current(id) {
            Some(whole) => Ok(whole.interest_of(agency) != Interest::None),
            None => Ok(self.readers.has_seat(agency, id)?),
        }
    }

    /// The same, for somebody who follows: as of the last commit that those who follow were told of, or later. Where
    /// several servers write, a way to the store for each commit and each who follows would cost more than all else.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn has_seat_as_told(&self, agency: &AgencyId, id: &IncidentId) -> Result<bool, QueryError> {
        if !self.is_shared() {
            return self.has_seat(agency, id);
        }
        let whole = self.folds.get_as_told(&*self.readers, id)?;
        Ok(whole.is_some_and(|whole| whole.interest_of(agency) != Interest::None))
    }

    /// The last commit of the store, read from it.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn last_revision(&self) -> Result<Revision, QueryError> {
        Ok(self.readers.last_revision()?)
    }

    /// A revision that no place which a watcher was ever told of lies behind. Where several servers write, another may
    /// have told of a place that is not known to be settled here yet; whoever resumes there waits until it is.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn greatest_revision(&self) -> Result<Revision, QueryError> {
        Ok(self.leases.drawn().unwrap_or_else(|| self.readers.last_revision())?)
    }

    /// Entries of one incident after a place. The caller asks [`Coordinator::viewing`] who may see them.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn entries(&self, id: &IncidentId, after: Seq, limit: usize) -> Result<Vec<Stored>, QueryError> {
        Ok(self.readers.entries(id, after, limit)?)
    }

    /// Entries of all incidents after a commit, whole commits only.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn since(&self, after: Revision, limit: usize) -> Result<Vec<Stored>, QueryError> {
        Ok(self.readers.since(after, limit)?)
    }

    /// The incidents in which an agency has a seat, newest first.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn incidents(
        &self,
        reader: &Reader,
        after: Option<&IncidentId>,
        limit: usize,
    ) -> Result<Vec<Summary>, QueryError> {
        let heads = self.readers.incidents_of(&reader.agency, after, limit)?;
        let seen = heads.iter().filter_map(|head| match self.incident(reader, &head.incident) {
            Ok(seen) => Some(Ok(seen.summary())),
            // The seat was taken away since the list was read.
            Err(QueryError::NotPermitted) => None,
            Err(error) => Some(Err(error)),
        });
        seen.collect()
    }

    /// The open incidents in which an agency has a seat, newest first, however many.
    pub(crate) fn open_incidents_of(&self, agency: &AgencyId) -> Result<Vec<IncidentId>, QueryError> {
        Ok(open_incidents_of(&*self.readers, agency)?)
    }

    /// The situation report, with clocks worked out for a moment, or for now.
    ///
    /// # Errors
    /// As [`Coordinator::incident`].
    pub fn report(&self, reader: &Reader, id: &IncidentId, at: Option<Instant>) -> Result<SituationReport, QueryError> {
        Ok(self.incident(reader, id)?.report(at.unwrap_or_else(|| self.now())))
    }

    /// Whether every rule set has looked at the incident as it stands.
    pub fn advice_is_current(&self, id: &IncidentId) -> bool {
        self.evaluations.is_current(id, self.now())
    }

    /// Returns once every rule set has looked at the incident as it stands.
    pub async fn advice_settles(&self, id: &IncidentId) {
        let mut ended = self.evaluations.ended();
        loop {
            ended.mark_unchanged();
            if self.advice_is_current(id) || ended.changed().await.is_err() {
                return;
            }
        }
    }

    /// The proposals on an incident, in order of number.
    ///
    /// # Errors
    /// As [`Coordinator::incident`].
    pub fn proposals(&self, reader: &Reader, id: &IncidentId) -> Result<Vec<Proposal>, QueryError> {
        Ok(self.incident(reader, id)?.advising.proposals.iter().cloned().collect())
    }

    /// Why a proposal stands as it does, or stood until it was settled. It reads the record to its end, and where the
    /// version that stated it is in use no more it is compiled: it blocks its thread.
    ///
    /// # Errors
    /// As [`Coordinator::incident`], and [`QueryError::NoSuch`] for a number the record does not have.
    pub fn explain(&self, reader: &Reader, id: &IncidentId, number: ProposalNo) -> Result<Explained, QueryError> {
        let incident = self.incident(reader, id)?;
        let viewing = self.viewing(reader, id)?.ok_or(QueryError::NotPermitted)?;
        advice::explain(&incident, &viewing, &*self.readers, &self.rule_sets, number)
    }
}

/// The open incidents in which an agency has a seat, newest first, however many.
pub(crate) fn open_incidents_of(readers: &dyn Reads, agency: &AgencyId) -> Result<Vec<IncidentId>, ReadError> {
    let (mut open, mut after) = (Vec::new(), None);
    loop {
        let page = readers.incidents_of(agency, after.as_ref(), READ_AT_A_TIME)?;
        let full = page.len() == READ_AT_A_TIME;
        after = page.last().map(|head| head.incident.clone());
        open.extend(page.into_iter().filter(|head| !head.closed).map(|head| head.incident));
        if !full {
            return Ok(open);
        }
    }
}
