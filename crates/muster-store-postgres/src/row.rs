//! Rows in: numbers as the database holds them, times as milliseconds, names read back as names.

use std::str::FromStr;

use chrono::DateTime;
use muster_record::entry::{Hash, Sealed};
use muster_record::ids::Seq;
use muster_record::time::Instant;
use muster_store::{KeptContent, Opens, Request, Revision, SettingsChange, Shut, Stored, StoredHead};
use serde::de::DeserializeOwned;
use tokio_postgres::Row;
use tokio_postgres::types::FromSql;

use crate::fault::Fault;

/// What comes of reading a row.
pub(crate) type Read<T> = Result<T, Fault>;

/// A column as it is.
pub(crate) fn get<'a, T: FromSql<'a>>(row: &'a Row, column: usize) -> Read<T> {
    row.try_get(column).map_err(|error| unreadable(column, &error))
}

fn unreadable(column: usize, problem: &dyn std::fmt::Display) -> Fault {
    Fault::Unreadable(format!("column {column}: {problem}"))
}

pub(crate) fn number(row: &Row, column: usize) -> Read<u64> {
    unsigned(get(row, column)?, column)
}

fn unsigned<T: TryFrom<i64>>(number: i64, column: usize) -> Read<T> {
    T::try_from(number).map_err(|_| unreadable(column, &format!("{number} is out of range")))
}

/// A number that is small here.
pub(crate) fn small(row: &Row, column: usize) -> Read<u32> {
    unsigned(get(row, column)?, column)
}

pub(crate) fn revision(row: &Row, column: usize) -> Read<Revision> {
    number(row, column).map(Revision)
}

pub(crate) fn seq(row: &Row, column: usize) -> Read<Seq> {
    number(row, column).map(Seq)
}

/// So many bytes.
pub(crate) fn array<const N: usize>(row: &Row, column: usize) -> Read<[u8; N]> {
    let bytes: &[u8] = get(row, column)?;
    bytes.try_into().map_err(|_| unreadable(column, &format!("{} bytes are not {N}", bytes.len())))
}

pub(crate) fn hash(row: &Row, column: usize) -> Read<Hash> {
    array(row, column).map(Hash)
}

pub(crate) fn instant(row: &Row, column: usize) -> Read<Instant> {
    moment(get(row, column)?, column)
}

fn moment(millis: i64, column: usize) -> Read<Instant> {
    DateTime::from_timestamp_millis(millis).ok_or_else(|| unreadable(column, &format!("{millis} is no time")))
}

pub(crate) fn maybe_instant(row: &Row, column: usize) -> Read<Option<Instant>> {
    get::<Option<i64>>(row, column)?.map(|millis| moment(millis, column)).transpose()
}

pub(crate) fn name<T: FromStr<Err: std::fmt::Display>>(row: &Row, column: usize) -> Read<T> {
    let text: &str = get(row, column)?;
    text.parse().map_err(|error| unreadable(column, &error))
}

/// Something that stands there as JSON.
pub(crate) fn json<T: DeserializeOwned>(row: &Row, column: usize) -> Read<T> {
    serde_json::from_str(get(row, column)?).map_err(|error| unreadable(column, &error))
}

/// An entry, with what it says where whoever reads can open it.
pub(crate) fn stored(row: &Row, opens: Option<&dyn Opens>) -> Read<Stored> {
    let (incident, seq) = (name(row, 1)?, seq(row, 2)?);
    let kept = KeptContent { payload: get(row, 7)?, salt: array(row, 8)? };
    let apart = match get::<Option<Vec<u8>>>(row, 11)? {
        Some(sealed) => Some(Shut { key: get(row, 9)?, wrapped: get(row, 10)?, sealed }),
        None => None,
    };
    let content = kept.read(&incident, seq, apart, opens).map_err(Fault::Unreadable)?;
    let sealed = Sealed {
        incident,
        seq,
        recorded_at: instant(row, 3)?,
        envelope: get(row, 4)?,
        content,
        commitment: hash(row, 5)?,
        hash: hash(row, 6)?,
    };
    Ok(Stored { revision: revision(row, 0)?, sealed })
}

pub(crate) fn head(row: &Row) -> Read<StoredHead> {
    Ok(StoredHead {
        incident: name(row, 0)?,
        seq: seq(row, 1)?,
        hash: hash(row, 2)?,
        recorded_at: instant(row, 3)?,
        exercise: get(row, 4)?,
        closed: get(row, 5)?,
        summary: get(row, 6)?,
        revision: revision(row, 7)?,
    })
}

pub(crate) fn request(row: &Row) -> Read<(Request, Revision)> {
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

pub(crate) fn settings_change(row: &Row) -> Read<SettingsChange> {
    Ok(SettingsChange {
        agency: name(row, 0)?,
        rule_set: name(row, 1)?,
        settings: hash(row, 2)?,
        at: instant(row, 3)?,
        system: get(row, 4)?,
        because: get(row, 5)?,
        request: name(row, 6)?,
        body: hash(row, 7)?,
        outcome: get(row, 8)?,
    })
}
