//! A situation on its way in.

use muster_record::ids::{AgencyId, Seq};
use muster_record::incident::decisions::Panel;
use muster_record::region::PeopleCount;
use muster_record::situation::{
    ActionSeen, DecisionSeen, FactValue, Figures, KnownFact, MeetingSeen, Milestone, Offered, Person,
    RecommendationSeen, Related, RestrictionSeen, Seat, Service, Situation, Tag,
};

use crate::bindings::wit;
use crate::convert::seconds;

impl From<&Situation> for wit::Situation {
    fn from(situation: &Situation) -> Self {
        let Situation {
            incident,
            title,
            kind,
            failures,
            phase,
            authority,
            region,
            exercise,
            opened_at,
            notified_at,
            care_stops_at,
            as_of,
            services,
            participants,
            people,
            figures,
            facts,
            offers,
            actions,
            restrictions,
            meetings,
            recommendations,
            decisions,
            milestones,
            related,
            withheld,
            tags,
        } = situation;
        Self {
            incident: incident.to_string(),
            title: title.clone(),
            kind: (*kind).into(),
            failures: failures.iter().map(|failure| (*failure).into()).collect(),
            phase: (*phase).into(),
            authority: authority.to_string(),
            region: region.clone(),
            exercise: *exercise,
            opened_at: seconds(*opened_at),
            notified_at: seconds(*notified_at),
            care_stops_at: care_stops_at.map(seconds),
            as_of: seconds(*as_of),
            services: services.iter().map(Into::into).collect(),
            participants: participants.iter().map(Into::into).collect(),
            people: people.iter().map(Into::into).collect(),
            figures: figures.as_ref().map(Into::into),
            facts: facts.iter().map(Into::into).collect(),
            offers: offers.iter().map(Into::into).collect(),
            actions: actions.iter().map(Into::into).collect(),
            restrictions: restrictions.iter().map(Into::into).collect(),
            meetings: meetings.iter().map(Into::into).collect(),
            recommendations: recommendations.iter().map(Into::into).collect(),
            decisions: decisions.iter().map(Into::into).collect(),
            milestones: milestones.iter().map(Into::into).collect(),
            related: related.iter().map(Into::into).collect(),
            withheld: withheld.iter().map(|part| (*part).into()).collect(),
            tags: tags.iter().map(Into::into).collect(),
        }
    }
}

impl From<&Figures> for wit::Figures {
    fn from(figures: &Figures) -> Self {
        let Figures {
            people,
            needs_not_known,
            by_service,
            by_status,
            by_funder,
            by_mobility,
            by_need,
            by_placing_authority,
        } = figures;
        Self {
            people: (*people).into(),
            needs_not_known: (*needs_not_known).into(),
            by_service: by_service.iter().map(|(service, count)| (service.to_string(), (*count).into())).collect(),
            by_status: by_status.iter().map(|(status, count)| ((*status).into(), (*count).into())).collect(),
            by_funder: by_funder.iter().map(|(funder, count)| ((*funder).into(), (*count).into())).collect(),
            by_mobility: by_mobility.iter().map(|(mobility, count)| ((*mobility).into(), (*count).into())).collect(),
            by_need: by_need.iter().map(|(need, count)| ((*need).into(), (*count).into())).collect(),
            by_placing_authority: by_placing_authority
                .iter()
                .map(|(agency, count)| (agency.to_string(), (*count).into()))
                .collect(),
        }
    }
}

impl From<PeopleCount> for wit::Count {
    fn from(count: PeopleCount) -> Self {
        let PeopleCount { at_least, at_most } = count;
        Self { at_least, at_most }
    }
}

impl From<&Tag> for wit::Tag {
    fn from(tag: &Tag) -> Self {
        let Tag { of, name, value } = tag;
        Self { of: of.clone(), name: name.clone(), value: value.clone() }
    }
}

impl From<&Service> for wit::Service {
    fn from(service: &Service) -> Self {
        let Service { id, kind, national, regulated, authority, beds, brand, risk_level } = service;
        Self {
            id: id.to_string(),
            kind: (*kind).into(),
            national: (*national).into(),
            regulated: (*regulated).into(),
            authority: authority.to_string(),
            beds: *beds,
            brand: brand.clone(),
            risk_level: *risk_level,
        }
    }
}

impl From<&Seat> for wit::Participant {
    fn from(seat: &Seat) -> Self {
        let Seat { agency, kind, interest, is_lead, offices, joined_at } = seat;
        Self {
            agency: agency.to_string(),
            kind: (*kind).into(),
            interest: (*interest).into(),
            is_lead: *is_lead,
            offices: offices.iter().map(|office| (*office).into()).collect(),
            joined_at: joined_at.map(seconds),
        }
    }
}

impl From<&Person> for wit::Person {
    fn from(person: &Person) -> Self {
        let Person {
            reference,
            service,
            funder,
            placed_by,
            mobility,
            needs,
            needs_known,
            stays_with,
            status,
            moved_at,
        } = person;
        Self {
            ref_: reference.clone(),
            service: service.to_string(),
            funder: (*funder).into(),
            placed_by: placed_by.as_ref().map(AgencyId::to_string),
            mobility: (*mobility).into(),
            needs: needs.iter().map(|need| (*need).into()).collect(),
            needs_known: (*needs_known).into(),
            stays_with: stays_with.clone(),
            status: (*status).into(),
            moved_at: moved_at.map(seconds),
        }
    }
}

impl From<&KnownFact> for wit::Fact {
    fn from(fact: &KnownFact) -> Self {
        let KnownFact { key, value, entry: Seq(entry), at } = fact;
        let value = match value {
            FactValue::Answer(answer) => wit::FactValue::Answer((*answer).into()),
            FactValue::Number(number) => wit::FactValue::Number(*number),
            FactValue::Text(text) => wit::FactValue::Text(text.clone()),
            FactValue::At(at) => wit::FactValue::At(seconds(*at)),
        };
        Self { key: key.clone(), value, entry: *entry, at: seconds(*at) }
    }
}

impl From<&Offered> for wit::Offer {
    fn from(offer: &Offered) -> Self {
        let Offered { reference, agency, kind, quantity, taken, as_of, detail } = offer;
        Self {
            ref_: reference.clone(),
            agency: agency.to_string(),
            kind: (*kind).into(),
            quantity: *quantity,
            taken: *taken,
            as_of: seconds(*as_of),
            detail: detail.clone(),
        }
    }
}

impl From<&ActionSeen> for wit::Action {
    fn from(action: &ActionSeen) -> Self {
        let ActionSeen { number, key, title, owner, due, status, done_at } = action;
        Self {
            number: *number,
            key: key.clone(),
            title: title.clone(),
            owner: owner.to_string(),
            due: due.map(seconds),
            status: (*status).into(),
            done_at: done_at.map(seconds),
        }
    }
}

impl From<&RestrictionSeen> for wit::Restriction {
    fn from(restriction: &RestrictionSeen) -> Self {
        let RestrictionSeen { number, kind, basis, placed_at, lifted_at } = restriction;
        Self {
            number: *number,
            kind: (*kind).into(),
            basis: (*basis).into(),
            placed_at: seconds(*placed_at),
            lifted_at: lifted_at.map(seconds),
        }
    }
}

impl From<&MeetingSeen> for wit::Meeting {
    fn from(meeting: &MeetingSeen) -> Self {
        let MeetingSeen { number, kind, at, held_at, minuted } = meeting;
        Self {
            number: *number,
            kind: (*kind).into(),
            at: seconds(*at),
            held_at: held_at.map(seconds),
            minuted: *minuted,
        }
    }
}

impl From<&RecommendationSeen> for wit::Recommendation {
    fn from(recommendation: &RecommendationSeen) -> Self {
        let RecommendationSeen { number, panel, to, at, followed_by } = recommendation;
        Self {
            number: *number,
            panel: match panel {
                Panel::ProviderEscalationPanel => wit::MeetingKind::ProviderEscalationPanel,
                Panel::QualityPeerSupportGroup => wit::MeetingKind::QualityPeerSupportGroup,
            },
            to: to.iter().map(|office| (*office).into()).collect(),
            at: seconds(*at),
            followed_by: *followed_by,
        }
    }
}

impl From<&DecisionSeen> for wit::Decision {
    fn from(decision: &DecisionSeen) -> Self {
        let DecisionSeen { number, office, question, chosen, at } = decision;
        Self {
            number: *number,
            office: (*office).into(),
            question: question.clone(),
            chosen: chosen.clone(),
            at: seconds(*at),
        }
    }
}

impl From<&Milestone> for wit::Milestone {
    fn from(milestone: &Milestone) -> Self {
        let Milestone { key, at, entry: Seq(entry) } = milestone;
        Self { key: key.clone(), at: seconds(*at), entry: *entry }
    }
}

impl From<&Related> for wit::Related {
    fn from(related: &Related) -> Self {
        let Related { incident, relation, authority, brand } = related;
        Self {
            incident: incident.to_string(),
            relation: (*relation).into(),
            authority: authority.as_ref().map(AgencyId::to_string),
            brand: brand.clone(),
        }
    }
}
