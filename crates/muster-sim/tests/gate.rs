//! The gate: a few histories, and a crash at every operation of a short script. The long tier is `cargo run`.

use std::process::{Command, Output};

use muster_sim::disk::Tear;
use muster_sim::{exhaustive, history};

#[test]
fn histories_with_crashes_and_failing_disks_keep_every_promise() {
    let (mut acks, mut crashes) = (0, 0);
    for seed in 0..5 {
        let report = history::run(seed);
        assert_eq!(report.violation, None, "again: cargo run --release -p muster-sim -- --seed {seed}");
        acks += report.acks;
        crashes += report.counts.power_cuts + report.counts.deaths;
    }
    assert!(acks > 100 && crashes > 10, "{acks} acknowledged, {crashes} crashes");
}

#[test]
fn a_power_cut_at_any_operation_loses_nothing_acknowledged() {
    let swept = exhaustive::sweep(3, &[Tear::Half], 1).unwrap();
    assert!(swept.operations > 50 && swept.crashes == swept.operations && swept.acks > 50, "{swept:?}");
}

fn digests(seeds: u64) -> Output {
    Command::new(env!("CARGO_BIN_EXE_muster-sim")).args(["--digests", &seeds.to_string()]).output().unwrap()
}

#[test]
fn the_same_seed_is_the_same_history_in_another_process() {
    // Three here and twenty by hand: see docs/reliability.md.
    let (first, second) = (digests(3), digests(3));
    let lines = String::from_utf8(first.stdout.clone()).unwrap().lines().count();
    assert_eq!(lines, 3, "{first:?}");
    assert_eq!(first.stdout, second.stdout);
}
