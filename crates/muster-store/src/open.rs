//! Opening the one connection that writes: first a look that changes nothing, then the settling.
//!
//! A process that starts on a log which another left behind may see what never reached the disk.
//! So before anything is acknowledged the log is moved into the file and both are synced.

use std::fs::OpenOptions;
use std::path::Path;
use std::time::Duration;

use rusqlite::config::DbConfig;
use rusqlite::{Connection, OpenFlags, OptionalExtension as _, TransactionBehavior};

use crate::error::{OpenError, is_damage};
use crate::lock::private;
use crate::rewriting;
use crate::row;
use crate::sql;
use crate::write::Revision;

/// The first version without the WAL-reset bug.
const OLDEST_SQLITE: i32 = 3_051_003;

/// How long to wait for somebody else's read to end: nobody of ours reads for so long.
const PATIENCE: Duration = Duration::from_secs(2);

/// More than the statements there are.
const STATEMENTS: usize = 64;

/// A connection that may write, and where the store ends.
#[derive(Debug)]
pub(crate) struct Opened {
    pub(crate) conn: Connection,
    pub(crate) id: [u8; 16],
    pub(crate) tip: Tip,
}

/// Where the store ends.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Tip {
    pub(crate) revision: Revision,
    pub(crate) place: u64,
}

/// Who opens.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Opening {
    /// A start; makes a store with the id given, if one is.
    First(Option<[u8; 16]>),
    /// The same process, after an error: what its log holds of a commit that failed is nobody's.
    Again,
}

/// What the look found.
pub(crate) enum Found {
    Nothing,
    Store { version: usize, id: [u8; 16], tip: Tip },
}

/// Opens the file to write.
pub(crate) fn to_write(path: &Path, opening: Opening) -> Result<Opened, OpenError> {
    let fresh = match opening {
        Opening::First(fresh) => fresh,
        Opening::Again => None,
    };
    if rusqlite::version_number() < OLDEST_SQLITE {
        return Err(OpenError::TooOldSqlite { found: rusqlite::version() });
    }
    let mut flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    if fresh.is_some() {
        make_private(path)?;
        flags |= OpenFlags::SQLITE_OPEN_CREATE;
    }
    let sqlite = |doing| move |err| explain(path, doing, err);
    let mut conn = match Connection::open_with_flags(path, flags) {
        Ok(conn) => conn,
        Err(_) if !path.exists() => return Err(damaged(path, "it is gone, and the .lock says that there was a store")),
        Err(err) => return Err(explain(path, "opening it", err)),
    };
    conn.busy_timeout(PATIENCE).map_err(sqlite("setting it up"))?;
    conn.set_prepared_statement_cache_capacity(STATEMENTS);
    // Should the look find fault, closing leaves file and log as they are.
    configure(&conn, true).and_then(|()| conn.execute_batch(sql::WRITER_SETTINGS)).map_err(sqlite("setting it up"))?;

    let found = look(path, &conn)?;
    match opening {
        Opening::First(_) => rewriting::write_again(&conn).map_err(sqlite("writing its log again"))?,
        Opening::Again => (),
    }
    let (id, tip) = match (found, fresh) {
        (Found::Nothing, None) => return Err(damaged(path, "it is empty, and the .lock says that there was a store")),
        // SQLite takes a file of one byte for an empty one.
        (Found::Nothing, Some(_)) if has_bytes(path) => return Err(damaged(path, "it is not a database")),
        (Found::Nothing, Some(id)) => {
            migrate(&mut conn, 0, Some(id)).map_err(sqlite("making the tables"))?;
            (id, Tip::default())
        }
        (Found::Store { version, id, tip }, _) => {
            migrate(&mut conn, version, None).map_err(sqlite("bringing the tables up to date"))?;
            (id, tip)
        }
    };
    settle(path, &conn)?;
    configure(&conn, false).map_err(sqlite("setting it up"))?;
    Ok(Opened { conn, id, tip })
}

/// Opens the file to read.
pub(crate) fn to_read(path: &Path) -> rusqlite::Result<Connection> {
    let conn = Connection::open_with_flags(path, OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX)?;
    conn.busy_timeout(PATIENCE)?;
    conn.set_prepared_statement_cache_capacity(STATEMENTS);
    configure(&conn, true)?;
    conn.execute_batch(sql::READER_SETTINGS)?;
    Ok(conn)
}

/// Opens the file to have it open: it has looked at the log once, and reads nothing any more.
pub(crate) fn to_keep(path: &Path) -> rusqlite::Result<Connection> {
    let conn = to_read(path)?;
    let _: i64 = conn.pragma_query_value(None, "schema_version", |row| row.get(0))?;
    Ok(conn)
}

fn configure(conn: &Connection, leave_the_log: bool) -> rusqlite::Result<()> {
    conn.set_db_config(DbConfig::SQLITE_DBCONFIG_DEFENSIVE, true)?;
    // A plan is made once for a statement. Otherwise every bound LIMIT has it made anew, which costs more than most reads.
    conn.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true)?;
    conn.set_db_config(DbConfig::SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, leave_the_log)?;
    Ok(())
}

/// Makes the file, for its owner alone. SQLite would delete a log that it finds beside an empty
/// file, and with it what may be all that is left of a store.
fn make_private(path: &Path) -> Result<(), OpenError> {
    let mut log = path.as_os_str().to_owned();
    log.push("-wal");
    if has_bytes(Path::new(&log)) && !has_bytes(path) {
        return Err(damaged(path, "its -wal is there, but it is gone or empty"));
    }
    match private(OpenOptions::new().write(true).create_new(true)).open(path) {
        Ok(_) => Ok(()),
        Err(err) if err.kind() == std::io::ErrorKind::AlreadyExists => Ok(()),
        Err(source) => Err(OpenError::Io { path: path.to_owned(), doing: "making it", source }),
    }
}

fn has_bytes(path: &Path) -> bool {
    path.metadata().is_ok_and(|file| file.len() > 0)
}

/// Reads what is cheap to read however large the store is. The rest is for `Readers::verify`: a
/// check of the whole file takes as long as the file, and sees less than the chain does.
pub(crate) fn look(path: &Path, conn: &Connection) -> Result<Found, OpenError> {
    let sqlite = |err| explain(path, "reading it", err);
    let pragma = |name| conn.pragma_query_value(None, name, |row| row.get::<_, i64>(0)).map_err(sqlite);
    if pragma("page_count")? == 0 {
        return Ok(Found::Nothing);
    }
    let (application, version) = (pragma("application_id")?, pragma("user_version")?);
    if application != sql::APPLICATION_ID {
        return Err(OpenError::NotAStore { path: path.to_owned() });
    }
    let known = sql::STEPS.len();
    let version = match usize::try_from(version) {
        Ok(version) if (1..=known).contains(&version) => version,
        Ok(found) if found > known => {
            let number = |version| u32::try_from(version).unwrap_or(u32::MAX);
            return Err(OpenError::NewerSchema { path: path.to_owned(), found: number(found), known: number(known) });
        }
        Ok(_) | Err(_) => return Err(damaged(path, "its schema has no version")),
    };
    if let Some(different) = difference(conn, version).map_err(sqlite)? {
        return Err(damaged(path, &format!("its schema is not the one it was made with: {different}")));
    }
    let id = conn.query_row(sql::STORE_ID, [], |row| row.get(0)).optional().map_err(sqlite)?;
    let Some(id) = id else { return Err(damaged(path, "it has no id")) };
    let tip = |row: &rusqlite::Row<'_>| {
        Ok((Tip { revision: row::revision(row, 0)?, place: row::number(row, 1)? }, row.get::<_, bool>(2)?))
    };
    match conn.query_row(sql::TIP, [], tip).optional().map_err(sqlite)? {
        None => Ok(Found::Store { version, id, tip: Tip::default() }),
        Some((tip, true)) => Ok(Found::Store { version, id, tip }),
        Some((_, false)) => Err(damaged(path, "its newest entry is not where its record ends")),
    }
}

/// The first table, index or trigger that is not as the steps up to `version` make it.
fn difference(conn: &Connection, version: usize) -> rusqlite::Result<Option<String>> {
    let made = Connection::open_in_memory()?;
    for step in sql::STEPS.iter().take(version) {
        made.execute_batch(step)?;
    }
    let (found, made) = (schema(conn)?, schema(&made)?);
    let missing = made.iter().find(|object| !found.contains(object));
    let different = missing.or_else(|| found.iter().find(|object| !made.contains(object)));
    Ok(different.map(|(name, _)| name.clone()))
}

fn schema(conn: &Connection) -> rusqlite::Result<Vec<(String, String)>> {
    conn.prepare(sql::SCHEMA)?.query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?.collect()
}

/// Runs the steps that are missing, all or none.
fn migrate(conn: &mut Connection, version: usize, fresh: Option<[u8; 16]>) -> rusqlite::Result<()> {
    if version == sql::STEPS.len() {
        return Ok(());
    }
    let tx = conn.transaction_with_behavior(TransactionBehavior::Immediate)?;
    for step in sql::STEPS.iter().skip(version) {
        tx.execute_batch(step)?;
    }
    if let Some(id) = fresh {
        tx.execute(sql::NAME_THE_STORE, [id])?;
        tx.pragma_update(None, "application_id", sql::APPLICATION_ID)?;
    }
    tx.pragma_update(None, "user_version", i64::try_from(sql::STEPS.len()).unwrap_or(i64::MAX))?;
    tx.commit()
}

/// Makes sure that all there is to read is on the disk, and that what follows will be.
fn settle(path: &Path, conn: &Connection) -> Result<(), OpenError> {
    let sqlite = |err| explain(path, "emptying its log", err);
    let mode: String = conn.query_row(sql::JOURNAL_IN_A_LOG, [], |row| row.get(0)).map_err(sqlite)?;
    if mode != "wal" {
        return Err(OpenError::NoLog { path: path.to_owned() });
    }
    let pages: i64 = conn.query_row(sql::MEASURE_THE_LOG, [], |row| row.get(1)).map_err(sqlite)?;
    empty_the_log(path, conn)?;
    if pages > 0 {
        // SQLite does not sync the cut. Should the power go now, the log is back as the disk has it; and after a sync
        // that failed the disk has it without its end, so that pages would go back to what they were before. A commit
        // begins the log anew and is synced, and from then on the old one is none.
        let version: i64 = conn.pragma_query_value(None, "user_version", |row| row.get(0)).map_err(sqlite)?;
        conn.pragma_update(None, "user_version", version).map_err(sqlite)?;
        empty_the_log(path, conn)?;
    }
    Ok(())
}

fn empty_the_log(path: &Path, conn: &Connection) -> Result<(), OpenError> {
    let emptied = conn.query_row(sql::EMPTY_THE_LOG, [], |row| row.get::<_, bool>(0));
    match emptied.map_err(|err| explain(path, "emptying its log", err))? {
        true => Err(OpenError::Unsettled { path: path.to_owned() }),
        false => Ok(()),
    }
}

pub(crate) fn explain(path: &Path, doing: &'static str, err: rusqlite::Error) -> OpenError {
    if is_damage(&err) {
        return damaged(path, &format!("{doing}: {err}"));
    }
    OpenError::Sqlite { path: path.to_owned(), doing, source: err }
}

pub(crate) fn damaged(path: &Path, problem: &str) -> OpenError {
    OpenError::Damaged { path: path.to_owned(), problem: problem.to_owned() }
}
