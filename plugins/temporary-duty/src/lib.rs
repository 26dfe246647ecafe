//! Whether the council's temporary duty is engaged when a provider fails: section 48 of the Care Act 2014.
//!
//! It answers yes, no or not yet determinable, limb by limb, and decides nothing: the council does.

mod cause;
mod rules;
mod table;

use muster_rule_sdk::{Advice, Description, Fault, IncidentKind, ItemKind, Part, RuleSet, Situation};

/// The temporary duty as a rule set.
#[derive(Debug)]
pub struct TemporaryDuty;

/// It has none: the law is not a setting.
#[derive(Debug, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Settings {}

impl RuleSet for TemporaryDuty {
    type Settings = Settings;

    fn describe() -> Description {
        Description::new(
            "temporary-duty",
            env!("CARGO_PKG_VERSION"),
            "Temporary duty (Care Act 2014 section 48)",
            "Coventry City Council, Market and Provider Failure Approach 4.0, 16 June 2022, section 4; \
             Care Act 2014 section 48; SI 2015/301",
            [IncidentKind::ProviderFailure, IncidentKind::Regional],
        )
        .review_due("2024-07-31")
        .reading([
            "s48/registered-provider",
            "s48/unable-to-carry-on",
            "s48/regulated-activity",
            "s48/business-failure",
            cause::EVENT,
        ])
        .needing([Part::People])
        .giving([ItemKind::Finding, ItemKind::Question, ItemKind::Action])
    }

    fn advise(situation: &Situation, _settings: &Settings) -> Result<Advice, Fault> {
        let table = table::read().map_err(|error| Fault::Failed(format!("duty.toml: {error}")))?;
        Ok(rules::advise(situation, &table))
    }
}

muster_rule_sdk::export_rule_set!(TemporaryDuty);
