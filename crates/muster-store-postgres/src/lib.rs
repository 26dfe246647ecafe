//! Keeps entries in order, once each, durably, on a PostgreSQL that several servers share.
//!
//! It answers to the contract of `muster-store`, and decides nothing that SQLite's store does not decide either: it reads
//! no clock and makes no id. What [`Store`] has acknowledged is as durable as the database server keeps what it has
//! committed. The order of incidents comes from rows that are held while one is appended to, never from a lock on the
//! whole database; which part of the order over all incidents may be shown is worked out in `settling.rs`.
//!
//! Calls block. The connections are driven by a thread of the store's own, so that callers may be anywhere.

mod append;
mod beside;
mod carrying;
mod commit;
mod connection;
mod database;
mod driver;
mod exchange;
mod fault;
mod following;
mod migrate;
mod plan;
mod read;
mod row;
mod settings;
mod settled;
mod settling;
mod shared;
mod sql;
mod step;
mod store;
mod survey;
mod verify;

pub use carrying::Taking;
pub use read::Readers;
pub use settings::Settings;
pub use store::Store;
pub use survey::{Survey, survey};
