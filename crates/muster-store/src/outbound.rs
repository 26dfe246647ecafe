//! What goes out, beside the record: webhooks, how far each has come, and letters that were handed over.

use muster_record::dispatch::Dispatch;
use muster_record::entry::Hash;
use muster_record::ids::RequestId;
use muster_record::time::Instant;
use muster_record::webhook::{About, Cursor, DeadLetter, Paused, Progress, Trouble, Webhook};
use rusqlite::{Transaction, params};

use crate::row;
use crate::sql::outbound as sql;

mod reading;

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
