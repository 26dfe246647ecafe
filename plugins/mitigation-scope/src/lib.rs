//! What each organisation does while a provider is at risk of failing: the Plan's initial and continuous lists.
//!
//! The continuous lists stand only while somebody says that the provider is on the verge of failure. It decides nothing.

mod rules;
mod table;

use muster_rule_sdk::{Advice, Description, Fault, IncidentKind, Issue, ItemKind, Part, RuleSet, Situation};

/// The mitigation scope as a rule set.
#[derive(Debug)]
pub struct MitigationScope;

/// What a council sets for itself.
#[derive(Debug, serde::Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Settings {
    /// Days from one review of the action plan to the next.
    pub review_every_days: u32,
    /// The hospital whose capacity and discharges the health commissioner looks at.
    pub hospital: String,
}

impl Default for Settings {
    fn default() -> Self {
        // "monitored on a weekly basis" (S82); the hospital is the one that the Plan names (S94).
        Self { review_every_days: 7, hospital: "University Hospital Coventry & Warwickshire (UHCW)".to_owned() }
    }
}

impl RuleSet for MitigationScope {
    type Settings = Settings;

    fn describe() -> Description {
        Description::new(
            rules::NAME,
            env!("CARGO_PKG_VERSION"),
            "Mitigation scope: the initial and the continuous lists",
            "Coventry City Council, Market and Provider Failure Approach 4.0, 16 June 2022, section 8; \
             note to the Health and Social Care Scrutiny Board, 6 July 2022, table one; our proposals, marked as such",
            [IncidentKind::QualityConcern, IncidentKind::ProviderFailure],
        )
        .review_due("2024-07-31")
        .settings_schema(include_str!("../settings-schema.json"))
        .reading(["pep/enhanced-monitoring", "provider/at-risk-of-failure", "provider/on-the-verge"])
        .needing([Part::People, Part::Actions, Part::Meetings, Part::Decisions])
        .giving([ItemKind::Finding, ItemKind::Question, ItemKind::Action, ItemKind::Options])
    }

    fn check(settings: &Settings) -> Vec<Issue> {
        let mut issues = Vec::new();
        let mut wrong =
            |path: &str, problem: &str| issues.push(Issue { path: path.to_owned(), problem: problem.to_owned() });
        if !(1..=7).contains(&settings.review_every_days) {
            wrong("review_every_days", "the Plan has the action plan reviewed weekly: give 1 to 7 days");
        }
        if settings.hospital.trim().is_empty() {
            wrong("hospital", "the name of the hospital is empty: leave it out for the one that the Plan names");
        }
        if settings.hospital.chars().count() > 200 {
            wrong("hospital", "the name of the hospital is longer than 200 characters");
        }
        issues
    }

    fn advise(situation: &Situation, settings: &Settings) -> Result<Advice, Fault> {
        let tables = table::read().map_err(|error| Fault::Failed(format!("rules/: {error}")))?;
        Ok(rules::advise(situation, &tables, settings))
    }
}

muster_rule_sdk::export_rule_set!(MitigationScope);
