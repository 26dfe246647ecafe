//! One exercise while there is a server: its coordinator, its clock, and how it stands.
//!
//! How it goes on by itself is in `moving`, and what a director does with it in `directing`.

use std::path::PathBuf;
use std::sync::{Arc, PoisonError, RwLock};

use muster_coordinator::{Coordinator, Revision, Surroundings, Takes};
use muster_record::agency::Agency;
use muster_record::ids::RuleSetId;
use muster_record::time::Instant;
use tokio::sync::{Mutex, OnceCell, RwLockReadGuard};

use crate::clock::ExerciseClock;
use crate::error::ExerciseError;
use crate::kept::{Kept, State};
use crate::plan::Plan;
use crate::scored;
use crate::script::Problems;

mod directing;
mod keeping;
mod moving;

pub(crate) use keeping::{KEPT, write};

/// What the coordinator of an exercise is made of.
pub struct Setting {
    /// The file of its store, which may not be there yet.
    pub store: PathBuf,
    /// Its clock.
    pub surroundings: Arc<dyn Surroundings>,
    /// The agencies of its script, whom the server need not know.
    pub agencies: Vec<Agency>,
    /// The rule sets that it is played with; all that the server has, where none are named.
    pub rule_sets: Option<Vec<RuleSetId>>,
    /// What its store is filled with first.
    pub begins: Begins,
}

/// What a fresh store of an exercise is filled with; one that was there is filled with nothing.
#[derive(Clone, Default)]
pub struct Begins {
    /// Where its records come from, and up to when: it is a fork that is being made.
    pub copy_of: Option<(Arc<Coordinator>, Instant)>,
    /// Where its register comes from, and what agencies installed and set.
    pub beside: Option<Arc<Coordinator>>,
}

/// Makes the coordinator of an exercise; says what is in the way. It blocks its thread.
pub type Staging = Arc<dyn Fn(Setting) -> Result<Coordinator, ExerciseError> + Send + Sync>;

/// Where the clock stood when it was last set to a pace.
#[derive(Debug, Clone, Copy)]
struct Hand {
    wall: Instant,
    moment: Instant,
    /// The last commit that was looked at for what people did.
    looked: Option<Revision>,
}

/// An exercise.
pub struct Exercise {
    folder: PathBuf,
    staging: Staging,
    clock: Arc<ExerciseClock>,
    coordinator: OnceCell<Arc<Coordinator>>,
    plan: RwLock<Arc<Plan>>,
    kept: RwLock<Arc<Kept>>,
    /// Held by whoever moves the exercise on or changes how it goes.
    hand: Mutex<Hand>,
    /// Held, shared, by whoever writes as a player, and alone while it is made to stand.
    gate: tokio::sync::RwLock<()>,
}

impl Exercise {
    /// An exercise from what is kept of it.
    ///
    /// # Errors
    /// All that is wrong with its script.
    pub(crate) fn of(
        folder: PathBuf,
        kept: Kept,
        staging: Staging,
        chance: Arc<dyn Surroundings>,
    ) -> Result<Self, Problems> {
        let plan = Plan::read(&kept.source, &kept.added)?;
        let wall = chance.now();
        let moment = kept.moment;
        Ok(Self {
            folder,
            staging,
            clock: Arc::new(ExerciseClock::at(moment, chance)),
            coordinator: OnceCell::new(),
            plan: RwLock::new(Arc::new(plan)),
            kept: RwLock::new(Arc::new(kept)),
            hand: Mutex::new(Hand { wall, moment, looked: None }),
            gate: tokio::sync::RwLock::new(()),
        })
    }

    /// How it stands.
    pub fn kept(&self) -> Arc<Kept> {
        Arc::clone(&self.kept.read().unwrap_or_else(PoisonError::into_inner))
    }

    /// Its steps.
    pub fn plan(&self) -> Arc<Plan> {
        Arc::clone(&self.plan.read().unwrap_or_else(PoisonError::into_inner))
    }

    /// What its participants can do. Its store is opened when it is first asked for.
    ///
    /// # Errors
    /// When the store cannot be opened.
    pub async fn coordinator(&self) -> Result<&Arc<Coordinator>, ExerciseError> {
        self.coordinator_with(Begins::default()).await
    }

    /// Its coordinator, if it was asked for already.
    pub fn opened(&self) -> Option<&Arc<Coordinator>> {
        self.coordinator.get()
    }

    pub(crate) async fn coordinator_with(&self, begins: Begins) -> Result<&Arc<Coordinator>, ExerciseError> {
        let make = || async {
            let (plan, staging) = (self.plan(), Arc::clone(&self.staging));
            let surroundings = Arc::<ExerciseClock>::clone(&self.clock);
            let setting = Setting {
                store: self.folder.join("muster.db"),
                surroundings,
                agencies: plan.script.agencies.iter().map(|cast| cast.agency.clone()).collect(),
                rule_sets: plan.script.rule_sets.clone(),
                begins,
            };
            let made = tokio::task::spawn_blocking(move || staging(setting)).await;
            let made = made.map_err(|_| ExerciseError::Unkept("the server is stopping".to_owned()))?;
            Ok(Arc::new(made?.taking(Takes::Exercises)))
        };
        self.coordinator.get_or_try_init(make).await
    }

    /// Lets somebody write as a player, as long as what is given is held; not while it stands still.
    ///
    /// # Errors
    /// [`ExerciseError::Is`] while it is paused, and when it has ended.
    pub async fn may_write(&self) -> Result<RwLockReadGuard<'_, ()>, ExerciseError> {
        let guard = self.gate.read().await;
        let kept = self.kept();
        match kept.state {
            State::Running => Ok(guard),
            state @ (State::Paused | State::Ended) => Err(ExerciseError::Is { id: kept.id.clone(), state }),
        }
    }

    /// Its score at the moment it has come to.
    ///
    /// # Errors
    /// When its records cannot be read.
    pub async fn score(&self) -> Result<crate::Score, ExerciseError> {
        let coordinator = self.coordinator().await?;
        scored::score(coordinator, &self.plan(), &self.kept())
    }

    /// Closes its store.
    pub(crate) async fn close(&self) {
        // What moves it has come to the end of its stop.
        let _hand = self.hand.lock().await;
        if let Some(coordinator) = self.coordinator.get().cloned() {
            let closed = tokio::task::spawn_blocking(move || coordinator.stop()).await;
            if closed.is_err() {
                tracing::error!("the store of an exercise was not closed");
            }
        }
        let kept = self.kept().as_ref().clone();
        if let Err(error) = write(&self.folder, &kept) {
            tracing::error!(%error, "where an exercise has come to is not kept");
        }
    }

    fn must_be(&self, states: &[State]) -> Result<Kept, ExerciseError> {
        let kept = self.kept();
        if states.contains(&kept.state) {
            return Ok(kept.as_ref().clone());
        }
        Err(ExerciseError::Is { id: kept.id.clone(), state: kept.state })
    }

    /// Keeps how it stands, and shows it.
    fn put(&self, kept: Kept) -> Result<(), ExerciseError> {
        write(&self.folder, &kept)?;
        self.show(kept);
        Ok(())
    }

    fn show(&self, kept: Kept) {
        *self.kept.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(kept);
    }
}
