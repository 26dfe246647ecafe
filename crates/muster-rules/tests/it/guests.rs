//! Builds the rule sets of `tests/guests` and loads them.

use std::path::Path;
use std::process::Command;
use std::sync::OnceLock;

use muster_rules::{Evaluated, FailureClass, Host, HostLimits, LoadedRuleSet};
use wit_component::ComponentEncoder;

use crate::situations;

/// The component of `tests/guests/misbehaving`: its settings say what it does.
pub(crate) fn misbehaving() -> &'static [u8] {
    static BUILT: OnceLock<Vec<u8>> = OnceLock::new();
    BUILT.get_or_init(|| build("misbehaving"))
}

/// Builds one guest. Cargo does nothing where it is built already, and locks the folder while it builds.
pub(crate) fn build(name: &str) -> Vec<u8> {
    build_at(&Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/guests").join(name), name)
}

/// Builds the guest that stands in a folder.
pub(crate) fn build_at(package: &Path, name: &str) -> Vec<u8> {
    let target = Path::new(env!("CARGO_TARGET_TMPDIR")).parent().unwrap().join("test-guests");
    let mut cargo = Command::new(env!("CARGO"));
    cargo.args(["build", "--quiet", "--locked", "--release", "--target", "wasm32-unknown-unknown"]);
    cargo.arg("--manifest-path").arg(package.join("Cargo.toml")).arg("--target-dir").arg(&target);
    // What is meant for the build of the tests is not meant for that of the guests.
    for name in ["CARGO_ENCODED_RUSTFLAGS", "RUSTFLAGS", "RUSTC_WRAPPER", "RUSTC_WORKSPACE_WRAPPER", "CARGO_TARGET_DIR"]
    {
        cargo.env_remove(name);
    }
    assert!(cargo.status().unwrap().success(), "{name} does not build");
    let file = format!("{}.wasm", name.replace('-', "_"));
    let module = std::fs::read(target.join("wasm32-unknown-unknown/release").join(file)).unwrap();
    ComponentEncoder::default().module(&module).unwrap().validate(true).encode().unwrap()
}

/// A host with the limits of production, shared by the tests.
pub(crate) fn host() -> &'static Host {
    static HOST: OnceLock<Host> = OnceLock::new();
    HOST.get_or_init(|| Host::new(HostLimits::default()).unwrap())
}

/// The guest as it misbehaves with these settings.
#[track_caller]
pub(crate) fn set_to(settings: &str) -> LoadedRuleSet {
    host().load(misbehaving(), settings).unwrap()
}

/// What comes of these settings on a situation with one person, one offer and three agencies.
#[track_caller]
pub(crate) fn evaluate(settings: &str) -> Evaluated {
    set_to(settings).advise(&situations::rosebank())
}

/// Claims that there is no advice, for a reason of this class that says this.
#[track_caller]
pub(crate) fn expect_failure(settings: &str, class: FailureClass, says: &str) {
    let failure = evaluate(settings).outcome.unwrap_err();
    assert_eq!(failure.class, class, "{settings}: {failure}");
    assert!(failure.detail.contains(says), "{settings}: {failure}");
}
