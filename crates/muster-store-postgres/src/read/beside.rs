//! Reading what stands beside the records.

use muster_record::audit::AuditRow;
use muster_record::ids::{AgencyId, IncidentId};
use muster_store::{Generation, ReadError, ReadsBeside, StoredImport, StoredRow};
use tokio_postgres::Row;

use super::Readers;
use crate::row::{self, Read};
use crate::sql::beside as sql;
use crate::sql::sealed;
use crate::step::{count, int, params, text};

impl ReadsBeside for Readers {
    fn audit(&self, after: u64, limit: usize) -> Result<Vec<AuditRow>, ReadError> {
        self.all(sealed::AUDIT, params![int(after), count(limit)], audit_row)
    }

    fn audit_of(&self, incident: &IncidentId, after: u64, limit: usize) -> Result<Vec<AuditRow>, ReadError> {
        self.all(sealed::AUDIT_OF, params![text(incident.as_str()), int(after), count(limit)], audit_row)
    }

    fn register_rows(&self) -> Result<Vec<StoredRow>, ReadError> {
        self.all(sql::ROWS, Vec::new(), |row| {
            let (kind, code) = (row::get(row, 0)?, row::get(row, 1)?);
            Ok(StoredRow { kind, code, source: row::get(row, 2)?, row: row::get(row, 3)? })
        })
    }

    fn register_imports(&self, after: u64, limit: usize) -> Result<Vec<StoredImport>, ReadError> {
        self.all(sql::IMPORTS, params![int(after), count(limit)], |row| {
            Ok(StoredImport {
                number: row::number(row, 0)?,
                source: row::get(row, 1)?,
                as_at: row::name(row, 2)?,
                covers: row::get(row, 3)?,
                digest: row::hash(row, 4)?,
                at: row::instant(row, 5)?,
                agency: row::name(row, 6)?,
                system: row::get(row, 7)?,
                report: row::get(row, 8)?,
            })
        })
    }

    fn generations(&self) -> Result<Vec<Generation>, ReadError> {
        self.all(sql::GENERATIONS, Vec::new(), |row| {
            let (id, after) = (row::array(row, 0)?, row::revision(row, 1)?);
            Ok(Generation { id, after, begun_at: row::instant(row, 2)? })
        })
    }

    fn somebody_seated(&self) -> Result<Option<(IncidentId, AgencyId)>, ReadError> {
        self.one(sql::SOMEBODY_SEATED, Vec::new(), |row| Ok((row::name(row, 0)?, row::name(row, 1)?)))
    }
}

/// A row of the audit, from its number, time, text and hash.
pub(crate) fn audit_row(row: &Row) -> Read<AuditRow> {
    let (number, at) = (row::number(row, 0)?, row::instant(row, 1)?);
    Ok(AuditRow { number, at, audited: row::json(row, 2)?, hash: row::hash(row, 3)? })
}
