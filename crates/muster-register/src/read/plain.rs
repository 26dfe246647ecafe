//! Plain files: figures of capacity as they are exported, and anything that has a map of its columns.

use std::collections::BTreeMap;

use chrono::NaiveDate;

use super::book::{Book, Table};
use super::columns::{Columns, Wanted};
use super::line::Line;
use super::{Map, OnLine, Parsed, ReadError};
use crate::plan::{Covers, Header, Place, Placed};
use crate::row::Kind;

/// The source of figures of capacity.
pub const CAPACITY_TRACKER: &str = "capacity-tracker";

/// How often progress is told, in lines.
pub(super) const TELL_EVERY: usize = 500;

/// Reads a plain file by a map of its columns. A day that is given stands above the map's.
///
/// # Errors
/// When it cannot be read at all.
pub fn plain(mut book: Book, map: &Map, as_at: Option<NaiveDate>, on: OnLine<'_>) -> Result<Parsed, ReadError> {
    let Some(as_at) = as_at.or(map.as_at) else { return Err(ReadError::NoDay) };
    let table = only_sheet(&mut book)?;
    let mut columns = Columns::find(&table, &map.wanted())?;
    columns.values.clone_from(&map.values);
    let header = Header { source: map.source.clone(), as_at, covers: map.covers };
    Ok(lines(&table, columns, map.rows, header, on))
}

/// Reads figures of capacity: one line for each service, each with its own day or all with the one given.
///
/// # Errors
/// When it cannot be read at all.
pub fn capacity(mut book: Book, as_at: Option<NaiveDate>, on: OnLine<'_>) -> Result<Parsed, ReadError> {
    let table = only_sheet(&mut book)?;
    let wanted = [
        Wanted::required("service", &["CQC Location ID", "Location ID", "CQC ID"]),
        Wanted::optional("as_at", &["As at", "As at date", "Last updated", "Date updated"]),
        Wanted::required("maximum", &["Maximum capacity", "Max capacity"]),
        Wanted::required("occupied", &["Occupied", "Occupied or used", "Used"]),
        Wanted::optional("reserved", &["Vacant (reserved)", "Vacant reserved", "Reserved"]),
        Wanted::required(
            "accepting",
            &["Vacant (accepting admissions)", "Vacant accepting admissions", "Accepting admissions"],
        ),
    ];
    let columns = Columns::find(&table, &wanted)?;
    let newest = || {
        let index = columns.index("as_at")?;
        table.lines().filter_map(|(_, cells)| super::day(&cells.get(index))).max()
    };
    let Some(as_at) = as_at.or_else(newest) else { return Err(ReadError::NoDay) };
    let source = CAPACITY_TRACKER.parse().map_err(|_| ReadError::NoDay)?;
    Ok(lines(&table, columns, Kind::Capacity, Header { source, as_at, covers: Covers::Part }, on))
}

fn only_sheet(book: &mut Book) -> Result<Table, ReadError> {
    let names = book.names();
    let first = names.first().cloned().unwrap_or_default();
    book.sheet(&first)?.ok_or(ReadError::NoSheet { sheet: "of rows", found: names.join(", ") })
}

fn lines(table: &Table, mut columns: Columns, kind: Kind, header: Header, on: OnLine<'_>) -> Parsed {
    if kind == Kind::Capacity && !columns.has("as_at") {
        columns.values.insert("as_at".to_owned(), header.as_at.to_string());
    }
    let (mut rows, mut errors) = (Vec::new(), Vec::new());
    let mut named: BTreeMap<(Kind, String), ()> = BTreeMap::new();
    for (done, (number, cells)) in table.lines().enumerate() {
        if done % TELL_EVERY == 0 {
            on(done, table.len());
        }
        if number <= columns.line || cells.is_blank() {
            continue;
        }
        let place = Place { sheet: table.name.clone(), line: number };
        let mut line = Line { place: place.clone(), cells, columns: &columns, errors: &mut errors };
        for row in line.rows(kind).unwrap_or_default() {
            // Many lines name one provider: the first says it.
            let by_the_way = row.kind() != kind;
            let is_new = named.insert((row.kind(), row.code().to_owned()), ()).is_none();
            if is_new || !by_the_way {
                rows.push(Placed { place: place.clone(), row });
            }
        }
    }
    on(table.len(), table.len());
    Parsed { header, rows, errors, remarks: Vec::new() }
}
