//! Which of the Plan's two approaches a failure is met with, and the options that it lays out for people and staff.
//!
//! It prints the Plan's tables for those who decide: what they do not name it leaves open, and it ranks no option.

mod approach;
mod rules;
mod table;

use muster_rule_sdk::{Advice, Description, Fault, IncidentKind, ItemKind, Part, RuleSet, Situation};

/// The response options as a rule set.
#[derive(Debug)]
pub struct ResponseOptions;

/// It has none: the tables are the Plan's.
#[derive(Debug, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Settings {}

impl RuleSet for ResponseOptions {
    type Settings = Settings;

    fn describe() -> Description {
        Description::new(
            "response-options",
            env!("CARGO_PKG_VERSION"),
            "Response options (approaches 1 and 2)",
            "Coventry City Council, Market and Provider Failure Approach 4.0, 16 June 2022, sections 8 and 9",
            [IncidentKind::ProviderFailure, IncidentKind::Regional],
        )
        .review_due("2024-07-31")
        .reading([
            "closure/building-available",
            "region/more-than-one-authority",
            "region/national",
            "response/alternative-accommodation",
            "response/another-building",
            "response/new-provider",
            "response/public-employer",
        ])
        .needing([Part::Related])
        .giving([ItemKind::Finding, ItemKind::Question, ItemKind::Action, ItemKind::Options])
    }

    fn advise(situation: &Situation, _settings: &Settings) -> Result<Advice, Fault> {
        let tables = table::read().map_err(|error| Fault::Failed(format!("rules/: {error}")))?;
        Ok(rules::advise(situation, &tables))
    }
}

muster_rule_sdk::export_rule_set!(ResponseOptions);
