//! What is wrong with a deployment, in words: what was looked at, what it comes to, and what would do.
//!
//! Nothing here changes anything, and all of it is told at once, so that an operator mends in one go what a server would
//! refuse to start with one after the other.

use std::path::Path;

use muster_record::time::Instant;

use crate::config::Config;

mod certificates;
mod database;
mod files;
mod machine;
mod running;

/// What a look came to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Verdict {
    /// As it should be.
    Fine,
    /// It works, and somebody should look at it before it does not.
    Look,
    /// A server does not start so, or loses or tells what it must not.
    Wrong,
}

/// Something that was looked at.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// What was looked at: `certificate`, `store`.
    pub what: &'static str,
    /// What it comes to.
    pub verdict: Verdict,
    /// What was found, in a sentence without its full stop.
    pub told: String,
    /// What would do; nothing where all is well.
    pub to_do: Option<String>,
}

impl Finding {
    fn fine(what: &'static str, told: impl Into<String>) -> Self {
        Self { what, verdict: Verdict::Fine, told: told.into(), to_do: None }
    }

    fn look(what: &'static str, told: impl Into<String>, to_do: impl Into<String>) -> Self {
        Self { what, verdict: Verdict::Look, told: told.into(), to_do: Some(to_do.into()) }
    }

    fn wrong(what: &'static str, told: impl Into<String>, to_do: impl Into<String>) -> Self {
        Self { what, verdict: Verdict::Wrong, told: told.into(), to_do: Some(to_do.into()) }
    }

    /// As it went: fine with what is told of it, or wrong with the whole chain of errors.
    fn of<T>(what: &'static str, went: anyhow::Result<T>, told: impl FnOnce(&T) -> String, to_do: &str) -> Self {
        match went {
            Ok(good) => Self::fine(what, told(&good)),
            Err(error) => Self::wrong(what, format!("{error:#}"), to_do),
        }
    }
}

/// What the files of a configuration come to: agencies, certificates, keys, registry, providers, rule sets.
///
/// No server, no store and no port is looked at, so that it can be asked on another machine before anything is rolled
/// out.
pub fn of_files(config: &Config, at: Instant) -> Vec<Finding> {
    let mut found = files::agencies(config);
    found.extend(certificates::examine(config, at));
    found.extend(files::access(config));
    found.extend(files::keys(config));
    found.extend(files::rule_sets(config));
    found
}

/// When the server's own certificate runs out, in seconds since 1970; nothing where it cannot be read.
pub fn certificate_ends(certificate: &Path) -> Option<i64> {
    certificates::ends(certificate)
}

/// Bytes that are free on the disk of a file; nothing where the machine does not say.
pub fn free_bytes(file: &Path) -> Option<u64> {
    machine::free(&machine::folder_of(file))
}

/// What a deployment comes to, where it stands: its files, its machine, its store, its server, and its backups where it
/// is said where they are.
pub fn of_deployment(config: &Config, backups: Option<&Path>, at: Instant) -> Vec<Finding> {
    let mut found = of_files(config, at);
    found.extend(machine::examine(config));
    found.extend(running::examine(config));
    found.extend(backups.map(|folder| machine::backups(folder, at)));
    found
}
