//! Keep a copy of an incident in a SQLite file of your own: no gap, no entry twice, and the chain checked on the way.
//!
//! `cargo run -p muster-examples --bin mirror -- INCIDENT INTO [SERVER] [CERTS] [AGENCY] [UNTIL]`
//!
//! An entry and the place to go on from are written in one transaction, so that a kill of this program or of the server
//! leaves neither a gap nor a repetition. Each hash is worked out again from the one before it, as
//! docs/tamper-evidence.md says; entries that one may not see come as stubs, and the chain goes through them.
#![expect(clippy::print_stdout, clippy::print_stderr, reason = "an example shows what it keeps")]

use std::path::Path;

use anyhow::{Context as _, Result, bail};
use muster_client::{Bearer, Certificates, Follow, Place, Server};
use muster_proto::v1::entry::Body;
use muster_proto::v1::watch_response::Event;
use muster_proto::v1::{Entry, WatchResponse};
use prost::Message as _;
use prost::bytes::Bytes;
use rusqlite::{Connection, OptionalExtension as _, TransactionBehavior, params};
use sha2::{Digest as _, Sha256};

const SCHEMA: &str = "
    PRAGMA journal_mode = WAL;
    PRAGMA synchronous = FULL;
    CREATE TABLE IF NOT EXISTS entry (
        incident TEXT NOT NULL, seq INTEGER NOT NULL, told TEXT NOT NULL, withheld INTEGER NOT NULL,
        commitment BLOB NOT NULL, hash BLOB NOT NULL, message BLOB NOT NULL,
        PRIMARY KEY (incident, seq)
    ) STRICT;
    CREATE TABLE IF NOT EXISTS place (incident TEXT PRIMARY KEY, resume BLOB NOT NULL) STRICT;";

#[tokio::main]
async fn main() -> Result<()> {
    let mut given = std::env::args().skip(1);
    let incident = given.next().context("name the incident to mirror")?;
    let into = given.next().context("name the file to mirror into")?;
    let mut or = |usual: &str| given.next().unwrap_or_else(|| usual.to_owned());
    let (address, certs, agency) = (or("127.0.0.1:7443"), or("muster-dev"), or("e08000026"));
    let until: u64 = or(&i64::MAX.to_string()).parse()?;
    let mut mirror = Mirror { db: opened(into.as_ref())?, incident: incident.clone() };
    let kept = Kept(Mirror { db: opened(into.as_ref())?, incident: incident.clone() });
    let certificates = Certificates::in_folder(certs.as_ref(), &agency)?;
    let server = Server { address, name: "localhost".to_owned(), certificates, bearer: Bearer::Nobody };
    let mut follow = Follow::incident(server, &incident, kept)
        .on_break(|why, wait| eprintln!("{why}; connecting again in {:.1} s", wait.as_secs_f32()));
    let (mut seq, mut chain) = mirror.last()?;
    while seq < until {
        mirror.take(&follow.next().await?)?;
        (seq, chain) = mirror.last()?;
    }
    println!("mirrored {seq} entries; the chain holds and ends with {}", hex(&chain));
    Ok(())
}

fn opened(path: &Path) -> Result<Connection> {
    let db = Connection::open(path)?;
    db.busy_timeout(std::time::Duration::from_secs(5))?;
    db.execute_batch(SCHEMA)?;
    Ok(db)
}

/// The copy.
struct Mirror {
    db: Connection,
    incident: String,
}

impl Mirror {
    /// The last entry's place and hash; zeros before the first.
    fn last(&self) -> Result<(u64, Vec<u8>)> {
        let asked = "SELECT seq, hash FROM entry WHERE incident = ? ORDER BY seq DESC LIMIT 1";
        let row = |row: &rusqlite::Row<'_>| Ok((row.get::<_, i64>(0)?.unsigned_abs(), row.get(1)?));
        Ok(self.db.query_row(asked, [&self.incident], row).optional()?.unwrap_or((0, vec![0; 32])))
    }

    /// Writes what came and where to go on, both or neither.
    fn take(&mut self, response: &WatchResponse) -> Result<()> {
        let (mut seq, mut before) = self.last()?;
        let written = self.db.transaction_with_behavior(TransactionBehavior::Immediate)?;
        if let Some(Event::Changes(changes)) = &response.event {
            for entry in &changes.entries {
                if entry.seq != seq.saturating_add(1) {
                    bail!("BROKEN: entry {} came behind entry {seq}", entry.seq);
                }
                if worked_out(entry, &before)? != entry.hash {
                    bail!("BROKEN: the hash of entry {} does not follow from entry {seq}", entry.seq);
                }
                let withheld = matches!(entry.body, Some(Body::Withheld(_)));
                let (commitment, hash) = (entry.commitment.as_ref(), entry.hash.as_ref());
                let place = i64::try_from(entry.seq)?;
                written.execute(
                    "INSERT INTO entry VALUES (?, ?, ?, ?, ?, ?, ?)",
                    params![self.incident, place, entry.told, withheld, commitment, hash, entry.encode_to_vec()],
                )?;
                println!("{} {}", entry.seq, hex(hash));
                (seq, before) = (entry.seq, hash.to_vec());
            }
        }
        let place = params![self.incident, response.resume.as_ref()];
        written.execute("INSERT OR REPLACE INTO place VALUES (?, ?)", place)?;
        Ok(written.commit()?)
    }
}

/// Where the watch goes on: what `save` would keep was kept with the entries.
struct Kept(Mirror);

impl Place for Kept {
    fn load(&mut self) -> std::io::Result<Bytes> {
        let Mirror { db, incident } = &self.0;
        let asked = "SELECT resume FROM place WHERE incident = ?";
        let kept = db.query_row(asked, [incident], |row| row.get::<_, Vec<u8>>(0)).optional();
        Ok(kept.map_err(std::io::Error::other)?.unwrap_or_default().into())
    }

    fn save(&mut self, _resume: &Bytes) -> std::io::Result<()> {
        Ok(())
    }
}

/// The hash of an entry: over its place, its time, the hash before it and its commitment.
fn worked_out(entry: &Entry, before: &[u8]) -> Result<Vec<u8>> {
    let at = entry.recorded_at.context("an entry came without its time")?;
    let at = at.seconds.saturating_mul(1_000).saturating_add(at.nanos.div_euclid(1_000_000).into());
    let domain = if entry.exercise { "muster/entry/1/exercise" } else { "muster/entry/1/live" };
    let hash = Sha256::new()
        .chain_update(domain)
        .chain_update(&entry.incident_id)
        .chain_update(entry.seq.to_be_bytes())
        .chain_update(at.to_be_bytes())
        .chain_update(before)
        .chain_update(&entry.commitment);
    Ok(hash.finalize().to_vec())
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
