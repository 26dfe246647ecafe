//! `muster rules`: the rule sets that ship, whether a component would do, and an agency's settings and own rule sets.

use std::path::PathBuf;

use anyhow::{Context as _, Result};
use clap::{Args, Subcommand};
use muster_record::ids::hex;
use muster_rules::{Host, HostLimits, LoadedRuleSet};

use self::build::Build;
use self::diff::Diff;
use self::inspect::Inspect;
use self::installing::{Approve, InUse, Install, Installs, Upgrade, Withdraw};
use self::measure::Measure;
use self::new::New;
use self::run::Run;
use self::shadows::Shadows;
use self::test::Test;
use super::say;
use crate::packing;

mod at_hand;
mod build;
mod diff;
#[cfg(feature = "oci")]
mod distributing;
mod handing_on;
mod inspect;
mod installing;
mod measure;
mod new;
mod run;
mod settings;
mod shadows;
mod signing;
mod test;

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
    /// Make a folder with a small rule set that builds, passes its tests and runs as it stands
    New(New),
    /// Build a rule set: Rust with cargo alone, Python and JavaScript with the tool its folder names
    Build(Build),
    /// Show what a rule set imports and exports, what it asks to be told, the clauses it cites, its settings
    Inspect(Inspect),
    /// Hold a rule set against its cases, through the server's own projection
    Test(Test),
    /// Show what a rule set says of a case: why, in which words, by which clause
    Run(Run),
    /// Measure time and fuel of one evaluation
    Bench(Measure),
    /// Show what another version would have said on the incidents that a store keeps
    Diff(Diff),
    /// Compile a component, check its imports and settings, and ask it about an empty situation
    Check {
        /// The component (.wasm), or a pack with it
        component: PathBuf,
        /// Its settings (TOML or JSON); its defaults where absent
        #[arg(long, value_name = "FILE")]
        settings: Option<PathBuf>,
    },
    /// Show, check or change your agency's settings on a server
    Settings(settings::Settings),
    /// Propose a rule set of your agency; another person of it has to approve it
    Install(Install),
    /// Propose a rule set of your agency to look on in shadow: what it would say is counted beside the records, on none
    Shadow(Install),
    /// What a rule set of your agency in shadow made of incidents, and what it would say of one now
    Shadows(Shadows),
    /// What your agency proposed to install, and what became of it
    Installs(Installs),
    /// Approve what another person of your agency proposed: incidents that it opens from now on use it
    Approve(Approve),
    /// Sign a component, into an envelope beside it
    Sign(signing::Sign),
    /// Say whether enough of some keys have signed a component
    VerifySignature(signing::VerifySignature),
    /// Put a component and the signatures under it into one file, to be handed on
    Pack(handing_on::Pack),
    /// Take a pack apart
    Unpack(handing_on::Unpack),
    /// Push a rule set and the signatures under it to a registry
    #[cfg(feature = "oci")]
    Push(distributing::Push),
    /// Pull a rule set by its digest, with the signatures under it, into a pack
    #[cfg(feature = "oci")]
    Pull(distributing::Pull),
    /// Take a proposal back
    Withdraw(Withdraw),
    /// Propose to use a rule set of your agency again that was taken out of use
    Enable(InUse),
    /// Propose to take a rule set of your agency out of use
    Disable(InUse),
    /// See what another version would change in the advice on an open incident, and move it there
    Upgrade(Upgrade),
}

impl Rules {
    pub(crate) async fn run(&self) -> Result<()> {
        let host = || Host::new(HostLimits::default());
        match &self.command {
            Command::Settings(settings) => settings.run().await,
            Command::Install(install) => install.run(false).await,
            Command::Shadow(install) => install.run(true).await,
            Command::Shadows(shadows) => shadows.run().await,
            Command::Installs(installs) => installs.run().await,
            Command::Approve(approve) => approve.run().await,
            Command::Sign(sign) => sign.run(),
            Command::VerifySignature(verify) => verify.run(),
            Command::Pack(pack) => pack.run(),
            Command::Unpack(unpack) => unpack.run(),
            #[cfg(feature = "oci")]
            Command::Push(push) => push.run().await,
            #[cfg(feature = "oci")]
            Command::Pull(pull) => pull.run().await,
            Command::Withdraw(withdraw) => withdraw.run().await,
            Command::Enable(enable) => enable.run(false).await,
            Command::Disable(disable) => disable.run(true).await,
            Command::Upgrade(upgrade) => upgrade.run().await,
            Command::Diff(diff) => diff.run(),
            Command::New(new) => new.run(),
            Command::Build(build) => build.run(),
            Command::Inspect(inspect) => inspect.run().await,
            Command::Test(test) => test.run().await,
            Command::Run(run) => run.run().await,
            Command::Bench(bench) => bench.run().await,
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
                let bytes = packing::read_with(component, None)?.component;
                let settings = match settings {
                    Some(path) => muster_exercise::settings::read_file(path)?,
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
    let wants: Vec<&str> = is.asks.needs.iter().map(|part| part.word()).collect();
    let gives: Vec<&str> = is.asks.gives.iter().map(|kind| kind.word()).collect();
    say(format_args!("  concerns: {}; wants: {}; gives: {}", kinds.join(", "), wants.join(", "), gives.join(", ")))?;
    say(format_args!("  {size} bytes, sha256 {}", hex(&loaded.component_digest())))
}
