//! Exercises: those that somebody's agency directs or has a part in, and what a new one can be started from.

use askama::Template;
use muster_record::ids::AgencyId;
use muster_record::time::Instant;

use crate::frame::{Area, Frame};
use crate::when::moment;

/// How an exercise stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Goes {
    /// Its clock moves.
    Runs,
    /// Its clock stands, and nobody writes.
    Stands,
    /// It is over, and is kept.
    Over,
}

/// An exercise as pages show it.
#[derive(Debug, Clone)]
pub struct Rehearsal {
    /// Its id.
    pub id: String,
    /// What people call it.
    pub title: String,
    /// How it stands.
    pub goes: Goes,
    /// Where its clock stands.
    pub moment: Instant,
    /// How many times as fast as time passes its clock moves; 0: as fast as it goes.
    pub pace: u32,
    /// Whether whoever looks directs it.
    pub directs: bool,
    /// What people call the agency that directs it.
    pub director: String,
    /// What people call the agencies that people play.
    pub players: Vec<String>,
    /// Steps of its script that it has come to.
    pub played: usize,
    /// Steps of its script.
    pub steps: usize,
    /// Turns of the viewer's agency that it has not taken yet.
    pub own_turns: usize,
}

impl Goes {
    pub(crate) fn tag(self) -> (&'static str, &'static str) {
        match self {
            Self::Runs => ("Running", "govuk-tag--green"),
            Self::Stands => ("Paused", "govuk-tag--yellow"),
            Self::Over => ("Ended", "govuk-tag--grey"),
        }
    }
}

/// A pace in words.
fn speed(pace: u32) -> String {
    match pace {
        0 => "as fast as it goes".to_owned(),
        1 => "as fast as time passes".to_owned(),
        times => format!("{times} times as fast as time passes"),
    }
}

impl Rehearsal {
    pub(crate) fn tag(&self) -> (&'static str, &'static str) {
        self.goes.tag()
    }

    pub(crate) fn when(&self) -> String {
        moment(self.moment)
    }

    pub(crate) fn speed(&self) -> String {
        speed(self.pace)
    }

    /// How it stands and goes, as the end of a sentence.
    pub fn told(&self) -> String {
        match self.goes {
            Goes::Runs => format!("runs {}", self.speed()),
            Goes::Stands => "is paused".to_owned(),
            Goes::Over => "has ended".to_owned(),
        }
    }

    pub(crate) fn played_by(&self) -> String {
        self.players.join(", ")
    }
}

/// A scenario that ships.
#[derive(Debug, Clone)]
pub struct Scenario {
    /// Its name.
    pub name: String,
    /// What it rehearses, in a sentence.
    pub about: String,
}

/// An agency of a script.
#[derive(Debug, Clone)]
pub struct Part {
    /// Its id.
    pub agency: AgencyId,
    /// What people call it.
    pub title: String,
}

/// The page of exercises.
#[derive(Debug, Template)]
#[template(path = "exercises.html")]
pub struct ExercisesPage {
    frame: Frame,
    going: Vec<Rehearsal>,
    over: Vec<Rehearsal>,
    scenarios: Vec<Scenario>,
    may_start: bool,
}

impl ExercisesPage {
    /// The page: the exercises that the viewer's agency may know of, the newest first, and the scenarios that ship.
    pub fn new(frame: Frame, rehearsals: Vec<Rehearsal>, scenarios: Vec<Scenario>) -> Self {
        let frame = Frame { area: Area::Exercises, ..frame.titled("Exercises", false) };
        let may_start = frame.who.as_ref().is_some_and(|who| who.may_write);
        let (over, going) = rehearsals.into_iter().partition(|one| one.goes == Goes::Over);
        Self { frame, going, over, scenarios, may_start }
    }
}
