//! M/ETHANE: the form in which the emergency services take a first report.

use super::blocks::{Desk, known, not_known};
use super::{Line, Part, given};
use crate::advice::Answer;
use crate::situation::FactValue;

/// Whether a major incident was declared on this record.
pub(super) fn is_major(desk: &Desk<'_>) -> bool {
    let said = desk.incident.answers.standing.get(given::MAJOR_INCIDENT);
    said.is_some_and(|said| said.value == FactValue::Answer(Answer::Yes))
}

pub(super) fn parts(desk: &Desk<'_>) -> Vec<Part> {
    let of = |heading: &str, lines: Vec<Line>| Part { heading: heading.to_owned(), lines };
    let said = |what: &str, key: &str| given::line(desk.incident, what, key);
    let declared = said("Major incident declared", given::MAJOR_INCIDENT);
    let major = is_major(desk).then(|| of("M - Major incident", vec![declared.clone()]));
    let trail = &desk.incident.trail;
    let mut place = vec![said("Exact location", given::EXACT_LOCATION)];
    place.extend(desk.incident.lifecycle.opening.services.iter().map(|service| {
        let text = format!(
            "The service is {}, in the area of {}; the record holds no address",
            service.id,
            desk.called(&service.authority)
        );
        known(text, trail.of("services"))
    }));
    let mut hurt = vec![said("Number of casualties", given::CASUALTIES)];
    hurt.extend(desk.people().into_iter().take(1).map(|line| Line {
        text: format!("{}: people who are cared for, and no count of casualties", line.text.trim_end_matches('.')),
        ..line
    }));
    let rest = [
        of("E - Exact location", place),
        of("T - Type", desk.matter().into_iter().take(2).collect()),
        of("H - Hazards", vec![said("Hazards, now and possibly", given::HAZARDS)]),
        of("A - Access", vec![said("Access", given::ACCESS)]),
        of("N - Number of casualties", hurt),
        of("E - Emergency services", vec![said("There and needed", given::EMERGENCY_SERVICES)]),
    ];
    let without = major.is_none().then(|| {
        let text = "No major incident was declared on this record, so that this report has no M.";
        of("Declaration", vec![not_known(text, None), declared])
    });
    major.into_iter().chain(rest).chain(without).collect()
}
