//! What an import would change: worked out as a whole, before anything is kept.
//!
//! Either nothing is wrong and the changes stand ready, or everything that is wrong is told and
//! there are no changes.

use std::collections::{BTreeMap, BTreeSet};

use chrono::NaiveDate;
use muster_record::words;

use crate::built_in::BUILT_IN;
use crate::ids::{AuthorityCode, Source};
use crate::register::{Known, Register};
use crate::row::{Kind, Row};

mod report;
mod rows;

pub use report::{KindReport, Report, Sample};
pub use rows::{Place, Placed, RowError};

words! {
    /// Whether a file holds all that its source says.
    Covers {
        /// All of it: what the file no longer has is removed.
        Whole = "whole",
        /// Some of it: what the file does not have stays.
        Part = "part",
    }
}

/// What an import is of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Header {
    /// The source.
    pub source: Source,
    /// The day for which it speaks.
    pub as_at: NaiveDate,
    /// Whether it is all of its source.
    pub covers: Covers,
}

/// One thing that an import changes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Change {
    /// A row is known, or known otherwise.
    Put(Known),
    /// A row is no longer known.
    Remove(Kind, String),
}

/// What an import would do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Planned {
    /// In words and numbers.
    pub report: Report,
    /// In rows; none where something is wrong.
    pub changes: Vec<Change>,
}

impl Register {
    /// Compares rows with what is known.
    pub fn plan(&self, header: &Header, today: NaiveDate, rows: Vec<Placed>) -> Planned {
        let mut planning = Planning {
            register: self,
            header,
            today,
            report: Report::default(),
            changes: Vec::new(),
            names: BTreeMap::new(),
            seen: BTreeMap::new(),
        };
        planning.file(rows.is_empty());
        for row in rows {
            planning.row(row);
        }
        planning.gone();
        planning.unplaced();
        let Planning { mut report, mut changes, .. } = planning;
        if !report.errors.is_empty() {
            changes.clear();
        }
        report.errors.sort_by_key(|error| error.place.line);
        Planned { report, changes }
    }
}

struct Planning<'a> {
    register: &'a Register,
    header: &'a Header,
    today: NaiveDate,
    report: Report,
    changes: Vec<Change>,
    /// Names of authorities that were looked up.
    names: BTreeMap<String, (Option<AuthorityCode>, u64)>,
    /// Where each row of the import stands.
    seen: BTreeMap<(Kind, String), Place>,
}

impl Planning<'_> {
    fn wrong(&mut self, place: Place, column: &str, problem: impl Into<String>, would_do: impl Into<String>) {
        let (column, problem, would_do) = (column.to_owned(), problem.into(), would_do.into());
        self.report.errors.push(RowError { place, column, problem, would_do });
    }

    /// What can be wrong with the file as a whole.
    fn file(&mut self, is_empty: bool) {
        let Header { source, as_at, covers } = self.header;
        if is_empty {
            self.wrong(Place::default(), "", "the file has no rows", "give one that has");
        }
        if *as_at > self.today {
            let problem = format!("the file speaks for {as_at}, which is yet to come");
            self.wrong(Place::default(), "", problem, "give the day for which its figures were taken");
        }
        match self.register.last_import(source) {
            Some(last) if last.as_at > *as_at && *covers == Covers::Whole => {
                let problem = format!("{source} was imported as at {}, and this is as at {as_at}", last.as_at);
                self.wrong(Place::default(), "", problem, "give a file that is not older");
            }
            Some(_) | None => (),
        }
    }

    fn row(&mut self, Placed { place, row }: Placed) {
        let key = (row.kind(), row.code().to_owned());
        if let Some(first) = self.seen.get(&key) {
            let problem = format!("{} {} stands at line {} already", key.0, key.1, first.line);
            self.wrong(place, "", problem, "leave one of the two out");
            return;
        }
        self.seen.insert(key, place.clone());
        let Some(row) = self.completed(&place, row) else { return };
        let source = self.header.source.clone();
        let (kind, known) = (row.kind(), self.register.get(row.kind(), row.code()));
        let Some(known) = known else {
            self.report.of(kind).add(&row);
            return self.changes.push(Change::Put(Known { row, source }));
        };
        if is_older(&known.row, &row) {
            return self.report.of(kind).pass_over();
        }
        let is_anothers = known.source != source && known.source.as_str() != BUILT_IN;
        match kind {
            // A file of services names providers and brands by the way: whoever said more of them stands.
            Kind::Provider | Kind::Brand if is_anothers => return self.report.of(kind).pass_over(),
            Kind::Service | Kind::Authority | Kind::Agency | Kind::Oversight if is_anothers => {
                let problem = format!("{kind} {} is kept from {}", row.code(), known.source);
                return self.wrong(place, "", problem, format!("leave it out, or import it as {}", known.source));
            }
            // The newest figure stands, whoever sent it.
            Kind::Capacity
            | Kind::Provider
            | Kind::Brand
            | Kind::Service
            | Kind::Authority
            | Kind::Agency
            | Kind::Oversight => (),
        }
        if known.row == row && known.source == source {
            return self.report.of(kind).keep();
        }
        self.report.of(kind).change(&known.row, &row);
        self.changes.push(Change::Put(Known { row, source }));
    }

    /// The row with what the register adds to it.
    fn completed(&mut self, place: &Place, row: Row) -> Option<Row> {
        match row {
            Row::Service(mut service) => {
                if service.authority.is_none() {
                    service.authority = service.authority_name.as_deref().and_then(|name| self.named(name));
                }
                Some(Row::Service(service))
            }
            Row::Capacity(capacity) if capacity.as_at > self.today => {
                let problem = format!("is {}, which is yet to come", capacity.as_at);
                self.wrong(place.clone(), "as at", problem, "give the day for which the figures were taken");
                None
            }
            Row::Capacity(_)
            | Row::Brand(_)
            | Row::Provider(_)
            | Row::Authority(_)
            | Row::Agency(_)
            | Row::Oversight(_) => Some(row),
        }
    }

    /// The code of an authority that the file names, on the day for which the file speaks.
    fn named(&mut self, name: &str) -> Option<AuthorityCode> {
        if let Some((code, rows)) = self.names.get_mut(name) {
            *rows = rows.saturating_add(1);
            return code.clone();
        }
        let found = self.register.resolve_authority(name, self.header.as_at).map(|found| found.code.clone());
        self.names.insert(name.to_owned(), (found.clone(), 1));
        found
    }

    /// What the source no longer has.
    fn gone(&mut self) {
        if self.header.covers == Covers::Part {
            return;
        }
        let seen: BTreeSet<&(Kind, String)> = self.seen.keys().collect();
        for kind in Kind::ALL {
            let of_source = self.register.all(*kind).filter(|known| known.source == self.header.source);
            for known in of_source {
                let key = (*kind, known.row.code().to_owned());
                if !seen.contains(&key) {
                    self.report.of(*kind).remove(&known.row);
                    self.changes.push(Change::Remove(key.0, key.1));
                }
            }
        }
    }

    /// Authorities that the register does not know by the name that the file has.
    fn unplaced(&mut self) {
        for (name, (code, rows)) in &self.names {
            if code.is_none() {
                let remark = format!("no authority is called {name:?} on {}: {rows} services", self.header.as_at);
                self.report.remarks.push(format!("{remark} are kept without a code"));
            }
        }
    }
}

/// Whether a figure is of an earlier day than the one that is known.
fn is_older(known: &Row, row: &Row) -> bool {
    match (known.capacity(), row.capacity()) {
        (Some(known), Some(given)) => given.as_at < known.as_at,
        (_, _) => false,
    }
}
