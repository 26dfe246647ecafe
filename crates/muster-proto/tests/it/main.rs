//! The wire format held to its word: everything goes in and out whole, and says what is wrong with it.
#![expect(clippy::unwrap_used, clippy::expect_used, reason = "a helper of a test that fails may stop the test")]

mod commands;
mod descriptor;
mod entries;
mod evidence;
mod register;
mod requests;
mod words;
