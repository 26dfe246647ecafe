//! What goes out, beside the record: webhooks, how far each has come, and letters that were handed over.

use muster_record::dispatch::Dispatch;
use muster_record::entry::Hash;
use muster_record::ids::{AgencyId, CommunicationNo, IncidentId, RequestId, Seq};
use muster_record::time::Instant;
use muster_record::webhook::{About, Cursor, DeadLetter, Paused, Progress, Trouble, Webhook};
use rusqlite::types::Type;
use rusqlite::{OptionalExtension as _, Row, Transaction, params};

use crate::error::ReadError;
use crate::read::Readers;
use crate::row;
use crate::sql::outbound as sql;

/// The key that a webhook's events are signed with, wrapped.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WebhookKey {
    /// The key of the ring that it is wrapped with.
    pub key: String,
    /// The wrapping.
    pub wrapped: Vec<u8>,
}

/// A webhook to keep.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WebhookWrite {
    /// The webhook; its number is the one behind the last.
    pub webhook: Webhook,
    /// What its events are signed with.
    pub key: WebhookKey,
    /// What its caller named the request.
    pub request: RequestId,
    /// The hash of what was asked for.
    pub body: Hash,
    /// Where it begins.
    pub cursor: Cursor,
}

/// A change of what goes out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum OutboundWrite {
    /// A webhook is registered.
    Register(Box<WebhookWrite>),
    /// A webhook is deleted, with its key and its dead letters.
    Delete {
        /// The webhook.
        webhook: u64,
        /// When.
        at: Instant,
    },
    /// A webhook is paused, unless it is already.
    Pause {
        /// The webhook.
        webhook: u64,
        /// Why.
        paused: Paused,
    },
    /// A webhook goes on, as if nothing had gone wrong.
    Resume {
        /// The webhook.
        webhook: u64,
    },
    /// A webhook has come so far. Whether it is paused is left as it is.
    Progress {
        /// The webhook.
        webhook: u64,
        /// How far.
        progress: Progress,
    },
    /// An event was given up, or one that was is tried again.
    Dead(DeadLetter),
    /// An event that was given up has arrived, or may not be told any more.
    Undead {
        /// The webhook.
        webhook: u64,
        /// The event.
        about: About,
    },
    /// What was given up is tried once more: one of it, or all.
    Again {
        /// The webhook.
        webhook: u64,
        /// Which; all where absent.
        about: Option<About>,
    },
    /// A webhook's key, wrapped anew.
    Rewrap {
        /// The webhook.
        webhook: u64,
        /// The wrapping.
        key: WebhookKey,
    },
    /// What came of a letter that was handed over.
    Dispatch(Dispatch),
}

/// A webhook as it is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredWebhook {
    /// The webhook.
    pub webhook: Webhook,
    /// What its events are signed with.
    pub key: WebhookKey,
    /// How far it has come.
    pub progress: Progress,
    /// Whether it is paused.
    pub paused: Option<Paused>,
    /// The hash of what was asked for when it was registered.
    pub body: Hash,
}

fn millis(at: Instant) -> i64 {
    at.timestamp_millis()
}

pub(crate) fn write(tx: &Transaction<'_>, write: &OutboundWrite) -> rusqlite::Result<()> {
    match write {
        OutboundWrite::Register(write) => register(tx, write),
        OutboundWrite::Delete { webhook, at } => {
            tx.prepare_cached(sql::DELETE_WEBHOOK)?.execute(params![row::int(*webhook), millis(*at)])?;
            tx.prepare_cached(sql::DROP_ALL_DEAD)?.execute([row::int(*webhook)]).map(drop)
        }
        OutboundWrite::Pause { webhook, paused: Paused { why, at } } => {
            tx.prepare_cached(sql::PAUSE_WEBHOOK)?.execute(params![row::int(*webhook), why, millis(*at)]).map(drop)
        }
        OutboundWrite::Resume { webhook } => {
            tx.prepare_cached(sql::RESUME_WEBHOOK)?.execute([row::int(*webhook)]).map(drop)
        }
        OutboundWrite::Progress { webhook, progress } => note(tx, *webhook, progress),
        OutboundWrite::Dead(DeadLetter { webhook, about, revision, attempts, at, answer, again }) => {
            let values = params![
                row::int(*webhook),
                about.incident.as_str(),
                row::int(about.seq.0),
                row::int(*revision),
                attempts,
                millis(*at),
                answer,
                again
            ];
            tx.prepare_cached(sql::PUT_DEAD)?.execute(values).map(drop)
        }
        OutboundWrite::Undead { webhook, about: About { incident, seq } } => {
            let of = params![row::int(*webhook), incident.as_str(), row::int(seq.0)];
            tx.prepare_cached(sql::DROP_DEAD)?.execute(of).map(drop)
        }
        OutboundWrite::Again { webhook, about } => {
            let incident = about.as_ref().map(|about| about.incident.as_str());
            let seq = about.as_ref().map(|about| row::int(about.seq.0));
            tx.prepare_cached(sql::DEAD_AGAIN)?.execute(params![row::int(*webhook), incident, seq]).map(drop)
        }
        OutboundWrite::Rewrap { webhook, key: WebhookKey { key, wrapped } } => {
            tx.prepare_cached(sql::REWRAP_WEBHOOK)?.execute(params![row::int(*webhook), key, wrapped]).map(drop)
        }
        OutboundWrite::Dispatch(dispatch) => dispatched(tx, dispatch),
    }
}

fn register(tx: &Transaction<'_>, write: &WebhookWrite) -> rusqlite::Result<()> {
    let WebhookWrite { webhook, key: WebhookKey { key, wrapped }, request, body, cursor } = write;
    let said = serde_json::to_string(webhook).map_err(|error| rusqlite::Error::ToSqlConversionFailure(error.into()))?;
    let (number, agency) = (row::int(webhook.number), webhook.agency.as_str());
    let values = params![number, agency, said, key, wrapped, request.as_str(), body.0];
    tx.prepare_cached(sql::PUT_WEBHOOK)?.execute(values)?;
    let Cursor { revision, seq } = cursor;
    tx.prepare_cached(sql::BEGIN_WEBHOOK)?.execute([number, row::int(*revision), row::int(seq.0)]).map(drop)
}

fn note(tx: &Transaction<'_>, webhook: u64, progress: &Progress) -> rusqlite::Result<()> {
    let Progress { cursor, trouble, delivered, last, error } = progress;
    let Trouble { attempts, away_since, dead_in_a_row } = trouble;
    let values = params![
        row::int(webhook),
        row::int(cursor.revision),
        row::int(cursor.seq.0),
        attempts,
        away_since.map(millis),
        dead_in_a_row,
        row::int(*delivered),
        last.as_ref().map(|(about, _)| about.incident.as_str()),
        last.as_ref().map(|(about, _)| row::int(about.seq.0)),
        last.as_ref().map(|(_, at)| millis(*at)),
        error.as_ref().map(|(why, _)| why),
        error.as_ref().map(|(_, at)| millis(*at)),
    ];
    tx.prepare_cached(sql::NOTE_WEBHOOK)?.execute(values).map(drop)
}

fn dispatched(tx: &Transaction<'_>, dispatch: &Dispatch) -> rusqlite::Result<()> {
    let Dispatch { reference, incident, communication, agency, channel, at, state, id, answer } = dispatch;
    let values = params![
        reference,
        incident.as_str(),
        communication.0,
        agency.as_str(),
        channel.word(),
        millis(*at),
        state.word(),
        id,
        answer
    ];
    tx.prepare_cached(sql::PUT_DISPATCH)?.execute(values).map(drop)
}

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

fn maybe<T>(row: &Row<'_>, column: usize, read: impl Fn(&Row<'_>, usize) -> rusqlite::Result<T>) -> rusqlite::Result<Option<T>> {
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
