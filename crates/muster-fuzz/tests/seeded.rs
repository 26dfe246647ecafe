//! Each target on its seeds, and on seeds mangled by a fixed recipe. `MUSTER_FUZZ_TRIES` multiplies how many.
#![expect(clippy::unwrap_used, clippy::panic, clippy::print_stdout, reason = "a test may stop, and says what it did")]

use std::panic::{AssertUnwindSafe, catch_unwind};

use muster_fuzz::mangle::mangled;
use muster_fuzz::{Read, TARGETS, target};

/// How many times as many inputs as usual.
fn times() -> u64 {
    std::env::var("MUSTER_FUZZ_TRIES").ok().and_then(|times| times.parse().ok()).unwrap_or(1)
}

fn holds(name: &str) {
    let target = target(name).unwrap();
    let seeds = (target.seeds)();
    for (number, seed) in seeds.iter().enumerate() {
        assert_eq!((target.body)(seed), Read::Taken, "{name}: seed {number}: {}", String::from_utf8_lossy(seed));
    }
    let mut taken = 0_u64;
    let tries = target.tries * times();
    for number in 0..tries {
        let input = mangled(&seeds, number);
        match catch_unwind(AssertUnwindSafe(|| (target.body)(&input))) {
            Ok(Read::Taken) => taken += 1,
            Ok(Read::Refused) => (),
            Err(_) => panic!("{name}: mangled input {number}: {}", String::from_utf8_lossy(&input)),
        }
    }
    println!("{name}: {} seeds, {tries} mangled inputs, {taken} of them taken", seeds.len());
}

macro_rules! targets {
    ($($name:ident,)+) => {
        const TESTED: &[&str] = &[$(stringify!($name)),+];
        $(#[test] fn $name() { holds(stringify!($name)); })+
    };
}
targets!(wire, script, settings, rules, stored, import, token, certificate,);

#[test]
fn every_target_is_tested_and_has_its_program() {
    let named: Vec<&str> = TARGETS.iter().map(|target| target.name).collect();
    assert_eq!(named, TESTED);
    for name in named {
        let program = format!("{}/../../fuzz/fuzz_targets/{name}.rs", env!("CARGO_MANIFEST_DIR"));
        let program = std::fs::read_to_string(&program).unwrap();
        assert!(program.contains(&format!("target(\"{name}\")")), "{name}");
    }
}

#[test]
fn a_number_is_enough_to_have_an_input_again_and_another_number_gives_another() {
    let seeds = vec![b"the quick brown fox, 1234".to_vec(), b"{\"a\":[1,2,3]}".to_vec()];
    let inputs: Vec<Vec<u8>> = (0..1_000).map(|number| mangled(&seeds, number)).collect();
    assert_eq!(inputs, (0..1_000).map(|number| mangled(&seeds, number)).collect::<Vec<_>>());
    let different: std::collections::BTreeSet<&Vec<u8>> = inputs.iter().collect();
    assert!(different.len() > 900, "{}", different.len());
}

#[test]
fn no_text_and_no_moment_that_a_record_holds_makes_a_shipped_rule_set_stumble() {
    let looked = muster_fuzz::limits::each_value_at_its_limits();
    assert!(looked > 40, "{looked} situations");
}

#[test]
fn no_answer_that_a_record_holds_makes_the_shipped_rule_set_that_asked_stumble() {
    let given = muster_fuzz::limits::each_answer_at_its_limits();
    assert!(given > 400, "{given} answers");
}
