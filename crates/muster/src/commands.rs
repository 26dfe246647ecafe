//! What each command of the command line does.

use std::io::Write as _;

use anyhow::Result;

pub(crate) mod append;
pub(crate) mod audit;
pub(crate) mod backup;
pub(crate) mod bench;
pub(crate) mod demo;
pub(crate) mod dev_certs;
pub(crate) mod dev_idp;
pub(crate) mod dispatch;
pub(crate) mod doctor;
pub(crate) mod exercise;
pub(crate) mod export;
pub(crate) mod keys;
pub(crate) mod logging;
pub(crate) mod migrate;
pub(crate) mod person;
pub(crate) mod region;
pub(crate) mod register;
pub(crate) mod replay;
pub(crate) mod restore;
pub(crate) mod rules;
pub(crate) mod serve;
pub(crate) mod show;
pub(crate) mod verify;
pub(crate) mod watch;
pub(crate) mod webhook;

/// Runs something on a runtime of its own.
pub(crate) fn run<F: Future<Output = Result<()>>>(what: impl FnOnce() -> F) -> Result<()> {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    runtime.block_on(what())
}

/// Writes to standard output. A reader that went away (`| head`) is no failure.
pub(crate) fn say(text: impl std::fmt::Display) -> Result<()> {
    let mut out = std::io::stdout().lock();
    match writeln!(out, "{text}").and_then(|()| out.flush()) {
        Err(error) if error.kind() == std::io::ErrorKind::BrokenPipe => std::process::exit(0),
        written => Ok(written?),
    }
}
