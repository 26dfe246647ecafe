//! The watch among the other calls of the record service: its answers are written by a codec of their own.
//!
//! The generated service encodes each answer for itself. It serves every other call here, and its own watch is never
//! reached.

use std::convert::Infallible;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use muster_proto::v1;
use muster_proto::v1::record_service_server::RecordServiceServer;
use muster_proto::watching::WatchCodec;
use tonic::body::Body;
use tonic::server::{Grpc, NamedService, ServerStreamingService};
use tonic::{Request, Response, Status};
use tower::Service;

use super::Taken;
use crate::bounds;
use crate::record_service::Records;

/// Where a watch is called.
const WATCH: &str = "/muster.v1.RecordService/Watch";

/// The record service.
#[derive(Clone)]
pub(crate) struct Watched {
    records: Arc<Records>,
    others: RecordServiceServer<Records>,
}

impl Watched {
    pub(crate) fn of(records: Records) -> Self {
        let records = Arc::new(records);
        let others = RecordServiceServer::from_arc(Arc::clone(&records))
            .max_decoding_message_size(bounds::MESSAGE_IN)
            .max_encoding_message_size(bounds::MESSAGE_OUT);
        Self { records, others }
    }
}

impl NamedService for Watched {
    const NAME: &'static str = <RecordServiceServer<Records> as NamedService>::NAME;
}

impl Service<http::Request<Body>> for Watched {
    type Response = http::Response<Body>;
    type Error = Infallible;
    type Future = Pin<Box<dyn Future<Output = Result<Self::Response, Infallible>> + Send>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        // As the generated service: what bounds it is in front of it.
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: http::Request<Body>) -> Self::Future {
        if request.uri().path() != WATCH {
            return self.others.call(request);
        }
        let watch = Watch(Arc::clone(&self.records));
        Box::pin(async move {
            let grpc = Grpc::new(WatchCodec);
            let mut grpc = grpc.apply_max_message_size_config(Some(bounds::MESSAGE_IN), Some(bounds::MESSAGE_OUT));
            Ok(grpc.server_streaming(watch, request).await)
        })
    }
}

/// The one call.
struct Watch(Arc<Records>);

impl ServerStreamingService<v1::WatchRequest> for Watch {
    type Response = muster_proto::watching::Answer;
    type ResponseStream = Taken;
    type Future = Pin<Box<dyn Future<Output = Result<Response<Taken>, Status>> + Send>>;

    fn call(&mut self, request: Request<v1::WatchRequest>) -> Self::Future {
        let records = Arc::clone(&self.0);
        Box::pin(async move { records.follow(request).map(Response::new) })
    }
}
