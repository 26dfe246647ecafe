//! A rule set in Rust: cargo compiles it, and what it compiled to is made a component in this process.

use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Context as _, Result, bail};
use serde::Deserialize;
use wit_component::ComponentEncoder;

use self::turn::Turn;

mod turn;

/// The target of a rule set: it imports nothing, not even a clock.
const TARGET: &str = "wasm32-unknown-unknown";

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

/// Builds the rule set of a folder into another, and says which file it became.
pub(super) fn build(folder: &Path, out: &Path) -> Result<PathBuf> {
    let (name, module) = compile(folder)?;
    let component = ComponentEncoder::default().validate(true).module(&module).and_then(|mut it| it.encode());
    let component = component.with_context(|| format!("{name} is not a rule set: does it call export_rule_set!"))?;
    let file = out.join(format!("{}.wasm", name.replace('_', "-")));
    std::fs::write(&file, &component).with_context(|| format!("{} cannot be written", file.display()))?;
    Ok(file)
}

/// Runs cargo in the folder; the name of the library and the module it became.
fn compile(folder: &Path) -> Result<(String, Vec<u8>)> {
    let manifest = folder.join("Cargo.toml");
    let manifest = manifest.canonicalize().with_context(|| format!("{} cannot be read", manifest.display()))?;
    // Held until the module is read: afterwards another folder may put its own there.
    let turn = Turn::take(folder, &manifest)?;
    let mut cargo = cargo(folder);
    cargo.args(["build", "--quiet", "--lib", "--release", "--target", TARGET]);
    cargo.arg("--message-format=json-render-diagnostics").stderr(Stdio::inherit());
    // Flags of whoever runs this are not meant for a component, which should come out the same everywhere.
    for name in ["CARGO_BUILD_RUSTFLAGS", "CARGO_BUILD_TARGET", "RUSTFLAGS", "RUSTC_WRAPPER", "RUSTC_WORKSPACE_WRAPPER"]
    {
        cargo.env_remove(name);
    }
    cargo.env("CARGO_ENCODED_RUSTFLAGS", remapped(&manifest));
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
    let none = "no WebAssembly came of it: Cargo.toml needs `crate-type = [\"cdylib\"]` under [lib]";
    let (name, file) = module.context(none)?;
    let module = std::fs::read(&file).with_context(|| format!("{} cannot be read", file.display()))?;
    turn.end(&file, &module)?;
    Ok((name, module))
}

/// Cargo, to be run in a folder.
fn cargo(folder: &Path) -> Command {
    let mut cargo = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    cargo.current_dir(folder);
    cargo
}

/// Flags that take the places of this machine out of the component: the same sources give the same digest elsewhere.
fn remapped(manifest: &Path) -> OsString {
    let sdk = sdk_of(manifest);
    let cargo_home = std::env::var_os("CARGO_HOME").map(PathBuf::from);
    let cargo_home = cargo_home.or_else(|| Some(std::env::home_dir()?.join(".cargo")));
    // The rule set's own sources are named to rustc by where they lie in their folder, so that they need nothing here:
    // flags that are the same for every folder let folders share what was built.
    let places = [(cargo_home, "/cargo"), (sdk, "/muster")];
    let flags = places.into_iter().filter_map(|(place, called)| {
        let mut flag = OsString::from("--remap-path-prefix=");
        flag.push(place?);
        flag.push("=");
        flag.push(called);
        Some(flag)
    });
    // Encoded flags are parted by this character, so that a folder's name may hold a space.
    flags.collect::<Vec<_>>().join(&OsString::from("\u{1f}"))
}

/// The checkout in which the SDK lies, where the manifest says so.
fn sdk_of(manifest: &Path) -> Option<PathBuf> {
    let read: toml::Table = std::fs::read_to_string(manifest).ok()?.parse().ok()?;
    let path = read.get("dependencies")?.get("muster-rule-sdk")?.get("path")?.as_str()?;
    let sdk = manifest.parent()?.join(path).canonicalize().ok()?;
    sdk.ancestors().nth(2).map(Path::to_owned)
}
