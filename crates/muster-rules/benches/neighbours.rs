//! What a rule set that does harm costs its neighbours: how long a good one takes while others never end.
//!
//! `cargo bench -p muster-rules --bench neighbours`. It prints a ratio and claims nothing: a busy machine would make any
//! claim about time untrue.
#![expect(clippy::unwrap_used, clippy::print_stdout, reason = "a bench that fails may stop, and prints what it found")]

use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use muster_record::situation::Situation;
use muster_rules::{Host, HostLimits, LoadedRuleSet};

const STEADY: &[u8] = include_bytes!("../tests/frozen/steady-0.1.0.wasm");
const CALLS: usize = 2_000;

/// How long the calls took, from the shortest to the longest.
fn calls(good: &LoadedRuleSet, situation: &Situation) -> Vec<Duration> {
    let call = |_| {
        let begun = Instant::now();
        assert!(good.advise(situation).outcome.is_ok());
        begun.elapsed()
    };
    let mut took: Vec<Duration> = (0..CALLS).map(call).collect();
    took.sort_unstable();
    took
}

fn at(took: &[Duration], per_cent: usize) -> Duration {
    let place = (took.len() * per_cent / 100).min(took.len() - 1);
    took.get(place).copied().unwrap_or_default()
}

/// A rule set that never ends once it is asked, and is begun anew as soon as its fuel is gone.
fn endless() -> Vec<u8> {
    include_bytes!("../tests/frozen/endless-0.1.0.wasm").to_vec()
}

fn main() {
    let host = Host::new(HostLimits::default()).unwrap();
    let good = host.load(STEADY, "").unwrap();
    let bad = host.load(&endless(), "").unwrap();
    let situation: Situation = serde_json::from_str(include_str!("situation.json")).unwrap();
    calls(&good, &situation);
    let alone = calls(&good, &situation);
    let over = AtomicBool::new(false);
    // One neighbour: on a machine of two processors the good one keeps the other.
    let beside = std::thread::scope(|scope| {
        scope.spawn(|| {
            while !over.load(Ordering::Relaxed) {
                assert!(bad.advise(&situation).outcome.is_err());
            }
        });
        let beside = calls(&good, &situation);
        over.store(true, Ordering::Relaxed);
        beside
    });
    for (name, took) in [("alone", &alone), ("beside one that never ends", &beside)] {
        println!("{name:<28} p50 {:?}  p99 {:?}", at(took, 50), at(took, 99));
    }
    let ratio = |per_cent| at(&beside, per_cent).as_secs_f64() / at(&alone, per_cent).as_secs_f64();
    println!("ratio                        p50 {:.2}  p99 {:.2}", ratio(50), ratio(99));
}
