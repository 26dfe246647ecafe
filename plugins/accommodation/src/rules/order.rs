//! Who comes when: the order that the decided rule makes. It does not move when somebody is placed or a bed is taken.

use std::cmp::{Ordering, Reverse};

use muster_rule_sdk::{Answer, Need};

use super::beds::Home;
use super::people::{Member, Unit};
use super::{Matching, larger_first};
use crate::table::Rule;

/// A group at its place in the order.
#[derive(Debug)]
pub(crate) struct Ordered<'a, 'u> {
    pub(crate) unit: &'u Unit<'a>,
    /// How many of the beds offered, taken or not, suit the group, where one home has enough of them.
    pub(crate) suiting: u64,
    /// The needs of the group, the weightiest on the left.
    needs: u32,
    /// Whether too little is known of somebody in it.
    pub(crate) is_unknown: bool,
}

/// All groups, in order.
pub(crate) fn order<'a, 'u>(matching: &'u Matching<'a>, rule: Rule) -> Vec<Ordered<'a, 'u>> {
    let of_unit = |unit| Ordered {
        unit,
        suiting: matching.market.homes.iter().map(|home| suiting(home, unit)).sum(),
        needs: needs(unit, &matching.settings.need_order),
        is_unknown: unit.unknown().next().is_some(),
    };
    let mut ordered: Vec<Ordered<'_, '_>> = matching.units.iter().map(of_unit).collect();
    // The first of the group on the record's list settles what the rule leaves equal.
    ordered.sort_by(|one, other| {
        one.is_unknown
            .cmp(&other.is_unknown)
            .then_with(|| by_rule(rule, one, other))
            .then_with(|| one.unit.first().cmp(&other.unit.first()))
    });
    ordered
}

fn by_rule(rule: Rule, one: &Ordered<'_, '_>, other: &Ordered<'_, '_>) -> Ordering {
    let fewest = one.suiting.cmp(&other.suiting);
    let largest = larger_first(&one.unit.size(), &other.unit.size());
    let neediest = Reverse(one.needs).cmp(&Reverse(other.needs));
    match rule {
        Rule::FewestBeds => fewest.then(largest).then(neediest),
        Rule::Together => largest.then(fewest).then(neediest),
        Rule::Needs => neediest.then(fewest).then(largest),
    }
}

/// Beds of the home that suit somebody of the group, where every one of it can have one.
fn suiting(home: &Home<'_>, unit: &Unit<'_>) -> u64 {
    let suits = |member: &Member<'_>| home.beds.iter().any(|bed| bed.suits(member.asks) != Answer::No);
    if !unit.members.iter().all(suits) {
        return 0;
    }
    let of_some = home.beds.iter().filter(|bed| unit.members.iter().any(|one| bed.suits(one.asks) != Answer::No));
    let beds: u64 = of_some.map(|bed| u64::from(bed.offer.quantity)).sum();
    let beds = beds.min(home.offered);
    if beds < unit.size() { 0 } else { beds }
}

/// The needs of the group as a number that compares as the council's order does.
fn needs(unit: &Unit<'_>, need_order: &[Need]) -> u32 {
    let has = |need: &Need| unit.members.iter().any(|member| member.person.needs.contains(need));
    let bits = (0..u32::BITS).rev().zip(need_order).filter(|(_, need)| has(need));
    bits.fold(0, |set, (place, _)| set | (1 << place))
}

/// The word of the record for a need.
pub(crate) fn word(need: Need) -> &'static str {
    match need {
        Need::Nursing => "nursing",
        Need::Dementia => "dementia",
        Need::LacksCapacity => "lacks-capacity",
        Need::NoOneToConsult => "no-one-to-consult",
        Need::DeprivationOfLiberty => "deprivation-of-liberty",
        Need::TwoCarers => "two-carers",
        Need::TimeCriticalMedicine => "time-critical-medicine",
        Need::EndOfLife => "end-of-life",
    }
}
