//! The writer: one connection, one transaction for a group, durable when it returns.

use std::path::{Path, PathBuf};

use muster_record::ids::{AgencyId, RequestId};
use rusqlite::{Connection, OptionalExtension as _, TransactionBehavior, params};

use crate::append::{append, change_settings};
use crate::audit;
use crate::error::{CommitError, OpenError, ReadError};
use crate::installs;
use crate::lock::Lock;
use crate::open::{self, Opening, Tip};
use crate::outbound;
use crate::payloads;
use crate::people;
use crate::read::Readers;
use crate::register;
use crate::row;
use crate::shadow;
use crate::sql;
use crate::write::{Request, Revision, Write};

/// From how many pages on the log is moved into the file between commits: 4 MB of it.
const LONG_LOG: i64 = 1_000;

/// Owns the one connection that writes and checkpoints.
#[derive(Debug)]
pub struct Store {
    /// Reads nothing. While it is open, a connection that is given up after a failed sync is not the last one, and what
    /// the log holds of that commit is seen by nobody: whoever opens a store that nobody has open reads the log anew.
    /// Stands before the writer, which empties the log when it is closed last.
    keeper: Connection,
    /// Taken out by whatever uses it and put back if that went well: after an error it is gone, and
    /// is opened afresh. Stands before the lock so that it is closed before that is let go.
    writer: Option<Connection>,
    tip: Tip,
    /// Something was erased, and the log may still hold it.
    erasing: bool,
    id: [u8; 16],
    readers: Readers,
    path: PathBuf,
    _lock: Lock,
}

impl Store {
    /// Opens the store in the file, or makes it there under the id given.
    ///
    /// All that can be read afterwards is on the disk.
    ///
    /// # Errors
    /// Why not. A file that is damaged, newer or no store is left as it is.
    pub fn open(path: &Path, fresh_id: [u8; 16]) -> Result<Self, OpenError> {
        let mut lock = Lock::take(path)?;
        let fresh = if lock.knows_a_store() { None } else { Some(fresh_id) };
        let open::Opened { conn, id, tip } = open::to_write(path, Opening::First(fresh))?;
        lock.know(id)?;
        let keeper = open::to_keep(path).map_err(|err| open::explain(path, "keeping it open", err))?;
        let (readers, path) = (Readers::of(path), path.to_owned());
        Ok(Self { keeper, writer: Some(conn), tip, erasing: false, id, readers, path, _lock: lock })
    }

    /// The store's id, from when it was made.
    pub fn id(&self) -> [u8; 16] {
        self.id
    }

    /// The last change set known to be written; 0 when there is none.
    pub fn last_revision(&self) -> Revision {
        self.tip.revision
    }

    /// Those who read. They may go to other threads, and see what is committed.
    pub fn readers(&self) -> Readers {
        self.readers.clone()
    }

    /// A connection of its own, to read all of it.
    pub(crate) fn to_read(&self) -> rusqlite::Result<Connection> {
        crate::open::to_read(&self.path)
    }

    /// What the agency asked for under that id, and the change set that came of it. Asked of the connection that writes,
    /// which has its pages at hand: a reader's are gone with every commit.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn request(&self, agency: &AgencyId, id: &RequestId) -> Result<Option<(Request, Revision)>, ReadError> {
        let Some(conn) = &self.writer else { return self.readers.request(agency, id) };
        let mut asked = conn.prepare_cached(sql::REQUEST)?;
        Ok(asked.query_row([agency.as_str(), id.as_str()], row::request).optional()?)
    }

    /// Writes the whole group or none of it; gives each append the next revision, in order.
    ///
    /// # Errors
    /// Nothing of the group is acknowledged, and where it is [`CommitError::Unknown`] it may have
    /// been written all the same. The next call opens the file again.
    pub fn commit(&mut self, group: &[Write]) -> Result<Vec<Revision>, CommitError> {
        let mut conn = self.writer().map_err(CommitError::Unavailable)?;
        let tx = conn.transaction_with_behavior(TransactionBehavior::Immediate)?;
        let mut tip = self.tip;
        let mut revisions = Vec::new();
        for write in group {
            match write {
                Write::Append(change) => revisions.push(append(&tx, &mut tip, change)?),
                // There is nobody else who could have looked meanwhile.
                Write::Leased { .. } => (),
                Write::Looked { incident, seq, look_again_at, fence: _ } => {
                    let again = look_again_at.map(|at| at.timestamp_millis());
                    tx.prepare_cached(sql::LOOKED)?.execute(params![incident.as_str(), row::int(seq.0), again])?;
                }
                Write::Component { digest, name, bytes } => {
                    tx.prepare_cached(sql::KEEP_COMPONENT)?.execute(params![digest.0, name.as_str(), bytes])?;
                }
                Write::Settings { digest, text } => {
                    tx.prepare_cached(sql::KEEP_SETTINGS)?.execute(params![digest.0, text])?;
                }
                Write::SettingsChange(change) => change_settings(&tx, change)?,
                Write::Register(import) => register::write(&tx, import)?,
                Write::Seal(person) => people::seal(&tx, person)?,
                Write::Rewrap(key) => people::wrap(&tx, key)?,
                Write::Erase { incident, person } => people::erase(&tx, incident, *person)?,
                Write::RewrapPayload(key) => payloads::rewrap(&tx, key)?,
                Write::DropSnapshots => drop(tx.prepare_cached(sql::DROP_SNAPSHOTS)?.execute([])?),
                Write::EraseEntries { incident, entries } => payloads::erase(&tx, incident, entries)?,
                Write::Audit(row) => audit::write(&tx, row)?,
                Write::Propose(install) => installs::propose(&tx, install)?,
                Write::Decide { install, decided } => installs::decide(&tx, *install, decided)?,
                Write::ShadowLook(look) => shadow::put(&tx, look)?,
                Write::Outbound(change) => outbound::write(&tx, change)?,
            }
        }
        tx.commit()?;
        self.tip = tip;
        // What was replaced is to go as what was erased is: neither may be left in the log.
        self.erasing |= group.iter().any(takes_away);
        self.writer = Some(conn);
        self.empty_after_erasing();
        Ok(revisions)
    }

    /// Whether all that was erased is gone from the files. If not, somebody reads an old view of the store; it is tried
    /// again after each commit, whenever there is nothing to write, and at the next start.
    pub fn has_erased(&self) -> bool {
        !self.erasing
    }

    /// Moves the whole log into the file and cuts it off, so that nothing erased is left there.
    fn empty_after_erasing(&mut self) {
        if !self.erasing {
            return;
        }
        let Some(conn) = self.writer.take() else { return };
        match conn.query_row(sql::EMPTY_THE_LOG, [], |row| row.get::<_, bool>(0)) {
            Ok(is_busy) => {
                self.erasing = is_busy;
                self.writer = Some(conn);
                if is_busy {
                    tracing::warn!(path = %self.path.display(), "a reader keeps what was erased in the log; it is tried again");
                }
            }
            Err(err) => {
                tracing::warn!(path = %self.path.display(), %err, "what was erased is still in the log; it is tried again");
            }
        }
    }

    /// Moves a long log into the file, as far as readers let it; for when there is nothing to write.
    ///
    /// Blocks nobody. If it fails, the next commit opens the file again.
    pub fn checkpoint_if_idle(&mut self) {
        self.empty_after_erasing();
        let Some(conn) = self.writer.take() else { return };
        match move_a_long_log(&conn) {
            Ok(()) => self.writer = Some(conn),
            Err(err) => tracing::warn!(path = %self.path.display(), %err, "the log could not be moved into the file"),
        }
    }

    /// Ends: moves the whole log into the file, so that the file alone holds every entry.
    ///
    /// If a reader is in the way, the log stays beside the file, where the next start finds it.
    pub fn close(mut self) {
        let Some(conn) = self.writer.take() else { return };
        drop(self.keeper);
        match conn.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |row| row.get::<_, i64>(0)) {
            Ok(0) => (),
            Ok(_) => tracing::warn!(path = %self.path.display(), "a reader kept the log from being emptied at the end"),
            Err(err) => tracing::warn!(path = %self.path.display(), %err, "the log could not be emptied at the end"),
        }
    }

    /// Runs one transaction of its own. After an error the file is opened again.
    pub(crate) fn once(
        &mut self,
        run: impl FnOnce(&mut Connection) -> rusqlite::Result<()>,
    ) -> Result<(), CommitError> {
        let mut conn = self.writer().map_err(CommitError::Unavailable)?;
        run(&mut conn)?;
        self.writer = Some(conn);
        Ok(())
    }

    fn writer(&mut self) -> Result<Connection, OpenError> {
        if let Some(conn) = self.writer.take() {
            return Ok(conn);
        }
        tracing::warn!(path = %self.path.display(), "opening the store again after an error");
        let open::Opened { conn, id: _, tip } = open::to_write(&self.path, Opening::Again)?;
        self.tip = tip;
        // Opening has emptied the log.
        self.erasing = false;
        Ok(conn)
    }
}

#[cfg(test)]
impl Store {
    /// The connection that writes, to ask and to trouble.
    pub(crate) fn connection(&self) -> &Connection {
        self.writer.as_ref().unwrap()
    }
}

/// Whether something is gone after it that is not to be found anywhere any more.
fn takes_away(write: &Write) -> bool {
    matches!(
        write,
        Write::Erase { .. }
            | Write::EraseEntries { .. }
            | Write::Rewrap(_)
            | Write::RewrapPayload(_)
            | Write::DropSnapshots
    )
}

fn move_a_long_log(conn: &Connection) -> rusqlite::Result<()> {
    let pages = |row: &rusqlite::Row<'_>| Ok((row.get::<_, i64>(1)?, row.get::<_, i64>(2)?));
    let (written, moved) = conn.prepare_cached(sql::MEASURE_THE_LOG)?.query_row([], pages)?;
    if written.saturating_sub(moved) >= LONG_LOG {
        conn.prepare_cached(sql::MOVE_THE_LOG)?.query_row([], pages)?;
    }
    Ok(())
}
