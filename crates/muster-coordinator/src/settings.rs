//! Settings of rule sets: each agency has its own, and changing them is an entry on the incidents they bear on.
//!
//! What is in force for an agency is its newest change; else what the server was configured with; else the rule set's
//! own defaults. Rule sets are run here, and may take their time: nothing of this is done on the writer's thread.

mod asked;
mod preview;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use muster_record::Incident;
use muster_record::entry::Hash;
use muster_record::ids::{AgencyId, IncidentId, RuleSetId, Seq};
use muster_record::incident::advising::Pin;
use muster_rules::{LoadedRuleSet, Settings, SettingsIssue, SettingsRefused};
use muster_store::SettingsChange;

use crate::coordinator::Coordinator;
use crate::error::{AppendError, QueryError};
use crate::job::{ChangeSettings, Job};
use crate::rule_sets::Installed;

pub(crate) use asked::Outcome;
pub use asked::{ChangedSettings, InForce, Left, Reached, SettingsAsk, SettingsError, SettingsFrom};
pub(crate) use preview::changed;
pub use preview::{Foreseen, Item, Preview};

/// The open incidents of an agency, by whether its settings of a rule set bear on them.
struct Concerned {
    incidents: Vec<Arc<Incident>>,
    no_concern: BTreeMap<IncidentId, Seq>,
}

impl Coordinator {
    /// The settings that are in force for an agency.
    ///
    /// # Errors
    /// When there is no such rule set, it is another agency's, or the store cannot be read.
    pub fn settings(&self, agency: &AgencyId, rule_set: &RuleSetId) -> Result<InForce, SettingsError> {
        let installed = self.own(agency, rule_set)?;
        let set = self.readers.settings_in_force(agency, rule_set).map_err(QueryError::from)?;
        let (digest, from) = match set {
            Some(SettingsChange { settings, at, system, because, .. }) => {
                (settings, SettingsFrom::Agency { since: at, system, because })
            }
            None if installed.settings.is_empty() => (Hash(installed.loaded.settings_digest()), SettingsFrom::RuleSet),
            None => (Hash(installed.loaded.settings_digest()), SettingsFrom::Server),
        };
        let settings = self.readers.settings(digest).map_err(QueryError::from)?.unwrap_or_default();
        let problems = match installed.loaded.check_settings(&settings) {
            Ok(()) => Vec::new(),
            Err(SettingsRefused::Issues(issues)) => issues,
            Err(failed @ SettingsRefused::Failed(_)) => {
                vec![SettingsIssue { path: String::new(), problem: failed.to_string() }]
            }
        };
        Ok(InForce { settings, digest, from, problems })
    }

    /// Everything that is wrong with some settings; nothing when they would do.
    ///
    /// # Errors
    /// When there is no such rule set, or it fails while it looks at them.
    pub fn check_settings(
        &self,
        agency: &AgencyId,
        rule_set: &RuleSetId,
        settings: &str,
    ) -> Result<Vec<SettingsIssue>, SettingsError> {
        let installed = self.rule_sets.get(agency, rule_set).ok_or(SettingsError::NoSuchRuleSet)?;
        let checked = Settings::read(settings).and_then(|settings| installed.loaded.check_settings(settings.text()));
        match checked.map_err(SettingsError::from) {
            Ok(()) => Ok(Vec::new()),
            Err(SettingsError::Refused(issues)) => Ok(issues),
            Err(error) => Err(error),
        }
    }

    /// Changes an agency's settings, with an entry on every open incident that they bear on. It blocks its thread
    /// until all of it is durable.
    ///
    /// # Errors
    /// [`SettingsError`]; nothing was written unless the outcome is unknown, and then the same request settles it.
    pub fn change_settings(&self, ask: &SettingsAsk) -> Result<ChangedSettings, SettingsError> {
        if let Some(answer) = self.changed_before(ask, true)? {
            return Ok(answer);
        }
        let (settings, loaded) = self.fitting(ask)?;
        let Concerned { incidents, no_concern } = self.concerned(&ask.agency, &ask.rule_set)?;
        let digest = Hash(settings.digest());
        let pins = incidents.iter().filter_map(|incident| incident.ruled_by(&ask.agency, &ask.rule_set));
        let elsewhere: Vec<&Pin> = pins.filter(|pin| pin.settings != digest).collect();
        let in_force = self.readers.settings_in_force(&ask.agency, &ask.rule_set).map_err(QueryError::from)?;
        if elsewhere.is_empty() && in_force.is_some_and(|change| change.settings == digest) {
            // The same request may have been carried out since it was looked for: then this is its answer.
            return self.changed_before(ask, true)?.ok_or(SettingsError::AlreadySo);
        }
        self.rule_sets.remember(&loaded);
        let job = Job::ChangeSettings(ChangeSettings {
            agency: ask.agency.clone(),
            hand: ask.hand.clone(),
            request: ask.request.clone(),
            body: ask.body,
            rule_set: ask.rule_set.clone(),
            unfit: self.unfit(&elsewhere, &loaded, &settings),
            settings,
            because: ask.because.clone(),
            no_concern,
        });
        self.queue.ask_and_wait(job)?;
        self.changed_before(ask, false)?.ok_or(SettingsError::Append(AppendError::Stopping))
    }

    /// The answer to a request that was carried out, as it is kept.
    fn changed_before(&self, ask: &SettingsAsk, replayed: bool) -> Result<Option<ChangedSettings>, SettingsError> {
        let known = self.readers.settings_asked(&ask.agency, &ask.request).map_err(QueryError::from)?;
        let Some(SettingsChange { settings, at, body, outcome, .. }) = known else { return Ok(None) };
        if body != ask.body {
            return Err(SettingsError::Append(AppendError::RequestIdReused));
        }
        let Outcome { reached, left } = serde_json::from_str(&outcome).map_err(QueryError::from)?;
        Ok(Some(ChangedSettings { settings, at, replayed, reached, left }))
    }

    /// A rule set that the agency may set: one of its own, or one that belongs to whoever leads.
    pub(crate) fn own(&self, agency: &AgencyId, rule_set: &RuleSetId) -> Result<Arc<Installed>, SettingsError> {
        let installed = self.rule_sets.get(agency, rule_set).ok_or(SettingsError::NoSuchRuleSet)?;
        let owner = installed.owner_for(agency);
        if owner == *agency { Ok(installed) } else { Err(SettingsError::NotYours { owner }) }
    }

    /// The settings asked for, read, and the installed version with them.
    fn fitting(&self, ask: &SettingsAsk) -> Result<(Settings, LoadedRuleSet), SettingsError> {
        let installed = self.own(&ask.agency, &ask.rule_set)?;
        let settings = Settings::read(&ask.settings)?;
        let loaded = installed.loaded.with_settings(&settings)?;
        Ok((settings, loaded))
    }

    fn concerned(&self, agency: &AgencyId, rule_set: &RuleSetId) -> Result<Concerned, QueryError> {
        let mut concerned = Concerned { incidents: Vec::new(), no_concern: BTreeMap::new() };
        for id in self.open_incidents_of(agency)? {
            let Some(incident) = self.folds.get(&*self.readers, &id)? else { continue };
            match incident.ruled_by(agency, rule_set) {
                Some(_) => concerned.incidents.push(incident),
                None => drop(concerned.no_concern.insert(id, incident.seq)),
            }
        }
        Ok(concerned)
    }

    /// Versions beside the installed one that incidents use and that do not take the settings, with what they say.
    fn unfit(&self, pins: &[&Pin], installed: &LoadedRuleSet, settings: &Settings) -> BTreeMap<Hash, String> {
        let mut seen = BTreeSet::from([Hash(installed.component_digest())]);
        let mut unfit = BTreeMap::new();
        for pin in pins {
            if !seen.insert(pin.component) {
                continue;
            }
            match self.with(pin, settings) {
                Ok(loaded) => self.rule_sets.remember(&loaded),
                Err(why) => drop(unfit.insert(pin.component, why)),
            }
        }
        unfit
    }

    /// The version that an incident uses, with other settings.
    fn with(&self, pin: &Pin, settings: &Settings) -> Result<LoadedRuleSet, String> {
        let loaded = self.rule_sets.pinned(&*self.readers, pin)?;
        loaded.with_settings(settings).map_err(|refused| format!("version {} is in use here: {refused}", pin.version))
    }

    /// Tells the operator of settings that were in force before a rule set was installed that does not take them.
    pub(crate) fn warn_of_settings(&self) -> Result<(), QueryError> {
        for agency in self.directory().iter() {
            for (name, installed) in self.rule_sets.told_to(&agency.id) {
                let loaded = &installed.loaded;
                let Some(change) = self.readers.settings_in_force(&agency.id, &name)? else { continue };
                let settings = self.readers.settings(change.settings)?.unwrap_or_default();
                if let Err(refused) = loaded.check_settings(&settings) {
                    let version = &loaded.description().version;
                    tracing::warn!(agency = %agency.id, rule_set = %name, version, %refused, "an agency's settings do not fit the version installed: its new incidents get no advice from it until the settings are changed");
                }
            }
        }
        Ok(())
    }
}
