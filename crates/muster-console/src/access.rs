//! Why somebody sees an entry, or does not.

use askama::Template;
use muster_record::Incident;
use muster_record::time::Instant;

use crate::frame::{Frame, Head};
use crate::when::moment;

/// The page.
#[derive(Debug, Template)]
#[template(path = "access.html")]
pub struct AccessPage {
    frame: Frame,
    head: Head,
    seq: u64,
    visible: bool,
    because: String,
    until: Option<String>,
}

impl AccessPage {
    /// The page of an entry: whether it is seen, why, and until when where that ends.
    pub fn new(
        frame: Frame,
        incident: &Incident,
        seq: u64,
        visible: bool,
        because: &str,
        until: Option<Instant>,
    ) -> Self {
        let opening = &incident.lifecycle.opening;
        let frame = frame.titled(&format!("Why entry {seq}: {}", opening.title), opening.exercise);
        let (head, until) = (Head::of(incident, None), until.map(moment));
        Self { frame, head, seq, visible, because: because.to_owned(), until }
    }
}
