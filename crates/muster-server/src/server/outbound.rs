//! What goes out: how, and for whom.

use std::sync::Arc;

use muster_outbound::{Admits, Notify, Webhooks};

use crate::access::{Registry, SignedIn, System, SystemState};
use crate::follow::Followed;

/// What goes out, and how.
#[derive(Clone)]
pub struct Outbound {
    /// How webhooks are delivered.
    pub webhooks: Webhooks,
    /// What letters and e-mails are handed to; none are where absent.
    pub notify: Option<Arc<Notify>>,
}

/// Which classes the system that registered a webhook reaches now. Where a person registered it without one, those that
/// the person reached then.
pub(super) fn admits(registry: Followed<Registry>) -> Admits {
    Arc::new(move |webhook| {
        let Some(uri) = &webhook.uri else { return Some(webhook.classes) };
        let signed_in = if webhook.by.person.is_some() { SignedIn::Somebody } else { SignedIn::Nobody };
        let registry = registry.borrow();
        let roles = match (registry.systems.get(uri), &registry.not_listed) {
            (Some(System { state: SystemState::Active, roles }), _) => roles,
            (None, Some(roles)) => roles,
            (Some(System { state: SystemState::Suspended, roles: _ }), _) | (None, None) => return None,
        };
        Some(roles.reach(signed_in).classes)
    })
}
