//! Hours short of staff, and who covers them: the provider first, council staff last.
//!
//! It keeps the Plan's order and the council's list of agencies; it books nobody, and whom to ask is for people to decide.

mod rules;
mod settings;
mod table;

use muster_rule_sdk::{Advice, Description, Fault, IncidentKind, Issue, ItemKind, Part, RuleSet, Situation};

pub use settings::{Kind, Role, Settings, StaffAgency};

/// The staffing ladder and the agencies as a rule set.
#[derive(Debug)]
pub struct AgencyStaffing;

impl RuleSet for AgencyStaffing {
    type Settings = Settings;

    fn describe() -> Description {
        Description::new(
            rules::NAME,
            env!("CARGO_PKG_VERSION"),
            "Staffing ladder and agencies",
            "Coventry City Council, Market and Provider Failure Approach 4.0, 16 June 2022, sections 7 to 9; \
             note to the Health and Social Care Scrutiny Board, 6 July 2022, paragraph 3.13; \
             our proposals, marked as such",
            [IncidentKind::ProviderFailure, IncidentKind::Outbreak],
        )
        .review_due("2024-07-31")
        .settings_schema(include_str!("../settings-schema.json"))
        .reading([
            "closure/step-in-agreed",
            "continuity/*/activated",
            "continuity/*/plan-held",
            "staffing/agency-exhausted",
            "staffing/agency/*",
            "staffing/continuity-plan-activated",
            "staffing/hours-short/*",
            "staffing/provider-cover-exhausted",
            "staffing/safe",
        ])
        .needing([Part::Actions, Part::Offers])
        .giving([ItemKind::Finding, ItemKind::Question, ItemKind::Action, ItemKind::Options])
    }

    fn check(settings: &Settings) -> Vec<Issue> {
        settings.check()
    }

    fn advise(situation: &Situation, settings: &Settings) -> Result<Advice, Fault> {
        let wrong = |error: serde_json::Error| Fault::Failed(format!("rules/: {error}"));
        let tables = table::read().map_err(wrong)?;
        let lists = settings.lists().map_err(wrong)?;
        Ok(rules::advise(situation, &tables, &lists))
    }
}

muster_rule_sdk::export_rule_set!(AgencyStaffing);
