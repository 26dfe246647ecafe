//! The whole store: every record, the order they were written in, the requests they came of, and SQLite's own check.
//!
//! The chain covers what an entry says. Which change set it came in is not in the chain, and is held against the
//! requests and the order of places here.

use std::collections::{BTreeMap, BTreeSet};

use muster_record::ids::IncidentId;
use rusqlite::Connection;

use super::Verified;
use crate::error::{ReadError, VerifyError};
use crate::read::Readers;
use crate::row;
use crate::sql;

/// What a walk through the whole store found.
#[derive(Debug)]
pub struct Walked {
    /// The records that are in order.
    pub records: BTreeMap<IncidentId, Verified>,
    /// What is not as it was written.
    pub broken: Vec<VerifyError>,
}

/// Problems of the file that are told; the first says enough.
const FILE_PROBLEMS: usize = 3;

impl Readers {
    /// Walks the whole store. Says of each record what it came to at the size that is asked for it.
    pub fn verify_store(&self, sizes: &BTreeMap<IncidentId, u64>) -> Walked {
        let mut walked = Walked { records: BTreeMap::new(), broken: Vec::new() };
        let mut incidents = BTreeSet::new();
        for list in [sql::HEADS, sql::RECORDED] {
            match self.read(|conn| names(conn, list)) {
                Ok(found) => incidents.extend(found),
                Err(source) => walked.broken.push(VerifyError::Store { source }),
            }
        }
        for incident in incidents {
            let asked: Vec<u64> = sizes.get(&incident).copied().into_iter().collect();
            match self.verify_at(&incident, &asked) {
                Ok(verified) => drop(walked.records.insert(incident, verified)),
                Err(broken) => walked.broken.push(broken),
            }
        }
        for check in [in_order, as_requested, whole_file] {
            match self.read(check) {
                Ok(problems) => {
                    walked.broken.extend(problems.into_iter().map(|problem| VerifyError::Around { problem }));
                }
                Err(source) => walked.broken.push(VerifyError::Store { source }),
            }
        }
        walked
    }
}

fn names(conn: &Connection, list: &str) -> rusqlite::Result<Vec<IncidentId>> {
    conn.prepare_cached(list)?.query_map([], |row| row::name(row, 0))?.collect()
}

/// The first entry that does not stand right behind the one before it.
fn in_order(conn: &Connection) -> rusqlite::Result<Vec<String>> {
    let mut entries = conn.prepare_cached(sql::ORDER)?;
    let mut rows = entries.query([])?;
    let (mut place, mut revision) = (0_u64, 0_u64);
    let mut seqs: BTreeMap<IncidentId, u64> = BTreeMap::new();
    while let Some(row) = rows.next()? {
        let (now, set) = (row::number(row, 0)?, row::number(row, 1)?);
        let (incident, seq) = (row::name::<IncidentId>(row, 2)?, row::number(row, 3)?);
        let before = seqs.entry(incident.clone()).or_default();
        let follows = now == place.saturating_add(1)
            && (set == revision.saturating_add(1) || (set == revision && place > 0))
            && seq == before.saturating_add(1);
        if !follows {
            let after = format!("place {place}, change set {revision}");
            return Ok(vec![format!(
                "entry {seq} of incident {incident} (place {now}, change set {set}) does not stand right behind {after}"
            )]);
        }
        (place, revision, *before) = (now, set, seq);
    }
    Ok(Vec::new())
}

/// Change sets that are not made of the entries which their request says.
fn as_requested(conn: &Connection) -> rusqlite::Result<Vec<String>> {
    let told = |row: &rusqlite::Row<'_>| {
        let (revision, incident) = (row::number(row, 0)?, row.get::<_, String>(1)?);
        Ok(format!("change set {revision} of incident {incident} does not hold the entries that its request says"))
    };
    conn.prepare_cached(sql::OUT_OF_REQUEST)?.query_map([], told)?.take(FILE_PROBLEMS).collect()
}

/// What SQLite finds wrong with its file: an index that leads elsewhere, a page that is no page.
fn whole_file(conn: &Connection) -> rusqlite::Result<Vec<String>> {
    let mut problems: Vec<String> =
        conn.prepare(sql::CHECK_THE_FILE)?.query_map([], |row| row.get(0))?.collect::<rusqlite::Result<_>>()?;
    problems.retain(|problem| problem != "ok");
    problems.truncate(FILE_PROBLEMS);
    Ok(problems.into_iter().map(|problem| format!("the file: {problem}")).collect())
}

impl From<ReadError> for VerifyError {
    fn from(source: ReadError) -> Self {
        Self::Store { source }
    }
}
