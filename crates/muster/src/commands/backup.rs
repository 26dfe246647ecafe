//! `muster backup`: a verified copy of a store, also of one that a server is serving.

use std::path::{Path, PathBuf};

use anyhow::{Result, bail};
use clap::Args;
use muster_coordinator::Surroundings as _;
use muster_record::evidence::key::PublicKey;

use super::say;
use crate::backing_up::{self, BackedUp, Broken, Held};
use crate::config::Config;
use crate::surroundings::System;
use crate::verifying::{self, Against};

/// Options of `muster backup`.
#[derive(Debug, Args)]
pub(crate) struct Backup {
    /// The store's file; a server may be serving it
    #[arg(long, env = "MUSTER_DATA", value_name = "FILE")]
    data: Option<PathBuf>,
    /// The server's configuration: names the store, and the keys that are kept apart from its backup
    #[arg(long, short, env = "MUSTER_CONFIG", value_name = "FILE")]
    config: Option<PathBuf>,
    /// The backup: a new file, or a folder, in which it is named by the time
    #[arg(long, value_name = "PATH")]
    to: PathBuf,
    /// Checkpoints that a partner kept: what `muster watch --witness` wrote, or a single note
    #[arg(long, value_name = "FILE")]
    checkpoint: Option<PathBuf>,
    /// The server's public key, had by another way than the record: `ed25519:...`
    #[arg(long, value_name = "PUBLIC-KEY")]
    key: Option<PublicKey>,
}

impl Backup {
    pub(crate) fn run(&self) -> Result<()> {
        let config = self.config.as_deref().map(Config::read).transpose()?;
        let configured = config.as_ref().map(|config| config.data.clone());
        let data = self.data.clone().or(configured).unwrap_or_else(verifying::usual_store);
        let to = if self.to.is_dir() { self.to.join(name()) } else { self.to.clone() };
        let against = Against::read(self.checkpoint.as_deref(), self.key)?;
        let BackedUp { outcome, report } = backing_up::store(&data, &to, &against)?;
        report.told.iter().try_for_each(say)?;
        for found in &report.findings {
            say(format_args!("BROKEN: {}: {}\n  what to do: {}", found.place, found.what, found.to_do))?;
        }
        match outcome {
            Ok(held) => told(&data, &held, config.as_ref()),
            Err(Broken { kept: Some(kept) }) => {
                bail!(
                    "{} is broken: this is NO backup; what could be read of it is in {}",
                    data.display(),
                    kept.display()
                )
            }
            Err(Broken { kept: None }) => {
                bail!("{} is broken: this is NO backup, and nothing of it was kept", data.display())
            }
        }
    }
}

fn name() -> String {
    format!("muster-{}.db", System.now().format("%Y%m%dT%H%M%SZ"))
}

fn told(data: &Path, held: &Held, config: Option<&Config>) -> Result<()> {
    let Held { path, store, records, entries, last_revision, audit, digest } = held;
    say(format_args!("{}: a verified copy of {} (store {store})", path.display(), data.display()))?;
    say(format_args!(
        "  {records} records, {entries} entries, last change set {last_revision}, {audit} rows of audit\n  sha256:{digest}"
    ))?;
    say("NOT in it: keys. Without them it tells nobody who the people are, and a copy of them is kept apart from it:")?;
    let Some(config) = config else {
        return say("  [personal_data] key_file and [signing] key_file of the server's configuration");
    };
    let keys = [
        ("[personal_data] key_file", config.personal_data.key_file.as_deref()),
        ("[signing] key_file", config.signing.as_ref().map(|signing| signing.key_file.as_path())),
    ];
    for (name, path) in keys {
        match path {
            Some(path) => say(format_args!("  {name}: {}", path.display()))?,
            None => say(format_args!("  {name}: none is configured"))?,
        }
    }
    Ok(())
}
