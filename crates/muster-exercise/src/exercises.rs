//! All exercises of a server: each in a folder of its own, found again after a restart.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::sync::{Arc, PoisonError, RwLock, Weak};

use muster_coordinator::{Coordinator, Surroundings};
use muster_record::ids::{AgencyId, IncidentId};
use muster_record::time::Instant;

use crate::error::ExerciseError;
use crate::generate::{Generated, generate};
use crate::kept::{ExerciseId, Forked, Kept, Pace, State};
use crate::library::{SCENARIOS, scenario};
use crate::plan::Plan;
use crate::running::{Begins, Exercise, KEPT, Staging, write};
use crate::script::{Problem, Problems};

/// How many exercises there may be, and how long a script.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Bounds {
    /// Exercises of one agency that have not ended.
    pub of_one_agency: usize,
    /// Exercises of all agencies that have not ended.
    pub of_all: usize,
    /// Bytes of a script.
    pub script_bytes: usize,
}

impl Default for Bounds {
    fn default() -> Self {
        Self { of_one_agency: 3, of_all: 8, script_bytes: 256 * 1024 }
    }
}

/// What an exercise is played from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum From {
    /// A script.
    Script(String),
    /// A scenario that ships, by its name.
    Scenario(String),
    /// A script that is generated.
    Generated(Generated),
}

/// What is asked for when an exercise is started.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StartAsk {
    /// The agency that starts it, and directs it from then on.
    pub agency: AgencyId,
    /// What it names the request: asked again, it is not started again.
    pub request: String,
    /// What it is played from.
    pub from: From,
    /// The agencies that people play.
    pub players: BTreeSet<AgencyId>,
    /// How fast it goes.
    pub pace: Pace,
}

/// What is asked for when an exercise is forked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ForkAsk {
    /// The agency that asks, which directs the one that is forked.
    pub agency: AgencyId,
    /// What it names the request.
    pub request: String,
    /// The exercise.
    pub from: ExerciseId,
    /// The moment up to which the two are the same; where the exercise stands, where absent.
    pub at: Option<Instant>,
}

/// All exercises of a server.
pub struct Exercises {
    folder: PathBuf,
    staging: Staging,
    surroundings: Arc<dyn Surroundings>,
    bounds: Bounds,
    live: Weak<Coordinator>,
    all: RwLock<BTreeMap<ExerciseId, Arc<Exercise>>>,
    /// Held while one is begun, so that no two take the last place.
    beginning: tokio::sync::Mutex<()>,
}

impl Exercises {
    /// The exercises in a folder, which is made when the first is started. What was running when the server stopped is
    /// paused. From now on each store tells who has a seat in an incident of another that it is not there.
    ///
    /// # Errors
    /// When the folder is there and cannot be read. An exercise that cannot be read is left out, and the log says why.
    pub fn open(
        folder: PathBuf,
        staging: Staging,
        surroundings: Arc<dyn Surroundings>,
        bounds: Bounds,
        live: &Arc<Coordinator>,
    ) -> Result<Arc<Self>, ExerciseError> {
        let mut all = BTreeMap::new();
        for folder in folders(&folder)? {
            match read(&folder) {
                Ok(kept) => {
                    let id = kept.id.clone();
                    let state = if kept.state == State::Running { State::Paused } else { kept.state };
                    let kept = Kept { state, ..kept };
                    let exercise = Exercise::of(folder, kept, Arc::clone(&staging), Arc::clone(&surroundings));
                    let exercise = exercise.map_err(ExerciseError::Script)?;
                    all.insert(id, Arc::new(exercise));
                }
                Err(why) => tracing::error!(%why, folder = %folder.display(), "an exercise is left out"),
            }
        }
        let (live, asked) = (Arc::downgrade(live), Arc::clone(live));
        let (all, beginning) = (RwLock::new(all), tokio::sync::Mutex::default());
        let exercises = Arc::new(Self { folder, staging, surroundings, bounds, live, all, beginning });
        let weak = Arc::downgrade(&exercises);
        asked.knows_of_others(Box::new(move |agency, incident| {
            weak.upgrade().is_some_and(|exercises| exercises.has_seat(None, agency, incident))
        }));
        Ok(exercises)
    }

    fn map(&self) -> std::sync::RwLockReadGuard<'_, BTreeMap<ExerciseId, Arc<Exercise>>> {
        self.all.read().unwrap_or_else(PoisonError::into_inner)
    }

    /// Whether an agency has a seat in an incident of an exercise other than this one, or of live where there is one.
    fn has_seat(&self, but: Option<&ExerciseId>, agency: &AgencyId, incident: &IncidentId) -> bool {
        let seated = |coordinator: &Coordinator| coordinator.has_seat(agency, incident).unwrap_or(false);
        let in_live = but.is_some() && self.live.upgrade().is_some_and(|live| seated(&live));
        in_live
            || self.map().iter().filter(|(id, _)| Some(*id) != but).any(|(_, exercise)| match exercise.opened() {
                Some(coordinator) => seated(coordinator),
                None => {
                    let opened = exercise.kept().incidents.iter().any(|opened| opened.id == *incident);
                    opened && takes_part(exercise, agency)
                }
            })
    }

    /// Starts an exercise: it goes on at once.
    ///
    /// # Errors
    /// [`ExerciseError`], each case with what would do.
    pub async fn start(self: &Arc<Self>, ask: StartAsk) -> Result<Arc<Exercise>, ExerciseError> {
        let StartAsk { agency, request, from, players, pace } = ask;
        let _beginning = self.beginning.lock().await;
        if let Some(known) = self.asked_before(&agency, &request) {
            return Ok(known);
        }
        let source = match from {
            From::Script(text) => text,
            From::Generated(of) => generate(&of),
            From::Scenario(name) => scenario(&name).map(|found| found.script.to_owned()).ok_or_else(|| {
                let known = SCENARIOS.iter().map(|one| one.name).collect::<Vec<_>>().join(", ");
                ExerciseError::NoSuchScenario { given: name.chars().take(80).collect(), known }
            })?,
        };
        if source.len() > self.bounds.script_bytes {
            let (bytes, most) = (source.len(), self.bounds.script_bytes);
            return Err(ExerciseError::ScriptTooLong { bytes, most });
        }
        let plan = Plan::read(&source, &[]).map_err(ExerciseError::Script)?;
        let first = plan.steps.first().map(|planned| planned.step.at).ok_or_else(|| {
            let expected = "a step behind the header".to_owned();
            ExerciseError::Script(Problems(vec![Problem { line: 1, text: String::new(), expected, instead: None }]))
        })?;
        for player in &players {
            let no = |why| ExerciseError::NoPlayer { agency: player.clone(), why };
            if plan.script.agencies.iter().all(|cast| cast.agency.id != *player) {
                return Err(no("the script has no such agency"));
            }
            if self.live.upgrade().is_some_and(|live| live.directory().get(player).is_none()) {
                return Err(no("this server does not know it, so nobody can call for it"));
            }
        }
        self.has_room(&agency)?;
        let wall = self.surroundings.now();
        let kept = Kept {
            id: ExerciseId::fresh(self.surroundings.random()),
            title: plan.script.title.clone(),
            source,
            started_by: agency,
            request,
            started_at: wall,
            players,
            pace,
            state: State::Paused,
            moment: first,
            added: Vec::new(),
            steps: BTreeMap::new(),
            incidents: Vec::new(),
            forked_from: None,
        };
        let exercise = self.begin(kept, Begins { copy_of: None, beside: self.live.upgrade() }).await?;
        exercise.resume(wall).await?;
        Ok(exercise)
    }

    /// Makes a copy of an exercise as it stood at a moment; the copy is paused, and the other goes on untouched.
    ///
    /// # Errors
    /// [`ExerciseError`], each case with what would do.
    pub async fn fork(self: &Arc<Self>, ask: ForkAsk) -> Result<Arc<Exercise>, ExerciseError> {
        let ForkAsk { agency, request, from, at } = ask;
        let _beginning = self.beginning.lock().await;
        if let Some(known) = self.asked_before(&agency, &request) {
            return Ok(known);
        }
        let from = self.directed_by(&agency, &from)?;
        self.has_room(&agency)?;
        let coordinator = Arc::clone(from.coordinator().await?);
        let other = from.kept();
        let at = at.unwrap_or(other.moment);
        let began = from.plan().steps.first().map_or(other.moment, |planned| planned.step.at);
        if at < began || at > other.moment {
            return Err(ExerciseError::NotAtThatMoment);
        }
        let steps = other.steps.iter().filter_map(|(number, became)| Some((*number, became.by(at)?))).collect();
        let opened = coordinator.opened_by(at)?;
        let kept = Kept {
            id: ExerciseId::fresh(self.surroundings.random()),
            started_by: agency,
            request,
            started_at: self.surroundings.now(),
            state: State::Paused,
            moment: at,
            added: other.added.iter().filter(|added| added.at <= at).cloned().collect(),
            steps,
            incidents: other.incidents.iter().filter(|one| opened.contains(&one.id)).cloned().collect(),
            forked_from: Some(Forked { from: other.id.clone(), at }),
            ..other.as_ref().clone()
        };
        let beside = Some(Arc::clone(&coordinator));
        self.begin(kept, Begins { copy_of: Some((coordinator, at)), beside }).await
    }

    async fn begin(self: &Arc<Self>, kept: Kept, begins: Begins) -> Result<Arc<Exercise>, ExerciseError> {
        let (id, folder) = (kept.id.clone(), self.folder.join(kept.id.as_str()));
        std::fs::create_dir_all(&folder)
            .map_err(|error| ExerciseError::Unkept(format!("{} cannot be made: {error}", folder.display())))?;
        let exercise =
            Exercise::of(folder.clone(), kept.clone(), Arc::clone(&self.staging), Arc::clone(&self.surroundings));
        let exercise = Arc::new(exercise.map_err(ExerciseError::Script)?);
        // Its store first: an exercise that is listed has one.
        if let Err(error) = self.introduce(&exercise, begins).await {
            // What was copied before it went wrong is kept by nobody.
            drop(std::fs::remove_dir_all(&folder));
            return Err(error);
        }
        write(&folder, &kept)?;
        self.all.write().unwrap_or_else(PoisonError::into_inner).insert(id, Arc::clone(&exercise));
        Ok(exercise)
    }

    /// Opens the store of an exercise, and tells it which others there are.
    async fn introduce(
        self: &Arc<Self>,
        exercise: &Exercise,
        begins: Begins,
    ) -> Result<Arc<Coordinator>, ExerciseError> {
        let fresh = exercise.opened().is_none();
        let coordinator = Arc::clone(exercise.coordinator_with(begins).await?);
        if fresh {
            let (weak, own) = (Arc::downgrade(self), exercise.kept().id.clone());
            coordinator.knows_of_others(Box::new(move |agency, incident| {
                weak.upgrade().is_some_and(|exercises| exercises.has_seat(Some(&own), agency, incident))
            }));
        }
        Ok(coordinator)
    }

    /// An exercise that an agency may know of: it directs it, or the script has a part for it.
    ///
    /// # Errors
    /// [`ExerciseError::NoSuch`].
    pub fn known_to(&self, agency: &AgencyId, id: &ExerciseId) -> Result<Arc<Exercise>, ExerciseError> {
        let known = self.map().get(id).filter(|exercise| takes_part(exercise, agency)).cloned();
        known.ok_or_else(|| ExerciseError::NoSuch { given: id.to_string() })
    }

    /// An exercise that an agency directs.
    ///
    /// # Errors
    /// As [`Exercises::known_to`], and [`ExerciseError::NotYours`].
    pub fn directed_by(&self, agency: &AgencyId, id: &ExerciseId) -> Result<Arc<Exercise>, ExerciseError> {
        let exercise = self.known_to(agency, id)?;
        let director = exercise.kept().started_by.clone();
        if director == *agency { Ok(exercise) } else { Err(ExerciseError::NotYours(director)) }
    }

    /// What participants of an exercise can do, for an agency that may know of it.
    ///
    /// # Errors
    /// As [`Exercises::known_to`], and when its store cannot be opened.
    pub async fn enter(
        self: &Arc<Self>,
        agency: &AgencyId,
        id: &ExerciseId,
    ) -> Result<(Arc<Exercise>, Arc<Coordinator>), ExerciseError> {
        let exercise = self.known_to(agency, id)?;
        let coordinator = self.introduce(&exercise, Begins::default()).await?;
        Ok((exercise, coordinator))
    }

    /// The exercises that an agency may know of, the newest first.
    pub fn list(&self, agency: &AgencyId) -> Vec<Arc<Exercise>> {
        let mut known: Vec<_> = self.map().values().filter(|one| takes_part(one, agency)).cloned().collect();
        known.sort_by_key(|exercise| std::cmp::Reverse((exercise.kept().started_at, exercise.kept().id.clone())));
        known
    }

    /// The time by which running exercises are moved on: the server's own.
    pub fn wall(&self) -> Instant {
        self.surroundings.now()
    }

    /// Moves every running exercise on to where the time that passed has brought it. One that cannot go on is paused.
    pub async fn tick(self: &Arc<Self>) {
        let wall = self.wall();
        let running: Vec<_> =
            self.map().values().filter(|exercise| exercise.kept().state == State::Running).cloned().collect();
        for exercise in running {
            if let Err(error) = exercise.tick(wall).await {
                let id = exercise.kept().id.clone();
                tracing::error!(%error, exercise = %id, "an exercise cannot go on");
                drop(exercise.pause().await);
            }
        }
    }

    /// Closes all of them. What was running is found paused.
    pub async fn close(&self) {
        let all: Vec<_> = self.map().values().cloned().collect();
        for exercise in all {
            exercise.close().await;
        }
    }

    fn asked_before(&self, agency: &AgencyId, request: &str) -> Option<Arc<Exercise>> {
        let all = self.map();
        let asked = all.values().find(|one| one.kept().started_by == *agency && one.kept().request == request);
        asked.cloned()
    }

    fn has_room(&self, agency: &AgencyId) -> Result<(), ExerciseError> {
        let going: Vec<_> =
            self.map().values().map(|one| one.kept()).filter(|kept| kept.state != State::Ended).collect();
        let own = going.iter().filter(|kept| kept.started_by == *agency).count();
        if own >= self.bounds.of_one_agency {
            return Err(ExerciseError::TooMany(format!("your agency directs {own} exercises, as many as it may")));
        }
        if going.len() >= self.bounds.of_all {
            return Err(ExerciseError::TooMany(format!(
                "this server has {} exercises, as many as it may",
                going.len()
            )));
        }
        Ok(())
    }
}

fn takes_part(exercise: &Exercise, agency: &AgencyId) -> bool {
    let cast = exercise.plan().script.agencies.iter().any(|cast| cast.agency.id == *agency);
    cast || exercise.kept().started_by == *agency
}

fn folders(folder: &Path) -> Result<Vec<PathBuf>, ExerciseError> {
    let unkept = |error: std::io::Error| ExerciseError::Unkept(format!("{} cannot be read: {error}", folder.display()));
    if !folder.exists() {
        return Ok(Vec::new());
    }
    let entries = std::fs::read_dir(folder).map_err(unkept)?;
    let mut folders =
        entries.map(|entry| entry.map(|entry| entry.path())).collect::<Result<Vec<_>, _>>().map_err(unkept)?;
    // One that was never begun has no file in it.
    folders.retain(|folder| folder.join(KEPT).exists());
    folders.sort();
    Ok(folders)
}

fn read(folder: &Path) -> Result<Kept, String> {
    let text = std::fs::read(folder.join(KEPT)).map_err(|error| error.to_string())?;
    let kept: Kept = serde_json::from_slice(&text).map_err(|error| error.to_string())?;
    Plan::read(&kept.source, &kept.added).map_err(|problems| problems.to_string())?;
    Ok(kept)
}
