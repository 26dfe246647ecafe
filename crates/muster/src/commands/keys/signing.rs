//! `muster keys signing`: makes and shows the key that a server signs checkpoints and exports with.

use std::path::PathBuf;

use anyhow::Result;
use clap::Subcommand;
use muster_record::evidence::key::SigningKey;

use crate::commands::say;
use crate::signing;

/// What is done with the key that signs.
#[derive(Debug, Subcommand)]
pub(crate) enum Signing {
    /// Make a new key in a file that is not there yet, and say its public half
    New {
        /// The file, for `[signing] key_file` of the configuration
        file: PathBuf,
    },
    /// Say the public half of a key
    Show {
        /// The file
        file: PathBuf,
    },
}

impl Signing {
    pub(crate) fn run(&self) -> Result<()> {
        match self {
            Self::New { file } => {
                shown(&signing::make(file)?)?;
                say(format_args!(
                    "{}: readable by you alone; keep a copy apart from the store's backup",
                    file.display()
                ))?;
                say("give the public key to each partner by another way than this server")
            }
            Self::Show { file } => shown(&signing::read(file)?),
        }
    }
}

fn shown(key: &SigningKey) -> Result<()> {
    let public = key.public();
    say(format_args!("key:    {}", public.id()))?;
    say(format_args!("public: {public}"))
}
