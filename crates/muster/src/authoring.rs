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

/// A host with the limits of the server but for the size of a component.
///
/// # Errors
/// Where the machine has no room for one.
pub fn host() -> Result<Arc<Host>> {
    serving::host_taking(WITH_INTERPRETER)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn how_large_a_component_may_be_is_no_matter_of_who_made_a_host_first() {
        let (mib, before) = (1024 * 1024, serving::host().unwrap());
        let (ours, after) = (host().unwrap(), serving::host().unwrap());
        let eight = serving::host_taking(NonZeroU32::new(8).unwrap()).unwrap();
        let taken = [&before, &ours, &after, &eight].map(|host| host.limits().component_bytes / mib);
        assert_eq!(taken, [4, 32, 4, 8]);
        // They are hosts of one engine: what one has compiled no other compiles again.
        let component = muster_shipped::SHIPPED.first().unwrap().component;
        before.load(component, "").unwrap();
        let compiled = before.compilations();
        ours.load(component, "").unwrap();
        assert_eq!((before.compilations(), ours.compilations()), (compiled, compiled));
        let large = vec![0; 5 * mib];
        let told = |host: &Host| host.load(&large, "").unwrap_err().to_string();
        assert!(told(&after).contains("and 4194304 are taken"), "{}", told(&after));
        assert!(told(&ours).contains("does not compile"), "{}", told(&ours));
    }
}
