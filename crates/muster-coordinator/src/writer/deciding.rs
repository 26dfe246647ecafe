//! Deciding a group, once more where another server wrote first.
//!
//! With one writer what is decided rests on folds that are the end of their records, and the store only keeps it. Where
//! others write too, that is hoped at first and the store checks it: what was decided on an old fold is not written. An
//! answer for which nothing is written is checked here, and where the hope was vain the group is decided with care.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::time::{Duration, Instant};

use muster_record::Incident;
use muster_record::ids::{IncidentId, Seq};
use muster_store::{CommitError, ServerError, Write};

use super::Writer;
use crate::error::QueryError;
use crate::folds;
use crate::group::{Committed, Group, Pending};
use crate::job::Job;

/// How often a group is decided before its incidents are held meanwhile.
const FREE: u32 = 3;

/// How often a group is decided. What is held is nobody else's to write, so that further ones are for what else may be in
/// the way.
const TRIES: u32 = 12;

/// How long evaluation notes wait where others write the store too: as long as they do when nothing else is written.
const BETWEEN_NOTES: Duration = Duration::from_secs(1);

/// How a group is decided where others write the store too.
#[derive(Debug, Default)]
pub(crate) struct Care {
    /// Nothing is asked of the store that it checks when it writes.
    is_hopeful: bool,
    /// Folds that are at hand may be old.
    doubts: bool,
    /// The store holds the group's incidents.
    holds: bool,
    /// Where the folds ended that the group was decided on.
    ends: BTreeMap<IncidentId, Seq>,
    /// Incidents that another server evaluates by now.
    fenced: BTreeSet<IncidentId>,
}

impl Care {
    /// Whether it is left to the store to find that a request was answered before.
    pub(super) fn leaves_to_the_store(&self) -> bool {
        self.is_hopeful
    }

    /// Whether another server evaluates an incident by now, so that what this one makes of it is old.
    pub(super) fn is_fenced(&self, incident: &IncidentId) -> bool {
        self.fenced.contains(incident)
    }

    fn full(&mut self) {
        (self.is_hopeful, self.doubts) = (false, true);
    }
}

impl Writer {
    /// Decides the jobs and commits what comes of it. Where somebody else wrote to the same store meanwhile, what was
    /// decided rests on what is no longer the end of a record: it is decided again on what is.
    pub(super) fn decided(&mut self, jobs: &[Job]) -> (Group, Committed) {
        self.care = Care { is_hopeful: self.together.is_some(), ..Care::default() };
        let mut tries: u32 = 1;
        loop {
            let mut group = Group::default();
            for job in jobs {
                let pending = self.prepare(&mut group, job).unwrap_or_else(|error| Pending::Known(Err(error)));
                group.answers.push(pending);
            }
            if self.care.is_hopeful && !self.is_borne_out(jobs, &group) {
                self.care.full();
                self.undo(group);
                continue;
            }
            let committed = self.commit(&mut group);
            match &committed {
                Err(error) if tries < TRIES && is_outrun(error) => {
                    tracing::debug!(%error, tries, "another server wrote first; it is decided again");
                    self.care.full();
                    if let CommitError::Fenced { incident } = &**error {
                        self.care.fenced.insert(incident.clone());
                    }
                    tries = tries.saturating_add(1);
                    if tries > FREE {
                        self.hold(&group.touched);
                    }
                    self.undo(group);
                }
                Ok(_) | Err(_) => return (group, committed),
            }
        }
    }

    /// Whether what rests on hope alone, for nothing is written of it, is so.
    fn is_borne_out(&self, jobs: &[Job], group: &Group) -> bool {
        let mut hopes = jobs.iter().zip(&group.answers).filter(|(job, answer)| rests_on_hope(job, answer));
        hopes.all(|(job, _)| match job {
            Job::Append(ask) | Job::AppendSeeingAll(ask, _) => {
                let is_new = self.store.request(&ask.author.agency, &ask.request).is_ok_and(|known| known.is_none());
                is_new && self.ends_there(&ask.incident)
            }
            Job::Advise { incident, .. } => self.ends_there(incident),
            // These are rare, or a group of their own.
            Job::Open(_)
            | Job::ChangeSettings(_)
            | Job::Repin { .. }
            | Job::Looked { .. }
            | Job::ShadowLook(..)
            | Job::Keep { .. }
            | Job::Register(_)
            | Job::Seal(_)
            | Job::Erase(_)
            | Job::Look(_)
            | Job::Audit(_)
            | Job::Install(_)
            | Job::Outbound(_) => false,
        })
    }

    /// Whether the record of an incident still ends where the fold did that the group was decided on.
    fn ends_there(&self, id: &IncidentId) -> bool {
        let end = self.care.ends.get(id);
        end.is_some_and(|end| self.readers.head(id).is_ok_and(|head| head.is_some_and(|head| head.seq == *end)))
    }

    /// Whether evaluation notes go with this group. With one writer they cost nothing more. A note holds the head of an
    /// incident that another server may be writing to, so that they go together, now and then.
    pub(super) fn notes_are_due(&mut self) -> bool {
        if self.together.is_none() {
            return true;
        }
        let are_due = self.noted.elapsed() >= BETWEEN_NOTES;
        if are_due {
            self.noted = Instant::now();
        }
        are_due
    }

    /// Has nobody else write to incidents until the group is written.
    fn hold(&mut self, incidents: &[IncidentId]) {
        match self.store.hold(incidents) {
            Ok(()) => self.care.holds = true,
            Err(error) => tracing::debug!(%error, "the incidents of a group could not be held"),
        }
    }

    /// Nothing is to be written: what was held for it is let go.
    pub(super) fn let_go(&mut self) -> Committed {
        let held = if std::mem::take(&mut self.care.holds) { self.store.commit(&[]) } else { Ok(Vec::new()) };
        held.map_err(Arc::new)
    }

    /// Forgets what was decided and not written. Evaluation notes that were to be kept with it wait for the next.
    fn undo(&mut self, group: Group) {
        for id in &group.touched {
            self.folds.remove(id);
        }
        for write in group.writes {
            if let Write::Looked { incident, .. } = &write {
                let incident = incident.clone();
                self.looked.entry(incident).or_insert(write);
            }
        }
    }

    /// The incident as it stands with what is in the group.
    pub(super) fn take_fold(&mut self, group: &Group, id: &IncidentId) -> Result<Option<Incident>, QueryError> {
        let is_of_the_group = group.touched.contains(id);
        let others_wrote = self.together.as_ref().is_some_and(|together| together.is_outrun(id));
        let fold = match self.folds.remove(id) {
            None => folds::load(&*self.readers, id)?,
            Some(fold) if !is_of_the_group && (self.care.doubts || others_wrote) => {
                folds::caught_up(&*self.readers, fold)?
            }
            Some(fold) => Some(fold),
        };
        if self.care.is_hopeful
            && let Some(fold) = &fold
        {
            self.care.ends.entry(id.clone()).or_insert(fold.seq);
        }
        Ok(fold)
    }
}

/// Whether an answer was given for which nothing is written, so that nobody checks what it rests on.
fn rests_on_hope(job: &Job, answer: &Pending) -> bool {
    match (job, answer) {
        (Job::Looked { .. } | Job::Keep { .. }, _) | (_, Pending::Commit(..) | Pending::Kept | Pending::SameAs(_)) => {
            false
        }
        // Whoever is told no is told so by the record as it stands. What the audit keeps of it is written all the same.
        (_, Pending::Told(_)) | (_, Pending::Known(Ok(_) | Err(_))) => true,
    }
}

/// Whether nothing was written because somebody else had written first, so that it may go well on what they wrote.
pub(super) fn is_outrun(error: &CommitError) -> bool {
    match error {
        CommitError::Stale { .. }
        | CommitError::Repeated { .. }
        | CommitError::Fenced { .. }
        | CommitError::Server(ServerError::Again { .. }) => true,
        CommitError::Incoherent { .. }
        | CommitError::Unavailable(_)
        | CommitError::Unknown(_)
        | CommitError::Server(_)
        | CommitError::Lost(_) => false,
    }
}
