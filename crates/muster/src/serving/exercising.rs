//! What the exercises of a server run on: a store in a folder of their own, and the rule sets and keys that the server has.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::{Context as _, Result};
use muster_coordinator::{Coordinator, Directory, ForkError, Parts, PeopleParts, RegisterParts, Threads};
use muster_exercise::{Begins, ExerciseError, Setting, Staging};
use muster_record::retention::Retention;
use muster_store::Store;

use super::rule_sets;
use crate::config::Config;
use crate::key_file;
use crate::surroundings::random_bytes;

/// The folder of the exercises of a server with that store: beside it, under its name, so that two servers with their
/// stores in one folder keep their exercises apart.
pub(super) fn folder(data: &Path) -> PathBuf {
    let mut name = data.file_stem().unwrap_or_default().to_owned();
    name.push("-exercises");
    data.with_file_name(name)
}

/// What makes the coordinators of exercises.
pub(super) fn staging(config: &Config, key_file: &Path) -> Staging {
    let (config, key_file) = (config.clone(), key_file.to_owned());
    Arc::new(move |setting| stage(&config, &key_file, setting).map_err(why))
}

/// Why there is none: what stands against a fork is told by its own reason, all else to the operator.
fn why(error: anyhow::Error) -> ExerciseError {
    match error.downcast::<ForkError>() {
        Ok(fork) => ExerciseError::Fork(fork),
        Err(error) => ExerciseError::Unkept(format!("{error:#}")),
    }
}

fn stage(config: &Config, key_file: &Path, setting: Setting) -> Result<Coordinator> {
    let Setting { store: path, surroundings, agencies, rule_sets: named, begins } = setting;
    let keys = key_file::read(key_file)?;
    let mut configured = config.rule_sets.clone();
    if let Some(named) = &named {
        let had = configured.shipped.take();
        let has = |name: &_| had.as_ref().is_none_or(|had| had.contains(name));
        configured.shipped = Some(named.iter().filter(|name| has(name)).cloned().collect());
    }
    let mut store =
        Store::open(&path, random_bytes()).with_context(|| format!("the store {} cannot be used", path.display()))?;
    let Begins { copy_of, beside } = begins;
    if let Some((from, until)) = copy_of {
        from.copy_until(until, &keys, &mut store)?;
    }
    if let Some(from) = beside {
        from.copy_beside(named.as_deref(), &mut store)?;
    }
    // The server's own agencies are who they are here; the script adds those that nobody can call for.
    let of_the_server = config.agencies.iter().cloned();
    let directory = Directory::new(agencies.into_iter().chain(of_the_server));
    let register = RegisterParts {
        maintained_by: config.register.maintained_by.clone(),
        stale_after_days: config.register.stale_after_days,
    };
    let retention =
        Retention { identity_years: config.retention.identity_years, in_use: config.retention.in_use_years };
    Ok(Coordinator::start(Parts {
        store: Box::new(store),
        rule_sets: rule_sets(&configured)?,
        directory,
        surroundings,
        threads: Threads::Own { evaluators: 1 },
        register,
        signing: config.signing.as_ref().map(|signing| crate::signing::read(&signing.key_file)).transpose()?,
        people: PeopleParts { keys, retention },
        installing: config.installing,
    })?)
}
