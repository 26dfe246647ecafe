//! GOV.UK Notify: hands over letters and e-mails that were approved and issued on a record, once each.
//!
//! Before anything is sent it is noted that it is about to be, under a reference that both sides know it by. Where the
//! outcome is not known, Notify is asked for that reference before it is sent again.

use std::sync::Arc;

use http::request::Builder;
use hyper::body::Bytes;
use muster_coordinator::{AppendError, Coordinator, Letter, NotSent, OutboundWrite, QueryError};
use muster_record::dispatch::{Dispatch, DispatchState, Recipient, reference};
use muster_record::ids::{CommunicationNo, IncidentId};
use muster_record::time::Instant;
use muster_record::visible::Reader;
use muster_record::webhook::Target;
use thiserror::Error;

use crate::post::{Answer, NoAnswer, Poster};

mod key;
mod shapes;

pub use key::{ApiKey, BadApiKey};
use shapes::{Created, Found, body, told};

/// The templates at Notify, each with the places `((title))`, `((body))` and `((audience))`.
#[derive(Debug, Clone)]
pub struct Templates {
    /// For e-mails; none are sent where absent.
    pub email: Option<String>,
    /// For letters; none are sent where absent.
    pub letter: Option<String>,
}

/// How Notify is reached.
pub struct NotifySettings {
    /// Where it is.
    pub at: Target,
    /// The key.
    pub key: ApiKey,
    /// The templates.
    pub templates: Templates,
    /// What posts.
    pub poster: Poster,
}

/// Hands over letters and e-mails.
pub struct Notify {
    settings: NotifySettings,
    /// One call at a time: nothing is sent twice by two who ask at once.
    turn: tokio::sync::Mutex<()>,
}

/// Why nothing was sent.
#[derive(Debug, Error)]
pub enum SendError {
    /// There is no template for it.
    #[error("this server has no template for a {0}: its operator names one in [notify]")]
    NoTemplate(muster_record::dispatch::Channel),
    /// The communication is not sent.
    #[error(transparent)]
    NotSent(#[from] NotSent),
    /// It could not be read.
    #[error(transparent)]
    Query(#[from] QueryError),
    /// It could not be noted, and so it is not known what was sent: asking again is safe.
    #[error(transparent)]
    Append(#[from] AppendError),
}

/// What a try came to.
struct Came {
    state: DispatchState,
    id: String,
    answer: String,
}

impl Came {
    fn unknown(answer: impl Into<String>) -> Self {
        Self { state: DispatchState::Unknown, id: String::new(), answer: answer.into() }
    }

    fn accepted(id: String) -> Self {
        Self { state: DispatchState::Accepted, id, answer: String::new() }
    }
}

impl Notify {
    /// A connector that has sent nothing yet.
    pub fn new(settings: NotifySettings) -> Self {
        Self { settings, turn: tokio::sync::Mutex::default() }
    }

    /// Sends a communication to these recipients, one after another, and says what came of each. Whoever was sent it
    /// before is not sent it again.
    ///
    /// # Errors
    /// [`SendError`]; what was sent before it is kept.
    pub async fn send(
        &self,
        coordinator: &Arc<Coordinator>,
        reader: &Reader,
        incident: &IncidentId,
        communication: CommunicationNo,
        recipients: &[Recipient],
    ) -> Result<Vec<Dispatch>, SendError> {
        let letter = coordinator.issued(reader, incident, communication)?;
        for to in recipients {
            self.template(to)?;
        }
        let _turn = self.turn.lock().await;
        let mut sent = Vec::with_capacity(recipients.len());
        let key = self.settings.key.of_references();
        for to in recipients {
            let reference = reference(incident, communication, to, |what| key.digest(what));
            let begun = Dispatch {
                reference,
                incident: incident.clone(),
                communication,
                agency: reader.agency.clone(),
                channel: to.channel(),
                at: coordinator.now(),
                state: DispatchState::Unknown,
                id: String::new(),
                answer: String::new(),
            };
            sent.push(self.send_one(coordinator, &letter, to, begun).await?);
        }
        Ok(sent)
    }

    async fn send_one(
        &self,
        coordinator: &Coordinator,
        letter: &Letter,
        to: &Recipient,
        begun: Dispatch,
    ) -> Result<Dispatch, SendError> {
        let known = coordinator.dispatch(&begun.reference)?;
        let came = match known {
            Some(known) if known.state == DispatchState::Accepted => return Ok(known),
            Some(known) if known.state == DispatchState::Unknown => {
                match self.look_for(&begun.reference, coordinator.now()).await {
                    Ok(Some(id)) => Came::accepted(id),
                    Ok(None) => self.post(letter, to, &begun.reference, coordinator.now()).await?,
                    Err(why) => Came::unknown(format!("whether it was sent before could not be found out: {why}")),
                }
            }
            Some(_) | None => {
                coordinator.outbound(OutboundWrite::Dispatch(begun.clone())).await?;
                self.post(letter, to, &begun.reference, coordinator.now()).await?
            }
        };
        let Came { state, id, answer } = came;
        metrics::counter!("muster_notify_total", "state" => state.word()).increment(1);
        let dispatch = Dispatch { state, id, answer, at: coordinator.now(), ..begun };
        coordinator.outbound(OutboundWrite::Dispatch(dispatch.clone())).await?;
        Ok(dispatch)
    }

    fn template(&self, to: &Recipient) -> Result<&str, SendError> {
        let Templates { email, letter } = &self.settings.templates;
        let template = match to {
            Recipient::Email(_) => email,
            Recipient::Letter(_) => letter,
        };
        template.as_deref().ok_or_else(|| SendError::NoTemplate(to.channel()))
    }

    async fn post(&self, letter: &Letter, to: &Recipient, reference: &str, now: Instant) -> Result<Came, SendError> {
        let template = self.template(to)?;
        let (path, body) = body(template, letter, to, reference);
        let request = http::Request::post("/").header(http::header::CONTENT_TYPE, "application/json");
        Ok(match self.ask(path, request, Bytes::from(body.to_string()), now).await {
            Ok(Answer { status: 201, body }) => match serde_json::from_slice::<Created>(&body) {
                Ok(created) => Came::accepted(created.id),
                Err(_) => Came::unknown("Notify answered 201 with what cannot be read"),
            },
            Ok(Answer { status: status @ 400..=499, body }) => {
                let answer = format!("Notify answered {status}: {}", told(&body));
                Came { state: DispatchState::Refused, id: String::new(), answer }
            }
            Ok(Answer { status, body }) => Came::unknown(format!("Notify answered {status}: {}", told(&body))),
            Err(why) => Came::unknown(why),
        })
    }

    /// What Notify knows under that reference.
    async fn look_for(&self, reference: &str, now: Instant) -> Result<Option<String>, String> {
        let path = format!("/v2/notifications?reference={reference}");
        let answer = self.ask(&path, http::Request::get("/"), Bytes::new(), now).await?;
        if answer.status != 200 {
            return Err(format!("Notify answered {}: {}", answer.status, told(&answer.body)));
        }
        let found: Found = serde_json::from_slice(&answer.body).map_err(|error| error.to_string())?;
        Ok(found.notifications.into_iter().next().map(|created| created.id))
    }

    async fn ask(&self, path: &str, request: Builder, body: Bytes, now: Instant) -> Result<Answer, String> {
        let NotifySettings { at, key, templates: _, poster } = &self.settings;
        let token = key.token(now).map_err(|error| error.to_string())?;
        let request = request.header(http::header::AUTHORIZATION, format!("Bearer {token}"));
        let to = Target { path: format!("{}{path}", at.path.trim_end_matches('/')), ..at.clone() };
        poster.ask(&to, request, body).await.map_err(|error| match error {
            NoAnswer::NotReached(why) => format!("Notify was not reached: {why}"),
            NoAnswer::NotAnswered(why) => format!("Notify did not answer: {why}"),
        })
    }
}
