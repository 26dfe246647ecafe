//! A map of columns: which heading of a plain file holds which field, as a TOML file says.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use serde::Deserialize;

use super::ReadError;
use super::columns::Wanted;
use crate::ids::Source;
use crate::plan::Covers;
use crate::row::Kind;

/// A map of columns. An unknown key is an error, so that a typing error is not passed over.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Map {
    /// Under which name the file is kept. Its later versions have the same.
    pub source: Source,
    /// What its lines are of.
    pub rows: Kind,
    /// Whether the file is all of its source.
    #[serde(default = "part")]
    pub covers: Covers,
    /// The day for which it speaks, where that is always the same.
    #[serde(default)]
    pub as_at: Option<NaiveDate>,
    /// The heading of each field.
    #[serde(default)]
    pub columns: BTreeMap<String, String>,
    /// What holds for every line, of fields without a column.
    #[serde(default)]
    pub values: BTreeMap<String, String>,
}

fn part() -> Covers {
    Covers::Part
}

/// The fields of each kind of row: first those that have to be there, then the others.
pub(super) fn fields(kind: Kind) -> (&'static [&'static str], &'static [&'static str]) {
    match kind {
        Kind::Brand => (&["code", "name"], &[]),
        Kind::Provider => (&["code", "name"], &["brand"]),
        Kind::Service => (
            &["code", "name", "provider"],
            &[
                "provider_name",
                "brand",
                "brand_name",
                "kind",
                "care_home",
                "dormant",
                "beds",
                "rating",
                "rated_on",
                "manager",
                "manager_absent_since",
                "authority",
                "authority_code",
                "postcode",
                "primary",
            ],
        ),
        Kind::Capacity => (&["service"], &["as_at", "maximum", "occupied", "reserved", "accepting"]),
        Kind::Authority => (&["code", "name"], &["region", "from", "to", "successor"]),
        Kind::Agency => (&["code", "name", "kind"], &["successor", "successor_from"]),
        Kind::Oversight => (&["provider", "stage"], &["since"]),
    }
}

impl Map {
    /// Reads a map from the text of its file.
    ///
    /// # Errors
    /// What is wrong with it, and what there is instead.
    pub fn read(text: &str) -> Result<Self, ReadError> {
        let map: Self = toml::from_str(text).map_err(|error| ReadError::Map(format!("cannot be read: {error}")))?;
        let (required, optional) = fields(map.rows);
        let known: Vec<&str> = required.iter().chain(optional).copied().collect();
        for field in map.columns.keys().chain(map.values.keys()) {
            if !known.contains(&field.as_str()) {
                let problem = format!("names {field:?}, and a {} has: {}", map.rows, known.join(", "));
                return Err(ReadError::Map(problem));
            }
        }
        for field in required {
            if !map.columns.contains_key(*field) && !map.values.contains_key(*field) {
                return Err(ReadError::Map(format!("names no column for {field}, which every {} has", map.rows)));
            }
        }
        Ok(map)
    }

    /// The columns to look for. Each that the map names has to be there.
    pub(super) fn wanted(&self) -> Vec<Wanted> {
        let (required, optional) = fields(self.rows);
        let all = required.iter().chain(optional);
        all.filter_map(|field| Some(Wanted::required(field, &[self.columns.get(*field)?.as_str()]))).collect()
    }
}
