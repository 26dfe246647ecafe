//! Who is told what, by whom, and in whose words: letters, meetings, briefings and the press.
//!
//! It drafts and proposes. People check, approve and issue; it is never shown who they write to.

mod fill;
mod rules;
mod settings;
mod table;

use muster_rule_sdk::{Advice, Description, Fault, IncidentKind, Issue, ItemKind, Part, RuleSet, Situation};

pub use settings::Settings;

/// Communications as a rule set.
#[derive(Debug)]
pub struct Communications;

impl RuleSet for Communications {
    type Settings = Settings;

    fn describe() -> Description {
        Description::new(
            "communications",
            env!("CARGO_PKG_VERSION"),
            "Communications",
            "Coventry City Council, Market and Provider Failure Approach 4.0, 16 June 2022, sections 6, 8 and 9; \
             note to the Health and Social Care Scrutiny Board, 6 July 2022, paragraph 3.11",
            [IncidentKind::ProviderFailure, IncidentKind::Outbreak],
        )
        .review_due("2024-07-31")
        .settings_schema(include_str!("../settings-schema.json"))
        .reading([rules::CAN_COMMUNICATE, rules::CONSIDERED])
        .needing([Part::Decisions])
        .giving([ItemKind::Finding, ItemKind::Question, ItemKind::Action, ItemKind::Draft])
    }

    fn check(settings: &Settings) -> Vec<Issue> {
        settings.check()
    }

    fn advise(situation: &Situation, settings: &Settings) -> Result<Advice, Fault> {
        let tables = table::read().map_err(|error| Fault::Failed(format!("rules/: {error}")))?;
        Ok(rules::advise(situation, &tables, settings))
    }
}

muster_rule_sdk::export_rule_set!(Communications);
