//! What the register was made of: every import that was kept, and what it changed.

use askama::Template;
use chrono::NaiveDate;
use muster_register::plan::Covers;
use muster_register::row::Kind;
use muster_register::{Import, Register};

use crate::frame::{Area, Frame};
use crate::listed::{ago, day, rows};
use crate::register::is_last;
use crate::when::moment;

/// Imports on the page, the newest first.
const SHOWN: usize = 20;

/// The page.
#[derive(Debug, Template)]
#[template(path = "imports.html")]
pub struct ImportsPage {
    frame: Frame,
    imports: Vec<Row>,
    all: usize,
    stale_after: i64,
    may_import: bool,
}

#[derive(Debug)]
struct Row {
    number: u64,
    source: String,
    in_force: bool,
    as_at: String,
    covers: &'static str,
    at: String,
    by: String,
    digest: String,
    kinds: Vec<Changed>,
    samples: Vec<String>,
    remarks: Vec<String>,
}

/// What an import changed among the rows of a kind.
#[derive(Debug)]
struct Changed {
    kind: &'static str,
    added: u64,
    changed: u64,
    removed: u64,
    unchanged: u64,
    passed_over: u64,
}

impl ImportsPage {
    /// The page over the imports that were kept.
    pub fn new(frame: Frame, register: &Register, may_import: bool, today: NaiveDate) -> Self {
        let newest = register.imports().iter().rev().take(SHOWN);
        Self {
            frame: Frame { area: Area::Register, ..frame.titled("What the register is from", false) },
            imports: newest.map(|import| Row::of(register, import, today)).collect(),
            all: register.imports().len(),
            stale_after: register.stale_after_days(),
            may_import,
        }
    }
}

impl Row {
    fn of(register: &Register, import: &Import, today: NaiveDate) -> Self {
        let kinds = import.report.kinds.iter().map(|(kind, report): (&Kind, _)| Changed {
            kind: rows(*kind),
            added: report.added,
            changed: report.changed,
            removed: report.removed,
            unchanged: report.unchanged,
            passed_over: report.passed_over,
        });
        let samples = import.report.kinds.values().flat_map(|report| &report.samples);
        Self {
            number: import.number,
            source: import.source.to_string(),
            in_force: is_last(register, import),
            as_at: format!("{} ({})", day(import.as_at), ago(import.as_at, today)),
            covers: match import.covers {
                Covers::Whole => "all of its source: what it no longer has was removed",
                Covers::Part => "a part of its source: what it does not have stayed",
            },
            at: moment(import.at),
            by: format!("{}, {}", import.agency, import.system),
            digest: import.digest.to_string(),
            kinds: kinds.collect(),
            samples: samples.map(|sample| format!("{} {}", sample.code, sample.what)).collect(),
            remarks: import.report.remarks.clone(),
        }
    }
}
