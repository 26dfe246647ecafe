//! Projection: the situation that a rule set is shown, worked out from the incident at its last entry.

use crate::ids::{DecisionNo, PersonNo};
use crate::incident::Incident;
use crate::situation::{
    ActionSeen, DecisionSeen, Figures, KnownFact, MeetingSeen, Offered, Part, Person, RecommendationSeen, Related,
    RestrictionSeen, Seat, Situation,
};
use crate::time::Instant;

fn reference(person: PersonNo) -> String {
    format!("person-{}", person.0)
}

impl Incident {
    /// The whole situation at the time `as_of`. A rule set is shown the parts of it that it asks for and is granted:
    /// see [`Situation::showing`].
    ///
    /// This is asked of the incident as the rule set's owner may see it. Where people may be missing from that,
    /// `withheld` says so, and there are no figures of those who are left.
    pub fn situation(&self, as_of: Instant) -> Situation {
        let opening = &self.lifecycle.opening;
        let people = self.seen_people();
        let (figures, withheld) = match self.withheld.people {
            true => (None, vec![Part::People, Part::Figures]),
            false => (Some(Figures::of(&people)), Vec::new()),
        };
        Situation {
            incident: self.id.clone(),
            title: opening.title.clone(),
            kind: opening.kind,
            failures: opening.failures.clone(),
            phase: self.lifecycle.phase,
            authority: self.lifecycle.lead.clone(),
            region: opening.region.clone(),
            exercise: opening.exercise,
            opened_at: self.lifecycle.opened_at,
            notified_at: opening.notified_at,
            care_stops_at: opening.care_stops_at,
            as_of,
            services: opening.services.clone(),
            participants: self.seen_participants(),
            people,
            figures,
            facts: self.seen_facts(),
            offers: self.seen_offers(),
            actions: self.seen_actions(),
            restrictions: self.seen_restrictions(),
            meetings: self.seen_meetings(),
            recommendations: self.seen_recommendations(),
            decisions: self.seen_decisions(),
            milestones: self.lifecycle.milestones.clone(),
            related: self.seen_related(),
            withheld,
            tags: Vec::new(),
        }
    }

    fn seen_participants(&self) -> Vec<Seat> {
        let seats = self.participants.seats.iter();
        seats
            .map(|(agency, seat)| Seat {
                agency: agency.clone(),
                kind: seat.kind,
                interest: seat.interest,
                is_lead: seat.is_lead,
                offices: self
                    .participants
                    .offices
                    .iter()
                    .filter(|(_, holder)| *holder == agency)
                    .map(|(office, _)| *office)
                    .collect(),
                joined_at: seat.joined_at,
            })
            .collect()
    }

    fn seen_people(&self) -> Vec<Person> {
        let numbered = self.people.list.numbered();
        numbered
            .map(|(number, person)| Person {
                reference: reference(number),
                service: person.details.service.clone(),
                funder: person.details.funder,
                placed_by: person.details.placed_by.clone(),
                mobility: person.details.mobility,
                needs: person.details.needs.clone(),
                needs_known: person.details.needs_known,
                stays_with: person.details.stays_with.iter().copied().map(reference).collect(),
                status: person.status,
                moved_at: person.moved_at,
            })
            .collect()
    }

    fn seen_facts(&self) -> Vec<KnownFact> {
        let standing = self.answers.standing.iter();
        standing
            .map(|(key, answer)| KnownFact {
                key: key.clone(),
                value: answer.value.clone(),
                entry: answer.entry,
                at: answer.at,
            })
            .collect()
    }

    fn seen_offers(&self) -> Vec<Offered> {
        let numbered = self.offers.list.numbered().filter(|(_, offer)| !offer.withdrawn);
        numbered
            .map(|(number, offer)| Offered {
                reference: format!("offer-{}", number.0),
                agency: offer.agency.clone(),
                kind: offer.kind,
                quantity: offer.quantity,
                taken: offer.taken,
                as_of: offer.as_at,
                detail: offer.detail.clone(),
            })
            .collect()
    }

    fn seen_actions(&self) -> Vec<ActionSeen> {
        self.actions
            .list
            .numbered()
            .map(|(number, action)| ActionSeen {
                number: number.0,
                key: action.key.clone(),
                title: action.title.clone(),
                owner: action.owner.clone(),
                due: action.due,
                status: action.status,
                done_at: action.done_at,
            })
            .collect()
    }

    fn seen_restrictions(&self) -> Vec<RestrictionSeen> {
        self.restrictions
            .list
            .numbered()
            .map(|(number, known)| RestrictionSeen {
                number: number.0,
                kind: known.kind,
                basis: known.basis,
                placed_at: known.placed_at,
                lifted_at: known.lifted_at,
            })
            .collect()
    }

    fn seen_meetings(&self) -> Vec<MeetingSeen> {
        self.meetings
            .list
            .numbered()
            .map(|(number, meeting)| MeetingSeen {
                number: number.0,
                kind: meeting.kind,
                at: meeting.at,
                held_at: meeting.held_at,
                minuted: meeting.minuted,
            })
            .collect()
    }

    fn seen_recommendations(&self) -> Vec<RecommendationSeen> {
        self.decisions
            .recommendations
            .numbered()
            .map(|(number, recommended)| RecommendationSeen {
                number: number.0,
                panel: recommended.panel,
                to: recommended.to.clone(),
                at: recommended.at,
                followed_by: recommended.followed_by.map(|DecisionNo(number)| number),
            })
            .collect()
    }

    fn seen_related(&self) -> Vec<Related> {
        let links = self.lifecycle.links.iter();
        links
            .map(|link| Related {
                incident: link.incident.clone(),
                relation: link.relation,
                authority: link.authority.clone(),
                brand: link.brand.clone(),
            })
            .collect()
    }

    fn seen_decisions(&self) -> Vec<DecisionSeen> {
        self.decisions
            .list
            .numbered()
            .map(|(number, made)| DecisionSeen {
                number: number.0,
                office: made.office,
                question: made.key.clone(),
                chosen: made.chosen.clone(),
                at: made.at,
            })
            .collect()
    }
}
