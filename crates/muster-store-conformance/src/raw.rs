//! A connection as an operator with `psql` has one: to trouble a store on a database server from beside it.

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
        let Some(SimpleQueryMessage::Row(row)) = rows.iter().find(|it| matches!(it, SimpleQueryMessage::Row(_))) else {
            panic!("{sql}: no row")
        };
        row.get(0).unwrap_or_default().to_owned()
    }
}
