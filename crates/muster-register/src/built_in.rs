//! What the register knows before anything is imported: the authorities of England, and how one agency became another.
//!
//! An import under the same code says it anew. Codes and names are the Office for National
//! Statistics' and NHS ODS's, both under the Open Government Licence v3.

use std::str::FromStr;

use chrono::NaiveDate;

use crate::register::Known;
use crate::row::{Agency, Authority, Row, Successor};

/// The councils with adult social care duties: unitary (`E06`), metropolitan (`E08`), London
/// (`E09`) and shire county (`E10`). A code without a first day is older than the list.
const AUTHORITIES: &str = include_str!("../data/authorities.csv");

/// Health commissioners that the Plan names by a name of their time.
const AGENCIES: &str = include_str!("../data/agencies.csv");

/// Under which source the built-in rows stand.
pub(crate) const BUILT_IN: &str = "built-in";

/// Every built-in row. One that cannot be read is left out, which a test would notice.
pub(crate) fn rows() -> impl Iterator<Item = Known> {
    let authorities = records(AUTHORITIES).filter_map(|record| authority(&record).map(Row::from));
    let agencies = records(AGENCIES).filter_map(|record| agency(&record).map(Row::from));
    authorities.chain(agencies).filter_map(|row| Some(Known { row, source: BUILT_IN.parse().ok()? }))
}

fn records(text: &'static str) -> impl Iterator<Item = csv::StringRecord> {
    csv::Reader::from_reader(text.as_bytes()).into_records().filter_map(Result::ok)
}

fn authority(record: &csv::StringRecord) -> Option<Authority> {
    let [code, name, region, from, to, successors] = record.iter().collect::<Vec<_>>().try_into().ok()?;
    let successors: Result<Vec<_>, _> = successors.split_whitespace().map(str::parse).collect();
    Some(Authority {
        code: code.parse().ok()?,
        name: name.to_owned(),
        region: Some(region.to_owned()),
        from: unless_empty(from)?,
        to: unless_empty(to)?,
        successors: successors.ok()?,
    })
}

fn agency(record: &csv::StringRecord) -> Option<Agency> {
    let [code, name, kind, successor, from] = record.iter().collect::<Vec<_>>().try_into().ok()?;
    let successor = unless_empty(successor)?.zip(unless_empty::<NaiveDate>(from)?);
    Some(Agency {
        code: code.parse().ok()?,
        name: name.to_owned(),
        kind: kind.parse().ok()?,
        successors: successor.into_iter().map(|(code, from)| Successor { code, from }).collect(),
    })
}

/// Nothing where the text is empty, and nothing at all where it cannot be read.
fn unless_empty<T: FromStr>(text: &str) -> Option<Option<T>> {
    if text.is_empty() { Some(None) } else { text.parse().ok().map(Some) }
}
