//! Directing an exercise on a server: started, paused, resumed, forked, scored and ended.

use std::path::PathBuf;

use anyhow::{Context as _, Result, anyhow, bail};
use clap::Args;
use muster_exercise::{ExerciseId, Funding, Generated, Service, Why, generate};
use muster_proto::{time, v1};
use muster_record::ids::AgencyId;
use muster_record::time::{Instant, uk_day_and_time};
use uuid::Uuid;

use super::say;
use crate::cli::Calling;
use crate::client;

/// What is generated.
#[derive(Debug, Clone, Args)]
pub(crate) struct Generate {
    /// What kind of service fails: residential, nursing, home-support or supported-living
    #[arg(long, default_value = "residential")]
    service: Service,
    /// How: business-failure, provider-exit, enforcement or emergency
    #[arg(long, default_value = "business-failure")]
    failure: Why,
    /// How many people it cares for
    #[arg(long, default_value_t = 31, value_parser = clap::value_parser!(u32).range(1..=400))]
    people: u32,
    /// Who pays: mostly-council, mostly-self, much-health or mixed
    #[arg(long, default_value = "mixed")]
    funding: Funding,
    /// The hour of the day at which it is told, UK time
    #[arg(long, default_value_t = 9, value_parser = clap::value_parser!(u32).range(0..=23))]
    hour: u32,
    /// What the details are drawn from
    #[arg(long, default_value_t = 1)]
    seed: u64,
}

impl Generate {
    pub(super) fn run(&self) -> Result<()> {
        let Self { service, failure, people, funding, hour, seed } = *self;
        say(generate(&Generated { service, failure, people, funding, hour, seed }).trim_end())
    }
}

/// An exercise to start.
#[derive(Debug, Args)]
pub(crate) struct Start {
    /// A scenario that ships (`muster exercise scenarios`), or the file of a script
    from: String,
    /// An agency of the script that people play; repeatable
    #[arg(long = "player", value_name = "AGENCY")]
    players: Vec<AgencyId>,
    /// How many times as fast as time passes, to 1000; 0: as fast as it goes
    #[arg(long, default_value_t = 1, value_parser = clap::value_parser!(u32).range(0..=1000))]
    pace: u32,
    #[command(flatten)]
    calling: Calling,
}

/// One exercise.
#[derive(Debug, Args)]
pub(crate) struct One {
    /// The exercise
    id: ExerciseId,
    #[command(flatten)]
    calling: Calling,
}

/// How fast one is to go.
#[derive(Debug, Args)]
pub(crate) struct SetPace {
    #[command(flatten)]
    one: One,
    /// How many times as fast as time passes, to 1000; 0: as fast as it goes
    #[arg(value_parser = clap::value_parser!(u32).range(0..=1000))]
    pace: u32,
}

/// What is put into one.
#[derive(Debug, Args)]
pub(crate) struct Inject {
    #[command(flatten)]
    one: One,
    /// The lines, in the words of scripts
    lines: String,
}

/// A copy of one.
#[derive(Debug, Args)]
pub(crate) struct Fork {
    #[command(flatten)]
    one: One,
    /// The moment up to which the two are the same, as in 2024-03-05T09:00:00Z; where it stands, where absent
    #[arg(long)]
    at: Option<Instant>,
}

fn told(status: &tonic::Status) -> anyhow::Error {
    anyhow!(client::told(status))
}

fn request_id() -> String {
    Uuid::now_v7().simple().to_string()
}

fn line(exercise: Option<v1::Exercise>) -> Result<String> {
    let exercise = exercise.context("the server sent no exercise")?;
    let moment = exercise.moment.as_ref().and_then(time::read_time).map(uk_day_and_time).unwrap_or_default();
    let pace = if exercise.pace == 0 { "as fast as it goes".to_owned() } else { format!("{} times", exercise.pace) };
    let v1::Exercise { exercise_id, title, state, steps_played, steps, .. } = exercise;
    Ok(format!("EXERCISE {exercise_id}  {state:<7}  {moment}  {pace}  step {steps_played} of {steps}  {title}"))
}

pub(super) async fn list(calling: &Calling) -> Result<()> {
    let mut client = calling.client().await?;
    let answer = client.exercises.list_exercises(v1::ListExercisesRequest {}).await.map_err(|status| told(&status))?;
    for exercise in answer.into_inner().exercises {
        say(line(Some(exercise))?)?;
    }
    Ok(())
}

pub(super) async fn scenarios(calling: &Calling) -> Result<()> {
    let mut client = calling.client().await?;
    let answer = client.exercises.list_scenarios(v1::ListScenariosRequest {}).await.map_err(|status| told(&status))?;
    for v1::Scenario { name, about, script: _, agencies } in answer.into_inner().scenarios {
        say(format_args!("{name}\n    {about}\n    {}", agencies.join(", ")))?;
    }
    Ok(())
}

impl Start {
    pub(super) async fn run(&self) -> Result<()> {
        use v1::start_exercise_request::From;
        let file = PathBuf::from(&self.from);
        let from = if file.is_file() {
            From::Script(std::fs::read_to_string(&file).with_context(|| format!("{} cannot be read", file.display()))?)
        } else if muster_exercise::scenario(&self.from).is_some() {
            From::Scenario(self.from.clone())
        } else {
            let known = muster_exercise::SCENARIOS.iter().map(|one| one.name).collect::<Vec<_>>().join(", ");
            bail!("{:?} is neither a file nor one of the scenarios: {known}", self.from);
        };
        let players = self.players.iter().map(ToString::to_string).collect();
        let request = v1::StartExerciseRequest { request_id: request_id(), from: Some(from), players, pace: self.pace };
        let mut client = self.calling.client().await?;
        let answer = client.exercises.start_exercise(request).await.map_err(|status| told(&status))?;
        say(line(answer.into_inner().exercise)?)
    }
}

impl One {
    async fn client(&self) -> Result<client::Client> {
        self.calling.client().await
    }

    fn exercise_id(&self) -> String {
        self.id.to_string()
    }

    pub(super) async fn show(&self) -> Result<()> {
        let request = v1::GetExerciseRequest { exercise_id: self.exercise_id() };
        let answer = self.client().await?.exercises.get_exercise(request).await.map_err(|status| told(&status))?;
        let v1::GetExerciseResponse { exercise, next, played } = answer.into_inner();
        let incidents = exercise.iter().flat_map(|exercise| exercise.incidents.clone()).collect::<Vec<_>>();
        say(line(exercise)?)?;
        for v1::ExerciseIncident { name, incident_id } in incidents {
            say(format_args!("  incident {incident_id} {name}"))?;
        }
        for step in played {
            say(format_args!("  {}", one_step(&step)))?;
        }
        match next {
            Some(step) => say(format_args!("next: {}", one_step(&step))),
            None => Ok(()),
        }
    }

    pub(super) async fn pause(&self) -> Result<()> {
        let request = v1::PauseExerciseRequest { exercise_id: self.exercise_id() };
        let answer = self.client().await?.exercises.pause_exercise(request).await.map_err(|status| told(&status))?;
        say(line(answer.into_inner().exercise)?)
    }

    pub(super) async fn resume(&self) -> Result<()> {
        let request = v1::ResumeExerciseRequest { exercise_id: self.exercise_id() };
        let answer = self.client().await?.exercises.resume_exercise(request).await.map_err(|status| told(&status))?;
        say(line(answer.into_inner().exercise)?)
    }

    pub(super) async fn end(&self) -> Result<()> {
        let request = v1::EndExerciseRequest { exercise_id: self.exercise_id() };
        let answer = self.client().await?.exercises.end_exercise(request).await.map_err(|status| told(&status))?;
        say(line(answer.into_inner().exercise)?)
    }

    pub(super) async fn score(&self) -> Result<()> {
        let request = v1::GetScoreRequest { exercise_id: self.exercise_id() };
        let answer = self.client().await?.exercises.get_score(request).await.map_err(|status| told(&status))?;
        say(answer.into_inner().text.trim_end())
    }
}

impl SetPace {
    pub(super) async fn run(&self) -> Result<()> {
        let request = v1::SetPaceRequest { exercise_id: self.one.exercise_id(), pace: self.pace };
        let answer = self.one.client().await?.exercises.set_pace(request).await.map_err(|status| told(&status))?;
        say(line(answer.into_inner().exercise)?)
    }
}

impl Inject {
    pub(super) async fn run(&self) -> Result<()> {
        let request = v1::AddInjectRequest { exercise_id: self.one.exercise_id(), lines: self.lines.clone() };
        let answer = self.one.client().await?.exercises.add_inject(request).await.map_err(|status| told(&status))?;
        let v1::AddInjectResponse { exercise, steps } = answer.into_inner();
        say(format_args!("{}\n{steps} steps were put in", line(exercise)?))
    }
}

impl Fork {
    pub(super) async fn run(&self) -> Result<()> {
        let (exercise_id, at) = (self.one.exercise_id(), self.at.map(time::write_time));
        let request = v1::ForkExerciseRequest { exercise_id, request_id: request_id(), at };
        let answer = self.one.client().await?.exercises.fork_exercise(request).await.map_err(|status| told(&status))?;
        say(line(answer.into_inner().exercise)?)
    }
}

fn one_step(step: &v1::ExerciseStep) -> String {
    let at = step.at.as_ref().and_then(time::read_time).map(uk_day_and_time).unwrap_or_default();
    let v1::ExerciseStep { text, became, why, .. } = step;
    let became = match became.as_str() {
        "turn" => "now it would be your turn".to_owned(),
        "" => String::new(),
        became if why.is_empty() => became.to_owned(),
        became => format!("{became} ({why})"),
    };
    format!("{at}  {became:<9}  {text}")
}
