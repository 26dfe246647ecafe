//! Serving the copy of a backup on loopback, and reading a record back from it as a partner's system does.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::{Context as _, Result, anyhow};
use muster_proto::{entry, v1};
use muster_record::agency::{Agency, AgencyKind};
use muster_store::{Backup, StoredHead};

use super::ANOTHER;
use crate::access;
use crate::client::{self, Client};
use crate::config::{AccessConfig, Config, Listen, PersonalDataConfig, RuleSetsConfig, Tls};
use crate::dev_certs::{Authority, SYSTEM, TRUST_DOMAIN};
use crate::key_file;
use crate::serving::Serving;
use crate::surroundings::System;
use crate::verifying::{Finding, Report};

/// The most that one answer brings.
const PAGE: u32 = 500;

/// Serves the store, reads the record that was written last, and compares it with what is stored.
pub(super) async fn for_a_moment(data: &Path, key_file: Option<&Path>, report: &mut Report) -> Result<()> {
    let readers = Backup::open(data)?.readers;
    let Some((incident, agency)) = readers.somebody_seated()? else {
        report.unchecked.push("serving it: no agency has a seat in any record of it".to_owned());
        return Ok(());
    };
    if key_file.is_none() && !readers.keys_in_use()?.is_empty() {
        report.unchecked.push("serving it: what is sealed in it takes the key file".to_owned());
        return Ok(());
    }
    let Some(head) = readers.head(&incident)? else { return Err(anyhow!("incident {incident} has no head")) };
    drop(readers);
    let authority = Authority::new()?;
    let agency = Agency { title: agency.to_string(), id: agency, kind: AgencyKind::Council, successors: Vec::new() };
    let config = config(data, key_file, &authority, &agency)?;
    let identity = authority.system(&agency.id, SYSTEM)?;
    let serving = Serving::start(&config, Arc::new(System), Arc::new(String::new)).await?;
    let read = async {
        let client = Client::connect(serving.api(), &authority.certificate(), &identity).await?;
        read_back(client, &head).await
    };
    let read = read.await;
    serving.stop().await?;
    match read {
        Ok(()) => report.told.push(format!(
            "served on loopback: {} read the {} entries of incident {incident}, over mutual TLS",
            agency.id, head.seq
        )),
        Err(error) => {
            let place = format!("incident {incident}, served on loopback");
            report.findings.push(Finding { place, what: format!("{error:#}"), to_do: ANOTHER });
        }
    }
    Ok(())
}

/// Certificates and a registry of its own: nobody else is let in, whoever finds the port.
fn config(data: &Path, key_file: Option<&Path>, authority: &Authority, agency: &Agency) -> Result<Config> {
    let folder = data.parent().context("the copy stands in a folder")?;
    let put = |name: &str, text: &str| -> Result<PathBuf> {
        let path = folder.join(name);
        std::fs::write(&path, text).with_context(|| format!("{} cannot be written", path.display()))?;
        Ok(path)
    };
    // A server has one, and where nothing is sealed any will do.
    let key_file = match key_file {
        Some(path) => path.to_owned(),
        None => {
            let path = folder.join("people.keys");
            key_file::make(&path)?;
            path
        }
    };
    let server = authority.server()?;
    let any_port = std::net::SocketAddr::from(([127, 0, 0, 1], 0));
    Ok(Config {
        data: data.to_owned(),
        listen: Listen { api: any_port, people: None, probes: any_port },
        tls: Some(Tls {
            certificate: put("server.pem", &server.certificate)?,
            key: put("server.key", &server.key)?,
            client_ca: put("ca.pem", &authority.certificate())?,
            trust_domain: TRUST_DOMAIN.to_owned(),
        }),
        access: Some(AccessConfig { registry: put("access.toml", &access::permissive("ca.pem", [&agency.id]))? }),
        personal_data: PersonalDataConfig { key_file: Some(key_file) },
        rule_sets: RuleSetsConfig { shipped: Some(Vec::new()), ..RuleSetsConfig::default() },
        agencies: vec![agency.clone()],
        ..Config::default()
    })
}

/// Reads a record from its first entry on, and compares each place and the hash at the end of what is stored.
async fn read_back(mut client: Client, head: &StoredHead) -> Result<()> {
    let mut after_seq = 0;
    while after_seq < head.seq.0 {
        let request = v1::ReadRequest { incident_id: head.incident.to_string(), after_seq, limit: PAGE };
        let answer = client.records.read(request).await.map_err(|status| anyhow!(client::told(&status)))?;
        let entries = answer.into_inner().entries;
        if entries.is_empty() {
            return Err(anyhow!("nothing was served behind entry {after_seq}"));
        }
        for read in entries {
            if read.seq != after_seq.saturating_add(1) {
                return Err(anyhow!("entry {} was served behind entry {after_seq}", read.seq));
            }
            after_seq = read.seq;
            if after_seq == head.seq.0 && entry::read_hash(&read.hash) != Some(head.hash) {
                return Err(anyhow!("entry {after_seq} was served with another hash than it is stored with"));
            }
        }
    }
    Ok(())
}
