//! The same item a second time: a provider that comes to the verge of failure again is given the whole list again.

use muster_rule_sdk::{Action, ActionStatus, Instant, Situation};

use super::NAME;

/// The key of an item, with the number of the turn behind it from the second on. What was done before somebody said
/// (anew) that the list applies, or was cancelled, belongs to a turn that is over.
pub(super) fn key(situation: &Situation, key: &str, said_at: Instant) -> String {
    let is_over = |action: &&Action| match action.status {
        ActionStatus::Done => action.done_at.is_some_and(|done_at| done_at < said_at),
        ActionStatus::Cancelled => true,
        ActionStatus::Raised
        | ActionStatus::Accepted
        | ActionStatus::Declined
        | ActionStatus::Started
        | ActionStatus::Blocked => false,
    };
    let over = situation.actions.iter().filter(|action| is_of(action, key)).filter(is_over).count();
    if over == 0 { key.to_owned() } else { format!("{key}/{}", over.saturating_add(1)) }
}

/// Whether an action came of this item, in whatever turn.
fn is_of(action: &Action, key: &str) -> bool {
    let own = action.key.as_deref().and_then(|full| full.strip_prefix(NAME)?.strip_prefix('/'));
    own.and_then(|own| own.strip_prefix(key)).is_some_and(|turn| turn.is_empty() || turn.starts_with('/'))
}
