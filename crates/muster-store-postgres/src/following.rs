//! Following what others write: a bell that is rung when something was committed, and looking from time to time anyway.
//!
//! A notification waits for its transaction, and transactions that notify commit one after another over the whole database.
//! So no append notifies: it is done on a connection of its own, for all that was committed since the last time.

use std::sync::Arc;
use std::time::Duration;

use muster_store::Revision;
use tokio::sync::mpsc;
use tokio::time::{Instant, sleep};

use crate::connection::{Connection, Purpose};
use crate::database::Database;
use crate::fault::Fault;
use crate::sql;
use crate::step::{int, param};

const LISTEN: &str = "LISTEN muster";
const RING: &str = "NOTIFY muster";

/// Between two rings, and two looks: what an entry may be later for others, and no more than 250 rings a second.
const REST: Duration = Duration::from_millis(4);

/// Between looks while there is a hole: its transaction is just committing, mostly.
const SOON: Duration = Duration::from_millis(10);

/// Between notes of how far it is settled.
const BETWEEN_NOTES: Duration = Duration::from_secs(1);

/// Follows until the driver ends.
pub(crate) async fn follow(database: Arc<Database>, poll: Duration) {
    loop {
        let (rung, mut rings) = mpsc::unbounded_channel();
        let followed = match database.way.connect(Purpose::Write, Some(rung)).await {
            Ok(connection) => listen(&database, connection, &mut rings, poll).await,
            Err(fault) => fault,
        };
        let error = followed.told(&database.way.place);
        tracing::warn!(%error, "others that write cannot be followed; it is tried again");
        database.settled.reconnected();
        sleep(poll).await;
    }
}

async fn listen(
    database: &Database,
    mut connection: Connection,
    rings: &mut mpsc::UnboundedReceiver<()>,
    poll: Duration,
) -> Fault {
    let (mut noted, mut noted_at) = (database.settled.last(), Instant::now());
    if let Err(fault) = database.way.within(connection.client.batch_execute(LISTEN)).await {
        return fault;
    }
    loop {
        let is_ours = tokio::select! {
            () = database.wrote.notified() => true,
            rung = rings.recv() => match rung {
                Some(()) => false,
                // The connection has ended; the next statement says why.
                None => true,
            },
            () = sleep(if database.settled.has_hole() { SOON } else { poll }) => false,
        };
        if is_ours && let Err(fault) = database.way.within(connection.client.batch_execute(RING)).await {
            return fault;
        }
        // Those that came before this look are answered by it.
        while rings.try_recv().is_ok() {}
        if let Err(fault) = database.look().await {
            return fault;
        }
        let settled = database.settled.last();
        if settled > noted && noted_at.elapsed() >= BETWEEN_NOTES {
            if let Err(fault) = note(database, &mut connection, settled).await {
                return fault;
            }
            (noted, noted_at) = (settled, Instant::now());
        }
        sleep(REST).await;
    }
}

/// Notes how far it is settled, for whoever starts next.
async fn note(database: &Database, connection: &mut Connection, settled: Revision) -> Result<(), Fault> {
    database.way.within(connection.rows(sql::NOTE_SETTLED, &[param(int(settled.0))])).await.map(drop)
}
