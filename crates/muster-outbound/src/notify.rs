//! GOV.UK Notify: hands over letters and e-mails that were approved and issued on a record, once each.
//!
//! Before anything is sent it is noted that it is about to be, under a reference that both sides know it by. Where the
//! outcome is not known, Notify is asked for that reference before it is sent again.

use std::sync::Arc;

use http::request::Builder;
use hyper::body::Bytes;
use jsonwebtoken::{Algorithm, EncodingKey, Header};
use muster_coordinator::{AppendError, Coordinator, Letter, NotSent, OutboundWrite, QueryError};
use muster_record::dispatch::{Dispatch, DispatchState, Recipient, reference};
use muster_record::ids::{CommunicationNo, IncidentId};
use muster_record::time::Instant;
use muster_record::visible::Reader;
use muster_record::webhook::Target;
use muster_seal::DataKey;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};
use sha2::{Digest as _, Sha256};
use thiserror::Error;
use zeroize::Zeroizing;

use crate::post::{Answer, NoAnswer, Poster};

/// A key of Notify's API: `NAME-SERVICE-SECRET`, of which the last two are UUIDs. It cannot be printed.
pub struct ApiKey {
    service: String,
    secret: Zeroizing<String>,
}

/// Why a text is no such key. It says nothing of the text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[error("it is no key of GOV.UK Notify: a name, the service's UUID and the secret UUID, with a hyphen between them")]
pub struct BadApiKey;

impl ApiKey {
    /// Reads a key.
    ///
    /// # Errors
    /// When it does not have the form of one.
    pub fn read(text: &str) -> Result<Self, BadApiKey> {
        let text = text.trim();
        let (rest, secret) = text.split_at_checked(text.len().saturating_sub(36)).ok_or(BadApiKey)?;
        let rest = rest.strip_suffix('-').ok_or(BadApiKey)?;
        let (name, service) = rest.split_at_checked(rest.len().saturating_sub(36)).ok_or(BadApiKey)?;
        if !is_uuid(secret) || !is_uuid(service) || !name.ends_with('-') {
            return Err(BadApiKey);
        }
        Ok(Self { service: service.to_owned(), secret: Zeroizing::new(secret.to_owned()) })
    }

    /// The token of one call. Notify takes it for half a minute around `now`.
    fn token(&self, now: Instant) -> Result<String, jsonwebtoken::errors::Error> {
        let claims = Claims { iss: &self.service, iat: now.timestamp() };
        jsonwebtoken::encode(
            &Header::new(Algorithm::HS256),
            &claims,
            &EncodingKey::from_secret(self.secret.as_bytes()),
        )
    }

    /// What references are made with, so that nobody without the key can find out a recipient by trying.
    fn of_references(&self) -> DataKey {
        DataKey::new(Zeroizing::new(Sha256::digest(self.secret.as_bytes()).into()))
    }
}

fn is_uuid(text: &str) -> bool {
    let hyphens = [8, 13, 18, 23];
    text.len() == 36
        && text.bytes().enumerate().all(|(place, byte)| {
            if hyphens.contains(&place) { byte == b'-' } else { byte.is_ascii_hexdigit() }
        })
}

#[derive(Serialize)]
struct Claims<'a> {
    iss: &'a str,
    iat: i64,
}

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

#[derive(Deserialize)]
struct Created {
    id: String,
}

#[derive(Deserialize)]
struct Found {
    notifications: Vec<Created>,
}

#[derive(Deserialize)]
struct Errors {
    errors: Vec<OneError>,
}

#[derive(Deserialize)]
struct OneError {
    error: String,
    message: Value,
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

/// What is posted, and where: the shapes that Notify's documentation has.
fn body(template: &str, letter: &Letter, to: &Recipient, reference: &str) -> (&'static str, Value) {
    let Letter { audience, title, body } = letter;
    let mut personalisation: Map<String, Value> =
        [("title", title), ("body", body), ("audience", audience)].map(|(key, text)| (key.to_owned(), json!(text))).into_iter().collect();
    match to {
        Recipient::Email(address) => {
            let body = json!({
                "email_address": address,
                "template_id": template,
                "personalisation": personalisation,
                "reference": reference,
            });
            ("/v2/notifications/email", body)
        }
        Recipient::Letter(lines) => {
            for (line, number) in lines.iter().zip(1_u32..) {
                personalisation.insert(format!("address_line_{number}"), json!(line));
            }
            let body = json!({ "template_id": template, "personalisation": personalisation, "reference": reference });
            ("/v2/notifications/letter", body)
        }
    }
}

/// What Notify says is wrong, in one line.
fn told(body: &[u8]) -> String {
    let Ok(Errors { errors }) = serde_json::from_slice(body) else { return "no reason that can be read".to_owned() };
    let told = errors.iter().map(|OneError { error, message }| {
        let message = message.as_str().map_or_else(|| message.to_string(), str::to_owned);
        format!("{error}: {message}")
    });
    told.collect::<Vec<_>>().join("; ").chars().take(500).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const SERVICE: &str = "26785a09-ab16-4eb0-8407-a37497a57506";
    const SECRET: &str = "3d844edf-8d35-48ac-975b-e847b4f122b0";

    #[test]
    fn a_key_is_read_from_its_end_for_its_name_may_hold_hyphens() {
        for name in ["my_test_key", "a-name-with-hyphens", "x"] {
            let key = ApiKey::read(&format!("{name}-{SERVICE}-{SECRET}\n")).unwrap();
            assert_eq!((key.service.as_str(), key.secret.as_str()), (SERVICE, SECRET));
        }
        for bad in ["", "key", SECRET, &format!("{SERVICE}-{SECRET}"), &format!("x-{SERVICE}{SECRET}-"), &format!("x-{SERVICE}-{SECRET}0")] {
            assert!(ApiKey::read(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn what_is_posted_has_the_shapes_that_notify_has() {
        let letter = Letter { audience: "families".to_owned(), title: "T".to_owned(), body: "B".to_owned() };
        let lines = ["The Occupier", "1 High Street", "CV1 1AA"].map(str::to_owned).to_vec();
        let (path, body) = body("template", &letter, &Recipient::Letter(lines), "ref");
        assert_eq!(path, "/v2/notifications/letter");
        let expected = json!({
            "template_id": "template",
            "personalisation": {
                "title": "T", "body": "B", "audience": "families",
                "address_line_1": "The Occupier", "address_line_2": "1 High Street", "address_line_3": "CV1 1AA",
            },
            "reference": "ref",
        });
        assert_eq!(body, expected);
    }
}
