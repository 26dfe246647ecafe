//! Pages that show an incident, or all of them.

use std::sync::Arc;

use axum::extract::{Path, Query, State};
use axum::response::Response;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use http::request::Parts;
use muster_console::{
    ActionsPage, AdvicePage, Frame, IncidentsPage, Live, MeetingsPage, OverviewPage, PeoplePage, QuestionsPage,
    ReportPage,
};
use muster_coordinator::QueryError;
use muster_record::Incident;
use serde::Deserialize;
use tonic::Status;
use uuid::Uuid;

use super::Console;
use super::entering::page;
use super::failing::Failed;
use crate::glass::Looker;
use crate::identity::Caller;
use crate::token::{Scope, Token};
use crate::{bounds, status};

const LIST: &str = "/muster.v1.IncidentService/ListIncidents";
const GET: &str = "/muster.v1.IncidentService/GetIncident";
const REPORT: &str = "/muster.v1.IncidentService/GetSituationReport";
const PROPOSALS: &str = "/muster.v1.AdviceService/ListProposals";

/// Which incidents are asked for.
#[derive(Debug, Deserialize)]
pub(super) struct Wanted {
    #[serde(default)]
    phase: String,
    #[serde(default)]
    text: String,
}

/// A name for what may be asked from a page: sent twice, it is done once.
pub(super) fn request() -> String {
    Uuid::now_v7().simple().to_string()
}

pub(super) async fn incidents(
    State(console): State<Arc<Console>>,
    Query(wanted): Query<Wanted>,
    parts: Parts,
) -> Result<Response, Failed> {
    let caller = console.caller(&parts, LIST).await?;
    let revision = console.coordinator.last_revision().map_err(|error| status::not_read(&error))?.0;
    let incidents = console.all(&caller).await?;
    let from = Token { revision, ..Token::at_the_beginning(&console.coordinator, Scope::All) };
    let live = Live { url: format!("{}/live", console.root), resume: URL_SAFE_NO_PAD.encode(from.to_bytes()) };
    let frame = Frame { live: Some(live), ..console.frame(&caller) };
    let phase = wanted.phase.parse().ok();
    page(&IncidentsPage::new(frame, &incidents, phase, &wanted.text, console.coordinator.now()))
}

impl Console {
    /// The incidents in which the caller's agency has a seat, the newest first, as it sees them.
    pub(super) async fn all(&self, caller: &Caller) -> Result<Vec<Arc<Incident>>, Status> {
        let not_read = |error| status::not_read(&error);
        let reader = caller.reader();
        let listed = self.coordinator.incidents(&reader, None, bounds::PAGE_INCIDENTS).map_err(not_read)?;
        let mut incidents = Vec::with_capacity(listed.len());
        for summary in listed {
            let id = summary.incident;
            let Some(viewing) = self.coordinator.viewing(&reader, &id).map_err(not_read)? else { continue };
            Looker::of(caller).is_shown(&self.coordinator, &id, &viewing).await?;
            match self.coordinator.incident(&reader, &id) {
                Ok(incident) => incidents.push(incident),
                // The seat was taken away since the list was read.
                Err(QueryError::NotPermitted) => (),
                Err(error) => return Err(not_read(error)),
            }
        }
        Ok(incidents)
    }
}

pub(super) async fn overview(
    State(console): State<Arc<Console>>,
    Path(id): Path<String>,
    parts: Parts,
) -> Result<Response, Failed> {
    let entered = console.enter(&parts, GET, &id).await?;
    page(&OverviewPage::new(entered.frame, &entered.incident, &request(), entered.at))
}

pub(super) async fn advice(
    State(console): State<Arc<Console>>,
    Path(id): Path<String>,
    parts: Parts,
) -> Result<Response, Failed> {
    let entered = console.enter(&parts, PROPOSALS, &id).await?;
    let current = console.coordinator.advice_is_current(&entered.id);
    page(&AdvicePage::new(entered.frame, &entered.incident, current, &request(), entered.at))
}

pub(super) async fn questions(
    State(console): State<Arc<Console>>,
    Path(id): Path<String>,
    parts: Parts,
) -> Result<Response, Failed> {
    let entered = console.enter(&parts, PROPOSALS, &id).await?;
    page(&QuestionsPage::new(entered.frame, &entered.incident, &request()))
}

pub(super) async fn actions(
    State(console): State<Arc<Console>>,
    Path(id): Path<String>,
    parts: Parts,
) -> Result<Response, Failed> {
    let entered = console.enter(&parts, GET, &id).await?;
    page(&ActionsPage::new(entered.frame, &entered.incident, &request(), entered.at))
}

pub(super) async fn people(
    State(console): State<Arc<Console>>,
    Path(id): Path<String>,
    parts: Parts,
) -> Result<Response, Failed> {
    let entered = console.enter(&parts, GET, &id).await?;
    page(&PeoplePage::new(entered.frame, &entered.incident))
}

pub(super) async fn report(
    State(console): State<Arc<Console>>,
    Path(id): Path<String>,
    parts: Parts,
) -> Result<Response, Failed> {
    let entered = console.enter(&parts, REPORT, &id).await?;
    page(&ReportPage::new(entered.frame, &entered.incident, entered.at))
}

pub(super) async fn meetings(
    State(console): State<Arc<Console>>,
    Path(id): Path<String>,
    parts: Parts,
) -> Result<Response, Failed> {
    let entered = console.enter(&parts, GET, &id).await?;
    page(&MeetingsPage::new(entered.frame, &entered.incident, &request(), entered.at))
}
