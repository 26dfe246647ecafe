//! What is said of an incident as a whole, in a timeline and in a situation report.

use super::{Fact, Lifecycle, Link};
use crate::time::uk_day_and_time;

impl Lifecycle {
    /// Lines for the situation report.
    pub(crate) fn lines(&self) -> Vec<String> {
        let services = self.opening.services.iter().map(|service| {
            let beds = service.beds.map_or_else(|| "beds not known".to_owned(), |beds| format!("{beds} beds"));
            let level = service.risk_level.map_or_else(String::new, |level| format!(", risk level {level}"));
            format!("{}: {}, {beds}{level}", service.id, service.kind)
        });
        let links = self.links.iter().map(|link| format!("linked: {} ({})", link.incident, link.relation));
        services.chain(links).collect()
    }
}

impl Fact {
    pub(crate) fn told(&self) -> String {
        match self {
            Self::Opened(opening) => {
                let mark = if opening.exercise { "EXERCISE: " } else { "" };
                format!("{mark}opened {:?} as {}", opening.title, opening.kind)
            }
            Self::Amended { title, care_stops_at, service } => {
                let title = title.as_ref().map(|title| format!("title is {title:?}"));
                let stops = care_stops_at.map(|at| format!("care stops {}", uk_day_and_time(at)));
                let service = service.as_ref().map(|service| format!("service {} put right", service.id));
                let parts: Vec<String> = [title, stops, service].into_iter().flatten().collect();
                format!("amended: {}", parts.join(", "))
            }
            Self::Reclassified { kind, failures, reason } => {
                let named = failures.iter().map(|failure| failure.word()).collect::<Vec<_>>().join(", ");
                let named = if failures.is_empty() { "type of failure not determined" } else { named.as_str() };
                format!("reclassified as {kind} ({named}): {reason}")
            }
            Self::PhaseChanged { to, reason } => format!("{to}: {reason}"),
            Self::Linked(Link { incident, relation, authority, brand }) => {
                let led = authority.as_ref().map_or_else(String::new, |agency| format!(", led by {agency}"));
                let of = brand.as_ref().map_or_else(String::new, |brand| format!(", brand {brand}"));
                format!("linked to {incident} ({relation}{led}{of})")
            }
            Self::Closed { summary } => format!("closed the incident: {summary}"),
            Self::Reopened { reason } => format!("reopened the incident: {reason}"),
        }
    }
}
