//! The four levels of risk of quality assurance: what each calls for, who holds it, and how a service comes from one to another.
//!
//! The level is the council's, on the record of each service; this rule set neither sets nor guesses
//! it. A panel recommends, an office decides, and this advises both.

mod rules;
mod table;

use muster_rule_sdk::{Advice, Description, Fault, IncidentKind, Issue, ItemKind, Part, RuleSet, Situation};

/// The levels of risk as a rule set.
#[derive(Debug)]
pub struct QaRiskLevels;

/// What a council sets for itself.
#[derive(Debug, Default, serde::Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Settings {
    /// The council's own text of the notice of concern.
    pub notice_of_concern: Option<String>,
    /// The council's own text of the letter on a potential breach of contract.
    pub potential_breach: Option<String>,
}

impl RuleSet for QaRiskLevels {
    type Settings = Settings;

    fn describe() -> Description {
        Description::new(
            rules::NAME,
            env!("CARGO_PKG_VERSION"),
            "Quality assurance: levels of risk",
            "Coventry City Council, note to the Health and Social Care Scrutiny Board, 6 July 2022, \
             paragraphs 3.3 to 3.9 with Table One; our proposals, marked as such",
            [IncidentKind::QualityConcern, IncidentKind::ProviderFailure],
        )
        .settings_schema(include_str!("../settings-schema.json"))
        .reading(["quality/*/level", "quality/*/concerns-continue", "quality/*/sustained-improvement"])
        .needing([Part::Restrictions, Part::Meetings, Part::Recommendations, Part::Decisions])
        .giving([
            ItemKind::Finding,
            ItemKind::Question,
            ItemKind::Action,
            ItemKind::Options,
            ItemKind::Involvement,
            ItemKind::Draft,
        ])
    }

    fn check(settings: &Settings) -> Vec<Issue> {
        let Settings { notice_of_concern, potential_breach } = settings;
        let letters = [("notice_of_concern", notice_of_concern), ("potential_breach", potential_breach)];
        let mut issues = Vec::new();
        for (path, letter) in letters {
            let Some(letter) = letter else { continue };
            let mut wrong = |problem: &str| issues.push(Issue { path: path.to_owned(), problem: problem.to_owned() });
            if letter.trim().is_empty() {
                wrong("the letter is empty: leave it out for the text that comes with the rule set");
            }
            if letter.chars().count() > 20_000 {
                wrong("the letter is longer than 20,000 characters");
            }
        }
        issues
    }

    fn advise(situation: &Situation, settings: &Settings) -> Result<Advice, Fault> {
        let tables = table::read().map_err(|error| Fault::Failed(format!("rules/: {error}")))?;
        Ok(rules::advise(situation, &tables, settings))
    }
}

muster_rule_sdk::export_rule_set!(QaRiskLevels);
