//! `muster verify`: a store or an exported bundle, entry by entry, and against what a partner kept.

use std::path::PathBuf;

use anyhow::{Result, bail};
use clap::Args;
use muster_record::evidence::key::PublicKey;

use super::say;
use crate::verifying::{self, Against, Report};

/// Options of `muster verify`.
#[derive(Debug, Args)]
pub(crate) struct Verify {
    /// A store, which no server may be using, or an exported bundle; the store of --data where absent
    file: Option<PathBuf>,
    /// The store's file
    #[arg(long, env = "MUSTER_DATA", value_name = "FILE", conflicts_with = "file")]
    data: Option<PathBuf>,
    /// Checkpoints that a partner kept: what `muster watch --witness` wrote, or a single note
    #[arg(long, value_name = "FILE")]
    checkpoint: Option<PathBuf>,
    /// The server's public key, had by another way than the record: `ed25519:...`
    #[arg(long, value_name = "PUBLIC-KEY")]
    key: Option<PublicKey>,
    /// The key file, to hold what sealed entries say against their commitments too
    #[arg(long, env = "MUSTER_KEY_FILE", value_name = "FILE")]
    key_file: Option<PathBuf>,
}

impl Verify {
    pub(crate) fn run(&self) -> Result<()> {
        let usual = verifying::usual_store();
        let path = self.file.as_ref().or(self.data.as_ref()).unwrap_or(&usual);
        let against =
            Against { key_file: self.key_file.clone(), ..Against::read(self.checkpoint.as_deref(), self.key)? };
        let Report { told, unchecked, findings } = verifying::file(path, &against)?;
        for line in told {
            say(line)?;
        }
        let partly = !unchecked.is_empty();
        for line in unchecked {
            say(format_args!("NOT CHECKED: {line}"))?;
        }
        for found in &findings {
            say(format_args!("BROKEN: {}: {}\n  what to do: {}", found.place, found.what, found.to_do))?;
        }
        match findings.len() {
            0 if partly => say("what was checked is as it was written"),
            0 => say("all is as it was written"),
            1 => bail!("one thing is not as it was written"),
            count => bail!("{count} things are not as they were written"),
        }
    }
}
