//! Two versions of a rule set on the incidents that are kept: what the newer would have said otherwise, and where.
//!
//! Both are asked at the same places, with the same view and the same time; nothing is written.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

use muster_record::Incident;
use muster_record::advice::{Advice, ItemChange, differences};
use muster_record::entry::Hash;
use muster_record::ids::{IncidentId, Seq};
use muster_record::incident::advising::Pin;
use muster_record::situation::IncidentKind;
use muster_record::time::Instant;
use muster_rules::{Description, Failure, Host, LoadError, LoadedRuleSet};
use muster_store::Reads;

use crate::error::QueryError;
use crate::kept::{self, NotLoaded};
use crate::place::Place;
use crate::replay::{Recorded, Walk, evaluations};

/// Holds two versions against each other. Threads share one: what is compiled is compiled once.
pub struct RuleDiff {
    readers: Arc<dyn Reads>,
    old: Side,
    new: Side,
    /// What the newer is given in place of the settings that the incident used.
    settings: Option<String>,
    latest: bool,
}

/// What the two are called, and where they are asked.
pub struct DiffAsk {
    /// The component in use.
    pub old: Vec<u8>,
    /// The candidate.
    pub new: Vec<u8>,
    /// Settings of the candidate, as JSON; those that each incident used where absent.
    pub settings: Option<String>,
    /// Whether only the newest place on each incident is looked at.
    pub latest: bool,
}

/// One of the two, with each of the settings that it was asked with.
struct Side {
    is: LoadedRuleSet,
    loaded: Mutex<BTreeMap<Hash, Result<LoadedRuleSet, String>>>,
}

/// Why an incident is compared where it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Basis {
    /// The rule set advised there: at each place at which what it said changed something.
    Advised {
        /// How many of the places used the very component that is compared; the others used another version.
        of_old: usize,
    },
    /// It never advised there: the incident is taken as it stood at the end, before it was closed.
    AsItStands,
}

/// What came of comparing the two on one incident.
#[derive(Debug, Clone)]
pub struct DiffedIncident {
    /// The incident.
    pub incident: IncidentId,
    /// Its title.
    pub title: String,
    /// Its kind.
    pub kind: IncidentKind,
    /// Whether it is a rehearsal.
    pub exercise: bool,
    /// Where it was compared; or why it was left out.
    pub compared: Result<(Basis, Vec<DiffedPlace>), String>,
}

/// What came of comparing the two at one place.
#[derive(Debug, Clone)]
pub struct DiffedPlace {
    /// The last entry that they could see.
    pub seq: Seq,
    /// The time that they were told.
    pub as_of: Instant,
    /// How they differ; or why that cannot be told.
    pub differs: Result<Differs, String>,
}

/// How two answers differ.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Differs {
    /// In items, in the order of their keys.
    pub items: Vec<ItemChange>,
    /// In when they want to be asked again: the older, the newer.
    pub look_again: Option<(Option<Instant>, Option<Instant>)>,
    /// Where one of them did not answer: what each did, the older first.
    pub failed: Option<(String, String)>,
}

impl Differs {
    /// Whether they do not differ.
    pub fn is_empty(&self) -> bool {
        self.items.is_empty() && self.look_again.is_none() && self.failed.is_none()
    }
}

/// The component with a digest, as the store keeps it.
///
/// # Errors
/// When it keeps none, or other bytes.
pub fn kept_component(readers: &dyn Reads, digest: Hash) -> Result<Vec<u8>, NotLoaded> {
    kept::component(readers, digest)
}

impl RuleDiff {
    /// Compiles both. The settings that are given are held against the newer.
    ///
    /// # Errors
    /// The first thing that will not do.
    pub fn new(readers: Arc<dyn Reads>, host: &Host, ask: DiffAsk) -> Result<Self, LoadError> {
        let DiffAsk { old, new, settings, latest } = ask;
        let side = |is| Side { is, loaded: Mutex::default() };
        let old = side(host.load(&old, "")?);
        let new = side(host.load(&new, settings.as_deref().unwrap_or_default())?);
        Ok(Self { readers, old, new, settings, latest })
    }

    /// What the older says that it is.
    pub fn old(&self) -> &LoadedRuleSet {
        &self.old.is
    }

    /// What the newer says that it is.
    pub fn candidate(&self) -> &LoadedRuleSet {
        &self.new.is
    }

    /// Compares the two on one incident.
    ///
    /// # Errors
    /// When there is no such incident, or its record cannot be read.
    pub fn incident(&self, id: &IncidentId) -> Result<DiffedIncident, QueryError> {
        let mut walk = Walk::of(&*self.readers, id)?;
        let last = Arc::clone(walk.last()?);
        let mut walk = walk.again()?;
        let opening = &last.lifecycle.opening;
        let (title, kind, exercise) = (opening.title.clone(), opening.kind, opening.exercise);
        let compared = self.compare(&mut walk, &last)?;
        Ok(DiffedIncident { incident: id.clone(), title, kind, exercise, compared })
    }

    fn compare(
        &self,
        walk: &mut Walk,
        last: &Incident,
    ) -> Result<Result<(Basis, Vec<DiffedPlace>), String>, QueryError> {
        let name = &self.old.is.description().name;
        let recorded = evaluations(&walk.entries());
        let recorded = recorded.iter().filter(|recorded| recorded.rule_set == *name);
        // A place is looked at once, however often it was looked at then.
        let mut places: BTreeMap<(Seq, Instant), bool> = BTreeMap::new();
        for looked in recorded.filter_map(Recorded::looked).filter(|looked| looked.situation != Hash::NONE) {
            places.insert((looked.seq, looked.as_of), looked.component == Hash(self.old.is.component_digest()));
        }
        if places.is_empty() {
            return self.as_it_stands(walk, last);
        }
        if self.latest {
            places = places.pop_last().into_iter().collect();
        }
        let of_old = places.values().filter(|of_old| **of_old).count();
        let mut diffed = Vec::new();
        for (seq, as_of) in places.into_keys() {
            let Some((place, pin)) = walk.place(&*self.readers, seq, name, as_of)? else { continue };
            diffed.push(DiffedPlace { seq, as_of, differs: self.at(&place, &pin) });
        }
        Ok(Ok((Basis::Advised { of_old }, diffed)))
    }

    /// Where the rule set never advised: at the end, if either is for incidents of this kind.
    fn as_it_stands(
        &self,
        walk: &mut Walk,
        last: &Incident,
    ) -> Result<Result<(Basis, Vec<DiffedPlace>), String>, QueryError> {
        let kind = last.lifecycle.opening.kind;
        let concerns = |is: &Description| is.concerns.contains(&kind);
        if !concerns(self.old.is.description()) && !concerns(self.new.is.description()) {
            return Ok(Err(format!("it is of the kind {kind}, which neither concerns")));
        }
        let seq = walk.last_open()?;
        let whole = Arc::clone(walk.until(seq)?);
        let as_of = whole.recorded_at;
        let pin = Pin {
            rule_set: self.old.is.description().name.clone(),
            owner: whole.lifecycle.lead.clone(),
            version: String::new(),
            component: Hash(self.old.is.component_digest()),
            settings: Hash::of(b""),
            grants: None,
        };
        let seen = walk.seen_by(&*self.readers, &whole, &pin.owner, as_of)?;
        let differs = self.at(&Place { whole, seen, as_of }, &pin);
        Ok(Ok((Basis::AsItStands, vec![DiffedPlace { seq, as_of, differs }])))
    }

    /// Asks both at one place. The newer is granted all that it asks for, as its own install would say.
    fn at(&self, place: &Place, pin: &Pin) -> Result<Differs, String> {
        let used = match pin.settings {
            none if none == Hash::of(b"") => String::new(),
            digest => {
                let kept = self.readers.settings(digest).map_err(|error| error.to_string())?;
                kept.ok_or_else(|| format!("the store keeps no settings with the digest {digest}"))?
            }
        };
        let old = self.old.with(&used).map_err(|why| format!("the older does not take the settings there: {why}"))?;
        let said = place.ask(pin, &old).answer;
        let new = self.new.with(self.settings.as_deref().unwrap_or(&used));
        let candidate = match new {
            Ok(new) => {
                let pin = Pin { component: Hash(new.component_digest()), grants: None, ..pin.clone() };
                place.ask(&pin, &new).answer.map_err(|failure| failure.to_string())
            }
            Err(why) => Err(format!("it does not take the settings there: {why}")),
        };
        Ok(differing(&said, &candidate))
    }
}

fn differing(old: &Result<Advice, Failure>, new: &Result<Advice, String>) -> Differs {
    match (old, new) {
        (Ok(old), Ok(new)) => {
            let again = (old.look_again_at, new.look_again_at);
            Differs { items: differences(old, new), look_again: (again.0 != again.1).then_some(again), failed: None }
        }
        (Err(old), Err(new)) if old.to_string() == *new => Differs::default(),
        (old, new) => {
            let answers = |advice: &Advice| format!("answers with {} items", advice.items.len());
            let old = old.as_ref().map_or_else(|failure| format!("fails: {failure}"), answers);
            let new = new.as_ref().map_or_else(|why| format!("fails: {why}"), answers);
            Differs { failed: Some((old, new)), ..Differs::default() }
        }
    }
}

impl Side {
    /// The same with these settings, if it takes them.
    fn with(&self, settings: &str) -> Result<LoadedRuleSet, String> {
        let digest = Hash::of(settings.as_bytes());
        if digest == Hash(self.is.settings_digest()) {
            return Ok(self.is.clone());
        }
        let mut loaded = self.loaded.lock().unwrap_or_else(PoisonError::into_inner);
        let known = loaded
            .entry(digest)
            .or_insert_with(|| self.is.with_settings_as_kept(settings).map_err(|refused| refused.to_string()));
        known.clone()
    }
}

/// The incidents that a store keeps, in order.
///
/// # Errors
/// When the store cannot be read.
pub fn all_incidents(readers: &dyn Reads) -> Result<Vec<IncidentId>, QueryError> {
    const PAGE: usize = 10_000;
    let mut all: Vec<IncidentId> = Vec::new();
    loop {
        let page = readers.all_incidents(all.last(), PAGE)?;
        let is_last = page.len() < PAGE;
        all.extend(page);
        if is_last {
            return Ok(all);
        }
    }
}
