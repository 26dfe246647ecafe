//! What a group comes to, before and after its heads are held: pure.

use std::collections::{BTreeMap, BTreeSet};

use muster_record::entry::{Broken, Domain, Hash};
use muster_record::ids::{AgencyId, IncidentId, RequestId, Seq};
use muster_store::{Append, AuditWrite, CommitError, Fence, ServerError, Write};

use crate::beside;
use crate::step::Step;

/// Where a record ends, as it is held.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Held {
    pub(crate) seq: Seq,
    pub(crate) hash: Hash,
    pub(crate) exercise: bool,
}

/// A group, taken apart: what is appended to records, the rows of the audit, and everything else in order.
pub(crate) struct Plan {
    pub(crate) appends: Vec<Append>,
    pub(crate) audit: Vec<AuditWrite>,
    pub(crate) steps: Vec<Step>,
    /// Incidents besides those that are appended to whose heads are held with theirs, in order: rule sets looked at them.
    pub(crate) looked: BTreeSet<IncidentId>,
    /// The leases that the group was decided under.
    pub(crate) leases: BTreeMap<IncidentId, Fence>,
    /// Whether something is gone after it that is not to be found anywhere any more.
    pub(crate) takes_away: bool,
}

impl Plan {
    /// Takes a group apart, and checks what can be checked without the records.
    pub(crate) fn of(group: &[Write]) -> Result<Self, CommitError> {
        let (looked, leases) = (BTreeSet::new(), BTreeMap::new());
        let mut plan =
            Self { appends: Vec::new(), audit: Vec::new(), steps: Vec::new(), looked, leases, takes_away: false };
        let mut asked: BTreeSet<(&AgencyId, &RequestId)> = BTreeSet::new();
        for write in group {
            if let Write::Append(append) = write {
                coherent(append)?;
                if let Some(request) = &append.request
                    && !asked.insert((&request.agency, &request.id))
                {
                    let (agency, id) = (request.agency.clone(), request.id.clone());
                    return Err(CommitError::Repeated { agency, id });
                }
                plan.appends.push(append.clone());
            } else if let Write::Audit(row) = write {
                plan.audit.push(row.clone());
            } else if let Write::Leased { incident, fence } = write {
                plan.leases.insert(incident.clone(), *fence);
            } else {
                if let Write::Looked { incident, .. } = write {
                    plan.looked.insert(incident.clone());
                }
                plan.takes_away |= beside::takes_away(write);
                beside::steps(write, &mut plan.steps)?;
            }
        }
        Ok(plan)
    }

    /// A group of which nothing is known yet but whose heads it changes.
    pub(crate) fn holding(incidents: BTreeSet<IncidentId>) -> Self {
        let (appends, audit, steps, leases) = (Vec::new(), Vec::new(), Vec::new(), BTreeMap::new());
        Self { appends, audit, steps, looked: incidents, leases, takes_away: false }
    }

    /// The incidents whose heads change, in order.
    pub(crate) fn incidents(&self) -> Vec<String> {
        let appended = self.appends.iter().map(|append| append.head.incident.as_str());
        let incidents: BTreeSet<&str> = appended.chain(self.looked.iter().map(IncidentId::as_str)).collect();
        incidents.into_iter().map(str::to_owned).collect()
    }

    /// The incidents whose leases the group was decided under, in order.
    pub(crate) fn leased(&self) -> Vec<String> {
        self.leases.keys().map(|incident| incident.as_str().to_owned()).collect()
    }

    /// Checks that nobody has taken one of the leases over.
    pub(crate) fn is_fenced(&self, held: &BTreeMap<IncidentId, Fence>) -> Result<(), CommitError> {
        match self.leases.iter().find(|(incident, fence)| held.get(incident) != Some(fence)) {
            Some((incident, _)) => Err(CommitError::Fenced { incident: incident.clone() }),
            None => Ok(()),
        }
    }

    /// Those of them whose records begin with this group, in order, and whether each is a rehearsal.
    pub(crate) fn fresh(&self) -> (Vec<String>, Vec<bool>) {
        let mut fresh: BTreeMap<&str, bool> = BTreeMap::new();
        for append in &self.appends {
            if append.entries.first().is_some_and(|first| first.seq == Seq(1)) {
                fresh.entry(append.head.incident.as_str()).or_insert(append.head.exercise);
            }
        }
        fresh.into_iter().map(|(incident, exercise)| (incident.to_owned(), exercise)).unzip()
    }

    /// The request ids of the group.
    pub(crate) fn requests(&self) -> (Vec<String>, Vec<String>) {
        let requests = self.appends.iter().filter_map(|append| append.request.as_ref());
        requests.map(|request| (request.agency.as_str().to_owned(), request.id.as_str().to_owned())).unzip()
    }

    /// Checks that the entries continue the records as they are held, each change set behind the one before it.
    pub(crate) fn follows(&self, held: &BTreeMap<IncidentId, Held>) -> Result<(), CommitError> {
        let mut ends = held.clone();
        for Append { entries, head, .. } in &self.appends {
            let nothing = Held { seq: Seq(0), hash: Hash::NONE, exercise: head.exercise };
            let stored = ends.get(&head.incident).copied().unwrap_or(nothing);
            if stored.exercise != head.exercise {
                return Err(at_odds(&head.incident, "a record is a rehearsal from its first entry or never"));
            }
            let (mut due, mut before) = (stored.seq.next(), stored.hash);
            for sealed in entries {
                match sealed.verify(Domain::of_exercise(stored.exercise), due, before) {
                    Ok(()) => (),
                    Err(Broken::Sequence { .. } | Broken::Chain { .. }) if due == stored.seq.next() => {
                        let (incident, first) = (head.incident.clone(), sealed.seq);
                        return Err(CommitError::Stale { incident, first, stored: stored.seq });
                    }
                    Err(broken) => return Err(at_odds(&head.incident, &broken.to_string())),
                }
                (due, before) = (due.next(), sealed.hash);
            }
            ends.insert(head.incident.clone(), Held { seq: head.seq, hash: head.hash, exercise: stored.exercise });
        }
        Ok(())
    }
}

/// Checks a change set against itself.
fn coherent(append: &Append) -> Result<(), CommitError> {
    let Append { entries, head, .. } = append;
    let Some(last) = entries.last() else { return Err(at_odds(&head.incident, "a change set has no entry")) };
    if (head.seq, head.hash, head.recorded_at) != (last.seq, last.hash, last.recorded_at) {
        return Err(at_odds(&head.incident, "the head is not the last entry"));
    }
    if entries.iter().any(|sealed| sealed.incident != head.incident) {
        return Err(at_odds(&head.incident, "an entry is of another incident"));
    }
    Ok(())
}

/// A request id that was used before, as it stood in the group.
pub(crate) fn repeated(agency: &str, id: &str) -> CommitError {
    match (agency.parse(), id.parse()) {
        (Ok(agency), Ok(id)) => CommitError::Repeated { agency, id },
        (_, _) => {
            CommitError::Server(ServerError::Damaged { problem: format!("{agency:?} has used request id {id:?}") })
        }
    }
}

pub(crate) fn at_odds(incident: &IncidentId, problem: &str) -> CommitError {
    CommitError::Incoherent { incident: incident.clone(), problem: problem.to_owned() }
}
