//! `muster show`: incidents, and one incident from several sides.

use anyhow::{Context as _, Result, anyhow};
use clap::{Args, Subcommand};
use muster_proto::{time, v1};
use muster_record::briefing::{BriefingFormat, BriefingKind};
use muster_record::exported::ExportedFile;
use muster_record::ids::IncidentId;
use muster_record::incident::advising::ProposalState;
use muster_record::situation::Phase;
use muster_record::time::uk_day_and_time;
use muster_record::timeline;

use super::{logging, say};
use crate::cli::Calling;
use crate::client::{self, Client};

mod papers;

/// Options of `muster show`.
#[derive(Debug, Args)]
pub(crate) struct Show {
    #[command(subcommand)]
    what: What,
    #[command(flatten)]
    calling: Calling,
}

#[derive(Debug, Subcommand)]
enum What {
    /// The incidents in which you have a seat
    Incidents,
    /// The situation report
    Report {
        /// The incident
        incident: IncidentId,
    },
    /// A briefing: cabinet-member, director, adass, iimarch, methane or closing-review
    Briefing {
        /// The incident
        incident: IncidentId,
        /// For whom, or in which form
        kind: BriefingKind,
        /// How it is written: text, json or html
        #[arg(long, default_value = "text")]
        format: BriefingFormat,
    },
    /// A file: people, offers, actions (CSV), calendar (iCalendar) or situation (JSON)
    File {
        /// The incident
        incident: IncidentId,
        /// Which
        file: ExportedFile,
    },
    /// Clocks and meetings, for a calendar program (iCalendar)
    Calendar {
        /// The incident
        incident: IncidentId,
    },
    /// The record as a timeline
    Timeline {
        /// The incident
        incident: IncidentId,
    },
    /// What the rule sets propose and nobody has adopted or declined
    Proposals {
        /// The incident
        incident: IncidentId,
    },
    /// Why a proposal stands as it does: the rule, its words, the facts
    Why {
        /// The incident
        incident: IncidentId,
        /// The proposal's number
        proposal: u32,
    },
    /// Whether and why your agency sees an entry, and if not, what it can do
    Access {
        /// The incident
        incident: IncidentId,
        /// The entry's number
        seq: u64,
    },
    /// What the server is, and which rule sets it runs
    Server,
}

fn failed(status: &tonic::Status) -> anyhow::Error {
    anyhow!(client::told(status))
}

impl Show {
    pub(crate) async fn run(&self) -> Result<()> {
        logging::quiet()?;
        let client = self.calling.client().await?;
        match &self.what {
            What::Incidents => incidents(client).await,
            What::Report { incident } => report(client, incident).await,
            What::Briefing { incident, kind, format } => papers::briefing(client, incident, *kind, *format).await,
            What::File { incident, file } => papers::file(client, incident, *file).await,
            What::Calendar { incident } => papers::file(client, incident, ExportedFile::Calendar).await,
            What::Timeline { incident } => record(client, incident).await,
            What::Proposals { incident } => proposals(client, incident).await,
            What::Why { incident, proposal } => why(client, incident, *proposal).await,
            What::Access { incident, seq } => access(client, incident, *seq).await,
            What::Server => server(client).await,
        }
    }
}

async fn incidents(mut client: Client) -> Result<()> {
    let mut page_token = String::new();
    loop {
        let request = v1::ListIncidentsRequest { page_size: 100, page_token, phase: 0 };
        let page = client.incidents.list_incidents(request).await.map_err(|status| failed(&status))?.into_inner();
        for incident in &page.incidents {
            let phase = Phase::ALL.iter().find(|phase| i32::from(v1::Phase::from(**phase)) == incident.phase);
            let phase = phase.map_or("?", |phase| phase.word());
            let mark = if incident.exercise { "EXERCISE " } else { "" };
            let people = format!("{} of {} not yet placed", incident.not_yet_placed, incident.people);
            say(format_args!(
                "{}  {phase:<11} {mark}{} ({people}, entry {})",
                incident.incident_id, incident.title, incident.last_seq
            ))?;
        }
        page_token = page.next_page_token;
        if page_token.is_empty() {
            return Ok(());
        }
    }
}

async fn report(mut client: Client, incident: &IncidentId) -> Result<()> {
    let request = v1::GetSituationReportRequest { incident_id: incident.to_string(), at: None };
    let answer = client.incidents.get_situation_report(request).await.map_err(|status| failed(&status))?;
    let report = answer.into_inner().report.context("the server sent no report")?;
    say(report.text.trim_end())
}

async fn record(mut client: Client, incident: &IncidentId) -> Result<()> {
    let (mut after_seq, mut day) = (0, None);
    loop {
        let request = v1::ReadRequest { incident_id: incident.to_string(), after_seq, limit: 500 };
        let page = client.records.read(request).await.map_err(|status| failed(&status))?.into_inner();
        for entry in &page.entries {
            let line = muster_proto::entry::line(entry);
            say(timeline::one(&line, day).trim_end_matches('\n'))?;
            day = Some(line.at);
            after_seq = entry.seq;
        }
        if page.entries.is_empty() || after_seq >= page.last_seq {
            return Ok(());
        }
    }
}

async fn proposals(mut client: Client, incident: &IncidentId) -> Result<()> {
    // Whoever has just written something wants to see what the rule sets made of that, and not of what stood before.
    let settled = v1::GetIncidentRequest { incident_id: incident.to_string(), wait_for_advice: true };
    client.incidents.get_incident(settled).await.map_err(|status| failed(&status))?;
    let states = vec![v1::ProposalState::from(ProposalState::Open).into()];
    let request = v1::ListProposalsRequest { incident_id: incident.to_string(), states, rule_set: None };
    let answer = client.advice.list_proposals(request).await.map_err(|status| failed(&status))?.into_inner();
    for proposal in &answer.proposals {
        let kind = client::kind_and_key(proposal).map_or("", |(kind, _)| kind);
        say(format_args!("{:>4}  {:<20} {kind:<11} {}", proposal.number, proposal.rule_set, proposal.told))?;
    }
    Ok(())
}

async fn why(mut client: Client, incident: &IncidentId, proposal: u32) -> Result<()> {
    let request = v1::ExplainProposalRequest { incident_id: incident.to_string(), proposal };
    let answer = client.advice.explain_proposal(request).await.map_err(|status| failed(&status))?.into_inner();
    let found = answer.proposal.context("the server sent no proposal")?;
    say(format_args!("proposal {}: {}", found.number, found.told))?;
    if let Some(pin) = &answer.pin {
        say(format_args!("by {} {}, a rule set of {}", pin.rule_set, pin.version, pin.owner))?;
    }
    if let Some(looked) = &answer.looked {
        say(format_args!("looking at the record up to entry {}", looked.seq))?;
    }
    for because in &answer.because {
        say(format_args!("  because {because}"))?;
    }
    for cite in &answer.cites {
        say(format_args!("  {}: {:?}", cite.clause, cite.words))?;
    }
    for fact in &answer.facts {
        say(format_args!("  read {} (entry {}, {})", fact.key, fact.entry, fact.source))?;
    }
    for entry in &answer.history {
        say(format_args!("  entry {}: {}", entry.seq, entry.told.lines().next().unwrap_or_default()))?;
    }
    Ok(())
}

async fn access(mut client: Client, incident: &IncidentId, seq: u64) -> Result<()> {
    let request = v1::ExplainAccessRequest { incident_id: incident.to_string(), seq };
    let answer = client.records.explain_access(request).await.map_err(|status| failed(&status))?.into_inner();
    let v1::ExplainAccessResponse { visible, because, until } = answer;
    let sees = if visible { "seen" } else { "WITHHELD" };
    say(format_args!("entry {seq}: {sees}: {because}"))?;
    match until.as_ref().and_then(time::read_time) {
        Some(until) => say(format_args!("  until {}", uk_day_and_time(until))),
        None => Ok(()),
    }
}

async fn server(mut client: Client) -> Result<()> {
    let answer = client.info.get_server_info(v1::GetServerInfoRequest {}).await.map_err(|status| failed(&status))?;
    let info = answer.into_inner();
    say(format_args!("Muster {}, API {}", info.version, info.api_versions.join(", ")))?;
    say(format_args!("you are {} ({})", info.agency, info.system))?;
    match &info.signing_key {
        Some(key) => say(format_args!("signs checkpoints and exports with {}: {}", key.key_id, key.text))?,
        None => say("signs nothing")?,
    }
    for running in &info.rule_sets {
        let pin = running.pin.clone().unwrap_or_default();
        say(format_args!("rule set {} {}: {}", pin.rule_set, pin.version, running.title))?;
    }
    Ok(())
}
