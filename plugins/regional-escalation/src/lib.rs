//! Whether a failure reaches beyond one authority, and what the region does then: the Plan's section 8.
//!
//! It never restates what a council does by its own plan. It proposes: the region's chair or vice
//! chair names the lead, and the lead opens the regional incident.

mod rules;
mod table;

use muster_rule_sdk::{Advice, Description, Fault, IncidentKind, Issue, ItemKind, Part, RuleSet, Situation};

/// The regional escalation as a rule set.
#[derive(Debug)]
pub struct RegionalEscalation;

/// What a council sets for itself.
#[derive(Debug, serde::Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Settings {
    /// Who coordinates a failure that affects more than one authority, as people call it.
    pub coordinator: String,
}

impl Default for Settings {
    fn default() -> Self {
        Self { coordinator: "West Midlands regional ADASS".to_owned() }
    }
}

/// The name of who coordinates stands in titles, which people skim.
const COORDINATOR_CHARS: usize = 100;

impl RuleSet for RegionalEscalation {
    type Settings = Settings;

    fn describe() -> Description {
        Description::new(
            rules::NAME,
            env!("CARGO_PKG_VERSION"),
            "Regional escalation (large scale failure)",
            "Coventry City Council, Market and Provider Failure Approach 4.0, 16 June 2022, section 8",
            [IncidentKind::ProviderFailure, IncidentKind::Regional],
        )
        .review_due("2024-07-31")
        .settings_schema(include_str!("../settings-schema.json"))
        .reading(["region/more-than-one-authority", "region/national", "service/*/national"])
        .needing([Part::Decisions, Part::Related])
        .giving([
            ItemKind::Finding,
            ItemKind::Question,
            ItemKind::Action,
            ItemKind::Options,
            ItemKind::Involvement,
            ItemKind::RegionalIncident,
        ])
    }

    fn check(settings: &Settings) -> Vec<Issue> {
        let issue = |problem: &str| Issue { path: "coordinator".to_owned(), problem: problem.to_owned() };
        let Settings { coordinator } = settings;
        if coordinator.trim().is_empty() {
            return vec![issue("who coordinates has no name: leave it out for West Midlands regional ADASS")];
        }
        if coordinator.chars().count() > COORDINATOR_CHARS {
            return vec![issue("the name is longer than 100 characters")];
        }
        Vec::new()
    }

    fn advise(situation: &Situation, settings: &Settings) -> Result<Advice, Fault> {
        let table = table::read().map_err(|error| Fault::Failed(format!("region.toml: {error}")))?;
        Ok(rules::advise(situation, &table, settings))
    }
}

muster_rule_sdk::export_rule_set!(RegionalEscalation);
