//! Durable appends: how many, how long each takes, and what the server takes for each.

use std::time::{Duration, Instant};

use anyhow::Result;
use muster_coordinator::Surroundings as _;

use super::super::say;
use super::asking::{append, open};
use super::figures::{Row, micros, now};
use super::machine::{Machine, memory};
use super::served::Served;
use crate::client::Client;
use crate::surroundings::System;

/// Measures and prints a row for each number of writers.
pub(super) async fn rows(served: &Served, writers: &[usize], over: Duration) -> Result<()> {
    say("durable appends to one incident, acknowledged after the sync")?;
    say("  writers   appends/s       p50         p99      server CPU each   server memory")?;
    for writers in writers {
        let machine = Machine::now(served.process());
        let row = many(served, *writers, over).await?;
        let spent = machine.since();
        say(format_args!(
            "  {writers:>7}  {:>10.0}  {}  {}  {:>15}  {:>14}{}",
            f64::from(row.count) / over.as_secs_f64(),
            micros(row.p50),
            micros(row.p99),
            spent.each(row.count.into()),
            memory(served.process()),
            spent.mark(),
        ))?;
    }
    Ok(())
}

async fn many(served: &Served, writers: usize, over: Duration) -> Result<Row> {
    let clients = served.clients(writers).await?;
    let id = open(&mut served.client().await?, System.now()).await?;
    let until = now() + over;
    let mut tasks = Vec::new();
    for client in clients {
        tasks.push(tokio::spawn(write_until(client, id.clone(), until)));
    }
    let mut took = Vec::new();
    for task in tasks {
        took.extend(task.await??);
    }
    Row::of(took)
}

/// Writes one note after another, and says what each took.
pub(super) async fn write_until(mut client: Client, id: String, until: Instant) -> Result<Vec<Duration>> {
    let mut took = Vec::new();
    while now() < until {
        let began = now();
        append(&mut client, &id).await?;
        took.push(began.elapsed());
    }
    Ok(took)
}
