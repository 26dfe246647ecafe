//! Which exercise a call is for, if it is for one: the metadata says so, and what answers is made of that exercise's own
//! coordinator. Nothing of the services knows of it.

use std::collections::BTreeMap;
use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll};

use http::HeaderMap;
use muster_exercise::{ExerciseId, Exercises};
use muster_record::rights::Right;
use tokio_util::sync::CancellationToken;
use tonic::Status;
use tonic::body::Body;
use tonic::service::Routes;
use tower::{Layer, Service, ServiceExt as _};

use crate::identity::Caller;
use crate::rights::{Demand, demand};
use crate::server::routes;
use crate::status;

/// The metadata that says which exercise a call is for.
const EXERCISE: &str = "muster-exercise";

/// The service that directs exercises, which is not inside of one.
const DIRECTING: &str = "/muster.v1.ExerciseService/";

/// What answers inside exercises.
pub(crate) struct Inside {
    pub(crate) exercises: Arc<Exercises>,
    stop: CancellationToken,
    routes: Mutex<BTreeMap<ExerciseId, Routes>>,
}

impl Inside {
    /// Nothing is answered yet.
    pub(crate) fn new(exercises: Arc<Exercises>, stop: CancellationToken) -> Arc<Self> {
        Arc::new(Self { exercises, stop, routes: Mutex::default() })
    }

    /// Answers a call for an exercise.
    async fn answers(&self, request: http::Request<Body>) -> Result<http::Response<Body>, Status> {
        let id = named(request.headers())?;
        let caller = request.extensions().get::<Caller>().ok_or_else(status::credential_invalid)?;
        let entered = self.exercises.enter(&caller.agency, &id).await;
        let (exercise, coordinator) = entered.map_err(|error| status::no_exercise(&error))?;
        let _writing = if writes(request.uri().path()) {
            Some(exercise.may_write().await.map_err(|error| status::no_exercise(&error))?)
        } else {
            None
        };
        let known = self.routes.lock().unwrap_or_else(PoisonError::into_inner).get(&id).cloned();
        let routes = match known {
            Some(routes) => routes,
            None => {
                let made = routes::inside(coordinator, &self.stop).await;
                let made = made.map_err(|_| Status::internal("the exercise cannot be served"))?;
                self.routes.lock().unwrap_or_else(PoisonError::into_inner).entry(id).or_insert(made).clone()
            }
        };
        match routes.oneshot(request).await {
            Ok(answer) => Ok(answer),
            Err(never) => match never {},
        }
    }
}

/// The one exercise that the metadata names.
fn named(headers: &HeaderMap) -> Result<ExerciseId, Status> {
    let mut given = headers.get_all(EXERCISE).iter();
    let one = match (given.next(), given.next()) {
        (Some(one), None) => one.to_str().ok().and_then(|one| one.parse().ok()),
        (Some(_), Some(_)) | (None, _) => None,
    };
    one.ok_or_else(status::no_such_exercise)
}

/// Whether a method may write: whatever does not just read.
fn writes(path: &str) -> bool {
    match demand(path) {
        None | Some(Demand::Known | Demand::Right(Right::Read | Right::Audit)) => false,
        Some(Demand::Right(_) | Demand::Either(_, _)) => true,
    }
}

/// Has what is asked for an exercise answered inside of it.
#[derive(Clone)]
pub(crate) struct InsideLayer(pub(crate) Arc<Inside>);

impl<S> Layer<S> for InsideLayer {
    type Service = LiveOrInside<S>;

    fn layer(&self, live: S) -> LiveOrInside<S> {
        LiveOrInside { inside: Arc::clone(&self.0), live }
    }
}

/// The live services, and those of exercises beside them.
#[derive(Clone)]
pub(crate) struct LiveOrInside<S> {
    inside: Arc<Inside>,
    live: S,
}

impl<S> Service<http::Request<Body>> for LiveOrInside<S>
where
    S: Service<http::Request<Body>, Response = http::Response<Body>> + Clone + Send + 'static,
    S::Future: Send,
{
    type Response = http::Response<Body>;
    type Error = S::Error;
    type Future = Pin<Box<dyn Future<Output = Result<Self::Response, Self::Error>> + Send>>;

    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), Self::Error>> {
        self.live.poll_ready(cx)
    }

    fn call(&mut self, request: http::Request<Body>) -> Self::Future {
        if !request.headers().contains_key(EXERCISE) || request.uri().path().starts_with(DIRECTING) {
            return Box::pin(self.live.call(request));
        }
        let inside = Arc::clone(&self.inside);
        Box::pin(async move { Ok(inside.answers(request).await.unwrap_or_else(|status| status.into_http())) })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whatever_does_not_just_read_needs_the_exercise_to_go_on() {
        for path in ["RecordService/Append", "IncidentService/OpenIncident", "RuleSetService/ChangeSettings"] {
            assert!(writes(&format!("/muster.v1.{path}")), "{path}");
        }
        for path in ["RecordService/Watch", "IncidentService/GetIncident", "ServerService/GetServerInfo"] {
            assert!(!writes(&format!("/muster.v1.{path}")), "{path}");
        }
    }

    #[test]
    fn one_exercise_is_named_once_or_none_is_found() {
        let with = |given: &[&str]| {
            let mut headers = HeaderMap::new();
            for one in given {
                headers.append(EXERCISE, one.parse().unwrap());
            }
            named(&headers).map(|id| id.to_string()).ok()
        };
        assert_eq!(with(&["0123456789abcdef"]).as_deref(), Some("0123456789abcdef"));
        for wrong in [&["0123456789abcdef", "0123456789abcdef"][..], &["x"], &[""], &[]] {
            assert_eq!(with(wrong), None);
        }
    }
}
