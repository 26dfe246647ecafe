//! The run: each group in turn gets the best home that can take all of it. No bed is given twice.

use std::collections::BTreeSet;

use muster_rule_sdk::Answer;

use super::Matching;
use super::beds::{Bed, Home};
use super::order::{Ordered, order};
use super::people::Member;
use crate::settings::Criterion;
use crate::table::Rule;

/// What came of a group.
#[derive(Debug)]
pub(crate) struct Outcome<'a, 'u> {
    pub(crate) ordered: Ordered<'a, 'u>,
    /// The place of its first member in the order, counted over everybody.
    pub(crate) rank: u32,
    pub(crate) came: Came<'a>,
}

/// Whether a group found a place, or why not.
#[derive(Debug)]
pub(crate) enum Came<'a> {
    /// Nobody in it needs a place.
    Settled,
    /// It has a home: a bed for each who waits, in the order of the group, and the other offers that share these beds.
    Placed { beds: Vec<Bed<'a>>, shared: Vec<&'a str> },
    /// Of somebody in it too little is known.
    Unknown,
    /// It is larger than the council lets be placed together without a look.
    TooLarge,
    /// No bed on offer suits one of them.
    NoneSuits,
    /// No one home has beds that suit all of them.
    NotTogether,
    /// Beds suit; all are taken, or go to those who come before.
    NoneLeft,
}

/// The run by the rule that was decided.
pub(crate) fn run<'a, 'u>(matching: &'u Matching<'a>, rule: Rule) -> Vec<Outcome<'a, 'u>> {
    let mut homes = matching.market.homes.clone();
    let mut rank: u32 = 1;
    let mut outcomes = Vec::new();
    for ordered in order(matching, rule) {
        let came = came(matching, &mut homes, &ordered);
        let first = rank;
        rank = rank.saturating_add(u32::try_from(ordered.unit.size()).unwrap_or(u32::MAX));
        outcomes.push(Outcome { ordered, rank: first, came });
    }
    outcomes
}

fn came<'a>(matching: &Matching<'a>, homes: &mut [Home<'a>], ordered: &Ordered<'a, '_>) -> Came<'a> {
    let unit = ordered.unit;
    let waiting: Vec<&Member<'a>> = unit.waiting().collect();
    if waiting.is_empty() {
        return Came::Settled;
    }
    if unit.unknown().next().is_some() {
        return Came::Unknown;
    }
    if unit.size() > u64::from(matching.settings.group_at_most) {
        return Came::TooLarge;
    }
    // Where somebody of the group has a place already, it must be one of the taken beds of the home.
    let settled = u64::try_from(unit.settled().count()).unwrap_or(u64::MAX);
    let mut best: Option<(Vec<u32>, Vec<usize>, &mut Home<'a>)> = None;
    for home in homes.iter_mut().filter(|home| home.taken >= settled) {
        let Some(seats) = seats(matching, home, &waiting) else { continue };
        let weight = weight(matching, home, &waiting, &seats);
        if best.as_ref().is_none_or(|(lightest, _, _)| weight < *lightest) {
            best = Some((weight, seats, home));
        }
    }
    let Some((_, seats, home)) = best else { return why_not(matching, ordered, &waiting) };
    let beds: Vec<Bed<'a>> = seats.iter().filter_map(|seat| home.beds.get(*seat).cloned()).collect();
    seats.iter().for_each(|seat| home.take(*seat));
    let shared =
        if home.is_shared { home.beds.iter().map(|bed| bed.offer.ref_.as_str()).collect() } else { Vec::new() };
    Came::Placed { beds, shared }
}

fn why_not<'a>(matching: &Matching<'_>, ordered: &Ordered<'_, '_>, waiting: &[&Member<'_>]) -> Came<'a> {
    let suits = |member: &&Member<'_>| matching.market.beds().any(|bed| bed.suits(member.asks) != Answer::No);
    if !waiting.iter().all(suits) {
        Came::NoneSuits
    } else if ordered.suiting == 0 && waiting.len() > 1 {
        Came::NotTogether
    } else {
        Came::NoneLeft
    }
}

/// A bed in this home for each of them, as places in its list; none where they do not all find one.
fn seats(matching: &Matching<'_>, home: &Home<'_>, members: &[&Member<'_>]) -> Option<Vec<usize>> {
    if u64::try_from(members.len()).is_ok_and(|size| size > home.left) {
        return None;
    }
    let mut seating = Seating { home, suit: Vec::new(), of_bed: vec![Vec::new(); home.beds.len()] };
    for member in members {
        let suits = |(_, bed): &(usize, &Bed<'_>)| bed.left > 0 && bed.suits(member.asks) != Answer::No;
        let mut suit: Vec<(Vec<u32>, usize)> =
            (0..).zip(&home.beds).filter(suits).map(|(seat, bed)| (of_bed(matching, bed, member), seat)).collect();
        suit.sort();
        seating.suit.push(suit.into_iter().map(|(_, seat)| seat).collect());
    }
    let seated = (0..members.len()).all(|member| seating.seat(member, &mut BTreeSet::new()));
    seated.then(|| seating.by_member(members.len())).flatten()
}

/// People on their way to beds of one home: each takes the best free bed; where none is free, another moves over.
struct Seating<'h, 'a> {
    home: &'h Home<'a>,
    /// For each member, the beds that suit, the best first.
    suit: Vec<Vec<usize>>,
    /// For each bed, the members who have it.
    of_bed: Vec<Vec<usize>>,
}

impl Seating<'_, '_> {
    fn seat(&mut self, member: usize, tried: &mut BTreeSet<usize>) -> bool {
        let suit = self.suit.get(member).cloned().unwrap_or_default();
        if let Some(free) = suit.iter().find(|seat| self.is_free(**seat)) {
            return self.take(*free, member);
        }
        for seat in suit {
            if !tried.insert(seat) {
                continue;
            }
            let holders = self.of_bed.get(seat).cloned().unwrap_or_default();
            if let Some(moved) = holders.into_iter().find(|holder| self.seat(*holder, tried)) {
                if let Some(of_bed) = self.of_bed.get_mut(seat) {
                    of_bed.retain(|holder| *holder != moved);
                }
                return self.take(seat, member);
            }
        }
        false
    }

    fn is_free(&self, seat: usize) -> bool {
        let left = self.home.beds.get(seat).map_or(0, |bed| bed.left);
        self.of_bed.get(seat).is_some_and(|taken| u32::try_from(taken.len()).is_ok_and(|taken| taken < left))
    }

    fn take(&mut self, seat: usize, member: usize) -> bool {
        self.of_bed.get_mut(seat).map(|of_bed| of_bed.push(member)).is_some()
    }

    fn by_member(&self, members: usize) -> Option<Vec<usize>> {
        let seat_of = |member: usize| self.of_bed.iter().position(|holders| holders.contains(&member));
        (0..members).map(seat_of).collect()
    }
}

/// How a home does for a group, criterion by criterion: that of the member it does worst for.
fn weight(matching: &Matching<'_>, home: &Home<'_>, members: &[&Member<'_>], seats: &[usize]) -> Vec<u32> {
    let beds = seats.iter().filter_map(|seat| home.beds.get(*seat));
    let weights = beds.zip(members).map(|(bed, member)| of_bed(matching, bed, member));
    let worse =
        |one: Vec<u32>, other: Vec<u32>| one.into_iter().zip(other).map(|(one, other)| one.max(other)).collect();
    weights.reduce(worse).unwrap_or_default()
}

/// How a bed does for a person, criterion by criterion in the council's order: less is better.
fn of_bed(matching: &Matching<'_>, bed: &Bed<'_>, member: &Member<'_>) -> Vec<u32> {
    let rank = |answer: Answer| match answer {
        Answer::Yes => 0,
        Answer::Unknown => 1,
        Answer::No => 2,
    };
    let of_criterion = |criterion: &Criterion| match criterion {
        Criterion::NotAHotel => u32::from(bed.is_hotel),
        Criterion::SuitsForCertain => rank(bed.suits(member.asks)),
        Criterion::InArea => rank(bed.is_near(&matching.situation.authority, member.person.placed_by.as_deref())),
        Criterion::NoMoreThanNeeded => bed.yes.without(member.asks).count(),
        Criterion::RecentFigure => u32::from(!bed.is_recent),
    };
    matching.settings.bed_order.iter().map(of_criterion).collect()
}
