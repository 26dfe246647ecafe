//! The regulator's directory with filters, as it is published: ODS, XLSX, or its main sheet as CSV.

use std::collections::{BTreeMap, BTreeSet};

use chrono::NaiveDate;
use muster_record::situation::ServiceKind;

use super::book::{Book, Cellular};
use super::columns::{Columns, Wanted};
use super::line::Line;
use super::plain::TELL_EVERY;
use super::{OnLine, Parsed, ReadError, day, words};
use crate::ids::ServiceCode;
use crate::plan::{Covers, Header, Place, Placed, RowError};
use crate::row::{Kind, Row};

/// The source of the directory.
pub const CQC_DIRECTORY: &str = "cqc-directory";

const LOCATIONS: &str = "HSCA_Active_Locations";
const DUAL: &str = "Dual_Registration_Locations";
const README: &str = "README";

/// What stands before the day in the sheet `README`.
const AS_AT: &str = "as at";

/// Lines of this directorate are of adult social care; so is any with one of our kinds of service.
const DIRECTORATE: &str = "adult social care";

fn wanted() -> Vec<Wanted> {
    vec![
        Wanted::required("code", &["Location ID"]),
        Wanted::required("name", &["Location Name"]),
        Wanted::required("provider", &["Provider ID"]),
        Wanted::required("provider_name", &["Provider Name"]),
        Wanted::required("authority", &["Location Local Authority"]),
        Wanted::required("care_home", &["Care home?"]),
        Wanted::required("beds", &["Care homes beds"]),
        Wanted::required("rating", &["Location Latest Overall Rating"]),
        Wanted::optional("dormant", &["Dormant (Y/N)"]),
        Wanted::optional("rated_on", &["Publication Date"]),
        Wanted::optional("manager", &["Registered manager"]),
        Wanted::optional("postcode", &["Location Postal Code"]),
        Wanted::optional("directorate", &["Location Inspection Directorate"]),
        Wanted::optional("brand", &["Brand ID"]),
        Wanted::optional("brand_name", &["Brand Name"]),
        Wanted::optional("dual", &["Location Dual Registered"]),
        Wanted::optional("primary", &["Primary ID (Dual registration locations)"]),
    ]
}

/// Reads the directory. A day that is given stands above the one in the file.
///
/// # Errors
/// When it cannot be read at all: no such sheet, a column missing, no day.
pub fn cqc(mut book: Book, as_at: Option<NaiveDate>, on: OnLine<'_>) -> Result<Parsed, ReadError> {
    let (found, has_sheets) = (book.names().join(", "), book.has_sheets());
    let Some(as_at) = as_at.map_or_else(|| published(&mut book), |day| Ok(Some(day)))? else {
        return Err(ReadError::NoDay);
    };
    let table = book.sheet(LOCATIONS)?.ok_or(ReadError::NoSheet { sheet: LOCATIONS, found })?;
    let mut errors = Vec::new();
    let dual = if has_sheets { dual(&mut book, &mut errors)? } else { BTreeMap::new() };
    let columns = Columns::find(&table, &wanted())?;
    let mut reading = Reading {
        kinds: kinds(&columns),
        columns: &columns,
        dual,
        named: BTreeSet::new(),
        rows: Vec::new(),
        errors,
        passed_over: 0,
        alone: 0,
    };
    for (done, (number, cells)) in table.lines().enumerate() {
        if done % TELL_EVERY == 0 {
            on(done, table.len());
        }
        if number > columns.line && !cells.is_blank() {
            reading.line(&Place { sheet: table.name.clone(), line: number }, cells);
        }
    }
    on(table.len(), table.len());
    let remarks = reading.remarks();
    let Reading { rows, errors, .. } = reading;
    let source = CQC_DIRECTORY.parse().map_err(|_| ReadError::NoDay)?;
    Ok(Parsed { header: Header { source, as_at, covers: Covers::Whole }, rows, errors, remarks })
}

/// The day that the sheet `README` names: "Source: CQC database as at 01 March 2024".
fn published(book: &mut Book) -> Result<Option<NaiveDate>, ReadError> {
    if !book.has_sheets() {
        return Ok(None);
    }
    let Some(readme) = book.sheet(README)? else { return Ok(None) };
    let texts = readme.lines().flat_map(|(_, cells)| (0..cells.len()).map(move |index| cells.get(index).into_owned()));
    Ok(texts.into_iter().find_map(|text| {
        let lower = text.to_lowercase();
        let (_, rest) = lower.split_once(AS_AT)?;
        let words: Vec<&str> = rest.split_whitespace().take(3).collect();
        day(words.join(" ").trim_end_matches(['.', ',', ')'])).or_else(|| day(words.first()?))
    }))
}

/// Which registration stands for each place that has several.
fn dual(book: &mut Book, errors: &mut Vec<RowError>) -> Result<BTreeMap<String, ServiceCode>, ReadError> {
    let Some(table) = book.sheet(DUAL)? else { return Ok(BTreeMap::new()) };
    let wanted = [
        Wanted::required("code", &["Location ID"]),
        Wanted::required("primary", &["Primary ID"]),
        Wanted::optional("linked", &["Linked Organisation ID"]),
    ];
    let columns = Columns::find(&table, &wanted)?;
    let mut primaries = BTreeMap::new();
    for (number, cells) in table.lines().filter(|(number, cells)| *number > columns.line && !cells.is_blank()) {
        let place = Place { sheet: table.name.clone(), line: number };
        let text = |field| columns.index(field).map(|index| cells.get(index)).unwrap_or_default();
        let (code, primary, linked) = (text("code"), text("primary"), text("linked"));
        match primary.parse::<ServiceCode>() {
            Ok(primary) => {
                for registration in [code, linked].into_iter().filter(|code| !words::says_nothing(code)) {
                    primaries.entry(registration.into_owned()).or_insert_with(|| primary.clone());
                }
            }
            Err(bad) => {
                let (column, would_do) =
                    (columns.heading("primary").to_owned(), "give one of the two locations".to_owned());
                errors.push(RowError { place, column, problem: format!("{primary:?} {bad}"), would_do });
            }
        }
    }
    Ok(primaries)
}

/// The columns of service types that the record has a word for.
fn kinds(columns: &Columns) -> Vec<(usize, ServiceKind)> {
    let typed = columns.headings.iter().enumerate();
    typed
        .filter_map(|(index, heading)| {
            let service_type = heading.strip_prefix("service type")?.trim_start_matches([' ', '-']);
            Some((index, words::service_kind(service_type)?))
        })
        .collect()
}

struct Reading<'a> {
    columns: &'a Columns,
    kinds: Vec<(usize, ServiceKind)>,
    dual: BTreeMap<String, ServiceCode>,
    named: BTreeSet<(Kind, String)>,
    rows: Vec<Placed>,
    errors: Vec<RowError>,
    passed_over: u64,
    /// Locations that say they are registered twice, and not with which.
    alone: u64,
}

impl Reading<'_> {
    fn line(&mut self, place: &Place, cells: Cellular<'_>) {
        let says_yes = |index: usize| words::flag(&cells.get(index)) == Some(muster_record::advice::Answer::Yes);
        let kinds: Vec<ServiceKind> =
            self.kinds.iter().filter(|(index, _)| says_yes(*index)).map(|(_, kind)| *kind).collect();
        let mut line = Line { place: place.clone(), cells, columns: self.columns, errors: &mut self.errors };
        let directorate = line.text("directorate").to_lowercase();
        if kinds.is_empty() && !directorate.is_empty() && directorate != DIRECTORATE {
            self.passed_over = self.passed_over.saturating_add(1);
            return;
        }
        let is_dual = words::flag(&line.text("dual")) == Some(muster_record::advice::Answer::Yes);
        for row in line.rows(Kind::Service).unwrap_or_default() {
            let row = match row {
                Row::Service(mut service) => {
                    service.kinds.clone_from(&kinds);
                    service.primary = service.primary.or_else(|| self.dual.get(service.code.as_str()).cloned());
                    if is_dual && service.primary.is_none() {
                        self.alone = self.alone.saturating_add(1);
                    }
                    Row::Service(service)
                }
                other @ (Row::Brand(_)
                | Row::Provider(_)
                | Row::Capacity(_)
                | Row::Authority(_)
                | Row::Agency(_)
                | Row::Oversight(_)) => other,
            };
            // Many lines name one provider: the first says it.
            let is_new = self.named.insert((row.kind(), row.code().to_owned()));
            if is_new || row.kind() == Kind::Service {
                self.rows.push(Placed { place: place.clone(), row });
            }
        }
    }

    fn remarks(&self) -> Vec<String> {
        let mut remarks = Vec::new();
        let missing: Vec<String> = wanted()
            .into_iter()
            .filter(|wanted| !self.columns.has(wanted.field))
            .filter_map(|wanted| wanted.headings.into_iter().next())
            .collect();
        if !missing.is_empty() {
            remarks.push(format!("not in this file, and so not known: {}", missing.join(", ")));
        }
        if self.passed_over > 0 {
            remarks.push(format!("{} locations are not of adult social care and were left out", self.passed_over));
        }
        if self.alone > 0 {
            let problem = "locations say that they are registered twice, and not with which other";
            remarks.push(format!("{} {problem}: their beds may be counted twice", self.alone));
        }
        remarks
    }
}
