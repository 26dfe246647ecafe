//! Who the people are, as sealed bytes with wrapped keys: kept, read and erased. The store cannot open them.

use muster_record::ids::{IncidentId, PersonNo};
use rusqlite::{OptionalExtension as _, Row, Transaction, params};

use crate::error::ReadError;
use crate::read::Readers;
use crate::row;
use crate::sql;

/// A person's key, wrapped.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WrappedKey {
    /// The incident.
    pub incident: IncidentId,
    /// The person.
    pub person: PersonNo,
    /// The name of the key that it is wrapped with.
    pub key: String,
    /// The wrapping: 72 bytes.
    pub wrapped: Vec<u8>,
}

/// Who somebody is, sealed, with the key that seals it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SealedPerson {
    /// The person's key.
    pub key: WrappedKey,
    /// The version.
    pub version: u32,
    /// The random bytes in the commitment that stands on the record.
    pub salt: [u8; 16],
    /// The sealed bytes.
    pub sealed: Vec<u8>,
}

pub(crate) fn seal(tx: &Transaction<'_>, of: &SealedPerson) -> rusqlite::Result<()> {
    let SealedPerson { key, version, salt, sealed } = of;
    wrap(tx, key)?;
    let WrappedKey { incident, person, key: _, wrapped: _ } = key;
    tx.prepare_cached(sql::SEAL_PERSON)?.execute(params![incident.as_str(), person.0, version, salt, sealed])?;
    Ok(())
}

pub(crate) fn wrap(tx: &Transaction<'_>, key: &WrappedKey) -> rusqlite::Result<()> {
    let WrappedKey { incident, person, key, wrapped } = key;
    tx.prepare_cached(sql::WRAP_PERSON_KEY)?.execute(params![incident.as_str(), person.0, key, wrapped])?;
    Ok(())
}

/// Deletes the bytes and their key. `secure_delete` writes zeros over both.
pub(crate) fn erase(tx: &Transaction<'_>, incident: &IncidentId, person: PersonNo) -> rusqlite::Result<()> {
    for statement in [sql::ERASE_SEALED_PERSON, sql::ERASE_PERSON_KEY] {
        tx.prepare_cached(statement)?.execute(params![incident.as_str(), person.0])?;
    }
    Ok(())
}

impl Readers {
    /// Who a person is, sealed; nothing when it was never written down, or erased.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn sealed_person(&self, incident: &IncidentId, person: PersonNo) -> Result<Option<SealedPerson>, ReadError> {
        self.read(|conn| {
            let mut found = conn.prepare_cached(sql::SEALED_PERSON)?;
            found.query_row(params![incident.as_str(), person.0], sealed_person).optional()
        })
    }

    /// The wrapped keys behind a place, in order of incident and person, at most `limit`.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn person_keys(
        &self,
        after: Option<(&IncidentId, PersonNo)>,
        limit: usize,
    ) -> Result<Vec<WrappedKey>, ReadError> {
        let (incident, person) = after.map_or(("", 0), |(incident, person)| (incident.as_str(), person.0));
        self.read(|conn| {
            let mut keys = conn.prepare_cached(sql::PERSON_KEYS)?;
            keys.query_map(params![incident, person, row::count(limit)], wrapped_key)?.collect()
        })
    }

    /// How many people's keys each key wraps, by its name.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn keys_in_use(&self) -> Result<Vec<(String, u64)>, ReadError> {
        self.read(|conn| {
            let mut keys = conn.prepare_cached(sql::KEYS_IN_USE)?;
            keys.query_map([], |row| Ok((row.get(0)?, row::number(row, 1)?)))?.collect()
        })
    }
}

fn wrapped_key(row: &Row<'_>) -> rusqlite::Result<WrappedKey> {
    Ok(WrappedKey {
        incident: row::name(row, 0)?,
        person: PersonNo(row.get(1)?),
        key: row.get(2)?,
        wrapped: row.get(3)?,
    })
}

fn sealed_person(row: &Row<'_>) -> rusqlite::Result<SealedPerson> {
    Ok(SealedPerson { key: wrapped_key(row)?, version: row.get(4)?, salt: row.get(5)?, sealed: row.get(6)? })
}
