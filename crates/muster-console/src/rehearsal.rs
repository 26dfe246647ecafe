//! One exercise: how it stands, whose turn it is, what its director can do, and how it came out.

use askama::Template;
use muster_record::time::Instant;

use crate::exercises::{Goes, Rehearsal};
use crate::form::Typed;
use crate::frame::{Area, Frame, Live};
use crate::said::sentence;
use crate::when::moment;

/// What became of a step of a script.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Became {
    /// The script did it.
    Done,
    /// It waits for what people do; why.
    Held(String),
    /// It could not be done; why.
    Failed(String),
    /// What the script expects was so.
    AsExpected,
    /// What the script expects was not so; what was.
    NotAsExpected(String),
    /// It is people's turn.
    Turn,
    /// People took their turn, at that moment.
    Taken(Instant),
    /// It was passed over: a mistake on purpose, of an agency that people play.
    LeftOut,
}

/// A step of a script as one line.
#[derive(Debug, Clone)]
pub struct Step {
    /// When the script has it.
    pub at: Instant,
    /// Its line.
    pub text: String,
    /// Whether it is the viewer's agency's.
    pub own: bool,
    /// What became of it; nothing where it is still to come.
    pub became: Option<Became>,
}

impl Step {
    fn when(&self) -> String {
        moment(self.at)
    }

    fn tag(&self) -> (&'static str, &'static str) {
        match &self.became {
            None => ("To come", "govuk-tag--grey"),
            Some(Became::Done) => ("Done", "govuk-tag--green"),
            Some(Became::Held(_)) => ("Waits", "govuk-tag--yellow"),
            Some(Became::Failed(_)) => ("Not done", "govuk-tag--red"),
            Some(Became::AsExpected) => ("As expected", "govuk-tag--green"),
            Some(Became::NotAsExpected(_)) => ("Not as expected", "govuk-tag--red"),
            Some(Became::Turn) if self.own => ("Your turn", "govuk-tag--red"),
            Some(Became::Turn) => ("Their turn", "govuk-tag--yellow"),
            Some(Became::Taken(_)) => ("Taken", "govuk-tag--green"),
            Some(Became::LeftOut) => ("Left out", "govuk-tag--grey"),
        }
    }

    fn why(&self) -> String {
        match &self.became {
            Some(Became::Held(why) | Became::Failed(why) | Became::NotAsExpected(why)) => why.clone(),
            Some(Became::Taken(at)) => format!("at {}", moment(*at)),
            Some(Became::Done | Became::AsExpected | Became::Turn | Became::LeftOut) | None => String::new(),
        }
    }
}

/// The page of one exercise.
#[derive(Debug, Template)]
#[template(path = "rehearsal.html")]
pub struct RehearsalPage {
    frame: Frame,
    one: Rehearsal,
    next: Option<Step>,
    turns: Vec<Step>,
    played: Vec<Step>,
    forked_from: Option<String>,
    typed: Typed,
    request: String,
    pace: String,
    may_direct: bool,
    may_score: bool,
}

impl RehearsalPage {
    /// The page: how it stands, the step that comes next and those that were played (of both as many as the viewer may
    /// know), the exercise that it is a copy of, what was typed into a form that was not taken, what a copy of it is asked
    /// for by, and the word by which an open page is known to show just this.
    pub fn new(
        frame: Frame,
        one: Rehearsal,
        (next, played): (Option<Step>, Vec<Step>),
        forked_from: Option<String>,
        typed: Typed,
        (request, shown): (&str, String),
    ) -> Self {
        let frame = Frame { area: Area::Exercises, exercise: true, ..frame.titled(&one.title, true) };
        let live = (one.goes != Goes::Over).then(|| Live { url: format!("/exercises/{}/live", one.id), resume: shown });
        let writes = frame.who.as_ref().is_some_and(|who| who.may_write);
        let turns = played.iter().filter(|step| step.became == Some(Became::Turn)).cloned().collect();
        Self {
            frame: Frame { live, ..frame },
            next,
            turns,
            played: played.into_iter().rev().collect(),
            forked_from,
            typed,
            request: request.to_owned(),
            pace: one.pace.to_string(),
            may_direct: one.directs && writes,
            may_score: one.directs || one.goes == Goes::Over,
            one,
        }
    }

    fn runs(&self) -> bool {
        self.one.goes == Goes::Runs
    }

    fn over(&self) -> bool {
        self.one.goes == Goes::Over
    }
}

/// A clock or an action with a time, and how it came out.
#[derive(Debug, Clone)]
pub struct Kept {
    /// What it is for.
    pub title: String,
    /// What people call whoever was to meet it; nothing where it is nobody's.
    pub owner: Option<String>,
    /// By when.
    pub due: Instant,
    /// When it was done.
    pub done: Option<Instant>,
    /// in time, late, missed or open.
    pub kept: &'static str,
}

impl Kept {
    fn title(&self) -> String {
        sentence(&self.title)
    }

    fn due(&self) -> String {
        moment(self.due)
    }

    fn done(&self) -> String {
        self.done.map(moment).unwrap_or_default()
    }

    fn tag(&self) -> &'static str {
        match self.kept {
            "in time" => "govuk-tag--green",
            "late" => "govuk-tag--yellow",
            "missed" => "govuk-tag--red",
            _ => "govuk-tag--grey",
        }
    }
}

/// How one incident of an exercise came out.
#[derive(Debug, Clone)]
pub struct CameOut {
    /// What it is called.
    pub title: String,
    /// Its clocks and actions, those with the first moment first.
    pub kept: Vec<Kept>,
    /// Gates that were overridden, each in a sentence.
    pub overridden: Vec<String>,
    /// What is left, in a sentence.
    pub left: String,
}

/// The score of an exercise.
#[derive(Debug, Template)]
#[template(path = "score.html")]
pub struct ScorePage {
    frame: Frame,
    one: Rehearsal,
    counts: Vec<(&'static str, usize)>,
    incidents: Vec<CameOut>,
    remarks: Vec<String>,
}

impl ScorePage {
    /// The page: the exercise, what came out how often, incident by incident, and what is worth a word of the script.
    pub fn new(
        frame: Frame,
        one: Rehearsal,
        counts: Vec<(&'static str, usize)>,
        incidents: Vec<CameOut>,
        remarks: Vec<String>,
    ) -> Self {
        let frame = Frame { area: Area::Exercises, ..frame.titled(&format!("Score: {}", one.title), true) };
        Self { frame, one, counts, incidents, remarks }
    }
}
