//! `muster rules build`: from a folder with a rule set in Rust to a component, with cargo alone.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Context as _, Result, bail};
use clap::Args;
use serde::Deserialize;
use wit_component::ComponentEncoder;

use crate::commands::say;

/// The target of a rule set: it imports nothing, not even a clock.
const TARGET: &str = "wasm32-unknown-unknown";

/// Options of `muster rules build`.
#[derive(Debug, Args)]
pub(crate) struct Build {
    /// The folder with the rule set's Cargo.toml
    #[arg(default_value = ".")]
    folder: PathBuf,
    /// The folder to put the component in; the rule set's own where absent
    #[arg(long, value_name = "FOLDER")]
    out: Option<PathBuf>,
}

/// What cargo says of a file it made.
#[derive(Debug, Deserialize)]
struct Artifact {
    manifest_path: PathBuf,
    target: Target,
    filenames: Vec<PathBuf>,
}

#[derive(Debug, Deserialize)]
struct Target {
    name: String,
}

impl Build {
    pub(crate) fn run(&self) -> Result<()> {
        let (name, module) = compile(&self.folder)?;
        let module = std::fs::read(&module).with_context(|| format!("{} cannot be read", module.display()))?;
        let component = ComponentEncoder::default().validate(true).module(&module).and_then(|mut it| it.encode());
        let component =
            component.with_context(|| format!("{name} is not a rule set: does it call export_rule_set!"))?;
        let out = self.out.as_deref().unwrap_or(&self.folder);
        std::fs::create_dir_all(out).with_context(|| format!("{} cannot be made", out.display()))?;
        let file = out.join(format!("{}.wasm", name.replace('_', "-")));
        std::fs::write(&file, &component).with_context(|| format!("{} cannot be written", file.display()))?;
        say(format_args!("{} ({} bytes)", file.display(), component.len()))
    }
}

/// Runs cargo in the folder; the name of the library and the module it became.
fn compile(folder: &Path) -> Result<(String, PathBuf)> {
    let manifest = folder.join("Cargo.toml");
    let manifest = manifest.canonicalize().with_context(|| format!("{} cannot be read", manifest.display()))?;
    let mut cargo = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    cargo.current_dir(folder).args(["build", "--lib", "--release", "--target", TARGET]);
    cargo.arg("--message-format=json-render-diagnostics").stderr(Stdio::inherit());
    let output = cargo.output().context("cargo cannot be run; is Rust installed?")?;
    if !output.status.success() {
        bail!("the rule set does not compile; `rustup target add {TARGET}` adds the target if that is what is missing");
    }
    let messages = String::from_utf8_lossy(&output.stdout);
    let artifacts = messages.lines().filter_map(|line| serde_json::from_str::<Artifact>(line).ok());
    let of_folder = artifacts.filter(|artifact| artifact.manifest_path == manifest);
    let is_module = |path: &PathBuf| path.extension().is_some_and(|extension| extension == "wasm");
    let module =
        of_folder.filter_map(|made| Some((made.target.name, made.filenames.into_iter().find(is_module)?))).next_back();
    module.context("no WebAssembly came of it: Cargo.toml needs `crate-type = [\"cdylib\"]` under [lib]")
}
