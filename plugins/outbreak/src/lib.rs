//! An outbreak of infection in a service: who does what, the placement stop that lasts as long, who covers the shifts.
//!
//! Public Health leads and people decide; it says neither that an outbreak has begun nor that it is over.

mod rules;
mod table;

use muster_rule_sdk::{Advice, Description, Fault, IncidentKind, Issue, ItemKind, Part, RuleSet, Situation};

/// The outbreak as a rule set.
#[derive(Debug)]
pub struct Outbreak;

/// What a council sets for itself.
#[derive(Debug, Default, serde::Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Settings {
    /// The council's own text to adult social care teams when the stop is placed.
    pub stop_notice: Option<String>,
    /// The council's own text to adult social care teams when the stop is lifted.
    pub lifted_notice: Option<String>,
}

/// The longest text that a draft can hold.
const LONGEST_NOTICE: usize = 20_000;

impl RuleSet for Outbreak {
    type Settings = Settings;

    fn describe() -> Description {
        Description::new(
            "outbreak",
            env!("CARGO_PKG_VERSION"),
            "Outbreak of infection",
            "Coventry City Council, Market and Provider Failure Approach 4.0, 16 June 2022, section 3",
            [IncidentKind::Outbreak],
        )
        .review_due("2024-07-31")
        .settings_schema(include_str!("../settings-schema.json"))
        .reading([
            "closure/step-in-agreed",
            "continuity/*/activated",
            "continuity/*/plan-held",
            "outbreak/business-as-usual",
            "outbreak/coronavirus",
            "outbreak/delivery-at-risk",
            "outbreak/extent",
            "outbreak/imt-required",
            "outbreak/ipc-audit-recommended",
            "outbreak/ipc-audit-required",
            "outbreak/over",
            "outbreak/ppe-adequate",
            "outbreak/widespread",
            "staffing/agency-exhausted",
            "staffing/continuity-plan-activated",
            "staffing/council-staff-working",
            "staffing/provider-cover-exhausted",
            "staffing/safe",
        ])
        .needing([Part::Meetings, Part::Restrictions])
        .giving([
            ItemKind::Finding,
            ItemKind::Question,
            ItemKind::Action,
            ItemKind::Involvement,
            ItemKind::Gate,
            ItemKind::Draft,
        ])
    }

    fn check(settings: &Settings) -> Vec<Issue> {
        let Settings { stop_notice, lifted_notice } = settings;
        let notices = [("stop_notice", stop_notice), ("lifted_notice", lifted_notice)];
        notices.into_iter().filter_map(|(path, notice)| wrong(path, notice.as_deref()?)).collect()
    }

    fn advise(situation: &Situation, settings: &Settings) -> Result<Advice, Fault> {
        let tables = table::read().map_err(|error| Fault::Failed(format!("rules/: {error}")))?;
        Ok(rules::advise(situation, &tables, settings))
    }
}

fn wrong(path: &str, notice: &str) -> Option<Issue> {
    let problem = if notice.trim().is_empty() {
        "the text is empty: leave it out for the text that comes with the rule set"
    } else if notice.chars().count() > LONGEST_NOTICE {
        "the text is longer than 20,000 characters"
    } else {
        return None;
    };
    Some(Issue { path: path.to_owned(), problem: problem.to_owned() })
}

muster_rule_sdk::export_rule_set!(Outbreak);
