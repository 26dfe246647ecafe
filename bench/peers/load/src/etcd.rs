//! etcd: a put of a new key, and a watch of a prefix.

use std::path::Path;
use std::sync::atomic::{AtomicU64, Ordering};

use anyhow::{Context as _, Result};
use etcd_client::{Certificate, Client, ConnectOptions, EventType, Identity, TlsOptions, WatchOptions, WatchStream};

use crate::peer::{PER_CONNECTION, TEXT};

static NEXT: AtomicU64 = AtomicU64::new(0);

pub struct Writer {
    client: Client,
    run: String,
}

impl Writer {
    pub async fn write(&mut self) -> Result<()> {
        let key = format!("/load/{}/{:012}", self.run, NEXT.fetch_add(1, Ordering::Relaxed));
        self.client.put(key, TEXT, None).await?;
        Ok(())
    }
}

pub struct Watch {
    stream: WatchStream,
    _client: Client,
}

impl Watch {
    pub async fn next(&mut self) -> Result<usize> {
        let message = self.stream.message().await?.context("the watch ended")?;
        Ok(message.events().iter().filter(|event| event.event_type() == EventType::Put).count())
    }
}

async fn clients(address: &str, certs: Option<&Path>, count: usize) -> Result<Vec<Client>> {
    let mut options = None;
    if let Some(folder) = certs {
        let read = |name: &str| std::fs::read(folder.join(name));
        let identity = Identity::from_pem(read("client.pem")?, read("client.key")?);
        let tls = TlsOptions::new().ca_certificate(Certificate::from_pem(read("ca.pem")?)).identity(identity);
        options = Some(ConnectOptions::new().with_tls(tls.domain_name("localhost")));
    }
    let url = format!("{}://{address}", if certs.is_some() { "https" } else { "http" });
    let mut clients = Vec::new();
    for _ in 0..count.div_ceil(PER_CONNECTION) {
        clients.push(Client::connect([&url], options.clone()).await?);
    }
    Ok((0..count).map(|number| clients[number % clients.len()].clone()).collect())
}

/// Keys of this process: what another round wrote is not in its watches.
fn run() -> String {
    std::process::id().to_string()
}

pub async fn writers(address: &str, certs: Option<&Path>, count: usize) -> Result<Vec<Writer>> {
    let clients = clients(address, certs, count).await?;
    Ok(clients.into_iter().map(|client| Writer { client, run: run() }).collect())
}

pub async fn watches(address: &str, certs: Option<&Path>, count: usize, from_the_beginning: bool) -> Result<Vec<Watch>> {
    let mut all = Vec::new();
    for mut client in clients(address, certs, count).await? {
        let options = WatchOptions::new().with_prefix();
        let options = if from_the_beginning { options.with_start_revision(1) } else { options };
        let stream = client.watch(format!("/load/{}/", run()), Some(options)).await?;
        all.push(Watch { stream, _client: client });
    }
    Ok(all)
}
