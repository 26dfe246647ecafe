//! `muster rules diff`: what another version of a rule set would have said on the incidents that are kept.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::{Context as _, Result};
use clap::Args;
use muster_coordinator::{DiffAsk, RuleDiff, kept_component};
use muster_record::entry::Hash;
use muster_record::ids::IncidentId;
use muster_rules::Allocator;
use muster_store::Readers;

use crate::commands::replay::Source;
use crate::commands::{logging, say};
use crate::{comparing, replaying};
use muster_exercise::settings;

/// Options of `muster rules diff`.
#[derive(Debug, Args)]
pub(crate) struct Diff {
    /// The version in use: a component (.wasm), or the SHA-256 of one that the store keeps
    old: String,
    /// The candidate: a component (.wasm), or the SHA-256 of one that the store keeps
    new: String,
    /// Settings of the candidate (TOML or JSON); those that each incident used where absent
    #[arg(long, value_name = "FILE")]
    settings: Option<PathBuf>,
    /// An incident; may be given more than once. Every one that the store keeps where absent
    #[arg(long = "incident", value_name = "INCIDENT")]
    incidents: Vec<IncidentId>,
    /// Only the newest place of each incident
    #[arg(long)]
    latest: bool,
    /// Write it as a page too, which needs nothing beside it
    #[arg(long, value_name = "FILE")]
    html: Option<PathBuf>,
    #[command(flatten)]
    source: Source,
}

impl Diff {
    pub(crate) fn run(&self) -> Result<()> {
        logging::quiet()?;
        let readers = self.source.readers()?;
        let jobs = self.source.jobs();
        let ask = DiffAsk {
            old: component(&readers, &self.old)?,
            new: component(&readers, &self.new)?,
            settings: self.settings.as_deref().map(settings::read_file).transpose()?,
            latest: self.latest,
        };
        let incidents = replaying::chosen(&readers, &self.incidents)?;
        let host = replaying::host(jobs, Allocator::Pooling)?;
        let diff = RuleDiff::new(Arc::new(readers), &host, ask).context("one of the two will not do")?;
        let diffed = replaying::each(&incidents, jobs, "comparing", |id| diff.incident(id))?;
        let comparison = comparing::told(&diff, &diffed);
        say(comparing::text(&comparison).trim_end())?;
        if let Some(path) = &self.html {
            let page = comparing::page(&comparison)?;
            std::fs::write(path, page).with_context(|| format!("{} cannot be written", path.display()))?;
        }
        Ok(())
    }
}

/// A component by its file, or by the digest that the store keeps it under.
fn component(readers: &Readers, named: &str) -> Result<Vec<u8>> {
    match named.parse::<Hash>() {
        Ok(digest) if !Path::new(named).exists() => Ok(kept_component(readers, digest)?),
        Ok(_) | Err(_) => std::fs::read(named).with_context(|| {
            format!("{named} cannot be read: give a component's file, or the SHA-256 of one that the store keeps")
        }),
    }
}
