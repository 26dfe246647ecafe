//! Pages of the register: what it lists, one service of it, and what it was made of.

use std::sync::Arc;

use axum::extract::{Path, Query, State};
use axum::response::Response;
use http::request::Parts;
use muster_console::{ImportsPage, RegisterPage, ServicePage, Wanted};
use muster_record::Incident;
use muster_record::rights::Right;
use serde::Deserialize;
use tonic::Status;

use super::Console;
use super::entering::page;
use super::failing::Failed;
use crate::identity::Caller;

const FIND: &str = "/muster.v1.RegisterService/FindServices";
const REPLACEMENTS: &str = "/muster.v1.RegisterService/FindReplacements";
const GET: &str = "/muster.v1.RegisterService/GetRegister";

/// Which services are asked for.
#[derive(Debug, Deserialize)]
pub(super) struct Asked {
    #[serde(default)]
    authority: String,
    #[serde(default)]
    kind: String,
    #[serde(default)]
    provider: String,
    #[serde(default)]
    text: String,
    #[serde(default)]
    risk: String,
    #[serde(default)]
    after: String,
}

impl Console {
    /// The incidents that the caller sees, for what stands on them of services; none where it reads no records.
    async fn beside_the_register(&self, caller: &Caller) -> Result<Option<Vec<Arc<Incident>>>, Status> {
        if caller.reach.allows(Right::Read) { self.all(caller).await.map(Some) } else { Ok(None) }
    }
}

pub(super) async fn register(
    State(console): State<Arc<Console>>,
    Query(asked): Query<Asked>,
    parts: Parts,
) -> Result<Response, Failed> {
    let caller = console.caller(&parts, FIND).await?;
    let incidents = console.beside_the_register(&caller).await?;
    let Asked { authority, kind, provider, text, risk, after } = asked;
    let wanted = Wanted { authority, kind, provider, text, at_risk: risk == "yes", after };
    let (register, today) = (console.coordinator.register(), console.coordinator.today());
    let may_import = console.coordinator.maintains_register(&caller.agency);
    let frame = console.frame(&caller);
    page(&RegisterPage::new(frame, &register, &wanted, incidents.as_deref(), may_import, today))
}

pub(super) async fn service(
    State(console): State<Arc<Console>>,
    Path(code): Path<String>,
    parts: Parts,
) -> Result<Response, Failed> {
    let caller = console.caller(&parts, REPLACEMENTS).await?;
    let code = code.parse().map_err(|_| Failed::NoSuchPage)?;
    let incidents = console.beside_the_register(&caller).await?;
    let (register, today) = (console.coordinator.register(), console.coordinator.today());
    let drawn = ServicePage::new(console.frame(&caller), &register, &code, incidents.as_deref(), today);
    page(&drawn.ok_or(Failed::NoSuchPage)?)
}

pub(super) async fn imports(State(console): State<Arc<Console>>, parts: Parts) -> Result<Response, Failed> {
    let caller = console.caller(&parts, GET).await?;
    let (register, today) = (console.coordinator.register(), console.coordinator.today());
    let may_import = console.coordinator.maintains_register(&caller.agency);
    page(&ImportsPage::new(console.frame(&caller), &register, may_import, today))
}
