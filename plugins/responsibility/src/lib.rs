//! Who answers for each person when a provider fails: who coordinates, who funds, who plans longer term, who must be told.
//!
//! It goes by person, never by incident, and guesses for nobody: what is not known is found out. It decides nothing.

mod rules;
mod table;

use muster_rule_sdk::{Advice, Description, Fault, IncidentKind, ItemKind, Part, RuleSet, Situation};

/// Responsibility per person as a rule set.
#[derive(Debug)]
pub struct Responsibility;

/// It has none: who is responsible is not a setting.
#[derive(Debug, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Settings {}

impl RuleSet for Responsibility {
    type Settings = Settings;

    fn describe() -> Description {
        Description::new(
            rules::NAME,
            env!("CARGO_PKG_VERSION"),
            "Responsibility, person by person",
            "Coventry City Council, Market and Provider Failure Approach 4.0, 16 June 2022, section 5; \
             note to the Health and Social Care Scrutiny Board, 6 July 2022, paragraph 3.10; our readings, marked as such",
            [IncidentKind::ProviderFailure, IncidentKind::Outbreak],
        )
        .review_due("2024-07-31")
        .needing([Part::People, Part::Actions])
        .giving([ItemKind::Finding, ItemKind::Action])
    }

    fn advise(situation: &Situation, _settings: &Settings) -> Result<Advice, Fault> {
        let table = table::read().map_err(|error| Fault::Failed(format!("responsibility.toml: {error}")))?;
        Ok(rules::advise(situation, &table))
    }
}

muster_rule_sdk::export_rule_set!(Responsibility);
