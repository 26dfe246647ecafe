//! The listeners: how they start, what bounds them, and how they stop.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;

use muster_coordinator::Coordinator;
use muster_exercise::Exercises;
use muster_outbound::Deliveries;
use thiserror::Error;
use tokio::net::TcpListener;
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

use crate::access::Registry;
use crate::bounds;
use crate::exercising::Inside;
use crate::follow::Followed;
use crate::identity::Wall;
use crate::people::People;
use crate::probes::{self, Render};
use crate::quota::Limits;

mod health;
mod outbound;
mod premises;
pub(crate) mod routes;
mod tls;

pub use outbound::Outbound;
use outbound::admits;
use premises::Premises;
pub use premises::{Systems, serve_systems};
pub use tls::Handshakes;

/// Certificates of the API listener, as PEM text.
pub struct Pem {
    /// The server's certificate.
    pub certificate: String,
    /// Its private key.
    pub key: String,
    /// The authority whose client certificates are let in.
    pub client_ca: String,
}

/// Where to listen, and with what.
pub struct Listeners {
    /// The API: gRPC over mutual TLS. Port 0 takes a free one.
    pub api: SocketAddr,
    /// People: the console, gRPC and gRPC-Web over TLS, with a token on every call. Off where there is none.
    pub people: Option<SocketAddr>,
    /// Probes and metrics, in plain HTTP.
    pub probes: SocketAddr,
    /// How to shake hands, with the certificates as they are now.
    pub handshakes: Followed<Handshakes>,
    /// The trust domain in the URIs of client certificates.
    pub trust_domain: String,
    /// Which systems may call, and what they may do.
    pub registry: Followed<Registry>,
    /// Whose tokens are believed.
    pub providers: People,
    /// How much one agency may take of the server, now.
    pub limits: Followed<Limits>,
    /// The time by which certificates and tokens run out.
    pub wall: Wall,
    /// Renders the metrics.
    pub render: Render,
    /// What goes out, and how.
    pub outbound: Outbound,
    /// The folder of one-time links that sign people in, for development; from loopback alone, and none where absent.
    pub links: Option<PathBuf>,
}

/// Why a server did not start, or how it ended.
#[derive(Debug, Error)]
pub enum ServeError {
    /// An address cannot be listened on.
    #[error("cannot listen on {address}")]
    Listen {
        /// The address.
        address: SocketAddr,
        /// What the system said.
        source: std::io::Error,
    },
    /// The certificates will not do.
    #[error("the server's certificate, its key or the authority for clients cannot be used")]
    Tls(#[source] Box<dyn std::error::Error + Send + Sync>),
    /// The service descriptions cannot be served.
    #[error("the service descriptions cannot be served")]
    Reflection(#[from] tonic_reflection::server::Error),
    /// A listener failed while it served.
    #[error("a listener failed: {0}")]
    Failed(String),
}

/// A server that listens.
pub struct Server {
    api: SocketAddr,
    people: Option<SocketAddr>,
    probes: SocketAddr,
    stop: CancellationToken,
    tasks: Vec<JoinHandle<Result<(), ServeError>>>,
}

impl Server {
    /// Listens, and serves until stopped.
    ///
    /// # Errors
    /// When an address or a certificate cannot be used.
    pub async fn start(
        coordinator: Arc<Coordinator>,
        exercises: Arc<Exercises>,
        listeners: Listeners,
    ) -> Result<Self, ServeError> {
        let Listeners {
            api,
            people,
            probes,
            handshakes,
            trust_domain,
            registry,
            providers,
            limits,
            wall,
            render,
            outbound,
            links,
        } = listeners;
        let stop = CancellationToken::new();
        let inside = Inside::new(Arc::clone(&exercises), stop.clone());
        let registry_of_webhooks = registry.clone();
        let systems =
            Systems { handshakes, trust_domain, registry, providers, limits, wall, outbound: outbound.clone() };
        let premises = Premises::of(&coordinator, systems, stop.clone());
        let mut tasks = Vec::new();
        let (listener, api) = listen(api).await?;
        tasks.push(premises.serve_systems(&inside, listener).await?);
        let people = match people {
            Some(people) => {
                let (listener, people) = listen(people).await?;
                tasks.push(premises.serve_people(&inside, links, listener).await?);
                Some(people)
            }
            None => None,
        };
        let (probes_listener, probes) = listen(probes).await?;
        let (probes_stop, asked) = (stop.clone(), Arc::clone(&coordinator));
        let probes_task = tokio::spawn(async move {
            let served = probes::serve(probes_listener, render, asked, probes_stop).await;
            served.map_err(|error| ServeError::Failed(error.to_string()))
        });
        tasks.push(probes_task);
        tasks.push(tokio::spawn(drive(exercises, stop.clone())));
        let deliveries = Deliveries::run(coordinator, outbound.webhooks, admits(registry_of_webhooks), stop.clone());
        tasks.push(tokio::spawn(async move {
            deliveries.await;
            Ok(())
        }));
        Ok(Self { api, people, probes, stop, tasks })
    }

    /// Where the API listens.
    pub fn api(&self) -> SocketAddr {
        self.api
    }

    /// Where people are listened to, if they are.
    pub fn people(&self) -> Option<SocketAddr> {
        self.people
    }

    /// Where probes and metrics listen.
    pub fn probes(&self) -> SocketAddr {
        self.probes
    }

    /// Ends open streams with a word to resume, and waits for what is being answered, for a while.
    ///
    /// # Errors
    /// When a listener had failed.
    pub async fn stop(self) -> Result<(), ServeError> {
        self.stop.cancel();
        for mut task in self.tasks {
            match tokio::time::timeout(bounds::DRAIN, &mut task).await {
                Ok(Ok(served)) => served?,
                Ok(Err(panicked)) => return Err(ServeError::Failed(panicked.to_string())),
                Err(_) => {
                    tracing::warn!("some connections did not end in time; they are cut");
                    task.abort();
                }
            }
        }
        Ok(())
    }
}

/// Moves running exercises on, until the server stops.
async fn drive(exercises: Arc<Exercises>, stop: CancellationToken) -> Result<(), ServeError> {
    loop {
        tokio::select! {
            () = stop.cancelled() => return Ok(()),
            () = tokio::time::sleep(bounds::EXERCISE_TICK) => (),
        }
        tokio::select! {
            () = stop.cancelled() => return Ok(()),
            () = exercises.tick() => (),
        }
    }
}

async fn listen(address: SocketAddr) -> Result<(TcpListener, SocketAddr), ServeError> {
    let failed = |source| ServeError::Listen { address, source };
    let listener = TcpListener::bind(address).await.map_err(failed)?;
    let bound = listener.local_addr().map_err(failed)?;
    Ok((listener, bound))
}
