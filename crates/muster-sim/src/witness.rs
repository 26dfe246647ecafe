//! Who remembers what was acknowledged, and holds the store against it.

use std::collections::BTreeMap;

use muster_record::entry::{Content, Hash, Sealed};
use muster_record::evidence::tree::Root;
use muster_record::ids::{IncidentId, Seq};
use muster_store::{Append, AuditWrite, Readers, Revision, Stored};
use sha2::{Digest as _, Sha256};

use crate::scribe::{Group, Line};
use crate::violation::{Invariant, Violation};

/// More than a history writes.
const ALL: usize = 1_000_000;

/// What is known to be written: acknowledged, or shown to a reader.
#[derive(Debug, Default)]
pub struct Witness {
    /// By revision, the first at 0.
    pub log: Vec<Append>,
    /// Rows of the audit, in order.
    pub audit: Vec<AuditWrite>,
    /// What was being written when something went wrong: it is there whole, or not at all.
    pub unsure: Option<Group>,
    /// Roots that a partner was given, with the size they are of.
    pub roots: Vec<(IncidentId, Root, Hash)>,
}

impl Witness {
    /// Takes in what was acknowledged.
    pub fn acknowledged(&mut self, group: Group) {
        self.log.extend(group.sets);
        self.audit.extend(group.audit);
    }

    /// Where a record ends.
    pub fn line(&self, number: u8) -> Line {
        let mut line = Line::new(number);
        let last = self.log.iter().rev().find(|set| set.head.incident == line.incident);
        if let Some(set) = last {
            (line.seq, line.hash) = (set.head.seq, set.head.hash);
        }
        line
    }

    /// What of the store goes past what is known: it has to be all that is unsure, and is known from now on.
    ///
    /// # Errors
    /// When it is a part of it, or something else.
    pub fn shown(&mut self, beyond: &[Stored], by: Invariant) -> Result<(), Violation> {
        if beyond.is_empty() {
            return Ok(());
        }
        let unsure = self.unsure.take().unwrap_or_default();
        let first = u64::try_from(self.log.len()).unwrap_or(0);
        same(&unsure.sets, first, beyond, by)?;
        self.acknowledged(unsure);
        Ok(())
    }

    /// Reads the whole store and holds it against what is known. What was unsure is settled by it.
    ///
    /// # Errors
    /// The first difference; or that it could not be read.
    pub fn check(&mut self, readers: &Readers) -> Result<Result<(), Violation>, muster_store::ReadError> {
        let stored = readers.since(Revision(0), ALL)?;
        let rows = readers.audit(0, ALL)?;
        let mut requests = Vec::new();
        let unsure: Vec<Append> = self.unsure.iter().flat_map(|group| group.sets.clone()).collect();
        for set in self.log.iter().chain(&unsure) {
            let Some(request) = &set.request else { continue };
            requests.push((set.clone(), readers.request(&request.agency, &request.id)?));
        }
        Ok(self.compare(&stored, &rows).and_then(|()| self.answered(&requests)).and_then(|()| self.verified(readers)))
    }

    fn compare(&mut self, stored: &[Stored], rows: &[muster_record::audit::AuditRow]) -> Result<(), Violation> {
        gapless(stored)?;
        let known = u64::try_from(self.log.len()).unwrap_or(0);
        let at = stored.partition_point(|stored| stored.revision.0 <= known);
        let (known, beyond) = stored.split_at(at);
        same(&self.log, 0, known, Invariant::Durable)?;
        let group = self.unsure.clone().unwrap_or_default();
        // With no change set in it, the rows of the audit say whether the group is there.
        let is_there = if group.sets.is_empty() { rows.len() > self.audit.len() } else { !beyond.is_empty() };
        self.shown(beyond, Invariant::Linearizable)?;
        if is_there && group.sets.is_empty() {
            self.audit.extend(group.audit);
        }
        self.unsure = None;
        let told = || format!("{} rows of the audit, and {} are known of", rows.len(), self.audit.len());
        Invariant::Audited.holds(rows.len() == self.audit.len(), told)?;
        for (row, known) in rows.iter().zip(&self.audit) {
            let text = serde_json::to_string(&row.audited).unwrap_or_default();
            let told = || format!("row {} of the audit is not the one that was written", row.number);
            Invariant::Audited.holds(text == known.row && row.at == known.at, told)?;
        }
        chained(stored)
    }

    /// Each request is answered by the change set that came of it, and one that came to nothing by nothing.
    fn answered(&self, requests: &[(Append, Option<(muster_store::Request, Revision)>)]) -> Result<(), Violation> {
        for (set, answer) in requests {
            let at = self.log.iter().position(|known| known.request == set.request);
            let known = at.map(|at| Revision(u64::try_from(at).unwrap_or(0)).next());
            let told = || format!("{:?} is known as {known:?}, and the store says {answer:?}", set.request);
            let is_same = match (answer, known) {
                (None, None) => true,
                (Some((request, revision)), Some(known)) => Some(request) == set.request.as_ref() && *revision == known,
                (None, Some(_)) | (Some(_), None) => false,
            };
            Invariant::AtMostOnce.holds(is_same, told)?;
        }
        Ok(())
    }

    /// The store's own walk finds nothing, and what partners were given still holds.
    fn verified(&self, readers: &Readers) -> Result<(), Violation> {
        let walked = readers.verify_store(&BTreeMap::new());
        if let Some(broken) = walked.broken.first() {
            return Err(Invariant::Chain.broken(format!("the store's own walk: {broken}")));
        }
        let audit = readers.verify_audit().map_err(|err| Invariant::Audited.broken(err.to_string()))?;
        let told = || format!("the walk along the audit finds {audit} rows of {}", self.audit.len());
        Invariant::Audited.holds(usize::try_from(audit).is_ok_and(|rows| rows == self.audit.len()), told)?;
        for (incident, root, hash) in &self.roots {
            let at = readers.verify_at(incident, &[root.size]).map(|verified| verified.at);
            let told = || format!("incident {incident} at entry {} is no longer what a partner was given", root.size);
            Invariant::Chain.holds(at.is_ok_and(|at| at == [(*root, *hash)]), told)?;
        }
        Ok(())
    }

    /// Keeps the root of a record as it is now, as a partner does.
    ///
    /// # Errors
    /// When the record cannot be walked for another reason than a failing disk.
    pub fn keep_root(&mut self, readers: &Readers, incident: &IncidentId) {
        let Ok(verified) = readers.verify(incident) else { return };
        self.roots.push((incident.clone(), verified.root, verified.head));
    }
}

/// Holds change sets as they are stored against those known, the first of which comes behind revision `after`.
pub fn same(known: &[Append], after: u64, stored: &[Stored], by: Invariant) -> Result<(), Violation> {
    let mut rest = stored;
    let mut revision = Revision(after);
    for set in known {
        revision = revision.next();
        for entry in &set.entries {
            let Some((first, behind)) = rest.split_first() else {
                return Err(by.broken(format!("entry {} of {} ({revision}) is gone", entry.seq, entry.incident)));
            };
            let told =
                || format!("change set {revision}: {} is not entry {} as it was written", first.sealed.seq, entry.seq);
            by.holds(first.revision == revision && first.sealed == *entry, told)?;
            rest = behind;
        }
    }
    let told = || format!("{} entries behind {revision} that nobody is known to have written", rest.len());
    by.holds(rest.is_empty(), told)
}

/// The numbers of revisions and entries have no gaps, and a record's times never go back.
///
/// # Errors
/// Where they do.
pub fn gapless(stored: &[Stored]) -> Result<(), Violation> {
    let mut last = Revision(0);
    let mut ends: BTreeMap<&IncidentId, (Seq, muster_record::time::Instant)> = BTreeMap::new();
    for Stored { revision, sealed } in stored {
        let told = || format!("change set {revision} stands behind {last}");
        Invariant::Gapless.holds(*revision == last || *revision == last.next(), told)?;
        last = *revision;
        let before = ends.insert(&sealed.incident, (sealed.seq, sealed.recorded_at));
        let (seq, at) = before.unwrap_or((Seq(0), sealed.recorded_at));
        let told = || format!("entry {} of {} stands behind {seq}", sealed.seq, sealed.incident);
        Invariant::Gapless.holds(sealed.seq == seq.next() && sealed.recorded_at >= at, told)?;
    }
    Ok(())
}

/// Works the chain out anew, from its description and not by the code that writes it.
///
/// # Errors
/// Where a hash does not follow.
pub fn chained(stored: &[Stored]) -> Result<(), Violation> {
    let mut ends: BTreeMap<&IncidentId, [u8; 32]> = BTreeMap::new();
    for Stored { revision: _, sealed } in stored {
        let before = ends.get(&sealed.incident).copied().unwrap_or([0; 32]);
        let Some(hash) = hash_of(sealed, before) else {
            return Err(Invariant::Chain.broken(format!("entry {} says nothing", sealed.seq)));
        };
        let told = || format!("the hash of entry {} of {} does not follow", sealed.seq, sealed.incident);
        Invariant::Chain.holds(hash == sealed.hash.0, told)?;
        ends.insert(&sealed.incident, hash);
    }
    Ok(())
}

/// The hash of an entry, as `docs/tamper-evidence.md` describes it.
fn hash_of(sealed: &Sealed, before: [u8; 32]) -> Option<[u8; 32]> {
    let Sealed { incident, seq, recorded_at, envelope, content, commitment: _, hash: _ } = sealed;
    let Content::Whole { payload, salt } = content else { return None };
    let mut committed = Sha256::new_with_prefix(b"muster/commitment/1");
    committed.update(salt);
    for part in [envelope, payload] {
        committed.update(u64::try_from(part.len()).ok()?.to_be_bytes());
        committed.update(part.as_bytes());
    }
    let mut hasher = Sha256::new_with_prefix(b"muster/entry/1/live");
    hasher.update(incident.as_str().as_bytes());
    hasher.update(seq.0.to_be_bytes());
    hasher.update(recorded_at.timestamp_millis().to_be_bytes());
    hasher.update(before);
    hasher.update(committed.finalize());
    Some(hasher.finalize().into())
}
