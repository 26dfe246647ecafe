//! What somebody should do about the beds and about what is not known.

use muster_rule_sdk::{Answer, CareStatus, Mobility, ProposedAction};

use super::beds::Bed;
use super::people::Member;
use super::says::{dated, first_of, waiting};
use super::{Matching, listed};
use crate::words::Words;

pub(crate) fn actions(matching: &Matching<'_>, is_any_matched: bool) -> Vec<ProposedAction> {
    let rows = [
        ("find-out-needs", not_known(matching)),
        ("ask-suitability", not_said(matching)),
        ("refresh-figures", old(matching)),
        ("engage-market", short(matching)),
        ("cross-border", short_in_the_area(matching)),
        ("hotels", short_everywhere(matching)),
        ("agree-cost", costs(matching, is_any_matched)),
    ];
    let due = rows.into_iter().filter(|(_, because)| !because.is_empty());
    due.filter_map(|(key, because)| matching.tables.action(key, because)).collect()
}

fn those_who_wait<'m, 'a>(matching: &'m Matching<'a>) -> impl Iterator<Item = &'m Member<'a>> {
    matching.units.iter().flat_map(|unit| unit.waiting())
}

fn not_known(matching: &Matching<'_>) -> Vec<String> {
    let which = |what: &str, holds: fn(&Member<'_>) -> bool| {
        let people = those_who_wait(matching).filter(|member| holds(member));
        let people: Vec<&str> = people.map(|member| member.person.ref_.as_str()).collect();
        let more = people.len().saturating_sub(100);
        let others = if more > 0 { format!(" and {more} more") } else { String::new() };
        let named = people.iter().take(100).copied();
        let named = if more > 0 { named.collect::<Vec<_>>().join(", ") } else { listed(named) };
        (!people.is_empty()).then(|| format!("{what}: {named}{others}"))
    };
    [
        which("Needs not known", |member| member.person.needs_known != Answer::Yes),
        which("How they travel is not known", |member| member.person.mobility == Mobility::NotKnown),
    ]
    .into_iter()
    .flatten()
    .collect()
}

/// Words that somebody who waits asks for and an offer neither grants nor rules out.
fn not_said(matching: &Matching<'_>) -> Vec<String> {
    let wanted = those_who_wait(matching).fold(Words::default(), |wanted, member| wanted.or(member.asks));
    let silent = matching.market.with_beds_left().filter_map(|bed| {
        let open = wanted.without(bed.yes).without(bed.no);
        let words = listed(open.rows(&matching.tables.words).map(|word| word.name.as_str()));
        (!open.is_empty()).then(|| format!("{} of {}: {words}", bed.offer.ref_, bed.offer.agency))
    });
    first_of(silent.collect())
}

fn old(matching: &Matching<'_>) -> Vec<String> {
    if waiting(matching) == 0 {
        return Vec::new();
    }
    first_of(matching.market.with_beds_left().filter(|bed| !bed.is_recent).map(dated).collect())
}

fn left(matching: &Matching<'_>, counts: impl Fn(&Bed<'_>) -> bool) -> u64 {
    matching.market.left_of(|bed| !bed.is_hotel && counts(bed))
}

fn short(matching: &Matching<'_>) -> Vec<String> {
    let mut because = Vec::new();
    if left(matching, |_| true) < waiting(matching) {
        because.push("Fewer beds are left than people need a place".to_owned());
    }
    let nowhere = |member: &&Member<'_>| {
        member.is_known() && matching.market.beds().all(|bed| bed.suits(member.asks) == Answer::No)
    };
    let any_bed = matching.market.beds().next().is_some();
    let nowhere = those_who_wait(matching).filter(|_| any_bed).filter(nowhere);
    because.extend(first_of(nowhere.map(|member| format!("No bed on offer suits {}", member.person.ref_)).collect()));
    if !because.is_empty() {
        let others = "Staying in the building, and the service in another building, are weighed by the rule set response-options";
        because.push(others.to_owned());
    }
    because
}

fn short_in_the_area(matching: &Matching<'_>) -> Vec<String> {
    let lead = &matching.situation.authority;
    let is_short = left(matching, |bed| bed.is_near(lead, None) != Answer::No) < waiting(matching);
    let because = "Fewer beds are left in the area than people need a place";
    if is_short { vec![because.to_owned()] } else { Vec::new() }
}

/// Hotels come last: after beds across the border have been offered and are not enough.
fn short_everywhere(matching: &Matching<'_>) -> Vec<String> {
    let lead = &matching.situation.authority;
    let is_across = |bed: &Bed<'_>| !bed.is_hotel && bed.is_near(lead, None) == Answer::No;
    let is_asked = matching.market.beds().any(is_across);
    let is_short = left(matching, |_| true) < waiting(matching);
    let because = "Fewer beds are left than people need a place, those across the border counted";
    if is_asked && is_short { vec![because.to_owned()] } else { Vec::new() }
}

/// From the first match on, and while somebody is placed who has not moved.
fn costs(matching: &Matching<'_>, is_any_matched: bool) -> Vec<String> {
    let mut members = matching.units.iter().flat_map(|unit| &unit.members);
    let is_any_placed = members.any(|member| member.person.status == CareStatus::Placed);
    let because = "People are matched to places or placed, and have yet to move";
    if is_any_matched || is_any_placed { vec![because.to_owned()] } else { Vec::new() }
}
