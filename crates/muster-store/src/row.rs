//! Rows in and out: numbers as SQLite holds them, times as milliseconds, names read back as names.

use std::error::Error;
use std::str::FromStr;

use chrono::DateTime;
use muster_record::entry::{Hash, Sealed};
use muster_record::ids::Seq;
use muster_record::time::Instant;
use rusqlite::types::Type;
use rusqlite::{Result, Row};

use crate::payloads::{self, Opens};
use crate::read::{Stored, StoredHead};
use crate::write::{Request, Revision, SettingsChange};

/// A number as SQLite holds it. None of ours comes near its end.
pub(crate) fn int(number: u64) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}

/// How many rows, as SQLite holds it.
pub(crate) fn count(limit: usize) -> i64 {
    i64::try_from(limit).unwrap_or(i64::MAX)
}

pub(crate) fn number(row: &Row<'_>, column: usize) -> Result<u64> {
    let number: i64 = row.get(column)?;
    u64::try_from(number).map_err(|_| rusqlite::Error::IntegralValueOutOfRange(column, number))
}

pub(crate) fn revision(row: &Row<'_>, column: usize) -> Result<Revision> {
    number(row, column).map(Revision)
}

pub(crate) fn seq(row: &Row<'_>, column: usize) -> Result<Seq> {
    number(row, column).map(Seq)
}

pub(crate) fn hash(row: &Row<'_>, column: usize) -> Result<Hash> {
    row.get(column).map(Hash)
}

pub(crate) fn instant(row: &Row<'_>, column: usize) -> Result<Instant> {
    let millis: i64 = row.get(column)?;
    DateTime::from_timestamp_millis(millis).ok_or(rusqlite::Error::IntegralValueOutOfRange(column, millis))
}

pub(crate) fn name<T>(row: &Row<'_>, column: usize) -> Result<T>
where
    T: FromStr<Err: Error + Send + Sync + 'static>,
{
    let text = row.get_ref(column)?.as_str()?;
    text.parse().map_err(|err: T::Err| rusqlite::Error::FromSqlConversionFailure(column, Type::Text, Box::new(err)))
}

/// An entry, with what it says where whoever reads can open it.
pub(crate) fn stored(row: &Row<'_>, opens: Option<&dyn Opens>) -> Result<Stored> {
    let (incident, seq) = (name(row, 1)?, seq(row, 2)?);
    let content = payloads::content(row, 7, (&incident, seq), opens)?;
    let sealed = Sealed {
        incident,
        seq,
        recorded_at: instant(row, 3)?,
        envelope: row.get(4)?,
        content,
        commitment: hash(row, 5)?,
        hash: hash(row, 6)?,
    };
    Ok(Stored { revision: revision(row, 0)?, sealed })
}

pub(crate) fn head(row: &Row<'_>) -> Result<StoredHead> {
    Ok(StoredHead {
        incident: name(row, 0)?,
        seq: seq(row, 1)?,
        hash: hash(row, 2)?,
        recorded_at: instant(row, 3)?,
        exercise: row.get(4)?,
        closed: row.get(5)?,
        summary: row.get(6)?,
        revision: revision(row, 7)?,
    })
}

pub(crate) fn request(row: &Row<'_>) -> Result<(Request, Revision)> {
    let request = Request {
        agency: name(row, 0)?,
        id: name(row, 1)?,
        body: hash(row, 2)?,
        incident: name(row, 3)?,
        first: seq(row, 4)?,
        last: seq(row, 5)?,
        at: instant(row, 6)?,
    };
    Ok((request, revision(row, 7)?))
}

pub(crate) fn settings_change(row: &Row<'_>) -> Result<SettingsChange> {
    Ok(SettingsChange {
        agency: name(row, 0)?,
        rule_set: name(row, 1)?,
        settings: hash(row, 2)?,
        at: instant(row, 3)?,
        system: row.get(4)?,
        because: row.get(5)?,
        request: name(row, 6)?,
        body: hash(row, 7)?,
        outcome: row.get(8)?,
    })
}
