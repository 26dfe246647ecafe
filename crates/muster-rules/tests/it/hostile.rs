//! Components made to do harm, each in its own way: every one is contained, and the next good call is right.

use std::collections::BTreeSet;
use std::time::Duration;

use expect_test::expect_file;
use muster_rules::{FailureClass, Host, HostLimits, LoadError};
use sha2::{Digest as _, Sha256};
use wit_component::{ComponentEncoder, StringEncoding, embed_component_metadata};
use wit_parser::Resolve;

use crate::frozen::STEADY;
use crate::guests::misbehaving;
use crate::situations::rosebank;

mod attacks;

/// The parts of a rule set in text, of which an attack changes one.
struct Guest {
    /// Memories, tables, globals, and whatever else stands at the top.
    top: String,
    /// Where `describe` says that the description is.
    describe: String,
    realloc: String,
    check: String,
    /// Run when the incident has a title: so it loads, and then attacks.
    advise: String,
}

/// The bytes of the description, which stand at 64.
struct Described {
    name: (u32, u32),
    review_due: u8,
    concerns: (u32, u32),
    schema: (u32, u32),
}

const HONEST: Described = Described { name: (1024, 7), review_due: 0, concerns: (1040, 1), schema: (0, 0) };

impl Described {
    fn data(&self) -> String {
        let Self { name, review_due, concerns, schema } = self;
        let one = (1024, 1);
        let words = [
            *name,
            one,
            one,
            one,
            (u32::from(*review_due), 0),
            (0, concerns.0),
            (concerns.1, schema.0),
            (schema.1, 0),
            (0, 0),
            (0, 0),
            (0, 0),
            (0, 0),
        ];
        let bytes = words.iter().flat_map(|(first, second)| [first.to_le_bytes(), second.to_le_bytes()]).flatten();
        let escaped: String = bytes.map(|byte| format!("\\{byte:02x}")).collect();
        format!(
            "(data (i32.const 64) \"{escaped}\") (data (i32.const 1024) \"hostile\") (data (i32.const 1040) \"\\02\\ff\")"
        )
    }
}

const MEMORY: &str = r#"(memory (export "memory") 16) (global $heap (mut i32) (i32.const 4096))"#;
const REALLOC: &str = "(local $at i32)
    global.get $heap local.get 2 i32.const 1 i32.sub i32.add
    i32.const 0 local.get 2 i32.sub i32.and local.set $at
    local.get $at local.get 3 i32.add global.set $heap
    local.get $at";

impl Guest {
    fn honest() -> Self {
        Self {
            top: format!("{MEMORY} {}", HONEST.data()),
            describe: "i32.const 64".to_owned(),
            realloc: REALLOC.to_owned(),
            check: "i32.const 256".to_owned(),
            advise: "i32.const 512".to_owned(),
        }
    }

    fn text(&self) -> String {
        let Self { top, describe, realloc, check, advise } = self;
        format!(
            r#"(module
                (import "muster:policy/log@0.1.0" "write" (func $log (param i32 i32 i32)))
                (type $unary (func (param i32) (result i32)))
                {top}
                (func (export "cabi_realloc") (param i32 i32 i32 i32) (result i32) {realloc})
                (func (export "muster:policy/rules@0.1.0#describe") (result i32) {describe})
                (func (export "muster:policy/rules@0.1.0#check-settings") (param i32 i32) (result i32) {check})
                (func $advise (export "muster:policy/rules@0.1.0#advise") (param i32) (result i32) (local $at i32)
                    local.get 0 i32.load offset=12 i32.eqz if i32.const 256 return end {advise}))"#
        )
    }

    fn component(&self) -> Vec<u8> {
        encoded(&wat::parse_str(self.text()).unwrap())
    }

    fn advising(advise: &str) -> Vec<u8> {
        Self { advise: advise.to_owned(), ..Self::honest() }.component()
    }

    fn describing(describe: &str) -> Vec<u8> {
        Self { describe: describe.to_owned(), ..Self::honest() }.component()
    }

    fn described(described: &Described) -> Vec<u8> {
        Self { top: format!("{MEMORY} {}", described.data()), ..Self::honest() }.component()
    }

    fn allocating(realloc: &str) -> Vec<u8> {
        Self { realloc: realloc.to_owned(), ..Self::honest() }.component()
    }

    fn with(top: &str) -> Vec<u8> {
        let honest = Self::honest();
        Self { top: format!("{} {top}", honest.top), ..honest }.component()
    }

    fn with_and_advising(top: &str, advise: &str) -> Vec<u8> {
        let honest = Self::honest();
        Self { top: format!("{} {top}", honest.top), advise: advise.to_owned(), ..honest }.component()
    }
}

/// A component of a core module, with the types of the contract.
fn encoded(module: &[u8]) -> Vec<u8> {
    let mut resolve = Resolve::default();
    let package = resolve.push_str("policy.wit", include_str!("../frozen/policy-0.1.0.wit")).unwrap();
    let world = resolve.select_world(&[package], Some("rule-set")).unwrap();
    let mut module = module.to_vec();
    embed_component_metadata(&mut module, &resolve, world, StringEncoding::UTF8).unwrap();
    ComponentEncoder::default().module(&module).unwrap().validate(false).encode().unwrap()
}

/// A component in text.
fn raw(text: &str) -> Vec<u8> {
    wat::parse_str(format!("(component {text})")).unwrap()
}

/// A component that holds a section of this kind and nothing else.
pub(crate) fn holding(section: u8, content: &[u8]) -> Vec<u8> {
    let mut length = content.len();
    let mut bytes = vec![0, b'a', b's', b'm', 0x0d, 0, 1, 0, section];
    while length >= 0x80 {
        bytes.push((length & 0x7f) as u8 | 0x80);
        length >>= 7;
    }
    bytes.push(length as u8);
    [&bytes, content].concat()
}

/// Fuel that runs out long before the time does, on whatever machine.
fn limits(instances: u32) -> HostLimits {
    HostLimits { instances, fuel: 50_000_000, timeout: Duration::from_secs(60), ..HostLimits::default() }
}

/// What became of a component, in a few words.
fn came_of(host: &Host, component: &[u8]) -> String {
    let loaded = match host.load(component, "") {
        Ok(loaded) => loaded,
        Err(error) => {
            return match error {
                LoadError::TooBig { .. } => "refused: too big".to_owned(),
                LoadError::NotAComponent { .. } => "refused: does not compile".to_owned(),
                LoadError::TooCostly { .. } => "refused: too costly".to_owned(),
                LoadError::Imports { names } => format!("refused: imports {}", names.join(", ")),
                LoadError::NoRules { .. } => "refused: no rules".to_owned(),
                LoadError::OtherContract { .. } => "refused: other contract".to_owned(),
                LoadError::Failed { during, failure } => {
                    format!("refused: {} in {}", failure.class, during.split(',').next().unwrap_or_default())
                }
                LoadError::Description(_) => "refused: description".to_owned(),
                LoadError::Schema(_) => "refused: schema".to_owned(),
                LoadError::Settings(_) => "refused: settings".to_owned(),
            };
        }
    };
    match loaded.advise(&rosebank()).outcome {
        Ok(advice) => format!("advised: {} items", advice.items.len()),
        Err(failure) => format!("failed: {}", failure.class),
    }
}

#[test]
fn forty_and_more_ways_to_do_harm_are_contained_and_the_next_good_call_is_right() {
    let host = Host::new(limits(2)).unwrap();
    let good = host.load(misbehaving(), "good").unwrap();
    let before = good.advise(&rosebank());
    assert!(before.outcome.is_ok());
    let attacks = attacks::all();
    let mut told = String::new();
    for (name, component) in attacks {
        let came = came_of(&host, component);
        assert_eq!(good.advise(&rosebank()), before, "after {name}");
        told.push_str(&format!("{name:<44} {came}\n"));
    }
    let distinct: BTreeSet<[u8; 32]> = attacks.iter().map(|(_, bytes)| Sha256::digest(bytes).into()).collect();
    assert_eq!(distinct.len(), attacks.len(), "two attacks are the same component");
    assert!(attacks.len() >= 40, "{}", attacks.len());
    let honest = came_of(&host, &Guest::honest().component());
    assert_eq!(honest, "advised: 0 items", "what is changed for an attack does no harm by itself");
    expect_file!["../hostile.txt"].assert_eq(&told);
}

#[test]
fn no_attack_leaves_an_instance_behind() {
    // A pool of one: whatever was not given back would be missed by the next.
    let host = Host::new(limits(1)).unwrap();
    let good = host.load(STEADY, "").unwrap();
    for (name, component) in attacks::all().iter().filter(|(name, _)| name.starts_with("advise")) {
        came_of(&host, component);
        assert!(good.advise(&rosebank()).outcome.is_ok(), "after {name}");
    }
}

#[test]
fn a_log_of_megabytes_without_end_is_stopped_by_the_clock() {
    let timeout = Duration::from_millis(100);
    let host = Host::new(HostLimits { fuel: u64::MAX, timeout, ..HostLimits::default() }).unwrap();
    let chatty = "(loop i32.const 0 i32.const 500000 i32.const 500000 call $log br 0) i32.const 512";
    let chatty = host.load(&Guest::advising(chatty), "").unwrap();
    let failure = chatty.advise(&rosebank()).outcome.unwrap_err();
    assert_eq!(failure.class, FailureClass::TimedOut, "{failure}");
}
