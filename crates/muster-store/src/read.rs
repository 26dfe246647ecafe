//! The readers: a few connections that see what is committed and can change nothing.

use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use muster_record::entry::{Hash, Sealed};
use muster_record::ids::{AgencyId, IncidentId, RequestId, RuleSetId, Seq};
use muster_record::time::Instant;
use rusqlite::{Connection, OptionalExtension as _, Params, Row, params};

use crate::error::ReadError;
use crate::open;
use crate::payloads::{Opens, Shut};
use crate::row;
use crate::sql;
use crate::write::{Request, Revision, SettingsChange, Snapshot};

/// How many connections are kept for the next reader: more than read at once on a small server.
const KEPT: usize = 8;

/// Behind every incident id, which are hexadecimal digits.
const BEHIND_ALL: &str = "~";

/// An entry and the change set that it came in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stored {
    /// The change set.
    pub revision: Revision,
    /// The entry.
    pub sealed: Sealed,
}

/// Where a record ends, as stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredHead {
    /// The incident.
    pub incident: IncidentId,
    /// Its last entry.
    pub seq: Seq,
    /// The hash of its last entry.
    pub hash: Hash,
    /// When its last entry was written.
    pub recorded_at: Instant,
    /// Whether it is a rehearsal.
    pub exercise: bool,
    /// Whether it is closed.
    pub closed: bool,
    /// What a list says of it, as JSON.
    pub summary: String,
    /// The change set that its last entry came in.
    pub revision: Revision,
}

/// An incident as of an entry, as it was put by.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OpenedSnapshot {
    /// The entry.
    pub seq: Seq,
    /// Its hash.
    pub hash: Hash,
    /// Which version of the fold it is.
    pub version: u32,
    /// The fold, as JSON.
    pub state: String,
}

/// An open incident that rule sets have not looked at to its end.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Behind {
    /// The incident.
    pub incident: IncidentId,
    /// Its last entry.
    pub seq: Seq,
    /// The last entry they saw; 0 when they never looked.
    pub looked: Seq,
}

/// Reads the store. Clones share their connections.
#[derive(Clone)]
pub struct Readers {
    path: Arc<PathBuf>,
    idle: Arc<Mutex<Vec<Connection>>>,
    /// Who opens what is sealed.
    opens: Option<Arc<dyn Opens>>,
}

impl std::fmt::Debug for Readers {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Readers").field("path", &self.path).finish_non_exhaustive()
    }
}

impl Readers {
    pub(crate) fn of(path: &Path) -> Self {
        Self { path: Arc::new(path.to_owned()), idle: Arc::default(), opens: None }
    }

    /// The same readers, who open what is sealed.
    #[must_use]
    pub fn opened_by(self, opens: Arc<dyn Opens>) -> Self {
        Self { opens: Some(opens), ..self }
    }

    /// Where the incident's record ends.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn head(&self, incident: &IncidentId) -> Result<Option<StoredHead>, ReadError> {
        self.one(sql::HEAD, [incident.as_str()], row::head)
    }

    /// The entries of a record behind `after`, in order, at most `limit`.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn entries(&self, incident: &IncidentId, after: Seq, limit: usize) -> Result<Vec<Stored>, ReadError> {
        self.all(sql::ENTRIES, params![incident.as_str(), row::int(after.0), row::count(limit)], |row| self.stored(row))
    }

    /// The hashes of a record's first `size` entries, in order; fewer when it has fewer.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn hashes(&self, incident: &IncidentId, size: u64) -> Result<Vec<Hash>, ReadError> {
        self.all(sql::HASHES, params![incident.as_str(), row::int(size)], |row| row::hash(row, 0))
    }

    /// The entries of all records behind the change set `after`, in order.
    ///
    /// Change sets come whole: the last may go past `limit`.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn since(&self, after: Revision, limit: usize) -> Result<Vec<Stored>, ReadError> {
        if limit == 0 {
            return Ok(Vec::new());
        }
        self.all(sql::SINCE, params![row::int(after.0), row::count(limit)], |row| self.stored(row))
    }

    /// The last change set; 0 when there is none.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn last_revision(&self) -> Result<Revision, ReadError> {
        let last = self.one(sql::LAST_REVISION, [], |row| row::revision(row, 0))?;
        Ok(last.unwrap_or_default())
    }

    /// What the agency asked for under that id, and the change set that came of it.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn request(&self, agency: &AgencyId, id: &RequestId) -> Result<Option<(Request, Revision)>, ReadError> {
        self.one(sql::REQUEST, [agency.as_str(), id.as_str()], row::request)
    }

    /// The newest snapshot of an incident, where it can be opened, and the entry it was taken at.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn snapshot(&self, incident: &IncidentId) -> Result<Option<OpenedSnapshot>, ReadError> {
        let Some(opens) = &self.opens else { return Ok(None) };
        let kept = self.one(sql::SNAPSHOT, [incident.as_str()], |row| {
            let shut = Shut { key: row.get(3)?, wrapped: row.get(4)?, sealed: row.get(5)? };
            let snapshot = Snapshot { version: row.get(2)?, shut };
            Ok((row::seq(row, 0)?, row::hash(row, 1)?, snapshot))
        })?;
        let Some((seq, hash, Snapshot { version, shut })) = kept else { return Ok(None) };
        let state = opens.snapshot(incident, seq, &shut);
        Ok(state.map(|state| OpenedSnapshot { seq, hash, version, state }))
    }

    /// The incidents at which the agency has a seat, newest first, behind `after`.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn incidents_of(
        &self,
        agency: &AgencyId,
        after: Option<&IncidentId>,
        limit: usize,
    ) -> Result<Vec<StoredHead>, ReadError> {
        let after = after.map_or(BEHIND_ALL, IncidentId::as_str);
        self.all(sql::INCIDENTS_OF, params![agency.as_str(), after, row::count(limit)], row::head)
    }

    /// Whether the agency has a seat in the incident.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn has_seat(&self, agency: &AgencyId, incident: &IncidentId) -> Result<bool, ReadError> {
        let found = self.all(sql::HAS_SEAT, params![agency.as_str(), incident.as_str()], |row| row.get::<_, i64>(0))?;
        Ok(!found.is_empty())
    }

    /// All incidents, oldest first, behind `after`.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn all_incidents(&self, after: Option<&IncidentId>, limit: usize) -> Result<Vec<IncidentId>, ReadError> {
        let after = after.map_or("", IncidentId::as_str);
        self.all(sql::ALL_INCIDENTS, params![after, row::count(limit)], |row| row::name(row, 0))
    }

    /// Open incidents that rule sets have not looked at to their end.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn behind(&self, limit: usize) -> Result<Vec<Behind>, ReadError> {
        self.all(sql::BEHIND, [row::count(limit)], |row| {
            Ok(Behind { incident: row::name(row, 0)?, seq: row::seq(row, 1)?, looked: row::seq(row, 2)? })
        })
    }

    /// Open incidents that rule sets asked to look at again, soonest first.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn look_again(&self, limit: usize) -> Result<Vec<(IncidentId, Instant)>, ReadError> {
        self.all(sql::LOOK_AGAIN, [row::count(limit)], |row| Ok((row::name(row, 0)?, row::instant(row, 1)?)))
    }

    /// The component with that digest.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn component(&self, digest: Hash) -> Result<Option<(RuleSetId, Vec<u8>)>, ReadError> {
        self.one(sql::COMPONENT, [digest.0], |row| Ok((row::name(row, 0)?, row.get(1)?)))
    }

    /// The settings with that digest.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn settings(&self, digest: Hash) -> Result<Option<String>, ReadError> {
        self.one(sql::SETTINGS, [digest.0], |row| row.get(0))
    }

    /// The newest change of an agency's settings of a rule set: they are in force.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn settings_in_force(
        &self,
        agency: &AgencyId,
        rule_set: &RuleSetId,
    ) -> Result<Option<SettingsChange>, ReadError> {
        self.one(sql::SETTINGS_IN_FORCE, [agency.as_str(), rule_set.as_str()], row::settings_change)
    }

    /// The change of settings that the agency asked for under that id.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn settings_asked(&self, agency: &AgencyId, id: &RequestId) -> Result<Option<SettingsChange>, ReadError> {
        self.one(sql::SETTINGS_ASKED, [agency.as_str(), id.as_str()], row::settings_change)
    }

    pub(crate) fn stored(&self, row: &Row<'_>) -> rusqlite::Result<Stored> {
        row::stored(row, self.opens.as_deref())
    }

    /// Lends a connection. One that met an error is not lent again.
    pub(crate) fn read<T>(&self, read: impl FnOnce(&Connection) -> rusqlite::Result<T>) -> Result<T, ReadError> {
        let idle = self.idle.lock().unwrap_or_else(PoisonError::into_inner).pop();
        let conn = match idle {
            Some(conn) => conn,
            None => open::to_read(&self.path)?,
        };
        let found = read(&conn)?;
        let mut idle = self.idle.lock().unwrap_or_else(PoisonError::into_inner);
        if idle.len() < KEPT {
            idle.push(conn);
        }
        Ok(found)
    }

    fn one<T>(
        &self,
        sql: &str,
        params: impl Params,
        make: impl FnOnce(&Row<'_>) -> rusqlite::Result<T>,
    ) -> Result<Option<T>, ReadError> {
        self.read(|conn| conn.prepare_cached(sql)?.query_row(params, make).optional())
    }

    fn all<T>(
        &self,
        sql: &str,
        params: impl Params,
        make: impl FnMut(&Row<'_>) -> rusqlite::Result<T>,
    ) -> Result<Vec<T>, ReadError> {
        self.read(|conn| conn.prepare_cached(sql)?.query_map(params, make)?.collect())
    }
}
