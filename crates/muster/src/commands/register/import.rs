//! `muster register import`: a file into rows, the rows to the server, and what they changed.

use std::path::PathBuf;

use anyhow::{Context as _, Result, bail};
use chrono::NaiveDate;
use clap::{Args, ValueEnum};
use indicatif::{ProgressBar, ProgressStyle};
use muster_register::read::{Map, Parsed};

use super::super::say;
use crate::client::Client;
use crate::register::{self, FileRead, Layout};

/// Errors told at once: whoever has more corrects these first.
const MOST_ERRORS: usize = 50;

/// Options of `muster register import`.
#[derive(Debug, Args)]
pub(super) struct Import {
    /// The file: ODS, XLSX or CSV
    file: PathBuf,
    /// How it is laid out; plain where a map is given
    #[arg(long, value_enum)]
    kind: Option<Kind>,
    /// The map of its columns (TOML), for a plain file; see docs/register.md
    #[arg(long, value_name = "FILE")]
    map: Option<PathBuf>,
    /// The day for which it speaks, as in 2024-03-04, where the file does not say so itself
    #[arg(long, value_name = "DATE")]
    as_at: Option<NaiveDate>,
    /// Say what would be changed, and change nothing
    #[arg(long)]
    dry_run: bool,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum Kind {
    /// The regulator's care directory with filters
    Cqc,
    /// Figures of capacity
    Capacity,
    /// A plain file with a map of its columns
    Plain,
}

impl Import {
    pub(super) async fn run<F: Future<Output = Result<Client>>>(&self, connect: impl FnOnce() -> F) -> Result<()> {
        let layout = self.layout()?;
        let reading = bar("reading", "lines");
        let file = register::read(&self.file, &layout, self.as_at, &mut |done, of| {
            reading.set_length(u64::try_from(of).unwrap_or(0));
            reading.set_position(u64::try_from(done).unwrap_or(0));
        })?;
        reading.finish_and_clear();
        let FileRead { parsed: Parsed { header, rows, errors, remarks }, digest: _ } = &file;
        for remark in remarks {
            say(format_args!("note: {remark}"))?;
        }
        if !errors.is_empty() {
            return refuse(errors.iter().map(ToString::to_string), errors.len());
        }
        say(format_args!("{} as at {}: {} rows", header.source, header.as_at, rows.len()))?;
        let sending = bar("sending", "rows");
        sending.set_length(u64::try_from(rows.len()).unwrap_or(0));
        let mut client = connect().await?;
        let report = register::send(&mut client, file, self.dry_run, &mut |rows| sending.set_position(rows)).await?;
        sending.finish_and_clear();
        for line in register::told(&report) {
            say(line)?;
        }
        if report.error_count > 0 {
            let count = usize::try_from(report.error_count).unwrap_or(usize::MAX);
            return refuse(report.errors.iter().map(register::problem), count);
        }
        match report.kept {
            true => say(format_args!("kept as import {}", report.number)),
            false => say("nothing was changed: this was a dry run"),
        }
    }

    fn layout(&self) -> Result<Layout> {
        match (self.kind, &self.map) {
            (None | Some(Kind::Plain), Some(path)) => {
                let text =
                    std::fs::read_to_string(path).with_context(|| format!("{} cannot be read", path.display()))?;
                Map::read(&text).map(Layout::Plain).with_context(|| path.display().to_string())
            }
            (None | Some(Kind::Cqc), None) => Ok(Layout::Cqc),
            (Some(Kind::Capacity), None) => Ok(Layout::Capacity),
            (Some(Kind::Plain), None) => bail!("a plain file needs a map of its columns: give --map FILE"),
            (Some(Kind::Cqc | Kind::Capacity), Some(_)) => bail!("--map is for plain files alone"),
        }
    }
}

/// Tells what is wrong, as much as one can read, and ends as a failure.
fn refuse(problems: impl Iterator<Item = String>, count: usize) -> Result<()> {
    for problem in problems.take(MOST_ERRORS) {
        eprintln!("{problem}");
    }
    let more = count.saturating_sub(MOST_ERRORS);
    if more > 0 {
        eprintln!("and {more} more");
    }
    bail!("{count} rows are wrong; nothing was changed")
}

/// A bar on standard error, which draws itself on a terminal alone.
fn bar(doing: &'static str, of: &str) -> ProgressBar {
    let bar = ProgressBar::new(0).with_message(doing);
    let style = ProgressStyle::with_template(&format!("{{msg}} [{{bar:40}}] {{pos}} of {{len}} {of}, {{eta}} left"));
    match style {
        Ok(style) => bar.with_style(style),
        Err(_) => bar,
    }
}
