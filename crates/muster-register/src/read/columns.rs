//! Columns found by their headings: case, spaces around and doubled spaces do not matter.

use std::collections::BTreeMap;

use super::ReadError;
use super::book::{Cellular, Table};

/// A heading is looked for this far down: published files begin with it, others with a title.
const HEADING_WITHIN: usize = 20;

/// A field, the headings that it may stand under, and whether it has to be there.
#[derive(Debug, Clone)]
pub(super) struct Wanted {
    pub(super) field: &'static str,
    pub(super) headings: Vec<String>,
    pub(super) required: bool,
}

/// Where each field stands.
#[derive(Debug, Clone, Default)]
pub(super) struct Columns {
    found: BTreeMap<&'static str, (usize, String)>,
    /// What stands in every line, for a field without a column.
    pub(super) values: BTreeMap<String, String>,
    /// The line of the headings.
    pub(super) line: u64,
    /// Every heading, as it was compared.
    pub(super) headings: Vec<String>,
}

impl Wanted {
    pub(super) fn required(field: &'static str, headings: &[&str]) -> Self {
        Self { required: true, ..Self::optional(field, headings) }
    }

    pub(super) fn optional(field: &'static str, headings: &[&str]) -> Self {
        let headings = headings.iter().map(|&heading| heading.to_owned()).collect();
        Self { field, headings, required: false }
    }
}

impl Columns {
    /// Finds the line of headings and where each field stands in it.
    pub(super) fn find(table: &Table, wanted: &[Wanted]) -> Result<Self, ReadError> {
        let sheet = table.name.as_ref().map_or_else(String::new, |name| format!("in sheet {name}, "));
        let first = wanted.iter().find(|wanted| wanted.required);
        let has_first = |line: Cellular<'_>| {
            let headings = first.map(|first| first.headings.as_slice()).unwrap_or_default();
            (0..line.len()).any(|index| headings.iter().any(|heading| plain(heading) == plain(&line.get(index))))
        };
        let top = || table.lines().take(HEADING_WITHIN).filter(|(_, line)| !line.is_blank());
        let heading = top().find(|(_, line)| has_first(*line)).or_else(|| top().next());
        let (line, cells) = heading.map_or((0, Vec::new()), |(number, line)| {
            (number, (0..line.len()).map(|index| line.get(index).into_owned()).collect())
        });
        let headings: Vec<String> = cells.iter().map(|cell| plain(cell)).collect();
        let mut found = BTreeMap::new();
        for Wanted { field, headings: may_be, required } in wanted {
            let mut places = may_be.iter().filter_map(|heading| {
                let heading = plain(heading);
                let mut at = headings.iter().enumerate().filter(|(_, found)| **found == heading);
                at.next().map(|(index, _)| (index, at.next().is_some()))
            });
            match (places.next(), may_be.first()) {
                (Some((index, false)), _) => {
                    let written = cells.get(index).cloned().unwrap_or_default();
                    found.insert(*field, (index, written));
                }
                (Some((_, true)), Some(column)) => {
                    return Err(ReadError::TwiceThere { sheet, column: column.clone() });
                }
                (None, Some(column)) if *required => {
                    let found = cells.iter().filter(|cell| !cell.is_empty()).cloned().collect::<Vec<_>>().join(", ");
                    return Err(ReadError::MissingColumn { sheet, column: column.clone(), found });
                }
                (_, _) => (),
            }
        }
        Ok(Self { found, values: BTreeMap::new(), line, headings })
    }

    /// Where a field stands.
    pub(super) fn index(&self, field: &str) -> Option<usize> {
        self.found.get(field).map(|(index, _)| *index)
    }

    /// The heading that it stands under, or the field's own name.
    pub(super) fn heading<'a>(&'a self, field: &'a str) -> &'a str {
        self.found.get(field).map_or(field, |(_, heading)| heading)
    }

    /// Whether the file says anything of it.
    pub(super) fn has(&self, field: &str) -> bool {
        self.found.contains_key(field) || self.values.contains_key(field)
    }
}

/// A heading as it is compared.
pub(super) fn plain(heading: &str) -> String {
    heading.trim_matches(['\u{feff}', ' ']).split_whitespace().collect::<Vec<_>>().join(" ").to_lowercase()
}
