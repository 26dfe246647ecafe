//! What is held of the beds and of the people who need them.

use std::collections::BTreeMap;

use muster_rule_sdk::{Answer, Finding, Part};

use super::beds::{Bed, Home};
use super::run::{Came, Outcome};
use super::{Matching, counted, listed};
use crate::dates::uk_day;
use crate::words::value;

/// Lines that name single offers or people: more than this nobody reads, and the counts say the rest.
const LINES: usize = 20;

pub(crate) fn findings(matching: &Matching<'_>) -> Vec<Finding> {
    [recent(matching), enough(matching), shared(matching), same_home(matching)].into_iter().flatten().collect()
}

/// How many people need a place.
pub(crate) fn waiting(matching: &Matching<'_>) -> u64 {
    let waiting: usize = matching.units.iter().map(|unit| unit.waiting().count()).sum();
    u64::try_from(waiting).unwrap_or(u64::MAX)
}

/// The first lines, and how many are left out.
pub(crate) fn first_of(lines: Vec<String>) -> Vec<String> {
    let more = lines.len().saturating_sub(LINES);
    let more = (more > 0).then(|| format!("and {more} more"));
    lines.into_iter().take(LINES).chain(more).collect()
}

/// An offer with whose it is and the day of its figure.
pub(crate) fn dated(bed: &Bed<'_>) -> String {
    format!("{} of {}: as at {}", bed.offer.ref_, bed.offer.agency, uk_day(bed.offer.as_of))
}

fn recent(matching: &Matching<'_>) -> Option<Finding> {
    let days = counted(u64::from(matching.settings.stale_after_days), "day", "days");
    let (recent, old): (Vec<_>, Vec<_>) = matching.market.with_beds_left().partition(|bed| bed.is_recent);
    let verdict = match (recent.is_empty(), old.is_empty()) {
        (true, true) => Answer::Unknown,
        (false, true) => Answer::Yes,
        (true | false, false) => Answer::No,
    };
    let finding = matching.tables.finding("beds/recent", "beds", verdict)?;
    if verdict == Answer::Unknown {
        return Some(finding.because("No offer of beds has any left"));
    }
    let counts = format!("{} recent, {} older than {days}, of the offers that have beds left", recent.len(), old.len());
    let old = old.into_iter().map(dated).collect();
    Some(first_of(old).into_iter().fold(finding.because(counts), Finding::because))
}

fn enough(matching: &Matching<'_>) -> Option<Finding> {
    let market = &matching.market;
    let waiting = waiting(matching);
    let left = market.left_of(|bed| !bed.is_hotel);
    let verdict = if matching.situation.is_withheld(Part::People) || matching.units.is_empty() {
        Answer::Unknown
    } else {
        (left >= waiting).into()
    };
    let finding = matching.tables.finding("beds/enough", "beds", verdict)?;
    if matching.situation.is_withheld(Part::People) {
        return Some(finding.because("This rule set is not shown the people"));
    }
    let area = |answer: Answer| {
        market.left_of(|bed| !bed.is_hotel && bed.is_near(&matching.situation.authority, None) == answer)
    };
    let (here, across, not_said) = (area(Answer::Yes), area(Answer::No), area(Answer::Unknown));
    let hotels = market.left_of(|bed| bed.is_hotel);
    Some(
        finding
            .because(format!("{} a place; {} left", counted(waiting, "person needs", "people need"), are(left)))
            .because(format!(
                "{here} in the area, {across} across the border, {not_said} of which the area is not said"
            ))
            .because(format!("{hotels} more in hotels")),
    )
}

fn are(beds: u64) -> String {
    counted(beds, "bed is", "beds are")
}

fn shared(matching: &Matching<'_>) -> Option<Finding> {
    let lines: Vec<String> = matching.market.homes.iter().filter(|home| home.is_shared).map(of_shared).collect();
    if lines.is_empty() {
        return None;
    }
    let finding = matching.tables.finding("beds/shared", "beds", Answer::Yes)?;
    Some(first_of(lines).into_iter().fold(finding, Finding::because))
}

fn of_shared(home: &Home<'_>) -> String {
    let offers = listed(home.beds.iter().map(|bed| bed.offer.ref_.as_str()));
    format!("{offers} share {}: the larger of their figures counts", counted(home.offered, "bed", "beds"))
}

/// Offers that name one location and no registration that they share: perhaps reported twice.
fn same_home(matching: &Matching<'_>) -> Option<Finding> {
    let mut by_place: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for home in matching.market.homes.iter().filter(|home| !home.is_shared && home.beds.len() > 1) {
        for bed in &home.beds {
            let place = value(bed.offer, "location").unwrap_or_default();
            by_place.entry(place).or_default().push(&bed.offer.ref_);
        }
    }
    if by_place.is_empty() {
        return None;
    }
    let finding = matching.tables.finding("beds/same-home", "beds", Answer::Unknown)?;
    let lines = by_place
        .into_iter()
        .map(|(place, offers)| format!("{} are of location {place} and counted as different beds", listed(offers)));
    Some(first_of(lines.collect()).into_iter().fold(finding, Finding::because))
}

/// Whether the run found everybody a place.
pub(crate) fn matched(matching: &Matching<'_>, run: &[Outcome<'_, '_>]) -> Option<Finding> {
    let count = |holds: fn(&Came<'_>) -> bool| -> usize {
        let outcomes = run.iter().filter(|outcome| holds(&outcome.came));
        outcomes.map(|outcome| outcome.ordered.unit.waiting().count()).sum()
    };
    let placed = count(|came| matches!(came, Came::Placed { beds: _, shared: _ }));
    let unknown = count(|came| matches!(came, Came::Unknown));
    let waiting = waiting(matching);
    let others = waiting.saturating_sub(u64::try_from(placed.saturating_add(unknown)).unwrap_or(u64::MAX));
    let verdict = match (waiting, unknown, others) {
        (0, _, _) if matching.units.is_empty() => Answer::Unknown,
        (_, 0, 0) => Answer::Yes,
        (_, _, 0) => Answer::Unknown,
        (_, _, _) => Answer::No,
    };
    let finding = matching.tables.finding("people/matched", "people", verdict)?;
    // How many are matched changes with each match that is adopted; how many are not does not.
    Some(finding.because(format!("{others} not matched, and {unknown} of whom too little is known yet")))
}
