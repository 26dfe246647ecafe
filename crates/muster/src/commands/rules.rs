//! `muster rules`: the rule sets that ship, and whether a component would do.

use std::path::PathBuf;
use std::sync::Arc;

use anyhow::{Context as _, Result};
use clap::{Args, Subcommand};
use muster_record::ids::hex;
use muster_rules::{Host, HostLimits, LoadedRuleSet};

use self::build::Build;
use super::say;

mod build;

/// Options of `muster rules`.
#[derive(Debug, Args)]
pub(crate) struct Rules {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// The rule sets that ship with this binary
    List,
    /// Build a rule set written in Rust: cargo compiles it, and the component lands in a file
    Build(Build),
    /// Compile a component, check its imports and settings, and ask it about an empty situation
    Check {
        /// The component (.wasm)
        component: PathBuf,
        /// Its settings (JSON); its defaults where absent
        #[arg(long, value_name = "FILE")]
        settings: Option<PathBuf>,
    },
}

impl Rules {
    pub(crate) fn run(&self) -> Result<()> {
        let host = || Host::new(HostLimits::default()).map(Arc::new);
        match &self.command {
            Command::Build(build) => build.run(),
            Command::List => {
                let host = host()?;
                for shipped in muster_shipped::SHIPPED {
                    let loaded = host.load(shipped.component, "").with_context(|| shipped.name.to_owned())?;
                    describe(&loaded, shipped.component.len())?;
                }
                Ok(())
            }
            Command::Check { component, settings } => {
                let host = host()?;
                let bytes =
                    std::fs::read(component).with_context(|| format!("{} cannot be read", component.display()))?;
                let settings = match settings {
                    Some(path) => {
                        std::fs::read_to_string(path).with_context(|| format!("{} cannot be read", path.display()))?
                    }
                    None => String::new(),
                };
                let loaded =
                    host.load(&bytes, &settings).with_context(|| format!("{} will not do", component.display()))?;
                describe(&loaded, bytes.len())?;
                say("it will do")
            }
        }
    }
}

fn describe(loaded: &LoadedRuleSet, size: usize) -> Result<()> {
    let is = loaded.description();
    let kinds: Vec<&str> = is.concerns.iter().map(|kind| kind.word()).collect();
    say(format_args!("{} {}  {}", is.name, is.version, is.title))?;
    say(format_args!(
        "  source: {}{}",
        is.source,
        is.review_due.as_ref().map_or_else(String::new, |due| format!(" (its review was due {due})"))
    ))?;
    say(format_args!("  concerns: {}; wants: {}", kinds.join(", "), is.needs.join(", ")))?;
    say(format_args!("  {size} bytes, sha256 {}", hex(&loaded.component_digest())))
}
