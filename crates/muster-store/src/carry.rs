//! Carrying a store to another kind of store: everything in it, table by table, as values. What is sealed stays sealed.

use rusqlite::Connection;
use rusqlite::types::ValueRef;
use thiserror::Error;

use crate::error::ReadError;
use crate::installs;
use crate::store::Store;

/// A value of a row.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Value<'a> {
    /// None.
    Nothing,
    /// A whole number; a truth is 0 or 1.
    Number(i64),
    /// Text.
    Text(&'a str),
    /// Bytes.
    Bytes(&'a [u8]),
}

/// A table, by the names that every other store calls it and its columns.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Table {
    /// Its name.
    pub name: &'static str,
    /// Its columns, in the order in which values come.
    pub columns: &'static [&'static str],
}

/// Why something was not carried.
#[derive(Debug, Error)]
pub enum CarryError<E> {
    /// The store cannot be read to its end.
    #[error("the store cannot be read to its end")]
    Read(#[from] ReadError),
    /// Whoever takes it did not.
    #[error(transparent)]
    Taken(E),
}

macro_rules! tables {
    ($($name:ident($($column:ident),*) $from:literal;)*) => {
        /// Each table with the statement that gives its rows, in an order in which each row may be put behind the last: what
        /// another refers to comes first.
        const TABLES: &[(Table, &str)] = &[
            $((Table { name: stringify!($name), columns: &[$(stringify!($column)),*] },
               concat!("SELECT ", tables!(@list $($column),*), " FROM ", $from)),)*
        ];
    };
    (@list $first:ident $(, $rest:ident)*) => { concat!(stringify!($first) $(, ", ", stringify!($rest))*) };
}

// Snapshots are left: they are worked out again.
tables! {
    head(incident, seq, hash, recorded_at, exercise, closed, summary, revision, looked, look_again_at)
        "head ORDER BY incident";
    entry(revision, incident, seq, recorded_at, envelope, payload, salt, commitment, hash)
        "entry ORDER BY place";
    sealed_payload(incident, seq, key, wrapped, sealed)
        "sealed_payload ORDER BY incident, seq";
    seat(agency, incident)
        "seat ORDER BY agency, incident";
    request(agency, id, body, incident, first, last, at, revision)
        "request ORDER BY agency, id";
    generation(number, id, after, begun_at)
        "generation ORDER BY number";
    person_key(incident, person, key, wrapped)
        "person_key ORDER BY incident, person";
    sealed_person(incident, person, version, salt, sealed)
        "sealed_person ORDER BY incident, person";
    audit(number, at, incident, said, hash)
        "(SELECT number, at, incident, row AS said, hash FROM audit) ORDER BY number";
    component(digest, name, bytes)
        "component ORDER BY digest";
    settings(digest, text)
        "settings ORDER BY digest";
    settings_change(number, agency, rule_set, settings, at, system, because, request, body, outcome)
        "settings_change ORDER BY number";
    install(number, agency, rule_set, version, component, at, person, system, because, request, body, terms, envelope)
        "(SELECT own.*, coalesce(terms, '') AS terms, envelope FROM install AS own
          LEFT JOIN install_terms ON install_terms.install = own.number
          LEFT JOIN install_envelope ON install_envelope.install = own.number) ORDER BY number";
    install_end(number, install, approved, at, person, system)
        "install_end ORDER BY number";
    shadow_look(number, incident, owner, rule_set, component, settings, seq, as_of, situation, fuel_used, advice, added,
                revised, withdrawn, class)
        "shadow_look ORDER BY number";
    register_import(number, source, as_at, covers, digest, at, agency, system, report)
        "register_import ORDER BY number";
    register_row(kind, code, source, said, import)
        "(SELECT kind, code, source, row AS said, import FROM register_row) ORDER BY kind, code";
    webhook(number, agency, said, key, wrapped, request, body, deleted)
        "webhook ORDER BY number";
    webhook_progress(webhook, revision, seq, attempts, away_since, dead_in_a_row, delivered, last_incident, last_seq,
                     last_at, error, error_at, paused, paused_at)
        "webhook_progress ORDER BY webhook";
    webhook_dead(webhook, incident, seq, revision, attempts, at, answer, again)
        "webhook_dead ORDER BY webhook, incident, seq";
    dispatch(reference, incident, communication, agency, channel, at, state, id, answer)
        "dispatch ORDER BY reference";
}

impl Store {
    /// Gives everything in the store to somebody, row by row. Nobody else has the store meanwhile.
    ///
    /// # Errors
    /// When it cannot be read, or the first thing that whoever takes it says.
    pub fn carry<E>(&self, mut take: impl FnMut(Table, &[Value<'_>]) -> Result<(), E>) -> Result<(), CarryError<E>> {
        let conn = self.to_read().map_err(|error| CarryError::Read(error.into()))?;
        for (table, sql) in TABLES {
            rows(&conn, *table, sql, &mut take)?;
        }
        Ok(())
    }
}

fn rows<E>(
    conn: &Connection,
    table: Table,
    sql: &str,
    take: &mut impl FnMut(Table, &[Value<'_>]) -> Result<(), E>,
) -> Result<(), CarryError<E>> {
    let read = |error: rusqlite::Error| CarryError::Read(error.into());
    let before_there_were_any = installs::terms_before_there_were_any().map_err(read)?;
    let mut asked = conn.prepare(sql).map_err(read)?;
    let mut found = asked.query([]).map_err(read)?;
    while let Some(row) = found.next().map_err(read)? {
        let mut values = Vec::with_capacity(table.columns.len());
        for column in 0..table.columns.len() {
            values.push(match row.get_ref(column).map_err(read)? {
                ValueRef::Null => Value::Nothing,
                ValueRef::Integer(number) => Value::Number(number),
                ValueRef::Text(b"") if table.columns.get(column) == Some(&"terms") => {
                    Value::Text(&before_there_were_any)
                }
                ValueRef::Text(text) => Value::Text(std::str::from_utf8(text).map_err(|error| read(error.into()))?),
                ValueRef::Blob(bytes) => Value::Bytes(bytes),
                // No table of ours holds such numbers: they are STRICT.
                ValueRef::Real(_) => return Err(read(rusqlite::Error::InvalidQuery)),
            });
        }
        take(table, &values).map_err(CarryError::Taken)?;
    }
    Ok(())
}
