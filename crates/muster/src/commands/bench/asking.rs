//! What the benches ask of a server: an incident, and notes on it.

use anyhow::{Context as _, Result, anyhow};
use muster_coordinator::Surroundings as _;
use muster_proto::command::{write_command, write_opening};
use muster_proto::v1;
use muster_record::advice::Answer;
use muster_record::ids::AgencyId;
use muster_record::incident::lifecycle::Opening;
use muster_record::incident::log;
use muster_record::situation::{IncidentKind, Service, ServiceKind};
use muster_record::time::Instant;

use crate::client::{self, Client};
use crate::config::development_agencies;
use crate::surroundings::System;

/// The one service of the incident that is measured on.
pub(super) const SERVICE: &str = "bench";

/// Opens an incident, as the first of the agencies that are made up.
pub(super) async fn open(client: &mut Client, notified_at: Instant) -> Result<String> {
    let authority = development_agencies().into_iter().next().context("no agency")?.id;
    open_by(client, authority, notified_at).await
}

/// Opens an incident, as a council.
pub(super) async fn open_by(client: &mut Client, authority: AgencyId, notified_at: Instant) -> Result<String> {
    let service = Service {
        id: SERVICE.parse()?,
        kind: ServiceKind::Residential,
        national: Answer::No,
        regulated: Answer::Yes,
        authority,
        beds: Some(48),
        brand: None,
        risk_level: None,
    };
    let opening = Opening {
        title: "Bench".to_owned(),
        kind: IncidentKind::ProviderFailure,
        failures: Vec::new(),
        services: vec![service],
        region: None,
        notified_at,
        care_stops_at: None,
        exercise: true,
    };
    let request = v1::OpenIncidentRequest { options: Some(options()), opening: Some(write_opening(&opening)) };
    let answer = client.incidents.open_incident(request).await.map_err(|status| anyhow!(client::told(&status)))?;
    Ok(answer.into_inner().incident_id)
}

/// Options of a write that nobody has named before.
pub(super) fn options() -> v1::WriteOptions {
    let request_id = uuid::Uuid::now_v7().to_string();
    v1::WriteOptions { request_id, ..v1::WriteOptions::default() }
}

/// Opens so many incidents, with as many calls at a time as there are clients, and says which.
pub(super) async fn open_many(clients: Vec<Client>, count: usize) -> Result<Vec<String>> {
    let (writers, notified_at) = (clients.len().max(1), System.now());
    let mut tasks = Vec::new();
    for (number, mut client) in clients.into_iter().enumerate() {
        let mine = count / writers + usize::from(number < count % writers);
        tasks.push(tokio::spawn(async move {
            let mut opened = Vec::with_capacity(mine);
            for _ in 0..mine {
                opened.push(open(&mut client, notified_at).await?);
            }
            Ok::<_, anyhow::Error>(opened)
        }));
    }
    let mut all = Vec::with_capacity(count);
    for task in tasks {
        all.extend(task.await??);
    }
    Ok(all)
}

/// Writes one note, in a commit of its own, and says its place.
pub(super) async fn append(client: &mut Client, id: &str) -> Result<u64> {
    let note = log::Command::Note { text: "a note of the length that a loggist would write in a hurry".to_owned() };
    let commands = vec![write_command(&note.into())];
    let request = v1::AppendRequest { incident_id: id.to_owned(), options: Some(options()), commands };
    let answer = client.records.append(request).await.map_err(|status| anyhow!(client::told(&status)))?;
    Ok(answer.into_inner().result.map_or(0, |result| result.seq))
}
