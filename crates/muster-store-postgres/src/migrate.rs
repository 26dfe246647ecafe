//! Making the tables and bringing them up to date, with whoever else starts at the same time.

use std::path::PathBuf;

use muster_store::{OpenError, ServerError};
use tokio_postgres::Row;

use crate::connection::{Connection, Way};
use crate::fault::Fault;
use crate::row;
use crate::sql;
use crate::step::{int, param};

/// The oldest server with all that is asked of one here.
const OLDEST: u64 = 150_000;

/// What stands in the database when it can be served.
pub(crate) struct Found {
    pub(crate) id: [u8; 16],
    /// Up to where the order was noted as settled.
    pub(crate) settled: u64,
}

/// Looks at the database, makes or completes its tables in one transaction, and says which store it is.
///
/// One server at a time does it: the others wait, and then find it done.
pub(crate) async fn migrate(way: &Way, connection: &mut Connection, fresh_id: [u8; 16]) -> Result<Found, OpenError> {
    let told = |fault: Fault| OpenError::Server(fault.told(&way.place));
    fit(way, connection).await?;
    way.within(connection.client.batch_execute("BEGIN")).await.map_err(told)?;
    let found = complete(way, connection, fresh_id).await;
    let ending = if found.is_ok() { "COMMIT" } else { "ROLLBACK" };
    let ended = way.within(connection.client.batch_execute(ending)).await;
    let found = found?;
    ended.map_err(told)?;
    Ok(found)
}

/// Whether the server is one that a store can be kept on.
pub(crate) async fn fit(way: &Way, connection: &mut Connection) -> Result<(), OpenError> {
    let at = || way.place.clone();
    let unfit = |problem: &str| OpenError::Server(ServerError::Unfit { at: at(), problem: problem.to_owned() });
    let told = |fault: Fault| OpenError::Server(fault.told(&way.place));
    let Some(row) = one(way, connection, sql::FITNESS).await.map_err(told)? else {
        return Err(unfit("it says nothing"));
    };
    let encoding: String = row::get(&row, 0).map_err(told)?;
    let (syncs, whole_pages): (bool, bool) = (row::get(&row, 1).map_err(told)?, row::get(&row, 2).map_err(told)?);
    let follows: bool = row::get(&row, 3).map_err(told)?;
    let version = row::number(&row, 4).map_err(told)?;
    if version < OLDEST {
        return Err(unfit("it is older than PostgreSQL 15: bring it up to date"));
    }
    if encoding != "UTF8" {
        return Err(unfit(&format!("its encoding is {encoding}: make a database with ENCODING 'UTF8'")));
    }
    if follows {
        return Err(unfit("it follows another server and cannot be written to: give the address of that one"));
    }
    if !(syncs && whole_pages) {
        return Err(unfit("fsync or full_page_writes is off, so that what is acknowledged may be lost: turn them on"));
    }
    Ok(())
}

async fn complete(way: &Way, connection: &mut Connection, fresh_id: [u8; 16]) -> Result<Found, OpenError> {
    let told = |fault: Fault| OpenError::Server(fault.told(&way.place));
    let place = || PathBuf::from(&way.place);
    way.within(connection.client.batch_execute(sql::LOCK_THE_SCHEMA)).await.map_err(told)?;
    let known = truth(way, connection, sql::KNOWS_A_VERSION).await.map_err(told)?;
    if !known {
        if truth(way, connection, sql::HAS_OTHER_TABLES).await.map_err(told)? {
            return Err(OpenError::NotAStore { path: place() });
        }
        way.within(connection.client.batch_execute(sql::MAKE_A_VERSION)).await.map_err(told)?;
    }
    let version = one(way, connection, sql::VERSION).await.map_err(told)?;
    let version = version.map_or(Ok(0), |row| row::number(&row, 0)).map_err(told)?;
    let latest = u64::try_from(sql::STEPS.len()).unwrap_or(u64::MAX);
    if version > latest {
        let number = |version| u32::try_from(version).unwrap_or(u32::MAX);
        return Err(OpenError::NewerSchema { path: place(), found: number(version), known: number(latest) });
    }
    for step in sql::STEPS.iter().skip(usize::try_from(version).unwrap_or(usize::MAX)) {
        way.within(connection.client.batch_execute(step)).await.map_err(told)?;
    }
    if version < latest {
        way.within(connection.rows(sql::SET_VERSION, &[param(int(latest))])).await.map_err(told)?;
    }
    if version == 0 {
        way.within(connection.rows(sql::NAME_THE_STORE, &[param(fresh_id.to_vec())])).await.map_err(told)?;
    }
    let damaged = || OpenError::Damaged { path: place(), problem: "it has no id".to_owned() };
    let id = one(way, connection, sql::STORE_ID).await.map_err(told)?.ok_or_else(damaged)?;
    let settled = one(way, connection, sql::SETTLED).await.map_err(told)?;
    let settled = settled.map_or(Ok(0), |row| row::number(&row, 0)).map_err(told)?;
    Ok(Found { id: row::array(&id, 0).map_err(told)?, settled })
}

async fn one(way: &Way, connection: &mut Connection, sql: &'static str) -> Result<Option<Row>, Fault> {
    Ok(way.within(connection.rows(sql, &[])).await?.into_iter().next())
}

async fn truth(way: &Way, connection: &mut Connection, sql: &'static str) -> Result<bool, Fault> {
    one(way, connection, sql).await?.map_or(Ok(false), |row| row::get(&row, 0))
}
