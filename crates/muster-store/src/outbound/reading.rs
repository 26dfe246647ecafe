//! Reading what goes out.

use muster_record::dispatch::Dispatch;
use muster_record::entry::Hash;
use muster_record::ids::{AgencyId, CommunicationNo, IncidentId, RequestId, Seq};
use muster_record::webhook::{About, Cursor, DeadLetter, Paused, Progress, Trouble};
use rusqlite::types::Type;
use rusqlite::{OptionalExtension as _, Row, params};

use super::{StoredWebhook, WebhookKey};
use crate::error::ReadError;
use crate::read::Readers;
use crate::row;
use crate::sql::outbound as sql;

impl Readers {
    /// The number of the last webhook that was registered; 0 when there is none.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn last_webhook(&self) -> Result<u64, ReadError> {
        self.read(|conn| conn.prepare_cached(sql::LAST_WEBHOOK)?.query_row([], |row| row::number(row, 0)))
    }

    /// The webhooks of an agency, in order of number; those of all agencies where none is named.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn webhooks(&self, agency: Option<&AgencyId>) -> Result<Vec<StoredWebhook>, ReadError> {
        self.read(|conn| match agency {
            Some(agency) => conn.prepare_cached(sql::WEBHOOKS)?.query_map([agency.as_str()], webhook)?.collect(),
            None => conn.prepare_cached(sql::ALL_WEBHOOKS)?.query_map([], webhook)?.collect(),
        })
    }

    /// The webhook of that number, unless it was deleted.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn webhook(&self, number: u64) -> Result<Option<StoredWebhook>, ReadError> {
        self.read(|conn| conn.prepare_cached(sql::WEBHOOK)?.query_row([row::int(number)], webhook).optional())
    }

    /// The hash of what an agency asked for under a request id, and the webhook that came of it unless it was deleted.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn webhook_asked(
        &self,
        agency: &AgencyId,
        request: &RequestId,
    ) -> Result<Option<(Hash, Option<StoredWebhook>)>, ReadError> {
        let of = [agency.as_str(), request.as_str()];
        self.read(|conn| {
            let mut asked = conn.prepare_cached(sql::WEBHOOK_REQUESTED)?;
            let Some(body) = asked.query_row(of, |row| row::hash(row, 0)).optional()? else { return Ok(None) };
            Ok(Some((body, conn.prepare_cached(sql::WEBHOOK_ASKED)?.query_row(of, webhook).optional()?)))
        })
    }

    /// What a webhook gave up, the oldest first, at most so many.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn dead_letters(&self, webhook: u64, limit: usize) -> Result<Vec<DeadLetter>, ReadError> {
        self.read(|conn| {
            let of = [row::int(webhook), row::count(limit)];
            conn.prepare_cached(sql::DEAD)?.query_map(of, dead)?.collect()
        })
    }

    /// The next of those that are to be tried once more.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn next_dead_letter(&self, webhook: u64) -> Result<Option<DeadLetter>, ReadError> {
        self.read(|conn| conn.prepare_cached(sql::NEXT_DEAD)?.query_row([row::int(webhook)], dead).optional())
    }

    /// How many a webhook gave up.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn count_dead_letters(&self, webhook: u64) -> Result<u64, ReadError> {
        self.read(|conn| {
            conn.prepare_cached(sql::COUNT_DEAD)?.query_row([row::int(webhook)], |row| row::number(row, 0))
        })
    }

    /// How many entries stand behind a place in the incidents in which an agency has a seat, or in one of them, counted
    /// up to `limit`.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn waiting(
        &self,
        agency: &AgencyId,
        cursor: Cursor,
        incident: Option<&IncidentId>,
        limit: usize,
    ) -> Result<u64, ReadError> {
        self.read(|conn| {
            let (revision, seq) = (row::int(cursor.revision), row::int(cursor.seq.0));
            let of = params![agency.as_str(), revision, seq, incident.map(IncidentId::as_str), row::count(limit)];
            conn.prepare_cached(sql::WAITING)?.query_row(of, |row| row::number(row, 0))
        })
    }

    /// What came of the letter with that reference, if one was handed over.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn dispatch(&self, reference: &str) -> Result<Option<Dispatch>, ReadError> {
        self.read(|conn| conn.prepare_cached(sql::DISPATCH)?.query_row([reference], dispatch).optional())
    }

    /// What came of an agency's letters on an incident.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn dispatches(&self, incident: &IncidentId, agency: &AgencyId) -> Result<Vec<Dispatch>, ReadError> {
        self.read(|conn| {
            let of = [incident.as_str(), agency.as_str()];
            conn.prepare_cached(sql::DISPATCHES)?.query_map(of, dispatch)?.collect()
        })
    }
}

fn maybe<T>(
    row: &Row<'_>,
    column: usize,
    read: impl Fn(&Row<'_>, usize) -> rusqlite::Result<T>,
) -> rusqlite::Result<Option<T>> {
    match row.get_ref(column)? {
        rusqlite::types::ValueRef::Null => Ok(None),
        rusqlite::types::ValueRef::Integer(_)
        | rusqlite::types::ValueRef::Real(_)
        | rusqlite::types::ValueRef::Text(_)
        | rusqlite::types::ValueRef::Blob(_) => read(row, column).map(Some),
    }
}

fn webhook(row: &Row<'_>) -> rusqlite::Result<StoredWebhook> {
    let said: String = row.get(0)?;
    let bad = |error: serde_json::Error| rusqlite::Error::FromSqlConversionFailure(0, Type::Text, error.into());
    let last = match (maybe(row, 9, row::name)?, maybe(row, 10, row::seq)?, maybe(row, 11, row::instant)?) {
        (Some(incident), Some(seq), Some(at)) => Some((About { incident, seq }, at)),
        (_, _, _) => None,
    };
    let error: Option<String> = row.get(12)?;
    let why: Option<String> = row.get(14)?;
    Ok(StoredWebhook {
        webhook: serde_json::from_str(&said).map_err(bad)?,
        key: WebhookKey { key: row.get(1)?, wrapped: row.get(2)? },
        progress: Progress {
            cursor: Cursor { revision: row::number(row, 3)?, seq: row::seq(row, 4)? },
            trouble: Trouble {
                attempts: row.get(5)?,
                away_since: maybe(row, 6, row::instant)?,
                dead_in_a_row: row.get(7)?,
            },
            delivered: row::number(row, 8)?,
            last,
            error: error.zip(maybe(row, 13, row::instant)?),
        },
        paused: why.zip(maybe(row, 15, row::instant)?).map(|(why, at)| Paused { why, at }),
        body: row::hash(row, 16)?,
    })
}

fn dead(row: &Row<'_>) -> rusqlite::Result<DeadLetter> {
    Ok(DeadLetter {
        webhook: row::number(row, 0)?,
        about: About { incident: row::name(row, 1)?, seq: Seq(row::number(row, 2)?) },
        revision: row::number(row, 3)?,
        attempts: row.get(4)?,
        at: row::instant(row, 5)?,
        answer: row.get(6)?,
        again: row.get(7)?,
    })
}

fn dispatch(row: &Row<'_>) -> rusqlite::Result<Dispatch> {
    Ok(Dispatch {
        reference: row.get(0)?,
        incident: row::name(row, 1)?,
        communication: CommunicationNo(row.get(2)?),
        agency: row::name(row, 3)?,
        channel: row::name(row, 4)?,
        at: row::instant(row, 5)?,
        state: row::name(row, 6)?,
        id: row.get(7)?,
        answer: row.get(8)?,
    })
}
