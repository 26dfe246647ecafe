//! The table: what an interest and a kind of agency let somebody see of each class.
//!
//! Both are asked and the lesser answer holds. `docs/who-sees-what.md` is printed from here.

use crate::agency::{AgencyKind, Interest};
use crate::entry::Class;

/// What the table says.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Cell {
    /// Not at all.
    No,
    /// Only what was written for them by name.
    IfNamed,
    /// Only what is about people whom they placed.
    OwnResidents,
    /// All of it.
    Yes,
}

/// What an agency of a kind sees of a class with an interest.
pub fn cell(class: Class, interest: Interest, kind: AgencyKind) -> Cell {
    by_interest(class, interest).min(by_kind(class, kind))
}

/// What an interest reaches (Plan section 8, the stakeholder matrix: who pays, who works, who oversees, who is told).
pub fn by_interest(class: Class, interest: Interest) -> Cell {
    use Interest::{FinancialAndOperational, Information, Operational, Oversight};
    match (class, interest) {
        (_, Interest::None) => Cell::No,
        (Class::Operational, Information | Oversight | Operational | FinancialAndOperational) => Cell::Yes,
        (Class::Personal | Class::Health, Operational | FinancialAndOperational) => Cell::Yes,
        (Class::Personal | Class::Health, Information | Oversight) => Cell::OwnResidents,
        (Class::Safeguarding, Oversight | Operational | FinancialAndOperational) => Cell::Yes,
        (Class::Safeguarding, Information) => Cell::OwnResidents,
        (Class::Commercial, FinancialAndOperational) => Cell::Yes,
        (Class::Commercial, Information | Oversight | Operational) => Cell::IfNamed,
        (Class::Legal, Information | Oversight | Operational | FinancialAndOperational) => Cell::IfNamed,
    }
}

/// What a kind of agency is given at most, whatever its interest.
pub fn by_kind(class: Class, kind: AgencyKind) -> Cell {
    use AgencyKind::{
        Council, HealthCommissioner, PlacingAuthority, Provider, PublicHealth, Region, Regulator, SafeguardingBoard,
    };
    match (class, kind) {
        (Class::Operational, _) => Cell::Yes,
        // Figures and operations, people only where they are its own to care for, which a region has none of.
        (Class::Personal | Class::Health | Class::Safeguarding, Region) => Cell::No,
        // "Out-of-area": they care for those whom they placed.
        (Class::Personal | Class::Health | Class::Safeguarding, PlacingAuthority) => Cell::OwnResidents,
        // Oversight of enforcement and risk, not of anybody's health.
        (Class::Personal | Class::Health, Regulator | SafeguardingBoard) => Cell::OwnResidents,
        (Class::Personal | Class::Health, Council | HealthCommissioner | PublicHealth | Provider) => Cell::Yes,
        // A concern may be about the provider itself.
        (Class::Safeguarding, Provider) => Cell::IfNamed,
        (Class::Safeguarding, Council | HealthCommissioner | PublicHealth | Regulator | SafeguardingBoard) => Cell::Yes,
        (Class::Commercial, Council | HealthCommissioner) => Cell::Yes,
        (Class::Commercial, PlacingAuthority | Provider | PublicHealth | Region | Regulator | SafeguardingBoard) => {
            Cell::IfNamed
        }
        (Class::Legal, _) => Cell::IfNamed,
    }
}
