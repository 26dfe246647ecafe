//! `muster bench`: appends, watching and catching up, over real gRPC and TLS, on this machine, in one run.
//!
//! The server is a process of its own, so that what it takes can be told from what its clients take. Absolute figures move
//! between machines and hours; compare only what stands in one table.

use std::path::PathBuf;
use std::time::Duration;

use anyhow::Result;
use clap::{Args, Subcommand};

use super::{logging, say};
use served::Served;

mod appends;
mod asking;
mod catching_up;
mod evaluation;
mod figures;
mod growing;
mod large;
mod machine;
mod national;
mod pages;
mod pieces;
mod plot;
mod rules_diff;
mod served;
mod slim;
mod starting;
mod watching;

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
    /// Writers at a time, a row each
    #[arg(long, value_delimiter = ',', default_value = "1,16,64,256")]
    writers: Vec<usize>,
    /// Watchers at a time, a row each
    #[arg(long, value_delimiter = ',', default_value = "1,50,500,2000")]
    watchers: Vec<usize>,
    /// Entries that a watcher catches up with; 0 measures none
    #[arg(long, default_value_t = 20_000)]
    away: u64,
    /// Another build of Muster to measure in place of this one, by the same clients
    #[arg(long, value_name = "PROGRAM")]
    server: Option<PathBuf>,
}

/// What is measured in place of appends and watching.
#[derive(Debug, Subcommand)]
enum Part {
    /// Hold two versions of a rule set against each other on generated incidents, with one thread and with all
    RulesDiff(rules_diff::RulesDiff),
    /// Ask for each page of a large incident many times, over TLS with a session
    Pages(pages::Pages),
    /// Kill the server and start it again, on stores of many incidents
    Start(starting::Starting),
    /// Have each shipped rule set look at incidents with more and more people
    Evaluation(evaluation::Evaluation),
    /// Do each piece of a call by itself, on a large incident: decide, fold, encode, prove, look
    Pieces(pieces::Pieces),
    /// Many councils with many incidents at once, on one server or on several that share a database
    National(national::National),
    /// Append to longer and longer records, and among more and more incidents
    Growth(growing::Growing),
}

impl Bench {
    pub(crate) async fn run(&self) -> Result<()> {
        match &self.part {
            Some(Part::RulesDiff(part)) => return part.run().await,
            Some(Part::Pages(part)) => return part.run().await,
            Some(Part::Pieces(part)) => return part.run().await,
            Some(Part::Start(part)) => return part.run().await,
            Some(Part::Evaluation(part)) => return part.run().await,
            Some(Part::Growth(part)) => return part.run().await,
            Some(Part::National(part)) => return part.run().await,
            None => (),
        }
        logging::quiet()?;
        let program = match &self.server {
            Some(program) => program.clone(),
            None => std::env::current_exe()?,
        };
        let served = Served::start(&program, self.with_rules)?;
        let rules = if self.with_rules { "every shipped rule set on" } else { "no rule sets" };
        say(format_args!("Muster {}: gRPC, mutual TLS, synchronous=FULL, {rules}", env!("CARGO_PKG_VERSION")))?;
        say(format_args!("measured: {}", program.display()))?;
        say(format_args!("raised for the bench, of one agency: {}", served::RAISED))?;
        let cores = std::thread::available_parallelism().map_or(0, std::num::NonZero::get);
        say(format_args!("{cores} cores, shared by the server and its clients"))?;
        let sync = figures::probe_sync(served.folder())?;
        say(format_args!("this disk: a 4 KiB write and its fdatasync take {} µs (median)\n", sync.as_micros()))?;
        let over = Duration::from_secs(self.seconds);
        appends::rows(&served, &self.writers, over).await?;
        watching::rows(&served, &self.watchers, over).await?;
        if self.away > 0 {
            catching_up::row(&served, self.away).await?;
        }
        say(format_args!("\n* other work took more than {} % of the processors meanwhile", machine::TOO_MUCH))
    }
}
