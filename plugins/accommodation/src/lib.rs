//! Matches displaced people to the beds that are offered, by a rule that an office decides before the run.
//!
//! It explains each person placed and each person not placed, and books nothing: people adopt a match or do not.

mod dates;
mod rules;
mod settings;
mod table;
mod words;

use muster_rule_sdk::{Advice, Description, Fault, IncidentKind, Issue, ItemKind, Part, RuleSet, Situation};
pub use settings::{Criterion, Settings};

/// The matching of people to beds as a rule set.
#[derive(Debug)]
pub struct Accommodation;

impl RuleSet for Accommodation {
    type Settings = Settings;

    fn describe() -> Description {
        Description::new(
            rules::NAME,
            env!("CARGO_PKG_VERSION"),
            "Accommodation: people and beds",
            "Coventry City Council, Market and Provider Failure Approach 4.0, 16 June 2022, sections 7 to 9; \
             our proposals, marked as such",
            [IncidentKind::ProviderFailure],
        )
        .review_due("2024-07-31")
        .settings_schema(include_str!("../settings-schema.json"))
        .reading([rules::REOPENED])
        .needing([Part::People, Part::Offers, Part::Decisions])
        .giving([ItemKind::Finding, ItemKind::Action, ItemKind::Options, ItemKind::Allocation])
    }

    fn check(settings: &Settings) -> Vec<Issue> {
        settings.issues()
    }

    fn advise(situation: &Situation, settings: &Settings) -> Result<Advice, Fault> {
        let tables = table::read().map_err(|error| Fault::Failed(format!("rules/: {error}")))?;
        Ok(rules::advise(situation, &tables, settings))
    }
}

muster_rule_sdk::export_rule_set!(Accommodation);
