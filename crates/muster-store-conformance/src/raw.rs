//! A connection as an operator with `psql` has one: to trouble a store on a database server from beside it.

use muster_record::entry::{Content, Sealed};
use muster_store::Append;
use tokio::runtime::{Builder, Runtime};
use tokio_postgres::{Client, NoTls, SimpleQueryMessage};

/// The connection. Each call waits for its answer.
pub struct Raw {
    runtime: Runtime,
    client: Client,
}

impl Raw {
    pub fn connect(address: &str) -> Self {
        let runtime = Builder::new_current_thread().enable_all().build().unwrap();
        let (client, connection) = runtime.block_on(tokio_postgres::connect(address, NoTls)).unwrap();
        drop(runtime.spawn(connection));
        Self { runtime, client }
    }

    /// Runs statements, which must go well.
    #[track_caller]
    pub fn run(&self, sql: &str) {
        if let Err(error) = self.runtime.block_on(self.client.batch_execute(sql)) {
            panic!("{sql}: {error:?}");
        }
    }

    /// Runs a statement that must be refused, and gives what was said.
    #[track_caller]
    pub fn refused(&self, sql: &str) -> String {
        let error = self.runtime.block_on(self.client.batch_execute(sql)).unwrap_err();
        error.as_db_error().unwrap().message().to_owned()
    }

    /// The one value that a statement gives, as text.
    #[track_caller]
    pub fn value(&self, sql: &str) -> String {
        let rows = self.runtime.block_on(self.client.simple_query(sql)).unwrap();
        let row = rows.iter().find_map(|message| match message {
            SimpleQueryMessage::Row(row) => Some(row),
            _ => None,
        });
        row.unwrap().get(0).unwrap_or_default().to_owned()
    }

    /// Draws the next revision, in the transaction that is open.
    pub fn draw(&self) -> u64 {
        self.run("SELECT pg_current_xact_id()");
        self.value("SELECT nextval('revision')").parse().unwrap()
    }

    /// Writes a change set as a store does, in the transaction that is open, under a revision that was drawn.
    pub fn append(&self, change: &Append, revision: u64) {
        let head = &change.head;
        let (incident, summary) = (head.incident.as_str(), &head.summary);
        self.run(&format!(
            "INSERT INTO head (incident, seq, hash, recorded_at, exercise, closed, summary, revision)
             VALUES ('{incident}', {}, '\\x{}', {}, false, false, '{summary}', {revision})
             ON CONFLICT (incident) DO UPDATE SET seq = excluded.seq, hash = excluded.hash,
                 recorded_at = excluded.recorded_at, revision = excluded.revision",
            head.seq,
            head.hash,
            head.recorded_at.timestamp_millis(),
        ));
        for Sealed { incident, seq, recorded_at, envelope, content, commitment, hash } in &change.entries {
            let Content::Whole { payload, salt } = content else { panic!("it is sealed") };
            let salt: String = salt.iter().map(|byte| format!("{byte:02x}")).collect();
            self.run(&format!(
                "INSERT INTO entry (revision, incident, seq, recorded_at, envelope, payload, salt, commitment, hash)
                 VALUES ({revision}, '{incident}', {seq}, {}, '{envelope}', '{payload}', '\\x{salt}', '\\x{commitment}',
                         '\\x{hash}')",
                recorded_at.timestamp_millis(),
            ));
        }
    }
}
