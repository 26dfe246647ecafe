//! An incident in a few words, kept beside the record for lists.

use muster_record::Incident;
use muster_record::ids::AgencyId;
use muster_record::situation::{IncidentKind, Phase};
use muster_record::time::Instant;
use serde::{Deserialize, Serialize};

/// An incident in a few words, as of its last entry.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Summary {
    /// Its title.
    pub title: String,
    /// What is handled.
    pub kind: IncidentKind,
    /// How far it has come.
    pub phase: Phase,
    /// Who leads.
    pub lead: AgencyId,
    /// Whether it is a rehearsal.
    pub exercise: bool,
    /// When it was opened.
    pub opened_at: Instant,
    /// When the lead was told.
    pub notified_at: Instant,
    /// When care stops, where known.
    pub care_stops_at: Option<Instant>,
    /// People on the list.
    pub people: u32,
    /// Of them, those with nowhere to go yet.
    pub not_yet_placed: u32,
}

impl Summary {
    /// An incident in a few words.
    pub fn of(incident: &Incident) -> Self {
        let lifecycle = &incident.lifecycle;
        let count = |number: usize| u32::try_from(number).unwrap_or(u32::MAX);
        Self {
            title: lifecycle.opening.title.clone(),
            kind: lifecycle.opening.kind,
            phase: lifecycle.phase,
            lead: lifecycle.lead.clone(),
            exercise: lifecycle.opening.exercise,
            opened_at: lifecycle.opened_at,
            notified_at: lifecycle.opening.notified_at,
            care_stops_at: lifecycle.opening.care_stops_at,
            people: count(incident.people.list.len()),
            not_yet_placed: count(incident.people.not_yet_placed()),
        }
    }
}
