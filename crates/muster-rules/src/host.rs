//! The host: one engine, its clock, and the components compiled so far.

use std::collections::BTreeMap;
use std::io;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use thiserror::Error;
use wasmtime::Engine;
use wasmtime::component::{Component, HasSelf, Linker};

use crate::bindings::{RuleSet, RuleSetPre};
use crate::evaluate::Compiled;
use crate::guest::Guest;
use crate::limits::{Allocator, HostLimits};
use crate::load::{self, LoadError};
use crate::trial::Trial;
use crate::{engine, ticker};

/// Components kept although no rule set is loaded from them, so that a dry run costs one compilation.
const KEPT: usize = 64;

/// Runs rule sets. Its engine is one per process, as an engine's limits hold for all that it runs; how large a component
/// may be is each host's own.
pub struct Host {
    shared: Arc<Shared>,
    limits: HostLimits,
    trial: Option<Trial>,
}

/// What hosts have together that differ in the components they take.
struct Shared {
    engine: Engine,
    linker: Linker<Guest>,
    allocator: Allocator,
    compiled: Mutex<BTreeMap<[u8; 32], Arc<Compiled>>>,
    compilations: AtomicU64,
}

/// Why a host could not be started.
#[derive(Debug, Error)]
pub enum HostError {
    /// The engine does not start with these limits on this machine.
    #[error("the engine of the rule sets does not start: check the limits against the machine ({detail})")]
    Engine {
        /// What the engine says.
        detail: String,
    },
    /// The thread that times rule sets out does not start.
    #[error("the clock of the rule sets does not start: the machine may be out of threads")]
    Clock(#[source] io::Error),
}

impl HostError {
    fn engine(error: &wasmtime::Error) -> Self {
        Self::Engine { detail: format!("{error:#}") }
    }
}

impl Host {
    /// Starts the engine and its clock.
    ///
    /// # Errors
    /// Where the machine has no room for them.
    pub fn new(limits: HostLimits) -> Result<Self, HostError> {
        let (engine, allocator) = engine::start(&limits).map_err(|error| HostError::engine(&error))?;
        let mut linker = Linker::new(&engine);
        RuleSet::add_to_linker::<_, HasSelf<Guest>>(&mut linker, |guest| guest)
            .map_err(|error| HostError::engine(&error))?;
        ticker::start(&engine).map_err(HostError::Clock)?;
        let compiled = Mutex::new(BTreeMap::new());
        let shared = Shared { engine, linker, allocator, compiled, compilations: AtomicU64::new(0) };
        Ok(Self { shared: Arc::new(shared), limits, trial: None })
    }

    /// A host with the same engine and what it has compiled, which takes components of up to so many bytes. What this
    /// one takes stays as it is.
    #[must_use]
    pub fn taking(&self, component_bytes: usize) -> Self {
        let limits = HostLimits { component_bytes, ..self.limits.clone() };
        Self { shared: Arc::clone(&self.shared), limits, trial: self.trial.clone() }
    }

    /// The same host, which has what others send compiled on trial first.
    #[must_use]
    pub fn with_trial(self, trial: Trial) -> Self {
        Self { trial: Some(trial), ..self }
    }

    pub(crate) fn trial(&self) -> Option<&Trial> {
        self.trial.as_ref()
    }

    /// Whether a component is in memory, compiled.
    pub(crate) fn is_compiled(&self, digest: [u8; 32]) -> bool {
        self.shared.compiled.lock().unwrap_or_else(PoisonError::into_inner).contains_key(&digest)
    }

    /// The limits it was started with.
    pub fn limits(&self) -> &HostLimits {
        &self.limits
    }

    /// The allocator in use, which is not the one asked for where the address space was too short.
    pub fn allocator(&self) -> Allocator {
        self.shared.allocator
    }

    /// How many components were compiled since the start.
    pub fn compilations(&self) -> u64 {
        self.shared.compilations.load(Ordering::Relaxed)
    }

    /// The component compiled and linked, from memory where it was compiled before.
    ///
    /// One compilation at a time: each takes memory that no limit here covers.
    pub(crate) fn compiled(&self, digest: [u8; 32], component: &[u8]) -> Result<Arc<Compiled>, LoadError> {
        // What is under the lock is whole at every moment, so a panic elsewhere does not spoil it.
        let mut kept = self.shared.compiled.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(known) = kept.get(&digest) {
            return Ok(Arc::clone(known));
        }
        let compiled = Arc::new(self.compile(component)?);
        if kept.len() >= KEPT {
            kept.retain(|_, compiled| Arc::strong_count(compiled) > 1);
        }
        kept.insert(digest, Arc::clone(&compiled));
        Ok(compiled)
    }

    fn compile(&self, component: &[u8]) -> Result<Compiled, LoadError> {
        self.shared.compilations.fetch_add(1, Ordering::Relaxed);
        let component = Component::from_binary(&self.shared.engine, component)
            .map_err(|error| LoadError::not_a_component(&error))?;
        load::check_world(&component.component_type(), &self.shared.engine)?;
        let linked =
            self.shared.linker.instantiate_pre(&component).map_err(|error| LoadError::other_contract(&error))?;
        let pre = RuleSetPre::new(linked).map_err(|error| LoadError::other_contract(&error))?;
        Ok(Compiled { pre, limits: self.limits.clone() })
    }
}
