//! Retention: how long who the people are is kept once an incident is closed. The time is an argument.

use crate::identity::Standing;
use crate::ids::PersonNo;
use crate::incident::Incident;
use crate::time::Instant;

#[cfg(test)]
mod tests;

/// Years after closing: what councils keep of adult social care after care ended.
pub const YEARS: u32 = 8;

/// How long things are kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Retention {
    /// Years for which who the people are is kept after the incident was closed.
    pub identity_years: u32,
}

impl Default for Retention {
    fn default() -> Self {
        Self { identity_years: YEARS }
    }
}

impl Incident {
    /// When who the people are is due to be erased; nothing while the incident is open. Closed anew, the years begin
    /// anew.
    pub fn identities_due(&self, retention: Retention) -> Option<Instant> {
        if !self.is_closed() {
            return None;
        }
        let closed = self.lifecycle.milestones.iter().rev().find(|milestone| milestone.key == "closed")?;
        let months = chrono::Months::new(retention.identity_years.saturating_mul(12));
        closed.at.checked_add_months(months)
    }

    /// The people whose identities are kept beyond their time at `now`.
    pub fn identities_overdue(&self, retention: Retention, now: Instant) -> Vec<PersonNo> {
        if self.identities_due(retention).is_none_or(|due| now < due) {
            return Vec::new();
        }
        let kept = self.people.identities.iter().filter(|(_, standing)| matches!(standing, Standing::Sealed { .. }));
        kept.map(|(person, _)| *person).collect()
    }
}
