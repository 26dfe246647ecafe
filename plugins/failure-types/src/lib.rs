//! Which of the Plan's four types of failure this is, what it covers, and which approach each service is handled by.
//!
//! It names no type that nobody named, routes no service that the Plan's table has no row for, and
//! leaves whether the Care Act's temporary duty is engaged to the rule set for that.

mod rules;
mod table;

use muster_rule_sdk::{Advice, Description, Fault, IncidentKind, ItemKind, Part, RuleSet, Situation};

/// The types of failure as a rule set.
#[derive(Debug)]
pub struct FailureTypes;

/// It has none: the types and the approaches are the Plan's.
#[derive(Debug, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Settings {}

impl RuleSet for FailureTypes {
    type Settings = Settings;

    fn describe() -> Description {
        Description::new(
            rules::NAME,
            env!("CARGO_PKG_VERSION"),
            "Types of failure, scope and approach",
            "Coventry City Council, Market and Provider Failure Approach 4.0, 16 June 2022, sections 1 to 3, 6 and 9; \
             note to the Health and Social Care Scrutiny Board, 6 July 2022, paragraph 3.11; our proposals, marked as such",
            [
                IncidentKind::ProviderFailure,
                IncidentKind::Outbreak,
                IncidentKind::QualityConcern,
                IncidentKind::Regional,
            ],
        )
        .review_due("2024-07-31")
        .reading([
            "closure/building-available",
            "closure/building-available-long-term",
            "closure/building-available-long-term/*",
            "closure/building-available/*",
            "delivery/*/building-based",
            "failure/immediate-closure",
            "failure/insolvency-practitioner-appointed",
            "failure/temporary",
            "failure/type",
            "principle/*",
            "priority/*",
            "scope/*/social-care",
            "scope/commissioned-solely-by-nhs",
            "scope/commissioned-solely-by-nhs/*",
        ])
        .needing([Part::People, Part::Decisions])
        .giving([ItemKind::Finding, ItemKind::Question, ItemKind::Action, ItemKind::Options])
    }

    fn advise(situation: &Situation, _settings: &Settings) -> Result<Advice, Fault> {
        let tables = table::read().map_err(|error| Fault::Failed(format!("rules/: {error}")))?;
        Ok(rules::advise(situation, &tables))
    }
}

muster_rule_sdk::export_rule_set!(FailureTypes);
