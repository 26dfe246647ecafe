//! The database as the driver's thread sees it: connections that read, lent one at a time, and what is settled.

use std::sync::{Mutex, PoisonError};

use muster_store::Revision;
use tokio::sync::{Notify, Semaphore};
use tokio_postgres::Row;

use crate::connection::{Connection, Param, Purpose, Way};
use crate::fault::Fault;
use crate::row;
use crate::settled::Settled;
use crate::settling::Look;
use crate::sql;
use crate::step::{int, param};

/// Revisions that are read in one look. Whoever is further behind looks again.
const LOOKED_AT: usize = 10_000;

/// The database, and the connections to it that read.
pub(crate) struct Database {
    pub(crate) way: Way,
    pub(crate) settled: Settled,
    /// Something was committed here, of which others are to be told.
    pub(crate) wrote: Notify,
    free: Semaphore,
    idle: Mutex<Vec<Connection>>,
    /// For what is written apart from groups, one statement at a time.
    apart: tokio::sync::Mutex<Option<Connection>>,
}

impl Database {
    pub(crate) fn new(way: Way, readers: usize, settled: u64) -> Self {
        let idle = Mutex::new(Vec::new());
        let free = Semaphore::new(readers.max(1));
        let (settled, apart) = (Settled::from(settled), tokio::sync::Mutex::default());
        Self { way, settled, wrote: Notify::new(), free, idle, apart }
    }

    /// The rows of a statement that is a transaction of its own. It has to be one that may be asked twice: where a
    /// connection was lost while nobody used it, it is.
    pub(crate) async fn written(&self, sql: &'static str, params: &[Param]) -> Result<Vec<Row>, Fault> {
        let mut apart = self.apart.lock().await;
        loop {
            let kept = apart.take().filter(|kept| !kept.client.is_closed());
            let was_kept = kept.is_some();
            let mut connection = match kept {
                Some(kept) => kept,
                None => self.way.connect(Purpose::Write, None).await?,
            };
            let written = self.way.within(connection.rows(sql, params)).await;
            let is_lost = written.as_ref().is_err_and(Fault::is_lost);
            if !is_lost {
                *apart = Some(connection);
            }
            match written {
                Err(Fault::Database(_)) if is_lost && was_kept => (),
                written => return written,
            }
        }
    }

    /// The rows of a statement that changes nothing. A connection that was lost while nobody used it is made anew: to ask
    /// twice harms nobody.
    pub(crate) async fn rows(&self, sql: &'static str, params: &[Param]) -> Result<Vec<Row>, Fault> {
        let waited = tokio::time::timeout(self.way.statement, self.free.acquire()).await;
        let Ok(Ok(_permit)) = waited else { return Err(Fault::Slow) };
        loop {
            let idle = self.idle.lock().unwrap_or_else(PoisonError::into_inner).pop();
            let was_idle = idle.is_some();
            let mut connection = match idle {
                Some(idle) if idle.client.is_closed() => continue,
                // There is one that can be written to again, which is ahead of the copy.
                Some(idle) if idle.is_to_a_copy && !self.way.is_read_only() => continue,
                Some(idle) => idle,
                None => self.way.connect(Purpose::Read, None).await?,
            };
            let found = self.way.within(connection.rows(sql, params)).await;
            let is_lost = found.as_ref().is_err_and(Fault::is_lost);
            if !is_lost {
                self.idle.lock().unwrap_or_else(PoisonError::into_inner).push(connection);
            }
            match found {
                Err(Fault::Database(_)) if is_lost && was_idle => (),
                found => return found,
            }
        }
    }

    /// Looks how far the order is settled now.
    pub(crate) async fn look(&self) -> Result<Revision, Fault> {
        let after = self.settled.last().0;
        let seen = self.rows(sql::LOOK, &[param(int(after)), param(row_limit())]).await?;
        let Some(seen) = seen.first() else { return Ok(self.settled.last()) };
        let visible = row::get::<Vec<i64>>(seen, 1)?.into_iter().filter_map(|revision| u64::try_from(revision).ok());
        let visible: Vec<u64> = visible.collect();
        let is_whole = visible.len() < LOOKED_AT;
        let look = Look { after, visible, is_whole, xmin: row::number(seen, 0)? };
        let fence = self.settled.look(&look).filter(|_| look.xmin > 0);
        if let Some(up_to) = fence {
            // Drawn by a statement of its own, after what was seen.
            let drawn = self.rows(sql::DRAW_A_FENCE, &[]).await?;
            if let Some(drawn) = drawn.first() {
                self.settled.fenced(up_to, row::number(drawn, 0)?);
            }
        }
        Ok(self.settled.last())
    }
}

fn row_limit() -> i64 {
    i64::try_from(LOOKED_AT).unwrap_or(i64::MAX)
}
