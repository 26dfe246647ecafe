//! Catching up: a watcher that was away, and how fast it gets what it has missed.

use anyhow::{Context as _, Result};
use muster_coordinator::Surroundings as _;

use super::super::say;
use super::asking::{append, open};
use super::figures::now;
use super::machine::Machine;
use super::served::Served;
use super::slim;
use crate::surroundings::System;

/// Writers while the record is made.
const WRITERS: u32 = 16;

/// Measures and prints a watch from the first entry of a record to its last.
pub(super) async fn row(served: &Served, entries: u64) -> Result<()> {
    let mut writer = served.client().await?;
    let id = open(&mut writer, System.now()).await?;
    let mut tasks = Vec::new();
    for mut client in served.clients(usize::try_from(WRITERS)?).await? {
        let id = id.clone();
        tasks.push(tokio::spawn(async move {
            while append(&mut client, &id).await? < entries {}
            anyhow::Ok(())
        }));
    }
    for task in tasks {
        task.await??;
    }
    let last = append(&mut writer, &id).await?;
    let client = served.client().await?;
    let (machine, began) = (Machine::now(served.process()), now());
    let mut stream = slim::watch(&client, &id, Default::default()).await?;
    let mut reached = 0;
    while reached < last {
        let answer = stream.message().await?.context("the watch ended")?;
        reached = answer.came().map_or(reached, |(_, seq)| seq);
    }
    let (took, spent) = (began.elapsed(), machine.since());
    let per_second = f64::from(u32::try_from(last).unwrap_or(u32::MAX)) / took.as_secs_f64();
    say(format_args!(
        "\na watcher that was away catches up with {last} entries, each a commit: {per_second:.0}/s, server CPU {} each{}",
        spent.each(last),
        spent.mark(),
    ))
}
