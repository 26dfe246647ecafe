//! Files for the register: read here, where they are, and sent to the server as rows.

use std::path::Path;

use anyhow::{Context as _, Result, bail};
use chrono::NaiveDate;
use muster_proto::{register, v1};
use muster_record::entry::Hash;
use muster_register::plan::Header;
use muster_register::read::{self, Book, Map, Parsed};
use prost::Message as _;
use tokio_stream::StreamExt as _;

use crate::client::{self, Client};

/// Bytes of rows in one message: half of what a message may have.
const BATCH: usize = 128 * 1024;

/// How a file is laid out.
#[derive(Debug, Clone)]
pub enum Layout {
    /// The regulator's directory with filters.
    Cqc,
    /// Figures of capacity, as the Capacity Tracker exports them.
    Capacity,
    /// A plain file with a map of its columns.
    Plain(Map),
}

/// A file that was read.
#[derive(Debug)]
pub struct FileRead {
    /// What it holds.
    pub parsed: Parsed,
    /// The hash of its bytes.
    pub digest: Hash,
}

/// Reads a file. Progress is told in lines.
///
/// # Errors
/// When it cannot be read at all; what is wrong with single rows stands in what was parsed.
pub fn read(path: &Path, layout: &Layout, as_at: Option<NaiveDate>, on: read::OnLine<'_>) -> Result<FileRead> {
    let name = || path.display().to_string();
    let bytes = std::fs::read(path).with_context(|| format!("{} cannot be read", name()))?;
    let digest = Hash::of(&bytes);
    let parsed = Book::open(bytes).and_then(|book| match layout {
        Layout::Cqc => read::cqc(book, as_at, on),
        Layout::Capacity => read::capacity(book, as_at, on),
        Layout::Plain(map) => read::plain(book, map, as_at, on),
    });
    match parsed {
        Ok(parsed) => Ok(FileRead { parsed, digest }),
        Err(read::ReadError::NoDay) => bail!("nothing in {} says for which day it speaks: give --as-at DATE", name()),
        Err(error) => bail!("{}: {error}", name()),
    }
}

/// Sends what was read, and brings back what it changed. Progress is told in rows.
///
/// # Errors
/// When the server refuses it, with its reason, or cannot be reached.
pub async fn send(
    client: &mut Client,
    file: FileRead,
    dry_run: bool,
    on: &mut dyn FnMut(u64),
) -> Result<v1::ImportReport> {
    use v1::import_register_response::Progress;
    let FileRead { parsed: Parsed { header, rows, errors: _, remarks: _ }, digest } = file;
    let Header { source, as_at, covers } = header;
    let header = v1::ImportHeader {
        source: source.to_string(),
        as_at: as_at.to_string(),
        covers: v1::Covers::from(covers).into(),
        digest: prost::bytes::Bytes::copy_from_slice(&digest.0),
        dry_run,
    };
    let message = |part| v1::ImportRegisterRequest { part: Some(part) };
    let first = message(v1::import_register_request::Part::Header(header));
    let mut rows = rows.into_iter().map(|placed| register::write_row(&placed)).peekable();
    let batches = std::iter::from_fn(move || {
        let (mut batch, mut bytes) = (Vec::new(), 0_usize);
        while let Some(row) = rows.next_if(|row| batch.is_empty() || bytes.saturating_add(row.encoded_len()) < BATCH) {
            bytes = bytes.saturating_add(row.encoded_len());
            batch.push(row);
        }
        let part = v1::import_register_request::Part::Rows(v1::ImportRows { rows: batch });
        (bytes > 0).then(|| message(part))
    });
    let messages = tokio_stream::iter(std::iter::once(first).chain(batches));
    let failed = |status: tonic::Status| anyhow::anyhow!(client::told(&status));
    let mut answers = client.register.import_register(messages).await.map_err(failed)?.into_inner();
    let mut report = None;
    while let Some(answer) = answers.next().await {
        match answer.map_err(failed)?.progress {
            Some(Progress::Rows(rows)) => on(rows),
            Some(Progress::Report(last)) => report = Some(last),
            None => (),
        }
    }
    report.context("the server ended the import without a report: send it again")
}

/// A report for a person.
pub fn told(report: &v1::ImportReport) -> Vec<String> {
    let mut lines = Vec::new();
    for kind in &report.kinds {
        let v1::KindReport { kind, added, changed, removed, unchanged, passed_over, samples } = kind;
        let name = v1::ListedKind::try_from(*kind).ok().and_then(|kind| muster_register::Kind::try_from(kind).ok());
        let name = name.map_or("other", |kind| kind.word());
        let counts = format!("{added} added, {changed} changed, {removed} removed, {unchanged} unchanged");
        let over = if *passed_over > 0 { format!(", {passed_over} passed over") } else { String::new() };
        lines.push(format!("{name:<10} {counts}{over}"));
        lines.extend(samples.iter().map(|sample| format!("    {}  {}", sample.code, sample.what)));
    }
    lines.extend(report.remarks.iter().map(|remark| format!("note: {remark}")));
    lines
}

/// What is wrong with a row, for a person.
pub fn problem(problem: &v1::RowProblem) -> String {
    let v1::RowProblem { sheet, line, column, problem, would_do } = problem.clone();
    muster_register::RowError { place: muster_register::plan::Place { sheet, line }, column, problem, would_do }
        .to_string()
}
