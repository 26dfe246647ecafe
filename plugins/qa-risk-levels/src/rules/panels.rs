//! The incident as a whole: roles kept apart, panels, governance and the meeting of contract officers.

use muster_rule_sdk::{
    Advice, AgencyKind, Answer, Finding, IncidentKind, Instant, Interest, Involvement, MeetingKind, ProposedAction,
    Situation,
};

use super::recommendations;
use crate::table::{Panels, Titled};

/// Two weeks. A rule set has no calendar: a day is 24 hours, so a clock change shifts the meeting by an hour.
const TWO_WEEKS: Instant = 14 * 86_400;

/// The regulator oversees: it neither works the incident nor leads it.
pub(super) fn role_separation(situation: &Situation, row: &Titled, advice: &mut Advice) {
    let seats: Vec<_> = situation.participants.iter().filter(|seat| seat.kind == AgencyKind::Regulator).collect();
    let mixes = |interest| match interest {
        Interest::Operational | Interest::FinancialAndOperational => true,
        Interest::None | Interest::Information | Interest::Oversight => false,
    };
    let mixed: Vec<_> = seats.iter().filter(|seat| seat.is_lead || mixes(seat.interest)).collect();
    let verdict = if seats.is_empty() { Answer::Unknown } else { mixed.is_empty().into() };
    let finding = Finding::new(&row.key, "roles", verdict, &row.title, row.cites.iter().cloned());
    let finding = match verdict {
        Answer::Yes => finding.because("The regulator has a seat that does not work the incident"),
        Answer::No => mixed.into_iter().fold(finding, |finding, seat| {
            let agency = &seat.agency;
            finding.because(format!("{agency} is the regulator and works the incident as the contractor's side does"))
        }),
        Answer::Unknown => finding.because("No regulator takes part"),
    };
    advice.findings.push(finding);
}

/// What levels 3 and 4 call for whatever the service, what panels recommend, and the two-weekly meeting.
pub(super) fn of_the_incident(situation: &Situation, panels: &Panels, advice: &mut Advice) {
    if situation.services.iter().any(|service| service.risk_level.is_some_and(|level| level >= 3)) {
        for row in &panels.action {
            let action = ProposedAction::new(&row.key, &row.title, row.owner, row.cites.iter().cloned());
            advice.actions.push(ProposedAction { because: row.because.clone(), ..action });
        }
        for row in &panels.involvement {
            let cites = row.cites.iter().cloned();
            advice.involvements.push(Involvement::new(&row.key, row.agency, row.interest, &row.why, cites));
        }
    }
    recommendations::follow(situation, &panels.recommendation, advice);
    if situation.kind == IncidentKind::QualityConcern {
        advice.actions.push(contract_officers(situation, &panels.contract_officers));
    }
}

/// The next meeting of contract officers, due two weeks after the last one held. Each is an action of its own.
fn contract_officers(situation: &Situation, row: &Titled) -> ProposedAction {
    let held = situation.meetings.iter().filter(|meeting| meeting.kind == MeetingKind::ContractOfficers);
    let last = held.filter_map(|meeting| Some((meeting.held_at?, meeting.number))).max();
    let (key, since, because) = match last {
        Some((at, number)) => {
            (format!("{}/after-M{number}", row.key), at, format!("Two weeks after the last one was held, M{number}"))
        }
        None => (row.key.clone(), situation.opened_at, "None was held yet: two weeks after this was opened".to_owned()),
    };
    ProposedAction::new(key, &row.title, AgencyKind::Council, row.cites.iter().cloned())
        .due(since.saturating_add(TWO_WEEKS))
        .because(because)
}
