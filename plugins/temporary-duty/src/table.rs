//! The rows of `rules/duty.toml`.

use muster_rule_sdk::{AgencyKind, Answer, Citation, Provenance, cite};
use serde::Deserialize;

/// What must hold, what business failure is, and what follows.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Table {
    pub(crate) limb: Vec<Limb>,
    pub(crate) event: Vec<Event>,
    pub(crate) action: Vec<ActionRow>,
    pub(crate) note: Vec<Note>,
}

/// One of the things that must all hold. Its key is also that of the fact that answers it.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(crate) struct Limb {
    pub(crate) key: String,
    pub(crate) settled_by: SettledBy,
    pub(crate) title: String,
    pub(crate) asks: String,
    pub(crate) of: AgencyKind,
    pub(crate) cites: Vec<Citation>,
}

/// What can settle a limb.
#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum SettledBy {
    /// Only an answer.
    Answer,
    /// An answer, or what is recorded of the services.
    Services,
    /// An answer, or an event of the closed list.
    Event,
}

/// An event that is business failure. An answer names it.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Event {
    pub(crate) name: String,
    clause: String,
    words: String,
}

impl Event {
    pub(crate) fn cite(&self) -> Citation {
        cite(&self.clause, &self.words, Provenance::Statute)
    }
}

/// When something follows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum When {
    /// The duty is engaged.
    Engaged,
    /// It is not.
    NotEngaged,
    /// Not known yet.
    NotDetermined,
    /// The NHS funds somebody's care in full.
    NhsFunded,
}

/// Something to do.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct ActionRow {
    pub(crate) when: When,
    pub(crate) key: String,
    pub(crate) title: String,
    pub(crate) owner: AgencyKind,
    pub(crate) because: Option<String>,
    pub(crate) cites: Vec<Citation>,
}

/// Something to know.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Note {
    pub(crate) when: When,
    pub(crate) key: String,
    pub(crate) verdict: Answer,
    pub(crate) title: String,
    pub(crate) because: String,
    pub(crate) cites: Vec<Citation>,
}

/// The whole table.
pub(crate) fn read() -> Result<Table, serde_json::Error> {
    serde_json::from_str(include_str!(concat!(env!("OUT_DIR"), "/duty.json")))
}
