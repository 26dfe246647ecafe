//! Playing what concerns a region: it is opened from a proposal, gathers members, and its picture is looked at.

use anyhow::{Context as _, Result, anyhow, bail};
use muster_proto::v1;

use super::Player;
use super::resolve::find;
use crate::client;
use muster_exercise::{InRegion, ItemRef, Step};

impl Player<'_> {
    pub(super) async fn open_regional(&mut self, step: &Step, on: &str, item: &ItemRef) -> Result<()> {
        self.settle(on).await?;
        let proposal = find(&self.open_proposals(&step.who, on).await?, item)?.0;
        let mut client = self.stage.client(&step.who)?;
        let request = v1::OpenRegionalIncidentRequest {
            options: Some(self.options(step.office)),
            incident_id: self.opened(on)?.id.clone(),
            proposal,
        };
        match client.regions.open_regional_incident(request).await {
            Ok(answer) => {
                self.watch(step, &answer.into_inner().regional_incident_id).await?;
                self.settle(on).await
            }
            Err(status) => self.was_refused(step, on, &status),
        }
    }

    pub(super) async fn add_member(&mut self, step: &Step, member: &str) -> Result<()> {
        let mut client = self.stage.client(&step.who)?;
        let request = v1::AddMemberRequest {
            options: Some(self.options(step.office)),
            regional_incident_id: self.opened(&step.incident)?.id.clone(),
            incident_id: self.opened(member)?.id.clone(),
        };
        match client.regions.add_member(request).await {
            Ok(_) => {
                super::not_expected(step)?;
                self.settle(&step.incident).await?;
                self.settle(member).await
            }
            Err(status) => self.was_refused(step, &step.incident, &status),
        }
    }

    /// Whether the picture over the incident counts that many, as the agency sees it that opened.
    pub(super) async fn counts(&self, name: &str, counted: InRegion, expected: u32) -> Result<()> {
        let opened = self.opened(name)?;
        let mut client = self.stage.client(&opened.opener)?;
        let request = v1::GetRegionRequest { regional_incident_id: opened.id.clone() };
        let answer = client.regions.get_region(request).await.map_err(|status| anyhow!(client::told(&status)))?;
        let picture = answer.into_inner().picture.context("the server sent no picture")?;
        let counts = picture.counts.unwrap_or_default();
        let exactly = |count: u32| Some(v1::PeopleCount { at_least: count, at_most: count });
        let sum =
            |counts: &std::collections::HashMap<String, u32>| counts.values().copied().fold(0, u32::saturating_add);
        let (what, found) = match counted {
            InRegion::Members => ("members", exactly(u32::try_from(picture.members.len()).unwrap_or(u32::MAX))),
            InRegion::People => ("people", counts.people),
            InRegion::NotYetPlaced => ("not yet placed", counts.not_yet_placed),
            InRegion::Moved => ("moved", counts.moved),
            InRegion::BedsOffered => ("beds", exactly(counts.beds_offered)),
            InRegion::DutiesEngaged => ("duties", exactly(sum(&picture.duties_engaged))),
            InRegion::Disagreements => ("disagreements", exactly(picture.disagreements)),
            InRegion::OverdueActions => ("overdue actions", exactly(sum(&picture.overdue))),
        };
        let v1::PeopleCount { at_least, at_most } = found.unwrap_or_default();
        if (at_least..=at_most).contains(&expected) {
            Ok(())
        } else {
            bail!("{what} in the region: {at_least} to {at_most}, not {expected}")
        }
    }
}
