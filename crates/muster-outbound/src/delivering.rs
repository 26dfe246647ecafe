//! Deliveries: one task for each webhook, so that none waits for another, and none of them is waited for by a writer.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use muster_coordinator::{Coordinator, OutboundWrite};
use muster_record::WordSet;
use muster_record::entry::Class;
use muster_record::webhook::{Patience, Paused, Webhook};
use tokio::sync::watch;
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

use crate::hook::{Ended, Hook};
use crate::post::Poster;

/// How often it is asked whose turn it is, where servers share the store: well within the time that a turn lasts.
const TURN: Duration = Duration::from_secs(1);

/// How webhooks are delivered.
#[derive(Clone)]
pub struct Webhooks {
    /// What posts.
    pub poster: Poster,
    /// When something is tried again, and when it is given up.
    pub patience: Patience,
}

/// The classes that the system which registered a webhook reaches now; nothing when it is not let in any more.
pub type Admits = Arc<dyn Fn(&Webhook) -> Option<WordSet<Class>> + Send + Sync>;

/// What delivers, until it is stopped.
pub struct Deliveries {
    coordinator: Arc<Coordinator>,
    webhooks: Webhooks,
    admits: Admits,
    at_work: BTreeMap<u64, AtWork>,
}

struct AtWork {
    stop: CancellationToken,
    changed: watch::Sender<()>,
    task: JoinHandle<()>,
    /// It has ended by itself, and is about to say why.
    over: Arc<AtomicBool>,
}

impl Deliveries {
    /// Delivers until it is stopped. It waits then for what is on its way no longer than for the next answer.
    pub async fn run(coordinator: Arc<Coordinator>, webhooks: Webhooks, admits: Admits, stop: CancellationToken) {
        let mut changed = coordinator.webhooks_changed();
        let mut deliveries = Self { coordinator, webhooks, admits, at_work: BTreeMap::new() };
        let mut turn = tokio::time::interval(TURN);
        turn.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
        let is_shared = deliveries.coordinator.is_shared();
        let mut is_ours = !is_shared;
        loop {
            changed.mark_unchanged();
            if is_ours {
                deliveries.look_again();
            } else {
                deliveries.stop_all();
            }
            tokio::select! {
                () = stop.cancelled() => break,
                told = changed.changed() => if told.is_err() { break },
                _ = turn.tick(), if is_shared => is_ours = deliveries.has_the_turn().await,
            }
        }
        deliveries.stop_all();
    }

    /// Whether it is this server's turn to deliver, where others share the store. Who does not know does not deliver.
    async fn has_the_turn(&self) -> bool {
        let coordinator = Arc::clone(&self.coordinator);
        match tokio::task::spawn_blocking(move || coordinator.has_the_turn("webhooks")).await {
            Ok(Ok(is_ours)) => is_ours,
            Ok(Err(error)) => {
                tracing::warn!(%error, "whose turn it is to deliver webhooks is not known; none are delivered meanwhile");
                false
            }
            Err(_) => false,
        }
    }

    fn stop_all(&mut self) {
        for (_, AtWork { stop, changed: _, task, over: _ }) in std::mem::take(&mut self.at_work) {
            stop.cancel();
            // Whatever it was told meanwhile is sent again under the same id.
            task.abort();
        }
    }

    /// Begins with what is new or resumed, ends what was paused or deleted, and tells the rest that something changed.
    fn look_again(&mut self) {
        let due = match self.coordinator.webhooks_at_work() {
            Ok(due) => due,
            Err(error) => {
                tracing::error!(%error, "the webhooks could not be read; they are looked at again with the next change");
                return;
            }
        };
        let numbers: BTreeSet<u64> = due.iter().map(|(webhook, _)| webhook.number).collect();
        self.at_work.retain(|number, at_work| {
            let over = at_work.over.load(Ordering::Acquire) || at_work.task.is_finished();
            let stays = numbers.contains(number) && !over;
            if !stays && !over {
                at_work.stop.cancel();
                at_work.task.abort();
            }
            stays
        });
        for (webhook, progress) in due {
            if let Some(at_work) = self.at_work.get(&webhook.number) {
                at_work.changed.send_replace(());
                continue;
            }
            let (number, stop, changed) = (webhook.number, CancellationToken::new(), watch::Sender::new(()));
            let hook = Hook {
                coordinator: Arc::clone(&self.coordinator),
                webhooks: self.webhooks.clone(),
                admits: Arc::clone(&self.admits),
                webhook,
                progress,
                stop: stop.clone(),
                changed: changed.subscribe(),
            };
            let over = Arc::new(AtomicBool::new(false));
            let task = tokio::spawn(at_work(Arc::clone(&self.coordinator), number, hook, Arc::clone(&over)));
            self.at_work.insert(number, AtWork { stop, changed, task, over });
        }
        metrics::gauge!("muster_webhooks").set(f64::from(u32::try_from(self.at_work.len()).unwrap_or(u32::MAX)));
    }
}

/// One webhook, until it is stopped or has to pause.
async fn at_work(coordinator: Arc<Coordinator>, number: u64, hook: Hook, over: Arc<AtomicBool>) {
    let why = match hook.run().await {
        Ended::Stopped => return,
        Ended::Pauses(why) => why,
        Ended::Failed(error) => format!("the server could not read or keep what it needs: {error}"),
    };
    // Before it can be seen that it is paused: whoever resumes it then has it begin anew.
    over.store(true, Ordering::Release);
    tracing::warn!(webhook = number, %why, "a webhook is paused");
    metrics::counter!("muster_webhooks_paused_total").increment(1);
    let paused = Paused { why, at: coordinator.now() };
    if let Err(error) = coordinator.outbound(OutboundWrite::Pause { webhook: number, paused }).await {
        tracing::error!(webhook = number, %error, "that a webhook is paused could not be kept");
    }
}
