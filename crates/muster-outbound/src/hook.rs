//! One webhook at work: it walks the log behind its place, one event after another, and notes how far it came.
//!
//! What the agency may see is asked anew for every attempt. Where its access ended, the next attempt sends nothing more.

use std::sync::Arc;
use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use hyper::body::Bytes;
use muster_coordinator::{
    AppendError, Coordinator, OutboundWrite, QueryError, Revision, Stored, WebhookRefused, ends_the_seat,
};
use muster_record::ids::Seq;
use muster_record::visible::{Reader, Seen};
use muster_record::webhook::{
    About, Cursor, DeadLetter, Event, MOST_DEAD, Next, Outcome, Progress, Told, Trouble, Webhook, event, judged, next,
    target,
};
use thiserror::Error;
use tokio::sync::watch;
use tokio_util::sync::CancellationToken;

use crate::delivering::{Admits, Webhooks};
use crate::post::NoAnswer;

/// Entries read at a time.
const PAGE: usize = 64;

/// Events that are taken before it is kept that they were: as many may come again after a crash, under the ids they had.
const KEEP_AFTER: u64 = 16;

pub(crate) struct Hook {
    pub(crate) coordinator: Arc<Coordinator>,
    pub(crate) webhooks: Webhooks,
    pub(crate) admits: Admits,
    pub(crate) webhook: Webhook,
    pub(crate) progress: Progress,
    pub(crate) stop: CancellationToken,
    pub(crate) changed: watch::Receiver<()>,
}

/// How it ended.
pub(crate) enum Ended {
    /// It was stopped.
    Stopped,
    /// It has to pause.
    Pauses(String),
    /// The store does not do what it should.
    Failed(Failed),
}

#[derive(Debug, Error)]
pub(crate) enum Failed {
    #[error(transparent)]
    Query(#[from] QueryError),
    #[error(transparent)]
    Append(#[from] AppendError),
    #[error(transparent)]
    Refused(#[from] WebhookRefused),
    #[error(transparent)]
    Broken(#[from] muster_record::entry::Broken),
}

impl<T: Into<Failed>> From<T> for Ended {
    fn from(error: T) -> Self {
        Self::Failed(error.into())
    }
}

impl Hook {
    pub(crate) async fn run(mut self) -> Ended {
        match self.follow().await {
            Ok(never) => match never {},
            Err(ended) => ended,
        }
    }

    async fn follow(&mut self) -> Result<std::convert::Infallible, Ended> {
        let mut tip = self.coordinator.tip();
        loop {
            tip.mark_unchanged();
            self.changed.mark_unchanged();
            self.try_the_dead_again().await?;
            self.catch_up().await?;
            tokio::select! {
                () = self.stop.cancelled() => return Err(Ended::Stopped),
                told = tip.changed() => told.map_err(|_| Ended::Stopped)?,
                told = self.changed.changed() => told.map_err(|_| Ended::Stopped)?,
            }
        }
    }

    async fn catch_up(&mut self) -> Result<(), Ended> {
        let mut unkept = 0_u64;
        loop {
            let Cursor { revision, seq } = self.progress.cursor;
            let page = self.coordinator.since(Revision(revision.saturating_sub(1)), PAGE)?;
            let mut moved = false;
            for commit in page.chunk_by(|a, b| a.revision == b.revision) {
                let Some(first) = commit.first() else { continue };
                let behind = |stored: &&Stored| stored.revision.0 > revision || stored.sealed.seq > seq;
                let about = self.webhook.is_about(&first.sealed.incident);
                for stored in commit.iter().filter(behind) {
                    moved = true;
                    let ends = commit.last().is_some_and(|last| last.sealed.seq == stored.sealed.seq);
                    if about && self.settle(stored, if ends { commit } else { &[] }).await? {
                        unkept = unkept.saturating_add(1);
                    }
                    self.progress.cursor = Cursor { revision: stored.revision.0, seq: stored.sealed.seq };
                    if unkept >= KEEP_AFTER {
                        self.keep().await?;
                        unkept = 0;
                    }
                }
            }
            if self.stop.is_cancelled() {
                return Err(Ended::Stopped);
            }
            if !moved {
                break;
            }
            tokio::task::yield_now().await;
        }
        if unkept > 0 { self.keep().await } else { Ok(()) }
    }

    /// Has one entry told or given up; says whether anything came of it. `ending` is the change set that ends with it.
    async fn settle(&mut self, stored: &Stored, ending: &[Stored]) -> Result<bool, Ended> {
        let mut tried = false;
        loop {
            let Some(event) = self.event(stored, ending)? else { return Ok(tried) };
            tried = true;
            let outcome = self.attempt(&event).await?;
            let (now, chance) = (self.coordinator.now(), chance());
            let follows = next(&self.webhooks.patience, self.progress.trouble, &outcome, now, chance);
            let attempts = self.progress.trouble.attempts.saturating_add(1);
            let why = match outcome {
                Outcome::Delivered => String::new(),
                Outcome::Away(why) | Outcome::NotTaken(why) | Outcome::Gone(why) => {
                    self.progress.error = Some((why.clone(), now));
                    why
                }
            };
            match follows {
                Next::GoOn => {
                    self.progress.trouble = Trouble::default();
                    self.progress.delivered = self.progress.delivered.saturating_add(1);
                    self.progress.last = Some((about(stored), now));
                    return Ok(true);
                }
                Next::Again { after, trouble } => {
                    self.progress.trouble = trouble;
                    self.keep().await?;
                    self.rest(after).await?;
                }
                Next::GiveUp { trouble } => {
                    self.give_up(stored, attempts, why).await?;
                    self.progress.trouble = trouble;
                    self.step_behind(stored).await?;
                    if self.coordinator.count_dead_letters(self.webhook.number)? >= MOST_DEAD {
                        return Err(Ended::Pauses(format!("{MOST_DEAD} events were given up and wait to be looked at")));
                    }
                    return Ok(true);
                }
                Next::GiveUpAndPause(because) => {
                    self.give_up(stored, attempts, why).await?;
                    self.step_behind(stored).await?;
                    return Err(Ended::Pauses(because));
                }
                Next::Pause(because) => {
                    self.keep().await?;
                    return Err(Ended::Pauses(because));
                }
            }
        }
    }

    /// What the agency is told of an entry now, if it is told anything.
    fn event(&self, stored: &Stored, ending: &[Stored]) -> Result<Option<Event>, Ended> {
        let Some(classes) = (self.admits)(&self.webhook) else {
            return Err(Ended::Pauses("the system that registered it is not let in any more".to_owned()));
        };
        let classes = classes.intersection(&self.webhook.classes).copied().collect();
        let reader = Reader { agency: self.webhook.agency.clone(), classes };
        let sealed = &stored.sealed;
        let (told, exercise) = match self.coordinator.viewing(&reader, &sealed.incident) {
            Ok(Some(viewing)) => match viewing.seen(sealed)? {
                Seen::Whole(_) => (Told::Whole, viewing.exercise),
                Seen::Stub { .. } => (Told::Withheld, viewing.exercise),
            },
            Ok(None) if ends_the_seat(ending, &reader.agency)? => (Told::AccessEnded, false),
            Ok(None) | Err(QueryError::NotHere) => return Ok(None),
            Err(error) => return Err(error.into()),
        };
        let source: String = self.coordinator.store_id().iter().map(|byte| format!("{byte:02x}")).collect();
        let event = event(&source, sealed, exercise, told)?;
        Ok(Some(event).filter(|event| self.webhook.wants(event.kind)))
    }

    async fn attempt(&self, event: &Event) -> Result<Outcome, Ended> {
        let Webhooks { poster, patience: _ } = &self.webhooks;
        let to = match target(&self.webhook.url, poster.takes_http()) {
            Ok(to) => to,
            Err(bad) => return Ok(Outcome::Away(format!("the address {bad}"))),
        };
        let at = self.coordinator.now().timestamp().to_string();
        let signed = [event.id.as_str(), at.as_str(), event.body.as_str()].join(".");
        let signature = self.coordinator.sign_for_webhook(self.webhook.number, signed.as_bytes())?;
        let request = http::Request::post("/")
            .header(http::header::CONTENT_TYPE, "application/cloudevents+json; charset=utf-8")
            .header("webhook-id", &event.id)
            .header("webhook-timestamp", at)
            .header("webhook-signature", format!("v1,{}", STANDARD.encode(signature)));
        let asked = poster.ask(&to, request, Bytes::from(event.body.clone()));
        let answered = tokio::select! {
            () = self.stop.cancelled() => return Err(Ended::Stopped),
            answered = asked => answered,
        };
        let outcome = match answered {
            Ok(answer) => judged(answer.status),
            Err(NoAnswer::NotReached(why)) => Outcome::Away(why),
            Err(NoAnswer::NotAnswered(why)) => Outcome::NotTaken(why),
        };
        let word = match &outcome {
            Outcome::Delivered => "delivered",
            Outcome::Away(_) => "away",
            Outcome::NotTaken(_) => "not-taken",
            Outcome::Gone(_) => "gone",
        };
        metrics::counter!("muster_webhook_attempts_total", "outcome" => word).increment(1);
        Ok(outcome)
    }

    /// Tries each once more that the agency asked for; whatever comes of it, the log goes on after it.
    async fn try_the_dead_again(&mut self) -> Result<(), Ended> {
        while let Some(dead) = self.coordinator.next_dead_letter(self.webhook.number)? {
            let before = Seq(dead.about.seq.0.saturating_sub(1));
            let found = self.coordinator.entries(&dead.about.incident, before, 1)?;
            let webhook = self.webhook.number;
            let gone = OutboundWrite::Undead { webhook, about: dead.about.clone() };
            let event = found.first().map(|stored| self.event(stored, &found)).transpose()?.flatten();
            let Some(event) = event else {
                self.coordinator.outbound(gone).await?;
                continue;
            };
            let change = match self.attempt(&event).await? {
                Outcome::Delivered => {
                    self.progress.delivered = self.progress.delivered.saturating_add(1);
                    self.progress.last = Some((dead.about.clone(), self.coordinator.now()));
                    gone
                }
                Outcome::Away(answer) | Outcome::NotTaken(answer) | Outcome::Gone(answer) => {
                    let (attempts, at) = (dead.attempts.saturating_add(1), self.coordinator.now());
                    OutboundWrite::Dead(DeadLetter { attempts, at, answer, again: false, ..dead })
                }
            };
            self.coordinator.outbound(change).await?;
            self.keep().await?;
        }
        Ok(())
    }

    async fn give_up(&self, stored: &Stored, attempts: u32, answer: String) -> Result<(), Ended> {
        metrics::counter!("muster_webhook_dead_letters_total").increment(1);
        let (webhook, at) = (self.webhook.number, self.coordinator.now());
        let dead = DeadLetter { webhook, about: about(stored), revision: stored.revision.0, attempts, at, answer, again: false };
        Ok(self.coordinator.outbound(OutboundWrite::Dead(dead)).await?)
    }

    async fn step_behind(&mut self, stored: &Stored) -> Result<(), Ended> {
        self.progress.cursor = Cursor { revision: stored.revision.0, seq: stored.sealed.seq };
        self.progress.trouble.attempts = 0;
        self.keep().await
    }

    async fn keep(&self) -> Result<(), Ended> {
        let (webhook, progress) = (self.webhook.number, self.progress.clone());
        Ok(self.coordinator.outbound(OutboundWrite::Progress { webhook, progress }).await?)
    }

    async fn rest(&mut self, millis: u64) -> Result<(), Ended> {
        tokio::select! {
            () = self.stop.cancelled() => Err(Ended::Stopped),
            () = tokio::time::sleep(Duration::from_millis(millis)) => Ok(()),
        }
    }
}

fn about(stored: &Stored) -> About {
    About { incident: stored.sealed.incident.clone(), seq: stored.sealed.seq }
}

/// Something that differs between tasks and between attempts. It keeps no secret.
fn chance() -> u64 {
    use std::hash::{BuildHasher as _, RandomState};
    RandomState::new().hash_one(())
}
