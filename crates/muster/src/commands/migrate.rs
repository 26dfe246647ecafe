//! `muster migrate`: from a store in a file to a database server that several servers may share.

use std::path::PathBuf;

use anyhow::{Context as _, Result};
use clap::Args;

use super::say;
use crate::config::{Address, Config};
use crate::migrating::{self, Migrated};

/// Options of `muster migrate`.
#[derive(Debug, Args)]
pub(crate) struct Migrate {
    /// The configuration file, which may name both and says how the database server is reached
    #[arg(long, short, env = "MUSTER_CONFIG", value_name = "FILE")]
    config: Option<PathBuf>,
    /// The store's file, which no server may be using
    #[arg(long, env = "MUSTER_DATA", value_name = "FILE")]
    data: Option<PathBuf>,
    /// The database to move it to, which holds nothing yet: `postgresql://USER@HOST/DATABASE`
    #[arg(long, env = "MUSTER_STORE", value_name = "ADDRESS", hide_env_values = true)]
    store: Option<Address>,
}

impl Migrate {
    pub(crate) fn run(&self) -> Result<()> {
        let config = match &self.config {
            Some(path) => Config::read(path)?,
            None => Config::default(),
        };
        let data = self.data.as_ref().unwrap_or(&config.data);
        let address = self.store.as_ref().or(config.store.as_ref());
        let address = address
            .context("say where to: --store postgresql://USER@HOST/DATABASE, or `store` in the configuration")?;
        let settings = config.database.settings(address)?;
        let Migrated { incidents, entries, last_revision, audit, rows } =
            migrating::migrate(data, &settings, &address.to_string())?;
        say(format_args!(
            "{incidents} records with {entries} entries, up to change set {last_revision}; {audit} rows of the audit; {rows} rows in all"
        ))?;
        say("every chain was walked before and after: each record ends at the same entry with the same hash")?;
        say(format_args!(
            "{} stays as it is: keep it until the servers on {address} have been backed up",
            data.display()
        ))
    }
}
