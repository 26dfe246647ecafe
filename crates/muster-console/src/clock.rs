//! Why a clock says what it says: from when it runs, on which words, and what would meet it.

use askama::Template;
use muster_record::Incident;
use muster_record::deadline::{ClockState, Deadline};
use muster_record::incident::clocks::Clock;
use muster_record::time::Instant;

use crate::frame::{Frame, Head, title_of};
use crate::said::{clock_tag, plain, sentence};
use crate::when::{left, moment};

/// The page.
#[derive(Debug, Template)]
#[template(path = "clock.html")]
pub struct ClockPage {
    frame: Frame,
    head: Head,
    title: String,
    due: String,
    left: String,
    state: String,
    tag: &'static str,
    source: String,
    owner: String,
    runs: String,
    met_by: String,
    action: Option<String>,
}

impl ClockPage {
    /// The page of one clock of an incident; none where there is no such clock.
    pub fn new(frame: Frame, incident: &Incident, key: &str, at: Instant) -> Option<Self> {
        let deadline = incident.deadlines(at).into_iter().find(|deadline| deadline.key == key)?;
        let opening = &incident.lifecycle.opening;
        let frame = frame.titled(&format!("Clock: {}", opening.title), opening.exercise);
        let (runs, met_by) = explained(incident, &deadline);
        Some(Self {
            frame,
            head: Head::of(incident, None),
            due: moment(deadline.due),
            left: left(deadline.due, at),
            state: plain(deadline.state.word()),
            tag: clock_tag(deadline.state),
            owner: deadline.owner.as_ref().map(|owner| title_of(incident, owner)).unwrap_or_default(),
            runs,
            met_by,
            action: deadline.key.strip_prefix("action/").map(ToOwned::to_owned),
            title: sentence(&deadline.title),
            source: deadline.source,
        })
    }
}

/// From what a clock is worked out, and what meets it.
fn explained(incident: &Incident, deadline: &Deadline) -> (String, String) {
    let opening = &incident.lifecycle.opening;
    let settled = "Everybody on the list is placed, moved, staying safely, in hospital, died or followed up.";
    let known = Clock::ALL.iter().copied().find(|clock| clock.word() == deadline.key);
    let (mut runs, met_by) = match known {
        Some(Clock::SeventyTwoHours) => {
            let from = moment(opening.notified_at);
            (format!("72 hours of elapsed time from notification, {from}."), settled.to_owned())
        }
        Some(Clock::CareStops) => {
            ("The moment at which care stops, as the record says it.".to_owned(), settled.to_owned())
        }
        Some(Clock::ActionPlanReview) => (
            "Seven UK calendar days from the last review of the action plan, or from the opening.".to_owned(),
            "A review of the action plan is held; the clock then runs again.".to_owned(),
        ),
        Some(Clock::ContractOfficers) => (
            "Fourteen UK calendar days from the last meeting of contract officers, or from the opening.".to_owned(),
            "A meeting of contract officers is held; the clock then runs again.".to_owned(),
        ),
        None if deadline.key.starts_with("action/") => {
            ("The time that the action was given.".to_owned(), "Its owner says that it is done.".to_owned())
        }
        None if deadline.key.starts_with("wellbeing/") => {
            let opens = deadline.opens.map(moment).unwrap_or_default();
            (format!("The window for seeing the person again, which opens {opens}."), "The check is done.".to_owned())
        }
        None => {
            ("A broken glass is always reviewed by this time.".to_owned(), "The review is written down.".to_owned())
        }
    };
    let changed = known.and_then(|clock| incident.clocks.changed.get(&clock));
    if let Some(moved) = changed.and_then(|changed| changed.moved_to) {
        runs.push_str(&format!(" An office moved it to {}; the record says why.", moment(moved)));
    }
    if deadline.state == ClockState::Paused {
        runs.push_str(" It stands still now; the record says why.");
    }
    if deadline.state == ClockState::NotKnown {
        runs.push_str(" It waits for people whom your agency may not all see, so whether it is met is not known here.");
    }
    (runs, met_by)
}
