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

use std::num::NonZeroU32;
use std::sync::Arc;

use anyhow::Result;
use muster_rules::Host;

use crate::serving;

/// The largest component that an author's tools take, in MiB: interpreters bring 2 to 19 of their own.
pub(crate) const WITH_INTERPRETER: NonZeroU32 = NonZeroU32::MIN.saturating_add(31);

/// The host of this process, with the limits of the server but for the size of a component.
///
/// # Errors
/// Where the machine has no room for one.
pub fn host() -> Result<Arc<Host>> {
    serving::take_components_up_to(WITH_INTERPRETER);
    serving::host()
}
