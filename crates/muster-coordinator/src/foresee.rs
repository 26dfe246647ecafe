//! Foreseeing: what an agency asks is held against what it sees before it is held against the record.
//!
//! So a refusal says nothing of what the caller may not see, but that something is in the way.

use std::sync::Arc;

use muster_record::ids::Seq;
use muster_record::incident::lifecycle;
use muster_record::{Command, Refusal};

use crate::coordinator::Coordinator;
use crate::error::{AppendError, QueryError};
use crate::job::{AppendAsk, Appended, Job};
use crate::writing::{self, Pen};

/// What the caller can be told of a refusal.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Foreseen {
    /// All of it: the caller sees the whole record, or is refused before it is looked at.
    All,
    /// By all that the caller sees it would be done: a refusal comes of what is withheld.
    Allowed,
}

impl Coordinator {
    /// Writes to an incident: all of the commands, or none.
    ///
    /// # Errors
    /// [`AppendError`], each case with what the caller can do.
    pub async fn append(&self, ask: AppendAsk) -> Result<Appended, AppendError> {
        // Who was shown everything is asked of the writer alone, which knows what came since.
        if let Some(saw) = self.views.saw_all(&ask.incident, &ask.reader, self.access_time()) {
            self.links_nothing_from_elsewhere(&ask)?;
            let answered = self.written(Job::AppendSeeingAll(ask.clone(), saw.clone())).await;
            if let Ok(appended) = &answered {
                // What it wrote itself is looked at with the next.
                let before = Seq(appended.first.0.saturating_sub(1));
                if !appended.replayed && appended.revision.0 > 0 {
                    self.views.sees_all(&ask.incident, &ask.reader, &saw, before);
                }
            }
            // A refusal is told when it is known what the caller sees of its reason.
            if !matches!(answered, Err(AppendError::Refused { .. })) {
                return answered;
            }
        }
        self.append_by_what_is_seen(ask).await
    }

    async fn append_by_what_is_seen(&self, ask: AppendAsk) -> Result<Appended, AppendError> {
        let foreseen = self.hold_against_what_is_seen(&ask)?;
        let again = (foreseen == Foreseen::Allowed).then(|| ask.clone());
        let written = self.written(Job::Append(ask)).await;
        let (Err(AppendError::Refused { refusal, command }), Some(ask)) = (&written, again) else { return written };
        if matches!(refusal, Refusal::SeqConflict { .. }) {
            return written;
        }
        // What came in between may have been visible: then it is said.
        self.hold_against_what_is_seen(&ask)?;
        Err(AppendError::Refused { refusal: Refusal::WithheldForbids, command: *command })
    }

    /// Refuses what the caller can see will not do.
    fn hold_against_what_is_seen(&self, ask: &AppendAsk) -> Result<Foreseen, AppendError> {
        let Some(whole) = self.fold(&ask.incident)? else {
            let missing = self.missing(&ask.author.agency, &ask.incident);
            return if matches!(missing, QueryError::NotHere) { Err(missing.into()) } else { Ok(Foreseen::All) };
        };
        self.links_nothing_from_elsewhere(ask)?;
        let seen = match self.incident(&ask.reader, &ask.incident) {
            Ok(seen) => seen,
            Err(QueryError::NotPermitted) => return Ok(Foreseen::All),
            Err(error) => return Err(error.into()),
        };
        let is_whole = seen.withheld.entries.is_empty();
        if is_whole || self.has_asked(&ask.author.agency, &ask.request)? {
            return Ok(Foreseen::All);
        }
        if ask.expected_seq.is_none_or(|expected| expected == whole.seq) {
            let mut pen = Pen::on(Arc::unwrap_or_clone(seen), self.surroundings());
            writing::append(&mut pen, ask, self.rule_sets(), &*self.readers)?;
        }
        Ok(Foreseen::Allowed)
    }

    /// Refuses a link to an incident of another store of this server, as far as the caller may know of it.
    fn links_nothing_from_elsewhere(&self, ask: &AppendAsk) -> Result<(), AppendError> {
        for command in &ask.commands {
            if let Command::Lifecycle(lifecycle::Command::Link(link)) = command
                && self.fold(&link.incident)?.is_none()
                && let error @ QueryError::NotHere = self.missing(&ask.author.agency, &link.incident)
            {
                return Err(error.into());
            }
        }
        Ok(())
    }
}
