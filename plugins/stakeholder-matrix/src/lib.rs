//! Who is involved when a service fails, and how far: the stakeholder matrix of the Plan's section 8.
//!
//! It answers for the council, the health commissioner and the regulator, as the table does, and for
//! nobody else. Where the table has no row it says so.

mod rules;

use muster_rule_sdk::{Advice, Description, Fault, IncidentKind, ItemKind, RuleSet, Situation};

/// The stakeholder matrix as a rule set.
#[derive(Debug)]
pub struct StakeholderMatrix;

/// It has none: a council that draws another table ships another rule set.
#[derive(Debug, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Settings {}

impl RuleSet for StakeholderMatrix {
    type Settings = Settings;

    fn describe() -> Description {
        use IncidentKind::{Outbreak, ProviderFailure, QualityConcern, Regional};
        Description::new(
            "stakeholder-matrix",
            env!("CARGO_PKG_VERSION"),
            "Stakeholder matrix",
            "Coventry City Council, Market and Provider Failure Approach 4.0, 16 June 2022, section 8",
            [QualityConcern, ProviderFailure, Outbreak, Regional],
        )
        .review_due("2024-07-31")
        .reading(["service/*/national"])
        .giving([ItemKind::Finding, ItemKind::Question, ItemKind::Involvement])
    }

    fn advise(situation: &Situation, _settings: &Settings) -> Result<Advice, Fault> {
        let rows = rules::table().map_err(|error| Fault::Failed(format!("matrix.toml: {error}")))?;
        let mut advice = Advice::default();
        for service in &situation.services {
            rules::involve(situation, service, &rows, &mut advice);
        }
        Ok(advice)
    }
}

muster_rule_sdk::export_rule_set!(StakeholderMatrix);
