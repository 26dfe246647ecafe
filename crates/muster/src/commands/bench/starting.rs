//! `muster bench start`: from the start of the process to its first answer, on stores of many incidents.

use std::path::PathBuf;
use std::time::Duration;

use anyhow::{Context as _, Result};
use clap::Args;
use muster_proto::v1;

use super::super::{logging, say};
use super::asking::open_many;
use super::figures::now;
use super::served::Served;

/// Options of `muster bench start`.
#[derive(Debug, Args)]
pub(super) struct Starting {
    /// Incidents in the store, a row each
    #[arg(long, value_delimiter = ',', default_value = "1,1000,100000")]
    incidents: Vec<usize>,
    /// Starts of each store
    #[arg(long, default_value_t = 5)]
    times: usize,
    /// Have every shipped rule set compiled at the start, as a real server does
    #[arg(long)]
    with_rules: bool,
    /// Another build of Muster to measure in place of this one
    #[arg(long, value_name = "PROGRAM")]
    server: Option<PathBuf>,
}

/// Calls at a time while a store is filled.
const OPENERS: usize = 64;
/// What a start may take.
const MAY_TAKE: Duration = Duration::from_secs(1);

impl Starting {
    pub(super) async fn run(&self) -> Result<()> {
        logging::quiet()?;
        let program = match &self.server {
            Some(program) => program.clone(),
            None => std::env::current_exe()?,
        };
        let rules = if self.with_rules { "every shipped rule set compiled" } else { "no rule sets" };
        say(format_args!("from SIGKILL and the next start to the first answered call over TLS, {rules}"))?;
        say("  incidents   store       median    slowest")?;
        for incidents in &self.incidents {
            let mut served = Served::start(&program, self.with_rules)?;
            open_many(served.clients(OPENERS).await?, *incidents).await?;
            let mut took = Vec::new();
            for _ in 0..self.times.max(1) {
                let began = now();
                served = served.again()?;
                let mut client = served.client().await?;
                client.info.get_server_info(v1::GetServerInfoRequest {}).await.context("it does not answer")?;
                took.push(began.elapsed());
            }
            took.sort_unstable();
            let median = took.get(took.len() / 2).copied().context("nothing was measured")?;
            let slowest = took.last().copied().unwrap_or(median);
            let bytes = served.folder().join("muster.db").metadata().map_or(0, |file| file.len());
            let met = if median <= MAY_TAKE { "" } else { "  MISSED: more than a second" };
            say(format_args!(
                "  {incidents:>9}  {:>4} MiB  {:>6} ms  {:>6} ms{met}",
                bytes / 1024 / 1024,
                median.as_millis(),
                slowest.as_millis()
            ))?;
        }
        Ok(())
    }
}
