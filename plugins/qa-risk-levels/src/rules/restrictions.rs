//! Voluntary is not imposed: whether each stop or restriction in force goes with the level.

use muster_rule_sdk::{Advice, Answer, Finding, IncidentKind, Restriction, RestrictionKind, Situation};

use crate::table::RestrictionRow;

/// A finding on each restriction in force whose basis Table One has a level for.
pub(super) fn findings(situation: &Situation, rows: &[RestrictionRow], advice: &mut Advice) {
    let has_levels = situation.services.iter().any(|service| service.risk_level.is_some());
    if situation.kind != IncidentKind::QualityConcern && !has_levels {
        return;
    }
    for restriction in situation.restrictions.iter().filter(|restriction| restriction.lifted_at.is_none()) {
        let rows = rows.iter().filter(|row| row.basis == restriction.basis);
        advice.findings.extend(rows.map(|row| finding(situation, row, restriction)));
    }
}

/// A restriction does not name its service, so it goes with the level only where it does whichever service it is on.
fn finding(situation: &Situation, row: &RestrictionRow, restriction: &Restriction) -> Finding {
    let levels: Vec<Option<u8>> = situation.services.iter().map(|service| service.risk_level).collect();
    let fits = |level: &Option<u8>| level.map_or(Answer::Unknown, |level| row.levels.contains(&level).into());
    let verdict = match levels.split_first() {
        Some((first, others)) if others.iter().all(|other| fits(other) == fits(first)) => fits(first),
        Some(_) | None => Answer::Unknown,
    };
    let of = match restriction.kind {
        RestrictionKind::Placements => "placements",
        RestrictionKind::Hours => "hours",
    };
    let number = restriction.number;
    let key = format!("{}/{number}", row.key);
    let title = format!("R{number}, a restriction of {of}, {}", row.title);
    let finding = Finding::new(key, format!("R{number}"), verdict, title, row.cites.iter().cloned());
    let at = situation.services.iter().map(|service| match service.risk_level {
        Some(level) => format!("{} is at level {level}", service.id),
        None => format!("The level of {} is not on the record", service.id),
    });
    let finding = at.fold(finding, Finding::because);
    match verdict {
        Answer::Yes => finding,
        Answer::No => finding.because(&row.otherwise),
        Answer::Unknown => finding.because("Which service it is on, or at which level, the record does not say"),
    }
}
