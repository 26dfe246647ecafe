//! The listeners: how they start, what bounds them, and how they stop.

use std::net::SocketAddr;
use std::sync::Arc;

use muster_coordinator::Coordinator;
use muster_proto::v1::advice_service_server::AdviceServiceServer;
use muster_proto::v1::audit_service_server::AuditServiceServer;
use muster_proto::v1::incident_service_server::IncidentServiceServer;
use muster_proto::v1::person_service_server::PersonServiceServer;
use muster_proto::v1::record_service_server::RecordServiceServer;
use muster_proto::v1::region_service_server::RegionServiceServer;
use muster_proto::v1::register_service_server::RegisterServiceServer;
use muster_proto::v1::rule_set_service_server::RuleSetServiceServer;
use muster_proto::v1::server_service_server::ServerServiceServer;
use thiserror::Error;
use tokio::net::TcpListener;
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;
use tonic::service::InterceptorLayer;
use tonic::transport::server::{Router, TcpIncoming};
use tonic::transport::{Certificate, Identity, ServerTlsConfig};
use tonic_web::GrpcWebLayer;

use crate::advice_service::Advice;
use crate::bounds;
use crate::identity::Identify;
use crate::incident_service::Incidents;
use crate::person_service::{Audits, People};
use crate::probes::{self, Render};
use crate::record_service::Records;
use crate::region_service::Regions;
use crate::register_service::Registers;
use crate::rule_set_service::RuleSets;
use crate::server_service::ServerInfo;

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
    /// Probes and metrics, in plain HTTP.
    pub probes: SocketAddr,
    /// Certificates of the API listener.
    pub tls: Pem,
    /// The trust domain in the URIs of client certificates.
    pub trust_domain: String,
    /// Renders the metrics.
    pub render: Render,
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
    Tls(#[source] tonic::transport::Error),
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
    probes: SocketAddr,
    stop: CancellationToken,
    tasks: Vec<JoinHandle<Result<(), ServeError>>>,
}

impl Server {
    /// Listens, and serves until stopped.
    ///
    /// # Errors
    /// When an address or a certificate cannot be used.
    pub async fn start(coordinator: Arc<Coordinator>, listeners: Listeners) -> Result<Self, ServeError> {
        let Listeners { api, probes, tls, trust_domain, render } = listeners;
        let stop = CancellationToken::new();
        let routes = routes(coordinator, &trust_domain, tls, &stop).await?;
        let (api_listener, api) = listen(api).await?;
        let (probes_listener, probes) = listen(probes).await?;
        let incoming = TcpIncoming::from(api_listener).with_nodelay(Some(true));
        let api_stop = stop.clone();
        let api_task = tokio::spawn(async move {
            let served = routes.serve_with_incoming_shutdown(incoming, api_stop.cancelled()).await;
            served.map_err(|error| ServeError::Failed(error.to_string()))
        });
        let probes_stop = stop.clone();
        let probes_task = tokio::spawn(async move {
            let served = probes::serve(probes_listener, render, probes_stop).await;
            served.map_err(|error| ServeError::Failed(error.to_string()))
        });
        Ok(Self { api, probes, stop, tasks: vec![api_task, probes_task] })
    }

    /// Where the API listens.
    pub fn api(&self) -> SocketAddr {
        self.api
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

async fn listen(address: SocketAddr) -> Result<(TcpListener, SocketAddr), ServeError> {
    let failed = |source| ServeError::Listen { address, source };
    let listener = TcpListener::bind(address).await.map_err(failed)?;
    let bound = listener.local_addr().map_err(failed)?;
    Ok((listener, bound))
}

type Layers = tower::layer::util::Stack<
    InterceptorLayer<Identify>,
    tower::layer::util::Stack<GrpcWebLayer, tower::layer::util::Identity>,
>;

async fn routes(
    coordinator: Arc<Coordinator>,
    trust_domain: &str,
    tls: Pem,
    stop: &CancellationToken,
) -> Result<Router<Layers>, ServeError> {
    let Pem { certificate, key, client_ca } = tls;
    // The client's certificate is required: `client_auth_optional` stays off on this listener, always.
    let tls = ServerTlsConfig::new()
        .identity(Identity::from_pem(certificate, key))
        .client_ca_root(Certificate::from_pem(client_ca))
        .timeout(bounds::HANDSHAKE);
    let identify = Identify { trust_domain: trust_domain.into(), coordinator: Arc::clone(&coordinator) };
    let (health_reporter, health) = tonic_health::server::health_reporter();
    health_reporter.set_serving::<RecordServiceServer<Records>>().await;
    let reflection = tonic_reflection::server::Builder::configure()
        .register_encoded_file_descriptor_set(muster_proto::FILE_DESCRIPTOR_SET)
        .register_encoded_file_descriptor_set(tonic_health::pb::FILE_DESCRIPTOR_SET);
    let records = Records { coordinator: Arc::clone(&coordinator), stop: stop.clone() };
    let incidents = Incidents { coordinator: Arc::clone(&coordinator), stop: stop.clone() };
    let advice = Advice { coordinator: Arc::clone(&coordinator) };
    let registers = Registers { coordinator: Arc::clone(&coordinator), stop: stop.clone() };
    let regions = Regions { coordinator: Arc::clone(&coordinator), stop: stop.clone() };
    let rule_sets = RuleSets { coordinator: Arc::clone(&coordinator) };
    let people = People { coordinator: Arc::clone(&coordinator) };
    let audits = Audits { coordinator: Arc::clone(&coordinator) };
    let info = ServerInfo { coordinator };
    let records = RecordServiceServer::new(records);
    let incidents = IncidentServiceServer::new(incidents);
    let advice = AdviceServiceServer::new(advice);
    let regions = RegionServiceServer::new(regions);
    let register = RegisterServiceServer::new(registers);
    let rule_sets = RuleSetServiceServer::new(rule_sets);
    let people = PersonServiceServer::new(people);
    let audits = AuditServiceServer::new(audits);
    let info = ServerServiceServer::new(info);
    let routes = bounded()
        .tls_config(tls)
        .map_err(ServeError::Tls)?
        .accept_http1(true)
        .layer(GrpcWebLayer::new())
        .layer(InterceptorLayer::new(identify))
        .add_service(health)
        .add_service(reflection.build_v1()?)
        .add_service(
            records.max_decoding_message_size(bounds::MESSAGE_IN).max_encoding_message_size(bounds::MESSAGE_OUT),
        )
        .add_service(
            incidents.max_decoding_message_size(bounds::MESSAGE_IN).max_encoding_message_size(bounds::MESSAGE_OUT),
        )
        .add_service(
            advice.max_decoding_message_size(bounds::MESSAGE_IN).max_encoding_message_size(bounds::MESSAGE_OUT),
        )
        .add_service(
            register.max_decoding_message_size(bounds::MESSAGE_IN).max_encoding_message_size(bounds::MESSAGE_OUT),
        )
        .add_service(
            regions.max_decoding_message_size(bounds::MESSAGE_IN).max_encoding_message_size(bounds::MESSAGE_OUT),
        )
        .add_service(
            rule_sets.max_decoding_message_size(bounds::MESSAGE_IN).max_encoding_message_size(bounds::MESSAGE_OUT),
        )
        .add_service(
            people.max_decoding_message_size(bounds::MESSAGE_IN).max_encoding_message_size(bounds::MESSAGE_OUT),
        )
        .add_service(
            audits.max_decoding_message_size(bounds::MESSAGE_IN).max_encoding_message_size(bounds::MESSAGE_OUT),
        )
        .add_service(info.max_decoding_message_size(bounds::MESSAGE_IN).max_encoding_message_size(bounds::MESSAGE_OUT));
    Ok(routes)
}

/// A transport with every bound set.
fn bounded() -> tonic::transport::Server {
    tonic::transport::Server::builder()
        .max_concurrent_streams(bounds::STREAMS)
        .concurrency_limit_per_connection(bounds::REQUESTS)
        .load_shed(true)
        .http2_max_header_list_size(bounds::HEADERS)
        .http2_max_local_error_reset_streams(Some(bounds::ERROR_RESETS))
        .http2_max_pending_accept_reset_streams(Some(bounds::PENDING_RESETS))
        .http2_keepalive_interval(Some(bounds::KEEPALIVE))
        .http2_keepalive_timeout(Some(bounds::KEEPALIVE_ANSWER))
        .tcp_nodelay(true)
        .timeout(bounds::CALL)
        .max_connection_age(bounds::CONNECTION_AGE)
}
