//! Lifecycle: an incident is opened, amended, reclassified, moves between phases, is linked, closed and reopened.

use serde::{Deserialize, Serialize};

use super::{Asking, Stamp, not_in_the_future, required};
use crate::advice::Step;
use crate::agency::Office;
use crate::ids::{AgencyId, IncidentId, Seq, ServiceId};
use crate::refusal::Refusal;
use crate::situation::{Failure, IncidentKind, Milestone, Phase, Service};
use crate::time::Instant;
use crate::words::words;

mod told;

words! {
    /// How two incidents belong together.
    Relation {
        /// The other is a member of this regional incident.
        Member = "member",
        /// The other is the regional incident of which this is a member.
        MemberOf = "member-of",
        /// The other concerns the same provider or brand.
        SameProvider = "same-provider",
    }
}

/// A link to another incident, and what is said of that one here: nobody reads the other record for it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Link {
    /// The other.
    pub incident: IncidentId,
    /// How they belong together.
    pub relation: Relation,
    /// The agency that leads the other, where it was said.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub authority: Option<AgencyId>,
    /// The brand that fails there, where it was said.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub brand: Option<String>,
}

/// What an incident is opened with.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Opening {
    /// What people call it: the service or provider, never a person.
    pub title: String,
    /// What is handled.
    pub kind: IncidentKind,
    /// The types of failure named so far; none means not determined.
    pub failures: Vec<Failure>,
    /// The provider's services concerned.
    pub services: Vec<Service>,
    /// The region, where there is one.
    pub region: Option<String>,
    /// When the lead agency was told; of the failure itself, where it was reclassified as one.
    pub notified_at: Instant,
    /// When care stops; absent when not known. It may be near or past.
    pub care_stops_at: Option<Instant>,
    /// Whether this is a rehearsal.
    pub exercise: bool,
}

/// What can happen to an incident as a whole.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "fact", rename_all = "snake_case")]
pub enum Fact {
    /// It was opened, by the agency that leads it.
    Opened(Opening),
    /// Its title, care-stop time or services were put right.
    Amended {
        /// The title from now on, where it changed.
        title: Option<String>,
        /// The care-stop time from now on, where it changed.
        care_stops_at: Option<Instant>,
        /// A service added, or put in place of the one of that name.
        service: Option<Service>,
    },
    /// It turned out to be something else.
    Reclassified {
        /// What it is now.
        kind: IncidentKind,
        /// The types of failure named now.
        failures: Vec<Failure>,
        /// Why.
        reason: String,
    },
    /// It came to another phase.
    PhaseChanged {
        /// The phase.
        to: Phase,
        /// Why.
        reason: String,
    },
    /// It was linked to another incident.
    Linked(Link),
    /// It was closed.
    Closed {
        /// How it ended.
        summary: String,
    },
    /// It was opened again.
    Reopened {
        /// Why.
        reason: String,
    },
}

/// What can be asked of an incident as a whole. Opening is asked of no incident: see [`open`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "command", rename_all = "snake_case")]
pub enum Command {
    /// Put the title, the care-stop time or a service right.
    Amend {
        /// The title from now on.
        title: Option<String>,
        /// The care-stop time from now on.
        care_stops_at: Option<Instant>,
        /// A service to add, or to put in place of the one of that name.
        service: Option<Service>,
    },
    /// Say that it is something else.
    Reclassify {
        /// What it is now.
        kind: IncidentKind,
        /// The types of failure named now.
        failures: Vec<Failure>,
        /// Why.
        reason: String,
    },
    /// Bring it to another phase.
    ChangePhase {
        /// The phase.
        to: Phase,
        /// Why.
        reason: String,
    },
    /// Link it to another incident.
    Link(Link),
    /// Close it.
    Close {
        /// How it ended.
        summary: String,
    },
    /// Open it again.
    Reopen {
        /// Why.
        reason: String,
    },
}

/// What the incident is and how far it has come.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Lifecycle {
    /// What it was opened with, kept up to date.
    pub opening: Opening,
    /// When it was opened.
    pub opened_at: Instant,
    /// The agency that opened it and leads.
    pub lead: AgencyId,
    /// How far it has come.
    pub phase: Phase,
    /// The incidents it is linked to.
    pub links: Vec<Link>,
    /// How it came to here.
    pub milestones: Vec<Milestone>,
}

/// Whether an incident may be opened with this.
///
/// # Errors
/// [`Refusal::Required`] or [`Refusal::Invalid`], naming the field.
pub fn open(now: Instant, opening: &Opening) -> Result<Fact, Refusal> {
    required("title", &opening.title)?;
    if opening.services.is_empty() {
        return Err(Refusal::Required { field: "services" });
    }
    opening.services.iter().try_for_each(check_service)?;
    let mut ids: Vec<&ServiceId> = opening.services.iter().map(|service| &service.id).collect();
    ids.sort_unstable();
    ids.dedup();
    if ids.len() != opening.services.len() {
        return Err(Refusal::Invalid { field: "services", problem: "two services have the same id" });
    }
    not_in_the_future(now, opening.notified_at)?;
    Ok(Fact::Opened(opening.clone()))
}

fn check_service(service: &Service) -> Result<(), Refusal> {
    match service.risk_level {
        None | Some(1..=4) => Ok(()),
        Some(_) => Err(Refusal::Invalid { field: "service.risk_level", problem: "levels of risk are 1 to 4" }),
    }
}

/// The phases that can follow each: an emergency can be recovered from without being closed.
fn can_follow(from: Phase, to: Phase) -> bool {
    match from {
        Phase::Concern => matches!(to, Phase::Assessing | Phase::Responding),
        Phase::Assessing => matches!(to, Phase::Concern | Phase::Responding | Phase::Recovering),
        Phase::Responding => matches!(to, Phase::Assessing | Phase::Recovering),
        Phase::Recovering => matches!(to, Phase::Concern | Phase::Responding),
        Phase::Closed => false,
    }
}

pub(super) fn decide(asking: &Asking<'_>, command: &Command) -> Result<Vec<crate::Fact>, Refusal> {
    let now_is = &asking.incident.lifecycle;
    let fact = match command {
        Command::Amend { title, care_stops_at, service } => {
            asking.works()?;
            if title.is_none() && care_stops_at.is_none() && service.is_none() {
                return Err(Refusal::Required { field: "amend" });
            }
            title.iter().try_for_each(|title| required("title", title))?;
            service.iter().try_for_each(check_service)?;
            Fact::Amended { title: title.clone(), care_stops_at: *care_stops_at, service: service.clone() }
        }
        Command::Reclassify { kind, failures, reason } => {
            asking.leads()?;
            required("reason", reason)?;
            Fact::Reclassified { kind: *kind, failures: failures.clone(), reason: reason.clone() }
        }
        Command::ChangePhase { to, reason } => {
            asking.leads()?;
            required("reason", reason)?;
            if !can_follow(now_is.phase, *to) {
                return Err(Refusal::PhaseNotReachable { from: now_is.phase, to: *to });
            }
            if *to == Phase::Recovering {
                asking.gate(Step::Recover)?;
            }
            Fact::PhaseChanged { to: *to, reason: reason.clone() }
        }
        Command::Link(link) => {
            asking.works()?;
            let is_linked = now_is.links.iter().any(|known| known.incident == link.incident);
            if link.incident == asking.incident.id || is_linked {
                return Err(Refusal::AlreadyLinked);
            }
            link.brand.iter().try_for_each(|brand| required("brand", brand))?;
            Fact::Linked(link.clone())
        }
        Command::Close { summary } => {
            asking.leads()?;
            asking.holds_one_of(&[Office::IncidentLead, Office::Dass, Office::DassLead])?;
            required("summary", summary)?;
            if !matches!(now_is.phase, Phase::Concern | Phase::Recovering) {
                return Err(Refusal::PhaseNotReachable { from: now_is.phase, to: Phase::Closed });
            }
            asking.gate(Step::Close)?;
            Fact::Closed { summary: summary.clone() }
        }
        Command::Reopen { reason } => {
            asking.leads()?;
            required("reason", reason)?;
            if now_is.phase != Phase::Closed {
                return Err(Refusal::NotClosed);
            }
            Fact::Reopened { reason: reason.clone() }
        }
    };
    Ok(vec![fact.into()])
}

impl Lifecycle {
    pub(super) fn opened(stamp: &Stamp<'_>, opening: &Opening) -> Self {
        let mut lifecycle = Self {
            opening: opening.clone(),
            opened_at: stamp.recorded_at,
            lead: stamp.author.agency.clone(),
            phase: first_phase(opening.kind),
            links: Vec::new(),
            milestones: Vec::new(),
        };
        lifecycle.reach("notified", opening.notified_at, stamp.seq);
        lifecycle.reach("opened", stamp.recorded_at, stamp.seq);
        lifecycle
    }

    pub(super) fn apply(&mut self, stamp: &Stamp<'_>, fact: &Fact) {
        match fact {
            Fact::Opened(_) => (),
            Fact::Amended { title, care_stops_at, service } => self.amend(title, *care_stops_at, service),
            Fact::Reclassified { kind, failures, reason: _ } => {
                if *kind == IncidentKind::ProviderFailure && self.opening.kind != *kind {
                    // The 72 hours run from the notification of the failure, not of what gave concern before it.
                    self.opening.notified_at = stamp.occurred_at;
                    self.reach("notified", stamp.occurred_at, stamp.seq);
                }
                self.opening.kind = *kind;
                self.opening.failures.clone_from(failures);
                self.reach("reclassified", stamp.recorded_at, stamp.seq);
            }
            Fact::PhaseChanged { to, reason: _ } => {
                self.phase = *to;
                self.reach(&format!("phase/{to}"), stamp.occurred_at, stamp.seq);
            }
            Fact::Linked(link) => self.links.push(link.clone()),
            Fact::Closed { summary: _ } => {
                self.phase = Phase::Closed;
                self.reach("closed", stamp.recorded_at, stamp.seq);
            }
            Fact::Reopened { reason: _ } => {
                self.phase = Phase::Recovering;
                self.reach("reopened", stamp.recorded_at, stamp.seq);
            }
        }
    }

    fn amend(&mut self, title: &Option<String>, care_stops_at: Option<Instant>, service: &Option<Service>) {
        if let Some(title) = title {
            self.opening.title.clone_from(title);
        }
        self.opening.care_stops_at = care_stops_at.or(self.opening.care_stops_at);
        if let Some(service) = service {
            match self.opening.services.iter_mut().find(|known| known.id == service.id) {
                Some(known) => known.clone_from(service),
                None => self.opening.services.push(service.clone()),
            }
        }
    }

    fn reach(&mut self, key: &str, at: Instant, entry: Seq) {
        self.milestones.push(Milestone { key: key.to_owned(), at, entry });
    }
}

fn first_phase(kind: IncidentKind) -> Phase {
    match kind {
        IncidentKind::QualityConcern => Phase::Concern,
        IncidentKind::ProviderFailure | IncidentKind::Outbreak | IncidentKind::Regional => Phase::Assessing,
    }
}

#[cfg(test)]
mod tests;
