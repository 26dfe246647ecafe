//! `muster rules pack` and `unpack`: a component and the signatures under it, in one file to hand on.

use std::fs::OpenOptions;
use std::io::Write as _;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result};
use clap::Args;
use muster_record::entry::Hash;

use crate::authoring::host;
use crate::commands::say;
use crate::packing::{self, COMPONENT, Packed, SIGNATURES};

/// Options of `muster rules pack`.
#[derive(Debug, Args)]
pub(crate) struct Pack {
    /// The component (.wasm), or a pack that signatures are added to
    component: PathBuf,
    /// Envelopes with signatures under it, as `muster rules sign` writes them
    envelopes: Vec<PathBuf>,
    /// The pack; written over where it is there
    #[arg(short, long, value_name = "FILE")]
    out: PathBuf,
}

/// Options of `muster rules unpack`.
#[derive(Debug, Args)]
pub(crate) struct Unpack {
    /// The pack
    pack: PathBuf,
    /// The folder to put its files in, where nothing is written over
    #[arg(short, long, value_name = "FOLDER", default_value = ".")]
    out: PathBuf,
}

impl Pack {
    pub(crate) fn run(&self) -> Result<()> {
        let Packed { component, envelope } = packing::read_with(&self.component, None)?;
        let loaded = host()?.load(&component, "");
        let loaded = loaded.with_context(|| format!("{} will not do", self.component.display()))?;
        let beside = self.envelopes.iter().map(|file| packing::read_envelope(file)).collect::<Result<Vec<_>>>()?;
        let packed = Packed::of(component, envelope.into_iter().chain(beside).collect())?;
        let bytes = packed.write()?;
        std::fs::write(&self.out, &bytes).with_context(|| format!("{} cannot be written", self.out.display()))?;
        let (is, file) = (loaded.description(), self.out.display());
        say(format_args!("{file} ({} bytes): {} {}, {}", bytes.len(), is.name, is.version, told(&packed)))
    }
}

impl Unpack {
    pub(crate) fn run(&self) -> Result<()> {
        let packed = packing::read_with(&self.pack, None)?;
        std::fs::create_dir_all(&self.out).with_context(|| format!("{} cannot be made", self.out.display()))?;
        put(&self.out.join(COMPONENT), &packed.component)?;
        if let Some(envelope) = &packed.envelope {
            put(&self.out.join(SIGNATURES), envelope.write()?.as_bytes())?;
        }
        say(told(&packed))
    }
}

/// The digest, and how many signatures are under it. Whose they are, and whether they are right, is not looked at here.
pub(super) fn told(packed: &Packed) -> String {
    let signatures = match packed.envelope.as_ref().map_or(0, |envelope| envelope.count()) {
        0 => "no signatures".to_owned(),
        1 => "1 signature, not checked".to_owned(),
        count => format!("{count} signatures, not checked"),
    };
    format!("sha256 {}, {signatures}", Hash::of(&packed.component))
}

fn put(path: &Path, bytes: &[u8]) -> Result<()> {
    let shown = path.display();
    let mut file = OpenOptions::new().write(true).create_new(true).open(path);
    let written = file.as_mut().map_err(|error| std::io::Error::from(error.kind()));
    written.and_then(|file| file.write_all(bytes)).with_context(|| format!("{shown} cannot be written"))?;
    say(shown)
}
