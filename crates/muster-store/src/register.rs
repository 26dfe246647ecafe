//! The register's rows and imports: written as one, read as a whole. What is in a row is none of the store's business.

use chrono::NaiveDate;
use muster_record::entry::Hash;
use muster_record::ids::AgencyId;
use muster_record::time::Instant;
use rusqlite::{Row, Transaction, params};

use crate::error::ReadError;
use crate::read::Readers;
use crate::row;
use crate::sql;

/// Rows read at a time.
const PAGE: usize = 10_000;

/// An import to keep, and what it changes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RegisterWrite {
    /// The import.
    pub import: StoredImport,
    /// What it changes.
    pub changes: Vec<RegisterChange>,
}

/// One row that an import changes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RegisterChange {
    /// It is kept, in place of what was kept under its kind and code.
    Put(StoredRow),
    /// It is no longer kept.
    Remove {
        /// Its kind.
        kind: String,
        /// Its code.
        code: String,
    },
}

/// A row as it is stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredRow {
    /// Its kind.
    pub kind: String,
    /// Its code among those of its kind.
    pub code: String,
    /// Who said it.
    pub source: String,
    /// What was said, as JSON.
    pub row: String,
}

/// An import as it is stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredImport {
    /// Its number: one more than that of the import before.
    pub number: u64,
    /// What the file was of.
    pub source: String,
    /// The day for which it speaks.
    pub as_at: NaiveDate,
    /// Whether it was the whole of its source, as a word.
    pub covers: String,
    /// The hash of the file.
    pub digest: Hash,
    /// When it was kept.
    pub at: Instant,
    /// Who sent it.
    pub agency: AgencyId,
    /// With which system.
    pub system: String,
    /// What it changed, as JSON.
    pub report: String,
}

pub(crate) fn write(tx: &Transaction<'_>, write: &RegisterWrite) -> rusqlite::Result<()> {
    let RegisterWrite { import, changes } = write;
    let StoredImport { number, source, as_at, covers, digest, at, agency, system, report } = import;
    tx.prepare_cached(sql::KEEP_IMPORT)?.execute(params![
        row::int(*number),
        source,
        as_at.to_string(),
        covers,
        digest.0,
        at.timestamp_millis(),
        agency.as_str(),
        system,
        report,
    ])?;
    let (mut put, mut remove) = (tx.prepare_cached(sql::PUT_ROW)?, tx.prepare_cached(sql::REMOVE_ROW)?);
    for change in changes {
        match change {
            RegisterChange::Put(StoredRow { kind, code, source, row }) => {
                put.execute(params![kind, code, source, row, row::int(*number)])?;
            }
            RegisterChange::Remove { kind, code } => {
                remove.execute([kind, code])?;
            }
        }
    }
    Ok(())
}

impl Readers {
    /// Every row of the register, by kind and code.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn register_rows(&self) -> Result<Vec<StoredRow>, ReadError> {
        self.read(|conn| {
            // An import that is committed meanwhile is not seen in part.
            let tx = conn.unchecked_transaction()?;
            let mut page = tx.prepare_cached(sql::ROWS)?;
            let mut rows: Vec<StoredRow> = Vec::new();
            loop {
                let before = rows.len();
                let (kind, code) = rows.last().map_or(("", ""), |last| (&last.kind, &last.code));
                let more = page.query_map(params![kind, code, row::count(PAGE)], stored_row)?;
                let more: Vec<StoredRow> = more.collect::<Result<_, _>>()?;
                rows.extend(more);
                if rows.len() == before {
                    return Ok(rows);
                }
            }
        })
    }

    /// The imports behind a number, oldest first, at most `limit`.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn register_imports(&self, after: u64, limit: usize) -> Result<Vec<StoredImport>, ReadError> {
        self.read(|conn| {
            let mut imports = conn.prepare_cached(sql::IMPORTS)?;
            imports.query_map(params![row::int(after), row::count(limit)], stored_import)?.collect()
        })
    }
}

fn stored_row(row: &Row<'_>) -> rusqlite::Result<StoredRow> {
    Ok(StoredRow { kind: row.get(0)?, code: row.get(1)?, source: row.get(2)?, row: row.get(3)? })
}

fn stored_import(row: &Row<'_>) -> rusqlite::Result<StoredImport> {
    Ok(StoredImport {
        number: row::number(row, 0)?,
        source: row.get(1)?,
        as_at: row::name(row, 2)?,
        covers: row.get(3)?,
        digest: row::hash(row, 4)?,
        at: row::instant(row, 5)?,
        agency: row::name(row, 6)?,
        system: row.get(7)?,
        report: row.get(8)?,
    })
}
