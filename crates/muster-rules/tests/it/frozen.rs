//! Version 0.1.0 of the contract is published: what it means never changes, and what was built for it always runs.

use std::fs;
use std::path::{Path, PathBuf};

use muster_rules::{FailureClass, Host, HostLimits, LoadError};
use sha2::{Digest as _, Sha256};
use wit_component::WitPrinter;
use wit_parser::Resolve;

use crate::guests::{build_at, host};
use crate::situations::rosebank;

/// The contract as it was published. These bytes are never touched again.
const PUBLISHED: &str = include_str!("../frozen/policy-0.1.0.wit");
/// A component built for it on the day it was published, from `tests/guests/steady`.
pub(crate) const STEADY: &[u8] = include_bytes!("../frozen/steady-0.1.0.wasm");

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

fn contract() -> String {
    fs::read_to_string(root().join("wit/policy.wit")).unwrap()
}

fn sha256(bytes: &[u8]) -> String {
    muster_record::ids::hex(&Sha256::digest(bytes))
}

/// What a contract means: its types and functions in their order, without a word of its comments.
fn meaning(contract: &str) -> String {
    let mut resolve = Resolve::default();
    let package = resolve.push_str("policy.wit", contract).unwrap();
    let mut printer = WitPrinter::default();
    printer.emit_docs(false);
    printer.print(&resolve, package, &[]).unwrap();
    printer.output.to_string()
}

#[track_caller]
fn changed(from: &str, to: &str) -> String {
    let contract = contract();
    assert!(contract.contains(from), "the contract does not hold {from:?}");
    contract.replacen(from, to, 1)
}

#[test]
fn the_contract_means_what_it_meant_when_it_was_published() {
    let (now, published) = (meaning(&contract()), meaning(PUBLISHED));
    assert_eq!(now, published, "a published version never changes: make a new one beside it");
    assert_eq!(sha256(PUBLISHED.as_bytes()), "cc6fda039b08c31406aba4271872d46d86d351e093bee8a4c626d668652961cd");
    assert_eq!(sha256(STEADY), "ce1397b3e7499c67aa9704a38a7a42e57723f52a235789906a522cb6e4b5044f");
}

#[test]
fn every_change_of_meaning_is_noticed_and_a_change_of_words_is_not() {
    let changes = [
        ("record tag { of: string,", "record tag { of: string, weight: u32,"),
        ("record count { at-least: u32, at-most: u32 }", "record count { at-most: u32, at-least: u32 }"),
        (
            "variant fault { settings(list<issue>), failed(string) }",
            "variant fault { settings(list<issue>), failed(string), bored }",
        ),
        ("enum answer { yes, no, unknown }", "enum answer { yes, no, unknown, maybe }"),
        ("type instant = s64;", "type instant = u64;"),
        ("describe: func() -> description;", "describe: func(of: string) -> description;"),
        ("    import log;\n", ""),
        ("write: func(level: level, message: string);", "write: func(level: level, message: string) -> bool;"),
        ("done-at: option<instant> }", "done-at: instant }"),
        ("package muster:policy@0.1.0;", "package muster:policy@0.1.1;"),
    ];
    for (from, to) in changes {
        assert_ne!(meaning(&changed(from, to)), meaning(PUBLISHED), "{to}");
    }
    assert_eq!(meaning(&changed("/// How loud a line is.", "/// The loudness of a line.")), meaning(PUBLISHED));
}

#[test]
fn what_was_built_for_a_published_version_says_what_it_always_said() {
    let steady = host().load(STEADY, "").unwrap();
    assert_eq!(steady.description().name.as_str(), "steady");
    let evaluated = steady.advise(&rosebank());
    assert_eq!(evaluated.log.len(), 1);
    let advice = serde_json::to_string_pretty(&evaluated.outcome.unwrap()).unwrap();
    expect_test::expect_file!["../frozen/steady-0.1.0.advice.json"].assert_eq(&advice);
    let failed = host().load(STEADY, "{\"word\": \"fail\"}").unwrap_err();
    assert!(matches!(failed, LoadError::Failed { .. }), "{failed}");
    assert!(host().load(STEADY, "{\"word\": \"refuse\"}").is_err());
}

/// The kept rule set, built for a contract of the same name with this difference.
fn built_for(name: &str, from: &str, to: &str) -> Vec<u8> {
    let base = Path::new(env!("CARGO_TARGET_TMPDIR")).join("contracts").join(name);
    let package = base.join("crates/muster-rules/tests/guests/steady");
    fs::create_dir_all(package.join("src")).unwrap();
    fs::create_dir_all(base.join("wit")).unwrap();
    fs::write(base.join("wit/policy.wit"), changed(from, to)).unwrap();
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/guests/steady");
    let own = format!("steady-{name}");
    for file in ["Cargo.toml", "Cargo.lock", "src/lib.rs"] {
        // Under a name of its own: all guests are built into one folder.
        let text = fs::read_to_string(source.join(file)).unwrap();
        fs::write(package.join(file), text.replace("name = \"steady\"", &format!("name = \"{own}\""))).unwrap();
    }
    build_at(&package, &own)
}

#[test]
fn what_was_built_for_a_changed_record_or_variant_is_refused_when_it_is_loaded() {
    let host = Host::new(HostLimits::default()).unwrap();
    for (name, from, to) in [
        ("record", "        phase: phase,\n", "        phase: phase,\n        weather: string,\n"),
        (
            "variant",
            "variant fault { settings(list<issue>), failed(string) }",
            "variant fault { settings(list<issue>), failed(string), bored }",
        ),
    ] {
        let error = host.load(&built_for(name, from, to), "").unwrap_err();
        let LoadError::Failed { during: _, failure } = &error else { panic!("{name}: {error}") };
        assert_eq!(failure.class, FailureClass::Invalid, "{name}: {failure}");
        assert!(failure.detail.contains("see that it was built for muster:policy@0.1.0"), "{name}: {failure}");
    }
}
