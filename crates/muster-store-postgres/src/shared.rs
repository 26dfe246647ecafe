//! What servers that share the store have between them: word of what was written, and leases.

use std::sync::Arc;
use std::time::Duration;

use muster_record::ids::IncidentId;
use muster_store::{BesideMarks, Fence, Holder, Lease, LookStanding, ReadError, Revision, ServerError};

use crate::connection::Param;
use crate::driver::Gone;
use crate::fault::{Fault, reading};
use crate::read::Readers;
use crate::row;
use crate::sql;
use crate::step::{params, text};
use crate::store::{Shared, gone};

/// What a store offers to servers that share it.
pub(crate) struct Between(pub(crate) Arc<Shared>);

impl Between {
    fn place(&self) -> &str {
        &self.0.database.way.place
    }

    fn gone(&self) -> ReadError {
        ReadError::Server(gone(self.place()))
    }

    /// The rows of a statement that writes, on the connection that is kept for it.
    fn written(&self, sql: &'static str, params: Vec<Param>) -> Result<Vec<tokio_postgres::Row>, ReadError> {
        let database = Arc::clone(&self.0.database);
        let asked = self.0.driver.ask(async move { database.written(sql, &params).await });
        asked.map_err(|Gone| self.gone())?.map_err(|fault| reading(fault, self.place()))
    }

    fn read(&self) -> Readers {
        Readers::of(Arc::clone(&self.0))
    }
}

impl muster_store::Shared for Between {
    fn await_news(&self, known: Revision, patience: Duration) -> Revision {
        let mut news = self.0.database.settled.news();
        let asked = self.0.driver.ask(async move {
            let more = news.wait_for(|settled| *settled > known);
            match tokio::time::timeout(patience, more).await {
                Ok(Ok(settled)) => *settled,
                // The sender lives as long as the database does.
                Ok(Err(_)) | Err(_) => known,
            }
        });
        asked.unwrap_or_else(|Gone| {
            // Nothing comes any more. Whoever waits in a loop is not to spin.
            std::thread::park_timeout(patience);
            known
        })
    }

    fn drawn(&self) -> Result<Revision, ReadError> {
        let drawn = self.read().one(sql::shared::DRAWN, Vec::new(), |row| row::revision(row, 0))?;
        Ok(drawn.unwrap_or_default())
    }

    fn lease(&self, what: &str, holder: &Holder, lasts: Duration) -> Result<Lease, ReadError> {
        let lasts = i64::try_from(lasts.as_millis()).unwrap_or(i64::MAX);
        let rows = self.written(sql::shared::TAKE_LEASE, params![text(what), holder.0.clone(), lasts])?;
        let told = |fault: Fault| reading(fault, self.place());
        let fence = rows.first().map(|row| row::number(row, 0).map_err(told)).transpose()?;
        Ok(fence.map_or(Lease::Anothers, |fence| Lease::Yours(Fence(fence))))
    }

    fn release(&self, holder: &Holder) -> Result<(), ReadError> {
        self.written(sql::shared::RELEASE, params![holder.0.clone()]).map(drop)
    }

    fn looks(&self, incidents: &[IncidentId]) -> Result<Vec<LookStanding>, ReadError> {
        let incidents: Vec<String> = incidents.iter().map(|incident| text(incident.as_str())).collect();
        self.read().all(sql::shared::LOOKS, params![incidents], |row| {
            Ok(LookStanding {
                incident: row::name(row, 0)?,
                seq: row::seq(row, 1)?,
                looked: row::seq(row, 2)?,
                look_again_at: row::maybe_instant(row, 3)?,
                closed: row::get(row, 4)?,
                is_held: row::get(row, 5)?,
            })
        })
    }

    fn beside(&self) -> Result<BesideMarks, ReadError> {
        // Only whether they are others is asked of them, and a sum of hashes may be below nought.
        let mark = |row: &tokio_postgres::Row, column| row::get::<i64>(row, column).map(i64::cast_unsigned);
        let marks = self.read().one(sql::shared::BESIDE, Vec::new(), |row| {
            Ok(BesideMarks { installs: mark(row, 0)?, register: mark(row, 1)?, webhooks: mark(row, 2)? })
        })?;
        marks.ok_or_else(|| {
            ReadError::Server(ServerError::Damaged {
                problem: "it says nothing of what is beside the records".to_owned(),
            })
        })
    }
}
