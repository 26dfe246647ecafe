//! One function for each thing a participant can do; evaluates rule sets after each commit.
//!
//! It knows neither protobuf nor SQL nor WIT: it asks the record what may happen, the store to keep
//! it, and the rule sets what they advise. Time and randomness are handed in as [`Surroundings`].

mod access_clock;
mod advice;
mod answering;
mod beside;
mod checkpoints;
mod coordinator;
mod directory;
mod dispatches;
mod error;
mod evaluate;
mod evaluations;
mod folds;
mod follower;
mod foresee;
mod forking;
mod group;
mod health;
mod installs;
mod job;
mod kept;
mod leases;
mod linger;
mod pace;
mod people;
mod place;
mod queue;
mod recent;
mod region;
mod register;
mod replay;
mod rule_diff;
mod rule_sets;
mod saw_all;
mod sealing;
mod settings;
mod shadows;
mod surroundings;
mod taking_along;
#[cfg(test)]
mod tests;
mod threads;
mod traced;
mod upgrading;
mod views;
mod webhooks;
mod writer;
mod writing;

pub use advice::Explained;
pub use checkpoints::EvidenceError;
pub use coordinator::{Coordinator, Elsewhere, Parts, Place, StartError, Takes, Viewing};
pub use directory::Directory;
pub use dispatches::{Letter, NotSent};
pub use error::{AppendError, QueryError};
pub use forking::ForkError;
pub use health::Health;
pub use installs::{DecideAsk, InstallAsk, InstallRefused, Proposed, Standing, UseAsk};
pub use job::{AppendAsk, Appended, OpenAsk, Written};
pub use kept::NotLoaded;
pub use muster_rules::SettingsIssue;
pub use muster_seal::KeyRing;
pub use muster_store::{Generation, OutboundWrite, ReadError, Revision, Stored};
pub use people::{EraseAsk, Export, LookAsk, PeopleParts, SealAsk, Told, Whose};
pub use recent::{Commit, Form, Shared};
pub use region::{Added, OpenedRegional, RegionalAsk};
pub use register::{ImportAsk, ImportError, Imported, RegisterParts, Turn};
pub use replay::{Evaluation, Replay, Replayed};
pub use rule_diff::{Basis, DiffAsk, DiffedIncident, DiffedPlace, Differs, RuleDiff, all_incidents, kept_component};
pub use rule_sets::{ByName, InstallError, Installed, Owner, RuleSets};
pub use sealing::opening;
pub use settings::{
    ChangedSettings, Foreseen, InForce, Item, Left, Preview, Reached, SettingsAsk, SettingsError, SettingsFrom,
};
pub use shadows::Compared;
pub use surroundings::Surroundings;
pub use threads::{NotWorkedOut, Threads};
pub use upgrading::{UpgradeAsk, UpgradeWrite, Upgraded};
pub use webhooks::{Registered, WebhookAsk, WebhookRefused, WebhookStanding, ends_the_seat};
pub use writer::Writer;
