//! The coordinator: what participants can do and ask, each as one function.

use std::sync::{Arc, Mutex, OnceLock, PoisonError};
use std::thread::JoinHandle;

use muster_record::entry::Hash;
use muster_record::evidence::key::SigningKey;
use muster_record::ids::{AgencyId, IncidentId, RuleSetId};
use muster_record::installing::Hands;
use muster_record::retention::Retention;
use muster_record::time::Instant;
use muster_store::{Generation, Reads, Revision, Writes};
use muster_traces::Trace;
use thiserror::Error;
use tokio::sync::watch;

use crate::access_clock::AccessClock;
use crate::beside::Beside;
use crate::checkpoints::Checkpoints;
use crate::directory::Directory;
use crate::error::{AppendError, QueryError};
use crate::evaluate::Evaluator;
use crate::evaluations::Evaluations;
use crate::folds::ReadFolds;
use crate::follower::{Followed, Follower};
use crate::health::{Health, Watchman};
use crate::installs::{Installing, install_own};
use crate::job::{Appended, Job, OpenAsk};
use crate::leases::Leases;
use crate::people::{PeopleParts, warn_of_keys};
use crate::queue::Queue;
use crate::recent::Recent;
use crate::register::{RegisterParts, Shelf};
use crate::rule_sets::RuleSets;
use crate::surroundings::{Surroundings, now};
use crate::threads::Threads;
use crate::traced::Traced;
use crate::views::Views;
use crate::webhooks::Webhooks;
use crate::writer::Writer;

pub(crate) mod following;
mod reading;

pub(crate) use reading::open_incidents_of;

pub use following::Place;
pub use reading::Viewing;

/// What a coordinator is put together from.
pub struct Parts {
    /// Where entries are kept.
    pub store: Box<dyn Writes>,
    /// The rule sets that new incidents use.
    pub rule_sets: RuleSets,
    /// The agencies known here.
    pub directory: Directory,
    /// The time, and chance.
    pub surroundings: Arc<dyn Surroundings>,
    /// On which threads it works.
    pub threads: Threads,
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

/// Whether an agency has a seat in an incident of another store of this server.
pub type Elsewhere = Box<dyn Fn(&AgencyId, &IncidentId) -> bool + Send + Sync>;

/// Everything that participants can do, over one store.
pub struct Coordinator {
    store_id: [u8; 16],
    generations: Vec<Generation>,
    pub(crate) readers: Arc<dyn Reads>,
    pub(crate) folds: Arc<ReadFolds>,
    pub(crate) recent: Arc<Recent>,
    pub(crate) views: Arc<Views>,
    pub(crate) access_clock: Arc<AccessClock>,
    pub(crate) queue: Arc<Queue>,
    watchman: Arc<Watchman>,
    walker: Mutex<Option<JoinHandle<()>>>,
    tip: watch::Receiver<Revision>,
    evaluations: Arc<Evaluations>,
    evaluators: Mutex<Vec<JoinHandle<()>>>,
    pub(crate) rule_sets: Arc<RuleSets>,
    directory: Arc<Directory>,
    surroundings: Arc<dyn Surroundings>,
    pub(crate) shelf: Arc<Shelf>,
    pub(crate) checkpoints: Checkpoints,
    pub(crate) retention: Retention,
    pub(crate) installing: Installing,
    pub(crate) webhooks: Webhooks,
    elsewhere: OnceLock<Elsewhere>,
    takes: Takes,
    pub(crate) threads: Threads,
    traced: Arc<Traced>,
    pub(crate) leases: Arc<Leases>,
    /// The one who follows other servers, where the store is shared.
    followed: Option<Followed>,
}

/// Which incidents are opened in a store. What is on record stays readable whichever it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Takes {
    /// Live ones alone: exercises have stores of their own.
    Live,
    /// Those of an exercise alone.
    Exercises,
    /// Both: a server that is set up to rehearse on, or plays by itself.
    Both,
}

/// Incidents asked for at a time when starting.
const AT_START: usize = 100_000;

impl Coordinator {
    /// Starts the writer, keeps the installed rule sets, and goes on with evaluations where the last run stopped.
    ///
    /// # Errors
    /// When a thread cannot be had or the store cannot be read or written.
    pub fn start(parts: Parts) -> Result<Self, StartError> {
        let Parts { store, rule_sets, directory, surroundings, threads, register, signing, people, installing } = parts;
        let retention = people.retention;
        let (rule_sets, directory) = (Arc::new(rule_sets), Arc::new(directory));
        let (store_id, readers) = (store.id(), store.readers());
        let generations = readers.generations()?;
        let (tip, told) = watch::channel(store.last_revision());
        let evaluations = Arc::new(Evaluations::default());
        let (watchman, traced) = (Arc::new(Watchman::default()), Arc::new(Traced::default()));
        install_own(&*readers, &rule_sets)?;
        warn_of_keys(&*readers, &people.keys)?;
        let mut writer =
            Writer::new(store, Arc::clone(&rule_sets), Arc::clone(&directory), Arc::clone(&surroundings), people);
        let (readers, webhooks) = (writer.readers(), Webhooks::with(writer.keys()));
        keep(&mut writer, &rule_sets, &*readers)?;
        let (recent, shared, together) = (writer.recent(), writer.shared(), writer.together());
        let marks = shared.as_ref().map(|shared| shared.beside()).transpose()?.unwrap_or_default();
        let queue = Queue::start(
            writer,
            Arc::clone(&evaluations),
            tip.clone(),
            Arc::clone(&watchman),
            threads,
            Arc::clone(&traced),
        )?;
        let folds = Arc::new(ReadFolds::after(Arc::clone(&recent), shared.is_some()));
        let shelf = Arc::new(Shelf::read(register, &*readers, &directory)?);
        let leases = Arc::new(Leases::of(shared.clone(), surroundings.as_ref()));
        let followed = match shared.zip(together) {
            Some((shared, together)) => {
                let beside = Beside {
                    readers: Arc::clone(&readers),
                    rule_sets: Arc::clone(&rule_sets),
                    directory: Arc::clone(&directory),
                    shelf: Arc::clone(&shelf),
                    webhooks_changed: webhooks.changes(),
                    evaluations: Arc::clone(&evaluations),
                    marks,
                };
                Some(Followed::start(|ends| Follower {
                    shared,
                    readers: Arc::clone(&readers),
                    recent: Arc::clone(&recent),
                    together,
                    tip,
                    evaluations: Arc::clone(&evaluations),
                    beside,
                    surroundings: Arc::clone(&surroundings),
                    ends,
                })?)
            }
            None => None,
        };
        let coordinator = Self {
            store_id,
            generations,
            readers,
            folds,
            recent,
            views: Arc::default(),
            access_clock: Arc::new(AccessClock::new(surroundings.as_ref())),
            queue,
            watchman,
            walker: Mutex::default(),
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
            webhooks,
            elsewhere: OnceLock::new(),
            takes: Takes::Both,
            threads,
            traced,
            leases,
            followed,
        };
        coordinator.go_on()?;
        coordinator.warn_of_settings()?;
        coordinator.start_evaluators()?;
        coordinator.start_walking()?;
        Ok(coordinator)
    }

    /// Has every record walked, beside what is served where there are threads for it.
    fn start_walking(&self) -> Result<(), StartError> {
        let (watchman, readers) = (Arc::clone(&self.watchman), self.readers.clone());
        if self.threads == Threads::Callers {
            watchman.walk(&*readers);
            return Ok(());
        }
        let named = std::thread::Builder::new().name("walker".to_owned());
        let walker = named.spawn(move || watchman.walk(&*readers))?;
        *self.walker.lock().unwrap_or_else(PoisonError::into_inner) = Some(walker);
        Ok(())
    }

    /// Whether this server is fit to be written to, and why not.
    pub fn health(&self) -> Health {
        if self.queue.has_ended() { Health::Ended } else { self.watchman.health() }
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

    fn start_evaluators(&self) -> Result<(), StartError> {
        let evaluator = Evaluator {
            evaluations: Arc::clone(&self.evaluations),
            rule_sets: Arc::clone(&self.rule_sets),
            readers: self.readers.clone(),
            folds: Arc::clone(&self.folds),
            views: Arc::clone(&self.views),
            access_clock: Arc::clone(&self.access_clock),
            queue: Arc::clone(&self.queue),
            leases: Arc::clone(&self.leases),
            surroundings: Arc::clone(&self.surroundings),
            traced: Arc::clone(&self.traced),
        };
        let count = match self.threads {
            Threads::Own { evaluators } => evaluators.max(1),
            Threads::Callers => {
                let runtime = tokio::runtime::Handle::try_current().map_err(std::io::Error::other)?;
                drop(runtime.spawn(evaluator.run_as_a_task()));
                return Ok(());
            }
        };
        let mut threads = self.evaluators.lock().unwrap_or_else(PoisonError::into_inner);
        for number in 0..count {
            let evaluator = evaluator.clone();
            let named = std::thread::Builder::new().name(format!("evaluator-{number}"));
            threads.push(named.spawn(move || evaluator.run())?);
        }
        Ok(())
    }

    /// Stops: no more jobs are taken, those that wait are finished, the store is closed.
    pub fn stop(&self) {
        self.watchman.end();
        self.evaluations.stop();
        let walker = self.walker.lock().unwrap_or_else(PoisonError::into_inner).take();
        if walker.is_some_and(|walker| walker.join().is_err()) {
            tracing::error!("the walk through the records ended by a panic");
        }
        let threads = std::mem::take(&mut *self.evaluators.lock().unwrap_or_else(PoisonError::into_inner));
        for thread in threads {
            if thread.join().is_err() {
                tracing::error!("an evaluator thread ended by a panic");
            }
        }
        if let Some(followed) = &self.followed {
            followed.stop();
        }
        self.queue.stop();
        // Behind the last note of what was looked at: whoever takes over finds it.
        self.leases.give_back();
    }

    /// Whether it is this server's turn at something that one server at a time does, from now on for some seconds.
    ///
    /// # Errors
    /// When the store cannot be asked.
    pub fn has_the_turn(&self, what: &str) -> Result<bool, QueryError> {
        Ok(self.leases.has(what)?)
    }

    /// Whether other servers write the same store.
    pub fn is_shared(&self) -> bool {
        self.leases.is_shared()
    }

    /// Has incidents looked at, as if something had been written on them.
    pub(crate) fn note(&self, incidents: &[IncidentId]) {
        self.evaluations.note(incidents);
        self.evaluations.ring();
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

    /// The same, in which no other incidents are ever opened.
    #[must_use]
    pub fn taking(self, takes: Takes) -> Self {
        Self { takes, ..self }
    }

    /// Which incidents are opened here.
    pub fn takes(&self) -> Takes {
        self.takes
    }

    /// When a rule set wants to look at some incident again although nothing is written; the first such moment.
    pub fn next_look(&self) -> Option<Instant> {
        self.evaluations.next_due()
    }

    /// Returns once every rule set has looked at every incident as it stands.
    pub async fn all_advice_settles(&self) {
        let mut ended = self.evaluations.ended();
        loop {
            ended.mark_unchanged();
            if self.evaluations.is_idle(self.now()) || ended.changed().await.is_err() {
                return;
            }
        }
    }

    /// From now on whoever asks for an incident of another store of this server, in which they have a seat, is told that
    /// it is not here. It can be said once.
    pub fn knows_of_others(&self, elsewhere: Elsewhere) {
        if self.elsewhere.set(elsewhere).is_err() {
            tracing::warn!("a store was told twice which others there are");
        }
    }

    /// Why there is no such incident for this agency: what is elsewhere is told to who has a seat in it there.
    pub(crate) fn missing(&self, agency: &AgencyId, id: &IncidentId) -> QueryError {
        match self.elsewhere.get() {
            Some(elsewhere) if elsewhere(agency, id) => QueryError::NotHere,
            Some(_) | None => QueryError::NotPermitted,
        }
    }

    /// The store's own id, which resume tokens carry.
    pub fn store_id(&self) -> [u8; 16] {
        self.store_id
    }

    /// The times the store was put back from a backup, the oldest first.
    pub fn generations(&self) -> &[Generation] {
        &self.generations
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
    /// [`AppendError`], each case with what the caller can do; [`AppendError::ExerciseMismatch`] for a live incident in
    /// the store of an exercise, and [`AppendError::NotAnExercise`] for an exercise among what is live.
    pub async fn open(&self, ask: OpenAsk) -> Result<Appended, AppendError> {
        match (self.takes, ask.opening.exercise) {
            (Takes::Exercises, false) => return Err(AppendError::ExerciseMismatch),
            (Takes::Live, true) => return Err(AppendError::NotAnExercise),
            (Takes::Exercises | Takes::Both, true) | (Takes::Live | Takes::Both, false) => (),
        }
        self.written(Job::Open(ask)).await
    }

    /// Has a job done that answers nothing.
    pub(crate) async fn ask_writer(&self, job: Job) -> Result<(), AppendError> {
        self.queue.ask(job).await.map(drop)
    }

    /// The trace that a commit is part of, for what is done with it later.
    pub fn trace_of(&self, revision: Revision) -> Trace {
        self.traced.of_commit(revision)
    }

    pub(crate) async fn written(&self, job: Job) -> Result<Appended, AppendError> {
        self.queue.ask(job).await?.ok_or(AppendError::Query(QueryError::NotPermitted))
    }
}

/// Keeps the installed rule sets in the store, before anything can be pinned to them.
fn keep(writer: &mut Writer, rule_sets: &RuleSets, readers: &dyn Reads) -> Result<(), StartError> {
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
