//! Reading what goes out.

use muster_record::dispatch::Dispatch;
use muster_record::entry::Hash;
use muster_record::ids::{AgencyId, CommunicationNo, IncidentId, RequestId, Seq};
use muster_record::webhook::{About, Cursor, DeadLetter, Paused, Progress, Trouble};
use muster_store::{ReadError, ReadsOutbound, StoredWebhook, WebhookKey};
use tokio_postgres::Row;

use super::Readers;
use crate::row::{self, Read};
use crate::sql::outbound as sql;
use crate::step::{count, int, params, text};

impl ReadsOutbound for Readers {
    fn last_webhook(&self) -> Result<u64, ReadError> {
        Ok(self.one(sql::LAST_WEBHOOK, Vec::new(), |row| row::number(row, 0))?.unwrap_or_default())
    }

    fn webhooks(&self, agency: Option<&AgencyId>) -> Result<Vec<StoredWebhook>, ReadError> {
        match agency {
            Some(agency) => self.all(sql::WEBHOOKS, params![text(agency.as_str())], webhook),
            None => self.all(sql::ALL_WEBHOOKS, Vec::new(), webhook),
        }
    }

    fn webhook(&self, number: u64) -> Result<Option<StoredWebhook>, ReadError> {
        self.one(sql::WEBHOOK, params![int(number)], webhook)
    }

    fn webhook_asked(
        &self,
        agency: &AgencyId,
        request: &RequestId,
    ) -> Result<Option<(Hash, Option<StoredWebhook>)>, ReadError> {
        let of = || params![text(agency.as_str()), text(request.as_str())];
        let Some(body) = self.one(sql::WEBHOOK_REQUESTED, of(), |row| row::hash(row, 0))? else { return Ok(None) };
        Ok(Some((body, self.one(sql::WEBHOOK_ASKED, of(), webhook)?)))
    }

    fn dead_letters(&self, webhook: u64, limit: usize) -> Result<Vec<DeadLetter>, ReadError> {
        self.all(sql::DEAD, params![int(webhook), count(limit)], dead)
    }

    fn next_dead_letter(&self, webhook: u64) -> Result<Option<DeadLetter>, ReadError> {
        self.one(sql::NEXT_DEAD, params![int(webhook)], dead)
    }

    fn count_dead_letters(&self, webhook: u64) -> Result<u64, ReadError> {
        Ok(self.one(sql::COUNT_DEAD, params![int(webhook)], |row| row::number(row, 0))?.unwrap_or_default())
    }

    fn waiting(
        &self,
        agency: &AgencyId,
        cursor: Cursor,
        incident: Option<&IncidentId>,
        limit: usize,
    ) -> Result<u64, ReadError> {
        // What is not settled is not waiting yet: nobody could be sent it.
        let settled = self.settled()?;
        let of = params![
            text(agency.as_str()),
            int(cursor.revision),
            int(cursor.seq.0),
            incident.map(|incident| text(incident.as_str())),
            count(limit),
            int(settled.0),
        ];
        Ok(self.one(sql::WAITING, of, |row| row::number(row, 0))?.unwrap_or_default())
    }

    fn dispatch(&self, reference: &str) -> Result<Option<Dispatch>, ReadError> {
        self.one(sql::DISPATCH, params![text(reference)], dispatch)
    }

    fn dispatches(&self, incident: &IncidentId, agency: &AgencyId) -> Result<Vec<Dispatch>, ReadError> {
        self.all(sql::DISPATCHES, params![text(incident.as_str()), text(agency.as_str())], dispatch)
    }
}

fn webhook(row: &Row) -> Read<StoredWebhook> {
    let (incident, seq) = (row::get::<Option<String>>(row, 9)?, row::get::<Option<i64>>(row, 10)?);
    let last = match (incident, seq, row::maybe_instant(row, 11)?) {
        (Some(_), Some(_), Some(at)) => Some((About { incident: row::name(row, 9)?, seq: row::seq(row, 10)? }, at)),
        (_, _, _) => None,
    };
    let error: Option<String> = row::get(row, 12)?;
    let why: Option<String> = row::get(row, 14)?;
    Ok(StoredWebhook {
        webhook: row::json(row, 0)?,
        key: WebhookKey { key: row::get(row, 1)?, wrapped: row::get(row, 2)? },
        progress: Progress {
            cursor: Cursor { revision: row::number(row, 3)?, seq: row::seq(row, 4)? },
            trouble: Trouble {
                attempts: row::small(row, 5)?,
                away_since: row::maybe_instant(row, 6)?,
                dead_in_a_row: row::small(row, 7)?,
            },
            delivered: row::number(row, 8)?,
            last,
            error: error.zip(row::maybe_instant(row, 13)?),
        },
        paused: why.zip(row::maybe_instant(row, 15)?).map(|(why, at)| Paused { why, at }),
        body: row::hash(row, 16)?,
    })
}

fn dead(row: &Row) -> Read<DeadLetter> {
    Ok(DeadLetter {
        webhook: row::number(row, 0)?,
        about: About { incident: row::name(row, 1)?, seq: Seq(row::number(row, 2)?) },
        revision: row::number(row, 3)?,
        attempts: row::small(row, 4)?,
        at: row::instant(row, 5)?,
        answer: row::get(row, 6)?,
        again: row::get(row, 7)?,
    })
}

fn dispatch(row: &Row) -> Read<Dispatch> {
    Ok(Dispatch {
        reference: row::get(row, 0)?,
        incident: row::name(row, 1)?,
        communication: CommunicationNo(row::small(row, 2)?),
        agency: row::name(row, 3)?,
        channel: row::name(row, 4)?,
        at: row::instant(row, 5)?,
        state: row::name(row, 6)?,
        id: row::get(row, 7)?,
        answer: row::get(row, 8)?,
    })
}
