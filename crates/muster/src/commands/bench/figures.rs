//! Figures: what many calls took, put in order.

use std::path::Path;
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result};

/// What many calls took.
pub(super) struct Row {
    pub(super) count: u32,
    pub(super) p50: Duration,
    pub(super) p99: Duration,
}

impl Row {
    pub(super) fn of(mut took: Vec<Duration>) -> Result<Self> {
        took.sort_unstable();
        let at = |share: usize| took.get(took.len().saturating_mul(share).checked_div(100)?).copied();
        Ok(Self {
            count: u32::try_from(took.len()).unwrap_or(u32::MAX),
            p50: at(50).context("nothing was measured")?,
            p99: at(99).context("nothing was measured")?,
        })
    }
}

pub(super) fn micros(took: Duration) -> String {
    format!("{:>7} µs", took.as_micros())
}

pub(super) fn now() -> Instant {
    Instant::now()
}

/// What the disk takes for a small durable write: the floor under every append.
pub(super) fn probe_sync(folder: &Path) -> Result<Duration> {
    use std::io::Write as _;
    let mut file = std::fs::File::create(folder.join("probe"))?;
    let mut took = Vec::new();
    for _ in 0..200 {
        let began = now();
        file.write_all(&[0; 4096])?;
        file.sync_data()?;
        took.push(began.elapsed());
    }
    Ok(Row::of(took)?.p50)
}
