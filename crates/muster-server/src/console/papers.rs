//! Briefings as pages, and what is downloaded: each demands what the call demands that answers the same.

use std::sync::Arc;

use axum::extract::{Path, State};
use axum::response::{IntoResponse as _, Response};
use http::header::{CONTENT_DISPOSITION, CONTENT_TYPE};
use http::request::Parts;
use muster_console::{BriefingPage, BriefingsPage, Filed};
use muster_record::briefing::{BriefingFormat, BriefingKind};
use muster_record::exported::ExportedFile;

use super::Console;
use super::entering::page;
use super::failing::Failed;
use crate::status;

const BRIEFING: &str = "/muster.v1.IncidentService/GetBriefing";
const FILE: &str = "/muster.v1.IncidentService/GetFile";

/// A word of an address, if it is one of its list.
fn word<W: std::str::FromStr>(text: &str) -> Result<W, Failed> {
    text.parse().map_err(|_| Failed::NoSuchPage)
}

/// Something to keep: a browser puts it by and shows nothing of it.
fn kept(filed: Filed) -> Response {
    let Filed { name, media_type, content } = filed;
    let disposition = format!("attachment; filename=\"{name}\"");
    ([(CONTENT_TYPE, media_type.to_owned()), (CONTENT_DISPOSITION, disposition)], content).into_response()
}

pub(super) async fn briefings(
    State(console): State<Arc<Console>>,
    Path(id): Path<String>,
    parts: Parts,
) -> Result<Response, Failed> {
    let entered = console.enter(&parts, BRIEFING, &id).await?;
    page(&BriefingsPage::new(entered.frame, &entered.incident))
}

pub(super) async fn briefing(
    State(console): State<Arc<Console>>,
    Path((id, kind)): Path<(String, String)>,
    parts: Parts,
) -> Result<Response, Failed> {
    let entered = console.enter(&parts, BRIEFING, &id).await?;
    let kind: BriefingKind = word(&kind)?;
    page(&BriefingPage::new(entered.frame, &entered.incident, kind, &entered.caller.agency, entered.at))
}

pub(super) async fn as_file(
    State(console): State<Arc<Console>>,
    Path((id, kind, format)): Path<(String, String, String)>,
    parts: Parts,
) -> Result<Response, Failed> {
    let entered = console.enter(&parts, BRIEFING, &id).await?;
    let (kind, format): (BriefingKind, BriefingFormat) = (word(&kind)?, word(&format)?);
    let made = muster_console::briefing(&entered.incident, kind, format, &entered.caller.agency, entered.at);
    Ok(kept(made.map_err(|error| status::not_made(&error))?))
}

impl Console {
    async fn file(&self, parts: &Parts, id: &str, file: ExportedFile) -> Result<Response, Failed> {
        let entered = self.enter(parts, FILE, id).await?;
        let made = muster_console::file(&entered.incident, file, entered.at);
        Ok(kept(made.map_err(|error| status::not_made(&error))?))
    }
}

macro_rules! files {
    ($($name:ident: $file:ident,)+) => {
        $(pub(super) async fn $name(
            State(console): State<Arc<Console>>,
            Path(id): Path<String>,
            parts: Parts,
        ) -> Result<Response, Failed> {
            console.file(&parts, &id, ExportedFile::$file).await
        })+
    };
}

files! {
    people: People,
    offers: Offers,
    actions: Actions,
    calendar: Calendar,
    situation: Situation,
}
