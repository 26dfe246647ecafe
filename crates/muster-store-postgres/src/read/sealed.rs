//! Reading what is sealed, as sealed bytes.

use muster_record::ids::{IncidentId, PersonNo, Seq};
use muster_store::{ReadError, ReadsSealed, SealedPerson, WrappedKey, WrappedPayloadKey};
use tokio_postgres::Row;

use super::Readers;
use crate::row::{self, Read};
use crate::sql::sealed as sql;
use crate::step::{count, int, params, text};

impl ReadsSealed for Readers {
    fn sealed_person(&self, incident: &IncidentId, person: PersonNo) -> Result<Option<SealedPerson>, ReadError> {
        self.one(sql::SEALED_PERSON, params![text(incident.as_str()), i64::from(person.0)], |row| {
            let (version, salt, sealed) = (row::small(row, 4)?, row::array(row, 5)?, row::get(row, 6)?);
            Ok(SealedPerson { key: person_key(row)?, version, salt, sealed })
        })
    }

    fn person_keys(&self, after: Option<(&IncidentId, PersonNo)>, limit: usize) -> Result<Vec<WrappedKey>, ReadError> {
        let (incident, person) = after.map_or(("", 0), |(incident, person)| (incident.as_str(), person.0));
        self.all(sql::PERSON_KEYS, params![text(incident), i64::from(person), count(limit)], person_key)
    }

    fn keys_in_use(&self) -> Result<Vec<(String, u64)>, ReadError> {
        self.all(sql::KEYS_IN_USE, Vec::new(), |row| Ok((row::get(row, 0)?, row::number(row, 1)?)))
    }

    fn sealed_entries(&self, incident: &IncidentId) -> Result<Vec<Seq>, ReadError> {
        self.all(sql::SEALED_ENTRIES, params![text(incident.as_str())], |row| row::seq(row, 0))
    }

    fn payload_key_among(
        &self,
        incident: &IncidentId,
        first: Seq,
        last: Seq,
    ) -> Result<Option<WrappedPayloadKey>, ReadError> {
        let of = params![text(incident.as_str()), int(first.0), int(last.0)];
        self.one(sql::PAYLOAD_KEY_AMONG, of, payload_key)
    }

    fn payload_keys(
        &self,
        after: Option<(&IncidentId, Seq)>,
        limit: usize,
    ) -> Result<Vec<WrappedPayloadKey>, ReadError> {
        let (incident, seq) = after.map_or(("", 0), |(incident, seq)| (incident.as_str(), seq.0));
        self.all(sql::PAYLOAD_KEYS, params![text(incident), int(seq), count(limit)], payload_key)
    }
}

fn person_key(row: &Row) -> Read<WrappedKey> {
    let (incident, person) = (row::name(row, 0)?, PersonNo(row::small(row, 1)?));
    Ok(WrappedKey { incident, person, key: row::get(row, 2)?, wrapped: row::get(row, 3)? })
}

fn payload_key(row: &Row) -> Read<WrappedPayloadKey> {
    let (incident, seq) = (row::name(row, 0)?, row::seq(row, 1)?);
    Ok(WrappedPayloadKey { incident, seq, key: row::get(row, 2)?, wrapped: row::get(row, 3)? })
}
