//! The whole of the advice: the rule to decide, the state of beds and people, and the run once the rule is decided.

mod beds;
mod decided;
mod does;
mod explain;
mod order;
mod people;
mod run;
mod says;

use std::cmp::Ordering;

use muster_rule_sdk::{Advice, Answer, Finding, ServiceKind, Situation};

use self::beds::Market;
use self::decided::Standing;
use self::people::Unit;
use crate::Settings;
use crate::table::Tables;

pub(crate) use decided::REOPENED;

/// The rule set's name, which stands before the keys of its proposals on the record.
pub(crate) const NAME: &str = "accommodation";

/// What the rules ask of a situation, looked up once.
pub(crate) struct Matching<'a> {
    situation: &'a Situation,
    tables: &'a Tables,
    settings: &'a Settings,
    units: Vec<Unit<'a>>,
    market: Market<'a>,
}

/// The whole of the advice.
pub(crate) fn advise(situation: &Situation, tables: &Tables, settings: &Settings) -> Advice {
    let mut advice = Advice::default();
    if let Some(elsewhere) = nobody_lives_there(situation, tables) {
        advice.findings.push(elsewhere);
        return advice;
    }
    let market = Market::of(situation, tables, settings);
    let units = people::units(situation, tables);
    let matching = Matching { situation, tables, settings, units, market };
    let standing = Standing::of(situation, tables);
    advice.options.push(standing.options(tables));
    advice.findings.extend(standing.finding(tables));
    advice.findings.extend(says::findings(&matching));
    let mut is_any_matched = false;
    if let Some((rule, decision)) = standing.rule() {
        let run = run::run(&matching, rule.id);
        advice.findings.extend(says::matched(&matching, &run));
        advice.allocations = explain::allocations(&matching, &run, rule, decision);
        is_any_matched = advice.allocations.iter().any(|allocation| allocation.to.is_some());
    }
    advice.actions = does::actions(&matching, is_any_matched);
    advice.look_again_at = matching.market.next_stale;
    advice
}

/// Where care is given in people's own homes, or during the day only, nobody needs another place to live.
fn nobody_lives_there(situation: &Situation, tables: &Tables) -> Option<Finding> {
    let first = situation.services.first()?;
    if situation.services.iter().any(|service| is_lived_in(service.kind)) {
        return None;
    }
    let finding = tables.finding("covered", &first.id, Answer::No)?;
    Some(
        finding
            .because("The Plan has no accommodation to find where care comes to people's own homes, or is for the day"),
    )
}

/// Whether people live where this kind of service is given.
fn is_lived_in(kind: ServiceKind) -> bool {
    match kind {
        ServiceKind::Residential
        | ServiceKind::Nursing
        | ServiceKind::HousingWithCare
        | ServiceKind::SupportedLiving => true,
        ServiceKind::HomeSupport
        | ServiceKind::DayService
        | ServiceKind::CommunityMeals
        | ServiceKind::Sheltered
        | ServiceKind::ThirdSector => false,
    }
}

/// The record's own number of a person or an offer, so that `offer-10` comes after `offer-9`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Number<'a>(u64, &'a str);

impl<'a> Number<'a> {
    fn of(reference: &'a str) -> Self {
        let digits = reference.rsplit('-').next().and_then(|digits| digits.parse().ok());
        Self(digits.unwrap_or(u64::MAX), reference)
    }
}

/// The larger first.
fn larger_first<T: Ord>(one: &T, other: &T) -> Ordering {
    other.cmp(one)
}

/// `a`, `a and b`, `a, b and c`.
fn listed<'a>(words: impl IntoIterator<Item = &'a str>) -> String {
    let words: Vec<&str> = words.into_iter().collect();
    match words.split_last() {
        None => String::new(),
        Some((only, [])) => (*only).to_owned(),
        Some((last, before)) => format!("{} and {last}", before.join(", ")),
    }
}

/// `1 bed`, `2 beds`.
fn counted(number: u64, one: &str, several: &str) -> String {
    format!("{number} {}", if number == 1 { one } else { several })
}

#[cfg(test)]
mod tests;
