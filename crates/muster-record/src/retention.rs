//! Retention: how long things are kept once an incident is closed, each class for its own time. The time is an argument.
//!
//! Who the people are is erased then. What is on the record is put beyond use: nobody is shown it any more, whoever wrote
//! it; and what is kept sealed of it is erased when the lead has it done (`erasing.rs`).

use serde::Deserialize;

use crate::entry::Class;
use crate::ids::PersonNo;
use crate::incident::Incident;
use crate::time::Instant;
use crate::words::WordSet;

#[cfg(test)]
mod tests;

/// Years after closing: what councils keep of adult social care after care ended.
pub const YEARS: u32 = 8;

/// How long things are kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Retention {
    /// Years for which who the people are is kept after the incident was closed.
    pub identity_years: u32,
    /// Years for which what is on the record is in use after the incident was closed.
    pub in_use: YearsInUse,
}

/// Years for which entries of a class are in use after their incident was closed; for ever where absent.
///
/// What is operational is what happened and who decided it: it stays in use.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct YearsInUse {
    /// About people.
    pub personal: Option<u32>,
    /// About people's health.
    pub health: Option<u32>,
    /// About safeguarding concerns.
    pub safeguarding: Option<u32>,
    /// About money and contracts.
    pub commercial: Option<u32>,
    /// Legally privileged.
    pub legal: Option<u32>,
}

impl YearsInUse {
    fn of(self, class: Class) -> Option<u32> {
        match class {
            Class::Operational => None,
            Class::Personal => self.personal,
            Class::Health => self.health,
            Class::Safeguarding => self.safeguarding,
            Class::Commercial => self.commercial,
            Class::Legal => self.legal,
        }
    }
}

impl Default for Retention {
    fn default() -> Self {
        Self { identity_years: YEARS, in_use: YearsInUse::default() }
    }
}

impl Incident {
    /// When who the people are is due to be erased; nothing while the incident is open. Closed anew, the years begin
    /// anew.
    pub fn identities_due(&self, retention: Retention) -> Option<Instant> {
        self.years_after_closing(retention.identity_years)
    }

    /// The classes of which nothing is shown to anybody any more.
    pub fn beyond_use(&self, retention: Retention, now: Instant) -> WordSet<Class> {
        let over = |class: &Class| {
            let end = retention.in_use.of(*class).and_then(|years| self.years_after_closing(years));
            end.is_some_and(|end| now >= end)
        };
        Class::ALL.iter().copied().filter(over).collect()
    }

    fn years_after_closing(&self, years: u32) -> Option<Instant> {
        if !self.is_closed() {
            return None;
        }
        let closed = self.lifecycle.milestones.iter().rev().find(|milestone| milestone.key == "closed")?;
        closed.at.checked_add_months(chrono::Months::new(years.saturating_mul(12)))
    }

    /// The people whose identities are kept beyond their time at `now`.
    pub fn identities_overdue(&self, retention: Retention, now: Instant) -> Vec<PersonNo> {
        if self.identities_due(retention).is_none_or(|due| now < due) {
            return Vec::new();
        }
        let kept = self.people.identities.iter().filter(|(_, standing)| standing.is_sealed());
        kept.map(|(person, _)| *person).collect()
    }
}
