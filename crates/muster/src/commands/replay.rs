//! `muster replay`: every evaluation on record worked out again, offline, and held against what the record says.

use std::num::NonZeroUsize;
use std::path::PathBuf;

use anyhow::{Result, bail};
use clap::{Args, ValueEnum};
use muster_record::ids::IncidentId;
use muster_rules::Allocator;

use super::{logging, say};
use crate::replaying::{self, Count};
use crate::verifying;

/// Options of `muster replay`.
#[derive(Debug, Args)]
pub(crate) struct Replay {
    /// The incident; every one that the store keeps where absent
    incident: Option<IncidentId>,
    #[command(flatten)]
    source: Source,
    /// How rule sets are given their memory; it makes no difference to what they say
    #[arg(long, value_enum, default_value_t = Memory::Pooling)]
    memory: Memory,
}

/// Which store is read, and how many incidents at a time.
#[derive(Debug, Clone, Args)]
pub(crate) struct Source {
    /// The store's file, which is only read; a server may be serving it
    #[arg(long, env = "MUSTER_DATA", value_name = "FILE")]
    data: Option<PathBuf>,
    /// The key file, without which what entries say of people is not at hand
    #[arg(long, env = "MUSTER_KEY_FILE", value_name = "FILE")]
    key_file: Option<PathBuf>,
    /// Incidents at a time; as many as the machine has cores where absent
    #[arg(long, value_name = "COUNT")]
    jobs: Option<NonZeroUsize>,
}

impl Source {
    pub(crate) fn readers(&self) -> Result<muster_store::Readers> {
        let usual = verifying::usual_store();
        replaying::open(self.data.as_ref().unwrap_or(&usual), self.key_file.as_deref())
    }

    pub(crate) fn jobs(&self) -> NonZeroUsize {
        self.jobs.unwrap_or_else(replaying::cores)
    }
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum Memory {
    /// From a pool that is set aside
    Pooling,
    /// From the operating system, each time
    OnDemand,
}

impl Replay {
    pub(crate) fn run(&self) -> Result<()> {
        logging::quiet()?;
        let readers = self.source.readers()?;
        let asked: Vec<IncidentId> = self.incident.iter().cloned().collect();
        let incidents = replaying::chosen(&readers, &asked)?;
        let allocator = match self.memory {
            Memory::Pooling => Allocator::Pooling,
            Memory::OnDemand => Allocator::OnDemand,
        };
        let jobs = self.source.jobs();
        let host = replaying::host(jobs, allocator)?;
        let replayed = replaying::replay(&readers, &host, &incidents, jobs)?;
        let counts = replaying::by_rule_set(&replayed);
        for (rule_set, count) in &counts {
            say(format_args!("{rule_set}: {}", count.told()))?;
        }
        for line in replaying::exceptions(&replayed) {
            say(line)?;
        }
        let sum = |of: fn(&Count) -> usize| counts.values().map(of).fold(0_usize, usize::saturating_add);
        let (same, cannot) = (sum(|count| count.same), sum(|count| count.cannot));
        let broken = replayed.iter().filter(|replayed| replayed.broken.is_some()).count();
        let on = format!("on {} incidents", replayed.len());
        match (sum(|count| count.different), broken) {
            (0, 0) if same == 0 && cannot == 0 => say(format_args!("no evaluation {on}")),
            (0, 0) if cannot == 0 => {
                say(format_args!("{same} evaluations {on}: each comes out bit for bit as recorded"))
            }
            (0, 0) => say(format_args!(
                "{same} evaluations {on} come out bit for bit as recorded; {cannot} cannot be worked out again, and nothing is shown of those"
            )),
            (0, broken) => bail!("{broken} records are not what was written"),
            (different, _) => bail!("{different} evaluations {on} do not come out as recorded"),
        }
    }
}
