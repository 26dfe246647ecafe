//! What the author of a rule set works with: a folder from a template, its component, its cases, and what comes of them.
//!
//! Nothing here talks to a server that others use. A case is projected by the code that the server projects with, and
//! evaluated by the host that the server evaluates with.

pub mod building;
pub mod case;
pub mod examining;
pub mod folder;
pub mod inspecting;
pub mod measuring;
pub mod scaffold;
pub mod sdk;
pub mod shown;
pub mod watching;

use anyhow::Result;
use muster_rules::{Host, HostLimits};

/// The largest component that an author's tools take: interpreters bring 2 to 19 MB of their own.
const COMPONENT_BYTES: usize = 32 * 1024 * 1024;

/// A host with the limits of the server.
///
/// # Errors
/// Where the machine has no room for one.
pub fn host() -> Result<Host> {
    Ok(Host::new(HostLimits { component_bytes: COMPONENT_BYTES, ..HostLimits::default() })?)
}
