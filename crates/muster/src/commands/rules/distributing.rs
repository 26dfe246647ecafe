//! `muster rules push` and `pull`: rule sets on a registry.

use std::path::PathBuf;

use anyhow::{Context as _, Result, bail};
use clap::Args;

use super::handing_on::told;
use crate::authoring::{host, inspecting};
use crate::commands::{logging, say};
use crate::distributing::{Place, Registry, Speaking};
use crate::packing;

/// Where it is.
#[derive(Debug, Args)]
struct Where {
    /// The place on a registry, whole: registry.example/rules/night-cover:1.2.0
    #[arg(value_name = "REF")]
    reference: String,
    /// Speak to the registry in clear, which is done with this machine alone
    #[arg(long)]
    plain_http: bool,
}

/// Options of `muster rules push`.
#[derive(Debug, Args)]
pub(crate) struct Push {
    #[command(flatten)]
    to: Where,
    /// The pack, or the component (.wasm) by itself
    file: PathBuf,
}

/// Options of `muster rules pull`.
#[derive(Debug, Args)]
pub(crate) struct Pull {
    #[command(flatten)]
    from: Where,
    /// The pack that is written; written over where it is there
    #[arg(short, long, value_name = "FILE")]
    out: PathBuf,
}

impl Where {
    fn place(&self) -> Result<Place> {
        Place::read(&self.reference, if self.plain_http { Speaking::Plain } else { Speaking::Tls })
    }
}

impl Push {
    pub(crate) async fn run(&self) -> Result<()> {
        logging::quiet()?;
        let place = self.to.place()?;
        if place.digest().is_some() || !place.is_tagged() {
            bail!(
                "name the tag that it is pushed under, as in registry.example/rules/night-cover:1.2.0, and no digest"
            );
        }
        let packed = packing::read_with(&self.file, None)?;
        let loaded = host()?.load(&packed.component, "");
        let loaded = loaded.with_context(|| format!("{} will not do", self.file.display()))?;
        let (is, world) = (loaded.description(), inspecting::world(&packed.component)?);
        let annotations = [
            ("org.opencontainers.image.title", is.name.as_str()),
            ("org.opencontainers.image.version", is.version.as_str()),
        ];
        let digest = Registry::at(&place)?.push(&packed, &world, annotations).await?;
        say(format_args!("pushed {} {}, {}", is.name, is.version, told(&packed)))?;
        say(format_args!("  muster rules pull {} -o FILE", place.at(digest)))
    }
}

impl Pull {
    pub(crate) async fn run(&self) -> Result<()> {
        logging::quiet()?;
        let place = self.from.place()?;
        let registry = Registry::at(&place)?;
        let Some(digest) = place.digest() else {
            // What a tag stands for can change between a look and an install; a digest cannot.
            let is = place.at(registry.digest_of_tag().await?);
            bail!("nothing was written: a tag can be moved, so pull by the digest. At this moment it is\n  {is}");
        };
        let packed = registry.pull(digest).await?;
        let bytes = packed.write()?;
        std::fs::write(&self.out, &bytes).with_context(|| format!("{} cannot be written", self.out.display()))?;
        say(format_args!("{} ({} bytes): {}", self.out.display(), bytes.len(), told(&packed)))
    }
}
