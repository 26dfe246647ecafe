//! Transport for people who have to move: what each needs, what there is, how many trips, and what is short.
//!
//! It books nothing. The table of vehicles is the council's own, in its settings.

mod rules;
mod settings;
mod table;

use muster_rule_sdk::{Advice, Description, Fault, IncidentKind, Issue, ItemKind, Part, RuleSet, Situation};
pub use settings::{Settings, Vehicle};

/// The transport options as a rule set.
#[derive(Debug)]
pub struct TransportOptions;

impl RuleSet for TransportOptions {
    type Settings = Settings;

    fn describe() -> Description {
        Description::new(
            rules::NAME,
            env!("CARGO_PKG_VERSION"),
            "Transport options",
            "Coventry City Council, note to the Health and Social Care Scrutiny Board, 6 July 2022, 3.13; \
             Market and Provider Failure Approach 4.0, 16 June 2022, section 8; our proposals, marked as such",
            [IncidentKind::ProviderFailure],
        )
        .review_due("2024-07-31")
        .settings_schema(include_str!("../settings-schema.json"))
        .reading([rules::APPROVER, rules::REASON])
        .needing([Part::People, Part::Offers])
        .giving([ItemKind::Finding, ItemKind::Question, ItemKind::Action, ItemKind::Gate])
    }

    fn check(settings: &Settings) -> Vec<Issue> {
        settings.issues()
    }

    fn advise(situation: &Situation, settings: &Settings) -> Result<Advice, Fault> {
        let tables = table::read().map_err(|error| Fault::Failed(format!("rules/: {error}")))?;
        Ok(rules::advise(situation, &tables, settings))
    }
}

muster_rule_sdk::export_rule_set!(TransportOptions);
