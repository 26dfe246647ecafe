//! `muster region`: the picture over a large failure, live in a terminal; opening one, and gathering its members.

use std::io::IsTerminal as _;

use anyhow::{Context as _, Result, anyhow};
use clap::{Args, Subcommand};
use muster_proto::v1;
use muster_record::agency::Office;
use muster_record::ids::IncidentId;

use super::{logging, say};
use crate::cli::Calling;
use crate::client::{self, Client};

mod drawn;

pub(crate) use drawn::drawn;

/// Options of `muster region`.
#[derive(Debug, Args)]
#[command(subcommand_negates_reqs = true)]
pub(crate) struct Region {
    /// The regional incident whose picture is shown, again whenever it changes
    #[arg(required = true)]
    incident: Option<IncidentId>,
    /// Show it once and end
    #[arg(long)]
    once: bool,
    #[command(subcommand)]
    command: Option<Command>,
    #[command(flatten)]
    calling: Calling,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Open the regional incident that a rule set proposes on a local one
    Open {
        /// The local incident
        incident: IncidentId,
        /// The number of the proposal
        proposal: u32,
        /// The office that opens it: dass-lead, regional-chair or regional-vice-chair
        #[arg(long, default_value = "dass-lead", value_name = "OFFICE")]
        office: Office,
    },
    /// Link a local incident to a regional one
    Add {
        /// The regional incident
        region: IncidentId,
        /// The local incident
        incident: IncidentId,
    },
}

impl Region {
    pub(crate) async fn run(&self) -> Result<()> {
        logging::quiet()?;
        let client = connected(&self.calling).await?;
        match (&self.command, &self.incident) {
            (Some(Command::Open { incident, proposal, office }), _) => open(client, incident, *proposal, *office).await,
            (Some(Command::Add { region, incident }), _) => add(client, region, incident).await,
            (None, Some(incident)) => watch(client, incident, self.once).await,
            (None, None) => Err(anyhow!("say which regional incident")),
        }
    }
}

async fn connected(calling: &Calling) -> Result<Client> {
    calling.client().await
}

fn told(status: &tonic::Status) -> anyhow::Error {
    anyhow!(client::told(status))
}

async fn watch(mut client: Client, incident: &IncidentId, once: bool) -> Result<()> {
    if once {
        let request = v1::GetRegionRequest { regional_incident_id: incident.to_string() };
        let answer = client.regions.get_region(request).await.map_err(|status| told(&status))?;
        return say(drawn(&answer.into_inner().picture.context("the server sent no picture")?).trim_end());
    }
    // On a terminal each picture takes the place of the one before; in a file they stand below each other.
    let home = if std::io::stdout().is_terminal() { "\u{1b}[2J\u{1b}[H" } else { "" };
    let request = v1::WatchRegionRequest { regional_incident_id: incident.to_string() };
    let mut pictures = client.regions.watch_region(request).await.map_err(|status| told(&status))?.into_inner();
    while let Some(response) = pictures.message().await.map_err(|status| told(&status))? {
        say(format_args!("{home}{}", drawn(&response.picture.unwrap_or_default())))?;
    }
    Ok(())
}

fn options(office: Option<Office>) -> v1::WriteOptions {
    v1::WriteOptions {
        request_id: uuid::Uuid::now_v7().to_string(),
        office: client::office(office),
        ..v1::WriteOptions::default()
    }
}

async fn open(mut client: Client, incident: &IncidentId, proposal: u32, office: Office) -> Result<()> {
    let request = v1::OpenRegionalIncidentRequest {
        options: Some(options(Some(office))),
        incident_id: incident.to_string(),
        proposal,
    };
    let answer = client.regions.open_regional_incident(request).await.map_err(|status| told(&status))?.into_inner();
    say(answer.regional_incident_id)
}

async fn add(mut client: Client, region: &IncidentId, incident: &IncidentId) -> Result<()> {
    let request = v1::AddMemberRequest {
        options: Some(options(None)),
        regional_incident_id: region.to_string(),
        incident_id: incident.to_string(),
    };
    let answer = client.regions.add_member(request).await.map_err(|status| told(&status))?.into_inner();
    if answer.confirmed {
        say("linked on both records")
    } else {
        say("linked on the regional record; it counts once its own record is linked too (links to … as member-of)")
    }
}
