//! The audit: rows behind one another, each bound to the one before.

use muster_record::audit::{AuditRow, chained};
use muster_record::entry::Hash;
use muster_record::ids::IncidentId;
use muster_record::time::Instant;
use rusqlite::types::Type;
use rusqlite::{OptionalExtension as _, Row, Transaction, params};

use crate::error::{ReadError, VerifyAuditError};
use crate::read::Readers;
use crate::row;
use crate::sql;

/// A row to write. Its place and its hash are given when it is written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AuditWrite {
    /// When.
    pub at: Instant,
    /// The incident that it is about.
    pub incident: IncidentId,
    /// The row as JSON: a `muster_record::audit::Audited`.
    pub row: String,
}

pub(crate) fn write(tx: &Transaction<'_>, write: &AuditWrite) -> rusqlite::Result<()> {
    let AuditWrite { at, incident, row: text } = write;
    let last = tx.prepare_cached(sql::LAST_AUDIT)?.query_row([], |row| Ok((row::number(row, 0)?, row::hash(row, 1)?)));
    let (last, before) = last.optional()?.unwrap_or((0, Hash::NONE));
    let number = last.saturating_add(1);
    let hash = chained(number, *at, before, text);
    let mut put = tx.prepare_cached(sql::PUT_AUDIT)?;
    put.execute(params![row::int(number), at.timestamp_millis(), incident.as_str(), text, hash.0])?;
    Ok(())
}

impl Readers {
    /// Rows of the whole audit behind a place, in order, at most `limit`.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn audit(&self, after: u64, limit: usize) -> Result<Vec<AuditRow>, ReadError> {
        self.read(|conn| {
            let mut rows = conn.prepare_cached(sql::AUDIT)?;
            rows.query_map(params![row::int(after), row::count(limit)], audit_row)?.collect()
        })
    }

    /// Rows about one incident behind a place, in order, at most `limit`.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn audit_of(&self, incident: &IncidentId, after: u64, limit: usize) -> Result<Vec<AuditRow>, ReadError> {
        self.read(|conn| {
            let mut rows = conn.prepare_cached(sql::AUDIT_OF)?;
            rows.query_map(params![incident.as_str(), row::int(after), row::count(limit)], audit_row)?.collect()
        })
    }

    /// Walks the whole audit and checks each row and the chain; says how many rows there are.
    ///
    /// # Errors
    /// The first break, with where it is.
    pub fn verify_audit(&self) -> Result<u64, VerifyAuditError> {
        let (mut last, mut before) = (0_u64, Hash::NONE);
        let walked = self.read(|conn| {
            let mut rows = conn.prepare_cached(sql::AUDIT_AS_KEPT)?;
            let mut rows = rows.query([])?;
            while let Some(found) = rows.next()? {
                let (number, at) = (row::number(found, 0)?, row::instant(found, 1)?);
                let (incident, text): (IncidentId, String) = (row::name(found, 2)?, found.get(3)?);
                let hash = row::hash(found, 4)?;
                if number != last.saturating_add(1) {
                    return Ok(Err(VerifyAuditError::Sequence { expected: last.saturating_add(1), found: number }));
                }
                let row = read(number, at, &text, hash)?;
                if hash != chained(number, at, before, &text) || row.audited.incident != incident {
                    return Ok(Err(VerifyAuditError::Broken { number }));
                }
                (last, before) = (number, hash);
            }
            Ok(Ok(last))
        });
        walked.unwrap_or_else(|source: ReadError| Err(VerifyAuditError::Unreadable { after: last, source }))
    }
}

fn audit_row(row: &Row<'_>) -> rusqlite::Result<AuditRow> {
    let text: String = row.get(2)?;
    read(row::number(row, 0)?, row::instant(row, 1)?, &text, row::hash(row, 3)?)
}

fn read(number: u64, at: Instant, text: &str, hash: Hash) -> rusqlite::Result<AuditRow> {
    let unreadable = |err| rusqlite::Error::FromSqlConversionFailure(2, Type::Text, Box::new(err));
    Ok(AuditRow { number, at, audited: serde_json::from_str(text).map_err(unreadable)?, hash })
}
