//! Which approach applies: by the kind of each service, and by the scale of the failure.

use std::collections::BTreeSet;

use muster_rule_sdk::{AgencyKind, Answer, IncidentKind, Relation, ServiceKind, Situation};

use crate::table::{Route, When};

/// The approaches of the Plan that apply, and why.
pub(crate) struct Approaches {
    /// Their numbers, in order.
    pub(crate) in_force: Vec<u8>,
    /// What shows that more than one local authority is affected; empty where nothing does.
    pub(crate) large_scale: Vec<String>,
    is_home_support: bool,
}

impl Approaches {
    pub(crate) fn of(situation: &Situation, routes: &[Route]) -> Self {
        let large_scale = large_scale(situation);
        let routed = situation.services.iter().filter_map(|service| route(service.kind, routes));
        let mut in_force: BTreeSet<u8> = routed.map(|route| route.approach).collect();
        // As the Plan words it, without an exception; the note on home support says what that leaves open.
        if !large_scale.is_empty() {
            in_force.insert(1);
        }
        let is_home_support = situation.services.iter().any(|service| service.kind == ServiceKind::HomeSupport);
        Self { in_force: in_force.into_iter().collect(), large_scale, is_home_support }
    }

    pub(crate) fn holds(&self, when: When) -> bool {
        let is_large = !self.large_scale.is_empty();
        match when {
            When::Approach2Only => self.in_force == [2],
            When::LargeScale => is_large,
            When::LargeScaleHomeSupport => is_large && self.is_home_support,
        }
    }
}

/// The row of the table for a kind of service, where it has one.
pub(crate) fn route(kind: ServiceKind, routes: &[Route]) -> Option<&Route> {
    routes.iter().find(|route| route.kinds.contains(&kind))
}

/// What shows that more than one local authority is affected. That nothing does is not a no.
fn large_scale(situation: &Situation) -> Vec<String> {
    let mut shown = Vec::new();
    if situation.kind == IncidentKind::Regional {
        shown.push("This is a regional incident".to_owned());
    }
    let areas: BTreeSet<&str> = situation.services.iter().map(|service| service.authority.as_str()).collect();
    if areas.len() > 1 {
        shown.push("The services stand in the areas of more than one authority".to_owned());
    }
    for related in &situation.related {
        let elsewhere = related.authority.as_ref().filter(|authority| is_another(situation, authority));
        match (related.relation, elsewhere) {
            (Relation::MemberOf, _) => shown.push("This incident is a member of a regional one".to_owned()),
            (Relation::Member | Relation::SameProvider, Some(authority)) => {
                shown.push(format!("The linked incident {} is led by {authority}", related.incident));
            }
            (Relation::Member | Relation::SameProvider, None) => (),
        }
    }
    let answers = ["region/more-than-one-authority", "region/national"];
    let answered = answers.iter().filter(|fact| situation.answer(fact) == Answer::Yes);
    shown.extend(answered.filter_map(|fact| situation.fact(fact)).map(ToString::to_string));
    shown
}

/// A region leads regional incidents and is no authority that a failure could reach.
fn is_another(situation: &Situation, authority: &str) -> bool {
    let mut regions = situation.participants.iter().filter(|seat| seat.kind == AgencyKind::Region);
    authority != situation.authority && !regions.any(|seat| seat.agency == authority)
}
