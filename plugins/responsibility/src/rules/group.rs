//! To which group a person belongs, by who pays and who placed them.

use muster_rule_sdk::{AgencyKind, Funder, Person, Situation};

use crate::table::Group;

/// The group of a person. A payer from here does not fit an agency from elsewhere that placed them, nor the reverse.
pub(super) fn of(situation: &Situation, person: &Person) -> Group {
    let placed_by = person.placed_by.as_deref();
    let is_by_the_lead = placed_by == Some(situation.authority.as_str());
    let fits_elsewhere = |not: AgencyKind| match placed_by {
        Some(agency) => !is_by_the_lead && kind_of(situation, agency) != Some(not),
        None => true,
    };
    let or_contradicting = |fits: bool, group| if fits { group } else { Group::Contradicting };
    match person.funder {
        Funder::CouncilPart => {
            or_contradicting(is_from_here(situation, person, AgencyKind::Council), Group::CouncilPart)
        }
        Funder::CouncilFull => {
            or_contradicting(is_from_here(situation, person, AgencyKind::Council), Group::CouncilFull)
        }
        Funder::HealthFull => {
            or_contradicting(is_from_here(situation, person, AgencyKind::HealthCommissioner), Group::HealthFull)
        }
        Funder::SelfFunded if placed_by.is_none() || is_by_the_lead => Group::SelfFunded,
        Funder::SelfFunded => Group::SelfFundedPlaced,
        Funder::OtherCouncil => or_contradicting(fits_elsewhere(AgencyKind::HealthCommissioner), Group::OtherCouncil),
        Funder::OtherHealth => or_contradicting(fits_elsewhere(AgencyKind::Council), Group::OtherHealth),
        Funder::NotKnown => Group::NotKnown,
    }
}

/// Whether the agency that placed a person can be the one of that kind here. An agency is named only
/// where it is another than the lead, so no name means that it is the one here.
fn is_from_here(situation: &Situation, person: &Person, kind: AgencyKind) -> bool {
    match person.placed_by.as_deref() {
        None => true,
        Some(agency) if agency == situation.authority => true,
        Some(agency) => {
            kind_of(situation, agency) == Some(kind) && kind_of(situation, &situation.authority) != Some(kind)
        }
    }
}

fn kind_of(situation: &Situation, agency: &str) -> Option<AgencyKind> {
    situation.participants.iter().find(|seat| seat.agency == agency).map(|seat| seat.kind)
}
