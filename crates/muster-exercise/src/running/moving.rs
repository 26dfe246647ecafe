//! How an exercise goes on by itself.
//!
//! The clock moves in stops: to the next step of the script, to the next moment at which a rule set wants to look again,
//! or to where the time that passed has brought it. It moves on only when every rule set has looked. So what is
//! recorded does not hang on how fast the machine is, nor on the pace.

use std::sync::Arc;

use chrono::TimeDelta;
use muster_coordinator::Coordinator;
use muster_record::time::Instant;
use muster_record::visible::Reader;

use super::{Exercise, Hand};
use crate::acting::{Actor, Came};
use crate::error::ExerciseError;
use crate::kept::{Became, Kept, Pace, State};
use crate::plan::{Plan, Planned};
use crate::turns;

/// How long a step is tried again that waits for what people do.
const HELD_FOR: TimeDelta = TimeDelta::hours(12);

/// Whether a step of the clock was the last for now.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Stop {
    GoOn,
    Enough,
}

impl Exercise {
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
