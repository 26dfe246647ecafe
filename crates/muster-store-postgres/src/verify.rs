//! Walking along what is stored: what the chains promise, checked against what is there.
//!
//! It reads in pages. What is appended meanwhile stands behind the head that was read first, and is not looked at; what is
//! erased meanwhile is looked at once more, with the tombstone that came with it.

use std::collections::{BTreeMap, BTreeSet};

use muster_record::Fact;
use muster_record::audit::chained;
use muster_record::entry::{Broken, Content, Domain, Hash, Sealed};
use muster_record::evidence::tree::{Frontier, Root};
use muster_record::ids::{IncidentId, Seq};
use muster_record::incident::log;
use muster_store::{
    ReadError, ReadsRecords as _, ReadsWhole, StoredHead, Verified, VerifyAuditError, VerifyError, Walked,
};

use crate::read::{Readers, audit_row};
use crate::row;
use crate::sql;
use crate::step::{count, int, params};

/// Entries, or rows of the audit, read at a time.
const PAGE: usize = 1_000;

/// Problems around the records that are told; the first says enough.
const PROBLEMS: usize = 3;

/// How often a record is walked anew because something of it was erased meanwhile.
const AGAIN: usize = 3;

impl ReadsWhole for Readers {
    fn verify(&self, incident: &IncidentId) -> Result<Verified, VerifyError> {
        self.verify_at(incident, &[])
    }

    fn verify_at(&self, incident: &IncidentId, sizes: &[u64]) -> Result<Verified, VerifyError> {
        let mut walked = walk(self, incident, sizes);
        for _ in 0..AGAIN {
            let Err(VerifyError::Broken { broken: Broken::Missing { .. }, .. }) = walked else { break };
            walked = walk(self, incident, sizes);
        }
        walked
    }

    fn verify_store(&self, sizes: &BTreeMap<IncidentId, u64>) -> Walked {
        let mut walked = Walked { records: BTreeMap::new(), broken: Vec::new() };
        let incidents = self.all(sql::RECORDED, Vec::new(), |row| row::name::<IncidentId>(row, 0));
        let incidents = incidents.unwrap_or_else(|source| {
            walked.broken.push(VerifyError::Store { source });
            Vec::new()
        });
        for incident in incidents {
            let asked: Vec<u64> = sizes.get(&incident).copied().into_iter().collect();
            match self.verify_at(&incident, &asked) {
                Ok(verified) => drop(walked.records.insert(incident, verified)),
                Err(broken) => walked.broken.push(broken),
            }
        }
        for problems in [out_of_order(self), out_of_request(self)] {
            match problems {
                Ok(problems) => {
                    walked.broken.extend(problems.into_iter().map(|problem| VerifyError::Around { problem }));
                }
                Err(source) => walked.broken.push(VerifyError::Store { source }),
            }
        }
        walked
    }

    fn verify_audit(&self) -> Result<u64, VerifyAuditError> {
        let (mut last, mut before) = (0_u64, Hash::NONE);
        loop {
            let unreadable = |source| VerifyAuditError::Unreadable { after: last, source };
            let page = self.rows(sql::sealed::AUDIT_AS_KEPT, params![int(last), count(PAGE)]).map_err(unreadable)?;
            if page.is_empty() {
                return Ok(last);
            }
            for found in &page {
                let unreadable = |fault| VerifyAuditError::Unreadable { after: last, source: self.told(fault) };
                let row = audit_row(found).map_err(unreadable)?;
                let text: String = row::get(found, 2).map_err(unreadable)?;
                let incident: IncidentId = row::name(found, 4).map_err(unreadable)?;
                let expected = last.saturating_add(1);
                if row.number != expected {
                    return Err(VerifyAuditError::Sequence { expected, found: row.number });
                }
                if row.hash != chained(row.number, row.at, before, &text) || row.audited.incident != incident {
                    return Err(VerifyAuditError::Broken { number: row.number });
                }
                (last, before) = (row.number, row.hash);
            }
        }
    }
}

/// What is known of a record while it is walked.
struct Walk {
    seq: Seq,
    hash: Hash,
    frontier: Frontier,
    locked: u64,
    erased: BTreeSet<Seq>,
    tombstoned: BTreeSet<Seq>,
    at: Vec<(Root, Hash)>,
}

fn walk(readers: &Readers, incident: &IncidentId, sizes: &[u64]) -> Result<Verified, VerifyError> {
    let unreadable =
        |after| move |source: ReadError| VerifyError::Unreadable { incident: incident.clone(), after, source };
    let head = readers.head(incident).map_err(unreadable(Seq(0)))?;
    let Some(head) = head else { return Err(VerifyError::NoRecord { incident: incident.clone() }) };
    let domain = Domain::of_exercise(head.exercise);
    let mut walk = Walk::begun();
    while walk.seq < head.seq {
        let left = usize::try_from(head.seq.0.saturating_sub(walk.seq.0)).unwrap_or(usize::MAX);
        let page = readers.entries(incident, walk.seq, left.min(PAGE)).map_err(unreadable(walk.seq))?;
        if page.is_empty() {
            break;
        }
        for stored in page {
            let step = walk.step(&stored.sealed, domain, sizes);
            step.map_err(|broken| VerifyError::Broken { incident: incident.clone(), broken })?;
        }
    }
    walk.ended(readers, head)
}

impl Walk {
    fn begun() -> Self {
        let (frontier, erased, tombstoned) = (Frontier::default(), BTreeSet::new(), BTreeSet::new());
        Self { seq: Seq(0), hash: Hash::NONE, frontier, locked: 0, erased, tombstoned, at: Vec::new() }
    }

    fn step(&mut self, sealed: &Sealed, domain: Domain, sizes: &[u64]) -> Result<(), Broken> {
        sealed.verify(domain, self.seq.next(), self.hash)?;
        (self.seq, self.hash) = (sealed.seq, sealed.hash);
        self.frontier.push(self.hash);
        match &sealed.content {
            Content::Whole { .. } => self.tombstoned.extend(said_erased(sealed)),
            Content::Locked => self.locked = self.locked.saturating_add(1),
            Content::Erased => drop(self.erased.insert(self.seq)),
        }
        if sizes.contains(&self.seq.0) {
            self.at.push((self.frontier.root(), self.hash));
        }
        Ok(())
    }

    fn ended(self, readers: &Readers, head: StoredHead) -> Result<Verified, VerifyError> {
        let incident = head.incident;
        if (self.seq, self.hash) != (head.seq, head.hash) {
            let (head_seq, head_hash) = (head.seq, head.hash);
            return Err(VerifyError::Head { incident, seq: self.seq, hash: self.hash, head_seq, head_hash });
        }
        // An entry behind the last, which the head does not know.
        let beyond = readers.entries(&incident, self.seq, 1);
        let now = readers.head(&incident);
        let unreadable = |source| VerifyError::Unreadable { incident: incident.clone(), after: self.seq, source };
        if let (Some(beyond), Some(now)) = (beyond.map_err(unreadable)?.first(), now.map_err(unreadable)?)
            && now.seq < beyond.sealed.seq
        {
            let (seq, hash) = (beyond.sealed.seq, beyond.sealed.hash);
            return Err(VerifyError::Head { incident, seq, hash, head_seq: now.seq, head_hash: now.hash });
        }
        if let Some(seq) = self.erased.difference(&self.tombstoned).next() {
            return Err(VerifyError::Broken { incident, broken: Broken::Missing { seq: *seq } });
        }
        let (erased, root) = (u64::try_from(self.erased.len()).unwrap_or(u64::MAX), self.frontier.root());
        let domain = Domain::of_exercise(head.exercise);
        let (entries, locked) = (self.seq.0, self.locked);
        Ok(Verified { entries, locked, erased, head: self.hash, domain, root, at: self.at })
    }
}

/// The entries of which this one says that what they said was erased.
fn said_erased(sealed: &Sealed) -> Vec<Seq> {
    let tombstone = sealed.payload().is_some_and(|payload| payload.contains("\"entries_erased\""));
    let Some(Ok(entry)) = tombstone.then(|| sealed.open()) else { return Vec::new() };
    let Fact::Log(log::Fact::EntriesErased { entries, .. }) = entry.fact else { return Vec::new() };
    entries
}

fn out_of_order(readers: &Readers) -> Result<Vec<String>, ReadError> {
    readers.all(sql::OUT_OF_ORDER, params![count(PROBLEMS)], |row| {
        let (incident, seq, revision) = (row::name::<IncidentId>(row, 0)?, row::number(row, 1)?, row::number(row, 2)?);
        Ok(format!("entry {seq} of incident {incident} stands in change set {revision}, which is not its place"))
    })
}

/// Change sets that are not made of the entries which their request says.
fn out_of_request(readers: &Readers) -> Result<Vec<String>, ReadError> {
    readers.all(sql::OUT_OF_REQUEST, params![count(PROBLEMS)], |row| {
        let (revision, incident) = (row::number(row, 0)?, row::get::<String>(row, 1)?);
        Ok(format!("change set {revision} of incident {incident} does not hold the entries that its request says"))
    })
}
