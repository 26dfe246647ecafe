//! The rows of `rules/`.

use muster_rule_sdk::{AgencyKind, Citation, Failure, Phase, ServiceKind};
use serde::Deserialize;

/// All the tables.
pub(crate) struct Tables {
    pub(crate) types: Types,
    pub(crate) places: Places,
    pub(crate) scope: Scope,
    pub(crate) checks: Checks,
}

/// The four types, what is asked of them, and the way back from a temporary one.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(crate) struct Types {
    pub(crate) r#type: Vec<TypeRow>,
    pub(crate) not_named: Titled,
    pub(crate) name_it: Titled,
    pub(crate) question: Vec<QuestionRow>,
    pub(crate) temporary: Titled,
    pub(crate) step_down: Vec<ActionRow>,
}

/// A type of failure.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct TypeRow {
    pub(crate) key: String,
    pub(crate) failure: Failure,
    pub(crate) title: String,
    pub(crate) because: Vec<String>,
    pub(crate) cites: Vec<Citation>,
}

/// An item with a title and nothing more.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Titled {
    pub(crate) key: String,
    pub(crate) title: String,
    pub(crate) cites: Vec<Citation>,
}

/// Something asked. Where `failure` stands, only while that type holds.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct QuestionRow {
    pub(crate) fact: String,
    pub(crate) failure: Option<Failure>,
    pub(crate) asks: String,
    pub(crate) of: AgencyKind,
    pub(crate) cites: Vec<Citation>,
}

/// Something to do.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct ActionRow {
    pub(crate) key: String,
    pub(crate) title: String,
    pub(crate) owner: AgencyKind,
    pub(crate) cites: Vec<Citation>,
}

/// Where services are given, and which approach handles them.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(crate) struct Places {
    pub(crate) delivery: Vec<KindsRow>,
    pub(crate) not_listed: Asked,
    pub(crate) approach: Vec<KindsRow>,
    pub(crate) not_routed: NotRouted,
    pub(crate) decided: Cited,
    pub(crate) building: Vec<BuildingRow>,
}

/// What holds of services of these kinds; `is_for` stands where it is how they are given.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(crate) struct KindsRow {
    pub(crate) key: String,
    pub(crate) is_for: Option<Delivery>,
    pub(crate) kinds: Vec<ServiceKind>,
    pub(crate) title: String,
    #[serde(default)]
    pub(crate) because: Vec<String>,
    pub(crate) cites: Vec<Citation>,
}

/// What is not known of a service, and the question that settles it.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Asked {
    pub(crate) key: String,
    pub(crate) title: String,
    pub(crate) asks: String,
    pub(crate) of: AgencyKind,
    pub(crate) cites: Vec<Citation>,
}

/// The options for a service that the Plan's table has no row for.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct NotRouted {
    pub(crate) key: String,
    pub(crate) question: String,
    pub(crate) cites: Vec<Citation>,
    pub(crate) choice: Vec<ChoiceRow>,
}

/// One approach.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(crate) struct ChoiceRow {
    pub(crate) key: String,
    pub(crate) title: String,
    pub(crate) because: Vec<String>,
    pub(crate) is_for: Delivery,
}

/// How a service is given.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Delivery {
    /// In a building.
    Building,
    /// In people's own homes.
    Home,
}

/// What a finding rests on.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Cited {
    pub(crate) key: String,
    pub(crate) cites: Vec<Citation>,
}

/// Whether a building remains. Where `after` stands, it is asked only when that was answered with yes.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct BuildingRow {
    pub(crate) key: String,
    pub(crate) after: Option<String>,
    pub(crate) fact: String,
    pub(crate) title: String,
    pub(crate) asks: String,
    pub(crate) cites: Vec<Citation>,
}

/// What the approach covers, and what it is for.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(crate) struct Scope {
    pub(crate) covered: Vec<KindsRow>,
    pub(crate) not_named: Asked,
    pub(crate) solely_nhs: SolelyNhs,
    pub(crate) also_nhs: Titled,
    pub(crate) purpose: Vec<PurposeRow>,
}

/// The one thing that the approach is not for.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(crate) struct SolelyNhs {
    pub(crate) key: String,
    pub(crate) fact: String,
    pub(crate) title: String,
    pub(crate) asks: String,
    pub(crate) asks_of_one: String,
    pub(crate) of: AgencyKind,
    pub(crate) cites: Vec<Citation>,
}

/// What the approach does in these phases.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct PurposeRow {
    pub(crate) key: String,
    pub(crate) phases: Vec<Phase>,
    pub(crate) title: String,
    pub(crate) cites: Vec<Citation>,
}

/// The priorities and the principles.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Checks {
    pub(crate) priority: Vec<CheckRow>,
    pub(crate) principle: Vec<CheckRow>,
}

/// Something that should hold. Its key is also that of the fact that says whether it does.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct CheckRow {
    pub(crate) key: String,
    pub(crate) title: String,
    pub(crate) asks: String,
    pub(crate) cites: Vec<Citation>,
}

/// Reads all the tables.
pub(crate) fn read() -> Result<Tables, serde_json::Error> {
    Ok(Tables {
        types: serde_json::from_str(include_str!(concat!(env!("OUT_DIR"), "/types.json")))?,
        places: serde_json::from_str(include_str!(concat!(env!("OUT_DIR"), "/places.json")))?,
        scope: serde_json::from_str(include_str!(concat!(env!("OUT_DIR"), "/scope.json")))?,
        checks: serde_json::from_str(include_str!(concat!(env!("OUT_DIR"), "/checks.json")))?,
    })
}
