//! The closing review: what warned before, how the closure went, what was learnt, and how people are.

use super::blocks::{Desk, at_entry, known, not_known, part};
use super::{Line, Part, given};
use crate::advice::Item;
use crate::time::uk_day_and_time;

/// What the Plan asks of the time before (S116), and the keys under which it is answered.
const ASKED: [(&str, &str); 3] = [
    ("Warning signs", "review/warning-signs"),
    ("Quality issues", "review/quality-issues"),
    ("Financial pressures", "review/financial-pressures"),
];

pub(super) fn parts(desk: &Desk<'_>) -> Vec<Part> {
    let asked = ASKED.iter().map(|(what, key)| given::line(desk.incident, what, key)).collect();
    let none = "None stands on this record in this view. That is not the same as there having been none: what others knew is for the review to ask.";
    let mut success = desk.people();
    success.extend(desk.clocks());
    success.extend(desk.actions());
    success.push(match &desk.incident.trail.closing {
        Some(text) => known(format!("Closed: {text}"), desk.incident.trail.of("closing")),
        None => not_known("How it ended: not known. The incident is not closed.", None),
    });
    let mut people = desk.wellbeing();
    people.push(not_known(
        "The Plan gives no start for the four to six weeks; each person's own date is used here.",
        None,
    ));
    vec![
        part("What happened", desk.matter(), ""),
        part("What was asked of the time before", asked, ""),
        part("Warning signs on this record", signs(desk), none),
        part("How the closure went", success, ""),
        part("What was decided", desk.decisions(), "No decision is on the record."),
        part("What was learnt", lessons(desk), "No lesson is on the record."),
        part("How people are, four to six weeks on", people, ""),
        part("Still not known", desk.questions(), "No question stands open."),
    ]
}

/// What this record shows of the time before the failure, and what rule sets found that cite the same statement.
fn signs(desk: &Desk<'_>) -> Vec<Line> {
    let (incident, trail) = (desk.incident, &desk.incident.trail);
    let opening = &incident.lifecycle.opening;
    let mut signs = Vec::new();
    if let Some(steps) = trail.of("reclassified") {
        signs.push(known("It was handled as something else before.".to_owned(), Some(steps)));
    }
    signs.extend(opening.services.iter().filter_map(|service| {
        let level = service.risk_level?;
        Some(known(format!("{}: risk level {level} of Table One", service.id), trail.of("services")))
    }));
    let earlier = incident.restrictions.list.numbered().filter(|(_, one)| one.placed_at < opening.notified_at);
    signs.extend(earlier.map(|(number, one)| {
        let text = format!(
            "{number}: {} restriction of {} before the failure, from {}",
            one.basis,
            one.kind,
            uk_day_and_time(one.placed_at)
        );
        known(text, trail.of(number))
    }));
    let advised = incident.decisions.recommendations.numbered().filter(|(_, one)| one.at < opening.notified_at);
    signs.extend(advised.map(|(number, one)| {
        known(format!("{number}: {} recommended {} before the failure", one.panel, one.text), trail.of(number))
    }));
    for proposal in incident.advising.open() {
        let Item::Finding(finding) = &proposal.item else { continue };
        if finding.cites.iter().any(|cite| cite.clause == "S116") {
            let because = finding.because.join("; ");
            signs.push(at_entry(
                format!("{} advises: {}: {because}", proposal.rule_set, finding.title),
                proposal.stated,
            ));
        }
    }
    signs
}

fn lessons(desk: &Desk<'_>) -> Vec<Line> {
    let numbered = (1_u32..).zip(&desk.incident.review.lessons);
    numbered
        .map(|(number, (about, text))| {
            known(format!("{about}: {text}"), desk.incident.trail.of(format!("lesson {number}")))
        })
        .collect()
}
