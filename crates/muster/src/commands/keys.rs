//! `muster keys`: makes and shows the key that a server signs checkpoints and exports with.

use std::path::PathBuf;

use anyhow::Result;
use clap::{Args, Subcommand};
use muster_record::evidence::key::SigningKey;

use super::say;
use crate::signing;

/// Options of `muster keys`.
#[derive(Debug, Args)]
pub(crate) struct Keys {
    #[command(subcommand)]
    which: Which,
}

#[derive(Debug, Subcommand)]
enum Which {
    /// The key that the server signs checkpoints and exports with
    #[command(subcommand)]
    Signing(Signing),
}

#[derive(Debug, Subcommand)]
enum Signing {
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

impl Keys {
    pub(crate) fn run(&self) -> Result<()> {
        let Which::Signing(signing) = &self.which;
        match signing {
            Signing::New { file } => {
                shown(&signing::make(file)?)?;
                say(format_args!(
                    "{}: readable by you alone; keep a copy apart from the store's backup",
                    file.display()
                ))?;
                say("give the public key to each partner by another way than this server")
            }
            Signing::Show { file } => shown(&signing::read(file)?),
        }
    }
}

fn shown(key: &SigningKey) -> Result<()> {
    let public = key.public();
    say(format_args!("key:    {}", public.id()))?;
    say(format_args!("public: {public}"))
}
