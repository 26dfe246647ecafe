//! A situation, told step by step.

use super::figures;
use crate::{
    Action, ActionStatus, AgencyKind, Answer, CareStatus, Fact, FactValue, Failure, Funder, IncidentKind, Instant,
    Interest, Milestone, Mobility, Part, Participant, Person, Phase, Service, ServiceKind, Situation,
};

/// An hour, as a situation counts time.
pub const HOUR: Instant = 3_600;

/// Monday 6 July 2026, 09:00 in Coventry, when the council of a story is told.
const NOTIFIED_AT: Instant = 1_783_324_800;

/// A situation in the making. Each step says one more thing of it.
#[derive(Debug, Clone)]
pub struct Story {
    situation: Situation,
}

/// A registered local service of 30 beds, named `service-1` and so on.
pub fn service(number: u32, kind: ServiceKind) -> Service {
    Service {
        id: format!("service-{number}"),
        kind,
        national: Answer::No,
        regulated: Answer::Yes,
        authority: "E08000026".to_owned(),
        beds: Some(30),
        brand: None,
        risk_level: None,
    }
}

/// A person at `service-1` of whom nothing else is known.
pub fn person(number: u32) -> Person {
    Person {
        ref_: format!("person-{number}"),
        service: "service-1".to_owned(),
        funder: Funder::NotKnown,
        placed_by: None,
        mobility: Mobility::NotKnown,
        needs: Vec::new(),
        needs_known: Answer::Unknown,
        stays_with: Vec::new(),
        status: CareStatus::Identified,
        moved_at: None,
    }
}

impl Story {
    /// The council was told at 09:00 that a local residential home closes in 72 hours, and opened the incident at once.
    /// The home has nobody in it yet: say who lives there.
    pub fn of_an_emergency_closure() -> Self {
        let seat = |agency: &str, kind, interest, is_lead| Participant {
            agency: agency.to_owned(),
            kind,
            interest,
            is_lead,
            offices: Vec::new(),
            joined_at: Some(NOTIFIED_AT),
        };
        let milestone = |key: &str, entry| Milestone { key: key.to_owned(), at: NOTIFIED_AT, entry };
        Self {
            situation: Situation {
                incident: "rosebank".to_owned(),
                title: "Rosebank closes".to_owned(),
                kind: IncidentKind::ProviderFailure,
                failures: Vec::new(),
                phase: Phase::Responding,
                authority: "E08000026".to_owned(),
                region: Some("E12000005".to_owned()),
                exercise: false,
                opened_at: NOTIFIED_AT,
                notified_at: NOTIFIED_AT,
                care_stops_at: Some(NOTIFIED_AT + 72 * HOUR),
                as_of: NOTIFIED_AT,
                services: vec![service(1, ServiceKind::Residential)],
                participants: vec![
                    seat("council", AgencyKind::Council, Interest::FinancialAndOperational, true),
                    seat("icb", AgencyKind::HealthCommissioner, Interest::Operational, false),
                    seat("cqc", AgencyKind::Regulator, Interest::Oversight, false),
                ],
                people: Vec::new(),
                figures: None,
                facts: Vec::new(),
                offers: Vec::new(),
                actions: Vec::new(),
                restrictions: Vec::new(),
                meetings: Vec::new(),
                recommendations: Vec::new(),
                decisions: Vec::new(),
                milestones: vec![milestone("notified", 1), milestone("opened", 1)],
                related: Vec::new(),
                withheld: Vec::new(),
                tags: Vec::new(),
            },
        }
    }

    /// It is an incident of this kind.
    #[must_use]
    pub fn kind(mut self, kind: IncidentKind) -> Self {
        self.situation.kind = kind;
        self
    }

    /// The provider fails in this way too.
    #[must_use]
    pub fn failing_by(mut self, failure: Failure) -> Self {
        self.situation.failures.push(failure);
        self
    }

    /// The incident comes to this phase.
    #[must_use]
    pub fn reaches(mut self, phase: Phase) -> Self {
        self.situation.phase = phase;
        self
    }

    /// So many hours go by.
    #[must_use]
    pub fn later(mut self, hours: i64) -> Self {
        self.situation.as_of = self.situation.as_of.saturating_add(hours.saturating_mul(HOUR));
        self
    }

    /// Care stops so many hours after the council was told; or nobody knows when.
    #[must_use]
    pub fn care_stops(mut self, hours: Option<i64>) -> Self {
        let from = self.situation.notified_at;
        self.situation.care_stops_at = hours.map(|hours| from.saturating_add(hours.saturating_mul(HOUR)));
        self
    }

    /// These are the services, and no other.
    #[must_use]
    pub fn of_services(mut self, services: impl IntoIterator<Item = Service>) -> Self {
        self.situation.services = services.into_iter().collect();
        self
    }

    /// One more person uses a service.
    #[must_use]
    pub fn with_person(mut self, person: Person) -> Self {
        self.situation.people.push(person);
        self
    }

    /// A question is answered, in an entry of its own. A later answer stands in place of an earlier one.
    #[must_use]
    pub fn answered(mut self, key: &str, value: impl Into<FactValue>) -> Self {
        let entry = self.next_entry();
        let at = self.situation.as_of;
        self.situation.facts.retain(|fact| fact.key != key);
        self.situation.facts.push(Fact { key: key.to_owned(), value: value.into(), entry, at });
        self
    }

    /// An action stands on the record that came of the proposal with this key (`emergency-closure/E07`).
    #[must_use]
    pub fn with_action(mut self, key: &str, status: ActionStatus) -> Self {
        let number = u32::try_from(self.situation.actions.len()).unwrap_or(u32::MAX).saturating_add(1);
        let done_at = (status == ActionStatus::Done).then_some(self.situation.as_of);
        self.situation.actions.push(Action {
            number,
            key: Some(key.to_owned()),
            title: key.to_owned(),
            owner: "council".to_owned(),
            due: None,
            status,
            done_at,
        });
        self
    }

    /// A part of the situation is not granted.
    #[must_use]
    pub fn withholding(mut self, part: Part) -> Self {
        self.situation.withheld.push(part);
        self
    }

    /// The situation as told, for a test to change further where no step does. It has the figures of the people told
    /// of, unless they are withheld.
    pub fn situation(self) -> Situation {
        let mut situation = self.situation;
        if !situation.is_withheld(Part::Figures) {
            situation.figures = Some(figures(&situation.people));
        }
        situation
    }

    fn next_entry(&self) -> u64 {
        let facts = self.situation.facts.iter().map(|fact| fact.entry);
        facts
            .chain(self.situation.milestones.iter().map(|milestone| milestone.entry))
            .max()
            .unwrap_or(0)
            .saturating_add(1)
    }
}

impl From<Answer> for FactValue {
    fn from(answer: Answer) -> Self {
        Self::Answer(answer)
    }
}

impl From<&str> for FactValue {
    fn from(text: &str) -> Self {
        Self::Text(text.to_owned())
    }
}

impl From<i64> for FactValue {
    fn from(number: i64) -> Self {
        Self::Number(number)
    }
}
