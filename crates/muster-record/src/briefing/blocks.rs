//! The blocks that briefings are put together from: each says one thing, with its source, or that it is not known.

use std::collections::BTreeMap;

use super::{Line, Part, Source};
use crate::advice::{Answer, Item, Provenance};
use crate::deadline::{ClockState, Deadline};
use crate::ids::Seq;
use crate::incident::Incident;
use crate::situation::{CareStatus, Funder};
use crate::time::{Instant, uk_day_and_time};
use crate::trail::Steps;

mod doing;
mod telling;

/// An incident as somebody sees it, at the moment for which it is put on paper.
pub(super) struct Desk<'a> {
    pub(super) incident: &'a Incident,
    pub(super) at: Instant,
}

pub(super) fn known(text: String, steps: Option<Steps>) -> Line {
    Line { text, known: true, source: Source::of(steps) }
}

pub(super) fn at_entry(text: String, seq: Seq) -> Line {
    Line { text, known: true, source: Source::entry(seq) }
}

pub(super) fn not_known(text: impl Into<String>, steps: Option<Steps>) -> Line {
    Line { text: text.into(), known: false, source: Source::of(steps) }
}

/// A part; where nothing is to be said under its heading, that.
pub(super) fn part(heading: &str, lines: Vec<Line>, otherwise: &str) -> Part {
    let lines = if lines.is_empty() { vec![not_known(otherwise, None)] } else { lines };
    Part { heading: heading.to_owned(), lines }
}

/// A word of a closed list within a sentence.
pub(super) fn within(word: &str) -> String {
    word.replace('-', " ")
}

/// `1 person`, `3 people`.
pub(super) fn counted(count: usize, one: &str, many: &str) -> String {
    format!("{count} {}", if count == 1 { one } else { many })
}

impl Desk<'_> {
    /// What it is called by those at the table.
    pub(super) fn called(&self, agency: &crate::ids::AgencyId) -> String {
        self.incident.participants.seat(agency).map_or_else(|| agency.to_string(), |seat| seat.title.clone())
    }

    /// What fails, how, since when, who leads, and when care stops.
    pub(super) fn matter(&self) -> Vec<Line> {
        let (life, trail) = (&self.incident.lifecycle, &self.incident.trail);
        let opening = &life.opening;
        let mut lines = vec![known(
            format!("{}: {}, now {}", opening.title, within(opening.kind.word()), within(life.phase.word())),
            trail.of("phase"),
        )];
        let failures = opening.failures.iter().map(|failure| within(failure.word())).collect::<Vec<_>>().join(", ");
        lines.push(if failures.is_empty() {
            not_known("Type of failure: not known. Nobody has determined it.", trail.of("failures"))
        } else {
            known(format!("Type of failure: {failures}"), trail.of("failures"))
        });
        lines.extend(opening.services.iter().map(|service| {
            let beds = service.beds.map_or_else(|| "beds not known".to_owned(), |beds| format!("at most {beds} beds"));
            let brand = service.brand.as_ref().map_or_else(String::new, |brand| format!(", of {brand}"));
            let level =
                service.risk_level.map_or_else(|| "risk level not known".to_owned(), |of| format!("risk level {of}"));
            let (id, kind) = (&service.id, within(service.kind.word()));
            known(
                format!("{id}: {kind}, {beds}, {level}{brand}, in the area of {}", self.called(&service.authority)),
                trail.of("services"),
            )
        }));
        lines.push(known(format!("Notified {}", uk_day_and_time(opening.notified_at)), trail.of("opening")));
        lines.push(match opening.care_stops_at {
            Some(at) => known(format!("Care stops {}", uk_day_and_time(at)), trail.of("care-stops")),
            None => not_known("When care stops: not known.", trail.of("care-stops")),
        });
        lines.push(known(format!("Led by {}", self.called(&life.lead)), trail.of("opening")));
        lines
    }

    /// How many people, where they have come to, and who pays; never one of them.
    pub(super) fn people(&self) -> Vec<Line> {
        let (people, trail) = (&self.incident.people, self.incident.trail.all("person "));
        let withheld = self.incident.withheld.people;
        if people.list.is_empty() {
            let view = if withheld { " People are outside this view." } else { "" };
            return vec![not_known(
                format!("How many people use the services: not known. Nobody is on the list.{view}"),
                None,
            )];
        }
        let more = if withheld { " in this view; there may be more" } else { "" };
        let (all, waiting) = (people.list.len(), people.not_yet_placed());
        let mut lines = vec![known(
            format!("{} on the list{more}, {waiting} of them not yet placed", counted(all, "person", "people")),
            trail,
        )];
        let by = |counts: Vec<(&'static str, usize)>| {
            let some = counts.into_iter().filter(|(_, count)| *count > 0);
            some.map(|(word, count)| format!("{} {count}", within(word))).collect::<Vec<_>>().join(", ")
        };
        let status = by(CareStatus::ALL.iter().map(|status| (status.word(), people.count(*status))).collect());
        lines.push(known(format!("By status: {status}"), trail));
        let funded = |funder: Funder| people.list.iter().filter(|person| person.details.funder == funder).count();
        let funders = by(Funder::ALL.iter().map(|funder| (funder.word(), funded(*funder))).collect());
        lines.push(known(format!("Who pays: {funders}"), trail));
        let unknown = people.list.iter().filter(|person| person.details.needs_known != Answer::Yes).count();
        if unknown > 0 {
            lines.push(not_known(format!("What {} need: not known yet.", counted(unknown, "person", "people")), trail));
        }
        lines
    }

    /// Clocks of the incident itself; actions and checks on people have lines of their own.
    pub(super) fn clocks(&self) -> Vec<Line> {
        let of_the_incident = self.incident.deadlines(self.at).into_iter();
        let of_the_incident =
            of_the_incident.filter(|one| !one.key.starts_with("action/") && !one.key.starts_with("wellbeing/"));
        of_the_incident.map(|one| clock(&one)).collect()
    }

    /// What rule sets say of duties under an Act: advice, and not a decision.
    pub(super) fn duties(&self) -> Vec<Line> {
        let findings = self.incident.advising.open().filter_map(|proposal| match &proposal.item {
            Item::Finding(finding) => finding
                .cites
                .iter()
                .find(|cite| cite.provenance == Provenance::Statute)
                .map(|cite| (proposal, finding, cite)),
            Item::Question(_)
            | Item::Action(_)
            | Item::Options(_)
            | Item::Involvement(_)
            | Item::Gate(_)
            | Item::Draft(_)
            | Item::Allocation(_)
            | Item::Regional(_)
            | Item::Other(_) => None,
        });
        let told = findings.map(|(proposal, finding, cite)| {
            let verdict = match finding.verdict {
                Answer::Yes => "yes",
                Answer::No => "no",
                Answer::Unknown => "not known",
            };
            Line {
                text: format!("{}: {verdict} ({}; {} advises)", finding.title, cite.clause, proposal.rule_set),
                known: finding.verdict != Answer::Unknown,
                source: Source::entry(proposal.stated),
            }
        });
        told.collect()
    }

    /// Every question that nobody has answered, once, however many ask it.
    pub(super) fn questions(&self) -> Vec<Line> {
        let mut open: BTreeMap<&str, Line> = BTreeMap::new();
        for (key, (asks, of)) in &self.incident.answers.asked {
            let text = format!("{asks} (asked of {})", within(of.word()));
            open.insert(key, not_known(text, self.incident.trail.of(format!("asked/{key}"))));
        }
        for proposal in self.incident.advising.open() {
            let Item::Question(question) = &proposal.item else { continue };
            let text = format!("{} (asked of {})", question.asks, within(question.of_kind.word()));
            let source = Source::entry(proposal.stated);
            open.entry(&question.fact).or_insert(Line { text, known: false, source });
        }
        open.into_values().collect()
    }
}

/// A clock as a line.
pub(super) fn clock(deadline: &Deadline) -> Line {
    let Deadline { key, title, due, state, .. } = deadline;
    let due = uk_day_and_time(*due);
    let text = match state {
        ClockState::Running => format!("{title}: by {due}"),
        ClockState::Paused => format!("{title}: stands still, by {due} as it is"),
        ClockState::Met => format!("{title}: met; it was due {due}"),
        ClockState::Late => format!("LATE: {title}, due {due}"),
        ClockState::NotKnown => format!("{title}, due {due}: whether it is met is not known in this view"),
    };
    Line { text, known: *state != ClockState::NotKnown, source: Source::Clock(key.clone()) }
}
