//! Business continuity plans: whether there is one, whether it is kept up, and whether it is put to use in an incident.
//!
//! It holds no plan and checks none: it says what the record knows of them, and asks for what it does not.

mod kept;
mod rules;
mod table;

use muster_rule_sdk::{Advice, Description, Fault, IncidentKind, Issue, ItemKind, RuleSet, Situation};

/// The business continuity plans as a rule set.
#[derive(Debug)]
pub struct ContinuityPlans;

/// What a council sets for itself.
#[derive(Debug, serde::Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Settings {
    /// Days after which a plan is to be checked again; the Plan names no interval.
    pub check_every_days: Option<u32>,
    /// Days before a yearly refresh is due on which it is proposed.
    pub notice_days: u32,
}

impl Default for Settings {
    fn default() -> Self {
        // Four weeks to write it and have it approved: our proposal, the Plan says only that it is yearly.
        Self { check_every_days: None, notice_days: 28 }
    }
}

impl RuleSet for ContinuityPlans {
    type Settings = Settings;

    fn describe() -> Description {
        Description::new(
            "continuity-plans",
            env!("CARGO_PKG_VERSION"),
            "Business continuity plans",
            "Coventry City Council, Market and Provider Failure Approach 4.0, 16 June 2022, section 9",
            [IncidentKind::QualityConcern, IncidentKind::ProviderFailure, IncidentKind::Outbreak],
        )
        .review_due("2024-07-31")
        .settings_schema(include_str!("../settings-schema.json"))
        .reading([
            "continuity/*/activated",
            "continuity/*/contracted",
            "continuity/*/internal",
            "continuity/*/last-checked",
            "continuity/*/plan-held",
            "continuity/*/refreshed",
            "staffing/continuity-plan-activated",
        ])
        .giving([ItemKind::Finding, ItemKind::Question, ItemKind::Action])
    }

    fn check(settings: &Settings) -> Vec<Issue> {
        let Settings { check_every_days, notice_days } = settings;
        let mut issues = Vec::new();
        let mut wrong =
            |path: &str, problem: &str| issues.push(Issue { path: path.to_owned(), problem: problem.to_owned() });
        if check_every_days.is_some_and(|days| !(1..=3650).contains(&days)) {
            wrong("check_every_days", "a plan is checked every 1 to 3650 days; leave it out for no fixed interval");
        }
        if *notice_days > 364 {
            wrong("notice_days", "a yearly refresh cannot be proposed a year or more before it is due");
        }
        issues
    }

    fn advise(situation: &Situation, settings: &Settings) -> Result<Advice, Fault> {
        let table = table::read().map_err(|error| Fault::Failed(format!("plans.toml: {error}")))?;
        Ok(rules::advise(situation, &table, settings))
    }
}

muster_rule_sdk::export_rule_set!(ContinuityPlans);
