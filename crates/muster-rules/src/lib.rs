//! Runs a rule set on a situation and brings back advice or a failure.
//!
//! This crate knows neither the store nor the API, reads no clock and decides nothing. A rule set is
//! a WebAssembly component of the world `muster:policy/rule-set` (`wit/policy.wit`); wasmtime lives
//! here and nowhere else. A [`Host`] compiles components; a [`LoadedRuleSet`] is one of them with
//! its settings; [`LoadedRuleSet::advise`] runs it once, in an instance of its own that is thrown
//! away, within limits on instructions, time, memory and output.
//!
//! What comes back is never trusted: `validate` and `convert::advice` check each item before it is
//! handed on, and whatever the rule set does instead of answering becomes a [`Failure`].
#![forbid(unsafe_code)]

mod bindings;
mod convert;
mod description;
mod engine;
mod evaluate;
mod failure;
mod guest;
mod host;
mod limits;
mod load;
mod resting;
mod settings;
mod text;
mod ticker;
mod trial;
mod validate;

pub use description::{BadDescription, Description};
pub use engine::ENGINE;
pub use evaluate::{Evaluated, LoadedRuleSet};
pub use failure::{Failure, FailureClass, SettingsIssue, SettingsRefused};
pub use guest::{LogLevel, LogLine};
pub use host::{Host, HostError};
pub use limits::{Allocator, HostLimits};
pub use load::LoadError;
pub use settings::{BadSchema, SETTINGS_BYTES, Settings, changed};
pub use trial::{Trial, compile_on_trial};
