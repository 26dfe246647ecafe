//! A council's system and its health commissioner's on an incident, from opening it to an adopted proposal.
//!
//! `cargo run -p muster-examples --bin partner -- [SERVER] [CERTS]`
//!
//! Run it against a server for development: it writes. What it prints last is the incident's id.
#![expect(clippy::print_stdout, reason = "an example shows what it is answered")]

use std::time::Duration;

use anyhow::{Context as _, Result, bail};
use muster_client::writing::{append, new_request_id, settled};
use muster_client::{Bearer, Certificates, Server, Wire};
use muster_proto::v1::advice_service_client::AdviceServiceClient;
use muster_proto::v1::command::Command;
use muster_proto::v1::incident_service_client::IncidentServiceClient;
use muster_proto::v1::rule_set_service_client::RuleSetServiceClient;
use muster_proto::v1::server_service_client::ServerServiceClient;
use muster_proto::v1::{self, ErrorReason};
use prost_types::Timestamp;
use sha2::{Digest as _, Sha256};

const COUNCIL: &str = "e08000026";
const ICB: &str = "qwu";
const BEDS: &str = include_str!("../data/beds.csv");
const VEHICLES: &str = include_str!("../data/vehicles.json");
/// How long a call is asked again while its outcome is not known.
const WITHIN: Duration = Duration::from_secs(60);

#[tokio::main]
async fn main() -> Result<()> {
    let mut given = std::env::args().skip(1);
    let mut or = |usual: &str| given.next().unwrap_or_else(|| usual.to_owned());
    let (address, certs) = (or("127.0.0.1:7443"), or("muster-dev"));
    let (council, icb) = (connected(&address, &certs, COUNCIL).await?, connected(&address, &certs, ICB).await?);
    let incident = opens(&council).await?;
    gives_a_seat(&council, &icb, &incident).await?;
    writes_once(&council, &incident).await?;
    offers_beds(&icb, &incident).await?;
    pushes_vehicles(&council).await?;
    answers(&council, &incident).await?;
    adopts(&council, &incident).await?;
    println!("{incident}");
    Ok(())
}

/// Signs in with the agency's certificate.
async fn connected(address: &str, certs: &str, agency: &str) -> Result<Wire> {
    let certificates = Certificates::in_folder(certs.as_ref(), agency)?;
    let (address, name) = (address.to_owned(), "localhost".to_owned());
    Ok(Server { address, name, certificates, bearer: Bearer::Nobody }.connect().await?)
}

/// Keep the request id with your own record of what you send; a new one is good for one run only.
fn options() -> v1::WriteOptions {
    v1::WriteOptions { request_id: new_request_id(), ..v1::WriteOptions::default() }
}

fn asks(incident: &str, options: v1::WriteOptions, commands: impl IntoIterator<Item = Command>) -> v1::AppendRequest {
    let commands = commands.into_iter().map(|command| v1::Command { command: Some(command) }).collect();
    v1::AppendRequest { incident_id: incident.to_owned(), options: Some(options), commands }
}

/// The time by the server's clock: what lies ahead of it is refused, and a demonstration plays on a day of its own.
async fn now(at: &Wire) -> Result<Option<Timestamp>> {
    let info = ServerServiceClient::new(at.clone()).get_server_info(v1::GetServerInfoRequest {}).await?;
    Ok(info.into_inner().server_time)
}

async fn opens(council: &Wire) -> Result<String> {
    let home = v1::Service {
        id: "larch-court".to_owned(),
        kind: v1::ServiceKind::Residential.into(),
        national: v1::Answer::Unknown.into(),
        regulated: v1::Answer::Yes.into(),
        authority: COUNCIL.to_owned(),
        beds: Some(24),
        ..v1::Service::default()
    };
    let opening = v1::Opening {
        title: "Larch Court".to_owned(),
        kind: v1::IncidentKind::ProviderFailure.into(),
        failures: vec![v1::Failure::BusinessFailure.into()],
        services: vec![home],
        notified_at: now(council).await?,
        ..v1::Opening::default()
    };
    let request = v1::OpenIncidentRequest { options: Some(options()), opening: Some(opening) };
    // The same request each time, so that it is opened once.
    let ask = || {
        let (mut incidents, request) = (IncidentServiceClient::new(council.clone()), request.clone());
        async move { incidents.open_incident(request).await }
    };
    Ok(settled(WITHIN, ask).await?.into_inner().incident_id)
}

async fn gives_a_seat(council: &Wire, icb: &Wire, incident: &str) -> Result<()> {
    let interest = v1::Interest::Operational.into();
    let invite = Command::InviteAgency(v1::InviteAgency { agency: ICB.to_owned(), interest });
    append(council, &asks(incident, options(), [invite]), WITHIN).await?;
    let join = || asks(incident, options(), [Command::JoinIncident(v1::JoinIncident {})]);
    append(icb, &join(), WITHIN).await?;
    match append(icb, &join(), WITHIN).await {
        Err(refused) if refused.reason == Some(ErrorReason::AlreadyJoined) => {
            println!("joining twice is refused: {refused}");
            Ok(())
        }
        Err(refused) => Err(refused.into()),
        Ok(_twice) => bail!("an agency joined twice"),
    }
}

async fn writes_once(council: &Wire, incident: &str) -> Result<()> {
    let note = Command::MakeNote(v1::MakeNote { text: "registration suspended".to_owned() });
    let request = asks(incident, options(), [note]);
    let first = append(council, &request, WITHIN).await?.result.unwrap_or_default();
    let again = append(council, &request, WITHIN).await?.result.unwrap_or_default();
    if !again.replayed || again.seq != first.seq {
        bail!("the same request was written twice: {first:?}, {again:?}");
    }
    println!("asked twice under one id, written once: entry {}", first.seq);
    Ok(())
}

async fn offers_beds(icb: &Wire, incident: &str) -> Result<()> {
    let mut offers = Vec::new();
    for row in csv::Reader::from_reader(BEDS.as_bytes()).deserialize() {
        let (home, beds, kind, nursing, as_at): (String, u32, String, String, String) = row?;
        let detail = [("home", home), ("kind", kind), ("nursing", nursing)];
        let detail = detail.map(|(word, value)| v1::OfferDetail { word: word.to_owned(), value }).into();
        let as_at: Timestamp = as_at.parse()?;
        let kind = v1::OfferKind::Bed.into();
        offers.push(Command::MakeOffer(v1::MakeOffer { kind, quantity: beds, as_at: Some(as_at), detail }));
    }
    // All rows of the file or none; the same file is offered once, whoever runs this again for the incident.
    let digest = Sha256::digest(format!("{incident}/{BEDS}"));
    let request_id = digest.iter().map(|byte| format!("{byte:02x}")).collect();
    let named = v1::WriteOptions { request_id, ..v1::WriteOptions::default() };
    tells(&append(icb, &asks(incident, named, offers), WITHIN).await?);
    Ok(())
}

/// The list of vehicles is the council's own setting of the rule set that plans transport.
async fn pushes_vehicles(council: &Wire) -> Result<()> {
    let mut info = ServerServiceClient::new(council.clone());
    let running = info.get_server_info(v1::GetServerInfoRequest {}).await?.into_inner().rule_sets;
    let pins = running.into_iter().filter_map(|running| running.pin);
    if !pins.into_iter().any(|pin| pin.rule_set == "transport-options") {
        println!("this server runs no transport-options: no vehicles are pushed");
        return Ok(());
    }
    let request = v1::ChangeSettingsRequest {
        rule_set: "transport-options".to_owned(),
        settings_json: VEHICLES.to_owned(),
        because: "the transport desk's list of this morning".to_owned(),
        request_id: new_request_id(),
        validate_only: false,
    };
    let ask = || {
        let (mut rule_sets, request) = (RuleSetServiceClient::new(council.clone()), request.clone());
        async move { rule_sets.change_settings(request).await }
    };
    match settled(WITHIN, ask).await {
        Ok(changed) => println!("vehicles pushed; {} open incidents say so", changed.into_inner().entries.len()),
        Err(refused) if refused.reason == Some(ErrorReason::SettingsAlreadySo) => {
            println!("the vehicles are in force already");
        }
        Err(refused) => return Err(refused.into()),
    }
    Ok(())
}

async fn answers(council: &Wire, incident: &str) -> Result<()> {
    let yes = v1::fact_value::Value::Answer(v1::Answer::Yes.into());
    let answer = Command::AnswerFact(v1::AnswerFact {
        key: "s48/unable-to-carry-on".to_owned(),
        value: Some(v1::FactValue { value: Some(yes) }),
        source: "the administrator, by telephone".to_owned(),
    });
    append(council, &asks(incident, options(), [answer]), WITHIN).await?;
    Ok(())
}

/// A person decides: here the incident lead has told the system which proposal it is.
async fn adopts(council: &Wire, incident: &str) -> Result<()> {
    let lead = v1::Office::IncidentLead.into();
    let take = Command::TakeOffice(v1::TakeOffice { office: lead });
    append(council, &asks(incident, options(), [take]), WITHIN).await?;
    let settled = v1::GetIncidentRequest { incident_id: incident.to_owned(), wait_for_advice: true };
    IncidentServiceClient::new(council.clone()).get_incident(settled).await?;
    let states = vec![v1::ProposalState::Open.into()];
    let request = v1::ListProposalsRequest { incident_id: incident.to_owned(), states, rule_set: None };
    let listed = AdviceServiceClient::new(council.clone()).list_proposals(request).await?.into_inner().proposals;
    let is_action = |proposal: &&v1::Proposal| {
        let item = proposal.item.as_ref().and_then(|item| item.item.as_ref());
        matches!(item, Some(v1::advice_item::Item::Action(_)))
    };
    let Some(proposal) = listed.iter().find(is_action) else {
        println!("no rule set proposes an action here: nothing is adopted");
        return Ok(());
    };
    let adopt = Command::AdoptProposal(v1::AdoptProposal { proposal: proposal.number });
    let for_office = v1::WriteOptions { office: lead, ..options() };
    let adopted = append(council, &asks(incident, for_office, [adopt]), WITHIN).await;
    tells(&adopted.context("the proposal was not adopted")?);
    Ok(())
}

fn tells(answer: &v1::AppendResponse) {
    for entry in &answer.entries {
        println!("{:>4}  {}", entry.seq, entry.told.lines().next().unwrap_or_default());
    }
}
