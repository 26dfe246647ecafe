//! Watching: how long an entry is on its way to many, how many get there in a second, and what it costs whoever writes.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result};
use muster_coordinator::Surroundings as _;
use tokio::sync::mpsc;
use tokio::task::JoinHandle;

use super::super::say;
use super::appends::write_until;
use super::asking::{append, open};
use super::figures::{Row, micros, now};
use super::machine::{Machine, memory};
use super::served::{Door, Served};
use super::slim;
use crate::client::Client;
use crate::surroundings::System;

/// Writers while deliveries are counted.
const WRITERS: usize = 16;

/// Measures and prints a row for each number of watchers.
pub(super) async fn rows(served: &Served, watchers: &[usize], over: Duration) -> Result<()> {
    say("\nfrom the call of one writer to each of its watchers; it writes again when all have it")?;
    say("then: what its calls take when it waits for none of them, and what is delivered under 16 writers")?;
    say(
        "  watchers  put to watcher p50, p99     acknowledged p50, p99   deliveries/s  server CPU each  server memory",
    )?;
    for count in watchers {
        let machine = Machine::now(served.process());
        let mut audience = Audience::gather(served, *count).await?;
        let reached = Row::of(audience.paced(over).await?)?;
        let acknowledged = Row::of(alone(served.door(), audience.id.clone(), over).await?)?;
        audience.all_have_it().await?;
        let flood = Machine::now(served.process());
        let delivered = audience.flooded(served, over).await?;
        let spent = flood.since();
        let per_second = delivered.checked_div(over.as_secs().max(1)).unwrap_or_default();
        say(format_args!(
            "  {count:>8}  {}  {}  {}  {}  {per_second:>13}  {:>15}  {:>13}{}",
            micros(reached.p50),
            micros(reached.p99),
            micros(acknowledged.p50),
            micros(acknowledged.p99),
            spent.each(delivered),
            memory(served.process()),
            machine.since().mark(),
        ))?;
    }
    Ok(())
}

/// Writes without waiting for watchers, on a thread of its own: who writes does not stand in line with the clients of
/// those who watch.
async fn alone(door: Door, id: String, over: Duration) -> Result<Vec<Duration>> {
    let writing = tokio::task::spawn_blocking(move || {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
        runtime.block_on(async { write_until(door.client().await?, id, now() + over).await })
    });
    writing.await?
}

/// Watchers of one incident, and who writes to it.
struct Audience {
    id: String,
    writer: Client,
    heard: Arc<Heard>,
    /// What each watcher says of each commit, while it is asked to: its last entry.
    said: mpsc::UnboundedReceiver<(u64, Instant)>,
    tasks: Vec<JoinHandle<Result<()>>>,
}

/// What watchers count together.
struct Heard {
    entries: AtomicU64,
    says: AtomicBool,
}

impl Audience {
    async fn gather(served: &Served, count: usize) -> Result<Self> {
        let mut writer = served.client().await?;
        let id = open(&mut writer, System.now()).await?;
        let heard = Arc::new(Heard { entries: AtomicU64::new(0), says: AtomicBool::new(true) });
        let (sender, said) = mpsc::unbounded_channel();
        let clients = served.clients(count).await?;
        let mut tasks = Vec::with_capacity(count);
        for client in clients {
            let stream = slim::watch(&client, &id, Default::default()).await?;
            tasks.push(tokio::spawn(listen(stream, Arc::clone(&heard), sender.clone())));
        }
        let mut audience = Self { id, writer, heard, said, tasks };
        audience.all_have_it().await?;
        Ok(audience)
    }

    /// Writes once more, and returns when everybody has it: then they have all that was written before too.
    async fn all_have_it(&mut self) -> Result<()> {
        self.heard.says.store(true, Ordering::Release);
        let last = append(&mut self.writer, &self.id).await?;
        self.everybody_says(last, None).await.map(drop)
    }

    /// When each of them had an entry, since a moment.
    async fn everybody_says(&mut self, last: u64, since: Option<Instant>) -> Result<Vec<Duration>> {
        let mut took = Vec::with_capacity(self.tasks.len());
        while took.len() < self.tasks.len() {
            let (seq, at) = self.said.recv().await.context("a watcher ended")?;
            if seq == last {
                took.push(since.map_or(Duration::ZERO, |since| at.saturating_duration_since(since)));
            }
        }
        Ok(took)
    }

    async fn paced(&mut self, over: Duration) -> Result<Vec<Duration>> {
        let (mut took, until) = (Vec::new(), now() + over);
        while now() < until {
            let began = now();
            let last = append(&mut self.writer, &self.id).await?;
            took.extend(self.everybody_says(last, Some(began)).await?);
        }
        self.heard.says.store(false, Ordering::Release);
        Ok(took)
    }

    /// How many entries reached watchers while many wrote.
    async fn flooded(&mut self, served: &Served, over: Duration) -> Result<u64> {
        self.heard.says.store(false, Ordering::Release);
        let clients = served.clients(WRITERS).await?;
        let (before, until) = (self.heard.entries.load(Ordering::Acquire), now() + over);
        let writers: Vec<_> =
            clients.into_iter().map(|client| tokio::spawn(write_until(client, self.id.clone(), until))).collect();
        tokio::time::sleep_until(until.into()).await;
        let delivered = self.heard.entries.load(Ordering::Acquire).saturating_sub(before);
        for writer in writers {
            writer.await??;
        }
        // Those who are behind are not let go in the middle: what they still get would be counted with the next row.
        self.all_have_it().await?;
        Ok(delivered)
    }
}

impl Drop for Audience {
    fn drop(&mut self) {
        self.tasks.iter().for_each(JoinHandle::abort);
    }
}

async fn listen(
    mut stream: tonic::Streaming<slim::Slim>,
    heard: Arc<Heard>,
    said: mpsc::UnboundedSender<(u64, Instant)>,
) -> Result<()> {
    while let Some(answer) = stream.message().await? {
        let Some((count, last)) = answer.came() else { continue };
        heard.entries.fetch_add(u64::try_from(count)?, Ordering::AcqRel);
        if heard.says.load(Ordering::Acquire) && said.send((last, now())).is_err() {
            break;
        }
    }
    Ok(())
}
