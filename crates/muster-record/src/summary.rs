//! An incident in brief, as lists show it.

use serde::{Deserialize, Serialize};

use crate::ids::{AgencyId, IncidentId, Seq};
use crate::incident::Incident;
use crate::situation::{Failure, IncidentKind, Phase};
use crate::time::Instant;

/// An incident in brief, as of its last entry.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Summary {
    /// The incident.
    pub incident: IncidentId,
    /// Its title.
    pub title: String,
    /// What is handled.
    pub kind: IncidentKind,
    /// The types of failure named so far.
    pub failures: Vec<Failure>,
    /// How far it has come.
    pub phase: Phase,
    /// Who leads.
    pub lead: AgencyId,
    /// The region.
    pub region: Option<String>,
    /// Whether it is a rehearsal.
    pub exercise: bool,
    /// When it was opened.
    pub opened_at: Instant,
    /// When the lead was told.
    pub notified_at: Instant,
    /// When care stops, where known.
    pub care_stops_at: Option<Instant>,
    /// Its last entry.
    pub last_seq: Seq,
    /// When that was written.
    pub recorded_at: Instant,
    /// People on the list.
    pub people: u32,
    /// Of them, those with nowhere to go yet.
    pub not_yet_placed: u32,
    /// Whether people may be missing from these figures, as the reader may not see them all.
    #[serde(default)]
    pub people_withheld: bool,
}

impl Incident {
    /// The incident in brief.
    pub fn summary(&self) -> Summary {
        let lifecycle = &self.lifecycle;
        let opening = &lifecycle.opening;
        let count = |number: usize| u32::try_from(number).unwrap_or(u32::MAX);
        Summary {
            incident: self.id.clone(),
            title: opening.title.clone(),
            kind: opening.kind,
            failures: opening.failures.clone(),
            phase: lifecycle.phase,
            lead: lifecycle.lead.clone(),
            region: opening.region.clone(),
            exercise: opening.exercise,
            opened_at: lifecycle.opened_at,
            notified_at: opening.notified_at,
            care_stops_at: opening.care_stops_at,
            last_seq: self.seq,
            recorded_at: self.recorded_at,
            people: count(self.people.list.len()),
            not_yet_placed: count(self.people.not_yet_placed()),
            people_withheld: self.withheld.people,
        }
    }
}
