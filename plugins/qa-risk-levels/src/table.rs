//! The rows of `rules/`.

use muster_rule_sdk::{AgencyKind, Citation, Interest, Office, RestrictionBasis};
use serde::Deserialize;

/// All the tables.
pub(crate) struct Tables {
    pub(crate) levels: Vec<LevelRow>,
    /// Who holds a level, its oversight and its support, in this order.
    pub(crate) measures: Vec<Measure>,
    pub(crate) contractual: Contractual,
    pub(crate) restrictions: Vec<RestrictionRow>,
    pub(crate) panels: Panels,
    pub(crate) movement: Movement,
    pub(crate) letters: Vec<Letter>,
}

/// What is held to be so at a level.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct LevelRow {
    pub(crate) key: String,
    pub(crate) level: u8,
    pub(crate) title: String,
    pub(crate) because: Vec<String>,
    pub(crate) cites: Vec<Citation>,
}

/// Something to do at a level.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Measure {
    pub(crate) key: String,
    pub(crate) level: u8,
    pub(crate) title: String,
    pub(crate) owner: AgencyKind,
    #[serde(default)]
    pub(crate) because: Vec<String>,
    pub(crate) cites: Vec<Citation>,
}

/// The column of contractual options.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(crate) struct Contractual {
    /// Levels whose contractual options are the words "Not applicable".
    pub(crate) not_applicable: Vec<LevelRow>,
    pub(crate) options: Vec<OptionsRow>,
}

/// The contractual options of a level, and the offices that choose.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct OptionsRow {
    pub(crate) key: String,
    pub(crate) level: u8,
    pub(crate) question: String,
    pub(crate) cites: Vec<Citation>,
    pub(crate) office: Vec<Decides>,
    pub(crate) choice: Vec<ChoiceRow>,
}

/// An office, and the kind of agency it decides for.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Decides {
    pub(crate) office: Office,
    pub(crate) of: AgencyKind,
}

/// One option.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct ChoiceRow {
    pub(crate) key: String,
    pub(crate) title: String,
    pub(crate) because: Vec<String>,
}

/// The levels that a basis of restriction goes with.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct RestrictionRow {
    pub(crate) key: String,
    pub(crate) basis: RestrictionBasis,
    pub(crate) levels: Vec<u8>,
    pub(crate) title: String,
    pub(crate) otherwise: String,
    pub(crate) cites: Vec<Citation>,
}

/// What is said of the incident as a whole.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(crate) struct Panels {
    pub(crate) role_separation: Titled,
    pub(crate) action: Vec<PanelAction>,
    pub(crate) involvement: Vec<InvolvementRow>,
    pub(crate) recommendation: Vec<RecommendationRow>,
    pub(crate) contract_officers: Titled,
}

/// An item with a title and nothing more.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Titled {
    pub(crate) key: String,
    pub(crate) title: String,
    pub(crate) cites: Vec<Citation>,
}

/// Something to do while a service is at level 3 or 4.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct PanelAction {
    pub(crate) key: String,
    pub(crate) title: String,
    pub(crate) owner: AgencyKind,
    pub(crate) because: Vec<String>,
    pub(crate) cites: Vec<Citation>,
}

/// Somebody to involve while a service is at level 3 or 4.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct InvolvementRow {
    pub(crate) key: String,
    pub(crate) agency: AgencyKind,
    pub(crate) interest: Interest,
    pub(crate) why: String,
    pub(crate) cites: Vec<Citation>,
}

/// What is said of each recommendation.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct RecommendationRow {
    pub(crate) key: String,
    pub(crate) of: OfRecommendation,
    pub(crate) title: String,
    pub(crate) cites: Vec<Citation>,
}

/// What of a recommendation a row is about.
#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum OfRecommendation {
    /// Each office that it is put to and that has not decided.
    EachOffice,
    /// Whether anybody has decided.
    TheWhole,
    /// Whom it is put to.
    TheAddressees,
}

/// Between the levels.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(crate) struct Movement {
    pub(crate) question: Questions,
    pub(crate) not_set: Titled,
    pub(crate) put_on_record: Titled,
    pub(crate) raise: Titled,
    pub(crate) highest: Titled,
    pub(crate) lower: Titled,
    pub(crate) contradiction: Titled,
}

/// What is asked of a service.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(crate) struct Questions {
    pub(crate) level: QuestionRow,
    pub(crate) concerns_continue: QuestionRow,
    pub(crate) sustained_improvement: QuestionRow,
}

/// A fact of a service: its last word, and the question without its question mark.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct QuestionRow {
    pub(crate) fact: String,
    pub(crate) asks: String,
    pub(crate) of: AgencyKind,
    pub(crate) cites: Vec<Citation>,
}

/// A letter, drafted once an office has chosen it.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Letter {
    pub(crate) key: String,
    pub(crate) setting: LetterSetting,
    pub(crate) chosen: Vec<String>,
    pub(crate) title: String,
    pub(crate) cites: Vec<Citation>,
    pub(crate) body: String,
}

/// The setting that holds a council's own text of a letter.
#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum LetterSetting {
    /// `notice_of_concern`.
    NoticeOfConcern,
    /// `potential_breach`.
    PotentialBreach,
}

/// Reads all the tables.
pub(crate) fn read() -> Result<Tables, serde_json::Error> {
    #[derive(Deserialize)]
    struct Levels {
        level: Vec<LevelRow>,
        action: Vec<Measure>,
    }
    #[derive(Deserialize)]
    struct Actions {
        action: Vec<Measure>,
    }
    #[derive(Deserialize)]
    struct Restrictions {
        restriction: Vec<RestrictionRow>,
    }
    #[derive(Deserialize)]
    struct Letters {
        letter: Vec<Letter>,
    }
    let Levels { level, action: held } = serde_json::from_str(include_str!(concat!(env!("OUT_DIR"), "/levels.json")))?;
    let Actions { action: oversight } =
        serde_json::from_str(include_str!(concat!(env!("OUT_DIR"), "/oversight.json")))?;
    let Actions { action: support } = serde_json::from_str(include_str!(concat!(env!("OUT_DIR"), "/support.json")))?;
    let Restrictions { restriction } =
        serde_json::from_str(include_str!(concat!(env!("OUT_DIR"), "/restrictions.json")))?;
    let Letters { letter } = serde_json::from_str(include_str!(concat!(env!("OUT_DIR"), "/letters.json")))?;
    Ok(Tables {
        levels: level,
        measures: held.into_iter().chain(oversight).chain(support).collect(),
        contractual: serde_json::from_str(include_str!(concat!(env!("OUT_DIR"), "/contractual.json")))?,
        restrictions: restriction,
        panels: serde_json::from_str(include_str!(concat!(env!("OUT_DIR"), "/panels.json")))?,
        movement: serde_json::from_str(include_str!(concat!(env!("OUT_DIR"), "/movement.json")))?,
        letters: letter,
    })
}
