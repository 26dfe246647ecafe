//! Tries the whole shipped server: on a simulated disk, over a simulated network, with those who write, watch and read.
//!
//! For tests alone: nothing that is shipped depends on it. Everything follows from one number, the seed: time, chance, the
//! network, the disk and what goes wrong. A history has a process of its own. What is looked for has the names and
//! numbers of `docs/reliability.md`.
#![expect(
    clippy::expect_used,
    clippy::indexing_slicing,
    reason = "a simulator whose own footing gives way is to stop there, and not to report on what it simulates"
)]

pub mod cast;
pub mod chance;
mod checks;
pub mod clock;
pub mod history;
pub mod ledger;
pub mod machine;
pub mod model;
pub mod nemesis;
pub mod network;
pub mod reader;
pub mod stage;
pub mod watcher;
pub mod writer;
