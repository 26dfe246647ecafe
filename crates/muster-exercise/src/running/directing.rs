//! What a director does with an exercise: lets it go on, makes it stand, ends it, and puts lines into its script.

use std::sync::{Arc, PoisonError};

use muster_record::time::Instant;

use super::Exercise;
use crate::error::ExerciseError;
use crate::kept::{Added, Kept, Pace, State};

impl Exercise {
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
}
