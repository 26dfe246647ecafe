//! Rule sets as the store keeps them: found by their digests, and held against them.

use muster_record::entry::Hash;
use muster_rules::{Host, LoadError, LoadedRuleSet};
use muster_store::{ReadError, Reads};
use thiserror::Error;

/// Why a rule set that a record refers to could not be loaded from what the store keeps.
#[derive(Debug, Error)]
pub enum NotLoaded {
    /// It keeps no such component, or no such settings.
    #[error("the store keeps no {what} with the digest {digest}")]
    NotKept {
        /// Which of the two.
        what: &'static str,
        /// SHA-256, by which the record names it.
        digest: Hash,
    },
    /// What stands under the digest has another one.
    #[error("what the store keeps as the {what} {digest} is something else, with the digest {found}")]
    OtherBytes {
        /// Which of the two.
        what: &'static str,
        /// SHA-256, by which the record names it.
        digest: Hash,
        /// SHA-256 of the bytes that are kept.
        found: Hash,
    },
    /// The host does not take it.
    #[error("the host does not take it: {0}")]
    Refused(#[source] LoadError),
    /// The store cannot be read.
    #[error("the store could not be read: {0}")]
    Read(#[from] ReadError),
}

/// Loads a component with settings, both as the store keeps them.
pub(crate) fn load(
    readers: &dyn Reads,
    host: &Host,
    component: Hash,
    settings: Hash,
) -> Result<LoadedRuleSet, NotLoaded> {
    let bytes = self::component(readers, component)?;
    let text = readers.settings(settings)?.ok_or(NotLoaded::NotKept { what: "settings", digest: settings })?;
    is_itself("settings", settings, text.as_bytes())?;
    host.load(&bytes, &text).map_err(NotLoaded::Refused)
}

/// The component with that digest, as the store keeps it.
pub(crate) fn component(readers: &dyn Reads, digest: Hash) -> Result<Vec<u8>, NotLoaded> {
    let kept = readers.component(digest)?;
    let (_, bytes) = kept.ok_or(NotLoaded::NotKept { what: "component", digest })?;
    is_itself("component", digest, &bytes)?;
    Ok(bytes)
}

fn is_itself(what: &'static str, digest: Hash, bytes: &[u8]) -> Result<(), NotLoaded> {
    match Hash::of(bytes) {
        found if found == digest => Ok(()),
        found => Err(NotLoaded::OtherBytes { what, digest, found }),
    }
}
