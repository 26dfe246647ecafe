//! The rows of `rules/region.toml`.

use muster_rule_sdk::{AgencyKind, Answer, Citation, Interest};
use serde::Deserialize;

/// What triggers the region, and what follows.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Table {
    pub(crate) trigger: Trigger,
    pub(crate) question: Vec<QuestionRow>,
    pub(crate) involvement: Vec<InvolvementRow>,
    pub(crate) action: Vec<ActionRow>,
    pub(crate) open: Vec<OpenRow>,
    pub(crate) options: Vec<OptionsRow>,
    pub(crate) note: Vec<NoteRow>,
}

/// Of which incident a row speaks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum When {
    /// A local one that affects more than one authority, and of which no regional incident is open yet.
    Triggered,
    /// A regional one.
    Regional,
    /// A regional one whose emergency is over.
    Recovering,
    /// A regional one in which home support fails.
    HomeSupport,
    /// Any of which it is not known, and not to be seen, whether more than one authority is affected.
    MayReachFurther,
}

/// The trigger.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Trigger {
    pub(crate) title: String,
    pub(crate) cites: Vec<Citation>,
}

/// A fact that settles what the record does not show.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct QuestionRow {
    pub(crate) key: String,
    pub(crate) when: When,
    pub(crate) fact: String,
    pub(crate) asks: String,
    pub(crate) of: AgencyKind,
    pub(crate) cites: Vec<Citation>,
}

/// Who is brought in.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct InvolvementRow {
    pub(crate) key: String,
    pub(crate) when: When,
    pub(crate) agency: AgencyKind,
    pub(crate) interest: Interest,
    pub(crate) why: String,
    pub(crate) cites: Vec<Citation>,
}

/// Something to do.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct ActionRow {
    pub(crate) key: String,
    pub(crate) when: When,
    pub(crate) title: String,
    pub(crate) owner: AgencyKind,
    pub(crate) cites: Vec<Citation>,
}

/// The regional incident to open.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct OpenRow {
    pub(crate) key: String,
    pub(crate) when: When,
    pub(crate) title: String,
    pub(crate) because: String,
    pub(crate) cites: Vec<Citation>,
}

/// A question for the regional chair, or the vice chair.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct OptionsRow {
    pub(crate) key: String,
    pub(crate) question: String,
    pub(crate) cites: Vec<Citation>,
    pub(crate) choice: Vec<ChoiceRow>,
}

/// One answer to it.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct ChoiceRow {
    pub(crate) name: String,
    pub(crate) title: String,
    pub(crate) because: String,
}

/// Something to know.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct NoteRow {
    pub(crate) key: String,
    pub(crate) when: When,
    pub(crate) verdict: Answer,
    pub(crate) title: String,
    pub(crate) because: String,
    pub(crate) cites: Vec<Citation>,
}

/// The whole table.
pub(crate) fn read() -> Result<Table, serde_json::Error> {
    serde_json::from_str(include_str!(concat!(env!("OUT_DIR"), "/region.json")))
}
