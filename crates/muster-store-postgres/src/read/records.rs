//! Reading the records.

use muster_record::entry::Hash;
use muster_record::ids::{AgencyId, IncidentId, RequestId, Seq};
use muster_record::time::Instant;
use muster_store::{
    Behind, OpenedSnapshot, ReadError, ReadsRecords, Request, Revision, Shut, Snapshot, Stored, StoredHead,
};

use super::Readers;
use crate::row;
use crate::sql;
use crate::step::{count, int, params, text};

/// Behind every incident id, which are hexadecimal digits.
const BEHIND_ALL: &str = "~";

impl ReadsRecords for Readers {
    fn head(&self, incident: &IncidentId) -> Result<Option<StoredHead>, ReadError> {
        self.one(sql::HEAD, params![text(incident.as_str())], row::head)
    }

    fn entries(&self, incident: &IncidentId, after: Seq, limit: usize) -> Result<Vec<Stored>, ReadError> {
        let of = params![text(incident.as_str()), int(after.0), count(limit)];
        self.all(sql::ENTRIES, of, |row| row::stored(row, self.opens()))
    }

    fn hashes(&self, incident: &IncidentId, size: u64) -> Result<Vec<Hash>, ReadError> {
        self.all(sql::HASHES, params![text(incident.as_str()), int(size)], |row| row::hash(row, 0))
    }

    fn since(&self, after: Revision, limit: usize) -> Result<Vec<Stored>, ReadError> {
        if limit == 0 {
            return Ok(Vec::new());
        }
        let settled = self.settled()?;
        let of = params![int(after.0), count(limit), int(settled.0)];
        self.all(sql::SINCE, of, |row| row::stored(row, self.opens()))
    }

    fn last_revision(&self) -> Result<Revision, ReadError> {
        self.settled()
    }

    fn request(&self, agency: &AgencyId, id: &RequestId) -> Result<Option<(Request, Revision)>, ReadError> {
        self.one(sql::REQUEST, params![text(agency.as_str()), text(id.as_str())], row::request)
    }

    fn snapshot(&self, incident: &IncidentId) -> Result<Option<OpenedSnapshot>, ReadError> {
        let Some(opens) = self.opens() else { return Ok(None) };
        let kept = self.one(sql::SNAPSHOT, params![text(incident.as_str())], |row| {
            let shut = Shut { key: row::get(row, 3)?, wrapped: row::get(row, 4)?, sealed: row::get(row, 5)? };
            let snapshot = Snapshot { version: row::small(row, 2)?, shut };
            Ok((row::seq(row, 0)?, row::hash(row, 1)?, snapshot))
        })?;
        let Some((seq, hash, Snapshot { version, shut })) = kept else { return Ok(None) };
        let state = opens.snapshot(incident, seq, &shut);
        Ok(state.map(|state| OpenedSnapshot { seq, hash, version, state }))
    }

    fn incidents_of(
        &self,
        agency: &AgencyId,
        after: Option<&IncidentId>,
        limit: usize,
    ) -> Result<Vec<StoredHead>, ReadError> {
        let after = after.map_or(BEHIND_ALL, IncidentId::as_str);
        self.all(sql::INCIDENTS_OF, params![text(agency.as_str()), text(after), count(limit)], row::head)
    }

    fn has_seat(&self, agency: &AgencyId, incident: &IncidentId) -> Result<bool, ReadError> {
        Ok(!self.rows(sql::HAS_SEAT, params![text(agency.as_str()), text(incident.as_str())])?.is_empty())
    }

    fn all_incidents(&self, after: Option<&IncidentId>, limit: usize) -> Result<Vec<IncidentId>, ReadError> {
        let after = after.map_or("", IncidentId::as_str);
        self.all(sql::ALL_INCIDENTS, params![text(after), count(limit)], |row| row::name(row, 0))
    }

    fn behind(&self, limit: usize) -> Result<Vec<Behind>, ReadError> {
        self.all(sql::BEHIND, params![count(limit)], |row| {
            Ok(Behind { incident: row::name(row, 0)?, seq: row::seq(row, 1)?, looked: row::seq(row, 2)? })
        })
    }

    fn look_again(&self, limit: usize) -> Result<Vec<(IncidentId, Instant)>, ReadError> {
        self.all(sql::LOOK_AGAIN, params![count(limit)], |row| Ok((row::name(row, 0)?, row::instant(row, 1)?)))
    }
}
