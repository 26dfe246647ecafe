//! The gate: a few histories of the whole server, a process each, one of them twice. The long tier is `cargo run`.

#![expect(clippy::unwrap_used, reason = "these are tests")]

use std::process::{Child, Command, Output, Stdio};

fn begins(seed: u64) -> Child {
    let mut command = Command::new(env!("CARGO_BIN_EXE_muster-sim-server"));
    command.args(["--line", &seed.to_string()]).stdout(Stdio::piped()).spawn().unwrap()
}

/// Its figures, its digest, and what was broken, if anything was.
fn ends(history: Child) -> (bool, Vec<String>) {
    let Output { status, stdout, stderr: _ } = history.wait_with_output().unwrap();
    (status.success(), String::from_utf8(stdout).unwrap().lines().map(str::to_owned).collect())
}

#[test]
fn the_whole_server_keeps_its_promises_over_a_network_and_a_disk_that_fail() {
    // Two at a time, as that is how many there are at least to do it.
    for seeds in [[0, 1], [2, 3]] {
        for (seed, history) in seeds.map(|seed| (seed, begins(seed))) {
            let (is_kept, said) = ends(history);
            assert!(is_kept, "{said:?}; again: cargo run --release --package muster-sim-server -- --seed {seed}");
            let figures: Vec<u64> = said[0].split(' ').map(|figure| figure.parse().unwrap()).collect();
            assert!(figures[0] > 50 && figures[2] > 100 && figures[5] > 2, "{figures:?}");
        }
    }
}

#[test]
fn the_same_seed_is_the_same_history_of_the_whole_server_in_another_process() {
    let both = [begins(5), begins(5)].map(|history| ends(history).1);
    assert_eq!(both[0].len(), 2, "{both:?}");
    assert_eq!(both[0], both[1]);
}
