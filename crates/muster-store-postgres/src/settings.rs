//! What an operator says of the database server.

use std::path::PathBuf;
use std::time::Duration;

/// Where the database is and how long it may take. It holds a password, so that it cannot be printed.
#[derive(Clone, PartialEq, Eq)]
pub struct Settings {
    /// How to connect, as libpq takes it: `postgres://user:password@host:port/database?sslmode=require`, or
    /// `host=… user=… dbname=…`. A host that begins with `/` is the folder of a Unix socket.
    ///
    /// Of several hosts the one that can be written to is taken. A pooler in between has to keep a connection for as long as
    /// it is open here: statements are prepared on it, and one of them listens.
    ///
    /// `sslmode=prefer`, which is the default of PostgreSQL's own clients, is no choice here: it would send a password in
    /// clear to whoever answers. Away from this machine it means `require`, and on it `disable`. With `require` the
    /// certificate is verified, and so is the name in it.
    pub address: String,
    /// The password, where it is not in the address; it stands above one that is.
    pub password: Option<String>,
    /// Certificates of those who may vouch for the server, as PEM; those that browsers trust where absent.
    pub root: Option<PathBuf>,
    /// How many read at once. Others wait for them.
    pub readers: usize,
    /// How long connecting may take, to each host that the address names.
    pub connect: Duration,
    /// How long a statement may take, and how long a call waits for a connection.
    pub statement: Duration,
    /// How often it is looked whether others wrote, should their notification be lost.
    pub poll: Duration,
}

impl Settings {
    /// The usual, at an address.
    pub fn at(address: &str) -> Self {
        Self {
            address: address.to_owned(),
            password: None,
            root: None,
            // As many as read at once on a small server, as with SQLite.
            readers: 8,
            connect: Duration::from_secs(5),
            // Longer than any statement of ours on a store of 10^6 entries, but for the walks, which read in pages.
            statement: Duration::from_secs(10),
            poll: Duration::from_millis(250),
        }
    }
}
