//! A watch that reads of each answer no more than which entries came: what is measured is the server, and its clients run
//! on the same machine.

use anyhow::{Result, anyhow};
use muster_proto::v1;
use tonic::codegen::http::uri::PathAndQuery;
use tonic::{Request, Streaming};
use tonic_prost::ProstCodec;

use crate::client::{self, Client};

/// A `WatchResponse`, as far as it is read.
#[derive(Clone, PartialEq, prost::Message)]
pub(super) struct Slim {
    #[prost(message, optional, tag = "2")]
    changes: Option<Changes>,
    /// The place to go on from.
    #[prost(bytes = "bytes", tag = "10")]
    pub(super) resume: prost::bytes::Bytes,
}

#[derive(Clone, PartialEq, prost::Message)]
struct Changes {
    #[prost(message, repeated, tag = "3")]
    entries: Vec<Place>,
}

#[derive(Clone, Copy, PartialEq, prost::Message)]
struct Place {
    #[prost(uint64, tag = "2")]
    seq: u64,
}

impl Slim {
    /// How many entries came, and the place of the last; none came with what else is said on a watch.
    pub(super) fn came(&self) -> Option<(usize, u64)> {
        let entries = &self.changes.as_ref()?.entries;
        Some((entries.len(), entries.last()?.seq))
    }
}

/// Watches one incident from a place on.
pub(super) async fn watch(client: &Client, id: &str, resume_from: prost::bytes::Bytes) -> Result<Streaming<Slim>> {
    let request = v1::WatchRequest {
        scope: Some(v1::watch_request::Scope::IncidentId(id.to_owned())),
        resume_from,
        include_snapshot: false,
        bookmark_seconds: 0,
    };
    let mut grpc = tonic::client::Grpc::new(client.wire.clone());
    grpc.ready().await.map_err(|error| anyhow!("the connection is gone: {error}"))?;
    let path = PathAndQuery::from_static("/muster.v1.RecordService/Watch");
    let codec = ProstCodec::<v1::WatchRequest, Slim>::default();
    let answer = grpc.server_streaming(Request::new(request), path, codec).await;
    Ok(answer.map_err(|status| anyhow!(client::told(&status)))?.into_inner())
}
