//! The readers: connections that see what is committed and can change nothing.

use std::sync::Arc;

use muster_store::{Opens, ReadError, Reads, Revision};
use tokio_postgres::Row;

use crate::connection::Param;
use crate::driver::Gone;
use crate::fault::{Fault, reading};
use crate::store::{Shared, gone};

mod beside;
mod outbound;
mod records;
mod rule_sets;
mod sealed;

pub(crate) use beside::audit_row;

/// Reads the store. Clones share their connections.
#[derive(Clone)]
pub struct Readers {
    shared: Arc<Shared>,
    /// Who opens what is sealed.
    opens: Option<Arc<dyn Opens>>,
}

impl std::fmt::Debug for Readers {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Readers").field("place", &self.place()).finish_non_exhaustive()
    }
}

impl Readers {
    pub(crate) fn of(shared: Arc<Shared>) -> Self {
        Self { shared, opens: None }
    }

    pub(crate) fn opens(&self) -> Option<&dyn Opens> {
        self.opens.as_deref()
    }

    pub(crate) fn place(&self) -> &str {
        &self.shared.database.way.place
    }

    /// The rows of a statement. They are read here, not on the driver's thread.
    pub(crate) fn rows(&self, sql: &'static str, params: Vec<Param>) -> Result<Vec<Row>, ReadError> {
        let database = Arc::clone(&self.shared.database);
        let found = self.shared.driver.ask(async move { database.rows(sql, &params).await });
        found.map_err(|Gone| ReadError::Server(gone(self.place())))?.map_err(|fault| self.told(fault))
    }

    /// Each row of a statement, as something.
    pub(crate) fn all<T>(
        &self,
        sql: &'static str,
        params: Vec<Param>,
        read: impl FnMut(&Row) -> Result<T, Fault>,
    ) -> Result<Vec<T>, ReadError> {
        let rows = self.rows(sql, params)?;
        rows.iter().map(read).collect::<Result<_, _>>().map_err(|fault| self.told(fault))
    }

    /// The first row of a statement, as something.
    pub(crate) fn one<T>(
        &self,
        sql: &'static str,
        params: Vec<Param>,
        read: impl FnOnce(&Row) -> Result<T, Fault>,
    ) -> Result<Option<T>, ReadError> {
        let rows = self.rows(sql, params)?;
        rows.first().map(read).transpose().map_err(|fault| self.told(fault))
    }

    /// How far the order is settled, as of now.
    pub(crate) fn settled(&self) -> Result<Revision, ReadError> {
        let database = Arc::clone(&self.shared.database);
        let looked = self.shared.driver.ask(async move { database.look().await });
        looked.map_err(|Gone| ReadError::Server(gone(self.place())))?.map_err(|fault| self.told(fault))
    }

    pub(crate) fn told(&self, fault: Fault) -> ReadError {
        reading(fault, self.place())
    }
}

impl Reads for Readers {
    fn opened_by(&self, opens: Arc<dyn Opens>) -> Arc<dyn Reads> {
        Arc::new(Self { shared: Arc::clone(&self.shared), opens: Some(opens) })
    }
}
