//! `muster rules sign` and `verify-signature`: signatures under a component, in an envelope beside it.

use std::path::PathBuf;

use anyhow::{Context as _, Result};
use clap::Args;
use muster_record::endorsing::{Envelope, Signers};
use muster_record::entry::Hash;
use muster_record::evidence::key::PublicKey;

use crate::authoring::host;
use crate::commands::say;
use crate::packing::{self, Packed};
use crate::signing;

/// Options of `muster rules sign`.
#[derive(Debug, Args)]
pub(crate) struct Sign {
    /// The component (.wasm), or a pack with it
    component: PathBuf,
    /// The file with the key that signs, as `muster keys signing new` makes it
    #[arg(long, value_name = "FILE")]
    key: PathBuf,
    /// The envelope; where it is there already, the signature is added to it
    #[arg(long, value_name = "FILE")]
    envelope: PathBuf,
}

/// Options of `muster rules verify-signature`.
#[derive(Debug, Args)]
pub(crate) struct VerifySignature {
    /// The component (.wasm), or a pack
    component: PathBuf,
    /// An envelope with signatures, beside those of a pack
    #[arg(long, value_name = "FILE")]
    envelope: Option<PathBuf>,
    /// A key that counts, as `muster keys signing show` prints it; once for each
    #[arg(long = "key", value_name = "KEY", required = true)]
    keys: Vec<PublicKey>,
    /// How many of them have to have signed
    #[arg(long, value_name = "N", default_value_t = 1)]
    at_least: usize,
}

impl Sign {
    pub(crate) fn run(&self) -> Result<()> {
        let component = packing::read_with(&self.component, None)?.component;
        let loaded = host()?.load(&component, "");
        let loaded = loaded.with_context(|| format!("{} will not do", self.component.display()))?;
        let digest = Hash::of(&component);
        let envelope = match self.envelope.exists() {
            true => packing::read_envelope(&self.envelope)?,
            false => Envelope::about(&loaded.description().name, digest)?,
        };
        if envelope.component()? != digest {
            anyhow::bail!("{} is about another component", self.envelope.display());
        }
        let key = signing::read(&self.key)?;
        let signed = envelope.signed_by(&key)?.write()?;
        std::fs::write(&self.envelope, signed)
            .with_context(|| format!("{} cannot be written", self.envelope.display()))?;
        let (id, file) = (key.public().id(), self.envelope.display());
        say(format_args!("signed with {} into {file}: {digest}", id.as_str()))
    }
}

impl VerifySignature {
    pub(crate) fn run(&self) -> Result<()> {
        let Packed { component, envelope } = packing::read_with(&self.component, self.envelope.as_deref())?;
        let envelope = envelope.context("there are no signatures: name a pack that has some, or --envelope")?;
        let digest = Hash::of(&component);
        let signers = Signers { keys: self.keys.clone(), at_least: self.at_least };
        signers.check(Some(&envelope), digest)?;
        for key in envelope.signers(&self.keys)? {
            say(format_args!("signed by {} ({key})", key.id().as_str()))?;
        }
        say(format_args!("it is signed as asked for: {digest}"))
    }
}
