//! Verifying a store: every record, and each against the checkpoint that somebody kept of it.

use std::collections::BTreeMap;
use std::error::Error as _;
use std::path::Path;
use std::sync::Arc;

use anyhow::Result;
use muster_coordinator::opening;
use muster_record::evidence::checkpoint::{Checkpoint, Signed};
use muster_record::ids::{IncidentId, hex};
use muster_record::time::uk_day_and_time;
use muster_store::{Readers, Store, Verified, VerifyError, Walked};

use super::{Against, COMPARE, Finding, RESTORE, Report};
use crate::key_file;
use crate::surroundings::random_bytes;

/// Verifies a store that no server is using.
///
/// # Errors
/// When it is used by another process. A file that cannot be opened as a store is a finding.
pub fn store(path: &Path, against: &Against) -> Result<Report> {
    let mut report = Report::default();
    let store = match Store::open(path, random_bytes()) {
        Ok(store) => store,
        Err(error @ (muster_store::OpenError::Damaged { .. } | muster_store::OpenError::NotAStore { .. })) => {
            report.findings.push(Finding { place: "the file".to_owned(), what: error.to_string(), to_do: RESTORE });
            return Ok(report);
        }
        Err(error) => return Err(error.into()),
    };
    let readers = match &against.key_file {
        Some(path) => store.readers().opened_by(opening(Arc::new(key_file::read(path)?))),
        None => store.readers(),
    };
    whole(&readers, store.id(), against, &mut report);
    Ok(report)
}

/// Walks all that a store or a copy of one holds; says which records and how many rows of audit are in order.
pub(crate) fn whole(readers: &Readers, id: [u8; 16], against: &Against, report: &mut Report) -> Whole {
    let sizes: BTreeMap<_, _> =
        against.kept.all().map(|kept| (kept.checkpoint.origin.incident.clone(), kept.checkpoint.root.size)).collect();
    let Walked { records, broken } = readers.verify_store(&sizes);
    for error in &broken {
        report.findings.push(as_finding(error));
    }
    for kept in against.kept.all() {
        one(kept, id, records.get(&kept.checkpoint.origin.incident), against, report);
    }
    let audit = match readers.verify_audit() {
        Ok(rows) => {
            report.told.push(format!("audit: {rows} rows: chain and sequence checked"));
            rows
        }
        Err(error) => {
            let place = "the audit".to_owned();
            report.findings.push(Finding { place, what: error.to_string(), to_do: RESTORE });
            0
        }
    };
    let entries = records.values().fold(0_u64, |sum, verified| sum.saturating_add(verified.entries));
    let checked = "commitments, chain, sequence, order and file checked";
    report.told.push(format!("{} records, {entries} entries: {checked}", records.len()));
    match readers.generations() {
        Ok(generations) => report.told.extend(generations.iter().map(|generation| {
            format!(
                "put back on {} from a backup that ended at change set {}",
                uk_day_and_time(generation.begun_at),
                generation.after
            )
        })),
        Err(error) => report.findings.push(as_finding(&error.into())),
    }
    let (locked, erased) = records.values().fold((0_u64, 0_u64), |(locked, erased), verified| {
        (locked.saturating_add(verified.locked), erased.saturating_add(verified.erased))
    });
    if erased > 0 {
        report.told.push(format!("what {erased} entries said was erased, and tombstones say so"));
    }
    if locked > 0 {
        report.unchecked.push(format!(
            "whether what {locked} sealed entries say is what they commit to: give the key file with --key-file"
        ));
    }
    if against.kept.all().next().is_none() {
        report.unchecked.push(
            "whether the end was cut off, an old copy put back or another history written: give a partner's kept \
             checkpoints with --checkpoint"
                .to_owned(),
        );
    }
    Whole { records, entries, audit }
}

/// Holds the records against what one more partner kept, and checks nothing else.
pub(crate) fn held(readers: &Readers, id: [u8; 16], against: &Against, report: &mut Report) {
    for kept in against.kept.all() {
        let (incident, size) = (&kept.checkpoint.origin.incident, kept.checkpoint.root.size);
        one(kept, id, readers.verify_at(incident, &[size]).ok().as_ref(), against, report);
    }
}

fn one(kept: &Signed, id: [u8; 16], record: Option<&Verified>, against: &Against, report: &mut Report) {
    if !against.believed(kept, report) {
        return;
    }
    match compare(kept, id, record) {
        Ok(told) => report.told.push(told),
        Err(what) => {
            let place = format!("incident {}", kept.checkpoint.origin.incident);
            report.findings.push(Finding { place, what, to_do: COMPARE });
        }
    }
}

/// What is in order.
#[derive(Debug)]
pub(crate) struct Whole {
    pub(crate) records: BTreeMap<IncidentId, Verified>,
    pub(crate) entries: u64,
    pub(crate) audit: u64,
}

fn as_finding(error: &VerifyError) -> Finding {
    let cause = error.source().map(|source| format!(": {source}")).unwrap_or_default();
    Finding { place: "the store".to_owned(), what: format!("{error}{cause}"), to_do: RESTORE }
}

/// Holds a record against a checkpoint that was kept of it.
fn compare(kept: &Signed, store: [u8; 16], record: Option<&Verified>) -> Result<String, String> {
    let Checkpoint { origin, root, chain, at, domain } = &kept.checkpoint;
    let (size, signed) = (root.size, uk_day_and_time(*at));
    if origin.store != store {
        let (kept, here) = (hex(&origin.store), hex(&store));
        return Err(format!("the checkpoint is of the store {kept}, and this is the store {here}"));
    }
    let Some(record) = record else {
        return Err(format!(
            "GONE: the checkpoint of {signed} says {size} entries, and the store has no such record that verifies"
        ));
    };
    if record.domain != *domain {
        return Err("FORK: the record passes from rehearsal to live, or back, since the checkpoint".to_owned());
    }
    let Some((now, now_chain)) = record.at.first() else {
        let has = record.entries;
        let from = has.saturating_add(1);
        return Err(format!(
            "TRUNCATED OR ROLLED BACK: the record ends at entry {has}, and the checkpoint of {signed} says {size}: \
             entries {from} to {size} are missing, cut off at the end or lost with an old copy of the file"
        ));
    };
    if (now, now_chain) != (root, chain) {
        return Err(format!(
            "FORK: the first {size} entries are not those that were signed on {signed}: the record was written anew, \
             or its entries were exchanged and hashed again"
        ));
    }
    let grown = record.entries.saturating_sub(size);
    Ok(format!(
        "{}: goes on from the checkpoint of {signed} at {size} entries, with {grown} more since",
        origin.incident
    ))
}
