//! Follow an incident from a partner's own system, and miss nothing when the server goes away.
//!
//! `cargo run -p muster-examples --bin follow -- INCIDENT [SERVER] [CERTS] [AGENCY]`
//!
//! Every response carries a token. Whoever hands in the last token it saw is sent exactly what came after it.
#![expect(clippy::print_stdout, reason = "an example shows what it is sent")]

use std::fs::read_to_string;
use std::time::Duration;

use anyhow::{Context as _, Result};
use muster_proto::v1::record_service_client::RecordServiceClient;
use muster_proto::v1::watch_request::Scope;
use muster_proto::v1::watch_response::Event;
use muster_proto::v1::{Entry, WatchRequest};
use tonic::Code;
use tonic::transport::{Certificate, ClientTlsConfig, Endpoint, Identity};

/// Where the server is, and the certificate that says which agency calls.
struct Calling {
    server: String,
    certs: String,
    agency: String,
}

impl Calling {
    async fn connect(&self) -> Result<RecordServiceClient<tonic::transport::Channel>> {
        let Self { server, certs, agency } = self;
        let certificate = read_to_string(format!("{certs}/{agency}.pem"))?;
        let key = read_to_string(format!("{certs}/{agency}.key"))?;
        let ca = read_to_string(format!("{certs}/ca.pem"))?;
        let tls = ClientTlsConfig::new()
            .domain_name("localhost")
            .ca_certificate(Certificate::from_pem(ca))
            .identity(Identity::from_pem(certificate, key));
        let channel = Endpoint::from_shared(format!("https://{server}"))?.tls_config(tls)?.connect().await?;
        Ok(RecordServiceClient::new(channel))
    }
}

/// Hands every entry to `handle` once, in order, across as many connections as it takes.
async fn follow(calling: &Calling, incident: &str, mut handle: impl FnMut(&Entry)) -> Result<()> {
    let (first_wait, longest_wait) = (Duration::from_millis(200), Duration::from_secs(2));
    let (mut resume, mut wait) = (Vec::new(), first_wait);
    loop {
        if let Ok(mut records) = calling.connect().await {
            let request = WatchRequest {
                scope: Some(Scope::IncidentId(incident.to_owned())),
                resume_from: resume.clone().into(),
                include_snapshot: false,
                bookmark_seconds: 5,
            };
            let mut stream = match records.watch(request).await {
                Ok(stream) => stream.into_inner(),
                Err(status) if status.code() == Code::Unavailable => continue,
                Err(status) => return Err(status.into()),
            };
            while let Ok(Some(response)) = stream.message().await {
                if let Some(Event::Changes(changes)) = &response.event {
                    changes.entries.iter().for_each(&mut handle);
                }
                // Kept only now: what was not handled is sent again.
                resume = response.resume.to_vec();
                wait = first_wait;
            }
        }
        tokio::time::sleep(wait).await;
        wait = wait.saturating_mul(2).min(longest_wait);
    }
}

#[tokio::main]
async fn main() -> Result<()> {
    let mut given = std::env::args().skip(1);
    let incident = given.next().context("name the incident to follow")?;
    let mut or = |usual: &str| given.next().unwrap_or_else(|| usual.to_owned());
    let calling = Calling { server: or("127.0.0.1:7443"), certs: or("muster-dev"), agency: or("e08000026") };
    let show = |entry: &Entry| println!("{:>4}  {}", entry.seq, entry.told.lines().next().unwrap_or_default());
    follow(&calling, &incident, show).await
}
