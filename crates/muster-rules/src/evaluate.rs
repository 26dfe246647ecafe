//! One run of a rule set: a fresh instance, a budget, and whatever comes of it.

use std::collections::BTreeSet;
use std::fmt;
use std::sync::Arc;

use muster_record::advice::Advice;
use muster_record::ids::hex;
use muster_record::situation::{Grants, Part, Situation};
use sha2::{Digest as _, Sha256};
use wasmtime::Store;

use crate::bindings::{RuleSet, RuleSetPre, wit};
use crate::description::Description;
use crate::failure::{Failure, FailureClass, SettingsRefused};
use crate::guest::{Guest, LogLine};
use crate::limits::{HostLimits, ISSUES};
use crate::resting;
use crate::settings::{self, Schema, Settings};
use crate::ticker;
use crate::validate::{self, Known};

/// A component compiled and linked, ready to be run any number of times.
pub(crate) struct Compiled {
    pub(crate) pre: RuleSetPre<Guest>,
    pub(crate) limits: HostLimits,
}

/// What came of one call, whether it answered or not.
pub(crate) struct Ran<T> {
    pub(crate) answer: Result<T, Failure>,
    pub(crate) fuel_used: u64,
    pub(crate) peak_memory: u64,
    pub(crate) log: Vec<LogLine>,
}

impl Compiled {
    /// Calls into an instance of its own, which is dropped afterwards with all that it holds: nothing
    /// of one call is left for the next.
    pub(crate) fn run<T>(&self, call: impl FnOnce(&RuleSet, &mut Store<Guest>) -> wasmtime::Result<T>) -> Ran<T> {
        let mut store = Store::new(self.pre.engine(), Guest::new(self.limits.memory_bytes));
        store.limiter(|guest| guest);
        store.set_hostcall_fuel(self.limits.output_bytes);
        // A store of an engine with epochs and without a deadline would trap at once.
        store.set_epoch_deadline(ticker::ticks(self.limits.timeout));
        let answer = store
            .set_fuel(self.limits.fuel)
            .and_then(|()| self.pre.instantiate(&mut store))
            .and_then(|instance| call(&instance, &mut store))
            .map_err(|error| Failure::from_wasmtime(&error, store.data()));
        let fuel_left = store.get_fuel().unwrap_or(0);
        let guest = store.into_data();
        Ran {
            answer,
            fuel_used: self.limits.fuel.saturating_sub(fuel_left),
            peak_memory: guest.peak_memory(),
            log: guest.into_log(),
        }
    }

    /// Asks for advice and checks it.
    pub(crate) fn advise(&self, shown: &wit::Situation, known: &Known<'_>, settings: &str) -> Ran<(Advice, [u8; 32])> {
        let ran = self.run(|rules, store| rules.muster_policy_rules().call_advise(store, shown, settings));
        let Ran { answer, fuel_used, peak_memory, log } = ran;
        let answer = match answer {
            Ok(Ok(advice)) => validate::accept(&advice, known),
            Ok(Err(fault)) => Err(Failure::from_fault(fault)),
            Err(failure) => Err(failure),
        };
        Ran { answer, fuel_used, peak_memory, log }
    }

    /// Whether settings would do: by the schema first, and if they keep to it by what the component says.
    pub(crate) fn check_settings(&self, schema: &Schema, settings: &str) -> Result<(), SettingsRefused> {
        let issues = settings::held_against(schema, settings);
        if !issues.is_empty() {
            return Err(SettingsRefused::Issues(issues));
        }
        let ran = self.run(|rules, store| rules.muster_policy_rules().call_check_settings(store, settings));
        match ran.answer {
            Ok(Ok(())) => Ok(()),
            Ok(Err(issues)) => Err(SettingsRefused::Issues(issues.into_iter().take(ISSUES).map(Into::into).collect())),
            Err(failure) => Err(SettingsRefused::Failed(failure)),
        }
    }
}

/// A rule set with its settings, as [`crate::Host::load`] found it fit. Cheap to clone.
///
/// Code, settings and both digests are taken from one handle, so that what is recorded of an
/// evaluation is what was evaluated.
#[derive(Clone)]
pub struct LoadedRuleSet {
    pub(crate) compiled: Arc<Compiled>,
    pub(crate) description: Arc<Description>,
    pub(crate) schema: Arc<Schema>,
    pub(crate) settings: Arc<str>,
    pub(crate) component_digest: [u8; 32],
    pub(crate) settings_digest: [u8; 32],
}

impl fmt::Debug for LoadedRuleSet {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let digests = (hex(&self.component_digest), hex(&self.settings_digest));
        f.debug_struct("LoadedRuleSet")
            .field("name", &self.description.name)
            .field("digests", &digests)
            .finish_non_exhaustive()
    }
}

/// What came of asking for advice. Everything but the time it took is in it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Evaluated {
    /// The advice, checked; or why there is none.
    pub outcome: Result<Advice, Failure>,
    /// Instructions used, as wasmtime counts them. Comparable only within one version of wasmtime.
    pub fuel_used: u64,
    /// Instructions it might have used.
    pub fuel_limit: u64,
    /// The most memory the instance held, in bytes.
    pub peak_memory: u64,
    /// What the rule set wrote for its author.
    pub log: Vec<LogLine>,
    /// SHA-256 of the situation as JSON.
    pub situation_digest: [u8; 32],
    /// SHA-256 of the advice as JSON; of the failure's class word where there is no advice.
    pub outcome_digest: [u8; 32],
}

impl LoadedRuleSet {
    /// What it says that it is.
    pub fn description(&self) -> &Description {
        &self.description
    }

    /// SHA-256 of the component's bytes.
    pub fn component_digest(&self) -> [u8; 32] {
        self.component_digest
    }

    /// SHA-256 of the settings' bytes.
    pub fn settings_digest(&self) -> [u8; 32] {
        self.settings_digest
    }

    /// The settings it was loaded with.
    pub fn settings(&self) -> &str {
        &self.settings
    }

    /// Whether other settings would do, by the rule set's schema and then by itself. Those it was loaded with stay.
    ///
    /// # Errors
    /// What the rule set found wrong with them, or how it failed.
    pub fn check_settings(&self, settings: &str) -> Result<(), SettingsRefused> {
        self.compiled.check_settings(&self.schema, settings)
    }

    /// The same rule set with other settings, if they would do.
    ///
    /// # Errors
    /// As [`LoadedRuleSet::check_settings`].
    pub fn with_settings(&self, settings: &Settings) -> Result<Self, SettingsRefused> {
        self.with_settings_as_kept(settings.text())
    }

    /// The same rule set with settings letter by letter as they are kept, if they would do.
    ///
    /// # Errors
    /// As [`LoadedRuleSet::check_settings`].
    pub fn with_settings_as_kept(&self, settings: &str) -> Result<Self, SettingsRefused> {
        self.check_settings(settings)?;
        Ok(Self { settings: settings.into(), settings_digest: Sha256::digest(settings).into(), ..self.clone() })
    }

    /// How many instructions a call may use.
    pub fn fuel(&self) -> u64 {
        self.compiled.limits.fuel
    }

    /// The same rule set with another budget of instructions: the one that an evaluation had which is done again.
    #[must_use]
    pub fn within_fuel(&self, fuel: u64) -> Self {
        if self.compiled.limits.fuel == fuel {
            return self.clone();
        }
        let limits = HostLimits { fuel, ..self.compiled.limits.clone() };
        let compiled = Arc::new(Compiled { pre: self.compiled.pre.clone(), limits });
        Self { compiled, ..self.clone() }
    }

    /// Asks for advice on a situation, with all that the rule set asks for granted: see
    /// [`LoadedRuleSet::advise_within`].
    pub fn advise(&self, situation: &Situation) -> Evaluated {
        self.advise_within(situation, &self.description.asks, &BTreeSet::new())
    }

    /// Asks for advice on a situation, in a fresh instance with a budget. Of the situation it is shown the parts that
    /// it asks for and that are granted. Whatever the rule set does instead of answering comes back as a [`Failure`],
    /// and so does an answer that goes beyond what is granted.
    ///
    /// Where items say that they rest on less than all that was asked for, it is asked again with that alone, once for
    /// each such set of parts; they have to come out the same. So it is for the sets of parts in `stood`, on which items
    /// rest that were given before: it may not tell by taking one back what it may not tell by giving one.
    pub fn advise_within(
        &self,
        situation: &Situation,
        granted: &Grants,
        stood: &BTreeSet<BTreeSet<Part>>,
    ) -> Evaluated {
        let shown = situation.clone().showing(&self.description.asks.needs, &granted.needs);
        // A situation has no map with keys that JSON could not write, so this cannot fail.
        let situation_json = serde_json::to_vec(&shown).unwrap_or_default();
        let ran = self.ask(&shown);
        let Ran { answer, fuel_used, peak_memory, log } = ran;
        let answer = answer.and_then(|(advice, digest)| {
            resting::check_grants(&advice, granted)?;
            self.check_restings(&shown, &advice, stood)?;
            Ok((advice, digest))
        });
        let (outcome, outcome_digest) = match answer {
            Ok((advice, digest)) => (Ok(advice), digest),
            Err(failure) => {
                let digest = digest_of_class(failure.class);
                (Err(failure), digest)
            }
        };
        Evaluated {
            outcome,
            fuel_used,
            fuel_limit: self.compiled.limits.fuel,
            peak_memory,
            log,
            situation_digest: Sha256::digest(&situation_json).into(),
            outcome_digest,
        }
    }

    fn ask(&self, shown: &Situation) -> Ran<(Advice, [u8; 32])> {
        self.compiled.advise(&shown.into(), &Known::of(shown), &self.settings)
    }

    fn check_restings(
        &self,
        shown: &Situation,
        advice: &Advice,
        stood: &BTreeSet<BTreeSet<Part>>,
    ) -> Result<(), Failure> {
        let asked = &self.description.asks.needs;
        for parts in &resting::restings(advice, asked)? | stood {
            let alone = self.ask(&shown.clone().showing(asked, &parts));
            let (alone, _) = alone.answer?;
            resting::check_same(advice, &alone, &parts)?;
        }
        Ok(())
    }
}

/// Of the class alone: a detail may tell of addresses that another build of wasmtime has elsewhere.
fn digest_of_class(class: FailureClass) -> [u8; 32] {
    Sha256::digest(class.word()).into()
}
