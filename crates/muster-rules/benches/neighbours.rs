//! What a rule set that does harm costs its neighbours: how long a good one takes while others never end.
//!
//! `cargo bench -p muster-rules --bench neighbours`. It prints a ratio and claims nothing: a busy machine would make any
//! claim about time untrue.
#![expect(clippy::unwrap_used, clippy::print_stdout, reason = "a bench that fails may stop, and prints what it found")]

use std::hint::black_box;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use muster_record::situation::Situation;
use muster_rules::{Host, HostLimits, LoadedRuleSet};

const STEADY: &[u8] = include_bytes!("../tests/frozen/steady-0.1.0.wasm");
/// Rounds; in each all three are measured one after another, so that what the machine does besides falls on each alike.
const ROUNDS: usize = 30;
/// Calls of a round under each of the three.
const CALLS: usize = 500;

/// How long each of the calls took.
fn calls(good: &LoadedRuleSet, situation: &Situation) -> Vec<Duration> {
    let call = |_| {
        let begun = Instant::now();
        assert!(good.advise(situation).outcome.is_ok());
        begun.elapsed()
    };
    (0..CALLS).map(call).collect()
}

/// How long the calls took while something else keeps the other processor busy.
fn beside(good: &LoadedRuleSet, situation: &Situation, busy: impl Fn() + Send + Sync) -> Vec<Duration> {
    let over = AtomicBool::new(false);
    std::thread::scope(|scope| {
        scope.spawn(|| {
            while !over.load(Ordering::Relaxed) {
                busy();
            }
        });
        let took = calls(good, situation);
        over.store(true, Ordering::Relaxed);
        took
    })
}

fn at(took: &[Duration], per_cent: usize) -> Duration {
    let place = (took.len() * per_cent / 100).min(took.len() - 1);
    took.get(place).copied().unwrap_or_default()
}

/// A rule set that never ends once it is asked, and is begun anew as soon as its fuel is gone.
fn endless() -> Vec<u8> {
    include_bytes!("../tests/frozen/endless-0.1.0.wasm").to_vec()
}

/// Work of our own that takes about as long between two looks as the rule set that never ends.
fn plain_loop() {
    let mut left = 3_000_000_u64;
    while black_box(left) > 0 {
        left -= 1;
    }
}

fn main() {
    let host = Host::new(HostLimits::default()).unwrap();
    let good = host.load(STEADY, "").unwrap();
    let bad = host.load(&endless(), "").unwrap();
    let situation: Situation = serde_json::from_str(include_str!("situation.json")).unwrap();
    calls(&good, &situation);
    let (mut alone, mut plain, mut harmed) = (Vec::new(), Vec::new(), Vec::new());
    for _ in 0..ROUNDS {
        alone.extend(calls(&good, &situation));
        plain.extend(beside(&good, &situation, plain_loop));
        harmed.extend(beside(&good, &situation, || assert!(bad.advise(&situation).outcome.is_err())));
    }
    for took in [&mut alone, &mut plain, &mut harmed] {
        took.sort_unstable();
    }
    let of = |one: &[Duration], other: &[Duration], per_cent| {
        at(one, per_cent).as_secs_f64() / at(other, per_cent).as_secs_f64()
    };
    println!("{ROUNDS} rounds of {CALLS} calls                p50          p99");
    for (name, took) in [("alone", &alone), ("beside a plain loop", &plain), ("beside one that never ends", &harmed)] {
        println!("{name:<32} {:>12?} {:>12?}", at(took, 50), at(took, 99));
    }
    for (name, other) in [("never ends / alone", &alone), ("never ends / plain loop", &plain)] {
        println!("{name:<32} {:>12.2} {:>12.2}", of(&harmed, other, 50), of(&harmed, other, 99));
    }
}
