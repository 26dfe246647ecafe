//! `IncidentService`: open incidents, find them, and see what they add up to.

use std::sync::Arc;
use std::time::Duration;

use muster_coordinator::{Coordinator, OpenAsk};
use muster_proto::{incident, paper, query, request, v1};
use muster_record::Incident;
use muster_record::ids::IncidentId;
use tokio_util::sync::CancellationToken;
use tonic::{Request, Response, Status};

use crate::glass::Looker;
use crate::identity::{self, Caller};
use crate::record_service::{body_hash, result};
use crate::status;
use crate::token::BadToken;

/// Answers for incidents.
pub(crate) struct Incidents {
    pub(crate) coordinator: Arc<Coordinator>,
    pub(crate) stop: CancellationToken,
}

/// How long a caller that waits for advice may wait: within the time of a unary call.
const WAIT_FOR_ADVICE: Duration = Duration::from_secs(8);

#[tonic::async_trait]
impl v1::incident_service_server::IncidentService for Incidents {
    async fn open_incident(
        &self,
        request: Request<v1::OpenIncidentRequest>,
    ) -> Result<Response<v1::OpenIncidentResponse>, Status> {
        let caller = identity::of(&request)?;
        let wire = request.into_inner();
        let read = request::read_open(&wire).map_err(|bad| status::malformed(&bad))?;
        let request::Open { options, opening, warnings } = read;
        let request::Options { request_id, expected_seq: _, validate_only, office: _, occurred_at: _, labels: _ } =
            options;
        let ask = OpenAsk {
            hand: caller.hand(),
            agency: caller.agency,
            request: request_id,
            body: body_hash(&wire),
            validate_only,
            opening,
            link: None,
        };
        let opened = self.coordinator.open(ask).await.map_err(|error| status::not_appended(&error))?;
        let incident_id = if validate_only { String::new() } else { opened.incident.to_string() };
        let result = Some(result(&self.coordinator, &opened, &warnings));
        Ok(Response::new(v1::OpenIncidentResponse { result, incident_id }))
    }

    async fn get_incident(
        &self,
        request: Request<v1::GetIncidentRequest>,
    ) -> Result<Response<v1::GetIncidentResponse>, Status> {
        let caller = identity::of(&request)?;
        let asked = query::read_get_incident(&request.into_inner()).map_err(|bad| status::malformed(&bad))?;
        let query::GetIncident { incident: id, wait_for_advice } = asked;
        let not_read = |error| status::not_read(&error);
        self.coordinator.incident(&caller.reader(), &id).map_err(not_read)?;
        if wait_for_advice {
            // Whoever waited long enough is told how things stand, which the answer says.
            tokio::select! {
                () = self.stop.cancelled() => return Err(status::stopping()),
                waited = tokio::time::timeout(WAIT_FOR_ADVICE, self.coordinator.advice_settles(&id)) => drop(waited),
            }
        }
        // In this order: what is written in between makes the advice not current, never the other way round.
        self.is_shown(&caller, &id).await?;
        let found = self.coordinator.incident(&caller.reader(), &id).map_err(not_read)?;
        let current = self.coordinator.advice_is_current(&id);
        Ok(Response::new(incident::write_incident(&found, current)))
    }

    async fn list_incidents(
        &self,
        request: Request<v1::ListIncidentsRequest>,
    ) -> Result<Response<v1::ListIncidentsResponse>, Status> {
        let caller = identity::of(&request)?;
        let asked = query::read_list_incidents(&request.into_inner()).map_err(|bad| status::malformed(&bad))?;
        let query::ListIncidents { limit, page_token, phase } = asked;
        let after = page(&page_token)?;
        let limit = usize::try_from(limit).unwrap_or(usize::MAX);
        let found = self.coordinator.incidents(&caller.reader(), after.as_ref(), limit);
        let found = found.map_err(|error| status::not_read(&error))?;
        for summary in &found {
            self.is_shown(&caller, &summary.incident).await?;
        }
        let full = found.len() == limit;
        let next_page_token = found.last().filter(|_| full).map_or_else(String::new, |last| last.incident.to_string());
        let wanted = found.iter().filter(|summary| phase.is_none_or(|phase| summary.phase == phase));
        let incidents = wanted.map(incident::write_summary).collect();
        Ok(Response::new(v1::ListIncidentsResponse { incidents, next_page_token }))
    }

    async fn get_situation_report(
        &self,
        request: Request<v1::GetSituationReportRequest>,
    ) -> Result<Response<v1::GetSituationReportResponse>, Status> {
        let caller = identity::of(&request)?;
        let asked = query::read_get_report(&request.into_inner()).map_err(|bad| status::malformed(&bad))?;
        let (id, at) = asked;
        self.is_shown(&caller, &id).await?;
        let report = self.coordinator.report(&caller.reader(), &id, at).map_err(|error| status::not_read(&error))?;
        Ok(Response::new(v1::GetSituationReportResponse { report: Some(incident::write_report(&report)) }))
    }

    async fn get_briefing(
        &self,
        request: Request<v1::GetBriefingRequest>,
    ) -> Result<Response<v1::GetBriefingResponse>, Status> {
        let caller = identity::of(&request)?;
        let asked = paper::read_get_briefing(&request.into_inner()).map_err(|bad| status::malformed(&bad))?;
        let paper::GetBriefing { incident: id, kind, format, at } = asked;
        let found = self.shown(&caller, &id).await?;
        let at = at.unwrap_or_else(|| self.coordinator.now());
        let made = muster_console::briefing(&found, kind, format, &caller.agency, at);
        let made = made.map_err(|error| status::not_made(&error))?;
        let paper = paper::write_paper(&found, made.name, made.media_type, made.content);
        Ok(Response::new(v1::GetBriefingResponse { paper: Some(paper) }))
    }

    async fn get_file(&self, request: Request<v1::GetFileRequest>) -> Result<Response<v1::GetFileResponse>, Status> {
        let caller = identity::of(&request)?;
        let asked = paper::read_get_file(&request.into_inner()).map_err(|bad| status::malformed(&bad))?;
        let paper::GetFile { incident: id, file, at } = asked;
        let found = self.shown(&caller, &id).await?;
        let at = at.unwrap_or_else(|| self.coordinator.now());
        let made = muster_console::file(&found, file, at).map_err(|error| status::not_made(&error))?;
        let paper = paper::write_paper(&found, made.name, made.media_type, made.content);
        Ok(Response::new(v1::GetFileResponse { paper: Some(paper) }))
    }
}

impl Incidents {
    /// Notes a look through a broken glass, if it is one.
    async fn is_shown(&self, caller: &Caller, id: &IncidentId) -> Result<(), Status> {
        let viewing = self.coordinator.viewing(&caller.reader(), id).map_err(|error| status::not_read(&error))?;
        match viewing {
            Some(viewing) => Looker::of(caller).is_shown(&self.coordinator, id, &viewing).await,
            None => Ok(()),
        }
    }
}

impl Incidents {
    /// An incident as a caller sees it; a look through a broken glass is noted first.
    async fn shown(&self, caller: &Caller, id: &IncidentId) -> Result<Arc<Incident>, Status> {
        self.is_shown(caller, id).await?;
        self.coordinator.incident(&caller.reader(), id).map_err(|error| status::not_read(&error))
    }
}

/// Where a list goes on: a page token names the last incident of the page before.
fn page(token: &str) -> Result<Option<IncidentId>, Status> {
    if token.is_empty() {
        return Ok(None);
    }
    token.parse().map(Some).map_err(|_| status::bad_token("page_token", BadToken))
}
