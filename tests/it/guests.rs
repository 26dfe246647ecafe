//! The rule set that misbehaves on purpose, built from the guests of `muster-rules` and installed as an operator would.

use std::path::Path;
use std::process::Command;
use std::sync::OnceLock;

use muster::config::RuleSetsConfig;
use wit_component::ComponentEncoder;

use crate::home::Home;

/// Builds a guest; cargo does nothing where it is built already. A candidate is another build of the same source.
fn built(name: &str, candidate: bool) -> Vec<u8> {
    let guests = Path::new(env!("CARGO_MANIFEST_DIR")).join("../crates/muster-rules/tests/guests");
    let target = Path::new(env!("CARGO_TARGET_TMPDIR")).parent().unwrap().join("test-guests");
    let mut cargo = Command::new(env!("CARGO"));
    cargo.args(["build", "--quiet", "--locked", "--release", "--target", "wasm32-unknown-unknown"]);
    cargo.arg("--manifest-path").arg(guests.join(name).join("Cargo.toml")).arg("--target-dir").arg(&target);
    // What is meant for the build of the tests is not meant for that of the guests.
    for name in ["CARGO_ENCODED_RUSTFLAGS", "RUSTFLAGS", "RUSTC_WRAPPER", "RUSTC_WORKSPACE_WRAPPER", "CARGO_TARGET_DIR"]
    {
        cargo.env_remove(name);
    }
    if candidate {
        cargo.args(["--features", "candidate"]);
    }
    assert!(cargo.status().unwrap().success(), "the guest does not build");
    let module = std::fs::read(target.join(format!("wasm32-unknown-unknown/release/{name}.wasm"))).unwrap();
    ComponentEncoder::default().module(&module).unwrap().validate(true).encode().unwrap()
}

/// The component whose settings say what it does.
pub(crate) fn component() -> &'static [u8] {
    static BUILT: OnceLock<Vec<u8>> = OnceLock::new();
    BUILT.get_or_init(|| built("misbehaving", false))
}

/// The rule set called `revised`, as it is in use and as a candidate.
pub(crate) fn revised() -> &'static [Vec<u8>; 2] {
    static BUILT: OnceLock<[Vec<u8>; 2]> = OnceLock::new();
    BUILT.get_or_init(|| [built("revised", false), built("revised", true)])
}

/// A home where the rule set called `misbehaving` does this to every outbreak, beside the stakeholder matrix.
pub(crate) fn home_with(misbehaviour: &str) -> Home {
    and_guest(Home::with(RuleSetsConfig { threads: 1, ..crate::home::shipped(&["stakeholder-matrix"]) }), misbehaviour)
}

/// That home with the rule set called `misbehaving`, too.
pub(crate) fn and_guest(mut home: Home, misbehaviour: &str) -> Home {
    let settings = home.put("settings", misbehaviour);
    home.config.rule_sets.settings.insert("misbehaving".parse().unwrap(), settings);
    home.config.rule_sets.files = vec![home.put("misbehaving.wasm", component())];
    home
}
