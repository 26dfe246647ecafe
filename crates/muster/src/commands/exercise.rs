//! `muster exercise`: plays a script on a server of its own, and directs exercises on one that runs.

use std::path::PathBuf;
use std::sync::Arc;

use anyhow::{Context as _, Result, anyhow};
use clap::{Args, Subcommand};

use super::{logging, say};
use crate::authoring::WITH_INTERPRETER;
use crate::cli::Calling;
use crate::config::{Listen, RuleSetsConfig};
use crate::play::{self, Stage};
use muster_exercise::{self as exercise, Script, Size};

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
        /// A component to use besides the shipped rule sets, or in place of the one of the same name; repeatable
        #[arg(long = "rule-set", value_name = "FILE")]
        rule_sets: Vec<PathBuf>,
    },
    /// Write out a large script: a national home-care agency that stops in many authorities at once
    Large {
        /// Authorities in which it has a branch
        #[arg(long, default_value_t = 84)]
        authorities: u32,
        /// People it cares for, in all together
        #[arg(long, default_value_t = 9_300)]
        people: u32,
    },
    /// Read a script and say what is wrong with it, without playing it
    Check {
        /// The script
        file: PathBuf,
    },
    /// Write out a script for a failure of a kind you choose; the same seed gives the same script
    Generate(directing::Generate),
    /// The exercises on a server that your agency directs or has a part in
    List(Directing),
    /// The scenarios that ship
    Scenarios(Directing),
    /// Start an exercise on a server; it goes on at once
    Start(directing::Start),
    /// How an exercise stands: its moment, what comes next, whose turn it is
    Show(directing::One),
    /// Make an exercise stand: nobody writes in it and its clock does not move
    Pause(directing::One),
    /// Let an exercise go on from where it stands
    Resume(directing::One),
    /// Set how fast an exercise goes
    Pace(directing::SetPace),
    /// Put lines into an exercise: `at +10m cqc notes "the press has called"`
    Inject(directing::Inject),
    /// Make a copy of an exercise as it stood at a moment
    Fork(directing::Fork),
    /// What was late, missed and overridden
    Score(directing::One),
    /// End an exercise: it is kept, and can only be read
    End(directing::One),
}

mod directing;

/// Which server to call.
#[derive(Debug, Args)]
pub(crate) struct Directing {
    #[command(flatten)]
    calling: Calling,
}

impl Exercise {
    pub(crate) async fn run(&self) -> Result<()> {
        logging::quiet()?;
        match &self.command {
            Command::Run { file, report, rule_sets } => {
                let script = read(file)?;
                let began = std::time::Instant::now();
                let clock = play::beginning(&script)?;
                let stage = Stage::set(&script.agencies, clock, with(&script, rule_sets)?, free(), silent()).await?;
                let played = play::play(&stage, &script, Arc::new(|_| ())).await;
                let stopped = stage.serving.stop().await;
                let played = played.with_context(|| format!("{} did not go as it says", file.display()))?;
                stopped?;
                say(played.told.trim_end())?;
                let (steps, seconds) = (script.steps.len(), began.elapsed().as_secs_f64());
                eprintln!("muster: {steps} steps, {} entries, {seconds:.1} s", played.entries);
                if *report { say(format_args!("\n{}", played.report.trim_end())) } else { Ok(()) }
            }
            Command::Large { authorities, people } => {
                say(exercise::large(Size { authorities: *authorities, people: *people }).trim_end())
            }
            Command::Generate(generate) => generate.run(),
            Command::List(Directing { calling }) => directing::list(calling).await,
            Command::Scenarios(Directing { calling }) => directing::scenarios(calling).await,
            Command::Start(start) => start.run().await,
            Command::Show(one) => one.show().await,
            Command::Pause(one) => one.pause().await,
            Command::Resume(one) => one.resume().await,
            Command::Pace(pace) => pace.run().await,
            Command::Inject(inject) => inject.run().await,
            Command::Fork(fork) => fork.run().await,
            Command::Score(one) => one.score().await,
            Command::End(one) => one.end().await,
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

/// The shipped rule sets that the script names, but for those that a file of the same name stands in for.
fn with(script: &Script, files: &[PathBuf]) -> Result<RuleSetsConfig> {
    let named = |name: &str| script.rule_sets.as_ref().is_none_or(|named| named.iter().any(|one| one.as_str() == name));
    let replaced: Vec<&str> = files.iter().filter_map(|file| file.file_stem()?.to_str()).collect();
    let kept =
        muster_shipped::SHIPPED.iter().filter(|shipped| named(shipped.name) && !replaced.contains(&shipped.name));
    let shipped = kept.map(|shipped| shipped.name.parse()).collect::<Result<Vec<_>, _>>()?;
    let component_mib = Some(WITH_INTERPRETER);
    Ok(RuleSetsConfig { shipped: Some(shipped), files: files.to_vec(), component_mib, ..RuleSetsConfig::default() })
}

/// Reads a script from a file.
fn read(file: &PathBuf) -> Result<Script> {
    let text = std::fs::read_to_string(file).with_context(|| format!("{} cannot be read", file.display()))?;
    exercise::parse(&text).map_err(|problems| anyhow!("{}: {problems}", file.display()))
}

/// Free ports on loopback.
pub(crate) fn free() -> Listen {
    let any = std::net::SocketAddr::from(([127, 0, 0, 1], 0));
    Listen { api: any, people: None, probes: any }
}

/// No metrics are kept for a rehearsal.
pub(crate) fn silent() -> muster_server::Render {
    Arc::new(String::new)
}
