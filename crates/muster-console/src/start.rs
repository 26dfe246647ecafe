//! Starting an exercise: from a scenario that ships, from one that is made up, or from a script.

use askama::Template;

use crate::exercises::{Part, Scenario};
use crate::form::{Pick, Typed};
use crate::frame::{Area, Frame};

/// What an exercise is started from.
#[derive(Debug, Clone)]
pub enum StartFrom {
    /// A scenario that ships, with its script.
    Scenario(Scenario, String),
    /// One that is made up: the words that can be chosen for the service, the failure and who pays.
    MadeUp([Vec<&'static str>; 3]),
    /// A script that somebody writes.
    Script,
}

/// The page.
#[derive(Debug, Template)]
#[template(path = "start.html")]
pub struct StartPage {
    frame: Frame,
    from: StartFrom,
    parts: Vec<(Part, bool)>,
    typed: Typed,
    request: String,
}

impl StartPage {
    /// The page: what it is started from, the agencies that people can play, and what was typed where it was not taken.
    pub fn new(frame: Frame, from: StartFrom, parts: Vec<Part>, typed: Typed, request: &str) -> Self {
        let title = match &from {
            StartFrom::Scenario(scenario, _) => format!("Start: {}", scenario.name),
            StartFrom::MadeUp(_) => "Start one that is made up".to_owned(),
            StartFrom::Script => "Start from a script".to_owned(),
        };
        let frame = Frame { area: Area::Exercises, ..frame.titled(&title, true) };
        let parts = parts.into_iter().map(|part| {
            let chosen = typed.has("players", part.agency.as_str());
            (part, chosen)
        });
        Self { parts: parts.collect(), frame, from, typed, request: request.to_owned() }
    }

    fn word(&self) -> &str {
        match &self.from {
            StartFrom::Scenario(scenario, _) => &scenario.name,
            StartFrom::MadeUp(_) => "generated",
            StartFrom::Script => "script",
        }
    }

    fn picks(&self, name: &str, words: &[&'static str]) -> Vec<Pick> {
        Pick::words(words.iter().copied(), self.typed.value(name))
    }
}
