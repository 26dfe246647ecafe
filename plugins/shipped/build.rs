//! Builds every rule set that Muster ships with: the folders named in `rule-sets.txt`, as components.
//!
//! One nested cargo builds them all for WebAssembly, in a target folder of its own (the outer cargo
//! holds the lock of the usual one). The same sources give the same bytes wherever they lie.

use std::env;
use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};

use wit_component::ComponentEncoder;

const TARGET: &str = "wasm32-unknown-unknown";
const PROFILE: &str = "rule-set";

fn main() -> ExitCode {
    match build() {
        Ok(()) => ExitCode::SUCCESS,
        Err(problem) => {
            for line in problem.lines() {
                println!("cargo::error={line}");
            }
            ExitCode::FAILURE
        }
    }
}

fn build() -> Result<(), String> {
    let here = PathBuf::from(var("CARGO_MANIFEST_DIR")?);
    let out = PathBuf::from(var("OUT_DIR")?);
    let root = here.ancestors().nth(2).ok_or("this package lies at plugins/shipped of the workspace")?;
    for input in ["Cargo.toml", "Cargo.lock", "wit", "plugins", "crates/muster-rule-sdk"] {
        println!("cargo::rerun-if-changed={}", root.join(input).display());
    }

    let list = here.join("rule-sets.txt");
    let list = fs::read_to_string(&list).map_err(|error| format!("{}: {error}", list.display()))?;
    let names: Vec<&str> = list.lines().collect();

    ensure_target()?;
    let target_dir = target_dir(&out);
    compile(&names, root, &target_dir)?;
    for name in &names {
        encode(name, &target_dir, &out)?;
    }
    write(&out.join("shipped.rs"), listing(&names).as_bytes())
}

/// The standard library for WebAssembly is there, or rustup fetches it.
fn ensure_target() -> Result<(), String> {
    if has_target()? {
        return Ok(());
    }
    let added = Command::new("rustup").args(["target", "add", TARGET]).status();
    if added.is_ok_and(|status| status.success()) && has_target()? {
        return Ok(());
    }
    Err(format!(
        "Rule sets are built for {TARGET}, which this Rust does not have, and `rustup target add {TARGET}` did not add it.\n\
         With rustup: run that command where there is a network. Without rustup: install your distribution's package of \
         Rust's standard library for WebAssembly."
    ))
}

fn has_target() -> Result<bool, String> {
    let asked = Command::new(var("RUSTC")?)
        .args(["--print", "target-libdir", "--target", TARGET])
        .output()
        .map_err(|error| format!("cannot run rustc: {error}"))?;
    let folder = String::from_utf8_lossy(&asked.stdout).trim().to_owned();
    Ok(asked.status.success() && Path::new(&folder).is_dir())
}

/// One folder for every profile and command of the outer cargo, so that the rule sets are compiled once.
fn target_dir(out: &Path) -> PathBuf {
    // Cargo marks the head of a target folder.
    let head = out.ancestors().find(|folder| folder.join("CACHEDIR.TAG").is_file());
    head.unwrap_or(out).join("rule-sets")
}

fn compile(names: &[&str], root: &Path, target_dir: &Path) -> Result<(), String> {
    let mut cargo = Command::new(var("CARGO")?);
    cargo.current_dir(root).args(["build", "--locked", "--lib", "--profile", PROFILE, "--target", TARGET]);
    cargo.arg("--target-dir").arg(target_dir);
    for name in names {
        cargo.args(["--package", name]);
    }
    // What the outer cargo (or clippy) was told about its own build is not meant for this one. RUSTC stays: it is
    // the compiler that was asked for the target. CARGO_MAKEFLAGS stays: both cargos share its job slots.
    for (key, _) in env::vars_os() {
        if is_of_outer_build(&key.to_string_lossy()) {
            cargo.env_remove(key);
        }
    }
    cargo.env("CARGO_ENCODED_RUSTFLAGS", remapped(root)?);
    let status = cargo.status().map_err(|error| format!("cannot run cargo: {error}"))?;
    if status.success() { Ok(()) } else { Err(format!("the rule sets did not compile for {TARGET} ({status})")) }
}

fn is_of_outer_build(key: &str) -> bool {
    let named = [
        "CARGO_BUILD_RUSTFLAGS",
        "CARGO_BUILD_TARGET",
        "CARGO_ENCODED_RUSTFLAGS",
        "CARGO_TARGET_DIR",
        "RUSTC_WORKSPACE_WRAPPER",
        "RUSTC_WRAPPER",
        "RUSTFLAGS",
    ];
    named.contains(&key) || key.starts_with("CARGO_PROFILE_")
}

/// Flags that take the places of this machine out of the components, so that their digests say only what they do.
fn remapped(root: &Path) -> Result<OsString, String> {
    let cargo_home = match env::var_os("CARGO_HOME") {
        Some(home) => PathBuf::from(home),
        None => env::home_dir().ok_or("there is neither CARGO_HOME nor a home folder")?.join(".cargo"),
    };
    let mut flags = OsString::from("--remap-path-prefix=");
    flags.push(root);
    // Encoded flags are parted by this character, so that a folder's name may hold a space.
    flags.push("=/muster\u{1f}--remap-path-prefix=");
    flags.push(cargo_home);
    flags.push("=/cargo");
    Ok(flags)
}

fn encode(name: &str, target_dir: &Path, out: &Path) -> Result<(), String> {
    let module = target_dir.join(TARGET).join(PROFILE).join(format!("{}.wasm", name.replace('-', "_")));
    let module = fs::read(&module).map_err(|error| format!("{}: {error}", module.display()))?;
    let component = ComponentEncoder::default()
        .validate(true)
        .module(&module)
        .and_then(|mut encoder| encoder.encode())
        .map_err(|error| format!("{name} is no component: {error:#}"))?;
    write(&out.join(format!("{name}.wasm")), &component)
}

fn listing(names: &[&str]) -> String {
    let rows: String = names
        .iter()
        .map(|name| format!("    Shipped {{ name: \"{name}\", component: include_bytes!(\"{name}.wasm\") }},\n"))
        .collect();
    format!(
        "/// Every rule set that Muster ships with, in the order of `rule-sets.txt`.\npub static SHIPPED: &[Shipped] = &[\n{rows}];\n"
    )
}

fn write(path: &Path, bytes: &[u8]) -> Result<(), String> {
    fs::write(path, bytes).map_err(|error| format!("{}: {error}", path.display()))
}

fn var(name: &str) -> Result<String, String> {
    env::var(name).map_err(|error| format!("{name}: {error}"))
}
