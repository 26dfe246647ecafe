//! Agencies install rule sets of their own: proposed by one person, approved by another, in use from then on.
//!
//! Nothing runs from a proposal but the trial on an empty situation that every rule set is put to, and what whoever may
//! approve it asks of one incident. What is approved is put in its place as a whole, for incidents that open afterwards;
//! those that are open stay with what they are pinned to. Rule sets are compiled here, which takes its time: nothing of this is done on the writer's thread.

mod asked;

use std::collections::BTreeSet;
use std::sync::{Mutex, MutexGuard, PoisonError};

use muster_record::endorsing::NotEndorsed;
use muster_record::entry::Hash;
use muster_record::ids::{AgencyId, IncidentId, RuleSetId};
use muster_record::incident::advising::Pin;
use muster_record::installing::{Decided, Hands, InForce, Install, NotNow, Outcome, Terms, Use, Who, may_propose};
use muster_record::visible::Reader;
use muster_rules::LoadedRuleSet;
use muster_store::{InstallWrite, Reads, Write};

use crate::coordinator::Coordinator;
use crate::error::{AppendError, QueryError};
use crate::job::Job;
use crate::rule_sets::{Installed, Owner, RuleSets};
use crate::settings::Foreseen;
use crate::shadows::Compared;

pub use asked::{DecideAsk, InstallAsk, InstallRefused, Proposed, Standing, UseAsk};

use asked::told;

/// Proposals of one agency that may wait at once: each keeps a component.
const WAITING: usize = 20;

/// Whose turn it is to propose or decide, and how many people that takes.
pub(crate) struct Installing {
    hands: Hands,
    turn: Mutex<()>,
}

impl Installing {
    /// Installing by so many people.
    pub(crate) fn by(hands: Hands) -> Self {
        Self { hands, turn: Mutex::new(()) }
    }

    /// Between reading and writing what was proposed nobody else may write it.
    fn turn(&self) -> MutexGuard<'_, ()> {
        self.turn.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Coordinator {
    /// Checks a component and keeps it as a proposal; where one person is enough it is in use at once. It blocks its
    /// thread until that is durable.
    ///
    /// # Errors
    /// [`InstallRefused`]; nothing was written unless the outcome is unknown, and then the same request settles it.
    pub fn propose_install(&self, ask: InstallAsk) -> Result<Proposed, InstallRefused> {
        let InstallAsk { agency, hand, request, body, digest, component, because, grants, used, envelope } = ask;
        let by = Who::from(hand);
        may_propose(&by, self.installing.hands)?;
        if Hash::of(&component) != digest {
            return Err(InstallRefused::OtherBytes);
        }
        self.rule_sets.check_signatures(&agency, envelope.as_deref(), digest)?;
        let loaded = self.rule_sets.try_out(&component)?;
        let rule_set = loaded.description().name.clone();
        let version = loaded.description().version.clone();
        let asks = &loaded.description().asks;
        let grants = grants.map_or_else(|| asks.clone(), |grants| grants.of(asks));
        let terms = Terms { grants, used };

        let _turn = self.installing.turn();
        if let Some((install, known)) = self.readers.install_asked(&agency, &request).map_err(QueryError::from)? {
            if known != body {
                return Err(AppendError::RequestIdReused.into());
            }
            return Ok(Proposed { standing: self.standing(install), replayed: true });
        }
        if !self.rule_sets.is_free_for(&agency, &rule_set) {
            return Err(InstallRefused::NameTaken { name: rule_set });
        }
        let name = rule_set.clone();
        let install = self.numbered(Install {
            number: 0,
            agency,
            rule_set,
            version,
            component: digest,
            at: self.now(),
            by,
            because,
            terms,
            decided: None,
        })?;
        let kept = vec![
            Write::Component { digest, name, bytes: component },
            Write::Settings { digest: Hash::of(b""), text: String::new() },
        ];
        let standing = self.propose(kept, InstallWrite { install, request, body, envelope })?;
        Ok(Proposed { standing, replayed: false })
    }

    /// Proposes to take a rule set of the agency's own out of use, or into use again; or to use what is in shadow, or to
    /// have it in shadow no more: what is in force now, on other terms. It takes as many people as an install does.
    ///
    /// # Errors
    /// As [`Coordinator::propose_install`], and where the agency has no such rule set in force.
    pub fn propose_use(&self, ask: UseAsk) -> Result<Proposed, InstallRefused> {
        let UseAsk { agency, hand, request, body, rule_set, used, shadow, because } = ask;
        let by = Who::from(hand);
        may_propose(&by, self.installing.hands)?;
        let _turn = self.installing.turn();
        if let Some((install, known)) = self.readers.install_asked(&agency, &request).map_err(QueryError::from)? {
            if known != body {
                return Err(AppendError::RequestIdReused.into());
            }
            return Ok(Proposed { standing: self.standing(install), replayed: true });
        }
        let InForce { used: in_use, shadows } = self.readers.installs_in_force().map_err(QueryError::from)?;
        let all = if shadow { shadows } else { in_use };
        let in_force = all.into_iter().find(|install| install.agency == agency && install.rule_set == rule_set);
        let what = if shadow { "rule set of your agency in shadow" } else { "rule set of your agency" };
        let none = || QueryError::NoSuch { what, given: rule_set.to_string() };
        let Install { number, agency, rule_set, version, component, terms, .. } = in_force.ok_or_else(none)?;
        let envelope = self.readers.install_envelope(number).map_err(QueryError::from)?;
        self.endorsed(&agency, used, envelope.as_deref(), component)?;
        let terms = Terms { used, ..terms };
        let (number, at) = (0, self.now());
        let install = Install { number, agency, rule_set, version, component, at, by, because, terms, decided: None };
        let install = self.numbered(install)?;
        let standing = self.propose(Vec::new(), InstallWrite { install, request, body, envelope })?;
        Ok(Proposed { standing, replayed: false })
    }

    /// The proposal under the next number, decided at once where one person is enough.
    fn numbered(&self, install: Install) -> Result<Install, InstallRefused> {
        if self.readers.open_installs(&install.agency).map_err(QueryError::from)?.len() >= WAITING {
            return Err(InstallRefused::TooMany);
        }
        let number = self.readers.last_install().map_err(QueryError::from)?.saturating_add(1);
        let decided = match self.installing.hands {
            Hands::Two => None,
            Hands::One => Some(Decided { outcome: Outcome::Approved, at: install.at, by: install.by.clone() }),
        };
        Ok(Install { number, decided, ..install })
    }

    /// Whether enough of those whom the agency asks for now have signed what it would use. Nobody has to stand for taking
    /// it out of use or out of shadow.
    fn endorsed(
        &self,
        agency: &AgencyId,
        used: Use,
        envelope: Option<&[u8]>,
        component: Hash,
    ) -> Result<(), NotEndorsed> {
        match used {
            Use::InUse | Use::Shadow => self.rule_sets.check_signatures(agency, envelope, component),
            Use::OutOfUse | Use::ShadowOver => Ok(()),
        }
    }

    fn propose(&self, kept: Vec<Write>, write: InstallWrite) -> Result<Standing, InstallRefused> {
        let install = write.install.clone();
        let (number, decided) = (install.number, install.decided.clone());
        let mut writes = kept;
        writes.push(Write::Propose(write));
        writes.extend(decided.map(|decided| Write::Decide { install: number, decided }));
        self.queue.ask_and_wait(Job::Install(writes))?;
        if install.decided.is_some() {
            self.put_in_use(&install)?;
        }
        Ok(self.standing(install))
    }

    /// An agency's installs, newest first, before a number, at most `limit`.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn installs(&self, agency: &AgencyId, before: u64, limit: usize) -> Result<Vec<Standing>, QueryError> {
        let found = self.readers.installs(agency, before, limit)?;
        Ok(found.into_iter().map(|install| self.standing(install)).collect())
    }

    /// What a proposal that waits would say of an incident which the agency leads, held against what stands there. Nothing
    /// is written, and what it would say is kept nowhere. What would be taken out of use or of shadow is not asked.
    ///
    /// # Errors
    /// [`InstallRefused::NoSuch`], [`NotNow::DecidedAlready`], and [`QueryError::NotPermitted`] where the agency does not
    /// lead such an incident.
    pub fn preview_install(&self, agency: &AgencyId, number: u64, id: &IncidentId) -> Result<Compared, InstallRefused> {
        // First of all the incident: whoever has no seat in it is told nothing, whatever number they give.
        let seen = self.incident(&Reader::of(agency.clone()), id)?;
        if seen.lifecycle.lead != *agency {
            return Err(QueryError::NotPermitted.into());
        }
        let install = self.install(agency, number)?;
        if install.decided.is_some() {
            return Err(NotNow::DecidedAlready.into());
        }
        let incident = self.folds.get(&*self.readers, id)?.ok_or(QueryError::NotPermitted)?;
        let Install { rule_set, version, component, terms, .. } = install;
        let set = self.readers.settings_in_force(agency, &rule_set).map_err(QueryError::from)?;
        let proposed = Pin {
            rule_set,
            owner: agency.clone(),
            version,
            component,
            settings: set.map_or_else(|| Hash::of(b""), |change| change.settings),
            grants: Some(terms.grants),
        };
        let foreseen = match terms.used {
            Use::InUse | Use::Shadow => {
                let loaded = self.rule_sets.pinned(&*self.readers, &proposed);
                loaded.and_then(|loaded| self.foresee_as(&incident, &proposed, &loaded))
            }
            Use::OutOfUse | Use::ShadowOver => Ok(Foreseen::default()),
        };
        Ok(Compared { shadow: proposed, seq: incident.seq, foreseen })
    }

    /// Approves what somebody else of the agency proposed: incidents that open from now on use it. The digest is that
    /// of the component which the caller looked at. It blocks its thread until that is durable.
    ///
    /// # Errors
    /// [`InstallRefused`]; nothing was written unless the outcome is unknown, and then the list of installs tells.
    pub fn approve_install(&self, ask: DecideAsk, digest: Hash) -> Result<Standing, InstallRefused> {
        let DecideAsk { agency, hand, number } = ask;
        let by = Who::from(hand);
        let _turn = self.installing.turn();
        let install = self.install(&agency, number)?;
        install.may_be_approved(&by, digest, self.installing.hands)?;
        // The keys that the agency lists may be others than when it was proposed.
        let envelope = self.readers.install_envelope(number).map_err(QueryError::from)?;
        self.endorsed(&agency, install.terms.used, envelope.as_deref(), digest)?;
        // Another may have taken the name since it was proposed.
        if !self.rule_sets.is_free_for(&agency, &install.rule_set) {
            return Err(InstallRefused::NameTaken { name: install.rule_set });
        }
        // What cannot run here does not come into force, whatever it did when it was proposed.
        self.rule_sets.try_out(&self.component(&install)?)?;
        let decided = Decided { outcome: Outcome::Approved, at: self.now(), by };
        self.decide(&install, decided)
    }

    /// Takes a proposal back: it can never be approved. It blocks its thread until that is durable.
    ///
    /// # Errors
    /// As [`Coordinator::approve_install`].
    pub fn withdraw_install(&self, ask: DecideAsk) -> Result<Standing, InstallRefused> {
        let DecideAsk { agency, hand, number } = ask;
        let by = Who::from(hand);
        let _turn = self.installing.turn();
        let install = self.install(&agency, number)?;
        install.may_be_withdrawn(&by, self.installing.hands)?;
        self.decide(&install, Decided { outcome: Outcome::Withdrawn, at: self.now(), by })
    }

    fn decide(&self, install: &Install, decided: Decided) -> Result<Standing, InstallRefused> {
        let write = Write::Decide { install: install.number, decided };
        let written = self.queue.ask_and_wait(Job::Install(vec![write]));
        // Where the outcome is unknown, the store has the last word: what it approved is in use, here as after a
        // restart.
        let install = self.install(&install.agency, install.number)?;
        if install.decided.as_ref().is_some_and(|decided| decided.outcome == Outcome::Approved) {
            self.put_in_use(&install)?;
        }
        written?;
        Ok(self.standing(install))
    }

    fn put_in_use(&self, install: &Install) -> Result<(), InstallRefused> {
        let component = self.component(install)?;
        let loaded = self.rule_sets.try_out(&component)?;
        if !in_its_place(&self.rule_sets, install, component, loaded) {
            return Err(InstallRefused::NameTaken { name: install.rule_set.clone() });
        }
        if install.terms.used == Use::Shadow {
            self.look_at_all_led_by(&install.agency)?;
        }
        Ok(())
    }

    fn component(&self, install: &Install) -> Result<Vec<u8>, QueryError> {
        let missing = || QueryError::NoSuch { what: "component", given: install.rule_set.to_string() };
        Ok(self.readers.component(install.component)?.ok_or_else(missing)?.1)
    }

    /// An agency's install. Another agency's is not told apart from one that there is not.
    fn install(&self, agency: &AgencyId, number: u64) -> Result<Install, InstallRefused> {
        let found = self.readers.install(number).map_err(QueryError::from)?;
        found.filter(|install| install.agency == *agency).ok_or(InstallRefused::NoSuch { number })
    }

    fn standing(&self, install: Install) -> Standing {
        let is_approved = install.decided.as_ref().is_some_and(|decided| decided.outcome == Outcome::Approved);
        let is_this = |known: &Installed| Hash(known.loaded.component_digest()) == install.component;
        let in_use = match install.terms.used {
            Use::InUse => self.rule_sets.installed().get(&install.rule_set).is_some_and(|known| {
                known.owner == Owner::Own(install.agency.clone()) && is_this(known) && known.used == Use::InUse
            }),
            Use::Shadow => {
                self.rule_sets.shadows.get(&install.agency, &install.rule_set).is_some_and(|known| is_this(&known))
            }
            Use::OutOfUse | Use::ShadowOver => false,
        };
        Standing { install, in_use: is_approved && in_use }
    }
}

/// Puts what was approved in its place; false where the name is another's by now.
fn in_its_place(rule_sets: &RuleSets, install: &Install, component: Vec<u8>, loaded: LoadedRuleSet) -> bool {
    let Install { agency, rule_set, terms, .. } = install;
    match terms.used {
        Use::InUse | Use::OutOfUse => rule_sets.put_own(agency, component, loaded, terms),
        Use::Shadow => rule_sets.put_shadow(agency, component, loaded, terms),
        Use::ShadowOver => {
            rule_sets.shadows.end(agency, rule_set);
            true
        }
    }
}

/// Takes over what agencies decided on other servers since. Gives the agencies that have something new in shadow, whose
/// incidents are to be looked at for it.
pub(crate) fn take_over_installs(
    readers: &dyn Reads,
    rule_sets: &RuleSets,
) -> Result<BTreeSet<AgencyId>, muster_store::ReadError> {
    let InForce { used, shadows } = readers.installs_in_force()?;
    let in_shadow = |agency: &AgencyId, name: &RuleSetId| {
        shadows.iter().any(|shadow| (&shadow.agency, &shadow.rule_set) == (agency, name))
    };
    for (agency, name) in rule_sets.shadows.all().iter().filter(|(agency, name)| !in_shadow(agency, name)) {
        rule_sets.shadows.end(agency, name);
    }
    let is_new = |install: &Install| !is_in_its_place(rule_sets, install);
    let (used, shadows): (Vec<_>, Vec<_>) =
        (used.into_iter().filter(is_new).collect(), shadows.into_iter().filter(is_new).collect());
    let agencies = shadows.iter().map(|shadow| shadow.agency.clone()).collect();
    put_all(readers, rule_sets, used.into_iter().chain(shadows))?;
    Ok(agencies)
}

/// Whether what was approved is what this server goes by.
fn is_in_its_place(rule_sets: &RuleSets, install: &Install) -> bool {
    let Install { agency, rule_set, component, terms, .. } = install;
    let known = match terms.used {
        Use::InUse | Use::OutOfUse => rule_sets.installed().get(rule_set).cloned(),
        Use::Shadow | Use::ShadowOver => rule_sets.shadows.get(agency, rule_set),
    };
    known.is_some_and(|known| {
        let Installed { owner, component: _, settings: _, loaded, grants, used } = &*known;
        *owner == Owner::Own(agency.clone())
            && Hash(loaded.component_digest()) == *component
            && *used == terms.used
            && grants.as_ref().unwrap_or(&loaded.description().asks) == &terms.grants
    })
}

/// Puts what agencies installed in its place at the start.
pub(crate) fn install_own(readers: &dyn Reads, rule_sets: &RuleSets) -> Result<(), muster_store::ReadError> {
    let InForce { used, shadows } = readers.installs_in_force()?;
    put_all(readers, rule_sets, used.into_iter().chain(shadows))
}

/// Puts what was approved in its place. One that does not do any more holds nothing up: its agency's new incidents go
/// without its advice, and the operator is told.
fn put_all(
    readers: &dyn Reads,
    rule_sets: &RuleSets,
    installs: impl Iterator<Item = Install>,
) -> Result<(), muster_store::ReadError> {
    for install in installs {
        let Install { agency, rule_set, version, component, .. } = &install;
        let Some((_, component)) = readers.component(*component)? else {
            tracing::error!(%agency, %rule_set, version, "the store lacks the component of a rule set that an agency installed: it is not used");
            continue;
        };
        match rule_sets.try_out(&component) {
            Ok(loaded) => {
                if !in_its_place(rule_sets, &install, component, loaded) {
                    tracing::error!(%agency, %rule_set, version, "a rule set that an agency installed is not used: another of that name comes with the server now");
                }
            }
            Err(error) => {
                let why = told(&error);
                tracing::error!(%agency, %rule_set, version, why, "a rule set that an agency installed does not do any more, and is not used");
            }
        }
    }
    Ok(())
}
