//! The regulator's early warning as the legal object that it is, and what a council should know of its market.
//!
//! It says what a warning amounts to and what is not known yet; it judges no provider, and decides no charge.

mod rules;
mod table;

use muster_rule_sdk::{Advice, Description, Fault, IncidentKind, ItemKind, Part, RuleSet, Situation};

/// Market oversight and market shaping as a rule set.
#[derive(Debug)]
pub struct MarketOversight;

/// It has none: the law is not a setting.
#[derive(Debug, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Settings {}

impl RuleSet for MarketOversight {
    type Settings = Settings;

    fn describe() -> Description {
        Description::new(
            "market-oversight",
            env!("CARGO_PKG_VERSION"),
            "Market oversight and market shaping",
            "Coventry City Council, Market and Provider Failure Approach 4.0, 16 June 2022, section 4; \
             Care Act 2014 section 56; Advinia v CQC [2022] EWHC 965 (Admin)",
            [IncidentKind::QualityConcern, IncidentKind::ProviderFailure, IncidentKind::Regional],
        )
        .review_due("2024-07-31")
        .reading([rules::STAGE, rules::LIKELY, rules::NOTIFIED_AT, rules::PLAN_TESTED])
        .needing([Part::Figures, Part::Offers, Part::Actions, Part::Meetings])
        .giving([ItemKind::Finding, ItemKind::Question, ItemKind::Action, ItemKind::Options])
    }

    fn advise(situation: &Situation, _settings: &Settings) -> Result<Advice, Fault> {
        let tables = table::read().map_err(|error| Fault::Failed(format!("rules/: {error}")))?;
        Ok(rules::advise(situation, &tables))
    }
}

muster_rule_sdk::export_rule_set!(MarketOversight);
