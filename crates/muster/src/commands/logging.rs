//! Logs: to standard error, as text for people or JSON for collectors. No personal data is ever logged.

use clap::{Args, ValueEnum};
use tracing_subscriber::EnvFilter;

/// How to log.
#[derive(Debug, Clone, Args)]
pub(crate) struct Logging {
    /// What to log: a level, or targets with levels (`info,muster_server=debug`)
    #[arg(long, env = "MUSTER_LOG", default_value = "info", value_name = "FILTER")]
    log: String,
    /// The form of a log line
    #[arg(long, env = "MUSTER_LOG_FORMAT", value_enum, default_value_t = Form::Text)]
    log_format: Form,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum Form {
    Text,
    Json,
}

impl Logging {
    /// Starts to log.
    pub(crate) fn start(&self) -> anyhow::Result<()> {
        start(&self.log, self.log_format)
    }
}

/// Logs only what needs somebody to look.
pub(crate) fn quiet() -> anyhow::Result<()> {
    start("warn", Form::Text)
}

fn start(filter: &str, form: Form) -> anyhow::Result<()> {
    let filter = EnvFilter::try_new(filter).map_err(|error| anyhow::anyhow!("--log {filter:?}: {error}"))?;
    let builder = tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr);
    let started = match form {
        Form::Text => builder.try_init(),
        Form::Json => builder.json().try_init(),
    };
    started.map_err(|error| anyhow::anyhow!("logging could not be started: {error}"))
}
