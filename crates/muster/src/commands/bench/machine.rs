//! What processes take of the machine, as Linux tells it; elsewhere nothing is told.

use std::fs;
use std::time::{Duration, Instant};

use super::figures::now;

/// Percent of the processors that other work may take before a row is marked.
pub(super) const TOO_MUCH: u64 = 20;

/// The processors as they were at a moment.
pub(super) struct Machine {
    server: u32,
    at: Instant,
    of_server: Option<Duration>,
    of_others: Option<Duration>,
}

/// What was taken since.
pub(super) struct Spent {
    /// Of the processors, by the server.
    pub(super) by_server: Option<Duration>,
    /// Whether other work took too much.
    pub(super) disturbed: bool,
}

impl Machine {
    /// How it stands, with the server running under this id.
    pub(super) fn now(server: u32) -> Self {
        let of_server = on_processors(&server.to_string());
        Self { server, at: now(), of_server, of_others: others(of_server) }
    }

    /// What was taken since.
    pub(super) fn since(&self) -> Spent {
        let (of_server, over) = (on_processors(&self.server.to_string()), self.at.elapsed());
        let took = |then: Option<Duration>, now: Option<Duration>| Some(now?.saturating_sub(then?));
        let cores = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
        let all = over.saturating_mul(u32::try_from(cores).unwrap_or(1)).as_millis();
        let others = took(self.of_others, others(of_server)).unwrap_or_default().as_millis();
        Spent {
            by_server: took(self.of_server, of_server),
            disturbed: others.saturating_mul(100) > all.saturating_mul(TOO_MUCH.into()),
        }
    }
}

impl Spent {
    /// By the server, for each of so many.
    pub(super) fn each(&self, count: u64) -> String {
        let each = self.by_server.and_then(|spent| spent.as_nanos().checked_div(count.into()));
        let tenths = each.map(|nanos| nanos / 100);
        tenths.map_or_else(|| "-".to_owned(), |tenths| format!("{}.{} µs", tenths / 10, tenths % 10))
    }

    /// What marks a row.
    pub(super) fn mark(&self) -> &'static str {
        if self.disturbed { " *" } else { "" }
    }
}

/// The memory of a process, with its share of what it shares.
pub(super) fn memory(process: u32) -> String {
    let told = || {
        let text = fs::read_to_string(format!("/proc/{process}/smaps_rollup")).ok()?;
        let line = text.lines().find_map(|line| line.strip_prefix("Pss:"))?;
        line.trim().strip_suffix(" kB")?.trim().parse::<u64>().ok()
    };
    told().map_or_else(|| "-".to_owned(), |kib| format!("{}.{} MiB", kib / 1024, kib % 1024 * 10 / 1024))
}

/// The time that all threads of a process were on a processor. What threads took that have ended is not in it.
fn on_processors(process: &str) -> Option<Duration> {
    let mut nanos = 0_u64;
    for thread in fs::read_dir(format!("/proc/{process}/task")).ok()? {
        // A thread may end while it is asked for.
        let Ok(told) = fs::read_to_string(thread.ok()?.path().join("schedstat")) else { continue };
        nanos = nanos.saturating_add(told.split(' ').next()?.parse().ok()?);
    }
    Some(Duration::from_nanos(nanos))
}

/// What was taken of the processors by neither the server nor this process.
fn others(of_server: Option<Duration>) -> Option<Duration> {
    let told = fs::read_to_string("/proc/stat").ok()?;
    let ticks = told.lines().next()?.split_whitespace().skip(1).map(|number| number.parse::<u64>().unwrap_or(0));
    // user, nice, system, idle, iowait, irq, softirq, steal.
    let busy = ticks.enumerate().filter(|(column, _)| matches!(column, 0..=2 | 5..=7)).map(|(_, ticks)| ticks);
    let all = Duration::from_millis(busy.sum::<u64>().saturating_mul(TICK));
    Some(all.saturating_sub(of_server?).saturating_sub(on_processors("self")?))
}

/// Milliseconds of a tick: the kernel counts a hundred in a second for whoever asks.
const TICK: u64 = 10;
