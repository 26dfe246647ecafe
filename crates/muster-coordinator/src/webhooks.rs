//! Webhooks: agencies register, pause and delete them here; whoever delivers asks here what is due and notes what came of it.
//!
//! What is to be delivered is not here: it is the log itself, behind the place where a webhook stands.

use std::collections::BTreeSet;
use std::sync::Arc;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use muster_record::entry::{Hand, Hash};
use muster_record::ids::{AgencyId, IncidentId, RequestId, Seq};
use muster_record::installing::Who;
use muster_record::visible::Reader;
use muster_record::webhook::{About, Cursor, DeadLetter, Kind, MOST, Paused, Progress, Webhook};
use muster_seal::{Bound, DataKey, KeyRing, Wrapped};
use muster_store::{OutboundWrite, StoredWebhook, WebhookKey, WebhookWrite};
use thiserror::Error;
use tokio::sync::watch;

use crate::coordinator::Coordinator;
use crate::error::{AppendError, QueryError};
use crate::sealing::{nonce, random};

mod at_work;

pub use at_work::ends_the_seat;

/// Entries that are counted as waiting; beyond it is only said that there are more.
const COUNTED: usize = 1000;

/// Dead letters told at a time.
const DEAD_AT_A_TIME: usize = 100;

/// What every webhook's secret begins with, as Standard Webhooks has it.
const SECRET: &str = "whsec_";

/// The keys, word of each change, and whose turn it is to register.
pub(crate) struct Webhooks {
    keys: Arc<KeyRing>,
    changed: watch::Sender<u64>,
    turn: tokio::sync::Mutex<()>,
}

impl Webhooks {
    pub(crate) fn with(keys: Arc<KeyRing>) -> Self {
        Self { keys, changed: watch::Sender::new(0), turn: tokio::sync::Mutex::default() }
    }

    /// Where word of each change goes.
    pub(crate) fn changes(&self) -> watch::Sender<u64> {
        self.changed.clone()
    }
}

/// A webhook to register.
#[derive(Debug, Clone)]
pub struct WebhookAsk {
    /// Whose it is to be.
    pub reader: Reader,
    /// The hand that registers it.
    pub hand: Hand,
    /// The system that registers it, by the URI in its certificate.
    pub uri: Option<String>,
    /// What the caller names the request.
    pub request: RequestId,
    /// The hash of the request's canonical body.
    pub body: Hash,
    /// Where events are posted to; whether it will do was looked at.
    pub url: String,
    /// The one incident it is about, or every one that the agency may see.
    pub incident: Option<IncidentId>,
    /// The kinds of events; all of them where there is none.
    pub kinds: BTreeSet<Kind>,
    /// Whether it is told what was written before, too.
    pub from_the_beginning: bool,
}

/// A webhook and how it stands.
#[derive(Debug, Clone)]
pub struct WebhookStanding {
    /// The webhook.
    pub webhook: Webhook,
    /// How far it has come.
    pub progress: Progress,
    /// Whether it is paused, and why.
    pub paused: Option<Paused>,
    /// Entries of its incidents behind the place where it stands, counted up to 1000, before kinds are chosen.
    pub waiting: u64,
    /// Events that were given up.
    pub dead: u64,
}

/// A webhook that was registered.
#[derive(Debug)]
pub struct Registered {
    /// The webhook.
    pub standing: WebhookStanding,
    /// Its secret, which is told this once; none where the request was answered before.
    pub secret: Option<String>,
}

/// Why nothing was done.
#[derive(Debug, Error)]
pub enum WebhookRefused {
    /// The agency has as many as it may.
    #[error("your agency has {MOST} webhooks, which is as many as it may: delete one")]
    TooMany,
    /// The agency has no such webhook.
    #[error("your agency has no webhook {number}")]
    NoSuch {
        /// The number.
        number: u64,
    },
    /// It could not be written.
    #[error(transparent)]
    Append(#[from] AppendError),
    /// It could not be read.
    #[error(transparent)]
    Query(#[from] QueryError),
}

impl From<muster_store::ReadError> for WebhookRefused {
    fn from(error: muster_store::ReadError) -> Self {
        Self::Query(error.into())
    }
}

impl Coordinator {
    /// Registers a webhook. Its secret is made here and told once.
    ///
    /// # Errors
    /// [`WebhookRefused`]; [`QueryError::NotPermitted`] for an incident in which the agency has no seat.
    pub async fn register_webhook(&self, ask: WebhookAsk) -> Result<Registered, WebhookRefused> {
        let WebhookAsk { reader, hand, uri, request, body, url, incident, kinds, from_the_beginning } = ask;
        let agency = &reader.agency;
        let turn = self.webhooks.turn.lock().await;
        if let Some((known, stored)) = self.readers.webhook_asked(agency, &request)? {
            let stored = stored.filter(|_| known == body).ok_or(AppendError::RequestIdReused)?;
            return Ok(Registered { standing: self.standing_of(stored)?, secret: None });
        }
        if let Some(incident) = &incident {
            self.viewing(&reader, incident)?.ok_or(QueryError::NotPermitted)?;
        }
        if self.readers.webhooks(Some(agency))?.len() >= MOST {
            return Err(WebhookRefused::TooMany);
        }
        let number = self.readers.last_webhook()?.saturating_add(1);
        let surroundings = self.surroundings();
        let key = random(surroundings.as_ref());
        let secret = format!("{SECRET}{}", STANDARD.encode(key.as_slice()));
        let nonce = nonce(surroundings.as_ref());
        let wrapped = self.webhooks.keys.wrap(Bound::Webhook { number }, nonce, &DataKey::new(key));
        let Wrapped { with, bytes } = wrapped.ok_or(AppendError::NoKeys)?;
        let key = WebhookKey { key: with.as_str().to_owned(), wrapped: bytes };
        let cursor = if from_the_beginning {
            Cursor::default()
        } else {
            Cursor { revision: self.readers.last_revision()?.0, seq: Seq(u64::MAX >> 1) }
        };
        let (at, by) = (self.now(), Who::from(hand));
        let Reader { agency, classes } = reader;
        let webhook = Webhook { number, agency, url, incident, kinds, classes, uri, at, by };
        let write = WebhookWrite { webhook: webhook.clone(), key, request, body, cursor };
        self.outbound(OutboundWrite::Register(Box::new(write))).await?;
        drop(turn);
        self.tell_of_webhooks();
        Ok(Registered { standing: self.webhook_of(&webhook.agency, number)?, secret: Some(secret) })
    }

    /// The webhooks of an agency, in order of number.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn webhooks(&self, agency: &AgencyId) -> Result<Vec<WebhookStanding>, WebhookRefused> {
        self.readers.webhooks(Some(agency))?.into_iter().map(|stored| self.standing_of(stored)).collect()
    }

    /// Pauses a webhook: nothing is sent until it is resumed, and nothing is lost.
    ///
    /// # Errors
    /// [`WebhookRefused`].
    pub async fn pause_webhook(
        &self,
        agency: &AgencyId,
        number: u64,
        why: &str,
    ) -> Result<WebhookStanding, WebhookRefused> {
        self.webhook_of(agency, number)?;
        let paused = Paused { why: why.to_owned(), at: self.now() };
        self.outbound(OutboundWrite::Pause { webhook: number, paused }).await?;
        self.tell_of_webhooks();
        self.webhook_of(agency, number)
    }

    /// Lets a webhook go on from where it stands, as if nothing had gone wrong.
    ///
    /// # Errors
    /// [`WebhookRefused`].
    pub async fn resume_webhook(&self, agency: &AgencyId, number: u64) -> Result<WebhookStanding, WebhookRefused> {
        self.webhook_of(agency, number)?;
        self.outbound(OutboundWrite::Resume { webhook: number }).await?;
        self.tell_of_webhooks();
        self.webhook_of(agency, number)
    }

    /// Deletes a webhook, with its secret and its dead letters.
    ///
    /// # Errors
    /// [`WebhookRefused`].
    pub async fn delete_webhook(&self, agency: &AgencyId, number: u64) -> Result<(), WebhookRefused> {
        self.webhook_of(agency, number)?;
        self.outbound(OutboundWrite::Delete { webhook: number, at: self.now() }).await?;
        self.tell_of_webhooks();
        Ok(())
    }

    /// What a webhook gave up, the oldest first, at most a hundred.
    ///
    /// # Errors
    /// [`WebhookRefused`].
    pub fn dead_letters(&self, agency: &AgencyId, number: u64) -> Result<Vec<DeadLetter>, WebhookRefused> {
        self.webhook_of(agency, number)?;
        Ok(self.readers.dead_letters(number, DEAD_AT_A_TIME)?)
    }

    /// Has what a webhook gave up tried once more: one event, or all.
    ///
    /// # Errors
    /// [`WebhookRefused`].
    pub async fn redeliver(&self, agency: &AgencyId, number: u64, about: Option<About>) -> Result<u64, WebhookRefused> {
        let dead = self.webhook_of(agency, number)?.dead;
        let count = if about.is_some() { dead.min(1) } else { dead };
        self.outbound(OutboundWrite::Again { webhook: number, about }).await?;
        self.tell_of_webhooks();
        Ok(count)
    }

    fn webhook_of(&self, agency: &AgencyId, number: u64) -> Result<WebhookStanding, WebhookRefused> {
        let stored = self.readers.webhook(number)?.filter(|stored| stored.webhook.agency == *agency);
        self.standing_of(stored.ok_or(WebhookRefused::NoSuch { number })?)
    }

    fn standing_of(&self, stored: StoredWebhook) -> Result<WebhookStanding, WebhookRefused> {
        let StoredWebhook { webhook, key: _, progress, paused, body: _ } = stored;
        let waiting = self.readers.waiting(&webhook.agency, progress.cursor, webhook.incident.as_ref(), COUNTED)?;
        let dead = self.readers.count_dead_letters(webhook.number)?;
        Ok(WebhookStanding { webhook, progress, paused, waiting, dead })
    }

    fn tell_of_webhooks(&self) {
        self.webhooks.changed.send_modify(|times| *times = times.wrapping_add(1));
    }
}
