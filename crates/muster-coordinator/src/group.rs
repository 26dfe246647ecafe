//! A group: what is committed together, and the answers that wait for it.

use std::collections::BTreeMap;
use std::sync::Arc;

use muster_record::Incident;
use muster_record::agency::Interest;
use muster_record::entry::Hash;
use muster_record::ids::{AgencyId, IncidentId, RequestId, Seq};
use muster_store::{CommitError, Fence, Head, Revision, Write};

use crate::error::{AppendError, QueryError};
use crate::job::Appended;
use crate::people::Told;
use crate::writing::{Drafted, Finished};

/// What the writer answers to one job: what was written, if anything was.
pub(crate) type Answer = Result<Option<Appended>, AppendError>;

/// What became of a group: the revision of each append, or why nothing is known.
pub(crate) type Committed = Result<Vec<Revision>, Arc<CommitError>>;

/// One group while it is being put together.
#[derive(Default)]
pub(crate) struct Group {
    /// What the store is to keep.
    pub(crate) writes: Vec<Write>,
    /// An answer for each job, in order.
    pub(crate) answers: Vec<Pending>,
    /// The requests of this group, each with its place among the answers and the hash of its body.
    pub(crate) requests: BTreeMap<(AgencyId, RequestId), (usize, Hash)>,
    /// Incidents whose folds hold what is not committed yet.
    pub(crate) touched: Vec<IncidentId>,
    /// Incidents whose rule sets should look again.
    pub(crate) look_again: Vec<IncidentId>,
    /// Appends among the writes.
    pub(crate) appends: usize,
    /// What is told to those who asked who a person is, when the audit of it is durable; by their places among the jobs.
    pub(crate) told: BTreeMap<usize, Option<Told>>,
}

impl Group {
    /// What was just put into the group is written only under this lease, where there is one.
    pub(crate) fn under(&mut self, incident: &IncidentId, fence: Option<Fence>) {
        self.writes.extend(fence.map(|fence| Write::Leased { incident: incident.clone(), fence }));
    }
}

/// An answer that waits for the commit.
pub(crate) enum Pending {
    /// Known already.
    Known(Answer),
    /// Nothing more to say than that it is kept.
    Kept,
    /// Not done for this reason, which is told when the audit of it is durable.
    Told(AppendError),
    /// The append of that place in the group.
    Commit(Appended, usize),
    /// The same request as the one of that place among the answers.
    SameAs(usize),
}

/// What would be written.
pub(crate) fn would_be(finished: Finished) -> Option<Appended> {
    match finished {
        Finished::Wrote(drafted) => Some(appended(&drafted)),
        Finished::Unchanged(_) => None,
    }
}

pub(crate) fn appended(drafted: &Drafted) -> Appended {
    let first = drafted.written.first().map_or(Seq(0), |written| written.entry.seq);
    let incident = drafted.incident.id.clone();
    let (last, at) = (drafted.incident.seq, drafted.incident.recorded_at);
    Appended {
        incident,
        first,
        last,
        revision: Revision(0),
        at,
        replayed: false,
        entries: drafted.written.clone(),
        exercise: drafted.incident.lifecycle.opening.exercise,
    }
}

pub(crate) fn head(drafted: &Drafted) -> Result<Head, QueryError> {
    head_of(&drafted.incident, drafted.seats_changed)
}

/// Where the record of an incident ends.
pub(crate) fn head_of(incident: &Incident, seats_changed: bool) -> Result<Head, QueryError> {
    let seated = incident.participants.seats.iter().filter(|(_, seat)| seat.interest != Interest::None);
    let seats = seats_changed.then(|| seated.map(|(agency, _)| agency.clone()).collect());
    Ok(Head {
        incident: incident.id.clone(),
        seq: incident.seq,
        hash: incident.hash,
        recorded_at: incident.recorded_at,
        exercise: incident.lifecycle.opening.exercise,
        closed: incident.is_closed(),
        summary: serde_json::to_string(&incident.summary())?,
        seats,
    })
}

pub(crate) fn settle(pending: Vec<Pending>, committed: &Committed) -> Vec<Answer> {
    let failed = |error: &Arc<CommitError>| AppendError::OutcomeUnknown(Arc::clone(error));
    let mut answers: Vec<Answer> = Vec::with_capacity(pending.len());
    for answer in pending {
        let settled = match answer {
            Pending::Known(answer) => match (&answer, committed) {
                // What was decided on entries of this group that may not be kept is not known either.
                (Err(AppendError::Refused { .. } | AppendError::RequestIdReused), Err(error)) => Err(failed(error)),
                (Ok(Some(would_be)), Err(error)) if !would_be.replayed => Err(failed(error)),
                (Ok(_) | Err(_), _) => answer,
            },
            Pending::Kept => match committed {
                Ok(_) => Ok(None),
                Err(error) => Err(failed(error)),
            },
            Pending::Told(error) => match committed {
                Ok(_) => Err(error),
                Err(error) => Err(failed(error)),
            },
            Pending::Commit(appended, place) => match committed {
                Ok(revisions) => {
                    let revision = revisions.get(place).copied().unwrap_or(Revision(0));
                    Ok(Some(Appended { revision, ..appended }))
                }
                Err(error) => Err(failed(error)),
            },
            Pending::SameAs(place) => match (answers.get(place), committed) {
                (Some(Ok(first)), _) => Ok(first.clone().map(|first| Appended { replayed: true, ..first })),
                (_, Err(error)) => Err(failed(error)),
                (_, Ok(_)) => Err(AppendError::Stopping),
            },
        };
        answers.push(settled);
    }
    answers
}
