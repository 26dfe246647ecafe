//! `muster person` and `muster people`: who the people of an incident are, one at a time.

use std::io::Read as _;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result, anyhow, bail};
use clap::{Args, Subcommand};
use muster_proto::time::tell;
use muster_proto::v1;
use muster_record::audit::Purpose;
use muster_record::identity::Basis;
use muster_record::ids::IncidentId;
use serde::Deserialize;

use super::audit;
use super::{logging, say};
use crate::cli::Calling;
use crate::client::{self, Client};
use crate::dev_certs::Folder;

const FILE: &str = "\
The file (JSON); all but the name may be left out:
  {\"name\": \"…\", \"known_as\": \"…\", \"date_of_birth\": \"1938-05-02\", \"nhs_number\": \"943 476 5919\",
   \"address\": \"…\", \"contacts\": [{\"what\": \"telephone\", \"value\": \"…\"}],
   \"next_of_kin\": [{\"name\": \"…\", \"relation\": \"daughter\", \"contacts\": [{\"what\": \"mobile\", \"value\": \"…\"}]}]}";

/// Options of `muster person`.
#[derive(Debug, Args)]
pub(crate) struct Person {
    #[command(subcommand)]
    what: What,
    #[command(flatten)]
    calling: Calling,
}

/// A person on an incident.
#[derive(Debug, Args)]
struct Who {
    /// The incident
    incident: IncidentId,
    /// The person's number
    person: u32,
}

#[derive(Debug, Subcommand)]
enum What {
    /// Be told who a person is; that you asked is kept for good
    Show {
        #[command(flatten)]
        who: Who,
        /// What for: direct-care, safe-move, family-contact, safeguarding, funding, subject-request, correction, assurance
        #[arg(long, value_name = "PURPOSE")]
        purpose: Purpose,
        /// What for, in a sentence that names nobody
        #[arg(long, value_name = "TEXT")]
        because: String,
    },
    /// Write down who a person is, sealed, in place of what was written down before
    #[command(after_long_help = FILE)]
    Seal {
        #[command(flatten)]
        who: Who,
        /// Who they are (JSON); `-` reads standard input. There is no flag for it: command lines are seen by others
        #[arg(long, value_name = "FILE")]
        file: PathBuf,
    },
    /// Erase who a person is, for good; with --everything also what entries say of them alone
    Erase {
        #[command(flatten)]
        who: Who,
        /// The legal basis: retention-ended, no-longer-needed, objection-upheld, unlawfully-processed, legal-obligation,
        /// recorded-in-error
        #[arg(long, value_name = "BASIS")]
        basis: Basis,
        /// Why, in a sentence that names nobody
        #[arg(long, value_name = "TEXT")]
        because: String,
        /// Who decided it, by post
        #[arg(long, value_name = "POST")]
        by: String,
        /// What entries about people, health and safeguarding say of them and of nobody else goes too
        #[arg(long)]
        everything: bool,
    },
    /// All that is held of a person on the incident, to be handed to them (JSON)
    Export {
        #[command(flatten)]
        who: Who,
        /// Why, in a sentence that names nobody
        #[arg(long, value_name = "TEXT")]
        because: String,
    },
    /// Who was told, or refused, who a person is
    WhoLooked {
        #[command(flatten)]
        who: Who,
    },
}

fn failed(status: &tonic::Status) -> anyhow::Error {
    anyhow!(client::told(status))
}

async fn connect(calling: &Calling) -> Result<Client> {
    logging::quiet()?;
    Client::from_folder(calling.server, &Folder(calling.certs.clone()), &calling.agency).await
}

fn options(validate_only: bool) -> v1::WriteOptions {
    let request_id = uuid::Uuid::now_v7().to_string();
    v1::WriteOptions { request_id, validate_only, ..v1::WriteOptions::default() }
}

impl Person {
    pub(crate) async fn run(&self) -> Result<()> {
        let mut people = connect(&self.calling).await?.people;
        match &self.what {
            What::Show { who, purpose, because } => {
                let request = v1::ReadIdentityRequest {
                    incident_id: who.incident.to_string(),
                    person: who.person,
                    purpose: v1::Purpose::from(*purpose).into(),
                    because: because.clone(),
                };
                let answer = people.read_identity(request).await.map_err(|status| failed(&status))?.into_inner();
                say(serde_json::to_string_pretty(&shown(answer.identity.as_ref()))?)
            }
            What::Seal { who, file } => {
                let request = v1::SealIdentityRequest {
                    incident_id: who.incident.to_string(),
                    options: Some(options(false)),
                    person: who.person,
                    identity: Some(read(file)?),
                };
                let answer = people.seal_identity(request).await.map_err(|status| failed(&status))?.into_inner();
                let seq = answer.result.unwrap_or_default().seq;
                say(format_args!(
                    "{seq:>4}  who person {} is was written down, sealed (version {})",
                    who.person, answer.version
                ))
            }
            What::Erase { who, basis, because, by, everything } => {
                let request = v1::EraseIdentityRequest {
                    incident_id: who.incident.to_string(),
                    options: Some(options(false)),
                    person: who.person,
                    basis: v1::Basis::from(*basis).into(),
                    because: because.clone(),
                    by: by.clone(),
                    extent: if *everything { v1::ErasureExtent::Everything } else { v1::ErasureExtent::Identity }
                        .into(),
                };
                let answer = people.erase_identity(request).await.map_err(|status| failed(&status))?.into_inner();
                let seq = answer.result.unwrap_or_default().seq;
                let what = if *everything { ", with what entries say of them alone" } else { "" };
                say(format_args!("{seq:>4}  who person {} is was erased{what}", who.person))
            }
            What::Export { who, because } => {
                let request = v1::ExportSubjectRequest {
                    incident_id: who.incident.to_string(),
                    person: who.person,
                    because: because.clone(),
                };
                let answer = people.export_subject(request).await.map_err(|status| failed(&status))?.into_inner();
                say(serde_json::to_string_pretty(&exported(&answer))?)
            }
            What::WhoLooked { who } => {
                let request = v1::WhoLookedRequest { incident_id: who.incident.to_string(), person: who.person };
                let answer = people.who_looked(request).await.map_err(|status| failed(&status))?.into_inner();
                for row in &answer.rows {
                    say(audit::line(row))?;
                }
                Ok(())
            }
        }
    }
}

/// Who somebody is, in a file.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Written {
    name: String,
    known_as: Option<String>,
    date_of_birth: Option<String>,
    nhs_number: Option<String>,
    address: Option<String>,
    #[serde(default)]
    contacts: Vec<WrittenContact>,
    #[serde(default)]
    next_of_kin: Vec<WrittenRelative>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct WrittenContact {
    what: String,
    value: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct WrittenRelative {
    name: String,
    relation: String,
    #[serde(default)]
    contacts: Vec<WrittenContact>,
}

fn read(path: &Path) -> Result<v1::PersonIdentity> {
    let mut text = zeroize::Zeroizing::new(String::new());
    if path == Path::new("-") {
        std::io::stdin().read_to_string(&mut text).context("standard input cannot be read")?;
    } else {
        *text = std::fs::read_to_string(path).with_context(|| format!("{} cannot be read", path.display()))?;
    }
    let written: Written = match serde_json::from_str(&text) {
        Ok(written) => written,
        // What serde says quotes what it met.
        Err(error) => {
            bail!("{} is no identity: line {}, column {}; see --help", path.display(), error.line(), error.column())
        }
    };
    let Written { name, known_as, date_of_birth, nhs_number, address, contacts, next_of_kin } = written;
    let contacts_of = |contacts: Vec<WrittenContact>| {
        let contact = |WrittenContact { what, value }| v1::IdentityContact { what, value };
        contacts.into_iter().map(contact).collect::<Vec<_>>()
    };
    let relative = |WrittenRelative { name, relation, contacts }| v1::NextOfKin {
        name,
        relation,
        contacts: contacts_of(contacts),
    };
    let next_of_kin = next_of_kin.into_iter().map(relative).collect();
    let contacts = contacts_of(contacts);
    Ok(v1::PersonIdentity { name, known_as, date_of_birth, nhs_number, address, contacts, next_of_kin })
}

fn shown(identity: Option<&v1::PersonIdentity>) -> serde_json::Value {
    let contacts = |contacts: &[v1::IdentityContact]| -> Vec<serde_json::Value> {
        contacts.iter().map(|contact| serde_json::json!({"what": contact.what, "value": contact.value})).collect()
    };
    let Some(known) = identity else { return serde_json::Value::Null };
    let kin: Vec<serde_json::Value> = known
        .next_of_kin
        .iter()
        .map(|kin| serde_json::json!({"name": kin.name, "relation": kin.relation, "contacts": contacts(&kin.contacts)}))
        .collect();
    serde_json::json!({
        "name": known.name,
        "known_as": known.known_as,
        "date_of_birth": known.date_of_birth,
        "nhs_number": known.nhs_number,
        "address": known.address,
        "contacts": contacts(&known.contacts),
        "next_of_kin": kin,
    })
}

fn exported(export: &v1::ExportSubjectResponse) -> serde_json::Value {
    let v1::ExportSubjectResponse { identity, version, entries, to_decide, looked } = export;
    let entries: Vec<serde_json::Value> = entries
        .iter()
        .map(|entry| {
            let v1::SubjectEntry { seq, occurred_at, recorded_at, agency, told } = entry;
            serde_json::json!({
                "entry": seq, "occurred_at": tell(occurred_at.as_ref()),
                "recorded_at": tell(recorded_at.as_ref()), "agency": agency, "says": told,
            })
        })
        .collect();
    serde_json::json!({
        "identity": shown(identity.as_ref()),
        "version": version,
        "entries": entries,
        "entries_to_decide": to_decide,
        "who_looked": looked.iter().map(audit::json).collect::<Vec<_>>(),
    })
}

/// Options of `muster people`.
#[derive(Debug, Args)]
pub(crate) struct People {
    #[command(subcommand)]
    what: Several,
    #[command(flatten)]
    calling: Calling,
}

#[derive(Debug, Subcommand)]
enum Several {
    /// Erase who everybody is that is kept beyond the server's retention period, on the incidents that you lead
    Expire {
        /// Only these incidents; all closed ones that you lead where none is named
        incidents: Vec<IncidentId>,
        /// Say what would be erased
        #[arg(long, required_unless_present = "yes")]
        dry_run: bool,
        /// Erase it
        #[arg(long, conflicts_with = "dry_run")]
        yes: bool,
    },
}

impl People {
    pub(crate) async fn run(&self) -> Result<()> {
        let Several::Expire { incidents, dry_run, yes: _ } = &self.what;
        let mut client = connect(&self.calling).await?;
        let incidents = match incidents.as_slice() {
            [] => closed(&mut client).await?,
            named => named.iter().map(ToString::to_string).collect(),
        };
        let (mut erased, mut entries) = (0_usize, 0_usize);
        for incident_id in incidents {
            let request =
                v1::ExpireIdentitiesRequest { incident_id: incident_id.clone(), options: Some(options(*dry_run)) };
            let answer = match client.people.expire_identities(request).await {
                Ok(answer) => answer.into_inner(),
                Err(status) if client::reason(&status).as_deref() == Some("NOT_LEAD") => continue,
                Err(status) => return Err(failed(&status)),
            };
            erased = erased.saturating_add(answer.people.len());
            entries = entries.saturating_add(answer.entries.len());
            let due = tell(answer.due.as_ref());
            let numbers: Vec<String> = answer.people.iter().map(ToString::to_string).collect();
            let what = if numbers.is_empty() {
                "nobody is overdue".to_owned()
            } else {
                format!("person {}", numbers.join(", "))
            };
            let of_entries = match answer.entries.len() {
                0 => String::new(),
                count => format!("; what {count} entries say"),
            };
            say(format_args!("{incident_id}  due {due}: {what}{of_entries}"))?;
        }
        let done = if *dry_run { "would be erased; --yes erases" } else { "erased" };
        say(format_args!("{erased} identities, and what {entries} entries say, {done}"))
    }
}

/// The closed incidents in which the caller has a seat.
async fn closed(client: &mut Client) -> Result<Vec<String>> {
    let (mut found, mut page_token) = (Vec::new(), String::new());
    loop {
        let request = v1::ListIncidentsRequest { page_token, phase: v1::Phase::Closed.into(), ..Default::default() };
        let page = client.incidents.list_incidents(request).await.map_err(|status| failed(&status))?.into_inner();
        found.extend(page.incidents.into_iter().map(|incident| incident.incident_id));
        page_token = page.next_page_token;
        if page_token.is_empty() {
            return Ok(found);
        }
    }
}
