//! Pages within an exercise: those over live records, over the records of that exercise, below an address of its own.

use std::sync::Arc;

use axum::Router;
use axum::body::Body;
use axum::extract::State;
use axum::response::{IntoResponse as _, Response};
use http::{Method, Request, Uri};
use muster_console::{StoppedPage, Within};
use muster_coordinator::Coordinator;
use muster_exercise::{Exercise, State as Stands};
use tower::ServiceExt as _;

use super::failing::{self, Failed, drawn};
use super::{Console, Over, over_records};
use crate::connection::Peer;
use crate::record_service::Records;
use crate::status;
use crate::watch::Doorbell;

/// What lets somebody in to the pages within an exercise; each page demands its own besides.
const GET: &str = "/muster.v1.ExerciseService/GetExercise";

/// How an exercise stands, for the line above its pages.
pub(super) fn within(exercise: &Exercise) -> Within {
    let kept = exercise.kept();
    let goes = match (kept.state, kept.pace.times()) {
        (Stands::Running, 0) => "runs as fast as it goes".to_owned(),
        (Stands::Running, 1) => "runs as fast as time passes".to_owned(),
        (Stands::Running, times) => format!("runs {times} times as fast as time passes"),
        (Stands::Paused, _) => "is paused, and nobody writes".to_owned(),
        (Stands::Ended, _) => "has ended, and nobody writes any more".to_owned(),
    };
    Within { id: kept.id.to_string(), title: kept.title.clone(), moment: kept.moment, goes }
}

impl Console {
    /// The same console over the records of an exercise.
    fn of_exercise(&self, exercise: &Arc<Exercise>, coordinator: Arc<Coordinator>, root: &str) -> Self {
        let stop = self.records.stop.clone();
        let doorbell = Doorbell::at(coordinator.tip(), stop.clone());
        Self {
            records: Records { coordinator: Arc::clone(&coordinator), doorbell, stop },
            coordinator,
            keeper: Arc::clone(&self.keeper),
            links: None,
            root: root.to_owned(),
            over: Over::Exercise(Arc::clone(exercise)),
        }
    }
}

/// Answers what is asked below `/exercises/ID/play/`.
pub(super) async fn answers(State(console): State<Arc<Console>>, request: Request<Body>) -> Response {
    answered(&console, request).await.unwrap_or_else(Failed::into_response)
}

async fn answered(console: &Console, request: Request<Body>) -> Result<Response, Failed> {
    let path = request.uri().path().to_owned();
    let below = path.strip_prefix("/exercises/").and_then(|rest| rest.split_once("/play/"));
    let (id, rest) = below.ok_or(Failed::NoSuchPage)?;
    let (mut parts, body) = request.into_parts();
    // Whoever is not signed in is led to sign in, before they are told whether there is such an exercise.
    let caller = console.caller(&parts, GET).await?;
    let known = console.known(&caller, id)?;
    let no_exercise = |error| Failed::from(status::no_exercise(&error)).back_to("/exercises");
    let entered = console.exercises()?.enter(&caller.agency, &known.kept().id).await;
    let (exercise, coordinator) = entered.map_err(no_exercise)?;
    let _writing = match parts.method {
        Method::GET | Method::HEAD => None,
        _ => Some(
            exercise
                .may_write()
                .await
                .map_err(|error| Failed::from(status::no_exercise(&error)).back_to(&format!("/exercises/{id}")))?,
        ),
    };
    let query = parts.uri.query().map_or_else(String::new, |query| format!("?{query}"));
    parts.uri = format!("/{rest}{query}").parse::<Uri>().map_err(|_| Failed::NoSuchPage)?;
    // What was read off the whole address is not this one's: only who is connected goes along.
    let peer = parts.extensions.remove::<Peer>();
    parts.extensions.clear();
    if let Some(peer) = peer {
        parts.extensions.insert(peer);
    }
    let root = format!("/exercises/{id}/play");
    let pages: Router = over_records()
        .fallback(failing::no_such_page)
        .method_not_allowed_fallback(failing::no_such_page)
        .with_state(Arc::new(console.of_exercise(&exercise, coordinator, &root)));
    let mut answer = match pages.oneshot(Request::from_parts(parts, body)).await {
        Ok(answer) => answer,
        Err(never) => match never {},
    };
    // What did not go says within which exercise it did not.
    Ok(match answer.extensions_mut().remove::<Arc<StoppedPage>>() {
        Some(page) => {
            let page = Arc::unwrap_or_clone(page).within(&root, within(&exercise));
            drawn(answer.status(), page)
        }
        None => answer,
    })
}
