//! Muster, over gRPC and mutual TLS as a partner's system calls it; the echo is called the same way.

use std::path::Path;

use anyhow::{Context as _, Result};
use muster_client::{Bearer, Certificates, Server, Wire};
use muster_proto::v1;
use muster_proto::v1::incident_service_client::IncidentServiceClient;
use muster_proto::v1::record_service_client::RecordServiceClient;
use muster_proto::v1::server_service_client::ServerServiceClient;
use muster_proto::v1::watch_response::Event;
use tokio::sync::OnceCell;
use tonic::Streaming;

use crate::peer::{PER_CONNECTION, TEXT};

const COUNCIL: &str = "e08000026";

/// The incident of this run.
static INCIDENT: OnceCell<String> = OnceCell::const_new();

pub struct Writer {
    records: RecordServiceClient<Wire>,
    incident: String,
}

impl Writer {
    pub async fn write(&mut self) -> Result<()> {
        let note = v1::MakeNote { text: TEXT.to_owned() };
        let options = v1::WriteOptions { request_id: uuid::Uuid::now_v7().to_string(), ..Default::default() };
        let request = v1::AppendRequest {
            incident_id: self.incident.clone(),
            options: Some(options),
            commands: vec![v1::Command { command: Some(v1::command::Command::MakeNote(note)) }],
        };
        self.records.append(request).await?;
        Ok(())
    }
}

pub struct Watch(Streaming<v1::WatchResponse>);

impl Watch {
    pub async fn next(&mut self) -> Result<usize> {
        let message = self.0.message().await?.context("the watch ended")?;
        Ok(match message.event {
            // What opens an incident is not what the load wrote.
            Some(Event::Changes(set)) => set.entries.iter().filter(|entry| entry.told.contains("08:15")).count(),
            Some(Event::Snapshot(_) | Event::Bookmark(_) | Event::AccessEnded(_) | Event::Checkpoint(_)) | None => 0,
        })
    }
}

async fn wires(address: &str, certs: Option<&Path>, count: usize) -> Result<Vec<Wire>> {
    let certificates = Certificates::in_folder(certs.context("--certs is needed")?, COUNCIL)?;
    let server = Server { address: address.to_owned(), name: "localhost".to_owned(), certificates, bearer: Bearer::Nobody };
    let mut wires = Vec::new();
    for _ in 0..count.div_ceil(PER_CONNECTION) {
        wires.push(server.connect().await?);
    }
    Ok((0..count).map(|number| wires[number % wires.len()].clone()).collect())
}

async fn incident(wire: &Wire) -> Result<String> {
    let opened = INCIDENT.get_or_try_init(|| async {
        let info = ServerServiceClient::new(wire.clone()).get_server_info(v1::GetServerInfoRequest {}).await?.into_inner();
        let home = v1::Service {
            id: "load".to_owned(),
            kind: v1::ServiceKind::Residential.into(),
            national: v1::Answer::No.into(),
            regulated: v1::Answer::Yes.into(),
            authority: COUNCIL.to_owned(),
            beds: Some(48),
            ..Default::default()
        };
        let opening = v1::Opening {
            title: "Load".to_owned(),
            kind: v1::IncidentKind::ProviderFailure.into(),
            services: vec![home],
            notified_at: info.server_time,
            ..Default::default()
        };
        let options = v1::WriteOptions { request_id: uuid::Uuid::now_v7().to_string(), ..Default::default() };
        let request = v1::OpenIncidentRequest { options: Some(options), opening: Some(opening) };
        let answer = IncidentServiceClient::new(wire.clone()).open_incident(request).await?;
        anyhow::Ok(answer.into_inner().incident_id)
    });
    Ok(opened.await?.clone())
}

pub async fn writers(address: &str, certs: Option<&Path>, count: usize, echo: bool) -> Result<Vec<Writer>> {
    let wires = wires(address, certs, count).await?;
    let incident = if echo { "0".repeat(32) } else { incident(&wires[0]).await? };
    let writer = |wire| Writer { records: RecordServiceClient::new(wire), incident: incident.clone() };
    Ok(wires.into_iter().map(writer).collect())
}

pub async fn watches(address: &str, certs: Option<&Path>, count: usize, from_the_beginning: bool) -> Result<Vec<Watch>> {
    let wires = wires(address, certs, count).await?;
    let incident = incident(&wires[0]).await?;
    let mut resume_from = Default::default();
    if !from_the_beginning {
        let read = v1::ReadRequest { incident_id: incident.clone(), after_seq: u64::MAX, limit: 1, ..Default::default() };
        resume_from = RecordServiceClient::new(wires[0].clone()).read(read).await?.into_inner().resume;
    }
    let mut all = Vec::new();
    for wire in wires {
        let scope = Some(v1::watch_request::Scope::IncidentId(incident.clone()));
        let request = v1::WatchRequest { scope, resume_from: resume_from.clone(), ..Default::default() };
        all.push(Watch(RecordServiceClient::new(wire).watch(request).await?.into_inner()));
    }
    Ok(all)
}
