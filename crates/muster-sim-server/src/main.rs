//! The long tier: one history in this process, or as many as are asked for in a process each.
#![expect(clippy::print_stdout, reason = "what it has to say goes to whoever started it")]

use std::collections::VecDeque;
use std::process::{Child, Command, ExitCode, Stdio};
use std::time::Instant;

use muster_sim_server::history::{self, Report};

const USAGE: &str =
    "muster-sim-server --seed S [--told] | --seeds N [--from K] | --digests N | --first-within N [--from K]";

fn main() -> ExitCode {
    let asked: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = asked.iter().map(String::as_str).collect();
    let number = |text: &str| text.parse::<u64>().ok();
    match words.as_slice() {
        ["--seed", seed] => number(seed).map(|seed| one(seed, 0)),
        ["--seed", seed, "--told"] => number(seed).map(|seed| one(seed, usize::MAX)),
        ["--line", seed] => number(seed).map(line),
        ["--seeds", seeds] => number(seeds).map(|seeds| many(0, seeds)),
        ["--seeds", seeds, "--from", from] => number(seeds).zip(number(from)).map(|(seeds, from)| many(from, seeds)),
        ["--digests", seeds] => number(seeds).map(digests),
        ["--first-within", seeds] => number(seeds).map(|seeds| first(0, seeds)),
        ["--first-within", seeds, "--from", from] => {
            number(seeds).zip(number(from)).map(|(seeds, from)| first(from, seeds))
        }
        _ => None,
    }
    .unwrap_or_else(|| {
        println!("{USAGE}");
        ExitCode::from(2)
    })
}

fn ended(report: &Report) -> ExitCode {
    if report.violation.is_some() { ExitCode::FAILURE } else { ExitCode::SUCCESS }
}

fn one(seed: u64, told: usize) -> ExitCode {
    if std::env::var_os("RUST_LOG").is_some() {
        tracing_subscriber::fmt().with_env_filter(tracing_subscriber::EnvFilter::from_default_env()).init();
    }
    let report = history::run(seed, told);
    println!("{report:#?}");
    ended(&report)
}

/// For whoever started this process for one seed: its figures, its digest, and what was broken.
fn line(seed: u64) -> ExitCode {
    let report = history::run(seed, 0);
    let Report { asked, given, looked_through, looked, starts, counts, troubles, passed, digest, .. } = &report;
    let figures = [
        asked.0,
        asked.1,
        *given,
        *looked_through,
        *looked,
        *starts,
        counts.power_cuts,
        counts.deaths,
        counts.syncs_failed,
        counts.full,
        counts.reads_failed,
        troubles.links,
        troubles.jumps,
        troubles.suspensions,
        troubles.stops,
        passed.as_secs(),
    ];
    println!("{}", figures.map(|figure| figure.to_string()).join(" "));
    println!("{digest}");
    if let Some(violation) = &report.violation {
        println!("{violation}");
    }
    ended(&report)
}

/// What each figure of a line is.
const FIGURES: [&str; 16] = [
    "requests acknowledged",
    "requests refused",
    "entries watched",
    "answers looked through",
    "records read",
    "starts of the server",
    "power cuts",
    "deaths of the process",
    "failed syncs",
    "writes on a full disk",
    "failed reads",
    "links cut or held up",
    "jumps of the clock",
    "suspensions",
    "stops",
    "simulated seconds",
];

/// What a process for one seed said, and whether every promise was kept.
struct Said {
    seed: u64,
    is_kept: bool,
    lines: Vec<String>,
}

impl Said {
    fn broken(&self) -> &str {
        self.lines.get(2).map_or("it ended by itself", String::as_str)
    }
}

/// A process for one seed.
fn begins(seed: u64) -> std::io::Result<(u64, Child)> {
    let mut command = Command::new(std::env::current_exe()?);
    Ok((seed, command.args(["--line", &seed.to_string()]).stdout(Stdio::piped()).stderr(Stdio::null()).spawn()?))
}

/// A process for each of these seeds, as many at a time as there are processors, in order.
fn apart(seeds: impl Iterator<Item = u64>) -> impl Iterator<Item = Said> {
    so_many_at_once(seeds, std::thread::available_parallelism().map_or(1, usize::from))
}

fn so_many_at_once(mut seeds: impl Iterator<Item = u64>, at_once: usize) -> impl Iterator<Item = Said> {
    let mut running: VecDeque<(u64, Child)> = VecDeque::new();
    std::iter::from_fn(move || {
        while running.len() < at_once
            && let Some(seed) = seeds.next()
        {
            running.push_back(begins(seed).ok()?);
        }
        let (seed, child) = running.pop_front()?;
        let output = child.wait_with_output().ok()?;
        let lines = String::from_utf8_lossy(&output.stdout).lines().map(str::to_owned).collect();
        Some(Said { seed, is_kept: output.status.success(), lines })
    })
}

/// For a look whether the same seed is the same history, in another process too.
fn digests(seeds: u64) -> ExitCode {
    let (mut differ, mut first) = (0_u64, None::<Said>);
    for said in apart((0..seeds).flat_map(|seed| [seed, seed])) {
        match first.take() {
            None => first = Some(said),
            Some(first) if first.lines == said.lines && said.lines.len() >= 2 => (),
            Some(first) => {
                differ = differ.saturating_add(1);
                println!("{} differs: {:?} and {:?}", said.seed, first.lines, said.lines);
            }
        }
    }
    println!("{} of {seeds} the same in two processes", seeds.saturating_sub(differ));
    if differ == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

/// For planted faults: a violation, which has to be there. Begins with a seed by which it was found before; goes around.
/// One after another, as several bugs are looked for at once.
fn first(from: u64, seeds: u64) -> ExitCode {
    for said in so_many_at_once((from..seeds).chain(0..from.min(seeds)), 1) {
        if !said.is_kept {
            println!("{} | {}", said.seed, said.broken());
            return ExitCode::SUCCESS;
        }
    }
    println!("nothing in {seeds} seeds");
    ExitCode::FAILURE
}

fn many(from: u64, seeds: u64) -> ExitCode {
    let begun = Instant::now();
    let (mut sums, mut violations) = ([0_u64; FIGURES.len()], 0_u64);
    for said in apart(from..from.saturating_add(seeds)) {
        let figures = said.lines.first().into_iter().flat_map(|line| line.split(' '));
        for (sum, figure) in sums.iter_mut().zip(figures.filter_map(|figure| figure.parse::<u64>().ok())) {
            *sum = sum.saturating_add(figure);
        }
        if !said.is_kept {
            violations = violations.saturating_add(1);
            println!("seed {}: {}", said.seed, said.broken());
            println!("  again: cargo run --release --package muster-sim-server -- --seed {}", said.seed);
        }
    }
    println!("{seeds} seeds in {:.1} s", begun.elapsed().as_secs_f64());
    for (name, sum) in FIGURES.iter().zip(sums) {
        println!("  {name:<24} {sum:>9}");
    }
    println!("  {:<24} {violations:>9}", "violations");
    if violations == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}
