//! `RegionService`: regional incidents, their members, and one picture over them, live.

use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use muster_coordinator::{Added, Coordinator, OpenedRegional, RegionalAsk};
use muster_proto::{region, request, v1};
use muster_record::Author;
use muster_record::entry::Hash;
use muster_record::ids::IncidentId;
use muster_record::region::Picture;
use tokio::sync::mpsc;
use tokio_stream::Stream;
use tokio_stream::wrappers::ReceiverStream;
use tokio_util::sync::CancellationToken;
use tonic::{Request, Response, Status};

use crate::identity::{self, Caller};
use crate::record_service::{body_hash, result};
use crate::{bounds, status};

/// Answers for regions.
pub(crate) struct Regions {
    pub(crate) coordinator: Arc<Coordinator>,
    pub(crate) stop: CancellationToken,
}

/// How long changes are gathered before the picture is drawn again: eighty councils write at once.
const GATHER: Duration = Duration::from_millis(500);

/// How often the picture is drawn again although nothing was written: the hours left run on.
const REDRAW: Duration = Duration::from_secs(60);

fn ask(caller: &Caller, options: request::Options, body: Hash) -> Result<RegionalAsk, Status> {
    let request::Options { request_id, expected_seq: _, validate_only, office, occurred_at: _, labels: _ } = options;
    let reader = caller.reader();
    let Author { agency, hand, office } = caller.author(office)?;
    Ok(RegionalAsk { agency, reader, hand, office, request: request_id, body, validate_only })
}

#[tonic::async_trait]
impl v1::region_service_server::RegionService for Regions {
    async fn open_regional_incident(
        &self,
        request: Request<v1::OpenRegionalIncidentRequest>,
    ) -> Result<Response<v1::OpenRegionalIncidentResponse>, Status> {
        let caller = identity::of(&request)?;
        let wire = request.into_inner();
        let read = region::read_open_regional(&wire).map_err(|bad| status::malformed(&bad))?;
        let region::OpenRegional { options, incident, proposal } = read;
        let ask = ask(&caller, options, body_hash(&wire))?;
        let opened = self.coordinator.open_regional(ask, &incident, proposal).await;
        let OpenedRegional { regional, local } = opened.map_err(|error| status::not_appended(&error))?;
        let of_region = regional.as_ref();
        Ok(Response::new(v1::OpenRegionalIncidentResponse {
            regional_incident_id: of_region.map_or_else(String::new, |opened| opened.incident.to_string()),
            regional: of_region.map(|opened| result(&self.coordinator, opened, &[])),
            local: Some(result(&self.coordinator, &local, &[])),
        }))
    }

    async fn add_member(
        &self,
        request: Request<v1::AddMemberRequest>,
    ) -> Result<Response<v1::AddMemberResponse>, Status> {
        let caller = identity::of(&request)?;
        let wire = request.into_inner();
        let read = region::read_add_member(&wire).map_err(|bad| status::malformed(&bad))?;
        let region::AddMember { options, region, member } = read;
        let ask = ask(&caller, options, body_hash(&wire))?;
        let added = self.coordinator.add_member(ask, &region, &member).await;
        let Added { regional, local, confirmed } = added.map_err(|error| status::not_appended(&error))?;
        Ok(Response::new(v1::AddMemberResponse {
            regional: Some(result(&self.coordinator, &regional, &[])),
            local: local.as_ref().map(|local| result(&self.coordinator, local, &[])),
            confirmed,
        }))
    }

    async fn get_region(
        &self,
        request: Request<v1::GetRegionRequest>,
    ) -> Result<Response<v1::GetRegionResponse>, Status> {
        let caller = identity::of(&request)?;
        let v1::GetRegionRequest { regional_incident_id } = request.into_inner();
        let id = region::read_region(&regional_incident_id).map_err(|bad| status::malformed(&bad))?;
        let picture = self.coordinator.picture(&caller.reader(), &id).map_err(|error| status::not_read(&error))?;
        Ok(Response::new(v1::GetRegionResponse { picture: Some(region::write_picture(&picture)) }))
    }

    type WatchRegionStream = Pin<Box<dyn Stream<Item = Result<v1::WatchRegionResponse, Status>> + Send>>;

    async fn watch_region(
        &self,
        request: Request<v1::WatchRegionRequest>,
    ) -> Result<Response<Self::WatchRegionStream>, Status> {
        let caller = identity::of(&request)?;
        let v1::WatchRegionRequest { regional_incident_id } = request.into_inner();
        let id = region::read_region(&regional_incident_id).map_err(|bad| status::malformed(&bad))?;
        self.coordinator.picture(&caller.reader(), &id).map_err(|error| status::not_read(&error))?;
        let place = caller.pass.watch_place(&caller.agency)?;
        let (sender, receiver) = mpsc::channel(2);
        let (coordinator, stop) = (Arc::clone(&self.coordinator), self.stop.clone());
        tokio::spawn(async move {
            // The last word is for whoever still listens; an end without one is an end of the connection.
            let _place = place;
            if let Err(status) = follow(&coordinator, caller, &id, &sender, &stop).await {
                drop(sender.send_timeout(Err(status), bounds::WATCH_STALL).await);
            }
        });
        Ok(Response::new(Box::pin(ReceiverStream::new(receiver))))
    }
}

/// Sends the picture whenever it changed, until the watcher goes away, loses its seat, or the server stops.
async fn follow(
    coordinator: &Coordinator,
    caller: Caller,
    id: &IncidentId,
    sender: &mpsc::Sender<Result<v1::WatchRegionResponse, Status>>,
    stop: &CancellationToken,
) -> Result<(), Status> {
    let mut tip = coordinator.tip();
    let mut reader = caller.reader();
    let mut pass = caller.pass;
    let mut last: Option<Picture> = None;
    let aged = tokio::time::sleep(bounds::CONNECTION_AGE);
    tokio::pin!(aged);
    loop {
        tip.mark_unchanged();
        // Asked again each time, so that a seat that was taken away ends the watch.
        reader.classes = pass.check()?.classes;
        let picture = coordinator.picture(&reader, id).map_err(|error| status::not_read(&error))?;
        let shows_the_same = |last: &Picture| *last == Picture { at: last.at, ..picture.clone() };
        if !last.as_ref().is_some_and(shows_the_same) {
            let response = v1::WatchRegionResponse { picture: Some(region::write_picture(&picture)) };
            match sender.send_timeout(Ok(response), bounds::WATCH_STALL).await {
                Ok(()) => last = Some(picture),
                Err(mpsc::error::SendTimeoutError::Closed(_)) => return Ok(()),
                Err(mpsc::error::SendTimeoutError::Timeout(_)) => return Err(status::stalled()),
            }
        }
        tokio::select! {
            biased;
            () = stop.cancelled() => return Err(status::stopping()),
            () = sender.closed() => return Ok(()),
            () = pass.rings() => (),
            () = &mut aged => return Err(status::stopping()),
            changed = tip.changed() => {
                changed.map_err(|_| status::stopping())?;
                tokio::time::sleep(GATHER).await;
            }
            () = tokio::time::sleep(REDRAW) => (),
        }
    }
}
