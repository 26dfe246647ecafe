//! What the forms of whoever directs an exercise ask for: each by the call itself.

use std::sync::Arc;

use axum::Form;
use axum::extract::{Path, State};
use axum::response::{IntoResponse as _, Redirect, Response};
use http::StatusCode;
use http::request::Parts;
use muster_console::Typed;
use muster_proto::v1::exercise_service_server::ExerciseService as _;
use muster_proto::{time, v1};
use tonic::{Code, Request, Status};
use tonic_types::StatusExt as _;

use super::Console;
use super::entering::page;
use super::failing::Failed;
use super::fields::{Field, Fields, moment, number, one};
use crate::exercise_service::Rehearsals;
use crate::identity::Caller;

const DIRECT: &str = "/muster.v1.ExerciseService/SetPace";

/// A call for somebody.
pub(super) fn asked<T>(caller: &Caller, message: T) -> Request<T> {
    let mut request = Request::new(message);
    request.extensions_mut().insert(caller.clone());
    request
}

impl Console {
    pub(super) fn rehearsals(&self) -> Result<Rehearsals, Failed> {
        Ok(Rehearsals { exercises: Arc::clone(self.exercises()?) })
    }
}

/// Does what a form says; answers where to go on, or shows the page again with what was typed and what is wrong with it.
pub(super) async fn does(
    State(console): State<Arc<Console>>,
    Path((id, what)): Path<(String, String)>,
    parts: Parts,
    Form(fields): Form<Fields>,
) -> Result<Response, Failed> {
    let caller = console.caller(&parts, DIRECT).await?;
    let service = console.rehearsals()?;
    match direct(&service, &caller, &id, &what, &fields).await {
        Some(Ok(on)) => Ok(Redirect::to(&format!("/exercises/{on}")).into_response()),
        Some(Err(status)) if status.code() == Code::InvalidArgument => {
            let typed = Typed { wrong: wrong(&status), fields };
            let exercise = console.known(&caller, &id)?;
            let shown = page(&console.exercise_page(&caller, &exercise, typed))?;
            Ok((StatusCode::BAD_REQUEST, shown).into_response())
        }
        Some(Err(status)) => Err(Failed::from(status).back_to(&format!("/exercises/{id}"))),
        None => Err(Failed::NoSuchPage),
    }
}

/// The exercise to go on with; nothing where no form asks for that.
async fn direct(
    service: &Rehearsals,
    caller: &Caller,
    id: &str,
    what: &str,
    fields: &[Field],
) -> Option<Result<String, Status>> {
    let exercise_id = id.to_owned();
    let done = match what {
        "pause" => service.pause_exercise(asked(caller, v1::PauseExerciseRequest { exercise_id })).await.map(drop),
        "resume" => service.resume_exercise(asked(caller, v1::ResumeExerciseRequest { exercise_id })).await.map(drop),
        "end" => service.end_exercise(asked(caller, v1::EndExerciseRequest { exercise_id })).await.map(drop),
        "pace" => match number(fields, "pace") {
            Ok(pace) => service.set_pace(asked(caller, v1::SetPaceRequest { exercise_id, pace })).await.map(drop),
            Err(status) => Err(status),
        },
        "inject" => {
            let lines = one(fields, "lines").to_owned();
            service.add_inject(asked(caller, v1::AddInjectRequest { exercise_id, lines })).await.map(drop)
        }
        "fork" => return Some(fork(service, caller, exercise_id, fields).await),
        _ => return None,
    };
    Some(done.map(|()| id.to_owned()))
}

async fn fork(service: &Rehearsals, caller: &Caller, from: String, fields: &[Field]) -> Result<String, Status> {
    let at = moment(fields, "at")?.map(time::write_time);
    let message = v1::ForkExerciseRequest { exercise_id: from, request_id: one(fields, "request").to_owned(), at };
    let forked = service.fork_exercise(asked(caller, message)).await?.into_inner();
    Ok(forked.exercise.unwrap_or_default().exercise_id)
}

/// What is wrong with a form, field by field, as the call says it. What stands in one line of many is the field's.
pub(super) fn wrong(status: &Status) -> Vec<(String, String)> {
    let violations = status.get_details_bad_request().map(|bad| bad.field_violations).unwrap_or_default();
    let told = |field: &str, problem: &str| match field.split_once('[') {
        Some((field, line)) => (field.to_owned(), format!("{}: {problem}", line.trim_end_matches(']'))),
        None => (field.rsplit('.').next().unwrap_or(field).to_owned(), format!("{field} {problem}")),
    };
    let wrong: Vec<_> = violations.iter().map(|one| told(&one.field, &one.description)).collect();
    if wrong.is_empty() { vec![(String::new(), status.message().to_owned())] } else { wrong }
}
