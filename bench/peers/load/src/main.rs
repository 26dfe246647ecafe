//! Gives a server durable appends and watches, and prints what came of it as one line of JSON. `bench/peers/run` starts
//! the servers, alternates the rounds and draws the table.

use std::time::{Duration, Instant};

use anyhow::Result;
use clap::{Parser, Subcommand};
use serde_json::{Value, json};

mod echo;
mod etcd;
mod muster;
mod nats;
mod peer;
mod postgres;
mod tls;

use peer::{Peer, Watch, Writer};

/// A load of one kind on one server.
#[derive(Parser)]
struct Load {
    #[command(subcommand)]
    what: What,
}

#[derive(Subcommand)]
enum What {
    /// Appends by so many writers at once, each waiting for its acknowledgement
    Append {
        #[command(flatten)]
        at: Peer,
        #[arg(long)]
        writers: usize,
        #[arg(long, default_value_t = 3.0)]
        seconds: f64,
    },
    /// One writer, and how long until the last of so many watchers has what it wrote
    Watch {
        #[command(flatten)]
        at: Peer,
        #[arg(long)]
        watchers: usize,
        #[arg(long, default_value_t = 3.0)]
        seconds: f64,
    },
    /// So many writers, and how much so many watchers are delivered
    Fanout {
        #[command(flatten)]
        at: Peer,
        #[arg(long, default_value_t = 16)]
        writers: usize,
        #[arg(long)]
        watchers: usize,
        #[arg(long, default_value_t = 3.0)]
        seconds: f64,
    },
    /// Writes so many entries, then follows them all from the beginning
    CatchUp {
        #[command(flatten)]
        at: Peer,
        #[arg(long, default_value_t = 20_000)]
        entries: usize,
    },
    /// A server that answers appends and keeps nothing
    Echo {
        /// The folder with the certificates of the Muster server beside it
        certs: std::path::PathBuf,
    },
}

fn main() -> Result<()> {
    tokio::runtime::Builder::new_multi_thread().enable_all().build()?.block_on(run(Load::parse().what))
}

async fn run(what: What) -> Result<()> {
    if let What::Echo { certs } = &what {
        return echo::serve(certs).await;
    }
    // Whoever is stuck says so, in place of holding up the rounds behind it.
    let told = tokio::time::timeout(Duration::from_secs(180), measured(what)).await;
    if let Some(told) = told.map_err(|_| anyhow::anyhow!("no end after 180 seconds"))?? {
        println!("{told}");
    }
    Ok(())
}

async fn measured(what: What) -> Result<Option<Value>> {
    Ok(Some(match what {
        What::Append { at, writers, seconds } => {
            let took = append(&at, writers, Duration::from_secs_f64(seconds)).await?;
            summary(took, seconds)
        }
        What::Watch { at, watchers, seconds } => watch(&at, watchers, seconds).await?,
        What::Fanout { at, writers, watchers, seconds } => fanout(&at, writers, watchers, seconds).await?,
        What::CatchUp { at, entries } => catch_up(&at, entries).await?,
        What::Echo { certs: _ } => return Ok(None),
    }))
}

/// From here on it is measured: what connecting cost the server is behind it.
fn begins() {
    println!("begins");
}

fn summary(mut took: Vec<Duration>, seconds: f64) -> Value {
    took.sort();
    let at = |part: f64| took.get(((took.len() as f64 * part) as usize).min(took.len().saturating_sub(1)));
    let micros = |part: f64| at(part).map_or(0.0, |took| took.as_secs_f64() * 1e6);
    json!({ "count": took.len(), "per_second": took.len() as f64 / seconds, "p50_us": micros(0.5), "p99_us": micros(0.99) })
}

async fn append(at: &Peer, writers: usize, long: Duration) -> Result<Vec<Duration>> {
    let mut all = at.writers(writers).await?;
    // What is made on first use is not measured.
    for one in &mut all {
        one.write().await?;
    }
    begins();
    let until = Instant::now() + long;
    let tasks: Vec<_> = all.into_iter().map(|one| tokio::spawn(write_until(one, until))).collect();
    let mut took = Vec::new();
    for task in tasks {
        took.extend(task.await??);
    }
    Ok(took)
}

async fn write_until(mut writer: Writer, until: Instant) -> Result<Vec<Duration>> {
    let mut took = Vec::new();
    while Instant::now() < until {
        let began = Instant::now();
        writer.write().await?;
        took.push(began.elapsed());
    }
    Ok(took)
}

/// One entry at a time: the next is written when the last watcher has this one.
async fn watch(at: &Peer, watchers: usize, seconds: f64) -> Result<Value> {
    let mut writer = at.writers(1).await?.remove(0);
    let (seen, mut told) = tokio::sync::mpsc::unbounded_channel();
    for watch in at.watches(watchers, false).await? {
        let seen = seen.clone();
        tokio::spawn(each(watch, move || seen.send(()).is_ok()));
    }
    // The first one tells that all watch.
    writer.write().await?;
    for _ in 0..watchers {
        told.recv().await;
    }
    begins();
    let (mut took, mut acknowledged) = (Vec::new(), Vec::new());
    let until = Instant::now() + Duration::from_secs_f64(seconds);
    while Instant::now() < until {
        let began = Instant::now();
        writer.write().await?;
        acknowledged.push(began.elapsed());
        for _ in 0..watchers {
            told.recv().await;
        }
        took.push(began.elapsed());
    }
    let mut told = summary(took, seconds);
    let ack = summary(acknowledged, seconds);
    told["ack_p50_us"] = ack["p50_us"].clone();
    told["ack_p99_us"] = ack["p99_us"].clone();
    Ok(told)
}

async fn each(mut watch: Watch, mut tell: impl FnMut() -> bool) -> Result<()> {
    loop {
        for _ in 0..watch.next().await? {
            if !tell() {
                return Ok(());
            }
        }
    }
}

async fn fanout(at: &Peer, writers: usize, watchers: usize, seconds: f64) -> Result<Value> {
    let delivered = std::sync::Arc::new(std::sync::atomic::AtomicU64::new(0));
    for watch in at.watches(watchers, false).await? {
        let delivered = delivered.clone();
        tokio::spawn(each(watch, move || {
            delivered.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
            true
        }));
    }
    let took = append(at, writers, Duration::from_secs_f64(seconds)).await?;
    let count = delivered.load(std::sync::atomic::Ordering::Relaxed);
    let mut told = summary(took, seconds);
    told["deliveries_per_second"] = json!(count as f64 / seconds);
    Ok(told)
}

async fn catch_up(at: &Peer, entries: usize) -> Result<Value> {
    let each = entries / 16;
    let mut tasks = Vec::new();
    for mut writer in at.writers(16).await? {
        tasks.push(tokio::spawn(async move {
            for _ in 0..each {
                writer.write().await?;
            }
            anyhow::Ok(())
        }));
    }
    for task in tasks {
        task.await??;
    }
    begins();
    let began = Instant::now();
    let mut watch = at.watches(1, true).await?.remove(0);
    let mut seen = 0;
    while seen < each * 16 {
        seen += watch.next().await?;
    }
    let took = began.elapsed().as_secs_f64();
    Ok(json!({ "count": seen, "per_second": seen as f64 / took }))
}
