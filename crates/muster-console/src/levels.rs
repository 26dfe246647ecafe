//! Levels of risk: they stand on incidents and not in the register, so they are shown of those that the viewer sees.

use std::sync::Arc;

use muster_record::Incident;
use muster_record::situation::Service;

use crate::frame::title_of;
use crate::said::plain;

/// A service on an incident, with its level of risk by Table One.
#[derive(Debug, Clone)]
pub(crate) struct Level {
    pub(crate) service: String,
    pub(crate) level: Option<u8>,
    pub(crate) kind: String,
    pub(crate) authority: String,
    pub(crate) brand: String,
    pub(crate) incident: String,
    pub(crate) title: String,
    pub(crate) exercise: bool,
}

impl Level {
    /// The services on open incidents that somebody sees, the highest level first; without one last.
    pub(crate) fn all(incidents: &[Arc<Incident>]) -> Vec<Self> {
        let open = incidents.iter().filter(|incident| !incident.is_closed());
        let services = open.flat_map(|incident| {
            incident.lifecycle.opening.services.iter().map(move |service| Self::of(incident, service))
        });
        let mut all: Vec<Self> = services.collect();
        all.sort_by(|one, other| other.level.cmp(&one.level).then_with(|| one.service.cmp(&other.service)));
        all
    }

    fn of(incident: &Incident, service: &Service) -> Self {
        let Service { id, kind, national: _, regulated: _, authority, beds: _, brand, risk_level } = service;
        let opening = &incident.lifecycle.opening;
        Self {
            service: id.to_string(),
            level: *risk_level,
            kind: plain(kind.word()),
            authority: title_of(incident, authority),
            brand: brand.clone().unwrap_or_default(),
            incident: incident.id.to_string(),
            title: opening.title.clone(),
            exercise: opening.exercise,
        }
    }

    pub(crate) fn tag(&self) -> &'static str {
        match self.level {
            Some(4..) => "govuk-tag--red",
            Some(3) => "govuk-tag--yellow",
            Some(_) => "govuk-tag--blue",
            None => "govuk-tag--grey",
        }
    }

    pub(crate) fn label(&self) -> String {
        self.level.map_or_else(|| "No level yet".to_owned(), |level| format!("Level {level}"))
    }
}
