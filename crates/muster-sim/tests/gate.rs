//! The gate: a few histories, and a crash at every operation of a short script. The long tier is `cargo run`.

#![expect(clippy::unwrap_used, reason = "these are tests")]

use std::process::{Command, Output};

use muster_sim::disk::{self, Tear};
use muster_sim::scribe::Group;
use muster_sim::world::{Outcome, World};
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

/// A sync fails, the program stops and is started again, and what it then finds is shown; and then the power goes.
#[test]
fn what_a_start_shows_after_a_failed_sync_outlasts_a_power_cut() {
    let _turn = muster_sim::turn();
    let mut shown = 0;
    for seed in 0..8 {
        let mut world = World::new(seed, true).unwrap();
        for clock in 0..4 {
            let mut line = world.witness.line(1);
            let set = line.says(&mut world.dice, clock, 1, 100);
            if clock == 3 {
                disk::with(|disk| disk.faults.sync_fails_in = Some(0));
            }
            let outcome = world.commit(Group { sets: vec![set], ..Group::default() }).unwrap();
            assert_eq!(outcome, if clock == 3 { Outcome::Unknown } else { Outcome::Acknowledged });
        }
        world.crash(None);
        world.start().unwrap();
        shown += u64::from(world.witness.log.len() == 4);
        world.crash(Some(Tear::Nothing));
        world.start().unwrap();
        world.stop();
    }
    assert!(shown > 0, "it is shown at least once");
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
