//! Ask why: of a proposal, of an entry that is seen or withheld, of a clock.

use std::sync::Arc;

use axum::extract::{Path, Query, State};
use axum::response::Response;
use http::request::Parts;
use muster_console::{AccessPage, ClockPage, Line, Read, WhyPage};
use muster_coordinator::Explained;
use muster_proto::v1;
use muster_proto::v1::record_service_server::RecordService as _;
use muster_record::ids::ProposalNo;
use serde::Deserialize;
use tonic::Request;

use super::Console;
use super::entering::page;
use super::failing::Failed;
use super::record::line;
use crate::{status, view};

const EXPLAIN: &str = "/muster.v1.AdviceService/ExplainProposal";
const ACCESS: &str = "/muster.v1.RecordService/ExplainAccess";
const GET: &str = "/muster.v1.IncidentService/GetIncident";

pub(super) async fn why(
    State(console): State<Arc<Console>>,
    Path((id, proposal)): Path<(String, u32)>,
    parts: Parts,
) -> Result<Response, Failed> {
    let entered = console.enter(&parts, EXPLAIN, &id).await?;
    let not_read = |error| Failed::from(status::not_read(&error));
    let explained = console.coordinator.explain(&entered.caller.reader(), &entered.id, ProposalNo(proposal));
    let Explained { proposal, pin, looked, facts, history } = explained.map_err(not_read)?;
    let known = console.coordinator.directory();
    let seen = history
        .iter()
        .map(|sealed| view::stored(&entered.viewing, sealed).map(|entry| line(&console.root, known, &entry)));
    let history = seen.collect::<Result<Vec<Line>, _>>().map_err(not_read)?;
    let read = Read { proposal: &proposal, pin: &pin, looked: &looked, facts: &facts, history: &history };
    page(&WhyPage::new(entered.frame, &entered.incident, &read))
}

pub(super) async fn access(
    State(console): State<Arc<Console>>,
    Path((id, seq)): Path<(String, u64)>,
    parts: Parts,
) -> Result<Response, Failed> {
    let entered = console.enter(&parts, ACCESS, &id).await?;
    let mut asked = Request::new(v1::ExplainAccessRequest { incident_id: entered.id.to_string(), seq });
    asked.extensions_mut().insert(entered.caller);
    let v1::ExplainAccessResponse { visible, because, until } =
        console.records.explain_access(asked).await?.into_inner();
    let until = until.as_ref().and_then(muster_proto::time::read_time);
    page(&AccessPage::new(entered.frame, &entered.incident, seq, visible, &because, until))
}

/// Which clock is asked for.
#[derive(Debug, Deserialize)]
pub(super) struct Asked {
    key: String,
}

pub(super) async fn clock(
    State(console): State<Arc<Console>>,
    Path(id): Path<String>,
    Query(asked): Query<Asked>,
    parts: Parts,
) -> Result<Response, Failed> {
    let entered = console.enter(&parts, GET, &id).await?;
    let drawn = ClockPage::new(entered.frame, &entered.incident, &asked.key, entered.at);
    page(&drawn.ok_or(Failed::NoSuchPage)?)
}
