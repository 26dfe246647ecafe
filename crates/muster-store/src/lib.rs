//! Keeps entries in order, once each, durably.
//!
//! It does not decide what may be written, reads no clock, makes no id and starts no thread: a
//! [`Store`] is a plain value, driven by whoever holds it. What [`Store::commit`] has returned for
//! survives `kill -9` and power loss of this one machine's disk, and no more than that.

mod append;
mod audit;
mod backup;
mod carry;
mod contract;
mod error;
mod installs;
mod kept;
mod lock;
mod open;
mod outbound;
mod payloads;
mod people;
mod read;
mod register;
mod restore;
mod rewriting;
mod row;
mod server;
mod shadow;
mod sql;
mod store;
mod survey;
#[cfg(test)]
mod tests;
mod verify;
mod write;

pub use audit::AuditWrite;
pub use backup::{Backup, BackupError, back_up, sync_folder};
pub use carry::{CarryError, Table, Value};
pub use contract::{
    BesideMarks, Holder, Lease, LookStanding, Reads, ReadsBeside, ReadsOutbound, ReadsRecords, ReadsRuleSets,
    ReadsSealed, ReadsWhole, Shared, Writes,
};
pub use error::{CommitError, OpenError, ReadError, VerifyAuditError, VerifyError};
pub use installs::InstallWrite;
pub use kept::KeptContent;
pub use outbound::{OutboundWrite, StoredWebhook, WebhookKey, WebhookWrite};
pub use payloads::{Opens, Shut, ShutPayload, WrappedPayloadKey};
pub use people::{SealedPerson, WrappedKey};
pub use read::{Behind, OpenedSnapshot, Readers, Stored, StoredHead};
pub use register::{RegisterChange, RegisterWrite, StoredImport, StoredRow};
pub use restore::{Generation, RestoreError, Vacancy};
pub use server::ServerError;
pub use store::Store;
pub use survey::{Survey, survey};
pub use verify::{Verified, Walked};
pub use write::{Append, Fence, Head, Request, Revision, SettingsChange, Snapshot, Write};
