//! The temporary placement stop: placed while the outbreak lasts, held until it is over, lifted with it.

use muster_rule_sdk::{
    Advice, AgencyKind, Draft, Gate, Part, ProposedAction, Restriction, RestrictionBasis, RestrictionKind, Step,
};

use super::View;
use crate::Settings;
use crate::table::{NoticeRow, NoticeWhen, Stop, StopRow, StopWhen};

/// What the stop calls for.
pub(super) fn advise(view: &View<'_>, table: &Stop, settings: &Settings, advice: &mut Advice) {
    for row in &table.action {
        match row.when {
            StopWhen::NoneStands => advice.actions.extend(place(view, row)),
            StopWhen::StandsAndOver => advice.actions.extend(lift(view, row)),
        }
    }
    if view.temporary().next().is_some() {
        let gates = table.gate.iter();
        let gates = gates.map(|row| Gate::new(&row.key, Step::Lift, &row.until, view.over, row.cites.iter().cloned()));
        advice.gates.extend(gates);
    }
    let notices = table.notice.iter().filter(|row| is_due(view, row.when));
    advice.drafts.extend(notices.map(|row| notice(row, settings)));
}

fn stops_placements(restriction: &Restriction) -> bool {
    restriction.kind == RestrictionKind::Placements
}

/// A stop that was agreed or imposed does not stand in for this one: it is not lifted with the outbreak.
fn place(view: &View<'_>, row: &StopRow) -> Option<ProposedAction> {
    let is_shown = !view.situation.is_withheld(Part::Restrictions);
    if !view.is_running() || !is_shown || view.temporary().any(stops_placements) {
        return None;
    }
    let stops = view.situation.restrictions.iter().filter(|restriction| stops_placements(restriction));
    let (temporary, others): (Vec<&Restriction>, Vec<&Restriction>) =
        stops.partition(|restriction| restriction.basis == RestrictionBasis::Temporary);
    // After one that was lifted it is a stop of its own, so that it is put to people again.
    let key = match temporary.last() {
        Some(earlier) => format!("{}/after-R{}", row.key, earlier.number),
        None => row.key.clone(),
    };
    let mut action = ProposedAction::new(key, &row.title, AgencyKind::Council, row.cites.iter().cloned());
    let standing = others.into_iter().filter(|restriction| restriction.lifted_at.is_none());
    action.because.extend(standing.map(|other| {
        format!("R{} stops placements already, but it was not placed for the time of the outbreak", other.number)
    }));
    Some(action)
}

fn lift(view: &View<'_>, row: &StopRow) -> Vec<ProposedAction> {
    if view.is_running() {
        return Vec::new();
    }
    let standing = view.temporary().map(|restriction| {
        let what = match restriction.kind {
            RestrictionKind::Placements => "the temporary stop of placements",
            RestrictionKind::Hours => "the temporary restriction of hours",
        };
        let title = format!("Lift {what} (R{}) {}", restriction.number, row.title);
        let key = format!("{}/R{}", row.key, restriction.number);
        let mut action = ProposedAction::new(key, title, AgencyKind::Council, row.cites.iter().cloned());
        action.because.extend(view.situation.fact("outbreak/over").map(ToString::to_string));
        action
    });
    standing.collect()
}

fn is_due(view: &View<'_>, when: NoticeWhen) -> bool {
    match when {
        NoticeWhen::Running => view.is_running(),
        NoticeWhen::Over => {
            let stops = view.situation.restrictions.iter().filter(|restriction| stops_placements(restriction));
            let was_placed = stops.into_iter().any(|stop| stop.basis == RestrictionBasis::Temporary);
            !view.is_running() && was_placed && !view.has_stepped_down()
        }
    }
}

fn notice(row: &NoticeRow, settings: &Settings) -> Draft {
    let own = match row.when {
        NoticeWhen::Running => &settings.stop_notice,
        NoticeWhen::Over => &settings.lifted_notice,
    };
    let body = own.as_ref().unwrap_or(&row.body);
    Draft::new(&row.key, "adult social care teams", &row.title, body, AgencyKind::Council, row.cites.iter().cloned())
}
