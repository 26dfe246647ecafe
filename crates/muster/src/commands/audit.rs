//! `muster audit`: who asked who the people are, as lines of JSON.

use std::path::PathBuf;

use anyhow::{Result, anyhow, bail};
use clap::{Args, Subcommand};
use muster_proto::time::tell;
use muster_proto::{person, v1};
use muster_record::audit::{Did, Purpose};
use muster_record::ids::{IncidentId, hex};
use muster_store::Store;

use super::{logging, say};
use crate::cli::Calling;
use crate::client::{self, Client};
use crate::dev_certs::Folder;
use crate::surroundings::random_bytes;

/// Options of `muster audit`.
#[derive(Debug, Args)]
pub(crate) struct Audit {
    #[command(subcommand)]
    what: What,
    #[command(flatten)]
    calling: Calling,
}

#[derive(Debug, Subcommand)]
enum What {
    /// Write the audit as lines of JSON, oldest first
    Export {
        /// Of this incident, from a server: all rows for the lead, your own for others
        #[arg(required_unless_present = "data")]
        incident: Option<IncidentId>,
        /// Of a whole store, from its file; no server may be using it
        #[arg(long, value_name = "FILE", conflicts_with = "incident")]
        data: Option<PathBuf>,
    },
}

/// Rows asked for at a time.
const PAGE: u32 = 500;

impl Audit {
    pub(crate) async fn run(&self) -> Result<()> {
        let What::Export { incident, data } = &self.what;
        match (incident, data) {
            (_, Some(data)) => of_a_store(data),
            (Some(incident), None) => self.of_an_incident(incident).await,
            (None, None) => bail!("name an incident, or a store with --data"),
        }
    }

    async fn of_an_incident(&self, incident: &IncidentId) -> Result<()> {
        logging::quiet()?;
        let folder = Folder(self.calling.certs.clone());
        let mut client = Client::from_folder(self.calling.server, &folder, &self.calling.agency).await?;
        let mut after = 0;
        loop {
            let request = v1::ListAuditRequest { incident_id: incident.to_string(), after, limit: PAGE };
            let answer = client.audits.list_audit(request).await.map_err(|status| anyhow!(client::told(&status)))?;
            let v1::ListAuditResponse { rows, last } = answer.into_inner();
            for row in &rows {
                say(json(row))?;
            }
            if last == after {
                return Ok(());
            }
            after = last;
        }
    }
}

fn of_a_store(data: &std::path::Path) -> Result<()> {
    if !data.exists() {
        bail!("there is no store {}", data.display());
    }
    let readers = Store::open(data, random_bytes())?.readers();
    let mut after = 0;
    loop {
        let page = readers.audit(after, usize::try_from(PAGE)?)?;
        for row in &page {
            after = row.number;
            say(json(&person::write_audit_row(row)))?;
        }
        if page.is_empty() {
            return Ok(());
        }
    }
}

/// A row as JSON.
pub(super) fn json(row: &v1::AuditRow) -> serde_json::Value {
    let v1::AuditRow {
        number,
        at,
        incident_id,
        act,
        agency,
        system,
        user,
        purpose,
        because,
        people,
        version,
        entries,
        grant,
        refused,
        hash,
    } = row;
    serde_json::json!({
        "number": number, "at": tell(at.as_ref()), "incident": incident_id, "did": word::<Did, v1::AuditedAct>(*act),
        "agency": agency, "system": system, "user": user, "purpose": word::<Purpose, v1::Purpose>(*purpose),
        "because": because, "people": people, "version": version, "entries": entries, "grant": grant,
        "refused": refused, "hash": hex(hash),
    })
}

/// A row in a line for a person.
pub(super) fn line(row: &v1::AuditRow) -> String {
    let outcome = row.refused.as_ref().map_or_else(|| "served".to_owned(), |reason| format!("refused {reason}"));
    let who = row.user.as_ref().map_or_else(|| row.system.clone(), |user| format!("{user}, {}", row.system));
    let (did, purpose) = (word::<Did, v1::AuditedAct>(row.act), word::<Purpose, v1::Purpose>(row.purpose));
    let at = tell(row.at.as_ref());
    format!("{at}  {} ({who})  {did} for {purpose}: {outcome}; {:?}", row.agency, row.because)
}

fn word<O, W: TryFrom<i32>>(number: i32) -> String
where
    O: TryFrom<W> + std::fmt::Display,
{
    let word = W::try_from(number).ok().and_then(|wire| O::try_from(wire).ok());
    word.map_or_else(|| number.to_string(), |word| word.to_string())
}
