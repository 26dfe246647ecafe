//! `muster bench`: appends and watching over real gRPC and TLS, on this machine, in one run.
//!
//! Absolute figures move between machines and hours; compare only what stands in one table.

use std::sync::Arc;
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, anyhow};
use clap::{Args, Subcommand};
use muster_coordinator::Surroundings as _;
use muster_proto::command::{write_command, write_opening};
use muster_proto::v1;
use muster_proto::v1::watch_response::Event;
use muster_record::advice::Answer;
use muster_record::incident::lifecycle::Opening;
use muster_record::incident::log;
use muster_record::situation::{IncidentKind, Service, ServiceKind};
use tokio::sync::mpsc;

use super::exercise::{free, silent};
use super::{logging, say};
use crate::client::{self, Client};
use crate::config::{RuleSetsConfig, development_agencies};
use crate::dev_certs::SYSTEM;
use crate::play::Stage;
use crate::surroundings::{Moved, System};
use muster_exercise::Cast;

mod pages;
mod rules_diff;

/// Options of `muster bench`.
#[derive(Debug, Args)]
pub(crate) struct Bench {
    #[command(subcommand)]
    part: Option<Part>,
    /// Seconds for each row
    #[arg(long, default_value_t = 3)]
    seconds: u64,
    /// Run every shipped rule set while measuring
    #[arg(long)]
    with_rules: bool,
}

/// What is measured in place of appends and watching.
#[derive(Debug, Subcommand)]
enum Part {
    /// Hold two versions of a rule set against each other on generated incidents, with one thread and with all
    RulesDiff(rules_diff::RulesDiff),
    /// Ask for each page of a large incident many times, over TLS with a session
    Pages(pages::Pages),
}

/// The one service of the incident that is measured on.
const SERVICE: &str = "bench";
/// Writers at a time, one row each.
const WRITERS: &[usize] = &[1, 16, 64];
/// Watchers at a time, one row each.
const WATCHERS: &[usize] = &[1, 50];
/// Watchers and writers on one connection: the server takes no more streams.
const PER_CONNECTION: usize = 32;

impl Bench {
    pub(crate) async fn run(&self) -> Result<()> {
        match &self.part {
            Some(Part::RulesDiff(part)) => return part.run().await,
            Some(Part::Pages(part)) => return part.run().await,
            None => (),
        }
        logging::quiet()?;
        let shipped = if self.with_rules { None } else { Some(Vec::new()) };
        let rule_sets = RuleSetsConfig { shipped, ..RuleSetsConfig::default() };
        let agency = development_agencies().into_iter().next().context("no agency")?;
        let cast = [Cast { alias: "council".to_owned(), agency }];
        let clock = Arc::new(Moved::at(System.now()));
        clock.run_on();
        let stage = Stage::set(&cast, clock, rule_sets, free(), silent()).await?;
        let rules = if self.with_rules { "every shipped rule set on" } else { "no rule sets" };
        say(format_args!("Muster {}: gRPC, mutual TLS, synchronous=FULL, {rules}", env!("CARGO_PKG_VERSION")))?;
        let sync = probe_sync(stage.folder())?;
        say(format_args!("this disk: a 4 KiB write and its fdatasync take {} µs (median)\n", sync.as_micros()))?;
        say("durable appends to one incident, acknowledged after the sync")?;
        say("  writers   appends/s     p50        p99")?;
        for writers in WRITERS {
            let row = self.appends(&stage, *writers).await?;
            say(format_args!("  {writers:>7}  {:>10.0}  {}  {}", row.per_second, micros(row.p50), micros(row.p99)))?;
        }
        say("\nfrom the call of one writer to its watchers (each append waits for all of them)")?;
        say("  watchers     p50        p99     (last watcher of each append)")?;
        for watchers in WATCHERS {
            let row = self.watching(&stage, *watchers).await?;
            say(format_args!("  {watchers:>8}  {}  {}", micros(row.p50), micros(row.p99)))?;
        }
        stage.serving.stop().await
    }

    async fn clients(&self, stage: &Stage, streams: usize) -> Result<Vec<Client>> {
        let agency = development_agencies().into_iter().next().context("no agency")?;
        let identity = stage.authority.system(&agency.id, SYSTEM)?;
        let mut clients = Vec::new();
        for _ in 0..streams.div_ceil(PER_CONNECTION).max(1) {
            clients.push(Client::connect(stage.serving.api(), &stage.authority.certificate(), &identity).await?);
        }
        Ok((0..streams).filter_map(|number| clients.get(number.checked_rem(clients.len())?).cloned()).collect())
    }

    async fn appends(&self, stage: &Stage, writers: usize) -> Result<Row> {
        let id = open(stage).await?;
        let until = now() + Duration::from_secs(self.seconds);
        let mut tasks = Vec::new();
        for client in self.clients(stage, writers).await? {
            tasks.push(tokio::spawn(write_until(client, id.clone(), until)));
        }
        let mut took = Vec::new();
        for task in tasks {
            took.extend(task.await??);
        }
        Row::of(took, Duration::from_secs(self.seconds))
    }

    async fn watching(&self, stage: &Stage, watchers: usize) -> Result<Row> {
        let id = open(stage).await?;
        let (sender, mut seen) = mpsc::channel(watchers.saturating_mul(4).max(16));
        let mut tasks = Vec::new();
        for client in self.clients(stage, watchers).await? {
            tasks.push(tokio::spawn(watch(client, id.clone(), sender.clone())));
        }
        let mut writer = stage.client("council")?;
        let (mut took, until) = (Vec::new(), now() + Duration::from_secs(self.seconds));
        while now() < until {
            let began = now();
            let seq = append(&mut writer, &id).await?;
            let mut reached = 0_usize;
            while reached < watchers {
                let last = seen.recv().await.context("a watcher ended")?;
                if last == seq {
                    reached = reached.saturating_add(1);
                }
            }
            took.push(began.elapsed());
        }
        tasks.iter().for_each(tokio::task::JoinHandle::abort);
        Row::of(took, Duration::from_secs(self.seconds))
    }
}

struct Row {
    per_second: f64,
    p50: Duration,
    p99: Duration,
}

impl Row {
    fn of(mut took: Vec<Duration>, over: Duration) -> Result<Self> {
        took.sort_unstable();
        let at = |share: usize| took.get(took.len().saturating_mul(share).checked_div(100)?).copied();
        let count = u32::try_from(took.len()).unwrap_or(u32::MAX);
        Ok(Self {
            per_second: f64::from(count) / over.as_secs_f64(),
            p50: at(50).context("nothing was measured")?,
            p99: at(99).context("nothing was measured")?,
        })
    }
}

fn micros(took: Duration) -> String {
    format!("{:>7} µs", took.as_micros())
}

fn now() -> Instant {
    Instant::now()
}

async fn open(stage: &Stage) -> Result<String> {
    let mut client = stage.client("council")?;
    let authority = development_agencies().into_iter().next().context("no agency")?.id;
    let service = Service {
        id: SERVICE.parse()?,
        kind: ServiceKind::Residential,
        national: Answer::No,
        regulated: Answer::Yes,
        authority,
        beds: Some(48),
        brand: None,
        risk_level: None,
    };
    let opening = Opening {
        title: "Bench".to_owned(),
        kind: IncidentKind::ProviderFailure,
        failures: Vec::new(),
        services: vec![service],
        region: None,
        notified_at: stage.serving.coordinator().now(),
        care_stops_at: None,
        exercise: true,
    };
    let request = v1::OpenIncidentRequest { options: Some(options()), opening: Some(write_opening(&opening)) };
    let answer = client.incidents.open_incident(request).await.map_err(|status| anyhow!(client::told(&status)))?;
    Ok(answer.into_inner().incident_id)
}

fn options() -> v1::WriteOptions {
    let request_id = uuid::Uuid::new_v4().to_string();
    v1::WriteOptions { request_id, ..v1::WriteOptions::default() }
}

async fn append(client: &mut Client, id: &str) -> Result<u64> {
    let note = log::Command::Note { text: "a note of the length that a loggist would write in a hurry".to_owned() };
    let commands = vec![write_command(&note.into())];
    let request = v1::AppendRequest { incident_id: id.to_owned(), options: Some(options()), commands };
    let answer = client.records.append(request).await.map_err(|status| anyhow!(client::told(&status)))?;
    Ok(answer.into_inner().result.map_or(0, |result| result.seq))
}

async fn write_until(mut client: Client, id: String, until: Instant) -> Result<Vec<Duration>> {
    let mut took = Vec::new();
    while now() < until {
        let began = now();
        append(&mut client, &id).await?;
        took.push(began.elapsed());
    }
    Ok(took)
}

async fn watch(mut client: Client, id: String, seen: mpsc::Sender<u64>) -> Result<()> {
    let request = v1::WatchRequest {
        scope: Some(v1::watch_request::Scope::IncidentId(id)),
        resume_from: Default::default(),
        include_snapshot: false,
        bookmark_seconds: 0,
    };
    let mut stream = client.records.watch(request).await.map_err(|status| anyhow!(client::told(&status)))?.into_inner();
    while let Some(response) = stream.message().await? {
        if let Some(Event::Changes(changes)) = response.event
            && let Some(last) = changes.entries.last()
            && seen.send(last.seq).await.is_err()
        {
            break;
        }
    }
    Ok(())
}

/// What the disk takes for a small durable write: the floor under every append.
fn probe_sync(folder: &std::path::Path) -> Result<Duration> {
    use std::io::Write as _;
    let mut file = std::fs::File::create(folder.join("probe"))?;
    let mut took = Vec::new();
    for _ in 0..200 {
        let began = now();
        file.write_all(&[0; 4096])?;
        file.sync_data()?;
        took.push(began.elapsed());
    }
    took.sort_unstable();
    took.get(100).copied().context("nothing was measured")
}
