//! The incident record: what may be written to it, what it then says, and who may see it.
//!
//! This crate decides and remembers nothing else: it opens no file, reads no clock, rolls no die and
//! starts no task. Every input, the time included, is an argument.
//!
//! A newcomer reads [`fact`], then [`incident`], then one family under `incident/`.

pub mod advice;
pub mod agency;
pub mod audit;
pub mod briefing;
pub mod calendar;
mod cause;
pub mod command;
pub mod deadline;
pub mod dispatch;
pub mod endorsing;
pub mod entry;
pub mod erasing;
pub mod evidence;
pub mod exported;
pub mod fact;
pub mod identity;
pub mod ids;
pub mod incident;
pub mod installing;
pub mod nearest;
pub mod numbered;
pub mod personal_text;
mod project;
pub mod refusal;
pub mod region;
pub mod report;
pub mod retention;
pub mod rights;
pub mod shadow;
pub mod situation;
pub mod subject;
pub mod summary;
#[cfg(test)]
pub(crate) mod testing;
#[cfg(test)]
mod tests;
pub mod time;
pub mod timeline;
pub mod trail;
pub mod visible;
pub mod webhook;
pub(crate) mod words;

pub use command::Command;
pub use entry::{Author, Entry};
pub use fact::Fact;
pub use incident::Incident;
pub use refusal::Refusal;
pub use words::{NoSuchWord, Word, WordSet};
