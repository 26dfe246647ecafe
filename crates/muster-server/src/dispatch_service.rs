//! `DispatchService`: communications that were issued are handed over to GOV.UK Notify.

use std::sync::Arc;

use muster_coordinator::{Coordinator, QueryError};
use muster_outbound::Notify;
use muster_proto::webhook::{SendCommunication, read_send, write_dispatch};
use muster_proto::{Malformed, v1};
use tonic::{Request, Response, Status};

use crate::{identity, status};

/// Answers for what is sent.
pub(crate) struct Dispatches {
    pub(crate) coordinator: Arc<Coordinator>,
    pub(crate) notify: Option<Arc<Notify>>,
}

#[tonic::async_trait]
impl v1::dispatch_service_server::DispatchService for Dispatches {
    async fn send_communication(
        &self,
        request: Request<v1::SendCommunicationRequest>,
    ) -> Result<Response<v1::SendCommunicationResponse>, Status> {
        let caller = identity::of(&request)?;
        let asked = read_send(request.get_ref()).map_err(|bad| status::malformed(&bad))?;
        let SendCommunication { incident, communication, recipients } = asked;
        let reader = caller.reader();
        // First whether there is such an incident for the caller: nothing else is told of one that there is not.
        let seat = self.coordinator.viewing(&reader, &incident).map_err(|error| status::not_read(&error))?;
        seat.ok_or_else(|| status::not_read(&QueryError::NotPermitted))?;
        let notify = self.notify.as_ref().ok_or_else(status::no_notify)?;
        // It goes on though the caller goes away: what is on its way is noted.
        let (notify, coordinator) = (Arc::clone(notify), Arc::clone(&self.coordinator));
        let sending =
            tokio::spawn(
                async move { notify.send(&coordinator, &reader, &incident, communication, &recipients).await },
            );
        let sent = sending.await.map_err(|_| status::stopping())?.map_err(|error| status::not_sent(&error))?;
        Ok(Response::new(v1::SendCommunicationResponse { dispatches: sent.iter().map(write_dispatch).collect() }))
    }

    async fn list_dispatches(
        &self,
        request: Request<v1::ListDispatchesRequest>,
    ) -> Result<Response<v1::ListDispatchesResponse>, Status> {
        let caller = identity::of(&request)?;
        let v1::ListDispatchesRequest { incident_id } = request.into_inner();
        let incident = incident_id.parse().map_err(|_| {
            status::malformed(&Malformed::one("incident_id", "is not an incident id: 32 lower-case hexadecimal digits"))
        })?;
        let sent = self.coordinator.dispatches(&caller.reader(), &incident);
        let sent = sent.map_err(|error| status::not_read(&error))?;
        Ok(Response::new(v1::ListDispatchesResponse { dispatches: sent.iter().map(write_dispatch).collect() }))
    }
}
