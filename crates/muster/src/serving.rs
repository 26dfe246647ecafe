//! A server from its configuration: store, rule sets, coordinator and listeners, and how it stops.

use std::collections::BTreeSet;
use std::net::SocketAddr;
use std::num::NonZeroU32;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use anyhow::{Context as _, Result, bail};
use muster_coordinator::{
    Coordinator, Directory, Owner, Parts, PeopleParts, RegisterParts, RuleSets, Surroundings, Takes, Threads,
};
use muster_exercise::{Bounds, Exercises};
use muster_record::ids::AgencyId;
use muster_record::retention::Retention;
use muster_rules::{Host, HostLimits, Trial};
use muster_server::access::Registry;
use muster_server::{Followed, Handshakes, Limits, Listeners, Pem, Server, follow, follow_all};
use tokio::sync::watch;

use crate::access;
use crate::cli;
use crate::config::{AccessConfig, Config, RuleSetsConfig, Tls};
use crate::key_file;
use crate::measuring;
use crate::packing;
use crate::storing;
use crate::surroundings::System;

mod exercising;
mod reloading;

/// A server that runs.
pub struct Serving {
    coordinator: Arc<Coordinator>,
    exercises: Arc<Exercises>,
    server: Server,
    limits: watch::Sender<Arc<Limits>>,
}

impl Serving {
    /// Starts a server. It listens when this returns.
    ///
    /// # Errors
    /// What is wrong with the configuration, the certificates, the store or a rule set, and where.
    pub async fn start(
        config: &Config,
        surroundings: Arc<dyn Surroundings>,
        render: muster_server::Render,
    ) -> Result<Self> {
        let Some(tls) = &config.tls else {
            bail!(
                "no certificates are configured: set [tls] in the configuration, or use --dev for a server to try out"
            );
        };
        if config.agencies.is_empty() {
            bail!(
                "no agencies are configured: name at least one with [[agency]], or use --dev for a server to try out"
            );
        }
        let registry = registry(config, tls)?;
        let providers = config.people.providers()?;
        let Some(key_file) = config.personal_data.key_file.as_deref() else {
            bail!(
                "no key file is configured, and without one nothing that is said of people can be kept: make one with \
                 `muster keys new`, name it with key_file in [personal_data] (docs/personal-data.md), or use --dev for a \
                 server to try out"
            );
        };
        let keys = key_file::read(key_file)?;
        let rule_sets = rule_sets(&config.rule_sets)?;
        let signing = config.signing.as_ref().map(|signing| crate::signing::read(&signing.key_file)).transpose()?;
        let opened = config.clone();
        // It may wait for a database server.
        let store = tokio::task::spawn_blocking(move || storing::open(&opened)).await??;
        let staging = exercising::staging(config, key_file);
        let wall = Arc::clone(&surroundings);
        let coordinator = Coordinator::start(Parts {
            store,
            rule_sets,
            directory: Directory::new(config.agencies.iter().cloned()),
            surroundings,
            threads: Threads::Own { evaluators: config.rule_sets.threads },
            register: RegisterParts {
                maintained_by: config.register.maintained_by.clone(),
                stale_after_days: config.register.stale_after_days,
            },
            signing,
            people: PeopleParts {
                keys,
                retention: Retention {
                    identity_years: config.retention.identity_years,
                    in_use: config.retention.in_use_years,
                },
            },
            installing: config.installing,
        })?;
        let takes = if config.rehearsals_among_live { Takes::Both } else { Takes::Live };
        let coordinator = Arc::new(coordinator.taking(takes));
        let folder = exercising::folder(&config.data);
        let exercises = Exercises::open(folder, staging, wall, Bounds::default(), &coordinator)?;
        let (limits, in_force) = watch::channel(Arc::new(config.limits.limits()));
        let listeners = Listeners {
            api: config.listen.api,
            people: config.listen.people,
            probes: config.listen.probes,
            handshakes: handshakes(tls)?,
            trust_domain: tls.trust_domain.clone(),
            registry,
            providers,
            limits: in_force,
            wall: Arc::new(|| System.now()),
            render,
            outbound: crate::config::outbound(&config.webhooks, config.notify.as_ref())?,
            links: config.sign_in_links.clone(),
        };
        let server = Server::start(Arc::clone(&coordinator), Arc::clone(&exercises), listeners).await?;
        Ok(Self { coordinator, exercises, server, limits })
    }

    /// Follows the configuration file from now on: what it says of limits and agencies comes into force as it is changed,
    /// and what cannot is told.
    pub fn follow(&self, path: PathBuf) -> Result<()> {
        reloading::follow_file(path, Arc::clone(&self.coordinator), self.limits.clone())
    }

    /// Where the API listens.
    pub fn api(&self) -> SocketAddr {
        self.server.api()
    }

    /// Where people are listened to, if they are.
    pub fn people(&self) -> Option<SocketAddr> {
        self.server.people()
    }

    /// Where probes and metrics listen.
    pub fn probes(&self) -> SocketAddr {
        self.server.probes()
    }

    /// What participants can do, without the wire.
    pub fn coordinator(&self) -> &Arc<Coordinator> {
        &self.coordinator
    }

    /// The exercises of this server.
    pub fn exercises(&self) -> &Arc<Exercises> {
        &self.exercises
    }

    /// Ends open streams, answers what waits, and closes the store.
    ///
    /// # Errors
    /// When a listener had failed.
    pub async fn stop(self) -> Result<()> {
        let stopped = self.server.stop().await;
        self.exercises.close().await;
        let coordinator = self.coordinator;
        tokio::task::spawn_blocking(move || coordinator.stop()).await?;
        Ok(stopped?)
    }
}

/// The registry of systems, which is followed from now on.
fn registry(config: &Config, tls: &Tls) -> Result<Followed<Registry>> {
    let Some(AccessConfig { registry: path }) = &config.access else {
        bail!(
            "no registry of systems is configured: set registry in [access] (docs/identity.md), or use --dev for a \
             server to try out"
        );
    };
    let text = std::fs::read_to_string(path).with_context(|| format!("{} cannot be read", path.display()))?;
    let domain = tls.trust_domain.clone();
    let first = access::read(&text, path, &domain).with_context(|| format!("{} will not do", path.display()))?;
    let known: BTreeSet<&AgencyId> = config.agencies.iter().map(|agency| &agency.id).collect();
    for agency in first.authorities.iter().flat_map(|authority| &authority.agencies) {
        if !known.contains(agency) {
            tracing::warn!(%agency, "an authority may issue for an agency that is not configured, and has no access");
        }
    }
    let read = move |text: &str, path: &Path| access::read(text, path, &domain).map_err(|error| format!("{error:#}"));
    Ok(follow(path.clone(), "the registry of systems", first, read))
}

/// How to shake hands, with the certificates, which are followed from now on: those that take the place of others about
/// to run out do so without a restart.
fn handshakes(tls: &Tls) -> Result<Followed<Handshakes>> {
    let Tls { certificate, key, client_ca, trust_domain: _ } = tls;
    let read =
        |path: &Path| std::fs::read_to_string(path).with_context(|| format!("{} cannot be read", path.display()));
    let first = Pem { certificate: read(certificate)?, key: read(key)?, client_ca: read(client_ca)? };
    let first = Handshakes::of(&first)?;
    let paths = vec![certificate.clone(), key.clone(), client_ca.clone()];
    let domain_of = certificate.clone();
    let read = move |texts: &[String]| {
        let [certificate, key, client_ca] = texts else { return Err("a file is missing".to_owned()) };
        let pem = Pem { certificate: certificate.clone(), key: key.clone(), client_ca: client_ca.clone() };
        let handshakes = Handshakes::of(&pem).map_err(|error| format!("{:#}", anyhow::Error::new(error)))?;
        measuring::certificate(&domain_of);
        Ok(handshakes)
    };
    Ok(follow_all(paths, "the set of certificates", first, read))
}

/// What compiles on trial the components that agencies send.
static TRIAL: OnceLock<Trial> = OnceLock::new();

/// From now on hosts that are asked for have components that agencies send compiled on trial first, by this program run
/// once more. It does nothing where the program cannot be found.
pub fn compile_on_trial_apart() {
    if let Ok(program) = std::env::current_exe() {
        let trial = Trial::by(program, vec![cli::COMPILE_ON_TRIAL.to_owned()]);
        // The allocator would keep a gibibyte of addresses for itself, which is all that the child may have.
        let environment = vec![("MIMALLOC_ARENA_RESERVE", "0")];
        drop(TRIAL.set(Trial { environment, ..trial }));
    }
}

/// A host that takes components of the usual size. All hosts of this process have one engine, and compile a component
/// once.
///
/// # Errors
/// When the machine does not let the sandbox be set up.
pub fn host() -> Result<Arc<Host>> {
    let first = first_host()?;
    host_of(&first, first.limits().component_bytes)
}

/// A host that takes components of up to so many MiB: an interpreter brings up to 19 of its own. What other hosts of this
/// process take is not changed by it.
///
/// # Errors
/// When the machine does not let the sandbox be set up.
pub fn host_taking(mib: NonZeroU32) -> Result<Arc<Host>> {
    let first = first_host()?;
    host_of(&first, bytes(mib))
}

/// So many MiB, in bytes.
pub(crate) fn bytes(mib: NonZeroU32) -> usize {
    usize::try_from(mib.get()).unwrap_or(usize::MAX).saturating_mul(1024 * 1024)
}

fn host_of(first: &Host, component_bytes: usize) -> Result<Arc<Host>> {
    let host = first.taking(component_bytes);
    Ok(Arc::new(match TRIAL.get() {
        Some(trial) => host.with_trial(trial.clone()),
        None => host,
    }))
}

/// The host whose engine all others of this process have: an engine is made once.
fn first_host() -> Result<Arc<Host>> {
    static FIRST: Mutex<Option<Arc<Host>>> = Mutex::new(None);
    let mut first = FIRST.lock().unwrap_or_else(PoisonError::into_inner);
    match &*first {
        Some(host) => Ok(Arc::clone(host)),
        None => Ok(Arc::clone(first.insert(Arc::new(Host::new(HostLimits::default())?)))),
    }
}

/// The rule sets that a configuration names, compiled and checked.
///
/// # Errors
/// Which rule set will not do, and why.
pub fn rule_sets(config: &RuleSetsConfig) -> Result<RuleSets> {
    let RuleSetsConfig { shipped, settings, files, signers, owner, component_mib, threads: _ } = config;
    let host = component_mib.map_or_else(host, host_taking)?;
    let largest = host.limits().component_bytes;
    let mut rule_sets = RuleSets::new(host).with_signers(signers.clone());
    let owner = || owner.clone().map_or(Owner::Lead, Owner::Agency);
    let settings_of = |name: &str| -> Result<String> {
        let named = settings.iter().find(|(rule_set, _)| rule_set.as_str() == name);
        let Some((_, path)) = named else { return Ok(String::new()) };
        muster_exercise::settings::read_file(path).with_context(|| format!("the settings of {name}"))
    };
    for name in shipped.iter().flatten() {
        if !muster_shipped::SHIPPED.iter().any(|known| known.name == name.as_str()) {
            let known: Vec<&str> = muster_shipped::SHIPPED.iter().map(|known| known.name).collect();
            bail!("no rule set {name} is shipped; there are: {}", known.join(", "));
        }
    }
    for known in muster_shipped::SHIPPED {
        let wanted = shipped.as_ref().is_none_or(|names| names.iter().any(|name| name.as_str() == known.name));
        if wanted {
            rule_sets
                .install(owner(), known.component.to_vec(), settings_of(known.name)?)
                .with_context(|| format!("the rule set {} cannot be used", known.name))?;
        }
    }
    for path in files {
        let component = packing::read_file(path, largest)?.component;
        let name = path.file_stem().and_then(|stem| stem.to_str()).unwrap_or_default();
        let installed = rule_sets.install(owner(), component, settings_of(name)?);
        installed.with_context(|| format!("the rule set {} cannot be used", path.display()))?;
    }
    Ok(rule_sets)
}
