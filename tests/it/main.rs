//! Every test that needs more than one crate: the real server, over real connections, on real files.
#![expect(clippy::unwrap_used, clippy::panic, reason = "a helper of a test that fails may stop the test")]

mod crashing;
mod exercises;
mod home;
mod participant;
mod watching;
mod writing;
