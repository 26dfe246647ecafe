//! Whether more than one authority is affected: seen on the record, answered, or not known.

use std::collections::BTreeSet;

use muster_rule_sdk::{AgencyKind, Answer, IncidentKind, Part, Related, Relation, Service, Situation};

/// The fact that says whether another authority of the region is affected.
pub(crate) const IN_THE_REGION: &str = "region/more-than-one-authority";
/// The fact that says whether authorities outside the region are.
pub(crate) const NATIONAL: &str = "region/national";

/// What is known of the trigger, and why.
pub(crate) struct Trigger {
    pub(crate) verdict: Answer,
    pub(crate) because: Vec<String>,
}

impl Trigger {
    pub(crate) fn of(situation: &Situation) -> Self {
        let mut because = Vec::new();
        let is_seen = is_seen(situation, &mut because);
        let facts = [IN_THE_REGION, NATIONAL];
        because.extend(facts.iter().filter_map(|fact| situation.fact(fact)).map(ToString::to_string));
        let verdict = match facts.map(|fact| situation.answer(fact)) {
            _ if is_seen => Answer::Yes,
            [Answer::Yes, _] | [_, Answer::Yes] => Answer::Yes,
            [Answer::No, Answer::No] => Answer::No,
            [Answer::Unknown, Answer::No | Answer::Unknown] | [Answer::No, Answer::Unknown] => {
                by_the_services(situation, &mut because)
            }
        };
        Self { verdict, because }
    }
}

/// Whether a regional incident is open of which this one is a member.
pub(crate) fn is_member(situation: &Situation) -> bool {
    situation.related.iter().any(|related| related.relation == Relation::MemberOf)
}

/// Whether the record itself shows more than one authority. What it shows stands, whatever was answered.
fn is_seen(situation: &Situation, because: &mut Vec<String>) -> bool {
    if is_member(situation) {
        because.push("This incident is a member of a regional one, where the region coordinates".to_owned());
        return true;
    }
    let services = situation.services.iter().map(|service| &service.authority);
    let mut authorities: BTreeSet<&String> = services.filter(|agency| is_authority(situation, agency)).collect();
    if authorities.len() > 1 {
        because.push("The services on this record stand in more than one authority".to_owned());
    }
    authorities.extend(Some(&situation.authority).filter(|agency| is_authority(situation, agency)));
    for related in situation.related.iter().filter(|related| tells_of_a_failure(related.relation)) {
        let Some(authority) = related.authority.as_ref().filter(|agency| is_authority(situation, agency)) else {
            continue;
        };
        if *authority != situation.authority {
            because.push(format!("The linked incident {} is led by {authority}", related.incident));
        }
        authorities.insert(authority);
    }
    authorities.len() > 1
}

/// The region leads regional incidents, and is no authority that could be affected.
fn is_authority(situation: &Situation, agency: &str) -> bool {
    let mut regions = situation.participants.iter().filter(|seat| seat.kind == AgencyKind::Region);
    !regions.any(|seat| seat.agency == agency)
}

/// A link to the regional incident itself says nothing of another authority.
fn tells_of_a_failure(relation: Relation) -> bool {
    match relation {
        Relation::Member | Relation::SameProvider => true,
        Relation::MemberOf => false,
    }
}

/// Services that are all recorded as local ones without a brand are an answer; anything less is not known.
fn by_the_services(situation: &Situation, because: &mut Vec<String>) -> Answer {
    if situation.is_withheld(Part::Related) {
        because.push("This rule set is not shown the incidents that this one is linked to".to_owned());
        return Answer::Unknown;
    }
    let lead_is_not_said = |related: &Related| tells_of_a_failure(related.relation) && related.authority.is_none();
    if situation.related.iter().any(lead_is_not_said) {
        because.push("Of a linked incident it is not said which authority leads it".to_owned());
        return Answer::Unknown;
    }
    if situation.kind == IncidentKind::Regional {
        because.push("It is handled as a regional incident, and the record shows no second authority yet".to_owned());
        return Answer::Unknown;
    }
    let all_are_local =
        !situation.services.is_empty() && situation.services.iter().all(|service| is_local(situation, service));
    if !all_are_local {
        because
            .push("The provider may work elsewhere too: it is national, has a brand, or that is not known".to_owned());
        return Answer::Unknown;
    }
    because.push(format!(
        "Every service is recorded as a local one without a brand, in one authority; {IN_THE_REGION} answered with yes \
         says otherwise"
    ));
    Answer::No
}

fn is_local(situation: &Situation, service: &Service) -> bool {
    let national = situation.answer(&format!("service/{}/national", service.id)).or_else(service.national);
    national == Answer::No && service.brand.is_none()
}
