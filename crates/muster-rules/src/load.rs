//! Loading: everything that can be found wrong with a rule set before an incident depends on it.

use std::sync::Arc;

use chrono::DateTime;
use sha2::{Digest as _, Sha256};
use thiserror::Error;
use wasmtime::Engine;
use wasmtime::component::types::Component as ComponentType;

use crate::bindings::wit;
use crate::description::{BadDescription, Description};
use crate::evaluate::{Compiled, LoadedRuleSet};
use crate::failure::{Failure, SettingsRefused};
use crate::host::Host;
use crate::limits::TEXT_CHARS;
use crate::settings::{BadSchema, Schema};
use crate::text;
use crate::trial;
use crate::validate::Known;

/// The only thing a rule set may ask of its host.
const LOG: &str = "muster:policy/log@0.1.0";
/// What makes a component a rule set; the version in it is the version of the contract.
const RULES: &str = "muster:policy/rules@0.1.0";
/// The time of the situation a rule set is tried on: 2024-01-01T00:00:00Z, far enough from 1970 that it can count back.
const TRIED_AT: i64 = 1_704_067_200;

/// Why a rule set was not loaded.
#[derive(Debug, Error)]
pub enum LoadError {
    /// It is larger than is taken.
    #[error("the component has {size} bytes and {limit} are taken: build it for size, or raise the limit")]
    TooBig {
        /// Its size in bytes.
        size: usize,
        /// What is taken.
        limit: usize,
    },
    /// It is not a component, or not a whole one, or one that asks for more than any instance is given.
    #[error(
        "the component does not compile: see that the file is whole, and a component rather than a core module ({detail})"
    )]
    NotAComponent {
        /// What the compiler says.
        detail: String,
    },
    /// Compiling it costs more than is allowed.
    #[error("the component costs too much to compile ({detail}): build it smaller, or split its largest function")]
    TooCostly {
        /// What became of it.
        detail: String,
    },
    /// It asks its host for more than the log.
    #[error("the component imports {}: a rule set may import {LOG} and nothing else", .names.join(", "))]
    Imports {
        /// What it imports besides.
        names: Vec<String>,
    },
    /// It does not export the rules.
    #[error("the component does not export {RULES} but {}: build it for the world muster:policy/rule-set@0.1.0", found(.names))]
    NoRules {
        /// What it exports instead.
        names: Vec<String>,
    },
    /// Its types are not those of the contract.
    #[error("the component was built for another contract than {RULES}: build it again with this one ({detail})")]
    OtherContract {
        /// What does not fit.
        detail: String,
    },
    /// It failed while it was tried out.
    #[error("the rule set failed in {during}")]
    Failed {
        /// Which of its functions.
        during: &'static str,
        /// How.
        #[source]
        failure: Failure,
    },
    /// What it says of itself will not do.
    #[error("the rule set's description will not do")]
    Description(#[source] BadDescription),
    /// The schema of its settings cannot be held to.
    #[error("the rule set's settings-schema will not do")]
    Schema(#[source] BadSchema),
    /// It does not take the settings.
    #[error("the rule set does not take the settings")]
    Settings(#[source] SettingsRefused),
}

impl LoadError {
    pub(crate) fn not_a_component(error: &wasmtime::Error) -> Self {
        Self::NotAComponent { detail: shown(&format!("{error:#}")) }
    }

    pub(crate) fn other_contract(error: &wasmtime::Error) -> Self {
        Self::OtherContract { detail: shown(&format!("{error:#}")) }
    }
}

impl Host {
    /// Compiles a component and tries it out: what it imports and exports, what it says of itself,
    /// whether the schema of its settings can be held to, whether the settings keep to it and it takes them, and whether it answers to a situation with nothing in it.
    ///
    /// The same bytes are compiled once.
    ///
    /// # Errors
    /// The first thing that will not do.
    pub fn load(&self, component: &[u8], settings: &str) -> Result<LoadedRuleSet, LoadError> {
        self.check_size(component)?;
        self.load_trusted(component, settings)
    }

    /// As [`Host::load`], for a component that somebody sent: it is compiled on trial before, by a process of its own,
    /// where the host has one for that.
    ///
    /// # Errors
    /// As [`Host::load`], and [`LoadError::TooCostly`].
    pub fn load_on_trial(&self, component: &[u8], settings: &str) -> Result<LoadedRuleSet, LoadError> {
        self.check_size(component)?;
        let digest = Sha256::digest(component).into();
        if let Some(trial) = self.trial().filter(|_| !self.is_compiled(digest)) {
            trial.of(component).map_err(|failed| match failed {
                trial::Failed::NotAComponent(detail) => LoadError::NotAComponent { detail },
                trial::Failed::TooCostly(detail) => LoadError::TooCostly { detail },
            })?;
        }
        self.load_trusted(component, settings)
    }

    fn check_size(&self, component: &[u8]) -> Result<(), LoadError> {
        let (size, limit) = (component.len(), self.limits().component_bytes);
        if size > limit { Err(LoadError::TooBig { size, limit }) } else { Ok(()) }
    }

    fn load_trusted(&self, component: &[u8], settings: &str) -> Result<LoadedRuleSet, LoadError> {
        let component_digest = Sha256::digest(component).into();
        let compiled = self.compiled(component_digest, component)?;
        let description = describe(&compiled)?;
        let schema = Schema::read(&description.settings_schema).map_err(LoadError::Schema)?;
        compiled.check_settings(&schema, settings).map_err(LoadError::Settings)?;
        try_advice(&compiled, &description, settings)?;
        Ok(LoadedRuleSet {
            compiled,
            description: Arc::new(description),
            schema: Arc::new(schema),
            settings: settings.into(),
            component_digest,
            settings_digest: Sha256::digest(settings).into(),
        })
    }
}

/// Whether a component asks for nothing but the log and exports the rules.
pub(crate) fn check_world(component: &ComponentType, engine: &Engine) -> Result<(), LoadError> {
    let imports = component.imports(engine).map(|(name, _)| name);
    let names: Vec<String> = imports.filter(|name| *name != LOG).map(shown).collect();
    if !names.is_empty() {
        return Err(LoadError::Imports { names });
    }
    if component.get_export(engine, RULES).is_none() {
        let names = component.exports(engine).map(|(name, _)| shown(name)).collect();
        return Err(LoadError::NoRules { names });
    }
    Ok(())
}

/// What the component's author wrote, or the compiler quotes from it, made fit to show.
fn shown(words: &str) -> String {
    text::cut(words, TEXT_CHARS)
}

fn found(names: &[String]) -> String {
    match names {
        [] => "nothing".to_owned(),
        names => names.join(", "),
    }
}

fn describe(compiled: &Compiled) -> Result<Description, LoadError> {
    let ran = compiled.run(|rules, store| rules.muster_policy_rules().call_describe(store));
    let given = ran.answer.map_err(|failure| LoadError::Failed { during: "describe", failure })?;
    given.try_into().map_err(LoadError::Description)
}

/// Linking does not look at the types of functions; only a call does. So each is called once here.
fn try_advice(compiled: &Compiled, description: &Description, settings: &str) -> Result<(), LoadError> {
    let kind = description.concerns.first().map_or(wit::IncidentKind::ProviderFailure, |kind| (*kind).into());
    let known = Known::nothing(DateTime::from_timestamp_secs(TRIED_AT).unwrap_or_default());
    let ran = compiled.advise(&nothing_known(kind), &known, settings);
    match ran.answer {
        Ok(_) => Ok(()),
        Err(failure) => Err(LoadError::Failed { during: "advise, on a situation with nothing in it", failure }),
    }
}

/// An incident just opened, of which nothing is known.
fn nothing_known(kind: wit::IncidentKind) -> wit::Situation {
    wit::Situation {
        incident: "0".repeat(32),
        title: String::new(),
        kind,
        failures: Vec::new(),
        phase: wit::Phase::Concern,
        authority: "nobody".to_owned(),
        region: None,
        exercise: true,
        opened_at: TRIED_AT,
        notified_at: TRIED_AT,
        care_stops_at: None,
        as_of: TRIED_AT,
        services: Vec::new(),
        participants: Vec::new(),
        people: Vec::new(),
        figures: None,
        facts: Vec::new(),
        offers: Vec::new(),
        actions: Vec::new(),
        restrictions: Vec::new(),
        meetings: Vec::new(),
        recommendations: Vec::new(),
        decisions: Vec::new(),
        milestones: Vec::new(),
        related: Vec::new(),
        withheld: Vec::new(),
        tags: Vec::new(),
    }
}
