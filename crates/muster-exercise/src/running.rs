//! One exercise while there is a server: its coordinator, its clock, and whoever moves it.
//!
//! The clock moves in stops: to the next step of the script, to the next moment at which a rule set wants to look again,
//! or to where the time that passed has brought it. It moves on only when every rule set has looked. So what is
//! recorded does not hang on how fast the machine is, nor on the pace.

use std::path::{Path, PathBuf};
use std::sync::{Arc, PoisonError, RwLock};

use chrono::TimeDelta;
use muster_coordinator::{Coordinator, Revision, Surroundings};
use muster_record::agency::Agency;
use muster_record::ids::RuleSetId;
use muster_record::time::Instant;
use muster_record::visible::Reader;
use tokio::sync::{Mutex, OnceCell, RwLockReadGuard};

use crate::acting::{Actor, Came};
use crate::clock::ExerciseClock;
use crate::error::ExerciseError;
use crate::kept::{Added, Became, Kept, Pace, State};
use crate::plan::{Plan, Planned};
use crate::script::{Problems, What};
use crate::{scored, turns};

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
    /// Where its records come from, and up to when: it is a fork that is being made.
    pub copy_of: Option<(Arc<Coordinator>, Instant)>,
}

/// Makes the coordinator of an exercise; says what is in the way. It blocks its thread.
pub type Staging = Arc<dyn Fn(Setting) -> Result<Coordinator, String> + Send + Sync>;

/// How long a step is tried again that waits for what people do.
const HELD_FOR: TimeDelta = TimeDelta::hours(12);

/// The file of what is kept of an exercise, in its folder.
pub(crate) const KEPT: &str = "exercise.json";

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

/// Whether a step of the clock was the last for now.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Stop {
    GoOn,
    Enough,
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
        self.coordinator_with(None).await
    }

    /// Its coordinator, if it was asked for already.
    pub fn opened(&self) -> Option<&Arc<Coordinator>> {
        self.coordinator.get()
    }

    pub(crate) async fn coordinator_with(
        &self,
        copy_of: Option<(Arc<Coordinator>, Instant)>,
    ) -> Result<&Arc<Coordinator>, ExerciseError> {
        let make = || async {
            let (plan, staging) = (self.plan(), Arc::clone(&self.staging));
            let surroundings = Arc::<ExerciseClock>::clone(&self.clock);
            let setting = Setting {
                store: self.folder.join("muster.db"),
                surroundings,
                agencies: plan.script.agencies.iter().map(|cast| cast.agency.clone()).collect(),
                rule_sets: plan.script.rule_sets.clone(),
                copy_of,
            };
            let made = tokio::task::spawn_blocking(move || staging(setting)).await;
            let made = made.map_err(|_| ExerciseError::Unkept("the server is stopping".to_owned()))?;
            Ok(Arc::new(made.map_err(ExerciseError::Unkept)?.of_an_exercise()))
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

    /// Moves the exercise on to where the time that passed has brought it.
    ///
    /// # Errors
    /// When its store cannot be opened or what is kept of it cannot be written: it stands then.
    pub async fn tick(&self, wall: Instant) -> Result<(), ExerciseError> {
        loop {
            // Let go between two stops, so that whoever pauses it gets a turn.
            let mut hand = self.hand.lock().await;
            if self.kept().state != State::Running || self.stop_once(&mut hand, wall).await? == Stop::Enough {
                return Ok(());
            }
        }
    }

    async fn stop_once(&self, hand: &mut Hand, wall: Instant) -> Result<Stop, ExerciseError> {
        let coordinator = Arc::clone(self.coordinator().await?);
        coordinator.all_advice_settles().await;
        let plan = self.plan();
        let mut kept = self.kept().as_ref().clone();
        // Asked before looking: what is written meanwhile is looked at next time.
        let now = coordinator.last_revision()?;
        if hand.looked != Some(now) {
            self.look_at_what_people_did(&coordinator, &plan, &mut kept).await?;
            hand.looked = Some(now);
        }
        let next = plan.next(&kept);
        let due = next.map(|planned| planned.step.at.max(kept.moment));
        let goal = match (kept.pace, due) {
            (Pace::Times(times), _) => {
                hand.moment.checked_add_signed(passed(hand.wall, wall, times)).unwrap_or(kept.moment)
            }
            (Pace::AsFastAsItGoes, _) if kept.turns_open() > 0 => return Ok(Stop::Enough),
            (Pace::AsFastAsItGoes, Some(due)) => due,
            (Pace::AsFastAsItGoes, None) => {
                kept.state = State::Paused;
                self.put(kept)?;
                return Ok(Stop::Enough);
            }
        };
        let look = coordinator.next_look().filter(|look| *look > kept.moment);
        let stop = [due, look].into_iter().flatten().filter(|stop| *stop <= goal).min();
        let to = stop.unwrap_or(goal).max(kept.moment);
        self.clock.to(to);
        coordinator.clock_moved();
        coordinator.all_advice_settles().await;
        kept.moment = to;
        match next {
            Some(planned) if due == Some(to) && to <= goal => {
                self.take(&coordinator, &plan, planned, &mut kept).await?;
                coordinator.all_advice_settles().await;
                self.put(kept)?;
                Ok(Stop::GoOn)
            }
            Some(_) | None => {
                self.show(kept);
                Ok(if to < goal { Stop::GoOn } else { Stop::Enough })
            }
        }
    }

    /// Does one step, or tells whoever plays it that it is their turn.
    async fn take(
        &self,
        coordinator: &Arc<Coordinator>,
        plan: &Plan,
        planned: &Planned,
        kept: &mut Kept,
    ) -> Result<(), ExerciseError> {
        let at = kept.moment;
        let became = match turns::whose(plan, planned, kept) {
            turns::Whose::People if planned.step.expect_refusal.is_some() => Became::LeftOut { at },
            turns::Whose::People => {
                let after = kept.incident(&planned.step.incident).map(|opened| {
                    coordinator.incident(&Reader::of(opened.opener.clone()), &opened.id).map(|incident| incident.seq.0)
                });
                Became::Turn { asked: at, after: after.transpose()?.unwrap_or(0), did: None }
            }
            turns::Whose::Script => {
                let came = Actor { coordinator, plan, kept }.takes(planned).await;
                became(came, kept, at)
            }
        };
        kept.steps.insert(planned.number, became);
        Ok(())
    }

    /// Notes which turns were taken, and tries again what waited for it.
    async fn look_at_what_people_did(
        &self,
        coordinator: &Arc<Coordinator>,
        plan: &Plan,
        kept: &mut Kept,
    ) -> Result<(), ExerciseError> {
        let before = kept.clone();
        turns::look(coordinator, plan, kept)?;
        let held = kept.steps.iter().filter_map(|(number, became)| match became {
            Became::Held { since, why } => Some((*number, *since, why.clone())),
            Became::Done { .. }
            | Became::Failed { .. }
            | Became::AsExpected { .. }
            | Became::NotAsExpected { .. }
            | Became::Turn { .. }
            | Became::LeftOut { .. } => None,
        });
        for (number, since, why) in held.collect::<Vec<_>>() {
            let Some(planned) = plan.steps.get(number) else { continue };
            let at = kept.moment;
            if at.signed_duration_since(since) > HELD_FOR {
                kept.steps.insert(number, Became::Failed { at, why });
                continue;
            }
            let came = Actor { coordinator, plan, kept }.takes(planned).await;
            let mut now = became(came, kept, at);
            if let Became::Held { since: held, .. } = &mut now {
                *held = since;
            }
            kept.steps.insert(number, now);
            coordinator.all_advice_settles().await;
        }
        if *kept != before {
            self.put(kept.clone())?;
        }
        Ok(())
    }

    /// Lets it go on, from where it stands.
    ///
    /// # Errors
    /// [`ExerciseError::Is`] where it goes on already or has ended.
    pub async fn resume(&self, wall: Instant) -> Result<(), ExerciseError> {
        self.coordinator().await?;
        let mut hand = self.hand.lock().await;
        let kept = self.must_be(&[State::Paused])?;
        (hand.wall, hand.moment) = (wall, kept.moment);
        self.put(Kept { state: State::Running, ..kept })
    }

    /// Makes it stand: when this returns, nobody writes any more and the clock does not move.
    ///
    /// # Errors
    /// [`ExerciseError::Is`] where it stands already.
    pub async fn pause(&self) -> Result<(), ExerciseError> {
        self.make_stand(&[State::Running], State::Paused).await
    }

    /// Ends it: it is kept, and can only be read.
    ///
    /// # Errors
    /// [`ExerciseError::Is`] where it has ended already.
    pub async fn end(&self) -> Result<(), ExerciseError> {
        self.make_stand(&[State::Running, State::Paused], State::Ended).await
    }

    async fn make_stand(&self, from: &[State], state: State) -> Result<(), ExerciseError> {
        let _hand = self.hand.lock().await;
        let kept = self.must_be(from)?;
        self.put(Kept { state, ..kept })?;
        // Whoever is writing is waited for, and so is what rule sets make of it.
        let _alone = self.gate.write().await;
        if let Some(coordinator) = self.coordinator.get() {
            coordinator.all_advice_settles().await;
        }
        Ok(())
    }

    /// Sets how fast it goes.
    ///
    /// # Errors
    /// [`ExerciseError::Is`] where it has ended.
    pub async fn set_pace(&self, pace: Pace, wall: Instant) -> Result<(), ExerciseError> {
        let mut hand = self.hand.lock().await;
        let kept = self.must_be(&[State::Running, State::Paused])?;
        (hand.wall, hand.moment) = (wall, kept.moment);
        self.put(Kept { pace, ..kept })
    }

    /// Puts lines into the script. A line whose time is past is played at once.
    ///
    /// # Errors
    /// All that is wrong with them; [`ExerciseError::Is`] where it has ended.
    pub async fn add(&self, text: &str) -> Result<usize, ExerciseError> {
        let _hand = self.hand.lock().await;
        let mut kept = self.must_be(&[State::Running, State::Paused])?;
        let mut plan = self.plan().as_ref().clone();
        let before = plan.steps.len();
        let added = Added { above: plan.line_ahead(&kept.source, &kept), text: text.to_owned(), at: kept.moment };
        plan.put_in(&kept.source, &added).map_err(ExerciseError::Script)?;
        let count = plan.steps.len().saturating_sub(before);
        kept.added.push(added);
        self.put(kept)?;
        *self.plan.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(plan);
        Ok(count)
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

/// What a step became by what came of it.
fn became(came: Came, kept: &mut Kept, at: Instant) -> Became {
    match came {
        Came::Done(opened) => {
            kept.incidents.extend(opened);
            Became::Done { at }
        }
        Came::AsExpected => Became::AsExpected { at },
        Came::NotAsExpected(why) => Became::NotAsExpected { at, why },
        // Where people play, what others do may wait for them.
        Came::Not(why) if kept.players.is_empty() => Became::Failed { at, why },
        Came::Not(why) => Became::Held { since: at, why },
    }
}

/// How far a clock of that pace moves while the machine's goes from one moment to another.
fn passed(from: Instant, to: Instant, times: u32) -> TimeDelta {
    let millis = to.signed_duration_since(from).num_milliseconds().max(0);
    TimeDelta::milliseconds(millis.saturating_mul(i64::from(times)))
}

/// Writes what is kept of an exercise, all of it or none.
pub(crate) fn write(folder: &Path, kept: &Kept) -> Result<(), ExerciseError> {
    let unkept = |error: &dyn std::fmt::Display| {
        ExerciseError::Unkept(format!("{}: what is kept of the exercise cannot be written: {error}", folder.display()))
    };
    let text = serde_json::to_vec_pretty(kept).map_err(|error| unkept(&error))?;
    let (beside, file) = (folder.join("exercise.json.new"), folder.join(KEPT));
    let write = || {
        let mut fresh = std::fs::File::create(&beside)?;
        std::io::Write::write_all(&mut fresh, &text)?;
        fresh.sync_all()?;
        std::fs::rename(&beside, &file)
    };
    write().map_err(|error| unkept(&error))
}

/// Whether a step is one that people can be asked to take.
pub(crate) fn can_be_a_turn(what: &What) -> bool {
    match what {
        What::Commands(_) | What::OpenRegional { .. } | What::AddMember { .. } | What::ChangeSettings { .. } => true,
        What::Open(_) | What::Expect(_) | What::WaitForAdvice => false,
    }
}
