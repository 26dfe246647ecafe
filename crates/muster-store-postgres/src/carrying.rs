//! Taking everything from another store into a fresh database, in one transaction: all of it is there afterwards, or none.

use std::sync::Arc;

use bytes::{BufMut as _, Bytes, BytesMut};
use futures_util::SinkExt as _;
use muster_store::{Revision, ServerError, Table, Value, Writes as _};
use tokio::sync::{mpsc, oneshot};
use tokio_postgres::CopyInSink;

use crate::connection::{Connection, Purpose};
use crate::database::Database;
use crate::fault::Fault;
use crate::store::{Store, gone};

/// Rows are sent in pieces of about so many bytes.
const PIECE: usize = 64 * 1024;
/// Pieces that wait for the database.
const WAITING: usize = 8;

/// What brings the database up to what was taken: where the order goes on, and where the audit ends.
const GO_ON: &str = "
    SELECT setval('revision', greatest(1, (SELECT coalesce(max(revision), 0) FROM entry)),
                  (SELECT count(*) > 0 FROM entry));
    UPDATE settled SET revision = (SELECT coalesce(max(revision), 0) FROM entry);
    UPDATE audit_end SET (number, hash) = (SELECT number, hash FROM audit ORDER BY number DESC LIMIT 1)
        WHERE EXISTS (SELECT 1 FROM audit);
    SELECT setval(pg_get_serial_sequence('shadow_look', 'number'), greatest(1, (SELECT coalesce(max(number), 0) FROM shadow_look)),
                  (SELECT count(*) > 0 FROM shadow_look));
    ANALYZE";

/// Takes rows, until it is told that there are no more.
#[derive(Debug)]
pub struct Taking {
    pieces: mpsc::Sender<Piece>,
    taken: oneshot::Receiver<Result<(), ServerError>>,
    table: Option<Table>,
    piece: BytesMut,
    rows: u64,
}

enum Piece {
    /// From now on the rows are of this table.
    Table(Table),
    /// Rows as text.
    Rows(Bytes),
    /// There are no more.
    End,
}

impl Store {
    /// Whether nothing was ever written to it.
    ///
    /// # Errors
    /// When it cannot be read.
    pub fn is_fresh(&self) -> Result<bool, muster_store::ReadError> {
        Ok(self.readers().all_incidents(None, 1)?.is_empty() && self.readers().last_revision()? == Revision(0))
    }

    /// Begins to take rows into tables that hold none.
    pub fn take(&self) -> Taking {
        let (pieces, coming) = mpsc::channel(WAITING);
        let (tell, taken) = oneshot::channel();
        let database = Arc::clone(&self.shared().database);
        self.shared().driver.begin(async move {
            let came = take(&database, coming).await.map_err(|fault| fault.told(&database.way.place));
            // Whoever takes waits for it, or has given up.
            drop(tell.send(came));
        });
        Taking { pieces, taken, table: None, piece: BytesMut::new(), rows: 0 }
    }
}

impl Taking {
    /// Takes a row.
    ///
    /// # Errors
    /// When the database did not take one before; nothing is kept then.
    pub fn row(&mut self, table: Table, values: &[Value<'_>]) -> Result<(), ServerError> {
        if self.table != Some(table) {
            self.flush()?;
            self.send(Piece::Table(table))?;
            self.table = Some(table);
        }
        write_row(&mut self.piece, values);
        self.rows = self.rows.saturating_add(1);
        if self.piece.len() >= PIECE { self.flush() } else { Ok(()) }
    }

    /// Ends, and says how many rows there were. All of them are kept when this returns.
    ///
    /// # Errors
    /// Why nothing is kept.
    pub fn end(mut self) -> Result<u64, ServerError> {
        self.flush()?;
        self.send(Piece::End)?;
        let rows = self.rows;
        self.why().map(|()| rows)
    }

    fn flush(&mut self) -> Result<(), ServerError> {
        if self.piece.is_empty() {
            return Ok(());
        }
        let rows = self.piece.split().freeze();
        self.send(Piece::Rows(rows))
    }

    fn send(&mut self, piece: Piece) -> Result<(), ServerError> {
        if self.pieces.blocking_send(piece).is_ok() {
            return Ok(());
        }
        // It ended before it was told to: it says why.
        let (_, nobody) = oneshot::channel();
        let taken = std::mem::replace(&mut self.taken, nobody);
        Err(why(taken).err().unwrap_or_else(|| gone("the database")))
    }

    fn why(self) -> Result<(), ServerError> {
        why(self.taken)
    }
}

fn why(taken: oneshot::Receiver<Result<(), ServerError>>) -> Result<(), ServerError> {
    taken.blocking_recv().unwrap_or_else(|_| Err(gone("the database")))
}

async fn take(database: &Database, mut coming: mpsc::Receiver<Piece>) -> Result<(), Fault> {
    let connection = database.way.connect(Purpose::Write, None).await?;
    let Connection { client, .. } = &connection;
    // A table of a large store takes longer than any statement of a server that serves.
    client.batch_execute("SET statement_timeout = 0; SET idle_in_transaction_session_timeout = 0; BEGIN").await?;
    let mut sink: Option<std::pin::Pin<Box<CopyInSink<Bytes>>>> = None;
    while let Some(piece) = coming.recv().await {
        match piece {
            Piece::Rows(rows) => {
                if let Some(sink) = &mut sink {
                    sink.send(rows).await?;
                }
            }
            Piece::Table(Table { name, columns }) => {
                finish(sink.take()).await?;
                let copy = format!("COPY {name} ({}) FROM STDIN", columns.join(", "));
                sink = Some(Box::pin(client.copy_in(&copy).await?));
            }
            Piece::End => {
                finish(sink.take()).await?;
                client.batch_execute(GO_ON).await?;
                client.batch_execute("COMMIT").await?;
                // Nobody else has written to it, so that all of it is settled.
                database.look().await?;
                return Ok(());
            }
        }
    }
    // Whoever gave has given up, and nothing is kept.
    Err(Fault::Unreadable("the other store was not read to its end".to_owned()))
}

async fn finish(sink: Option<std::pin::Pin<Box<CopyInSink<Bytes>>>>) -> Result<(), Fault> {
    if let Some(mut sink) = sink {
        sink.as_mut().finish().await?;
    }
    Ok(())
}

/// A row as COPY takes it as text: values apart by tabs, and in them what would end one escaped.
fn write_row(piece: &mut BytesMut, values: &[Value<'_>]) {
    for (place, value) in values.iter().enumerate() {
        if place > 0 {
            piece.put_u8(b'\t');
        }
        match value {
            Value::Nothing => piece.put_slice(b"\\N"),
            Value::Number(number) => piece.put_slice(number.to_string().as_bytes()),
            Value::Text(text) => {
                for byte in text.bytes() {
                    match byte {
                        b'\\' => piece.put_slice(b"\\\\"),
                        b'\n' => piece.put_slice(b"\\n"),
                        b'\r' => piece.put_slice(b"\\r"),
                        b'\t' => piece.put_slice(b"\\t"),
                        other => piece.put_u8(other),
                    }
                }
            }
            Value::Bytes(bytes) => {
                piece.put_slice(b"\\\\x");
                for byte in *bytes {
                    piece.put_slice(format!("{byte:02x}").as_bytes());
                }
            }
        }
    }
    piece.put_u8(b'\n');
}
