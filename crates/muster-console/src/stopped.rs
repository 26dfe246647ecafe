//! When something does not go: said in plain words, with what can be done.

use askama::Template;

use crate::frame::{Frame, Within};

/// The page.
#[derive(Debug, Clone, Template)]
#[template(path = "stopped.html")]
pub struct StoppedPage {
    frame: Frame,
    heading: String,
    told: String,
    code: Option<String>,
    back: Option<(String, String)>,
}

impl StoppedPage {
    /// The page: a heading, what happened and what would do, the reason code for whoever is asked, and a way on with its label.
    pub fn new(heading: &str, told: &str, code: Option<&str>, back: Option<(&str, &str)>) -> Self {
        Self {
            frame: Frame::plain(heading),
            heading: heading.to_owned(),
            told: told.to_owned(),
            code: code.map(ToOwned::to_owned),
            back: back.map(|(label, href)| (label.to_owned(), href.to_owned())),
        }
    }

    /// The same within an exercise, whose addresses begin with that.
    #[must_use]
    pub fn within(self, root: &str, exercise: Within) -> Self {
        let frame = Frame { root: root.to_owned(), ..self.frame };
        Self { frame: frame.within(exercise), ..self }
    }
}
