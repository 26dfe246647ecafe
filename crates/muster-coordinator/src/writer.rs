//! The writer: takes whatever waits, decides it one after another, and keeps it in one transaction.
//!
//! A plain synchronous value: a thread drives it when serving (`queue.rs`), a test drives it inline.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::{Duration, Instant};

use muster_record::agency::Interest;
use muster_record::entry::{Asked, Author, Hand, Hash};
use muster_record::ids::{AgencyId, IncidentId, RequestId, Seq};
use muster_record::retention::Retention;
use muster_record::shadow::ShadowLook;
use muster_record::{Entry, Incident};
use muster_seal::KeyRing;
use muster_store::{Append, Reads, Request, Revision, Shared, Write, Writes};

use crate::directory::Directory;
use crate::error::{AppendError, QueryError};
use crate::folds::FOLD_VERSION;
use crate::follower::Together;
use crate::group::{Answer, Committed, Group, Pending, appended, head, settle, would_be};
use crate::job::{AppendAsk, Appended, Job, OpenAsk, Written};
use crate::people::{PeopleParts, Told};
use crate::recent::{ROOM, Recent};
use crate::rule_sets::RuleSets;
use crate::saw_all::SawAll;
use crate::sealing::{Sealing, digest_of_asked, opening};
use crate::surroundings::{Surroundings, fresh_incident};
use crate::writing::{self, Drafted, Finished, Pen};

mod deciding;
mod people;
mod settings;

use deciding::{Care, is_outrun};

/// Folds kept warm by the writer.
const KEPT: usize = 4096;

/// Writes to the store, deciding against folds it keeps warm.
pub struct Writer {
    store: Box<dyn Writes>,
    readers: Arc<dyn Reads>,
    recent: Arc<Recent>,
    folds: BTreeMap<IncidentId, Incident>,
    rule_sets: Arc<RuleSets>,
    directory: Arc<Directory>,
    surroundings: Arc<dyn Surroundings>,
    /// Evaluation notes that wait for the next commit: losing them costs an evaluation, not a promise. Of each incident
    /// the last.
    looked: BTreeMap<IncidentId, Write>,
    /// The keys that wrap those of people and of what entries say of them.
    keys: Arc<KeyRing>,
    retention: Retention,
    /// How long the last commit took.
    committed_in: Duration,
    /// What is told to the one who follows, where others write the store too.
    together: Option<Arc<Together>>,
    /// How the group is decided that is at hand.
    care: Care,
    /// When evaluation notes were last kept.
    noted: Instant,
}

/// What a group did.
pub(crate) struct Done {
    /// An answer for each job, in order.
    pub(crate) answers: Vec<Answer>,
    /// Incidents whose rule sets should look again.
    pub(crate) look_again: Vec<IncidentId>,
    /// The last commit of the store; nothing where others write it too, so that somebody else says so.
    pub(crate) revision: Option<Revision>,
}

impl Writer {
    /// A writer on a store.
    pub fn new(
        store: Box<dyn Writes>,
        rule_sets: Arc<RuleSets>,
        directory: Arc<Directory>,
        surroundings: Arc<dyn Surroundings>,
        people: PeopleParts,
    ) -> Self {
        let PeopleParts { keys, retention } = people;
        let keys = Arc::new(keys);
        let readers = store.readers().opened_by(opening(Arc::clone(&keys)));
        let recent = Arc::new(Recent::behind(store.last_revision(), ROOM));
        let (folds, looked, committed_in) = (BTreeMap::new(), BTreeMap::new(), Duration::ZERO);
        let together = store.shared().map(|_| Arc::default());
        Self {
            store,
            readers,
            recent,
            folds,
            rule_sets,
            directory,
            surroundings,
            looked,
            keys,
            retention,
            committed_in,
            together,
            care: Care::default(),
            noted: Instant::now(),
        }
    }

    /// What is told to the one who follows, where others write the store too.
    pub(crate) fn together(&self) -> Option<Arc<Together>> {
        self.together.clone()
    }

    /// What the store has besides where others write it too.
    pub(crate) fn shared(&self) -> Option<Arc<dyn Shared>> {
        self.store.shared()
    }

    /// How long the last commit took.
    pub(crate) fn committed_in(&self) -> Duration {
        self.committed_in
    }

    /// Those who read, and open what is sealed.
    pub fn readers(&self) -> Arc<dyn Reads> {
        self.readers.clone()
    }

    /// What was committed last, for those who follow.
    pub(crate) fn recent(&self) -> Arc<Recent> {
        Arc::clone(&self.recent)
    }

    /// The keys that wrap all others.
    pub(crate) fn keys(&self) -> Arc<KeyRing> {
        Arc::clone(&self.keys)
    }

    /// Does the jobs in order, in one transaction. Nothing is answered before it is durable.
    ///
    /// A change of settings has a transaction of its own: it reads what is committed, of every incident of its agency,
    /// and what is opened behind it reads the change. So has what is sealed or erased: who asks behind it who somebody
    /// is reads what is committed.
    pub(crate) fn run(&mut self, jobs: Vec<Job>) -> Done {
        let mut done = Done { answers: Vec::with_capacity(jobs.len()), look_again: Vec::new(), revision: None };
        let mut together = Vec::with_capacity(jobs.len());
        for job in jobs {
            if matches!(job, Job::ChangeSettings(_) | Job::Seal(_) | Job::Erase(_)) {
                self.group(std::mem::take(&mut together), &mut done);
                self.group(vec![job], &mut done);
            } else {
                together.push(job);
            }
        }
        self.group(together, &mut done);
        let revision = self.together.is_none().then(|| self.store.last_revision());
        Done { revision, ..done }
    }

    fn group(&mut self, jobs: Vec<Job>, done: &mut Done) {
        if jobs.is_empty() {
            return;
        }
        let (group, committed) = self.decided(&jobs);
        let Group { answers, look_again, touched, writes, requests: _, appends: _, told } = group;
        match &committed {
            Ok(revisions) if let Some(together) = &self.together => together.wrote(revisions),
            // Before anybody is answered: who reads after an answer is shown what it is of.
            Ok(revisions) if !writes.is_empty() => {
                self.recent.take_in(writes, revisions, self.store.last_revision());
            }
            Ok(_) => (),
            Err(_) => {
                if self.together.is_none() {
                    self.recent.lost_count();
                }
                for id in &touched {
                    self.folds.remove(id);
                }
            }
        }
        if committed.is_ok() {
            tell(jobs, told);
        }
        self.make_room();
        done.answers.extend(settle(answers, &committed));
        done.look_again.extend(look_again);
    }

    /// Whether evaluation notes wait for a commit.
    pub(crate) fn has_notes(&self) -> bool {
        !self.looked.is_empty()
    }

    /// Keeps the evaluation notes that still wait. Called when there was nothing else to do for a while: a commit of
    /// their own behind every append would be a sync that the next append waits for.
    pub(crate) fn keep_notes(&mut self) {
        self.noted = Instant::now();
        let looked: Vec<Write> = std::mem::take(&mut self.looked).into_values().collect();
        if !looked.is_empty()
            && let Err(error) = self.store.commit(&looked)
        {
            tracing::warn!(%error, "evaluation notes were not kept; rule sets will look once more after a restart");
        }
    }

    /// Does what is done when there is nothing to write.
    pub(crate) fn rest(&mut self) {
        self.store.checkpoint_if_idle();
    }

    /// Ends, with everything in the store's one file.
    pub(crate) fn close(mut self) {
        self.keep_notes();
        self.store.close();
    }

    fn commit(&mut self, group: &mut Group) -> Committed {
        if group.writes.is_empty() {
            return self.let_go();
        }
        if self.notes_are_due() {
            group.writes.extend(std::mem::take(&mut self.looked).into_values());
        }
        metrics::histogram!("muster_group_appends").record(f64::from(u32::try_from(group.appends).unwrap_or(u32::MAX)));
        let began = self.surroundings.passed();
        let committed = self.store.commit(&group.writes);
        let took = self.surroundings.passed().saturating_sub(began);
        metrics::histogram!("muster_commit_seconds").record(took.as_secs_f64());
        self.committed_in = took;
        if committed.is_ok() {
            metrics::counter!("muster_appends_total").increment(u64::try_from(group.appends).unwrap_or(u64::MAX));
        }
        committed.map_err(|error| {
            if !is_outrun(&error) {
                metrics::counter!("muster_commits_failed_total").increment(1);
                tracing::error!(%error, "a commit failed; its callers are told that the outcome is unknown");
            }
            Arc::new(error)
        })
    }

    fn prepare(&mut self, group: &mut Group, job: &Job) -> Result<Pending, AppendError> {
        match job {
            Job::Append(ask) => self.append(group, ask, None),
            Job::AppendSeeingAll(ask, saw) => self.append(group, ask, Some(saw)),
            Job::Open(ask) => self.open(group, ask),
            Job::Advise { incident, fence: Some(_), .. } | Job::ShadowLook(ShadowLook { incident, .. }, Some(_))
                if self.care.is_fenced(incident) =>
            {
                Ok(Pending::Known(Ok(None)))
            }
            Job::Advise { incident, rule_set, owner, looked, outcome, fence } => {
                let Some(fold) = self.take_fold(group, incident)? else { return Ok(Pending::Known(Ok(None))) };
                let facts = fold.reconcile(rule_set, looked, outcome);
                let mut pen = Pen::on(fold, Arc::clone(&self.surroundings));
                let author = Author { agency: owner.clone(), hand: Hand::RuleSet(rule_set.clone()), office: None };
                let at = pen.at();
                for (cause, fact) in facts {
                    pen.put(&author, at, cause, fact, &Asked::default())?;
                }
                let pending = self.keep(group, pen, None)?;
                group.under(incident, *fence);
                Ok(pending)
            }
            Job::ChangeSettings(ask) => self.change_settings(group, ask),
            Job::Repin { incident, agency, hand, pins, write } => {
                let author = Author::by(agency.clone(), hand.clone());
                self.repin(group, incident, &author, pins.as_ref(), write)
            }
            Job::Looked { incident, seq, look_again_at, fence } => {
                let (seq, look_again_at, fence) = (*seq, *look_again_at, *fence);
                let note = Write::Looked { incident: incident.clone(), seq, look_again_at, fence };
                self.looked.insert(incident.clone(), note);
                Ok(Pending::Known(Ok(None)))
            }
            Job::ShadowLook(look, fence) => {
                group.writes.push(Write::ShadowLook(look.clone()));
                group.under(&look.incident, *fence);
                Ok(Pending::Kept)
            }
            Job::Keep { rule_set, component_digest, component, settings_digest, settings } => {
                let (name, bytes) = (rule_set.clone(), component.clone());
                group.writes.push(Write::Component { digest: *component_digest, name, bytes });
                group.writes.push(Write::Settings { digest: *settings_digest, text: settings.clone() });
                Ok(Pending::Known(Ok(None)))
            }
            Job::Register(import) => {
                group.writes.push(Write::Register(import.clone()));
                Ok(Pending::Kept)
            }
            Job::Seal(ask) => self.seal(group, ask),
            Job::Erase(ask) => self.erase(group, ask),
            Job::Look(look) => self.look(group, look),
            Job::Audit(audited) => {
                self.write_audit(group, audited)?;
                Ok(Pending::Kept)
            }
            Job::Outbound(change) => {
                group.writes.push(Write::Outbound(change.clone()));
                Ok(Pending::Kept)
            }
            Job::Install(writes) => {
                group.writes.extend(writes.iter().cloned());
                Ok(Pending::Kept)
            }
        }
    }

    fn append(&mut self, group: &mut Group, ask: &AppendAsk, saw: Option<&SawAll>) -> Result<Pending, AppendError> {
        if let Some(pending) = self.repeated(group, &ask.author.agency, &ask.request, ask.body, Some(&ask.incident))? {
            return Ok(pending);
        }
        let fold = self.take_fold(group, &ask.incident)?.ok_or(QueryError::NotPermitted)?;
        if saw.is_some_and(|saw| !saw.holds(&fold, &ask.reader, self.retention)) {
            self.folds.insert(ask.incident.clone(), fold);
            return Err(AppendError::Refused { refusal: muster_record::Refusal::WithheldForbids, command: 0 });
        }
        let seated = fold.interest_of(&ask.author.agency) != Interest::None;
        let behind = ask.expected_seq.filter(|expected| seated && *expected != fold.seq);
        if let Some(expected) = behind {
            let refusal = muster_record::Refusal::SeqConflict { expected: expected.0, current: fold.seq.0 };
            self.folds.insert(ask.incident.clone(), fold);
            return Err(AppendError::Refused { refusal, command: 0 });
        }
        // What may be left half written is a copy: one command decides before it writes, several may not.
        if ask.validate_only || ask.commands.len() > 1 {
            self.folds.insert(ask.incident.clone(), fold.clone());
        }
        let mut pen = Pen::on(fold, Arc::clone(&self.surroundings));
        match writing::append(&mut pen, ask, &self.rule_sets, &*self.readers) {
            Ok(()) if ask.validate_only => Ok(Pending::Known(Ok(would_be(pen.finish())))),
            Ok(()) => {
                let request = (ask.author.agency.clone(), ask.request.clone(), ask.body);
                self.keep(group, pen, Some(request))
            }
            Err(error) => {
                if let Finished::Unchanged(Some(unchanged)) = pen.finish() {
                    self.folds.insert(ask.incident.clone(), unchanged);
                }
                Err(error)
            }
        }
    }

    fn open(&mut self, group: &mut Group, ask: &OpenAsk) -> Result<Pending, AppendError> {
        if let Some(pending) = self.repeated(group, &ask.agency, &ask.request, ask.body, None)? {
            return Ok(pending);
        }
        let lead = self.directory.get(&ask.agency).ok_or(AppendError::UnknownAgency)?;
        let mut pen = Pen::on_new(fresh_incident(self.surroundings.as_ref()), Arc::clone(&self.surroundings));
        writing::open(&mut pen, ask, &lead, &self.rule_sets, &*self.readers)?;
        if ask.validate_only {
            return Ok(Pending::Known(Ok(would_be(pen.finish()))));
        }
        let request = (ask.agency.clone(), ask.request.clone(), ask.body);
        self.keep(group, pen, Some(request))
    }

    /// Puts what was drafted into the group.
    fn keep(
        &mut self,
        group: &mut Group,
        pen: Pen,
        request: Option<(AgencyId, RequestId, Hash)>,
    ) -> Result<Pending, AppendError> {
        let drafted = match pen.finish() {
            Finished::Wrote(drafted) => drafted,
            Finished::Unchanged(incident) => {
                self.folds.extend(incident.map(|incident| (incident.id.clone(), incident)));
                return Ok(Pending::Known(Ok(None)));
            }
        };
        let answer = appended(&drafted);
        let sealing = Sealing { ring: &self.keys, surroundings: self.surroundings.as_ref() };
        let (mut shut, mut first_key) = (Vec::new(), None);
        for (sealed, written) in drafted.sealed.iter().zip(&drafted.written) {
            let Entry { seq, envelope, fact, .. } = &written.entry;
            if let Some((payload, key)) = sealing.payload(sealed, &envelope.labels(*seq), fact)? {
                shut.push(payload);
                first_key.get_or_insert(key);
            }
        }
        let request = request.map(|(agency, id, body)| {
            group.requests.insert((agency.clone(), id.clone()), (group.answers.len(), body));
            let incident = answer.incident.clone();
            let body = first_key.map_or(body, |key| key.digest(&body.0));
            Request { agency, id, body, incident, first: answer.first, last: answer.last, at: answer.at }
        });
        let snapshot = writing::snapshot(&drafted, FOLD_VERSION, &sealing)?;
        let head = head(&drafted)?;
        let Drafted { incident, sealed, written: _, seats_changed: _, look_again } = drafted;
        group.writes.push(Write::Append(Append { entries: sealed, sealed: shut, request, head, snapshot }));
        group.touched.push(incident.id.clone());
        if look_again {
            group.look_again.push(incident.id.clone());
        }
        self.folds.insert(incident.id.clone(), incident);
        let place = group.appends;
        group.appends = place.saturating_add(1);
        Ok(Pending::Commit(answer, place))
    }

    /// The answer to a request that was asked before, in this group or in an earlier one.
    fn repeated(
        &self,
        group: &Group,
        agency: &AgencyId,
        request: &RequestId,
        body: Hash,
        incident: Option<&IncidentId>,
    ) -> Result<Option<Pending>, AppendError> {
        if let Some((place, first_body)) = group.requests.get(&(agency.clone(), request.clone())) {
            return if *first_body == body {
                Ok(Some(Pending::SameAs(*place)))
            } else {
                Err(AppendError::RequestIdReused)
            };
        }
        if self.care.leaves_to_the_store() {
            return Ok(None);
        }
        let Some((known, revision)) = self.store.request(agency, request).map_err(QueryError::from)? else {
            return Ok(None);
        };
        let asked = digest_of_asked(&*self.readers, &self.keys, (&known.incident, known.first, known.last), body)?;
        if known.body != asked || incident.is_some_and(|incident| *incident != known.incident) {
            return Err(AppendError::RequestIdReused);
        }
        let count = known.last.0.saturating_sub(known.first.0).saturating_add(1);
        let limit = usize::try_from(count).unwrap_or(usize::MAX);
        let before = Seq(known.first.0.saturating_sub(1));
        let stored = self.readers.entries(&known.incident, before, limit).map_err(QueryError::from)?;
        let entries = stored.iter().filter_map(|stored| {
            let sealed = &stored.sealed;
            let written = |entry| Written { entry, hash: sealed.hash, commitment: sealed.commitment };
            sealed.open_unless_erased().map(|entry| entry.map(written)).transpose()
        });
        let entries = entries.collect::<Result<Vec<_>, muster_record::entry::Broken>>().map_err(QueryError::from)?;
        let (incident, first, last, at) = (known.incident, known.first, known.last, known.at);
        let exercise = self.readers.head(&incident).map_err(QueryError::from)?.is_some_and(|head| head.exercise);
        Ok(Some(Pending::Known(Ok(Some(Appended {
            incident,
            first,
            last,
            revision,
            at,
            replayed: true,
            entries,
            exercise,
        })))))
    }

    fn make_room(&mut self) {
        while self.folds.len() > KEPT {
            self.folds.pop_first();
        }
    }
}

/// Tells those who asked who a person is, by the places of what they asked among the jobs.
fn tell(jobs: Vec<Job>, told: BTreeMap<usize, Option<Told>>) {
    let mut told = told;
    for (place, job) in jobs.into_iter().enumerate() {
        if let (Job::Look(look), Some(told)) = (job, told.remove(&place)) {
            // Whoever went away is told nothing; that they asked stands in the audit.
            drop(look.answer.send(told));
        }
    }
}
