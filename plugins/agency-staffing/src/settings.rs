//! The council's own lists: roles and agencies. Where it has set none, those of `rules/settings.toml` stand.

use std::collections::BTreeSet;

use muster_rule_sdk::{Issue, ServiceKind};
use serde::Deserialize;

/// What a council sets for itself. Each list that is left out is the one that comes with the rule set.
#[derive(Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Settings {
    /// The roles that hours can be short of.
    pub roles: Option<Vec<Role>>,
    /// The agencies that can be asked for staff.
    pub agencies: Option<Vec<StaffAgency>>,
}

/// A role that hours can be short of.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Role {
    /// Its word in the key of a fact (`senior-carer`).
    pub id: String,
    /// What people call those who do it (`senior carers`).
    pub title: String,
    /// The kinds of service whose provider is asked about it.
    pub services: Vec<ServiceKind>,
}

/// An agency that can be asked for staff.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct StaffAgency {
    /// Its word in the key of a fact (`amber-care`).
    pub id: String,
    /// What people call it.
    pub name: String,
    /// What it supplies.
    pub kind: Kind,
    /// The roles it can supply.
    pub roles: Vec<String>,
    /// Hours from the call to the first shift.
    pub lead_time_hours: u32,
    /// What it costs: 1 (lowest) to 3.
    pub cost_band: u8,
    /// Whom to ask for: a post or a desk, not a person.
    pub contact: String,
}

/// The kinds of agency that supply staff.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Kind {
    /// Supplies care workers by the shift.
    CareAgency,
    /// Supplies nurses by the shift.
    NursingAgency,
    /// Finds people to employ.
    RecruitmentAgency,
}

/// The lists in use.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Lists {
    pub(crate) roles: Vec<Role>,
    pub(crate) agencies: Vec<StaffAgency>,
}

/// More roles or agencies than these, all of them short, would not fit into one answer.
const ROLES: usize = 12;
const AGENCIES: usize = 50;
/// A year of hours: whoever takes longer helps nobody in an emergency.
const LONGEST_LEAD: u32 = 8_760;

impl Kind {
    /// The kind in words.
    pub(crate) fn words(self) -> &'static str {
        match self {
            Self::CareAgency => "care agency",
            Self::NursingAgency => "nursing agency",
            Self::RecruitmentAgency => "recruitment agency",
        }
    }
}

impl Settings {
    /// The lists in use.
    pub(crate) fn lists(&self) -> Result<Lists, serde_json::Error> {
        let shipped: Lists = serde_json::from_str(include_str!(concat!(env!("OUT_DIR"), "/settings.json")))?;
        Ok(Lists {
            roles: self.roles.clone().unwrap_or(shipped.roles),
            agencies: self.agencies.clone().unwrap_or(shipped.agencies),
        })
    }

    /// What a schema cannot say, and what it says, for those who use none.
    pub(crate) fn check(&self) -> Vec<Issue> {
        let lists = match self.lists() {
            Ok(lists) => lists,
            Err(error) => return vec![issue("settings", &error.to_string())],
        };
        let mut issues = Vec::new();
        for (path, length, most) in [("roles", lists.roles.len(), ROLES), ("agencies", lists.agencies.len(), AGENCIES)]
        {
            if length == 0 {
                issues.push(issue(path, "the list is empty: leave it out for the one that comes with the rule set"));
            }
            if length > most {
                issues.push(issue(path, &format!("the list holds {length}, and {most} are taken")));
            }
        }
        let mut seen = BTreeSet::new();
        for (index, role) in lists.roles.iter().enumerate() {
            let path = format!("roles[{index}]");
            issues.extend(role.check(&path));
            if !seen.insert(&role.id) {
                issues.push(issue(&format!("{path}.id"), &format!("another role is called {} too", role.id)));
            }
        }
        let mut named = BTreeSet::new();
        for (index, agency) in lists.agencies.iter().enumerate() {
            let path = format!("agencies[{index}]");
            issues.extend(agency.check(&path, &seen));
            if !named.insert(&agency.id) {
                issues.push(issue(&format!("{path}.id"), &format!("another agency is called {} too", agency.id)));
            }
        }
        issues
    }
}

impl Role {
    fn check(&self, path: &str) -> Vec<Issue> {
        let mut issues = Vec::new();
        if !is_word(&self.id) {
            issues.push(issue(&format!("{path}.id"), NOT_A_WORD));
        }
        if !is_short(&self.title) {
            issues.push(issue(&format!("{path}.title"), NOT_SHORT));
        }
        issues
    }
}

impl StaffAgency {
    fn check(&self, path: &str, roles: &BTreeSet<&String>) -> Vec<Issue> {
        let mut issues = Vec::new();
        let mut wrong = |field: &str, problem: &str| issues.push(issue(&format!("{path}.{field}"), problem));
        if !is_word(&self.id) {
            wrong("id", NOT_A_WORD);
        }
        if !is_short(&self.name) {
            wrong("name", NOT_SHORT);
        }
        if !is_short(&self.contact) {
            wrong("contact", NOT_SHORT);
        }
        if self.roles.is_empty() {
            wrong("roles", "name at least one role that it supplies");
        }
        for role in self.roles.iter().filter(|role| !roles.contains(role)) {
            wrong("roles", &format!("{role} is not one of the roles"));
        }
        if self.lead_time_hours > LONGEST_LEAD {
            wrong("lead_time_hours", "a lead time is at most a year (8760 hours)");
        }
        if !(1..=3).contains(&self.cost_band) {
            wrong("cost_band", "a cost band is 1 (lowest), 2 or 3");
        }
        issues
    }
}

const NOT_A_WORD: &str = "use 1 to 40 small letters, digits and hyphens: it is part of the key of a fact";
const NOT_SHORT: &str = "say it in 1 to 120 characters";

fn issue(path: &str, problem: &str) -> Issue {
    Issue { path: path.to_owned(), problem: problem.to_owned() }
}

fn is_word(text: &str) -> bool {
    let is_fit = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
    (1..=40).contains(&text.len()) && text.bytes().all(is_fit)
}

fn is_short(text: &str) -> bool {
    !text.trim().is_empty() && text.chars().count() <= 120
}
