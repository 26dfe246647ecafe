//! The rows of `rules/responsibility.toml`.

use std::collections::BTreeMap;

use muster_rule_sdk::{AgencyKind, Answer, Citation};
use serde::Deserialize;

/// The groups, and what follows for them.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Table {
    pub(crate) everybody: Everybody,
    pub(crate) group: Vec<GroupRow>,
    pub(crate) action: Vec<ActionRow>,
    pub(crate) placing: Vec<PlacingRow>,
}

/// What is said of everybody together.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Everybody {
    pub(crate) key: String,
    pub(crate) title: String,
    pub(crate) continuity: String,
    pub(crate) cites: Vec<Citation>,
}

/// Who a person belongs with: those in one group have the same four answers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Group {
    /// The council here funds part of their care.
    CouncilPart,
    /// The council here funds all of their social care.
    CouncilFull,
    /// They pay for themselves, and nobody else placed them.
    SelfFunded,
    /// They pay for themselves, and another agency placed them.
    SelfFundedPlaced,
    /// The health commissioner here funds their care in full.
    HealthFull,
    /// Another council funds their care.
    OtherCouncil,
    /// A health body elsewhere funds their care in full.
    OtherHealth,
    /// Nobody has said who pays.
    NotKnown,
    /// Who pays and who placed them do not fit together.
    Contradicting,
}

/// The four answers for a group.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct GroupRow {
    pub(crate) key: String,
    pub(crate) of: Group,
    /// Yes, or unknown where an answer is missing.
    pub(crate) settled: Answer,
    pub(crate) title: String,
    pub(crate) coordinates: String,
    pub(crate) funds: String,
    pub(crate) plans: String,
    pub(crate) told: String,
    pub(crate) cites: Vec<Citation>,
}

/// What narrows a group down.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Only {
    /// Those of whom it is not recorded who placed them.
    NotPlaced,
    /// Those whose needs are not known; nobody who has died.
    NeedsNotKnown,
}

/// Something to do for people together.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct ActionRow {
    pub(crate) key: String,
    /// Absent where it is for every group.
    pub(crate) of: Option<Vec<Group>>,
    pub(crate) only: Option<Only>,
    /// Whether it is proposed again where it is done and still leaves somebody open.
    #[serde(default)]
    pub(crate) again: bool,
    pub(crate) leads: BTreeMap<AgencyKind, String>,
    pub(crate) cites: Vec<Citation>,
}

/// Something to do for each agency that placed people here.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(crate) struct PlacingRow {
    pub(crate) key: String,
    pub(crate) of: Vec<Group>,
    pub(crate) owner: AgencyKind,
    /// Whether it is for an agency that has joined the incident, or for one that has not.
    pub(crate) at_the_table: bool,
    pub(crate) title: String,
    pub(crate) cites: Vec<Citation>,
}

/// The whole table.
pub(crate) fn read() -> Result<Table, serde_json::Error> {
    serde_json::from_str(include_str!(concat!(env!("OUT_DIR"), "/responsibility.json")))
}
