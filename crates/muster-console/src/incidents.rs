//! All incidents that somebody may see, and first of all what needs them now.

use std::sync::Arc;

use askama::Template;
use muster_record::Incident;
use muster_record::deadline::ClockState;
use muster_record::situation::Phase;
use muster_record::time::Instant;

use crate::frame::{Frame, title_of};
use crate::needs::{Need, needs};
use crate::said::{clock_tag, phase_tag, plain, sentence};
use crate::when::{left, moment};

/// The first page.
#[derive(Debug, Template)]
#[template(path = "incidents.html")]
pub struct IncidentsPage {
    frame: Frame,
    waiting: Vec<Waiting>,
    rows: Vec<Row>,
    all: usize,
    phases: Vec<Choice>,
    text: String,
}

/// What needs somebody on one incident.
#[derive(Debug)]
struct Waiting {
    id: String,
    title: String,
    exercise: bool,
    needs: Vec<Need>,
}

#[derive(Debug)]
struct Choice {
    word: &'static str,
    label: String,
    chosen: bool,
}

#[derive(Debug)]
struct Row {
    id: String,
    title: String,
    exercise: bool,
    kind: String,
    lead: String,
    phase: String,
    phase_tag: &'static str,
    people: String,
    /// Whether anybody is counted whose number can be asked about.
    counted: bool,
    clock: Option<Clock>,
}

#[derive(Debug)]
struct Clock {
    key: String,
    title: String,
    due: String,
    left: String,
    state: String,
    tag: &'static str,
}

impl IncidentsPage {
    /// The page over all incidents that somebody may see, each as they see it; `phase` and `text` leave only some.
    pub fn new(frame: Frame, incidents: &[Arc<Incident>], phase: Option<Phase>, text: &str, at: Instant) -> Self {
        let exercise = |incident: &Incident| incident.lifecycle.opening.exercise;
        let only_exercises = !incidents.is_empty() && incidents.iter().all(|incident| exercise(incident));
        let frame = frame.titled("Incidents", only_exercises);
        let of = |incident: &Arc<Incident>| {
            let needs = frame.who.as_ref().map(|who| needs(incident, who, at)).unwrap_or_default();
            let (id, title) = (incident.id.to_string(), incident.lifecycle.opening.title.clone());
            (!needs.is_empty()).then_some(Waiting { id, title, exercise: exercise(incident), needs })
        };
        let waiting = incidents.iter().filter_map(of).collect();
        let wanted = text.trim().to_lowercase();
        let shown = incidents.iter().filter(|incident| {
            phase.is_none_or(|phase| incident.lifecycle.phase == phase)
                && incident.lifecycle.opening.title.to_lowercase().contains(&wanted)
        });
        let rows = shown.map(|incident| Row::of(incident, at)).collect();
        let choice = |of: &Phase| Choice { word: of.word(), label: plain(of.word()), chosen: phase == Some(*of) };
        let phases = Phase::ALL.iter().map(choice).collect();
        Self { frame, waiting, rows, all: incidents.len(), phases, text: text.trim().to_owned() }
    }
}

impl Row {
    fn of(incident: &Incident, at: Instant) -> Self {
        let summary = incident.summary();
        let tightest = incident.deadlines(at).into_iter().find(|deadline| deadline.state != ClockState::Met);
        let people = match (summary.people, summary.people_withheld) {
            (0, true) => "not shown to your agency".to_owned(),
            (0, false) => "nobody listed yet".to_owned(),
            (people, withheld) => {
                let more = if withheld { ", and people you may not see" } else { "" };
                format!("{} of {people} not yet placed{more}", summary.not_yet_placed)
            }
        };
        Self {
            id: summary.incident.to_string(),
            title: summary.title,
            exercise: summary.exercise,
            kind: plain(summary.kind.word()),
            lead: title_of(incident, &summary.lead),
            phase: plain(summary.phase.word()),
            phase_tag: phase_tag(summary.phase),
            people,
            counted: summary.people > 0,
            clock: tightest.filter(|_| !incident.is_closed()).map(|deadline| Clock {
                key: deadline.key.clone(),
                due: moment(deadline.due),
                left: left(deadline.due, at),
                state: plain(deadline.state.word()),
                tag: clock_tag(deadline.state),
                title: sentence(&deadline.title),
            }),
        }
    }
}
