//! A server on the same stack, mutual TLS and messages that answers appends and keeps nothing: what is left when there
//! is no record.

use std::path::Path;

use anyhow::Result;
use muster_proto::v1;
use muster_proto::v1::record_service_server::{RecordService, RecordServiceServer};
use tokio_stream::{Empty, wrappers::TcpListenerStream};
use tonic::transport::{Certificate, Identity, Server, ServerTlsConfig};
use tonic::{Request, Response, Status};

struct Echo;

fn none<T>() -> Result<Response<T>, Status> {
    Err(Status::unimplemented("an echo"))
}

#[tonic::async_trait]
impl RecordService for Echo {
    async fn append(&self, request: Request<v1::AppendRequest>) -> Result<Response<v1::AppendResponse>, Status> {
        // As many bytes go back as came.
        let asked = request.into_inner();
        let told = asked.commands.iter().map(|command| format!("{command:?}")).collect();
        let entry = v1::Entry { incident_id: asked.incident_id, told, ..Default::default() };
        Ok(Response::new(v1::AppendResponse { entries: vec![entry], ..Default::default() }))
    }

    async fn read(&self, _: Request<v1::ReadRequest>) -> Result<Response<v1::ReadResponse>, Status> {
        none()
    }

    async fn explain_access(
        &self,
        _: Request<v1::ExplainAccessRequest>,
    ) -> Result<Response<v1::ExplainAccessResponse>, Status> {
        none()
    }

    type WatchStream = Empty<Result<v1::WatchResponse, Status>>;

    async fn watch(&self, _: Request<v1::WatchRequest>) -> Result<Response<Self::WatchStream>, Status> {
        none()
    }

    async fn get_checkpoint(
        &self,
        _: Request<v1::GetCheckpointRequest>,
    ) -> Result<Response<v1::GetCheckpointResponse>, Status> {
        none()
    }

    async fn get_consistency_proof(
        &self,
        _: Request<v1::GetConsistencyProofRequest>,
    ) -> Result<Response<v1::GetConsistencyProofResponse>, Status> {
        none()
    }

    async fn get_inclusion_proof(
        &self,
        _: Request<v1::GetInclusionProofRequest>,
    ) -> Result<Response<v1::GetInclusionProofResponse>, Status> {
        none()
    }

    type ExportIncidentStream = Empty<Result<v1::ExportIncidentResponse, Status>>;

    async fn export_incident(
        &self,
        _: Request<v1::ExportIncidentRequest>,
    ) -> Result<Response<Self::ExportIncidentStream>, Status> {
        none()
    }
}

/// Serves until it is killed; prints where.
pub async fn serve(certs: &Path) -> Result<()> {
    let read = |name: &str| std::fs::read_to_string(certs.join(name));
    let tls = ServerTlsConfig::new()
        .identity(Identity::from_pem(read("server.pem")?, read("server.key")?))
        .client_ca_root(Certificate::from_pem(read("ca.pem")?));
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await?;
    println!("listens on {}", listener.local_addr()?);
    let server = Server::builder().tls_config(tls)?.tcp_nodelay(true).add_service(RecordServiceServer::new(Echo));
    Ok(server.serve_with_incoming(TcpListenerStream::new(listener)).await?)
}
