//! Replay: every evaluation on a record done again from what the store keeps, and held against what the record says.
//!
//! It reads, and writes nothing. It asks rule sets as the live coordinator does ([`Place::ask`]), and what comes of it is
//! judged by the record (`Incident::held_against`).

use std::collections::BTreeMap;
use std::error::Error as _;
use std::sync::{Arc, Mutex, PoisonError};

use muster_record::entry::{Broken, Hash};
use muster_record::ids::{IncidentId, RuleSetId, Seq};
use muster_record::incident::advising::class::{NOT_LOADED, OUT_OF_USE};
use muster_record::incident::advising::{self, Again, Compared, Difference, Looked, Outcome};
use muster_rules::{Host, LoadedRuleSet};
use muster_store::Reads;

use crate::error::QueryError;
use crate::kept::{self, NotLoaded};

mod walk;

pub(crate) use walk::{Walk, evaluations};

/// What was compiled, or why not, by digests of component and settings.
type Loaded = BTreeMap<(Hash, Hash), Arc<Result<LoadedRuleSet, NotLoaded>>>;

/// Does evaluations again. Threads share one: what is compiled is compiled once.
pub struct Replay {
    readers: Arc<dyn Reads>,
    host: Arc<Host>,
    loaded: Mutex<Loaded>,
}

/// What came of doing the evaluations of one record again.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Replayed {
    /// The incident.
    pub incident: IncidentId,
    /// Its evaluations, in the order in which they were written.
    pub evaluations: Vec<Evaluation>,
    /// Why the record could not be read to its end, where it could not.
    pub broken: Option<String>,
}

/// An evaluation that is on a record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Evaluation {
    /// The rule set.
    pub rule_set: RuleSetId,
    /// SHA-256 of its component; none where what the entry says cannot be read.
    pub component: Option<Hash>,
    /// The entries that it wrote.
    pub entries: Vec<Seq>,
    /// What it came to.
    pub again: Again,
    /// Whether fuel was compared: the same engine counted then and now.
    pub fuel_compared: bool,
}

/// The entries of one evaluation, in one change set.
pub(crate) struct Recorded {
    pub(crate) rule_set: RuleSetId,
    pub(crate) entries: Vec<Seq>,
    /// What they say; or why that is not to be had.
    pub(crate) facts: Result<Vec<advising::Fact>, String>,
}

impl Recorded {
    /// What it looked at: of the whole answer, where parts of it were told apart.
    pub(crate) fn looked(&self) -> Option<&Looked> {
        let all = self.facts.iter().flatten().filter_map(looked);
        all.min_by_key(|looked| looked.situation == Hash::NONE)
    }
}

pub(crate) fn looked(fact: &advising::Fact) -> Option<&Looked> {
    match fact {
        advising::Fact::Changed(changed) => Some(&changed.looked),
        advising::Fact::EvaluationFailed { rule_set: _, looked, class: _, detail: _ } => Some(looked),
        advising::Fact::Pinned(_)
        | advising::Fact::SettingsChanged(_)
        | advising::Fact::Adopted { .. }
        | advising::Fact::Declined { .. }
        | advising::Fact::GateOverridden { .. }
        | advising::Fact::StandingSet { .. }
        | advising::Fact::StandingEnded { .. } => None,
    }
}

impl Replay {
    /// Over what these readers read, with this host.
    pub fn new(readers: Arc<dyn Reads>, host: Arc<Host>) -> Self {
        Self { readers, host, loaded: Mutex::default() }
    }

    /// Does every evaluation on a record again.
    ///
    /// # Errors
    /// When there is no such record, or the store cannot be read. That the record is broken is part of the answer.
    pub fn incident(&self, id: &IncidentId) -> Result<Replayed, QueryError> {
        let mut replayed = Replayed { incident: id.clone(), evaluations: Vec::new(), broken: None };
        let mut places = match Walk::of(&*self.readers, id) {
            Err(error @ (QueryError::Broken(_) | QueryError::NotAnOpening(_))) => {
                return Ok(Replayed { broken: Some(told(&error)), ..replayed });
            }
            walk => walk?,
        };
        let mut before = places.again()?;
        for recorded in evaluations(&places.entries()) {
            let again = match self.again(&mut places, &mut before, &recorded) {
                Ok(again) => again,
                Err(QueryError::Broken(broken)) if is_not_at_hand(&broken) => Again::Cannot(broken.to_string()),
                Err(error @ (QueryError::Broken(_) | QueryError::NotAnOpening(_))) => {
                    replayed.broken = Some(told(&error));
                    break;
                }
                Err(error) => return Err(error),
            };
            let looked = recorded.looked();
            replayed.evaluations.push(Evaluation {
                component: looked.map(|looked| looked.component),
                fuel_compared: looked.is_some_and(|looked| looked.engine == muster_rules::ENGINE),
                rule_set: recorded.rule_set,
                entries: recorded.entries,
                again,
            });
        }
        if replayed.broken.is_none() {
            replayed.broken = places.broken_to_the_end()?;
        }
        Ok(replayed)
    }

    fn again(&self, places: &mut Walk, before: &mut Walk, recorded: &Recorded) -> Result<Again, QueryError> {
        let facts = match &recorded.facts {
            Ok(facts) => facts,
            Err(why) => return Ok(Again::Cannot(why.clone())),
        };
        let (Some(first), Some(looked)) = (recorded.entries.first(), recorded.looked()) else {
            return Ok(Again::NotAsked);
        };
        let failed_as = |word: &str| {
            facts.iter().any(|fact| matches!(fact, advising::Fact::EvaluationFailed { class, .. } if class == word))
        };
        if failed_as(OUT_OF_USE) {
            return Ok(Again::NotAsked);
        }
        let place = places.place(&*self.readers, looked.seq, &recorded.rule_set, looked.as_of)?;
        let Some((place, pin)) = place else {
            return Ok(other_version(*first, looked, "none: it is not pinned there"));
        };
        if (pin.component, pin.settings) != (looked.component, looked.settings) {
            return Ok(other_version(*first, looked, &format!("{} with {}", pin.component, pin.settings)));
        }
        let (now, outcome) = match self.loaded(looked.component, looked.settings).as_ref() {
            Ok(loaded) => {
                let said = place.ask(&pin, &loaded.within_fuel(budget(looked, loaded)));
                let outcome = place.outcome(&said);
                (said.looked, outcome)
            }
            Err(NotLoaded::OtherBytes { what, digest, found }) => {
                let compared = if *what == "component" { Compared::Component } else { Compared::Settings };
                let (recorded, again) = (digest.to_string(), found.to_string());
                return Ok(Again::Different(vec![Difference { entry: *first, compared, recorded, again }]));
            }
            Err(error @ NotLoaded::Refused(_)) if failed_as(NOT_LOADED) => {
                let failed = Outcome::Failed { class: NOT_LOADED.to_owned(), detail: error.to_string() };
                (place.not_asked(&pin), failed)
            }
            Err(error) => return Ok(Again::Cannot(error.to_string())),
        };
        let stood = before.until(Seq(first.0.saturating_sub(1)))?;
        let recorded_facts: Vec<(Seq, &advising::Fact)> = recorded.entries.iter().copied().zip(facts).collect();
        Ok(stood.held_against(&recorded.rule_set, &recorded_facts, &now, &outcome))
    }

    /// A rule set as the store keeps it, compiled once.
    fn loaded(&self, component: Hash, settings: Hash) -> Arc<Result<LoadedRuleSet, NotLoaded>> {
        let key = (component, settings);
        if let Some(known) = self.loaded.lock().unwrap_or_else(PoisonError::into_inner).get(&key) {
            return Arc::clone(known);
        }
        let loaded = Arc::new(kept::load(&*self.readers, &self.host, component, settings));
        let mut all = self.loaded.lock().unwrap_or_else(PoisonError::into_inner);
        Arc::clone(all.entry(key).or_insert(loaded))
    }
}

/// The instructions that it was allowed then. None were noted where it was never asked.
fn budget(looked: &Looked, loaded: &LoadedRuleSet) -> u64 {
    if looked.fuel_limit == 0 { loaded.fuel() } else { looked.fuel_limit }
}

fn other_version(entry: Seq, looked: &Looked, pinned: &str) -> Again {
    let recorded = format!("{} with {}", looked.component, looked.settings);
    Again::Different(vec![Difference { entry, compared: Compared::Version, recorded, again: pinned.to_owned() }])
}

/// Whether what an entry says is not at hand, and nothing else is wrong.
fn is_not_at_hand(broken: &Broken) -> bool {
    match broken {
        Broken::Locked { seq: _ } | Broken::Erased { seq: _ } => true,
        Broken::Commitment { .. }
        | Broken::Chain { .. }
        | Broken::Sequence { .. }
        | Broken::Missing { .. }
        | Broken::Unreadable { .. } => false,
    }
}

/// An error with its cause.
fn told(error: &QueryError) -> String {
    error.source().map_or_else(|| error.to_string(), |cause| format!("{error}: {cause}"))
}
