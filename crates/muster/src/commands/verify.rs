//! `muster verify`: every record of a store, entry by entry, and its audit, row by row.

use std::path::PathBuf;

use anyhow::{Result, bail};
use clap::Args;
use muster_store::Store;

use super::say;
use crate::surroundings::random_bytes;

/// Options of `muster verify`.
#[derive(Debug, Args)]
pub(crate) struct Verify {
    /// The store's file; no server may be using it
    #[arg(long, env = "MUSTER_DATA", default_value = "muster.db", value_name = "FILE")]
    data: PathBuf,
}

/// Records asked for at a time.
const PAGE: usize = 1000;

impl Verify {
    pub(crate) fn run(&self) -> Result<()> {
        if !self.data.exists() {
            bail!("there is no store {}", self.data.display());
        }
        let readers = Store::open(&self.data, random_bytes())?.readers();
        let (mut records, mut entries, mut broken) = (0_u64, 0_u64, 0_u64);
        let mut after = None;
        loop {
            let page = readers.all_incidents(after.as_ref(), PAGE)?;
            for id in &page {
                records = records.saturating_add(1);
                match readers.verify(id) {
                    Ok(verified) => entries = entries.saturating_add(verified.entries),
                    Err(error) => {
                        broken = broken.saturating_add(1);
                        say(format_args!("{id}: BROKEN: {error}"))?;
                    }
                }
            }
            match page.last() {
                Some(last) if page.len() == PAGE => after = Some(last.clone()),
                Some(_) | None => break,
            }
        }
        say(format_args!("{records} records, {entries} entries: commitments, chain and sequence checked"))?;
        match readers.verify_audit() {
            Ok(rows) => say(format_args!("audit: {rows} rows: chain and sequence checked"))?,
            Err(error) => {
                say(format_args!("{error}"))?;
                bail!("the audit is not what was written{}", if broken > 0 { ", nor are all records" } else { "" });
            }
        }
        if broken > 0 { bail!("{broken} records are not what was written") } else { say("all is as it was written") }
    }
}
