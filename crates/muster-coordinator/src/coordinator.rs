//! The coordinator: what participants can do and ask, each as one function.

use std::sync::{Arc, Mutex, PoisonError};
use std::thread::JoinHandle;

use muster_record::Incident;
use muster_record::agency::Interest;
use muster_record::entry::Hash;
use muster_record::evidence::key::SigningKey;
use muster_record::ids::{AgencyId, IncidentId, ProposalNo, RequestId, RuleSetId, Seq};
use muster_record::incident::advising::Proposal;
use muster_record::installing::Hands;
use muster_record::report::SituationReport;
use muster_record::retention::Retention;
use muster_record::summary::Summary;
use muster_record::time::Instant;
use muster_record::visible::{Access, Reader};
use muster_store::{Readers, Revision, Store, Stored};
use thiserror::Error;
use tokio::sync::watch;

use crate::access_clock::AccessClock;
use crate::advice::{self, Explained};
use crate::checkpoints::Checkpoints;
use crate::directory::Directory;
use crate::error::{AppendError, QueryError};
use crate::evaluate::Evaluator;
use crate::evaluations::Evaluations;
use crate::folds::ReadFolds;
use crate::installs::{Installing, install_own};
use crate::job::{Appended, Job, OpenAsk};
use crate::people::{PeopleParts, warn_of_keys};
use crate::queue::Queue;
use crate::register::{RegisterParts, Shelf};
use crate::rule_sets::RuleSets;
use crate::surroundings::{Surroundings, now};
use crate::views::Views;
use crate::writer::Writer;

/// What a coordinator is put together from.
pub struct Parts {
    /// Where entries are kept.
    pub store: Store,
    /// The rule sets that new incidents use.
    pub rule_sets: RuleSets,
    /// The agencies known here.
    pub directory: Directory,
    /// The time, and chance.
    pub surroundings: Arc<dyn Surroundings>,
    /// Threads that evaluate rule sets.
    pub evaluators: usize,
    /// How the register is kept.
    pub register: RegisterParts,
    /// What checkpoints are signed with; none are where there is none.
    pub signing: Option<SigningKey>,
    /// How personal data is kept.
    pub people: PeopleParts,
    /// How many people it takes to install a rule set.
    pub installing: Hands,
}

/// Why a coordinator did not start.
#[derive(Debug, Error)]
pub enum StartError {
    /// A thread could not be had.
    #[error("a thread could not be started")]
    Thread(#[from] std::io::Error),
    /// What the store holds beside the records could not be read.
    #[error("the store could not be read at start")]
    Store(#[from] muster_store::ReadError),
    /// The agencies' settings or the register could not be read.
    #[error("the agencies' settings or the register could not be read at start")]
    Beside(#[from] QueryError),
    /// The store did not take a component, which incidents are about to be pinned to.
    #[error("the store did not keep the rule set {rule_set}")]
    NotKept {
        /// The rule set.
        rule_set: RuleSetId,
    },
    /// The components of the installed rule sets could not be kept.
    #[error("the installed rule sets could not be kept in the store")]
    Keep(#[from] AppendError),
}

/// Everything that participants can do, over one store.
pub struct Coordinator {
    store_id: [u8; 16],
    pub(crate) readers: Readers,
    pub(crate) folds: Arc<ReadFolds>,
    pub(crate) views: Arc<Views>,
    pub(crate) access_clock: Arc<AccessClock>,
    pub(crate) queue: Arc<Queue>,
    tip: watch::Receiver<Revision>,
    evaluations: Arc<Evaluations>,
    evaluators: Mutex<Vec<JoinHandle<()>>>,
    pub(crate) rule_sets: Arc<RuleSets>,
    directory: Arc<Directory>,
    surroundings: Arc<dyn Surroundings>,
    pub(crate) shelf: Shelf,
    pub(crate) checkpoints: Checkpoints,
    pub(crate) retention: Retention,
    pub(crate) installing: Installing,
}

/// Incidents asked for at a time when starting.
const AT_START: usize = 100_000;

impl Coordinator {
    /// Starts the writer, keeps the installed rule sets, and goes on with evaluations where the last run stopped.
    ///
    /// # Errors
    /// When a thread cannot be had or the store cannot be read or written.
    pub fn start(parts: Parts) -> Result<Self, StartError> {
        let Parts { store, rule_sets, directory, surroundings, evaluators, register, signing, people, installing } =
            parts;
        let retention = people.retention;
        let (rule_sets, directory) = (Arc::new(rule_sets), Arc::new(directory));
        let (store_id, readers) = (store.id(), store.readers());
        let (tip, told) = watch::channel(store.last_revision());
        let evaluations = Arc::new(Evaluations::default());
        install_own(&readers, &rule_sets)?;
        warn_of_keys(&readers, people.keys.as_ref())?;
        let writer = Writer::new(store, Arc::clone(&rule_sets), Arc::clone(&directory), Arc::clone(&surroundings));
        let mut writer = writer.with_people(people);
        keep(&mut writer, &rule_sets, &readers)?;
        let queue = Arc::new(Queue::start(writer, Arc::clone(&evaluations), tip)?);
        let folds = Arc::new(ReadFolds::default());
        let shelf = Shelf::read(register, &readers, &directory)?;
        let coordinator = Self {
            store_id,
            readers,
            folds,
            views: Arc::default(),
            access_clock: Arc::new(AccessClock::new(surroundings.as_ref())),
            queue,
            tip: told,
            evaluations,
            evaluators: Mutex::default(),
            rule_sets,
            directory,
            surroundings,
            shelf,
            checkpoints: Checkpoints::with(signing),
            retention,
            installing: Installing::by(installing),
        };
        coordinator.go_on()?;
        coordinator.warn_of_settings()?;
        coordinator.start_evaluators(evaluators)?;
        Ok(coordinator)
    }

    fn go_on(&self) -> Result<(), StartError> {
        for (id, at) in self.readers.look_again(AT_START)? {
            self.evaluations.look_again(&id, Some(at));
        }
        let behind: Vec<IncidentId> =
            self.readers.behind(AT_START)?.into_iter().map(|behind| behind.incident).collect();
        self.evaluations.note(&behind);
        Ok(())
    }

    fn start_evaluators(&self, count: usize) -> Result<(), StartError> {
        let evaluator = Evaluator {
            evaluations: Arc::clone(&self.evaluations),
            rule_sets: Arc::clone(&self.rule_sets),
            readers: self.readers.clone(),
            folds: Arc::clone(&self.folds),
            views: Arc::clone(&self.views),
            access_clock: Arc::clone(&self.access_clock),
            queue: Arc::clone(&self.queue),
            surroundings: Arc::clone(&self.surroundings),
        };
        let mut threads = self.evaluators.lock().unwrap_or_else(PoisonError::into_inner);
        for number in 0..count.max(1) {
            let evaluator = evaluator.clone();
            let named = std::thread::Builder::new().name(format!("evaluator-{number}"));
            threads.push(named.spawn(move || evaluator.run())?);
        }
        Ok(())
    }

    /// Stops: no more jobs are taken, those that wait are finished, the store is closed.
    pub fn stop(&self) {
        self.evaluations.stop();
        let threads = std::mem::take(&mut *self.evaluators.lock().unwrap_or_else(PoisonError::into_inner));
        for thread in threads {
            if thread.join().is_err() {
                tracing::error!("an evaluator thread ended by a panic");
            }
        }
        self.queue.stop();
    }

    pub(crate) fn surroundings(&self) -> Arc<dyn Surroundings> {
        Arc::clone(&self.surroundings)
    }

    /// The time now, as entries are given it.
    pub fn now(&self) -> Instant {
        now(self.surroundings.as_ref())
    }

    /// The clock was moved: what became due is looked at.
    pub fn clock_moved(&self) {
        self.evaluations.ring();
    }

    /// The store's own id, which resume tokens carry.
    pub fn store_id(&self) -> [u8; 16] {
        self.store_id
    }

    /// The agencies known here.
    pub fn directory(&self) -> &Directory {
        &self.directory
    }

    /// The rule sets of this server.
    pub fn rule_sets(&self) -> &RuleSets {
        &self.rule_sets
    }

    /// The last commit, and word of each later one.
    pub fn tip(&self) -> watch::Receiver<Revision> {
        self.tip.clone()
    }

    /// Opens an incident.
    ///
    /// # Errors
    /// [`AppendError`], each case with what the caller can do.
    pub async fn open(&self, ask: OpenAsk) -> Result<Appended, AppendError> {
        self.written(Job::Open(ask)).await
    }

    /// Has a job done that answers nothing.
    pub(crate) async fn ask_writer(&self, job: Job) -> Result<(), AppendError> {
        self.queue.ask(job).await.map(drop)
    }

    pub(crate) async fn written(&self, job: Job) -> Result<Appended, AppendError> {
        self.queue.ask(job).await?.ok_or(AppendError::Query(QueryError::NotPermitted))
    }

    /// An incident as of its last entry, as a reader with a seat in it sees it.
    ///
    /// # Errors
    /// [`QueryError::NotPermitted`] without a seat, or where there is no such incident.
    pub fn incident(&self, reader: &Reader, id: &IncidentId) -> Result<Arc<Incident>, QueryError> {
        let whole = self.folds.get(&self.readers, id)?.ok_or(QueryError::NotPermitted)?;
        let at = self.access_now(&whole);
        let access = self.access(&whole, reader, at);
        if access.viewer.interest == Interest::None {
            return Err(QueryError::NotPermitted);
        }
        self.views.get(&self.readers, &whole, reader, &access, at)
    }

    /// A reader's access at a moment, without what is beyond use for everybody.
    fn access(&self, whole: &Incident, reader: &Reader, at: Instant) -> Access {
        let beyond_use = whole.beyond_use(self.retention, at);
        let classes = reader.classes.difference(&beyond_use).copied().collect();
        whole.access(&Reader { agency: reader.agency.clone(), classes }, at)
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
        self.folds.get(&self.readers, id)
    }

    /// Whether an agency's request of that name was answered before.
    pub(crate) fn has_asked(&self, agency: &AgencyId, request: &RequestId) -> Result<bool, QueryError> {
        Ok(self.readers.request(agency, request)?.is_some())
    }

    /// A reader's access to an incident now; nothing where they have no seat, or there is no such incident.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn viewing(&self, reader: &Reader, id: &IncidentId) -> Result<Option<Viewing>, QueryError> {
        let Some(whole) = self.folds.get(&self.readers, id)? else { return Ok(None) };
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
        Ok(self.readers.has_seat(agency, id)?)
    }

    /// The last commit of the store, read from it.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn last_revision(&self) -> Result<Revision, QueryError> {
        Ok(self.readers.last_revision()?)
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

    /// Why a proposal stands as it does.
    ///
    /// # Errors
    /// As [`Coordinator::incident`], and [`QueryError::NoSuch`] for a number the record does not have.
    pub fn explain(&self, reader: &Reader, id: &IncidentId, number: ProposalNo) -> Result<Explained, QueryError> {
        let incident = self.incident(reader, id)?;
        advice::explain(&incident, &self.readers, &self.rule_sets, number)
    }
}

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

/// Keeps the installed rule sets in the store, before anything can be pinned to them.
fn keep(writer: &mut Writer, rule_sets: &RuleSets, readers: &Readers) -> Result<(), StartError> {
    let mut jobs = Vec::new();
    for (name, installed) in rule_sets.installed().iter() {
        let component_digest = Hash(installed.loaded.component_digest());
        let settings_digest = Hash(installed.loaded.settings_digest());
        if readers.component(component_digest)?.is_none() || readers.settings(settings_digest)?.is_none() {
            jobs.push(Job::Keep {
                rule_set: name.clone(),
                component_digest,
                component: installed.component.clone(),
                settings_digest,
                settings: installed.settings.clone(),
            });
        }
    }
    for answer in writer.run(jobs).answers {
        answer?;
    }
    for (name, installed) in rule_sets.installed().iter() {
        if readers.component(Hash(installed.loaded.component_digest()))?.is_none() {
            return Err(StartError::NotKept { rule_set: name.clone() });
        }
    }
    Ok(())
}
