//! The rows of `rules/`.

use muster_rule_sdk::{AgencyKind, Answer, Citation, Office, ServiceKind};
use serde::Deserialize;

/// All the tables.
pub(crate) struct Tables {
    /// The lists: the council's first, then its partners'.
    pub(crate) items: Vec<Item>,
    pub(crate) scope: Scope,
}

/// Which of an organisation's two lists an item stands in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum List {
    /// From the start.
    Initial,
    /// While the provider continues to be on the verge of failure.
    Continuous,
}

/// What an item depends on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum When {
    /// A service is a regulated one.
    Regulated,
    /// A service is given in a building.
    Building,
    /// A council elsewhere placed somebody here.
    OutOfArea,
    /// The NHS funds somebody's care.
    HealthFunded,
}

/// An item of a list.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Item {
    pub(crate) key: String,
    pub(crate) owner: AgencyKind,
    pub(crate) list: List,
    pub(crate) when: Option<When>,
    /// A fact that makes it needless once it is answered with yes.
    pub(crate) unless: Option<String>,
    pub(crate) title: String,
    pub(crate) cites: Vec<Citation>,
}

/// When the lists apply, and what is not an item of a list.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Scope {
    pub(crate) scope: Fact,
    pub(crate) verge: Fact,
    pub(crate) review: Review,
    pub(crate) investigation: Investigation,
    pub(crate) regulator: Note,
    pub(crate) question: Vec<QuestionRow>,
    pub(crate) service: Vec<ServiceRow>,
}

/// A finding that an answer settles.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Fact {
    pub(crate) key: String,
    pub(crate) fact: String,
    pub(crate) title: String,
    pub(crate) cites: Vec<Citation>,
}

/// A key and what it says.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Keyed {
    pub(crate) key: String,
    pub(crate) title: String,
}

/// The weekly review.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Review {
    pub(crate) key: String,
    pub(crate) title: String,
    pub(crate) current: Keyed,
    pub(crate) cites: Vec<Citation>,
}

/// The question whether a large scale investigation is required.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(crate) struct Investigation {
    pub(crate) key: String,
    pub(crate) question: String,
    pub(crate) decided_by: Office,
    pub(crate) instigate: String,
    pub(crate) not_now: String,
    pub(crate) action: Keyed,
    pub(crate) cites: Vec<Citation>,
}

/// Something to know.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Note {
    pub(crate) key: String,
    pub(crate) title: String,
    pub(crate) because: String,
    pub(crate) cites: Vec<Citation>,
}

/// When a question matters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Asked {
    /// While it is open whether the lists apply.
    Scope,
    /// While they do.
    Lists,
}

/// A fact that the lists need.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct QuestionRow {
    pub(crate) when: Asked,
    pub(crate) fact: String,
    pub(crate) asks: String,
    pub(crate) of: AgencyKind,
    pub(crate) cites: Vec<Citation>,
}

/// Whether a kind of service is given in a building.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct ServiceRow {
    pub(crate) kind: ServiceKind,
    pub(crate) building: Answer,
}

/// Reads all the tables.
pub(crate) fn read() -> Result<Tables, serde_json::Error> {
    #[derive(Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Items {
        item: Vec<Item>,
    }
    let Items { item: mut items } = serde_json::from_str(include_str!(concat!(env!("OUT_DIR"), "/council.json")))?;
    let partners: Items = serde_json::from_str(include_str!(concat!(env!("OUT_DIR"), "/partners.json")))?;
    items.extend(partners.item);
    let scope = serde_json::from_str(include_str!(concat!(env!("OUT_DIR"), "/scope.json")))?;
    Ok(Tables { items, scope })
}
