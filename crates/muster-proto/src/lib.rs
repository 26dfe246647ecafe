//! The wire format `muster.v1`, and the way in and out of it.
//!
//! Types of the wire stop here and in the server. This crate knows no store and no rule sets, and it
//! decides nothing: what it takes in is well formed, not yet allowed.
//!
//! On the way in, [`request`] and [`query`] read whole requests and say all that is wrong with them at
//! once, as [`Malformed`]; [`settings`] does so for settings of rule sets. On the way out, [`entry`], [`incident`] and [`proposal`] write what a record says.
//! What goes out on a watch is in [`watching`]: entries are encoded once, and the bytes go to everybody who sees them so.
//! Each family of commands and facts has its file under `family/`.

mod at;
pub mod command;
pub mod entry;
pub mod evidence;
mod family;
pub mod incident;
pub mod installing;
pub mod limits;
pub mod paper;
pub mod person;
pub mod proposal;
pub mod query;
pub mod region;
pub mod register;
pub mod request;
pub mod settings;
pub mod time;
pub mod watching;
pub mod webhook;
pub mod words;

pub use at::{Malformed, Violation, Warning, write_warnings};

/// The generated messages, clients and servers.
#[expect(
    clippy::allow_attributes,
    clippy::allow_attributes_without_reason,
    clippy::as_conversions,
    clippy::doc_markdown,
    clippy::too_long_first_doc_paragraph,
    reason = "generated: the comments are written for readers of the protos in every language"
)]
pub mod v1 {
    include!(concat!(env!("OUT_DIR"), "/muster.v1.rs"));
}

/// The protos as an encoded `FileDescriptorSet`, imports and comments included, for reflection.
pub const FILE_DESCRIPTOR_SET: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/muster.v1.bin"));
