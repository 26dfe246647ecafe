//! The rows of `rules/`.

use muster_rule_sdk::{AgencyKind, Answer, Citation, ServiceKind};
use serde::Deserialize;

/// All the tables.
#[derive(Debug)]
pub(crate) struct Tables {
    pub(crate) routes: Vec<Route>,
    pub(crate) options: Vec<OptionsRow>,
    pub(crate) actions: Vec<ActionRow>,
    pub(crate) notes: Vec<Note>,
}

/// Which approach a kind of provider is met with.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(crate) struct Route {
    pub(crate) provider_type: String,
    pub(crate) key_factors: String,
    pub(crate) kinds: Vec<ServiceKind>,
    pub(crate) approach: u8,
    pub(crate) cites: Vec<Citation>,
}

/// An issue with more than one way to deal with it.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct OptionsRow {
    pub(crate) key: String,
    pub(crate) approaches: Vec<u8>,
    pub(crate) question: String,
    pub(crate) cites: Vec<Citation>,
    pub(crate) choice: Vec<ChoiceRow>,
}

/// One way to deal with it.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct ChoiceRow {
    pub(crate) name: String,
    pub(crate) title: String,
    pub(crate) clause: String,
    /// What says whether it would suit.
    pub(crate) fact: String,
    pub(crate) asks: String,
    /// What the question rests on besides the option.
    #[serde(default)]
    pub(crate) cites: Vec<Citation>,
    pub(crate) factors: Vec<Factor>,
}

/// A key factor, as the Plan prints it.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Factor {
    words: String,
    /// The approach that alone prints it.
    approach: Option<u8>,
}

impl Factor {
    /// The factor with its clause, where one of these approaches prints it.
    pub(crate) fn said(&self, clause: &str, approaches: &[u8]) -> Option<String> {
        let words = &self.words;
        match self.approach {
            None => Some(format!("{clause}: {words}")),
            Some(only) if approaches.contains(&only) => Some(format!("{clause}, approach {only} only: {words}")),
            Some(_) => None,
        }
    }
}

/// Something that both approaches do.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct ActionRow {
    pub(crate) key: String,
    pub(crate) leads: Vec<AgencyKind>,
    pub(crate) title: String,
    pub(crate) clause: String,
    pub(crate) factors: Vec<Factor>,
    pub(crate) cites: Vec<Citation>,
}

/// When a note stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum When {
    /// Only approach 2 applies.
    #[serde(rename = "approach-2-only")]
    Approach2Only,
    /// More than one local authority is affected.
    LargeScale,
    /// That, and home support fails.
    LargeScaleHomeSupport,
}

/// Something to know.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Note {
    pub(crate) key: String,
    pub(crate) when: When,
    pub(crate) subject: String,
    pub(crate) verdict: Answer,
    pub(crate) title: String,
    pub(crate) because: String,
    pub(crate) cites: Vec<Citation>,
}

/// Reads all the tables.
pub(crate) fn read() -> Result<Tables, serde_json::Error> {
    #[derive(Deserialize)]
    struct Routes {
        route: Vec<Route>,
    }
    #[derive(Deserialize)]
    struct Options {
        options: Vec<OptionsRow>,
    }
    #[derive(Deserialize)]
    struct People {
        action: Vec<ActionRow>,
    }
    #[derive(Deserialize)]
    struct Notes {
        note: Vec<Note>,
    }
    let Routes { route } = serde_json::from_str(include_str!(concat!(env!("OUT_DIR"), "/routes.json")))?;
    let Options { options } = serde_json::from_str(include_str!(concat!(env!("OUT_DIR"), "/options.json")))?;
    let People { action } = serde_json::from_str(include_str!(concat!(env!("OUT_DIR"), "/people.json")))?;
    let Notes { note } = serde_json::from_str(include_str!(concat!(env!("OUT_DIR"), "/notes.json")))?;
    Ok(Tables { routes: route, options, actions: action, notes: note })
}
