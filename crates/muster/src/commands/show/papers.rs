//! Briefings and files of an incident: printed as the server made them, so that they can be put into a file.

use anyhow::{Context as _, Result};
use muster_proto::v1;
use muster_record::briefing::{BriefingFormat, BriefingKind};
use muster_record::exported::ExportedFile;
use muster_record::ids::IncidentId;

use super::super::say;
use super::failed;
use crate::client::Client;

pub(super) async fn briefing(
    mut client: Client,
    incident: &IncidentId,
    kind: BriefingKind,
    format: BriefingFormat,
) -> Result<()> {
    let request = v1::GetBriefingRequest {
        incident_id: incident.to_string(),
        kind: v1::BriefingKind::from(kind).into(),
        format: v1::BriefingFormat::from(format).into(),
        at: None,
    };
    let answer = client.incidents.get_briefing(request).await.map_err(|status| failed(&status))?;
    printed(answer.into_inner().paper)
}

pub(super) async fn file(mut client: Client, incident: &IncidentId, file: ExportedFile) -> Result<()> {
    let file = v1::ExportedFile::from(file).into();
    let request = v1::GetFileRequest { incident_id: incident.to_string(), file, at: None };
    let answer = client.incidents.get_file(request).await.map_err(|status| failed(&status))?;
    printed(answer.into_inner().paper)
}

fn printed(paper: Option<v1::Paper>) -> Result<()> {
    say(paper.context("the server sent no file")?.content.trim_end())
}
