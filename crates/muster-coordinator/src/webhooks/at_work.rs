//! For whoever delivers: what is due, what came of it, and what it is signed with.

use muster_record::agency::Interest;
use muster_record::entry::Sealed;
use muster_record::fact::Fact;
use muster_record::ids::AgencyId;
use muster_record::incident::participants;
use muster_record::webhook::{DeadLetter, Progress, Webhook};
use muster_seal::{Bound, KeyId, Wrapped};
use muster_store::{OutboundWrite, WebhookKey};
use tokio::sync::watch;

use super::WebhookRefused;
use crate::coordinator::Coordinator;
use crate::error::{AppendError, QueryError};
use crate::job::Job;

impl Coordinator {
    /// Word of each change of webhooks that an agency made.
    pub fn webhooks_changed(&self) -> watch::Receiver<u64> {
        self.webhooks.changed.subscribe()
    }

    /// Every webhook that is not paused, with how far it has come.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn webhooks_at_work(&self) -> Result<Vec<(Webhook, Progress)>, QueryError> {
        let all = self.readers.webhooks(None)?.into_iter();
        Ok(all.filter(|stored| stored.paused.is_none()).map(|stored| (stored.webhook, stored.progress)).collect())
    }

    /// The next event of a webhook that is to be tried once more.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn next_dead_letter(&self, webhook: u64) -> Result<Option<DeadLetter>, QueryError> {
        Ok(self.readers.next_dead_letter(webhook)?)
    }

    /// How many events a webhook gave up.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn count_dead_letters(&self, webhook: u64) -> Result<u64, QueryError> {
        Ok(self.readers.count_dead_letters(webhook)?)
    }

    /// Keeps a change of what goes out; it is durable when this returns.
    ///
    /// # Errors
    /// When it could not be written.
    pub async fn outbound(&self, change: OutboundWrite) -> Result<(), AppendError> {
        self.ask_writer(Job::Outbound(change)).await
    }

    /// Signs a text with a webhook's secret, which leaves this place for nobody.
    ///
    /// # Errors
    /// [`WebhookRefused::NoSuch`] when it was deleted, [`AppendError::NoKeys`] when the secret cannot be unwrapped.
    pub fn sign_for_webhook(&self, number: u64, what: &[u8]) -> Result<[u8; 32], WebhookRefused> {
        let stored = self.readers.webhook(number)?.ok_or(WebhookRefused::NoSuch { number })?;
        let WebhookKey { key, wrapped } = stored.key;
        let with = KeyId::parse(&key).ok_or(AppendError::NoKeys)?;
        let unwrapped = self.webhooks.keys.unwrap(Bound::Webhook { number }, &Wrapped { with, bytes: wrapped });
        Ok(unwrapped.map_err(|_| AppendError::NoKeys)?.sign(what))
    }
}

/// Whether an agency's seat ends with this commit. The record says it, so that a watcher who was away is told too.
pub fn ends_the_seat<'a>(commit: impl Iterator<Item = &'a Sealed>, of: &AgencyId) -> Result<bool, QueryError> {
    use participants::Fact::{InterestChanged, Left};
    for sealed in commit.filter(|sealed| sealed.payload().is_some_and(|payload| payload.contains(of.as_str()))) {
        let Fact::Participants(fact) = sealed.open()?.fact else { continue };
        let ends = matches!(&fact, Left { agency, .. } if agency == of)
            || matches!(&fact, InterestChanged { agency, interest: Interest::None, .. } if agency == of);
        if ends {
            return Ok(true);
        }
    }
    Ok(false)
}
