//! What has to hold of a history once it is over: what was said, held against what is on the disk.

use std::collections::BTreeMap;

use muster_coordinator::opening;
use muster_record::entry::{Content, Sealed};
use muster_sim::violation::{Invariant, Violation};
use muster_sim::witness;
use muster_store::{Readers, Revision, Store, Stored};

use crate::cast::CQC;
use crate::ledger::{Asked, Given, Ledger, Outcome, Watched};
use crate::machine::Machine;
use crate::model::secrets;
use crate::stage::Stage;

mod due;

/// What is on the disk, by incident in the order in which they were opened, and by place.
struct Kept {
    records: Vec<Vec<Stored>>,
    /// Where each secret stands: incident and place.
    secrets: BTreeMap<String, (usize, u64)>,
}

/// Holds all that was said against what is on the disk.
///
/// # Errors
/// The first promise that was broken.
pub(crate) fn all(stage: &Stage) -> Result<(), Violation> {
    let store = Store::open(&stage.machine.store(), [7; 16]);
    let store = store.map_err(|why| Invariant::Recovered.broken(format!("the store does not open: {why}")))?;
    let readers = store.readers().opened_by(opening(std::sync::Arc::new(Machine::keys())));
    let stored = readers.since(Revision(0), usize::MAX);
    let stored = stored.map_err(|why| Invariant::Durable.broken(format!("it cannot be read: {why}")))?;
    witness::gapless(&stored)?;
    witness::chained(&stored)?;
    let ledger = stage.ledger.borrow();
    let kept = Kept::of(&ledger, stored)?;
    for asked in &ledger.asked {
        kept.answered(asked)?;
    }
    kept.noted(&ledger)?;
    ordered(&ledger.asked)?;
    for looked in &ledger.looked {
        for (seq, hash) in &looked.entries {
            kept.is_entry(looked.incident, *seq, hash, Invariant::Linearizable)?;
        }
    }
    for (id, seq, hash) in stage.machine.beside.borrow().iter() {
        let incident = ledger.incidents.iter().position(|known| known == id);
        kept.is_entry(incident.unwrap_or(usize::MAX), *seq, hash, Invariant::Watch)?;
    }
    for watched in &ledger.watched {
        kept.watched(&ledger, watched)?;
    }
    walked(&readers, &ledger)?;
    due::fell_due_once(&ledger, &stage.machine.clock, kept.records.first().map(Vec::as_slice).unwrap_or_default())
}

impl Kept {
    fn of(ledger: &Ledger, stored: Vec<Stored>) -> Result<Self, Violation> {
        let mut records = vec![Vec::new(); ledger.incidents.len()];
        let mut found = BTreeMap::new();
        for entry in stored {
            let number = ledger.incidents.iter().position(|id| id.as_str() == entry.sealed.incident.as_str());
            let (Some(number), seq) = (number, entry.sealed.seq.0) else { continue };
            for secret in secrets(payload(&entry.sealed).as_bytes()) {
                let before = found.insert(secret.clone(), (number, seq));
                let told = || format!("{secret} is on the record at {before:?} and at {seq} of {number}");
                Invariant::AtMostOnce.holds(before.is_none(), told)?;
            }
            records[number].push(entry);
        }
        Ok(Self { records, secrets: found })
    }

    fn entry(&self, incident: usize, seq: u64) -> Option<&Stored> {
        let at = usize::try_from(seq.checked_sub(1)?).ok()?;
        self.records.get(incident)?.get(at)
    }

    /// What was acknowledged is there, and where it was said to be.
    fn answered(&self, asked: &Asked) -> Result<(), Violation> {
        let Outcome::Written { first, last } = asked.outcome else { return Ok(()) };
        let told = || format!("{} was said to be {first} to {last}, and is {} entries", asked.id, asked.entries);
        Invariant::Linearizable.holds(last.saturating_add(1).saturating_sub(first) == asked.entries, told)?;
        let is_there = self.entry(asked.incident, last).is_some();
        Invariant::Durable.holds(is_there, || format!("{}, acknowledged as {first} to {last}, is gone", asked.id))?;
        let told = || format!("{} expected {:?} and is {first}", asked.id, asked.expected);
        Invariant::Linearizable.holds(asked.expected.is_none_or(|expected| first == expected.saturating_add(1)), told)
    }

    /// Each note stands where its request was said to be, or nowhere where that was refused.
    fn noted(&self, ledger: &Ledger) -> Result<(), Violation> {
        for (secret, note) in &ledger.notes {
            let at = self.secrets.get(secret);
            let Some(asked) = ledger.asked.get(note.request) else { continue };
            match &asked.outcome {
                Outcome::Written { first, last } => {
                    let is_there =
                        at.is_some_and(|(incident, seq)| *incident == note.incident && (first..=last).contains(&seq));
                    let told = || format!("{}, acknowledged as {first} to {last}, is at {at:?}", asked.id);
                    Invariant::Durable.holds(is_there, told)?;
                }
                Outcome::Refused(why) => {
                    let told = || format!("{} was refused ({why}), and is at {at:?}", asked.id);
                    Invariant::Linearizable.holds(at.is_none(), told)?;
                }
                Outcome::Open => (),
            }
        }
        Ok(())
    }

    fn is_entry(&self, incident: usize, seq: u64, hash: &[u8], by: Invariant) -> Result<&Stored, Violation> {
        let found = self.entry(incident, seq);
        let is_it = found.is_some_and(|stored| stored.sealed.hash.0.as_slice() == hash);
        by.holds(is_it, || format!("somebody was given entry {seq} of {incident}, which is not what is kept"))?;
        found.ok_or_else(|| by.broken("it is gone"))
    }

    /// A watcher was given each entry that is kept, whole where it may see it, and each commit as one.
    fn watched(&self, ledger: &Ledger, watched: &Watched) -> Result<(), Violation> {
        let by = Invariant::Watch;
        for (id, given) in &watched.given {
            let Some(incident) = ledger.incidents.iter().position(|known| known == id) else {
                return Err(by.broken(format!("{} is given entries of {id}, which nobody opened", watched.agency)));
            };
            for one in given {
                let stored = self.is_entry(incident, one.seq, &one.hash, by)?;
                let last = self.records[incident].iter().rev().find(|other| other.revision == stored.revision);
                let until = last.map_or(0, |last| last.sealed.seq.0);
                by.holds(until == one.until, || format!("a commit that goes to {until} was cut at {}", one.until))?;
                is_as_it_may_be(ledger, watched, one, &stored.sealed)?;
            }
            let known = others_know(ledger, incident, id);
            // Whose seat ended while no stream was open is told so by a refusal.
            let is_let_go = watched.agency == CQC && incident == 0 && ledger.unseated.is_some();
            let has_ended = is_let_go || watched.ended.contains(id);
            let last = given.last().map_or(0, |given| given.seq);
            let told =
                || format!("{} has been given {last} entries of {incident} in the end, of {known}", watched.agency);
            Invariant::Live.holds(has_ended || last >= known, told)?;
        }
        Ok(())
    }
}

/// A note came whole to who may see it, and as a stub to who may not.
fn is_as_it_may_be(ledger: &Ledger, watched: &Watched, given: &Given, sealed: &Sealed) -> Result<(), Violation> {
    let text = payload(sealed);
    let Some(note) = secrets(text.as_bytes()).first().and_then(|secret| ledger.notes.get(secret)) else {
        return Ok(());
    };
    let is_for = note.is_for(watched.agency);
    let told =
        || format!("{} is given entry {} (whole: {}), which is {note:?}", watched.agency, given.seq, given.is_whole);
    Invariant::NeedToKnow.holds(given.is_whole == is_for, told)
}

/// The last entry of an incident that anybody was told of.
fn others_know(ledger: &Ledger, incident: usize, id: &str) -> u64 {
    let acknowledged = ledger.asked.iter().filter(|asked| asked.incident == incident).map(Asked::last);
    let given = ledger.watched.iter().filter_map(|watched| watched.given.get(id)?.last());
    acknowledged.chain(given.map(|given| given.seq)).max().unwrap_or(0)
}

/// What was asked for when something else had been answered stands behind it.
fn ordered(asked: &[Asked]) -> Result<(), Violation> {
    for (place, later) in asked.iter().enumerate() {
        let Outcome::Written { first, last: _ } = later.outcome else { continue };
        for earlier in asked.iter().take(place).filter(|earlier| earlier.incident == later.incident) {
            let is_before = earlier.ended.is_some_and(|ended| ended < later.began);
            let told = || format!("{} was answered before {} was asked, and stands behind it", earlier.id, later.id);
            Invariant::Linearizable.holds(!is_before || earlier.last() < first, told)?;
        }
    }
    Ok(())
}

/// The store's own walk finds nothing, and what partners were given still holds.
fn walked(readers: &Readers, ledger: &Ledger) -> Result<(), Violation> {
    let walked = readers.verify_store(&BTreeMap::new());
    if let Some(broken) = walked.broken.first() {
        return Err(Invariant::Chain.broken(format!("the store's own walk: {broken}")));
    }
    readers.verify_audit().map_err(|err| Invariant::Audited.broken(err.to_string()))?;
    for (id, size, root) in ledger.watched.iter().flat_map(|watched| &watched.checkpoints) {
        let incident = id.parse().map_err(|_| Invariant::Chain.broken(format!("a checkpoint of {id}")))?;
        let at = readers.verify_at(&incident, &[*size]).map(|verified| verified.at).unwrap_or_default();
        let is_so =
            at.first().is_some_and(|(found, _)| found.size == *size && found.hash.0.as_slice() == root.as_slice());
        Invariant::Chain.holds(is_so, || format!("{id} at entry {size} is not what was signed for"))?;
    }
    Ok(())
}

fn payload(sealed: &Sealed) -> &str {
    match &sealed.content {
        Content::Whole { payload, salt: _ } => payload,
        Content::Locked | Content::Erased => "",
    }
}
