//! Pages of exercises: those that somebody's agency may know of, one of them, and its score.

use std::convert::Infallible;
use std::sync::Arc;

use axum::body::{Body, Bytes};
use axum::extract::{Path, Query, State};
use axum::response::Response;
use http::request::Parts;
use muster_console::{
    Became, CameOut, ExercisesPage, Goes, Kept, Rehearsal, RehearsalPage, Scenario, ScorePage, Step, Typed,
};
use muster_exercise::{Exercise, ExerciseId, Exercises, HowKept, Planned, SCENARIOS, Score, State as Stands};
use muster_record::entry::Hash;
use muster_record::ids::AgencyId;
use muster_record::time::uk_day_and_time;
use tokio::sync::mpsc;
use tokio_stream::StreamExt as _;
use tokio_stream::wrappers::ReceiverStream;

use super::entering::page;
use super::failing::Failed;
use super::live::{From, answer, event};
use super::pages::request;
use super::{Console, Over};
use crate::identity::Caller;
use crate::{bounds, status};

const LIST: &str = "/muster.v1.ExerciseService/ListExercises";
const GET: &str = "/muster.v1.ExerciseService/GetExercise";
const SCORE: &str = "/muster.v1.ExerciseService/GetScore";

impl Console {
    /// The exercises beside the live records. Within one there is no way to others.
    pub(super) fn exercises(&self) -> Result<&Arc<Exercises>, Failed> {
        match &self.over {
            Over::Live(inside) => Ok(&inside.exercises),
            Over::Exercise(_) => Err(Failed::NoSuchPage),
        }
    }

    fn called(&self, exercise: &Exercise, agency: &AgencyId) -> String {
        let plan = exercise.plan();
        let cast = plan.script.agencies.iter().find(|cast| cast.agency.id == *agency);
        let title = cast.map(|cast| cast.agency.title.clone());
        let title = title.or_else(|| self.coordinator.directory().get(agency).map(|known| known.title.clone()));
        title.unwrap_or_else(|| agency.to_string())
    }

    fn rehearsal(&self, exercise: &Exercise, viewer: &AgencyId) -> Rehearsal {
        let (kept, plan) = (exercise.kept(), exercise.plan());
        let own = |planned: &&Planned| plan.agency(&planned.step.who).is_some_and(|known| known.id == *viewer);
        let turns = plan.steps.iter().filter(own).filter_map(|planned| kept.steps.get(&planned.number));
        Rehearsal {
            id: kept.id.to_string(),
            title: kept.title.clone(),
            goes: match kept.state {
                Stands::Running => Goes::Runs,
                Stands::Paused => Goes::Stands,
                Stands::Ended => Goes::Over,
            },
            moment: kept.moment,
            pace: kept.pace.times(),
            directs: kept.started_by == *viewer,
            director: self.called(exercise, &kept.started_by),
            players: kept.players.iter().map(|player| self.called(exercise, player)).collect(),
            played: kept.steps.len(),
            steps: plan.steps.len(),
            own_turns: turns.filter(|turn| matches!(turn, muster_exercise::Became::Turn { did: None, .. })).count(),
        }
    }

    /// An exercise that the caller's agency may know of.
    pub(super) fn known(&self, caller: &Caller, id: &str) -> Result<Arc<Exercise>, Failed> {
        let id: ExerciseId = id.parse().map_err(|_| Failed::NoSuchPage)?;
        let known = self.exercises()?.known_to(&caller.agency, &id);
        known.map_err(|error| Failed::from(status::no_exercise(&error)).back_to("/exercises"))
    }

    /// The page of an exercise, with what was typed into a form that was not taken.
    pub(super) fn exercise_page(&self, caller: &Caller, exercise: &Exercise, typed: Typed) -> RehearsalPage {
        let (kept, plan) = (exercise.kept(), exercise.plan());
        let one = self.rehearsal(exercise, &caller.agency);
        let own = |planned: &Planned| plan.agency(&planned.step.who).is_some_and(|known| known.id == caller.agency);
        let step = |planned: &Planned, became: Option<&muster_exercise::Became>| Step {
            at: planned.step.at,
            text: planned.text.clone(),
            own: own(planned),
            became: became.map(became_of),
        };
        let mut played: Vec<_> =
            plan.steps.iter().filter_map(|planned| Some((planned, kept.steps.get(&planned.number)?))).collect();
        // Whoever plays is told of turns of their own alone.
        played.retain(|(planned, became)| {
            one.directs || (own(planned) && matches!(became, muster_exercise::Became::Turn { .. }))
        });
        played.sort_by_key(|(planned, _)| (planned.step.at, planned.number));
        let played = played.into_iter().map(|(planned, became)| step(planned, Some(became))).collect();
        let next = plan.next(&kept).filter(|_| one.directs && one.goes != Goes::Over).map(|next| step(next, None));
        let forked_from = kept.forked_from.as_ref().map(|forked| forked.from.to_string());
        RehearsalPage::new(self.frame(caller), one, (next, played), forked_from, typed, (&request(), shown(&kept)))
    }
}

/// Tells how an exercise stands from how it stood otherwise.
fn shown(kept: &muster_exercise::Kept) -> String {
    let muster_exercise::Kept { state, pace, moment, added, steps, .. } = kept;
    Hash::of(format!("{state} {pace} {moment} {} {steps:?}", added.len()).as_bytes()).to_string()
}

fn became_of(became: &muster_exercise::Became) -> Became {
    use muster_exercise::Became as Of;
    match became {
        Of::Done { at: _ } => Became::Done,
        Of::Held { since: _, why } => Became::Held(why.clone()),
        Of::Failed { at: _, why } => Became::Failed(why.clone()),
        Of::AsExpected { at: _ } => Became::AsExpected,
        Of::NotAsExpected { at: _, why } => Became::NotAsExpected(why.clone()),
        Of::Turn { asked: _, after: _, did: None } => Became::Turn,
        Of::Turn { asked: _, after: _, did: Some(did) } => Became::Taken(did.at),
        Of::LeftOut { at: _ } => Became::LeftOut,
    }
}

pub(super) fn scenarios() -> impl Iterator<Item = Scenario> {
    SCENARIOS.iter().map(|one| Scenario { name: one.name.to_owned(), about: one.about.to_owned() })
}

pub(super) async fn exercises(State(console): State<Arc<Console>>, parts: Parts) -> Result<Response, Failed> {
    let caller = console.caller(&parts, LIST).await?;
    let known = console.exercises()?.list(&caller.agency);
    let rehearsals = known.iter().map(|exercise| console.rehearsal(exercise, &caller.agency)).collect();
    page(&ExercisesPage::new(console.frame(&caller), rehearsals, scenarios().collect()))
}

pub(super) async fn exercise(
    State(console): State<Arc<Console>>,
    Path(id): Path<String>,
    parts: Parts,
) -> Result<Response, Failed> {
    let caller = console.caller(&parts, GET).await?;
    let exercise = console.known(&caller, &id)?;
    page(&console.exercise_page(&caller, &exercise, Typed::default()))
}

/// Tells an open page of an exercise when it stands otherwise.
pub(super) async fn live(
    State(console): State<Arc<Console>>,
    Path(id): Path<String>,
    Query(From { after }): Query<From>,
    parts: Parts,
) -> Result<Response, Failed> {
    let caller = console.caller(&parts, GET).await?;
    let exercise = console.known(&caller, &id)?;
    let (sender, receiver) = mpsc::channel(bounds::PAGE_WAITING);
    let stop = console.records.stop.clone();
    tokio::spawn(async move {
        // What the page was drawn from may be past by now.
        let mut drawn = after;
        let mut said = event("ready", "", None);
        let mut every = tokio::time::interval(bounds::EXERCISE_LOOK);
        let began = tokio::time::Instant::now();
        // A session may have run out meanwhile: the page comes again, and is asked again who it is.
        while began.elapsed() < bounds::EXERCISE_PAGE {
            if sender.send(said).await.is_err() {
                return;
            }
            said = loop {
                tokio::select! {
                    () = stop.cancelled() => return,
                    () = sender.closed() => return,
                    _ = every.tick() => {
                        let now = shown(&exercise.kept());
                        if drawn != now {
                            drawn = now;
                            break event("advice", "", None);
                        }
                    }
                }
            };
        }
    });
    Ok(answer(Body::from_stream(ReceiverStream::new(receiver).map(Ok::<Bytes, Infallible>))))
}

pub(super) async fn score(
    State(console): State<Arc<Console>>,
    Path(id): Path<String>,
    parts: Parts,
) -> Result<Response, Failed> {
    let caller = console.caller(&parts, SCORE).await?;
    let exercise = console.known(&caller, &id)?;
    let kept = exercise.kept();
    if kept.state != Stands::Ended && kept.started_by != caller.agency {
        let refused = Failed::from(status::not_your_exercise(&kept.started_by));
        return Err(refused.back_to(&format!("/exercises/{id}")));
    }
    let no_score = |error| Failed::from(status::no_exercise(&error));
    console.exercises()?.enter(&caller.agency, &kept.id).await.map_err(no_score)?;
    let score = exercise.score().await.map_err(no_score)?;
    let one = console.rehearsal(&exercise, &caller.agency);
    let called = |agency: &AgencyId| console.called(&exercise, agency);
    let remarks = score.remarks.iter().map(ToString::to_string).collect();
    page(&ScorePage::new(console.frame(&caller), one, counts(&score), came_out(&score, called), remarks))
}

fn counts(score: &Score) -> Vec<(&'static str, usize)> {
    let overridden = score.incidents.iter().map(|incident| incident.overridden.len()).sum();
    let (taken, turns) = score.turns();
    vec![
        ("In time", score.count(HowKept::InTime)),
        ("Late", score.count(HowKept::Late)),
        ("Missed", score.count(HowKept::Missed)),
        ("Still open", score.count(HowKept::Open)),
        ("Gates overridden", overridden),
        ("Turns taken", taken),
        ("Turns not taken", turns.saturating_sub(taken)),
        ("Expectations met", score.as_expected),
    ]
}

fn came_out(score: &Score, called: impl Fn(&AgencyId) -> String) -> Vec<CameOut> {
    let incidents = score.incidents.iter().map(|incident| {
        let mut kept: Vec<Kept> = incident
            .clocks
            .iter()
            .chain(&incident.actions)
            .map(|timed| Kept {
                title: timed.title.clone(),
                owner: timed.owner.as_ref().map(&called),
                due: timed.due,
                done: timed.done_at,
                kept: timed.kept.word(),
            })
            .collect();
        kept.sort_by_key(|timed| timed.due);
        let overridden = incident.overridden.iter().map(|gate| {
            let (at, agency) = (uk_day_and_time(gate.at), called(&gate.agency));
            format!("{at}: {} by {agency} as {}: {}", gate.gate, gate.office, gate.reason)
        });
        let left = format!(
            "Left: {} actions without a time, {} proposals, {} questions, {} people with nowhere to go.",
            incident.actions_open, incident.proposals_open, incident.questions_open, incident.not_yet_placed
        );
        CameOut { title: incident.title.clone(), kept, overridden: overridden.collect(), left }
    });
    incidents.collect()
}
