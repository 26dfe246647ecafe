//! `ExerciseService`: exercises are started, directed and scored.

use std::collections::BTreeSet;
use std::sync::Arc;

use muster_exercise::{
    Became, Exercise, ExerciseId, Exercises, ForkAsk, From, Funding, Generated, HowKept, Pace, Planned, SCENARIOS,
    Service, StartAsk, State, Why, parse,
};
use muster_proto::{Malformed, time, v1};
use muster_record::ids::{AgencyId, RequestId};
use tonic::{Request, Response, Status};

use crate::{identity, status};

/// Answers for exercises.
pub(crate) struct Rehearsals {
    pub(crate) exercises: Arc<Exercises>,
}

/// Bytes of lines that are put in at once.
const MOST_LINES: usize = 16 * 1024;

fn bad(field: &str, problem: &str) -> Status {
    status::malformed(&Malformed::one(field, problem))
}

fn id(given: &str) -> Result<ExerciseId, Status> {
    given.parse().map_err(|_| bad("exercise_id", "is not 16 lower-case hexadecimal digits"))
}

fn request_id(given: &str) -> Result<String, Status> {
    let read: Result<RequestId, _> = given.parse();
    read.map(|read| read.as_str().to_owned()).map_err(|error| bad("request_id", &error.to_string()))
}

fn pace(times: u32) -> Result<Pace, Status> {
    Pace::of(times).ok_or_else(|| bad("pace", "is more than 1000; 0 is as fast as it goes"))
}

fn word<T: std::str::FromStr<Err: std::fmt::Display>>(field: &str, given: &str) -> Result<T, Status> {
    given.parse().map_err(|error: T::Err| bad(field, &error.to_string()))
}

fn generated(wire: &v1::GeneratedScript) -> Result<Generated, Status> {
    let v1::GeneratedScript { service, failure, people, funding, hour, seed } = wire;
    if !(1..=400).contains(people) {
        return Err(bad("generated.people", "is not from 1 to 400"));
    }
    if *hour > 23 {
        return Err(bad("generated.hour", "is not from 0 to 23"));
    }
    let service: Service = word("generated.service", service)?;
    let failure: Why = word("generated.failure", failure)?;
    let funding: Funding = word("generated.funding", funding)?;
    Ok(Generated { service, failure, people: *people, funding, hour: *hour, seed: *seed })
}

impl Rehearsals {
    fn known(&self, agency: &AgencyId, given: &str) -> Result<Arc<Exercise>, Status> {
        self.exercises.known_to(agency, &id(given)?).map_err(|error| status::no_exercise(&error))
    }

    fn directed(&self, agency: &AgencyId, given: &str) -> Result<Arc<Exercise>, Status> {
        self.exercises.directed_by(agency, &id(given)?).map_err(|error| status::no_exercise(&error))
    }
}

#[tonic::async_trait]
impl v1::exercise_service_server::ExerciseService for Rehearsals {
    async fn list_scenarios(
        &self,
        request: Request<v1::ListScenariosRequest>,
    ) -> Result<Response<v1::ListScenariosResponse>, Status> {
        let v1::ListScenariosRequest {} = request.into_inner();
        let scenarios = SCENARIOS.iter().map(|scenario| {
            let cast = parse(scenario.script).map(|script| script.agencies).unwrap_or_default();
            v1::Scenario {
                name: scenario.name.to_owned(),
                about: scenario.about.to_owned(),
                script: scenario.script.to_owned(),
                agencies: cast.into_iter().map(|cast| cast.agency.id.to_string()).collect(),
            }
        });
        Ok(Response::new(v1::ListScenariosResponse { scenarios: scenarios.collect() }))
    }

    async fn start_exercise(
        &self,
        request: Request<v1::StartExerciseRequest>,
    ) -> Result<Response<v1::StartExerciseResponse>, Status> {
        let caller = identity::of(&request)?;
        let v1::StartExerciseRequest { request_id: named, from, players, pace: times } = request.into_inner();
        let from = match from {
            Some(v1::start_exercise_request::From::Scenario(name)) => From::Scenario(name),
            Some(v1::start_exercise_request::From::Script(text)) => From::Script(text),
            Some(v1::start_exercise_request::From::Generated(wire)) => From::Generated(generated(&wire)?),
            None => return Err(bad("from", "is missing: a scenario, a script or what to generate")),
        };
        let players =
            players.iter().map(|player| word("players", player)).collect::<Result<BTreeSet<AgencyId>, _>>()?;
        let (agency, pace) = (caller.agency.clone(), pace(times)?);
        let ask = StartAsk { agency, request: request_id(&named)?, from, players, pace };
        let started = self.exercises.start(ask).await.map_err(|error| status::no_exercise(&error))?;
        Ok(Response::new(v1::StartExerciseResponse { exercise: Some(written(&started)) }))
    }

    async fn list_exercises(
        &self,
        request: Request<v1::ListExercisesRequest>,
    ) -> Result<Response<v1::ListExercisesResponse>, Status> {
        let caller = identity::of(&request)?;
        let v1::ListExercisesRequest {} = request.into_inner();
        let exercises = self.exercises.list(&caller.agency).iter().map(|exercise| written(exercise)).collect();
        Ok(Response::new(v1::ListExercisesResponse { exercises }))
    }

    async fn get_exercise(
        &self,
        request: Request<v1::GetExerciseRequest>,
    ) -> Result<Response<v1::GetExerciseResponse>, Status> {
        let caller = identity::of(&request)?;
        let v1::GetExerciseRequest { exercise_id } = request.into_inner();
        let exercise = self.known(&caller.agency, &exercise_id)?;
        let (kept, plan) = (exercise.kept(), exercise.plan());
        let directs = kept.started_by == caller.agency;
        let shown = |planned: &&Planned, became: &Became| {
            let own = plan.agency(&planned.step.who).is_some_and(|agency| agency.id == caller.agency);
            directs || (own && matches!(became, Became::Turn { .. }))
        };
        let agency = |planned: &Planned| plan.agency(&planned.step.who).map(|agency| agency.id.to_string());
        let step = |planned: &Planned, became| write_step(planned, agency(planned).unwrap_or_default(), became);
        let mut played: Vec<(&Planned, &Became)> =
            plan.steps.iter().filter_map(|planned| Some((planned, kept.steps.get(&planned.number)?))).collect();
        played.retain(|(planned, became)| shown(planned, became));
        played.sort_by_key(|(planned, _)| (planned.step.at, planned.number));
        let next = if directs { plan.next(&kept).map(|planned| step(planned, None)) } else { None };
        Ok(Response::new(v1::GetExerciseResponse {
            exercise: Some(written(&exercise)),
            next,
            played: played.into_iter().map(|(planned, became)| step(planned, Some(became))).collect(),
        }))
    }

    async fn set_pace(&self, request: Request<v1::SetPaceRequest>) -> Result<Response<v1::SetPaceResponse>, Status> {
        let caller = identity::of(&request)?;
        let v1::SetPaceRequest { exercise_id, pace: times } = request.into_inner();
        let exercise = self.directed(&caller.agency, &exercise_id)?;
        let set = exercise.set_pace(pace(times)?, self.exercises.wall()).await;
        set.map_err(|error| status::no_exercise(&error))?;
        Ok(Response::new(v1::SetPaceResponse { exercise: Some(written(&exercise)) }))
    }

    async fn pause_exercise(
        &self,
        request: Request<v1::PauseExerciseRequest>,
    ) -> Result<Response<v1::PauseExerciseResponse>, Status> {
        let caller = identity::of(&request)?;
        let v1::PauseExerciseRequest { exercise_id } = request.into_inner();
        let exercise = self.directed(&caller.agency, &exercise_id)?;
        exercise.pause().await.map_err(|error| status::no_exercise(&error))?;
        Ok(Response::new(v1::PauseExerciseResponse { exercise: Some(written(&exercise)) }))
    }

    async fn resume_exercise(
        &self,
        request: Request<v1::ResumeExerciseRequest>,
    ) -> Result<Response<v1::ResumeExerciseResponse>, Status> {
        let caller = identity::of(&request)?;
        let v1::ResumeExerciseRequest { exercise_id } = request.into_inner();
        let exercise = self.directed(&caller.agency, &exercise_id)?;
        // Its store first, so that what it opens knows of the others.
        let entered = self.exercises.enter(&caller.agency, &exercise.kept().id).await;
        entered.map_err(|error| status::no_exercise(&error))?;
        let resumed = exercise.resume(self.exercises.wall()).await;
        resumed.map_err(|error| status::no_exercise(&error))?;
        Ok(Response::new(v1::ResumeExerciseResponse { exercise: Some(written(&exercise)) }))
    }

    async fn add_inject(
        &self,
        request: Request<v1::AddInjectRequest>,
    ) -> Result<Response<v1::AddInjectResponse>, Status> {
        let caller = identity::of(&request)?;
        let v1::AddInjectRequest { exercise_id, lines } = request.into_inner();
        let exercise = self.directed(&caller.agency, &exercise_id)?;
        if lines.trim().is_empty() || lines.len() > MOST_LINES {
            return Err(bad("lines", "is empty, or has more than 16 KiB"));
        }
        let steps = exercise.add(&lines).await.map_err(|error| status::no_exercise_for("lines", &error))?;
        let steps = u32::try_from(steps).unwrap_or(u32::MAX);
        Ok(Response::new(v1::AddInjectResponse { exercise: Some(written(&exercise)), steps }))
    }

    async fn fork_exercise(
        &self,
        request: Request<v1::ForkExerciseRequest>,
    ) -> Result<Response<v1::ForkExerciseResponse>, Status> {
        let caller = identity::of(&request)?;
        let v1::ForkExerciseRequest { exercise_id, request_id: named, at } = request.into_inner();
        let at = at.map(|at| time::read_time(&at).ok_or_else(|| bad("at", "is not a moment"))).transpose()?;
        let (agency, from) = (caller.agency.clone(), id(&exercise_id)?);
        let forked = self.exercises.fork(ForkAsk { agency, request: request_id(&named)?, from, at }).await;
        let forked = forked.map_err(|error| status::no_exercise(&error))?;
        Ok(Response::new(v1::ForkExerciseResponse { exercise: Some(written(&forked)) }))
    }

    async fn get_score(&self, request: Request<v1::GetScoreRequest>) -> Result<Response<v1::GetScoreResponse>, Status> {
        let caller = identity::of(&request)?;
        let v1::GetScoreRequest { exercise_id } = request.into_inner();
        let exercise = self.known(&caller.agency, &exercise_id)?;
        let kept = exercise.kept();
        if kept.state != State::Ended && kept.started_by != caller.agency {
            return Err(status::not_your_exercise(&kept.started_by));
        }
        let entered = self.exercises.enter(&caller.agency, &kept.id).await;
        entered.map_err(|error| status::no_exercise(&error))?;
        let score = exercise.score().await.map_err(|error| status::no_exercise(&error))?;
        let count = |count: usize| u32::try_from(count).unwrap_or(u32::MAX);
        let (taken, turns) = score.turns();
        let clocks = score.incidents.iter().flat_map(|incident| {
            incident.clocks.iter().chain(&incident.actions).map(|timed| v1::ScoredClock {
                incident: incident.title.clone(),
                title: timed.title.clone(),
                owner: timed.owner.as_ref().map_or_else(String::new, ToString::to_string),
                due: Some(time::write_time(timed.due)),
                done_at: timed.done_at.map(time::write_time),
                kept: timed.kept.word().to_owned(),
            })
        });
        Ok(Response::new(v1::GetScoreResponse {
            in_time: count(score.count(HowKept::InTime)),
            late: count(score.count(HowKept::Late)),
            missed: count(score.count(HowKept::Missed)),
            open: count(score.count(HowKept::Open)),
            overridden: count(score.incidents.iter().map(|incident| incident.overridden.len()).sum()),
            turns_taken: count(taken),
            turns: count(turns),
            clocks: clocks.collect(),
            text: score.to_string(),
        }))
    }

    async fn end_exercise(
        &self,
        request: Request<v1::EndExerciseRequest>,
    ) -> Result<Response<v1::EndExerciseResponse>, Status> {
        let caller = identity::of(&request)?;
        let v1::EndExerciseRequest { exercise_id } = request.into_inner();
        let exercise = self.directed(&caller.agency, &exercise_id)?;
        exercise.end().await.map_err(|error| status::no_exercise(&error))?;
        Ok(Response::new(v1::EndExerciseResponse { exercise: Some(written(&exercise)) }))
    }
}

/// How an exercise stands, on the wire.
fn written(exercise: &Exercise) -> v1::Exercise {
    let (kept, plan) = (exercise.kept(), exercise.plan());
    let count = |count: usize| u32::try_from(count).unwrap_or(u32::MAX);
    v1::Exercise {
        exercise_id: kept.id.to_string(),
        title: kept.title.clone(),
        state: kept.state.to_string(),
        moment: Some(time::write_time(kept.moment)),
        pace: kept.pace.times(),
        started_by: kept.started_by.to_string(),
        started_at: Some(time::write_time(kept.started_at)),
        players: kept.players.iter().map(ToString::to_string).collect(),
        agencies: plan.script.agencies.iter().map(|cast| cast.agency.id.to_string()).collect(),
        incidents: kept
            .incidents
            .iter()
            .map(|opened| v1::ExerciseIncident { name: opened.name.clone(), incident_id: opened.id.to_string() })
            .collect(),
        forked_from: kept.forked_from.as_ref().map_or_else(String::new, |forked| forked.from.to_string()),
        forked_at: kept.forked_from.as_ref().map(|forked| time::write_time(forked.at)),
        steps_played: count(kept.steps.len()),
        steps: count(plan.steps.len()),
    }
}

fn write_step(planned: &Planned, agency: String, became: Option<&Became>) -> v1::ExerciseStep {
    let (word, why, at, did) = match became {
        None => ("", String::new(), None, None),
        Some(Became::Done { at }) => ("done", String::new(), Some(*at), None),
        Some(Became::Held { since, why }) => ("held", why.clone(), Some(*since), None),
        Some(Became::Failed { at, why }) => ("failed", why.clone(), Some(*at), None),
        Some(Became::AsExpected { at }) => ("as-expected", String::new(), Some(*at), None),
        Some(Became::NotAsExpected { at, why }) => ("not-as-expected", why.clone(), Some(*at), None),
        Some(Became::LeftOut { at }) => ("left-out", String::new(), Some(*at), None),
        Some(Became::Turn { asked, after: _, did: None }) => ("turn", String::new(), Some(*asked), None),
        Some(Became::Turn { asked, after: _, did: Some(did) }) => ("taken", String::new(), Some(*asked), Some(did)),
    };
    v1::ExerciseStep {
        number: u32::try_from(planned.number).unwrap_or(u32::MAX),
        at: Some(time::write_time(planned.step.at)),
        agency,
        text: planned.text.clone(),
        became: word.to_owned(),
        why,
        became_at: at.map(time::write_time),
        taken_at: did.map(|did| time::write_time(did.at)),
        entry: did.map_or(0, |did| did.seq),
    }
}
