//! A look at a store from beside it: nothing is changed, and servers may be serving it.

use muster_store::{OpenError, Revision};

use crate::connection::{Purpose, Way};
use crate::driver::{Driver, Gone};
use crate::fault::Fault;
use crate::migrate;
use crate::row;
use crate::settings::Settings;
use crate::sql;
use crate::store::gone;

/// What can be told of a store without opening it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Survey {
    /// The version of its schema; nothing where there is no store in the database yet.
    pub schema: Option<u64>,
    /// The version that this program makes and knows.
    pub known: u64,
    /// The last change set that anybody wrote; 0 where there is none.
    pub last_revision: Revision,
    /// Copies that the database waits for before it acknowledges a commit.
    pub waits_for: u64,
    /// Whether the connection is encrypted, or stays on this machine.
    pub is_private: bool,
}

/// Looks at a store.
///
/// # Errors
/// Why the database server cannot be reached, or is none that a store can be kept on.
pub fn survey(settings: &Settings) -> Result<Survey, OpenError> {
    let way = Way::of(settings).map_err(OpenError::Server)?;
    let place = way.place.clone();
    let driver = Driver::start().map_err(|_| OpenError::Server(gone(&place)))?;
    driver.ask(async move { look(&way).await }).map_err(|Gone| OpenError::Server(gone(&place)))?
}

async fn look(way: &Way) -> Result<Survey, OpenError> {
    let told = |fault: Fault| OpenError::Server(fault.told(&way.place));
    // As whoever writes connects: a copy that follows is no place for a store.
    let mut connection = way.connect(Purpose::Write, None).await.map_err(told)?;
    migrate::fit(way, &mut connection).await?;
    let known = u64::try_from(sql::STEPS.len()).unwrap_or(u64::MAX);
    let mut asked = async |sql: &'static str| way.within(connection.rows(sql, &[])).await;
    let one = |rows: Vec<tokio_postgres::Row>, what: fn(&tokio_postgres::Row) -> row::Read<u64>| {
        rows.first().map_or(Ok(0), what).map_err(told)
    };
    let has_one = one(asked(sql::HAS_A_VERSION).await.map_err(told)?, |row| row::number(row, 0))? > 0;
    let (mut schema, mut last) = (None, 0);
    if has_one {
        schema = Some(one(asked(sql::VERSION).await.map_err(told)?, |row| row::number(row, 0))?);
        last = one(asked(sql::shared::DRAWN).await.map_err(told)?, |row| row::number(row, 0))?;
    }
    let waits_for = one(asked(sql::WAITS_FOR).await.map_err(told)?, |row| row::number(row, 0))?;
    let is_private = one(asked(sql::IS_PRIVATE).await.map_err(told)?, |row| row::number(row, 0))? > 0;
    Ok(Survey { schema, known, last_revision: Revision(last), waits_for, is_private })
}
