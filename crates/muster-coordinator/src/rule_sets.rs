//! The rule sets that are installed here, and those that older incidents still use.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError, RwLock};

use muster_record::endorsing::{Envelope, NotEndorsed, Signers};
use muster_record::entry::Hash;
use muster_record::ids::{AgencyId, RuleSetId};
use muster_record::incident::advising::Pin;
use muster_record::installing::{Terms, Use};
use muster_record::situation::{Grants, IncidentKind};
use muster_rules::{Host, LoadError, LoadedRuleSet};
use muster_store::{ReadError, Reads};
use thiserror::Error;

use crate::kept;
use crate::shadows::Shadows;

/// Whom a rule set belongs to: it is shown what that agency may see.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Owner {
    /// Whichever agency leads the incident.
    Lead,
    /// One agency: the operator gave it to that agency, and it advises in every incident.
    Agency(AgencyId),
    /// One agency, which installed it itself: it advises in the incidents that this agency leads, and no other agency
    /// is told of it.
    Own(AgencyId),
}

impl Owner {
    /// Whether it is pinned to an incident that this agency leads.
    fn advises(&self, lead: &AgencyId) -> bool {
        match self {
            Self::Lead | Self::Agency(_) => true,
            Self::Own(agency) => agency == lead,
        }
    }

    /// Whether an agency is told that there is such a rule set.
    fn is_told_to(&self, agency: &AgencyId) -> bool {
        match self {
            Self::Lead | Self::Agency(_) => true,
            Self::Own(own) => own == agency,
        }
    }
}

/// A rule set in the version that new incidents use.
#[derive(Debug, Clone)]
pub struct Installed {
    /// Whom it belongs to.
    pub owner: Owner,
    /// The component as bytes, to be kept as long as a record refers to it.
    pub component: Vec<u8>,
    /// Its settings for an agency that has set none, as JSON; empty for its defaults.
    pub settings: String,
    /// The component, compiled and checked.
    pub loaded: LoadedRuleSet,
    /// What it was granted of what it asks for; all of that where absent.
    pub grants: Option<Grants>,
    /// Whether it is used.
    pub used: Use,
}

impl Installed {
    /// An agency's own, with its own defaults.
    fn own(agency: &AgencyId, component: Vec<u8>, loaded: LoadedRuleSet, terms: &Terms) -> Self {
        let Terms { grants, used } = terms;
        // What it asks for is all that there is to say where all of it is granted.
        let grants = (*grants != loaded.description().asks).then(|| grants.clone());
        Self { owner: Owner::Own(agency.clone()), component, settings: String::new(), loaded, grants, used: *used }
    }

    /// The agency it belongs to in an incident that this agency leads.
    pub fn owner_for(&self, lead: &AgencyId) -> AgencyId {
        match &self.owner {
            Owner::Lead => lead.clone(),
            Owner::Agency(agency) | Owner::Own(agency) => agency.clone(),
        }
    }

    pub(crate) fn pin(&self, readers: &dyn Reads, name: &RuleSetId, lead: &AgencyId) -> Result<Pin, ReadError> {
        let owner = self.owner_for(lead);
        let set = readers.settings_in_force(&owner, name)?;
        Ok(Pin {
            rule_set: name.clone(),
            owner,
            version: self.loaded.description().version.clone(),
            component: Hash(self.loaded.component_digest()),
            settings: set.map_or_else(|| Hash(self.loaded.settings_digest()), |change| change.settings),
            grants: self.grants.clone(),
        })
    }
}

/// Why a rule set was not installed.
#[derive(Debug, Error)]
pub enum InstallError {
    /// The host refused it.
    #[error(transparent)]
    Load(#[from] LoadError),
    /// Two rule sets have the same name.
    #[error("two rule sets are called {name}: install one of them")]
    Twice {
        /// The name.
        name: RuleSetId,
    },
}

/// Rule sets by name, as they were at a moment.
pub type ByName = BTreeMap<RuleSetId, Arc<Installed>>;

/// The rule sets of this server.
pub struct RuleSets {
    host: Arc<Host>,
    /// Whoever asks goes on with what was there when it asked: an install puts a whole new map in its place.
    installed: RwLock<Arc<ByName>>,
    /// Whose signatures agencies ask for under what they install.
    signers: BTreeMap<AgencyId, Signers>,
    /// Those in shadow, which no incident is pinned to.
    pub(crate) shadows: Shadows,
    /// Loaded for incidents that are pinned to them, by digests of component and settings.
    loaded: Mutex<BTreeMap<(Hash, Hash), LoadedRuleSet>>,
}

impl RuleSets {
    /// No rule sets yet, on this host.
    pub fn new(host: Arc<Host>) -> Self {
        Self {
            host,
            installed: RwLock::default(),
            signers: BTreeMap::new(),
            shadows: Shadows::default(),
            loaded: Mutex::default(),
        }
    }

    /// The same rule sets; of these agencies only such are installed as enough of their keys have signed.
    #[must_use]
    pub fn with_signers(self, signers: BTreeMap<AgencyId, Signers>) -> Self {
        Self { signers, ..self }
    }

    /// Whether enough of the keys that an agency lists have signed a component; so they have where it lists none.
    pub(crate) fn check_signatures(
        &self,
        agency: &AgencyId,
        envelope: Option<&[u8]>,
        component: Hash,
    ) -> Result<(), NotEndorsed> {
        let Some(signers) = self.signers.get(agency) else { return Ok(()) };
        let envelope = envelope.map(Envelope::read).transpose()?;
        signers.check(envelope.as_ref(), component)
    }

    /// Compiles, checks and installs a rule set; new incidents use it.
    ///
    /// # Errors
    /// When the host refuses the component or its settings, or the name is taken.
    pub fn install(&mut self, owner: Owner, component: Vec<u8>, settings: String) -> Result<(), InstallError> {
        let loaded = self.host.load(&component, &settings)?;
        let name = loaded.description().name.clone();
        let installed = Arc::make_mut(self.installed.get_mut().unwrap_or_else(PoisonError::into_inner));
        if installed.contains_key(&name) {
            return Err(InstallError::Twice { name });
        }
        installed.insert(
            name,
            Arc::new(Installed { owner, component, settings, loaded: loaded.clone(), grants: None, used: Use::InUse }),
        );
        self.remember(&loaded);
        Ok(())
    }

    /// Compiles and checks a component without installing it: with its own defaults, as an agency's own begins.
    ///
    /// # Errors
    /// The first thing that will not do.
    pub(crate) fn try_out(&self, component: &[u8]) -> Result<LoadedRuleSet, LoadError> {
        self.host.load_on_trial(component, "")
    }

    /// Whether a name is free for an agency's own rule set: nobody has it, or the agency itself.
    pub(crate) fn is_free_for(&self, agency: &AgencyId, name: &RuleSetId) -> bool {
        let installed = self.installed();
        installed.get(name).is_none_or(|known| known.owner == Owner::Own(agency.clone()))
    }

    /// Has incidents that are led by an agency use its own rule set from now on, in place of an earlier version. Where
    /// the name is another's by now, nothing changes and false comes back.
    pub(crate) fn put_own(&self, agency: &AgencyId, component: Vec<u8>, loaded: LoadedRuleSet, terms: &Terms) -> bool {
        let name = loaded.description().name.clone();
        self.remember(&loaded);
        let own = Owner::Own(agency.clone());
        let mut installed = self.installed.write().unwrap_or_else(PoisonError::into_inner);
        if installed.get(&name).is_some_and(|known| known.owner != own) {
            return false;
        }
        let mut next = ByName::clone(&installed);
        if self.shadows.get(agency, &name).is_some_and(|shadow| shadow.component == component) {
            self.shadows.end(agency, &name);
        }
        next.insert(name, Arc::new(Installed::own(agency, component, loaded, terms)));
        *installed = Arc::new(next);
        true
    }

    /// Puts an agency's own rule set in shadow. Where the name is another's by now, nothing changes and false comes back.
    pub(crate) fn put_shadow(
        &self,
        agency: &AgencyId,
        component: Vec<u8>,
        loaded: LoadedRuleSet,
        terms: &Terms,
    ) -> bool {
        let name = loaded.description().name.clone();
        if !self.is_free_for(agency, &name) {
            return false;
        }
        self.remember(&loaded);
        self.shadows.put(agency, name, Installed::own(agency, component, loaded, terms));
        true
    }

    /// Largest component taken, in bytes.
    pub fn largest(&self) -> usize {
        self.host.limits().component_bytes
    }

    /// The rule sets that new incidents use, by name.
    pub fn installed(&self) -> Arc<ByName> {
        Arc::clone(&self.installed.read().unwrap_or_else(PoisonError::into_inner))
    }

    /// Those of them that an agency is told of: all but what other agencies installed for themselves.
    pub fn told_to(&self, agency: &AgencyId) -> ByName {
        let mut told = ByName::clone(&self.installed());
        told.retain(|_, installed| installed.owner.is_told_to(agency));
        told
    }

    /// The rule set of that name that new incidents use, if the agency is told of it.
    pub(crate) fn get(&self, agency: &AgencyId, name: &RuleSetId) -> Option<Arc<Installed>> {
        self.installed().get(name).filter(|installed| installed.owner.is_told_to(agency)).cloned()
    }

    /// The versions that an incident of this kind, led by this agency, is pinned to: each with the settings that are
    /// in force for its owner.
    pub(crate) fn pins(&self, readers: &dyn Reads, kind: IncidentKind, lead: &AgencyId) -> Result<Vec<Pin>, ReadError> {
        let all = self.installed();
        let concerned = all.iter().filter(|(_, installed)| {
            installed.used == Use::InUse
                && installed.owner.advises(lead)
                && installed.loaded.description().concerns.contains(&kind)
        });
        concerned.map(|(name, installed)| installed.pin(readers, name, lead)).collect()
    }

    /// Whether a rule set was taken out of use by the agency that installed it.
    pub(crate) fn is_out_of_use(&self, pin: &Pin) -> bool {
        self.installed().get(&pin.rule_set).is_some_and(|installed| {
            installed.owner == Owner::Own(pin.owner.clone()) && installed.used == Use::OutOfUse
        })
    }

    /// Keeps a rule set in memory for the incidents that are about to be pinned to it.
    pub(crate) fn remember(&self, loaded: &LoadedRuleSet) {
        let key = (Hash(loaded.component_digest()), Hash(loaded.settings_digest()));
        self.loaded.lock().unwrap_or_else(PoisonError::into_inner).insert(key, loaded.clone());
    }

    /// The version an incident is pinned to, if it is in memory: nothing is compiled for a question.
    pub(crate) fn known(&self, pin: &Pin) -> Option<LoadedRuleSet> {
        let loaded = self.loaded.lock().unwrap_or_else(PoisonError::into_inner);
        loaded.get(&(pin.component, pin.settings)).cloned()
    }

    /// The version an incident is pinned to, from memory or from what the store keeps.
    pub(crate) fn pinned(&self, readers: &dyn Reads, pin: &Pin) -> Result<LoadedRuleSet, String> {
        if let Some(loaded) = self.known(pin) {
            return Ok(loaded);
        }
        let loaded = kept::load(readers, &self.host, pin.component, pin.settings)
            .map_err(|error| format!("{} {}: {error}", pin.rule_set, pin.version))?;
        self.remember(&loaded);
        Ok(loaded)
    }
}
