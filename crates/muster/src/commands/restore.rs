//! `muster restore`: tries a backup without touching anything, or puts it in place of a store that was lost.

use std::path::{Path, PathBuf};

use anyhow::{Result, bail};
use clap::Args;
use muster_coordinator::Surroundings as _;
use muster_record::evidence::key::PublicKey;
use muster_record::ids::hex;
use muster_store::Generation;

use super::say;
use crate::restoring::{self, Asked, Looked};
use crate::surroundings::System;
use crate::verifying::{Against, Report};

/// Options of `muster restore`.
#[derive(Debug, Args)]
pub(crate) struct Restore {
    /// The backup: it is only read
    backup: PathBuf,
    /// Try it: verify a copy of it, serve that for a moment, and say what would be lost
    #[arg(long, conflicts_with = "to", required_unless_present = "to")]
    drill: bool,
    /// Where the store is to be: nothing may be there
    #[arg(long, value_name = "FILE")]
    to: Option<PathBuf>,
    /// Checkpoints that a partner kept: what `muster watch --witness` wrote, or a single note; once for each partner
    #[arg(long, value_name = "FILE")]
    checkpoint: Vec<PathBuf>,
    /// The server's public key, had by another way than the record: `ed25519:...`
    #[arg(long, value_name = "PUBLIC-KEY")]
    key: Option<PublicKey>,
    /// The digest that `muster backup` printed
    #[arg(long, value_name = "SHA256")]
    digest: Option<String>,
    /// The key file with which who the people are is to be read, as it was kept apart
    #[arg(long, env = "MUSTER_KEY_FILE", value_name = "FILE")]
    key_file: Option<PathBuf>,
    /// A store or backup with what was written later: says who was erased since, and would be back
    #[arg(long, value_name = "FILE")]
    newer: Option<PathBuf>,
    /// Entries that partners' checkpoints may be ahead of the backup before the drill fails
    #[arg(long, value_name = "ENTRIES", default_value_t = 0, requires = "drill")]
    may_lose: u64,
}

impl Restore {
    pub(crate) async fn run(&self) -> Result<()> {
        let kept: Result<_> = self.checkpoint.iter().map(|path| Against::read(Some(path), self.key)).collect();
        let (digest, key_file, newer) = (self.digest.clone(), self.key_file.clone(), self.newer.clone());
        let asked = Asked { kept: kept?, digest, key_file, newer };
        match &self.to {
            Some(to) => self.put(to, &asked),
            None => self.try_it(&asked).await,
        }
    }

    async fn try_it(&self, asked: &Asked) -> Result<()> {
        let looked = restoring::drill(&self.backup, asked).await?;
        told(&looked)?;
        let (findings, lost) = (looked.report.findings.len(), looked.would_lose());
        if findings > 0 {
            bail!("{} would NOT do: {findings} found", self.backup.display());
        }
        if lost > self.may_lose {
            bail!(
                "{} is sound, but {lost} entries that partners saw are not in it, and {} may be lost (--may-lose)",
                self.backup.display(),
                self.may_lose
            );
        }
        say(format_args!("{} would do", self.backup.display()))
    }

    fn put(&self, to: &Path, asked: &Asked) -> Result<()> {
        let (looked, generation) = restoring::restore(&self.backup, to, asked)?;
        told(&looked)?;
        let Some(Generation { id, after, begun_at: _ }) = generation else {
            bail!("{} will not do, and nothing was put at {}", self.backup.display(), to.display());
        };
        say(format_args!("{}: restored; its generation {} begins behind change set {after}", to.display(), hex(&id)))?;
        say("what is to be done now:\n  \
             - tell every agency with a seat what was lost; watchers whose place is behind the backup are refused with \
             REVISION_COMPACTED, and witnesses whose checkpoint is ahead of it stop with an alarm\n  \
             - let partners send again what they wrote since: the answers to those request ids are lost too\n  \
             - erase again who was erased since; give --newer a later store or backup to have them listed, or ask partners \
             what their copies of the records say\n  \
             - keep what is left of the store that was lost: it is the evidence")
    }
}

fn told(looked: &Looked) -> Result<()> {
    let Report { told, unchecked, findings } = &looked.report;
    told.iter().try_for_each(say)?;
    looked.told(System.now()).iter().try_for_each(say)?;
    unchecked.iter().try_for_each(|line| say(format_args!("NOT CHECKED: {line}")))?;
    let found = |found: &crate::verifying::Finding| {
        say(format_args!("BROKEN: {}: {}\n  what to do: {}", found.place, found.what, found.to_do))
    };
    findings.iter().try_for_each(found)
}
