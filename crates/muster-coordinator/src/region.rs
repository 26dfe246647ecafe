//! The region: a regional incident is opened over a local one, gathers its members, and is seen as one picture.

use std::sync::Arc;

use muster_record::advice::Item;
use muster_record::agency::Office;
use muster_record::entry::{Asked, Hash};
use muster_record::ids::{AgencyId, IncidentId, ProposalNo, RequestId, hex};
use muster_record::incident::advising::{self, ProposalState};
use muster_record::incident::lifecycle::{Link, Opening, Relation};
use muster_record::incident::{Incident, lifecycle};
use muster_record::region::Picture;
use muster_record::situation::IncidentKind;
use muster_record::visible::Reader;
use muster_record::{Author, Command};

use crate::coordinator::Coordinator;
use crate::error::{AppendError, QueryError};
use crate::job::{AppendAsk, Appended, OpenAsk};

/// Who asks for something about a region, and how.
#[derive(Debug, Clone)]
pub struct RegionalAsk {
    /// The caller's agency.
    pub agency: AgencyId,
    /// The caller, as one who reads.
    pub reader: Reader,
    /// The caller's system.
    pub system: String,
    /// The office acted for.
    pub office: Option<Office>,
    /// What the caller names the request.
    pub request: RequestId,
    /// The hash of the request's canonical body.
    pub body: Hash,
    /// Decide, but write nothing.
    pub validate_only: bool,
}

/// A regional incident that was opened.
#[derive(Debug, Clone)]
pub struct OpenedRegional {
    /// What was written to its record; nothing when only asked whether it would do.
    pub regional: Option<Appended>,
    /// What was, or would be, written to the local record.
    pub local: Appended,
}

/// A member that was added.
#[derive(Debug, Clone)]
pub struct Added {
    /// What was, or would be, written to the regional record.
    pub regional: Appended,
    /// What was, or would be, written to the local record; nothing where the caller may not, or it says so already.
    pub local: Option<Appended>,
    /// Whether the local record says that it is a member.
    pub confirmed: bool,
}

/// Each write of a request that makes several has a name of its own, the same one each time it is asked.
fn part_of(request: &RequestId, part: &str) -> Result<RequestId, AppendError> {
    let name = format!("{}:{part}", hex(&Hash::of(request.as_str().as_bytes()).0));
    name.parse().map_err(|_| AppendError::RequestIdReused)
}

impl Coordinator {
    /// Opens the regional incident that a rule set proposes on a local one, and links the two on both records.
    ///
    /// Two commits, one on each record, each of which a retry with the same request id finds done: it goes on where it
    /// stopped.
    ///
    /// # Errors
    /// As [`Coordinator::append`] on the local record, and [`QueryError::NoSuch`] for a proposal of another kind.
    pub async fn open_regional(
        &self,
        ask: RegionalAsk,
        id: &IncidentId,
        proposal: ProposalNo,
    ) -> Result<OpenedRegional, AppendError> {
        let local = self.incident(&ask.reader, id)?;
        let opening = regional_opening(&local, proposal, self.now())?;
        let request = part_of(&ask.request, "local")?;
        let began = self.has_asked(&ask.agency, &part_of(&ask.request, "regional")?)?;
        if ask.validate_only || !began {
            let adopt = vec![advising::Command::Adopt { proposal }.into()];
            let checked = self.append(ask.write(id, request.clone(), true, adopt)).await?;
            if ask.validate_only {
                return Ok(OpenedRegional { regional: None, local: checked });
            }
        }
        let brand = brand(&local);
        let regional = self
            .open(OpenAsk {
                agency: ask.agency.clone(),
                system: ask.system.clone(),
                request: part_of(&ask.request, "regional")?,
                body: ask.body,
                validate_only: false,
                opening,
                link: Some(link(id, Relation::Member, Some(local.lifecycle.lead.clone()), brand.clone())),
            })
            .await?;
        let member_of = link(&regional.incident, Relation::MemberOf, Some(ask.agency.clone()), brand);
        let adopt = vec![advising::Command::Adopt { proposal }.into(), lifecycle::Command::Link(member_of).into()];
        let written = self.append(ask.write(id, request, false, adopt)).await?;
        Ok(OpenedRegional { regional: Some(regional), local: written })
    }

    /// Links a local incident to a regional one: on the regional record, and on the local one where the caller works it.
    ///
    /// # Errors
    /// As [`Coordinator::append`] on the regional record, and [`AppendError::ExerciseMismatch`].
    pub async fn add_member(
        &self,
        ask: RegionalAsk,
        region: &IncidentId,
        member: &IncidentId,
    ) -> Result<Added, AppendError> {
        let regional = self.regional(&ask.reader, region)?;
        // Without a seat in it nothing is learnt of the member, not even whether there is one.
        let seen = match self.incident(&ask.reader, member) {
            Ok(seen) => Some(seen),
            Err(QueryError::NotPermitted) => None,
            Err(error) => return Err(error.into()),
        };
        let is_exercise = |incident: &Incident| incident.lifecycle.opening.exercise;
        if seen.as_ref().is_some_and(|seen| is_exercise(seen) != is_exercise(&regional)) {
            return Err(AppendError::ExerciseMismatch);
        }
        let authority = seen.as_ref().map(|seen| seen.lifecycle.lead.clone());
        let brand_of = seen.as_ref().and_then(|seen| brand(seen));
        let commands = vec![lifecycle::Command::Link(link(member, Relation::Member, authority, brand_of)).into()];
        let named = part_of(&ask.request, "regional")?;
        let written = self.append(ask.write(region, named, ask.validate_only, commands)).await?;
        let works = |seen: &Arc<Incident>| seen.interest_of(&ask.agency).is_operational();
        let unsaid = seen.filter(|seen| works(seen) && !seen.is_member_of(&regional));
        let local = match unsaid {
            Some(seen) => {
                let named = part_of(&ask.request, "local")?;
                let led_by = Some(regional.lifecycle.lead.clone());
                let member_of = link(region, Relation::MemberOf, led_by, brand(&seen));
                let commands = vec![lifecycle::Command::Link(member_of).into()];
                Some(self.append(ask.write(member, named, ask.validate_only, commands)).await?)
            }
            None => None,
        };
        let confirmed = self.fold(member)?.is_some_and(|member| member.is_member_of(&regional));
        Ok(Added { regional: written, local, confirmed })
    }

    /// One picture over the members of a regional incident, for an agency that has a seat in it.
    ///
    /// The members are read whoever asks: the picture has no field for what a member's participants alone may see.
    ///
    /// # Errors
    /// As [`Coordinator::incident`], and [`QueryError::NoSuch`] where the incident is no regional one.
    pub fn picture(&self, reader: &Reader, region: &IncidentId) -> Result<Picture, QueryError> {
        let region = self.regional(reader, region)?;
        let members = region.member_ids().map(|member| self.fold(member));
        let members = members.collect::<Result<Vec<_>, _>>()?;
        Ok(region.picture(members.iter().flatten().map(AsRef::as_ref), self.now()))
    }

    fn regional(&self, reader: &Reader, region: &IncidentId) -> Result<Arc<Incident>, QueryError> {
        let found = self.incident(reader, region)?;
        if found.lifecycle.opening.kind == IncidentKind::Regional {
            return Ok(found);
        }
        Err(QueryError::NoSuch { what: "regional incident", given: region.to_string() })
    }
}

impl RegionalAsk {
    fn write(&self, id: &IncidentId, request: RequestId, validate_only: bool, commands: Vec<Command>) -> AppendAsk {
        AppendAsk {
            incident: id.clone(),
            author: Author::system(self.agency.clone(), &self.system).for_office(self.office),
            request,
            body: self.body,
            expected_seq: None,
            occurred_at: None,
            validate_only,
            commands,
            labels: Asked::default(),
            reader: self.reader.clone(),
        }
    }
}

fn brand(incident: &Incident) -> Option<String> {
    incident.lifecycle.opening.services.iter().find_map(|service| service.brand.clone())
}

fn link(incident: &IncidentId, relation: Relation, authority: Option<AgencyId>, brand: Option<String>) -> Link {
    Link { incident: incident.clone(), relation, authority, brand }
}

/// What the regional incident is opened with: what the proposal says, and the services of the local one.
fn regional_opening(
    local: &Incident,
    number: ProposalNo,
    now: muster_record::time::Instant,
) -> Result<Opening, QueryError> {
    let none = || QueryError::NoSuch { what: "proposal of a regional incident", given: number.to_string() };
    let proposal = local.advising.proposal(number).map_err(|_| none())?;
    let is_live = matches!(proposal.state, ProposalState::Open | ProposalState::Adopted);
    let Item::Regional(regional) = &proposal.item else { return Err(none()) };
    if !is_live {
        return Err(none());
    }
    let Opening { failures, services, region, exercise, .. } = &local.lifecycle.opening;
    Ok(Opening {
        title: regional.title.clone(),
        kind: IncidentKind::Regional,
        failures: failures.clone(),
        services: services.clone(),
        region: regional.region.clone().or_else(|| region.clone()),
        notified_at: now,
        care_stops_at: None,
        exercise: *exercise,
    })
}
