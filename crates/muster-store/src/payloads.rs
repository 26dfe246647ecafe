//! What entries say of people, as sealed bytes with wrapped keys: kept with the entry, handed to whoever can open it, and
//! erased. The store cannot open it.

use muster_record::entry::{Content, Hash};
use muster_record::ids::{IncidentId, Seq};
use rusqlite::types::Type;
use rusqlite::{Row, Transaction, params};

use crate::error::{CommitError, ReadError};
use crate::read::Readers;
use crate::row;
use crate::sql;

/// Sealed bytes, with the key that seals them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Shut {
    /// The name of the key that theirs is wrapped with.
    pub key: String,
    /// Their key, wrapped: 72 bytes.
    pub wrapped: Vec<u8>,
    /// The bytes.
    pub sealed: Vec<u8>,
}

/// What one entry says, sealed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ShutPayload {
    /// The entry.
    pub seq: Seq,
    /// Its fact and salt.
    pub shut: Shut,
}

/// The wrapped key of one entry.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WrappedPayloadKey {
    /// The incident.
    pub incident: IncidentId,
    /// The entry.
    pub seq: Seq,
    /// The name of the key that it is wrapped with.
    pub key: String,
    /// The wrapping: 72 bytes.
    pub wrapped: Vec<u8>,
}

/// Opens what entries say: whoever holds the keys. Without one, sealed entries are read as [`Content::Locked`].
pub trait Opens: Send + Sync {
    /// The content of an entry; [`Content::Locked`] where the key that its own is wrapped with is not at hand.
    ///
    /// # Errors
    /// What is wrong with it, where it is not what was sealed.
    fn payload(&self, incident: &IncidentId, seq: Seq, shut: &Shut) -> Result<Content, String>;
    /// The fold in a snapshot, as JSON; nothing where it cannot be opened, whyever: it is worked out again then.
    fn snapshot(&self, incident: &IncidentId, seq: Seq, shut: &Shut) -> Option<String>;
}

/// What stands in the entry in place of a payload that is sealed: the digest of the sealed bytes. No fact begins so.
const REFERENCE: (&str, &str) = (r#"{"sealed":""#, r#""}"#);

/// The salt that stands in an entry whose own is sealed.
pub(crate) const NO_SALT: [u8; 16] = [0; 16];

impl Shut {
    pub(crate) fn reference(&self) -> String {
        let (before, behind) = REFERENCE;
        format!("{before}{}{behind}", Hash::of(&self.sealed))
    }
}

pub(crate) fn referred(payload: &str) -> Option<Hash> {
    let (before, behind) = REFERENCE;
    payload.strip_prefix(before)?.strip_suffix(behind)?.parse().ok()
}

pub(crate) fn keep(tx: &Transaction<'_>, incident: &IncidentId, payload: &ShutPayload) -> rusqlite::Result<()> {
    let ShutPayload { seq, shut: Shut { key, wrapped, sealed } } = payload;
    let mut keep = tx.prepare_cached(sql::KEEP_PAYLOAD)?;
    keep.execute(params![incident.as_str(), row::int(seq.0), key, wrapped, sealed])?;
    Ok(())
}

pub(crate) fn rewrap(tx: &Transaction<'_>, of: &WrappedPayloadKey) -> rusqlite::Result<()> {
    let WrappedPayloadKey { incident, seq, key, wrapped } = of;
    tx.prepare_cached(sql::REWRAP_PAYLOAD)?.execute(params![incident.as_str(), row::int(seq.0), key, wrapped])?;
    Ok(())
}

/// Deletes what entries say, with their keys, and the snapshots that hold it too. `secure_delete` writes zeros over both.
pub(crate) fn erase(tx: &Transaction<'_>, incident: &IncidentId, entries: &[Seq]) -> Result<(), CommitError> {
    let mut erase = tx.prepare_cached(sql::ERASE_PAYLOAD)?;
    for seq in entries {
        if erase.execute(params![incident.as_str(), row::int(seq.0)])? != 1 {
            let problem = format!("entry {seq} has no sealed payload to erase");
            return Err(CommitError::Incoherent { incident: incident.clone(), problem });
        }
    }
    tx.prepare_cached(sql::DROP_SNAPSHOTS_OF)?.execute([incident.as_str()])?;
    Ok(())
}

/// What an entry says, from its row: its payload, its salt, and from the third column on what is sealed apart.
pub(crate) fn content(
    row: &Row<'_>,
    first: usize,
    of: (&IncidentId, Seq),
    opens: Option<&dyn Opens>,
) -> rusqlite::Result<Content> {
    let column = |offset: usize| first.saturating_add(offset);
    let payload: String = row.get(first)?;
    let Some(reference) = referred(&payload) else {
        return Ok(Content::Whole { payload, salt: row.get(column(1))? });
    };
    let Some(sealed) = row.get::<_, Option<Vec<u8>>>(column(4))? else { return Ok(Content::Erased) };
    let bad = |problem: String| rusqlite::Error::FromSqlConversionFailure(column(4), Type::Blob, problem.into());
    if Hash::of(&sealed) != reference {
        return Err(bad(format!("what entry {} says is not what was sealed", of.1)));
    }
    let shut = Shut { key: row.get(column(2))?, wrapped: row.get(column(3))?, sealed };
    let Some(opens) = opens else { return Ok(Content::Locked) };
    opens.payload(of.0, of.1, &shut).map_err(|problem| bad(format!("what entry {} says: {problem}", of.1)))
}

impl Readers {
    /// The entries whose content is kept sealed, of an incident.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn sealed_entries(&self, incident: &IncidentId) -> Result<Vec<Seq>, ReadError> {
        self.read(|conn| {
            conn.prepare_cached(sql::SEALED_ENTRIES)?.query_map([incident.as_str()], |row| row::seq(row, 0))?.collect()
        })
    }

    /// The first sealed payload's key among entries of an incident; nothing where none is sealed.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn payload_key_among(
        &self,
        incident: &IncidentId,
        first: Seq,
        last: Seq,
    ) -> Result<Option<WrappedPayloadKey>, ReadError> {
        self.read(|conn| {
            let mut found = conn.prepare_cached(sql::PAYLOAD_KEY_AMONG)?;
            let asked = params![incident.as_str(), row::int(first.0), row::int(last.0)];
            found.query_map(asked, wrapped_key)?.next().transpose()
        })
    }

    /// The wrapped keys of entries behind a place, in order of incident and entry, at most `limit`.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn payload_keys(
        &self,
        after: Option<(&IncidentId, Seq)>,
        limit: usize,
    ) -> Result<Vec<WrappedPayloadKey>, ReadError> {
        let (incident, seq) = after.map_or(("", Seq(0)), |(incident, seq)| (incident.as_str(), seq));
        self.read(|conn| {
            let mut keys = conn.prepare_cached(sql::PAYLOAD_KEYS)?;
            keys.query_map(params![incident, row::int(seq.0), row::count(limit)], wrapped_key)?.collect()
        })
    }
}

fn wrapped_key(row: &Row<'_>) -> rusqlite::Result<WrappedPayloadKey> {
    Ok(WrappedPayloadKey {
        incident: row::name(row, 0)?,
        seq: row::seq(row, 1)?,
        key: row.get(2)?,
        wrapped: row.get(3)?,
    })
}
