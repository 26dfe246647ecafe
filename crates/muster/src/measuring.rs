//! What a server measures of itself, as Prometheus reads it.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context as _, Result};
use metrics_exporter_prometheus::{Matcher, PrometheusBuilder, PrometheusHandle};
use muster_coordinator::Surroundings as _;
use muster_server::Render;

use crate::config::Config;
use crate::doctor;
use crate::surroundings::System;

/// Bounds of what takes time, in seconds: a commit takes about one millisecond, and a rule set that is cut off a second.
const SECONDS: &[f64] = &[0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5];

/// How often what was measured is put together, so that it takes no more room with time.
const UPKEEP: Duration = Duration::from_secs(5);

/// Measures from now on, for the whole process; renders what was measured, with what can be read off the files then.
///
/// # Errors
/// When something else measures already.
pub fn begin(config: &Config) -> Result<Render> {
    let seconds = Matcher::Suffix("_seconds".to_owned());
    let builder = PrometheusBuilder::new().set_buckets_for_metric(seconds, SECONDS).context("bounds will not do")?;
    let handle = builder.install_recorder().context("metrics cannot be kept")?;
    metrics::gauge!("muster_build_info", "version" => env!("CARGO_PKG_VERSION")).set(1.0);
    metrics::gauge!("muster_started_timestamp_seconds").set(number(System.now().timestamp()));
    if let Some(tls) = &config.tls {
        certificate(&tls.certificate);
    }
    tokio::spawn(upkeep(handle.clone()));
    let data = config.data.clone();
    Ok(Arc::new(move || {
        files(&data);
        handle.render()
    }))
}

/// Notes when the server's certificate runs out: at the start, and when another takes its place.
pub(crate) fn certificate(path: &Path) {
    if let Some(ends) = doctor::certificate_ends(path) {
        metrics::gauge!("muster_certificate_ends_timestamp_seconds").set(number(ends));
    }
}

async fn upkeep(handle: PrometheusHandle) {
    let mut beat = tokio::time::interval(UPKEEP);
    loop {
        beat.tick().await;
        handle.run_upkeep();
    }
}

/// What the store takes on the disk.
fn files(data: &Path) {
    let mut log = data.as_os_str().to_owned();
    log.push("-wal");
    for (name, path) in [("muster_store_bytes", data.to_owned()), ("muster_store_log_bytes", PathBuf::from(log))] {
        let bytes = path.metadata().map_or(0, |file| file.len());
        metrics::gauge!(name).set(number(i64::try_from(bytes).unwrap_or(i64::MAX)));
    }
    if let Some(free) = doctor::free_bytes(data) {
        metrics::gauge!("muster_disk_free_bytes").set(number(i64::try_from(free).unwrap_or(i64::MAX)));
    }
}

/// A whole number as Prometheus keeps it: exact up to 2^53.
#[expect(clippy::as_conversions, clippy::cast_precision_loss, reason = "Prometheus has no other numbers")]
fn number(whole: i64) -> f64 {
    whole as f64
}
