//! Comparing two versions of a rule set: what came of it, put so that it can be read, as text and as a page.

use std::collections::{BTreeMap, BTreeSet};

use muster_coordinator::{Basis, DiffedIncident, DiffedPlace, Differs, RuleDiff};
use muster_record::advice::{Citation, FieldChange, ItemChange};
use muster_record::ids::{Seq, hex};
use muster_record::time::Instant;
use muster_rules::LoadedRuleSet;

mod page;
mod text;

pub use page::page;
pub use text::text;

/// What two versions say otherwise, on all incidents that were looked at.
#[derive(Debug, Clone)]
pub struct Comparison {
    /// The older, in a line.
    pub old: String,
    /// The newer, in a line.
    pub new: String,
    /// Incidents that were compared.
    pub incidents: usize,
    /// Places on them.
    pub places: usize,
    /// Incidents with a difference.
    pub incidents_that_differ: usize,
    /// Places with a difference.
    pub places_that_differ: usize,
    /// Differences by kind of item, each counted once an incident.
    pub kinds: Vec<KindCount>,
    /// The incidents with something to tell: a difference, or a place that could not be compared.
    pub told: Vec<ToldIncident>,
    /// Incidents that were left out, and why.
    pub left_out: Vec<(String, String)>,
    /// Incidents that the rule set never advised, which were taken as they stood at the end.
    pub as_they_stand: usize,
}

/// How many items of a kind differ.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct KindCount {
    /// The kind (`finding`, `question`, `action` ...), or `clock` and `owner`, which are fields of actions.
    pub kind: String,
    /// New ones.
    pub added: usize,
    /// Those that are gone.
    pub gone: usize,
    /// Those that say something else.
    pub changed: usize,
}

/// What differs on one incident.
#[derive(Debug, Clone)]
pub struct ToldIncident {
    /// Its title, kind and id.
    pub name: String,
    /// Where it was compared.
    pub basis: String,
    /// What differs, each change once, with all places at which it is so.
    pub changes: Vec<Change>,
    /// Places that could not be compared, and why.
    pub not_compared: Vec<String>,
}

/// One change, wherever it comes out the same.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Change {
    /// `added`, `gone` or `changed`.
    pub sort: &'static str,
    /// The kind of item.
    pub kind: String,
    /// Its key.
    pub key: String,
    /// The item in a sentence.
    pub sentence: String,
    /// What changed in it.
    pub fields: Vec<FieldChange>,
    /// The clauses that it rests on, with their words.
    pub cites: Vec<String>,
    /// Where, in words: `at entries 18, 40`.
    pub places: String,
}

/// Puts what came of a comparison so that it can be read.
pub fn told(diff: &RuleDiff, diffed: &[DiffedIncident]) -> Comparison {
    let mut all = Comparison {
        old: name(diff.old()),
        new: name(diff.candidate()),
        incidents: 0,
        places: 0,
        incidents_that_differ: 0,
        places_that_differ: 0,
        kinds: Vec::new(),
        told: Vec::new(),
        left_out: Vec::new(),
        as_they_stand: 0,
    };
    let mut kinds: BTreeMap<String, KindCount> = BTreeMap::new();
    for incident in diffed {
        let rehearsal = if incident.exercise { ", rehearsal" } else { "" };
        let name = format!("{} ({}{rehearsal}) {}", incident.title, incident.kind, incident.incident);
        let (basis, places) = match &incident.compared {
            Ok(compared) => compared,
            Err(why) => {
                all.left_out.push((name, why.clone()));
                continue;
            }
        };
        all.incidents = all.incidents.saturating_add(1);
        all.places = all.places.saturating_add(places.len());
        all.as_they_stand = all.as_they_stand.saturating_add(usize::from(*basis == Basis::AsItStands));
        let differing = places.iter().filter(|place| place.differs.as_ref().is_ok_and(|differs| !differs.is_empty()));
        let differing = differing.count();
        let changes = changes(places);
        count(&changes, &mut kinds);
        all.places_that_differ = all.places_that_differ.saturating_add(differing);
        all.incidents_that_differ = all.incidents_that_differ.saturating_add(usize::from(differing > 0));
        let not_compared: Vec<String> = places
            .iter()
            .filter_map(|place| {
                let why = place.differs.as_ref().err()?;
                Some(format!("entry {}: {why}", place.seq))
            })
            .collect();
        if differing > 0 || !not_compared.is_empty() {
            let basis = based(basis, places.len(), differing);
            all.told.push(ToldIncident { name, basis, changes, not_compared });
        }
    }
    all.kinds = kinds.into_values().collect();
    all
}

fn name(loaded: &LoadedRuleSet) -> String {
    let is = loaded.description();
    format!("{} {}, sha256 {}", is.name, is.version, hex(&loaded.component_digest()))
}

fn based(basis: &Basis, places: usize, differing: usize) -> String {
    match basis {
        Basis::Advised { of_old } => {
            let others = match places.saturating_sub(*of_old) {
                0 => String::new(),
                others => format!("; at {others} of them another version was in use then"),
            };
            format!("{differing} of {places} places differ, of those at which this rule set's advice changed{others}")
        }
        Basis::AsItStands => {
            "this rule set never advised here: taken as the incident stood at the end, for the agency that leads"
                .to_owned()
        }
    }
}

/// Each change once, with all its places, in the order of keys.
fn changes(places: &[DiffedPlace]) -> Vec<Change> {
    let mut found: BTreeMap<Change, BTreeSet<Seq>> = BTreeMap::new();
    for DiffedPlace { seq, as_of: _, differs } in places {
        let Ok(Differs { items, look_again, failed }) = differs else { continue };
        let items = items.iter().map(of_item);
        let again = look_again
            .map(|(old, new)| of_the_whole("look again", "when it asks to be asked again", &moment(old), &moment(new)));
        let failed = failed.as_ref().map(|(old, new)| of_the_whole("answer", "whether it answers at all", old, new));
        for change in items.chain(again).chain(failed) {
            found.entry(change).or_default().insert(*seq);
        }
    }
    let placed = |(change, places): (Change, BTreeSet<Seq>)| Change { places: at(&places), ..change };
    found.into_iter().map(placed).collect()
}

fn of_item(change: &ItemChange) -> Change {
    let (sort, fields) = match change {
        ItemChange::Added(_) => ("added", Vec::new()),
        ItemChange::Gone(_) => ("gone", Vec::new()),
        ItemChange::Changed { old: _, new: _, fields } => ("changed", fields.clone()),
    };
    let item = change.item();
    Change {
        sort,
        kind: item.kind().to_owned(),
        key: item.key().to_owned(),
        sentence: item.sentence(),
        fields,
        cites: item.cites().iter().map(cited).collect(),
        places: String::new(),
    }
}

fn of_the_whole(kind: &str, sentence: &str, old: &str, new: &str) -> Change {
    let field = FieldChange { field: kind.to_owned(), old: old.to_owned(), new: new.to_owned() };
    Change {
        sort: "changed",
        kind: kind.to_owned(),
        key: "the answer as a whole".to_owned(),
        sentence: sentence.to_owned(),
        fields: vec![field],
        cites: Vec::new(),
        places: String::new(),
    }
}

fn cited(citation: &Citation) -> String {
    let Citation { clause, words, provenance } = citation;
    format!("{clause} ({provenance}): \u{201c}{words}\u{201d}")
}

fn moment(at: Option<Instant>) -> String {
    at.map_or_else(|| "not at all".to_owned(), |at| at.to_rfc3339())
}

/// Places that are named; more of them say how many more.
const NAMED: usize = 6;

fn at(places: &BTreeSet<Seq>) -> String {
    let named: Vec<String> = places.iter().take(NAMED).map(ToString::to_string).collect();
    let entries = if places.len() == 1 { "entry" } else { "entries" };
    match places.len().saturating_sub(NAMED) {
        0 => format!("as of {entries} {}", named.join(", ")),
        more => format!("as of {entries} {} and {more} more", named.join(", ")),
    }
}

/// Counts each key once, and beside the kinds the clocks and owners of actions, which people look for first.
fn count(changes: &[Change], kinds: &mut BTreeMap<String, KindCount>) {
    let mut seen = BTreeSet::new();
    for change in changes {
        let fields = change.fields.iter().filter_map(|field| match field.field.as_str() {
            "due" => Some("clock (due)"),
            "owner" | "owner agency" => Some("owner"),
            _ => None,
        });
        let of_fields: BTreeSet<&str> = fields.collect();
        for kind in of_fields.into_iter().chain([change.kind.as_str()]) {
            if !seen.insert((kind.to_owned(), change.key.clone(), change.sort)) {
                continue;
            }
            let entry = kinds.entry(kind.to_owned()).or_default();
            entry.kind = kind.to_owned();
            let which = match change.sort {
                "added" => &mut entry.added,
                "gone" => &mut entry.gone,
                _ => &mut entry.changed,
            };
            *which = which.saturating_add(1);
        }
    }
}
