//! Open pages: the watch that a partner system follows, as server-sent events.
//!
//! The id of an event is the resume token behind it, so that a page goes on where it stopped, through restarts.

use std::convert::Infallible;
use std::sync::Arc;

use axum::body::{Body, Bytes};
use axum::extract::{Path, Query, State};
use axum::response::{IntoResponse as _, Response};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use http::header::{CACHE_CONTROL, CONTENT_TYPE, HeaderName};
use http::request::Parts;
use muster_console::fragment;
use muster_coordinator::Coordinator;
use muster_proto::v1;
use muster_proto::v1::record_service_server::RecordService as _;
use muster_proto::v1::watch_request::Scope;
use muster_proto::v1::watch_response::Event;
use muster_record::ids::IncidentId;
use serde::Deserialize;
use tokio::sync::mpsc;
use tokio_stream::wrappers::ReceiverStream;
use tokio_stream::{Stream, StreamExt as _};
use tonic::{Code, Request, Status};

use super::Console;
use super::failing::Failed;
use super::record::line;
use crate::{bounds, status};

const WATCH: &str = "/muster.v1.RecordService/Watch";
const LAST_EVENT: HeaderName = HeaderName::from_static("last-event-id");
/// Has proxies hand on each event at once.
const BUFFERING: HeaderName = HeaderName::from_static("x-accel-buffering");

/// Where an open page goes on.
#[derive(Debug, Deserialize)]
pub(super) struct From {
    #[serde(default)]
    pub(super) after: String,
}

pub(super) async fn all(
    State(console): State<Arc<Console>>,
    Query(from): Query<From>,
    parts: Parts,
) -> Result<Response, Failed> {
    Ok(console.follow(&parts, Scope::AllVisible(v1::AllVisible {}), None, &from.after).await)
}

pub(super) async fn one(
    State(console): State<Arc<Console>>,
    Path(id): Path<String>,
    Query(from): Query<From>,
    parts: Parts,
) -> Result<Response, Failed> {
    let incident = id.parse().map_err(|_| Failed::NoSuchPage)?;
    Ok(console.follow(&parts, Scope::IncidentId(id), Some(incident), &from.after).await)
}

/// One event: what it is called, what it says, and the place behind it.
pub(super) fn event(name: &str, data: &str, id: Option<&[u8]>) -> Bytes {
    let id = id.map(|id| format!("id: {}\n", URL_SAFE_NO_PAD.encode(id))).unwrap_or_default();
    let data = data.lines().map(|line| format!("data: {line}\n")).collect::<String>();
    let data = if data.is_empty() { "data: \n".to_owned() } else { data };
    format!("{id}event: {name}\n{data}\n").into()
}

/// A place as an open page keeps it.
pub(super) fn place(resume: &[u8]) -> String {
    URL_SAFE_NO_PAD.encode(resume)
}

/// What a page is told when its stream ends for good; nothing, where it should come again.
pub(super) fn last_word(status: &Status) -> Option<&'static str> {
    match status.code() {
        Code::Unauthenticated => Some("Your session has ended. Load the page again to sign in."),
        Code::PermissionDenied => Some("Your agency no longer has access to this. Load the page again."),
        Code::OutOfRange | Code::InvalidArgument => {
            Some("The server was put back from a backup, or changed. Load the page again, and compare.")
        }
        Code::ResourceExhausted => Some("Your agency has as many pages open as it may. This one stands still."),
        Code::Ok
        | Code::Cancelled
        | Code::Unknown
        | Code::DeadlineExceeded
        | Code::NotFound
        | Code::AlreadyExists
        | Code::FailedPrecondition
        | Code::Aborted
        | Code::Unimplemented
        | Code::Internal
        | Code::Unavailable
        | Code::DataLoss => None,
    }
}

pub(super) fn answer(body: Body) -> Response {
    let headers = [(CONTENT_TYPE, "text/event-stream"), (CACHE_CONTROL, "no-store"), (BUFFERING, "no")];
    (headers, body).into_response()
}

impl Console {
    async fn follow(&self, parts: &Parts, scope: Scope, id: Option<IncidentId>, after: &str) -> Response {
        match self.watch(parts, scope, after).await {
            Ok(watch) => {
                let (sender, receiver) = mpsc::channel(bounds::PAGE_WAITING);
                tokio::spawn(tell((self.root.clone(), Arc::clone(&self.coordinator)), id, watch, sender));
                answer(Body::from_stream(ReceiverStream::new(receiver).map(Ok::<_, Infallible>)))
            }
            Err(failed) => Self::not_followed(failed),
        }
    }

    /// What an open page is answered that cannot follow.
    pub(super) fn not_followed(failed: Failed) -> Response {
        let status = match failed {
            Failed::Told(status, _) => *status,
            Failed::NotSignedIn(_) | Failed::FromElsewhere(_) => status::credential_invalid(),
            Failed::NoSuchPage | Failed::Ours(_) => Status::internal("no page"),
        };
        match last_word(&status) {
            Some(word) => answer(event("ended", word, None).into()),
            // The page comes again by itself.
            None => Failed::from(status).into_response(),
        }
    }

    pub(super) async fn watch(&self, parts: &Parts, scope: Scope, after: &str) -> Result<Watch, Failed> {
        let caller = self.caller(parts, WATCH).await?;
        let last = parts.headers.get(LAST_EVENT).and_then(|last| last.to_str().ok()).unwrap_or(after);
        let bad = |_| status::bad_token("after", crate::token::BadToken);
        let resume_from = URL_SAFE_NO_PAD.decode(last).map_err(bad)?.into();
        let bookmark_seconds = bounds::PAGE_MARK;
        let mut asked = Request::new(v1::WatchRequest {
            scope: Some(scope),
            resume_from,
            include_snapshot: false,
            bookmark_seconds,
        });
        asked.extensions_mut().insert(caller);
        Ok(self.records.watch(asked).await?.into_inner())
    }
}

type Watch = std::pin::Pin<Box<dyn Stream<Item = Result<v1::WatchResponse, Status>> + Send>>;

/// Tells an open page what a watch says, until either ends.
async fn tell(
    (root, coordinator): (String, Arc<Coordinator>),
    id: Option<IncidentId>,
    mut watch: Watch,
    page: mpsc::Sender<Bytes>,
) {
    if page.send(event("ready", "", None)).await.is_err() {
        return;
    }
    let mut looking = false;
    loop {
        let settled = async {
            match &id {
                Some(id) if looking => coordinator.advice_settles(id).await,
                Some(_) | None => std::future::pending().await,
            }
        };
        let told = tokio::select! {
            biased;
            () = page.closed() => return,
            told = watch.next() => told,
            () = settled => {
                looking = false;
                if page.send(event("advice", "", None)).await.is_err() {
                    return;
                }
                continue;
            }
        };
        let said = match told {
            Some(Ok(v1::WatchResponse { event: Some(said), resume })) => match said {
                Event::Changes(v1::ChangeSet { incident_id: _, commit_time: _, entries }) => {
                    looking = true;
                    let known = coordinator.directory();
                    let drawn = entries.iter().map(|entry| fragment(&line(&root, known, entry)));
                    let drawn: Result<Vec<String>, _> = drawn.collect();
                    match drawn {
                        Ok(drawn) => event("entries", &drawn.join("\n"), Some(&resume)),
                        Err(fault) => {
                            tracing::error!(%fault, "an entry could not be drawn");
                            return;
                        }
                    }
                }
                Event::AccessEnded(v1::AccessEnded { incident_id: _ }) if id.is_some() => {
                    event("ended", "Your agency no longer has access to this. Load the page again.", None)
                }
                Event::AccessEnded(v1::AccessEnded { incident_id: _ }) => event("advice", "", Some(&resume)),
                Event::Bookmark(v1::Bookmark {}) | Event::Snapshot(_) | Event::Checkpoint(_) => {
                    event("mark", "", Some(&resume))
                }
            },
            Some(Ok(v1::WatchResponse { event: None, resume: _ })) => continue,
            Some(Err(status)) => match last_word(&status) {
                Some(word) => event("ended", word, None),
                None => return,
            },
            None => return,
        };
        if page.send(said).await.is_err() {
            return;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_event_has_a_name_a_place_and_its_lines() {
        let bytes = event("entries", "<li>1</li>\n<li>2</li>", Some(b"\x01\x02"));
        let said = std::str::from_utf8(&bytes).unwrap();
        assert_eq!(said, "id: AQI\nevent: entries\ndata: <li>1</li>\ndata: <li>2</li>\n\n");
        assert_eq!(event("mark", "", None), Bytes::from("event: mark\ndata: \n\n"));
    }
}
