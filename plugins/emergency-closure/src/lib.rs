//! The emergency closure of a service: what is done within 72 hours, by whom, and what must hold before it ends.
//!
//! It advises the whole protocol each time, done or not; what is done and when people move is for
//! people to say.

mod rules;
mod table;

use muster_rule_sdk::{Advice, Description, Fault, IncidentKind, Issue, ItemKind, Part, RuleSet, Situation};

/// The emergency closure as a rule set.
#[derive(Debug)]
pub struct EmergencyClosure;

/// What a council sets for itself.
#[derive(Debug, serde::Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Settings {
    /// Weeks after which a person's well-being is reviewed, at the earliest.
    pub wellbeing_from_weeks: u32,
    /// Weeks by which a person's well-being has been reviewed.
    pub wellbeing_to_weeks: u32,
    /// From when the weeks count for a person who moved.
    pub wellbeing_start: Start,
    /// From when they count for a person who did not move: who stayed, is in hospital or waits for a place.
    pub wellbeing_start_unmoved: Start,
    /// The council's own text of the letter to people and their families.
    pub letter: Option<String>,
}

/// A moment from which the weeks up to a well-being check count.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Start {
    /// The person's own move.
    OwnMove,
    /// When the emergency was over: the phase recovering began.
    Recovering,
    /// When care stopped.
    CareStops,
    /// When the council was told.
    Notified,
}

impl Default for Settings {
    fn default() -> Self {
        // The Plan says 4 to 6 weeks and not from when (S117). From each person's own move is our reading, and for
        // those who did not move, from when the emergency was over.
        Self {
            wellbeing_from_weeks: 4,
            wellbeing_to_weeks: 6,
            wellbeing_start: Start::OwnMove,
            wellbeing_start_unmoved: Start::Recovering,
            letter: None,
        }
    }
}

impl RuleSet for EmergencyClosure {
    type Settings = Settings;

    fn describe() -> Description {
        Description::new(
            rules::NAME,
            env!("CARGO_PKG_VERSION"),
            "Emergency closure (72 hours)",
            "Coventry City Council, Market and Provider Failure Approach 4.0, 16 June 2022, sections 8 to 10; \
             published practice of the sector; our proposals, marked as such",
            [IncidentKind::ProviderFailure],
        )
        .review_due("2024-07-31")
        .settings_schema(include_str!("../settings-schema.json"))
        .reading([
            "closing-review/done",
            "closure/building-available",
            "closure/expected-care-stops",
            "closure/step-in-agreed",
            "night-move/approved",
            "review/warning-signs",
            "review/quality-issues",
            "review/financial-pressures",
            "visits/listed",
            "visit/*/next-essential",
            "visit/*/lives-alone",
            "visit/*/family-can-cover",
            "quality/*",
            "market-oversight/*",
        ])
        .needing([Part::People, Part::Actions, Part::Restrictions, Part::Recommendations])
        .giving([
            ItemKind::Finding,
            ItemKind::Question,
            ItemKind::Action,
            ItemKind::Options,
            ItemKind::Gate,
            ItemKind::Draft,
        ])
    }

    fn check(settings: &Settings) -> Vec<Issue> {
        let mut issues = Vec::new();
        let mut wrong =
            |path: &str, problem: &str| issues.push(Issue { path: path.to_owned(), problem: problem.to_owned() });
        if settings.wellbeing_to_weeks > 52 {
            wrong("wellbeing_to_weeks", "a well-being check is due within 52 weeks");
        }
        if settings.wellbeing_to_weeks < settings.wellbeing_from_weeks {
            wrong("wellbeing_to_weeks", "the check would be due before it opens");
        }
        if settings.wellbeing_start_unmoved == Start::OwnMove {
            wrong("wellbeing_start_unmoved", "somebody who did not move has no move to count from");
        }
        if settings.letter.as_ref().is_some_and(|letter| letter.trim().is_empty()) {
            wrong("letter", "the letter is empty: leave it out for the text that comes with the rule set");
        }
        if settings.letter.as_ref().is_some_and(|letter| letter.chars().count() > 20_000) {
            wrong("letter", "the letter is longer than 20,000 characters");
        }
        issues
    }

    fn advise(situation: &Situation, settings: &Settings) -> Result<Advice, Fault> {
        let tables = table::read().map_err(|error| Fault::Failed(format!("rules/: {error}")))?;
        Ok(rules::advise(situation, &tables, settings))
    }
}

muster_rule_sdk::export_rule_set!(EmergencyClosure);
