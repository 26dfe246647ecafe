//! `muster exercise`: plays a script on a server of its own, on a moved clock.

use std::path::PathBuf;
use std::sync::Arc;

use anyhow::{Context as _, Result, anyhow};
use clap::{Args, Subcommand};

use super::{logging, say};
use crate::config::{Listen, RuleSetsConfig};
use crate::exercise::{self, Script};
use crate::play::{self, Stage};

/// Options of `muster exercise`.
#[derive(Debug, Args)]
pub(crate) struct Exercise {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Play a script and print its timeline; it fails at the first line that does not go as it says
    Run {
        /// The script; docs/exercises.md describes the format
        file: PathBuf,
        /// Print the situation report at the end as well
        #[arg(long)]
        report: bool,
    },
    /// Read a script and say what is wrong with it, without playing it
    Check {
        /// The script
        file: PathBuf,
    },
}

impl Exercise {
    pub(crate) async fn run(&self) -> Result<()> {
        logging::quiet()?;
        match &self.command {
            Command::Run { file, report } => {
                let script = read(file)?;
                let clock = play::beginning(&script)?;
                let stage = Stage::set(&script.agencies, clock, RuleSetsConfig::default(), free(), silent()).await?;
                let played = play::play(&stage, &script, Arc::new(|_| ())).await;
                let stopped = stage.serving.stop().await;
                let played = played.with_context(|| format!("{} did not go as it says", file.display()))?;
                stopped?;
                say(played.told.trim_end())?;
                if *report { say(format_args!("\n{}", played.report.trim_end())) } else { Ok(()) }
            }
            Command::Check { file } => {
                let script = read(file)?;
                say(format_args!(
                    "{:?}: {} steps, {} agencies",
                    script.title,
                    script.steps.len(),
                    script.agencies.len()
                ))
            }
        }
    }
}

/// Reads a script from a file.
fn read(file: &PathBuf) -> Result<Script> {
    let text = std::fs::read_to_string(file).with_context(|| format!("{} cannot be read", file.display()))?;
    exercise::parse(&text).map_err(|problems| anyhow!("{}: {problems}", file.display()))
}

/// Free ports on loopback.
pub(crate) fn free() -> Listen {
    let any = std::net::SocketAddr::from(([127, 0, 0, 1], 0));
    Listen { api: any, probes: any }
}

/// No metrics are kept for a rehearsal.
pub(crate) fn silent() -> muster_server::Render {
    Arc::new(String::new)
}
