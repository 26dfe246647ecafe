//! `muster doctor` and `muster config check`: what is wrong with a deployment, or with its files alone.

use std::path::PathBuf;

use anyhow::{Result, bail};
use clap::{Args, Subcommand};
use muster_coordinator::Surroundings as _;

use super::say;
use crate::config::Config;
use crate::doctor::{self, Finding, Verdict};
use crate::surroundings::System;

/// Options of `muster doctor`.
#[derive(Debug, Args)]
pub(crate) struct Doctor {
    /// The server's configuration
    #[arg(long, short, env = "MUSTER_CONFIG", value_name = "FILE")]
    config: PathBuf,
    /// Where backups are kept: says how old the newest is
    #[arg(long, value_name = "FOLDER")]
    backups: Option<PathBuf>,
}

impl Doctor {
    pub(crate) async fn run(&self) -> Result<()> {
        let config = Config::read(&self.config)?;
        tell(&doctor::of_deployment(&config, self.backups.as_deref(), System.now()))
    }
}

/// `muster config`.
#[derive(Debug, Args)]
pub(crate) struct ConfigCommand {
    #[command(subcommand)]
    what: What,
}

#[derive(Debug, Subcommand)]
enum What {
    /// Check a configuration and every file that it names, without a server, a store or a port
    Check {
        /// The server's configuration
        #[arg(long, short, env = "MUSTER_CONFIG", value_name = "FILE")]
        config: PathBuf,
    },
}

impl ConfigCommand {
    pub(crate) async fn run(&self) -> Result<()> {
        let What::Check { config } = &self.what;
        tell(&doctor::of_files(&Config::read(config)?, System.now()))
    }
}

/// Says all that was found, the worst last, where it is read first.
fn tell(found: &[Finding]) -> Result<()> {
    let mut sorted: Vec<&Finding> = found.iter().collect();
    sorted.sort_by_key(|finding| finding.verdict);
    for Finding { what, verdict, told, to_do } in sorted {
        let word = match verdict {
            Verdict::Fine => "fine ",
            Verdict::Look => "LOOK ",
            Verdict::Wrong => "WRONG",
        };
        say(format_args!("{word}  {what}: {told}"))?;
        if let Some(to_do) = to_do {
            say(format_args!("       what to do: {to_do}"))?;
        }
    }
    let count = |wanted: Verdict| found.iter().filter(|finding| finding.verdict == wanted).count();
    let looks = match count(Verdict::Look) {
        0 => String::new(),
        1 => "; one thing to look at".to_owned(),
        many => format!("; {many} things to look at"),
    };
    match count(Verdict::Wrong) {
        0 => say(format_args!("\nnothing is wrong{looks}")),
        1 => bail!("one thing is wrong{looks}"),
        many => bail!("{many} things are wrong{looks}"),
    }
}
