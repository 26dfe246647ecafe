//! One webhook at work: it walks the log behind its place, one event after another, and notes how far it came.
//!
//! What the agency may see is asked anew for every attempt. Where its access ended, the next attempt sends nothing more.

use std::sync::Arc;
use std::time::Duration;

use muster_coordinator::{AppendError, Coordinator, OutboundWrite, QueryError, Revision, Stored, WebhookRefused};
use muster_record::webhook::{About, Cursor, DeadLetter, MOST_DEAD, Next, Outcome, Progress, Trouble, Webhook, next};
use thiserror::Error;
use tokio::sync::watch;
use tokio_util::sync::CancellationToken;

use crate::delivering::{Admits, Webhooks};

mod posting;

/// Entries read at a time.
const PAGE: usize = 64;

/// Events that are taken before it is kept that they were: as many may come again after a crash, under the ids they had.
const KEEP_AFTER: u64 = 16;

/// Milliseconds until it is tried again where the store does not do what it should.
const AFTER_A_FAILURE: u64 = 5_000;

/// One webhook at work.
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
    /// Delivers until it is stopped or has to pause. What cannot be read or kept is tried again after a while, from the
    /// place that was kept last.
    pub(crate) async fn run(mut self) -> Ended {
        loop {
            let failed = match self.follow().await {
                Ok(never) => match never {},
                Err(Ended::Failed(failed)) => failed,
                Err(ended @ (Ended::Stopped | Ended::Pauses(_))) => return ended,
            };
            tracing::error!(webhook = self.webhook.number, error = %failed, "a webhook cannot go on; it is tried again");
            if self.rest(AFTER_A_FAILURE).await.is_err() {
                return Ended::Stopped;
            }
            match self.coordinator.webhooks_at_work() {
                Ok(all) => match all.into_iter().find(|(webhook, _)| webhook.number == self.webhook.number) {
                    Some((_, progress)) => self.progress = progress,
                    None => return Ended::Stopped,
                },
                Err(error) => tracing::error!(%error, "the webhooks could not be read"),
            }
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
        // The change set that it stands in may be settled in part.
        let mut from = Revision(self.progress.cursor.revision.saturating_sub(1));
        loop {
            let page = self.coordinator.since(from, PAGE)?;
            let Some(last) = page.last() else { break };
            from = last.revision;
            for commit in page.chunk_by(|a, b| a.revision == b.revision) {
                unkept = unkept.saturating_add(self.settle_all(commit).await?);
                if unkept >= KEEP_AFTER {
                    self.keep().await?;
                    unkept = 0;
                }
            }
            if self.stop.is_cancelled() {
                return Err(Ended::Stopped);
            }
            tokio::task::yield_now().await;
        }
        if unkept > 0 { self.keep().await } else { Ok(()) }
    }

    /// Settles one change set; says how many entries of it are of the agency's incidents, and so worth keeping.
    async fn settle_all(&mut self, commit: &[Stored]) -> Result<u64, Ended> {
        let Some(first) = commit.first() else { return Ok(0) };
        let mut of_the_agency = 0_u64;
        let incident = &first.sealed.incident;
        let about = self.webhook.is_about(incident);
        let counts = about && self.coordinator.has_seat_as_told(&self.webhook.agency, incident)?;
        for (place, stored) in commit.iter().enumerate() {
            let at = Cursor { revision: stored.revision.0, seq: stored.sealed.seq };
            if at <= self.progress.cursor {
                continue;
            }
            let is_last = place.saturating_add(1) == commit.len();
            let told = about && self.settle(stored, if is_last { commit } else { &[] }).await?;
            self.progress.cursor = at;
            if told || counts {
                of_the_agency = of_the_agency.saturating_add(1);
            }
            if of_the_agency >= KEEP_AFTER {
                self.keep().await?;
                of_the_agency = 0;
            }
        }
        Ok(of_the_agency)
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
                        return Err(Ended::Pauses(format!(
                            "{MOST_DEAD} events were given up and wait to be looked at"
                        )));
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

    async fn give_up(&self, stored: &Stored, attempts: u32, answer: String) -> Result<(), Ended> {
        metrics::counter!("muster_webhook_dead_letters_total").increment(1);
        let (webhook, at) = (self.webhook.number, self.coordinator.now());
        let dead = DeadLetter {
            webhook,
            about: about(stored),
            revision: stored.revision.0,
            attempts,
            at,
            answer,
            again: false,
        };
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
