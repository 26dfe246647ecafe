//! Tries the shipped store on a simulated disk: crashes at any operation, torn writes, failing syncs, a full disk.
//!
//! For tests alone: nothing that is shipped depends on it. Everything follows from one number, the seed. SQLite, the
//! store and the record are those that are shipped; the disk below them, and those who write and read, are made here.
//! What is looked for has the names and numbers of `docs/reliability.md`.
#![expect(
    clippy::expect_used,
    clippy::indexing_slicing,
    reason = "a simulator whose own footing gives way is to stop there, and not to report on what it simulates"
)]

pub mod beside;
pub mod dice;
pub mod disk;
pub mod exhaustive;
pub mod history;
mod locks;
pub mod scribe;
pub mod vfs;
pub mod violation;
pub mod witness;
pub mod world;

use std::sync::{Mutex, MutexGuard, PoisonError};

/// One history at a time in a process: SQLite has one source of randomness for all of it.
pub fn turn() -> MutexGuard<'static, ()> {
    static TURN: Mutex<()> = Mutex::new(());
    TURN.lock().unwrap_or_else(PoisonError::into_inner)
}
