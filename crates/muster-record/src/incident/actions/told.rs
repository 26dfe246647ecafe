//! What is said of actions, in a timeline and in a situation report.

use super::{Actions, Fact};
use crate::incident::plural;
use crate::situation::ActionStatus;
use crate::time::{Instant, uk_day_and_time};

impl Actions {
    pub(crate) fn lines(&self, at: Instant) -> Vec<String> {
        let done = self.list.iter().filter(|action| action.status == ActionStatus::Done).count();
        let overdue = self.overdue(at).count();
        let total = (!self.list.is_empty())
            .then(|| format!("{}, {done} done, {overdue} overdue", plural(self.list.len(), "action", "actions")));
        let numbered = self
            .list
            .numbered()
            .filter(|(_, action)| action.status.is_open() || action.status == ActionStatus::Declined);
        let open = numbered.map(|(number, action)| {
            let due = action.due.map_or_else(String::new, |due| format!(", due {}", uk_day_and_time(due)));
            let late = if action.due.is_some_and(|due| due < at) { " OVERDUE" } else { "" };
            format!("{} {} ({}, {}{due}){late}", number, action.title, action.owner, action.status)
        });
        total.into_iter().chain(open).collect()
    }
}

impl Fact {
    pub(crate) fn told(&self) -> String {
        match self {
            Self::Raised { action, title, owner, due, key: _ } => {
                let due = due.map_or_else(String::new, |due| format!(", due {}", uk_day_and_time(due)));
                format!("raised {action} for {owner}: {title}{due}")
            }
            Self::Assigned { action, owner } => format!("gave {action} to {owner}"),
            Self::Accepted { action } => format!("accepted {action}"),
            Self::Declined { action, cause } => format!("declined {action}: {cause}"),
            Self::Progressed { action, note } => format!("{action} goes on: {note}"),
            Self::Blocked { action, cause } => format!("{action} is blocked: {cause}"),
            Self::Done { action, note } => format!("{action} done: {note}"),
            Self::Cancelled { action, reason } => format!("cancelled {action}: {reason}"),
        }
    }
}
