//! Which blocks each briefing is put together from, and the words that ask for it.

use super::blocks::{Desk, not_known, part};
use super::{Basis, BriefingKind, Line, Part, given, methane, review};

/// What a briefing says, besides whose view it is.
pub(super) struct Sheet {
    pub(super) heading: String,
    pub(super) basis: Vec<Basis>,
    pub(super) parts: Vec<Part>,
}

pub(super) fn sheet(desk: &Desk<'_>, kind: BriefingKind) -> Sheet {
    let (heading, parts) = match kind {
        BriefingKind::CabinetMember => ("Cabinet Member briefing", cabinet_member(desk)),
        BriefingKind::Director => ("Briefing note to the Director", director(desk)),
        BriefingKind::Adass => ("Briefing note to ADASS", adass(desk)),
        BriefingKind::Iimarch => ("IIMARCH briefing", iimarch(desk)),
        BriefingKind::Methane if methane::is_major(desk) => ("METHANE report", methane::parts(desk)),
        BriefingKind::Methane => ("ETHANE report", methane::parts(desk)),
        BriefingKind::ClosingReview => ("Closing review", review::parts(desk)),
    };
    Sheet { heading: heading.to_owned(), basis: basis(kind), parts }
}

fn basis(kind: BriefingKind) -> Vec<Basis> {
    let of = |all: &[(&'static str, &'static str)]| all.iter().map(|(clause, words)| Basis { clause, words }).collect();
    match kind {
        BriefingKind::CabinetMember => {
            of(&[("S85", "Produce and provide Cabinet Member briefings"), ("S112", "Cabinet Member briefing")])
        }
        BriefingKind::Director => of(&[("S15", "Escalation / Briefing note to Director and cabinet portfolio member")]),
        BriefingKind::Adass => of(&[("S19", "Escalation / Briefing note to ADASS and cabinet portfolio member")]),
        BriefingKind::ClosingReview => of(&[
            ("S116", "were there warning signs / quality issues / financial pressures we could have assisted with?"),
            ("S116", "Review of the success of the closure and undertake a lessons learnt to prevent future issues"),
            ("S117", "Social Work Team to undertake a review / wellbeing check of all people impacted (4 to 6 weeks)"),
        ]),
        BriefingKind::Iimarch | BriefingKind::Methane => Vec::new(),
    }
}

fn both(mut first: Vec<Line>, second: Vec<Line>) -> Vec<Line> {
    first.extend(second);
    first
}

const NO_DECISION: &str = "No decision is on the record.";
const NOTHING_SENT: &str = "No letter, statement or briefing is on the record.";
const NO_QUESTION: &str = "No question stands open.";

fn cabinet_member(desk: &Desk<'_>) -> Vec<Part> {
    vec![
        part("What is happening", desk.matter(), ""),
        part("People", desk.people(), ""),
        part("By when", desk.clocks(), "No clock runs."),
        part("What the council must do", desk.duties(), "No rule set says what a statute asks for."),
        part("What was decided", desk.decisions(), NO_DECISION),
        part("How it goes", both(desk.actions(), desk.escalations()), ""),
        part("Who is told, and the press", desk.communications(), NOTHING_SENT),
        part("Not known", desk.questions(), NO_QUESTION),
    ]
}

fn director(desk: &Desk<'_>) -> Vec<Part> {
    vec![
        part("What is happening", desk.matter(), ""),
        part("People", desk.people(), ""),
        part("By when", desk.clocks(), "No clock runs."),
        part("Duties", desk.duties(), "No rule set says what a statute asks for."),
        part("Waits for a decision", desk.to_decide(), "Nothing waits for a decision."),
        part("What was decided, and why", both(desk.decisions(), desk.risks_weighed()), NO_DECISION),
        part("Actions", desk.actions(), ""),
        part("Restrictions", desk.restrictions(), "Nothing is restricted on this record."),
        part("Escalations", desk.escalations(), "Nothing was escalated."),
        part("Held back", desk.held_back(), "No step is held back."),
        part("Who is at the table", desk.table(), ""),
        part("Meetings", desk.meetings(), "No meeting was called."),
        part("Who is told", desk.communications(), NOTHING_SENT),
        part("Not known", desk.questions(), NO_QUESTION),
    ]
}

fn adass(desk: &Desk<'_>) -> Vec<Part> {
    let literal = not_known(
        "The note says ADASS here, where it says Director at level 3; it may mean the director (DASS). It is kept as it stands.",
        None,
    );
    vec![
        part("What is happening", desk.matter(), ""),
        part("People", desk.people(), ""),
        part("Beyond the council", beyond(desk), "No other authority and no other incident is on the record."),
        part("By when", desk.clocks(), "No clock runs."),
        part("Capacity offered", desk.offers(), "Nothing was offered."),
        part("What was decided", desk.decisions(), NO_DECISION),
        part("Escalations", desk.escalations(), "Nothing was escalated."),
        part("Who is told", desk.communications(), NOTHING_SENT),
        part("Not known", desk.questions(), NO_QUESTION),
        part("Of this sheet", vec![literal], ""),
    ]
}

/// What reaches past the council that leads: other areas, other placing authorities, linked incidents.
fn beyond(desk: &Desk<'_>) -> Vec<Line> {
    let incident = desk.incident;
    let lead = &incident.lifecycle.lead;
    let elsewhere = incident.lifecycle.opening.services.iter().filter(|service| service.authority != *lead);
    let mut lines: Vec<Line> = elsewhere
        .map(|service| {
            super::blocks::known(
                format!("{} stands in the area of {}", service.id, desk.called(&service.authority)),
                incident.trail.of("services"),
            )
        })
        .collect();
    let placed = incident.people.list.iter().filter(|person| person.details.placed_by.is_some()).count();
    if placed > 0 {
        let text = format!("{} placed by another authority", super::blocks::counted(placed, "person", "people"));
        lines.push(super::blocks::known(text, incident.trail.all("person ")));
    }
    lines.extend(incident.lifecycle.links.iter().map(|link| {
        super::blocks::known(
            format!("{} of incident {}", super::blocks::within(link.relation.word()), link.incident),
            incident.trail.of("links"),
        )
    }));
    lines
}

fn iimarch(desk: &Desk<'_>) -> Vec<Part> {
    let safe = desk.clocks().into_iter().take(2);
    let intent = std::iter::once(given::line(desk.incident, "Intent", given::INTENT)).chain(safe).collect();
    let risk = both(both(desk.risks_weighed(), desk.held_back()), both(desk.restrictions(), desk.escalations()));
    let administration = both(both(desk.offices(), desk.offers()), desk.meetings());
    vec![
        part("I - Information", both(both(desk.matter(), desk.notes()), desk.questions()), ""),
        part("I - Intent", intent, ""),
        part("M - Method", both(both(desk.decisions(), desk.method()), desk.actions()), NO_DECISION),
        part("A - Administration", administration, "No office, offer or meeting is on the record."),
        part("R - Risk", risk, "No risk is on the record. That is not the same as there being none."),
        part("C - Communications", both(desk.table(), desk.communications()), NOTHING_SENT),
        part("H - Humanitarian", both(desk.people(), desk.wellbeing()), ""),
    ]
}
