//! The writer: one connection, one transaction for a group, as durable as the server keeps it when it returns.

use std::future::Future;
use std::sync::Arc;

use muster_record::ids::{AgencyId, IncidentId, RequestId};
use muster_store::{
    CommitError, OpenError, ReadError, Reads, ReadsRecords as _, Request, Revision, ServerError, Write, Writes,
};
use tokio::sync::watch;

use crate::commit;
use crate::connection::{Connection, Purpose, Way};
use crate::database::Database;
use crate::driver::{Driver, Gone};
use crate::fault::Fault;
use crate::following;
use crate::migrate;
use crate::plan::Plan;
use crate::read::Readers;
use crate::settings::Settings;
use crate::shared::Between;
use crate::sql;

/// Looks at the start, each of which may show that a hole is one for good: it is seen, it has outlasted a look, and
/// nobody is left who could fill it.
const LOOKS: usize = 4;

/// A store on a database server. Others may be open on the same database, in this process or elsewhere.
pub struct Store {
    shared: Arc<Shared>,
    /// Taken out by whatever uses it, and put back if that went well.
    writer: Option<Connection>,
    /// Something was erased, and its row may still stand in the tables' pages.
    erasing: bool,
    id: [u8; 16],
}

/// What a store and its readers have in common.
pub(crate) struct Shared {
    pub(crate) driver: Driver,
    pub(crate) database: Arc<Database>,
}

impl std::fmt::Debug for Store {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Store").field("place", &self.shared.database.way.place).finish_non_exhaustive()
    }
}

impl Store {
    /// Opens the store in the database, or makes it there under the id given.
    ///
    /// # Errors
    /// Why not. A database that holds something else, or what a later Muster wrote, is left as it is.
    pub fn open(settings: &Settings, fresh_id: [u8; 16]) -> Result<Self, OpenError> {
        let way = Way::of(settings).map_err(OpenError::Server)?;
        let no_driver = |source: std::io::Error| {
            OpenError::Server(ServerError::Refused { at: way.place.clone(), source: source.into() })
        };
        let driver = Driver::start().map_err(no_driver)?;
        let (readers, place) = (settings.readers, way.place.clone());
        let opened = driver.ask(async move { open(way, readers, fresh_id).await });
        let (database, writer, id) = opened.map_err(|Gone| OpenError::Server(gone(&place)))??;
        driver.begin(following::follow(Arc::clone(&database), settings.poll));
        // What a process erased that was then killed may still be there.
        Ok(Self { shared: Arc::new(Shared { driver, database }), writer: Some(writer), erasing: true, id })
    }

    pub(crate) fn shared(&self) -> &Shared {
        &self.shared
    }

    /// Tells of it whenever more is settled, whoever wrote it: the last change set that may be shown.
    pub fn news(&self) -> watch::Receiver<Revision> {
        self.shared.database.settled.news()
    }

    /// Does something with the connection that writes, on the driver's thread.
    fn with_writer<T, F>(&mut self, work: impl FnOnce(Arc<Database>, Option<Connection>) -> F) -> Result<T, ServerError>
    where
        T: Send + 'static,
        F: Future<Output = (Option<Connection>, T)> + Send + 'static,
    {
        let work = work(Arc::clone(&self.shared.database), self.writer.take());
        let (writer, done) = self.shared.driver.ask(work).map_err(|Gone| gone(&self.shared.database.way.place))?;
        self.writer = writer;
        Ok(done)
    }

    /// Empties the tables' pages of what was erased.
    fn empty_after_erasing(&mut self) {
        if !self.erasing {
            return;
        }
        let emptied = self.with_writer(|database, writer| async move {
            let way = &database.way;
            let connection = match writer.filter(|connection| !connection.client.is_closed()) {
                Some(connection) => Ok(connection),
                None => way.connect(Purpose::Write, None).await,
            };
            match connection {
                Ok(connection) => {
                    let emptied = way.within(connection.client.batch_execute(sql::sealed::EMPTY_THE_TABLES)).await;
                    let is_lost = emptied.as_ref().is_err_and(Fault::is_lost);
                    (Some(connection).filter(|_| !is_lost), emptied.map_err(|fault| fault.told(&way.place)))
                }
                Err(fault) => (None, Err(fault.told(&way.place))),
            }
        });
        match emptied.and_then(|emptied| emptied) {
            Ok(()) => self.erasing = false,
            Err(error) => tracing::warn!(%error, "what was erased may still stand in the tables; it is tried again"),
        }
    }
}

async fn open(
    way: Way,
    readers: usize,
    fresh_id: [u8; 16],
) -> Result<(Arc<Database>, Connection, [u8; 16]), OpenError> {
    let place = way.place.clone();
    let told = |fault: Fault| OpenError::Server(fault.told(&place));
    let mut writer = way.connect(Purpose::Write, None).await.map_err(told)?;
    let migrate::Found { id, settled } = migrate::migrate(&way, &mut writer, fresh_id).await?;
    let database = Arc::new(Database::new(way, readers, settled));
    for _ in 0..LOOKS {
        database.look().await.map_err(told)?;
        if !database.settled.has_hole() {
            break;
        }
    }
    if database.settled.has_hole() {
        tracing::warn!(%place, "a transaction is open; change sets behind it are shown when it ends");
    }
    Ok((database, writer, id))
}

/// The thread is gone, which nothing of ours makes it.
pub(crate) fn gone(at: &str) -> ServerError {
    ServerError::Away { at: at.to_owned(), source: "the thread that drives its connections has ended".into() }
}

impl Writes for Store {
    fn id(&self) -> [u8; 16] {
        self.id
    }

    fn last_revision(&self) -> Revision {
        self.shared.database.settled.last()
    }

    fn readers(&self) -> Arc<dyn Reads> {
        Arc::new(Readers::of(Arc::clone(&self.shared)))
    }

    fn request(&self, agency: &AgencyId, id: &RequestId) -> Result<Option<(Request, Revision)>, ReadError> {
        Readers::of(Arc::clone(&self.shared)).request(agency, id)
    }

    fn hold(&mut self, incidents: &[IncidentId]) -> Result<(), CommitError> {
        let incidents = incidents.iter().cloned().collect();
        let held = self.with_writer(|database, mut writer| async move {
            let held = commit::hold_for_later(&database.way, &mut writer, incidents).await;
            (writer, held)
        });
        held.map_err(CommitError::Server)?
    }

    fn commit(&mut self, group: &[Write]) -> Result<Vec<Revision>, CommitError> {
        let plan = Plan::of(group)?;
        if group.is_empty() {
            let let_go = |database: Arc<Database>, mut writer| async move {
                commit::let_go(&database.way, &mut writer).await;
                (writer, ())
            };
            return self.with_writer(let_go).map(|()| Vec::new()).map_err(CommitError::Server);
        }
        let takes_away = plan.takes_away;
        let committed = self.with_writer(|database, mut writer| async move {
            let committed = commit::commit(&database.way, &mut writer, plan).await;
            if let Ok(revisions) = &committed {
                database.settled.committed(revisions);
                database.wrote.notify_one();
            }
            (writer, committed)
        });
        let revisions = committed.map_err(CommitError::Lost)??;
        self.erasing |= takes_away;
        if takes_away {
            self.empty_after_erasing();
        }
        Ok(revisions.into_iter().map(Revision).collect())
    }

    /// Whether the rows of all that was erased were taken out of their tables. Their bytes may stand in the server's log,
    /// in the free space of its files and in copies until those are written over: what makes them unreadable is that the
    /// key that theirs was wrapped with is kept elsewhere, and is turned.
    fn has_erased(&self) -> bool {
        !self.erasing
    }

    fn checkpoint_if_idle(&mut self) {
        self.empty_after_erasing();
    }

    fn shared(&self) -> Option<Arc<dyn muster_store::Shared>> {
        Some(Arc::new(Between(Arc::clone(&self.shared))))
    }

    fn close(self: Box<Self>) {
        let settled = crate::step::int(self.shared.database.settled.last().0);
        let database = Arc::clone(&self.shared.database);
        let noted = self.shared.driver.ask(async move {
            match database.way.connect(Purpose::Write, None).await {
                Ok(mut connection) => {
                    let note = crate::step::params![settled];
                    database.way.within(connection.rows(sql::NOTE_SETTLED, &note)).await.map(drop)
                }
                Err(fault) => Err(fault),
            }
        });
        match noted {
            Ok(Ok(())) => (),
            Ok(Err(fault)) => {
                let error = fault.told(&self.shared.database.way.place);
                tracing::warn!(%error, "how far the order is settled was not noted; the next start looks further back");
            }
            Err(Gone) => tracing::warn!("the thread that drives the database connections had ended"),
        }
    }
}
