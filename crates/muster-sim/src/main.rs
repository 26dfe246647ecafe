//! The long tier: as many histories as are asked for, or one again.
#![expect(clippy::print_stdout, reason = "what it has to say goes to whoever started it")]

use std::process::ExitCode;
use std::time::Instant;

use muster_sim::disk::Tear;
use muster_sim::{exhaustive, history};

const USAGE: &str = "muster-sim --seeds N [--from K] | --seed S | --digests N | --first-within N [--from K] \
                    | --every-operation [GROUPS TIMES]";

fn main() -> ExitCode {
    let asked: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = asked.iter().map(String::as_str).collect();
    let number = |text: &str| text.parse::<u64>().ok();
    match words.as_slice() {
        ["--seed", seed] => number(seed).map(one),
        ["--seeds", seeds] => number(seeds).map(|seeds| many(0, seeds)),
        ["--seeds", seeds, "--from", from] => number(seeds).zip(number(from)).map(|(seeds, from)| many(from, seeds)),
        ["--digests", seeds] => number(seeds).map(digests),
        ["--first-within", seeds] => number(seeds).map(|seeds| first(0, seeds)),
        ["--first-within", seeds, "--from", from] => {
            number(seeds).zip(number(from)).map(|(seeds, from)| first(from, seeds))
        }
        ["--every-operation"] => Some(everywhere(40, 3)),
        ["--every-operation", groups, times] => {
            number(groups).zip(number(times)).map(|(groups, times)| everywhere(groups, times))
        }
        _ => None,
    }
    .unwrap_or_else(|| {
        println!("{USAGE}");
        ExitCode::from(2)
    })
}

fn one(seed: u64) -> ExitCode {
    let report = history::run(seed);
    println!("{report:#?}");
    if report.violation.is_some() { ExitCode::FAILURE } else { ExitCode::SUCCESS }
}

/// For a look whether the same seed is the same history, in another process too.
fn digests(seeds: u64) -> ExitCode {
    for seed in 0..seeds {
        println!("{seed} {}", history::run(seed).digest);
    }
    ExitCode::SUCCESS
}

/// For planted faults: a violation, which has to be there. Begins with a seed by which it was found before; goes around.
fn first(from: u64, seeds: u64) -> ExitCode {
    for seed in (from..seeds).chain(0..from.min(seeds)) {
        if let Some(violation) = history::run(seed).violation {
            println!("{seed} | {violation}");
            return ExitCode::SUCCESS;
        }
    }
    println!("nothing in {seeds} seeds");
    ExitCode::FAILURE
}

fn many(from: u64, seeds: u64) -> ExitCode {
    let begun = Instant::now();
    let (mut acks, mut delivered, mut violations, mut clock) = (0_u64, 0_u64, 0_u64, 0_u64);
    let (mut cuts, mut deaths, mut syncs, mut full, mut reads, mut sectors) =
        (0_u64, 0_u64, 0_u64, 0_u64, 0_u64, 0_u64);
    let (mut flips, mut changed) = (0_u64, 0_u64);
    let add = |sum: &mut u64, more: u64| *sum = sum.saturating_add(more);
    for seed in from..from.saturating_add(seeds) {
        let report = history::run(seed);
        add(&mut acks, report.acks);
        add(&mut delivered, report.delivered);
        add(&mut clock, report.clock);
        add(&mut cuts, report.counts.power_cuts);
        add(&mut deaths, report.counts.deaths);
        add(&mut syncs, report.counts.syncs_failed);
        add(&mut full, report.counts.full);
        add(&mut reads, report.counts.reads_failed);
        add(&mut sectors, report.counts.lost_sectors);
        add(&mut flips, report.flips.0);
        add(&mut changed, report.flips.1);
        if let Some(violation) = report.violation {
            violations = violations.saturating_add(1);
            println!("seed {seed}: {violation}");
            println!("  again: cargo run --release -p muster-sim -- --seed {seed}");
        }
    }
    let seconds = begun.elapsed().as_secs_f64().max(0.001);
    #[expect(clippy::as_conversions, clippy::cast_precision_loss, reason = "a figure to read")]
    let rate = seeds as f64 / seconds;
    println!("{seeds} seeds in {seconds:.1} s ({rate:.1} seeds/s), {clock} simulated seconds");
    println!("  acknowledged groups    {acks:>9}");
    println!("  entries watched        {delivered:>9}");
    println!("  power cuts             {cuts:>9}   with {sectors} sectors lost");
    println!("  deaths of the process  {deaths:>9}");
    println!("  failed syncs           {syncs:>9}");
    println!("  writes on a full disk  {full:>9}");
    println!("  failed reads           {reads:>9}");
    println!("  bits turned            {flips:>9}   of which {changed} changed the record or kept it from opening");
    println!("  violations             {violations:>9}");
    if violations == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

fn everywhere(groups: u64, times: u64) -> ExitCode {
    let begun = Instant::now();
    match exhaustive::sweep(groups, &Tear::ALL, times) {
        Ok(swept) => {
            let seconds = begun.elapsed().as_secs_f64();
            println!(
                "{} operations of {groups} groups, {} crashes, {} acknowledgements looked for, 0 violations, {seconds:.1} s",
                swept.operations, swept.crashes, swept.acks
            );
            ExitCode::SUCCESS
        }
        Err(told) => {
            println!("{told}");
            ExitCode::FAILURE
        }
    }
}
