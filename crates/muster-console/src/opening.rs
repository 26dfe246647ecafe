//! Opening an incident: what is asked, each with a hint, and again with what is wrong where it was not taken.

use askama::Template;
use muster_record::agency::Agency;
use muster_record::situation::{Failure, IncidentKind, ServiceKind};

use crate::form::{Pick, Typed};
use crate::frame::Frame;
use crate::said::plain;

/// The page.
#[derive(Debug, Template)]
#[template(path = "open.html")]
pub struct OpenPage {
    frame: Frame,
    request: String,
    typed: Typed,
    kinds: Vec<Pick>,
    service_kinds: Vec<Pick>,
    national: Vec<Pick>,
    regulated: Vec<Pick>,
    authorities: Vec<Pick>,
    failures: Vec<Pick>,
    rehearses: bool,
}

impl OpenPage {
    /// The page, with what was typed where it was not taken. `authorities` are the councils that are known here; it asks
    /// whether it is an exercise only where one `rehearses` among what is live.
    pub fn new<'a>(
        frame: Frame,
        authorities: impl Iterator<Item = &'a Agency>,
        rehearses: bool,
        typed: &Typed,
        request: &str,
    ) -> Self {
        let own = frame.who.as_ref().map(|who| who.agency.to_string()).unwrap_or_default();
        let exercise = typed.has("exercise", "yes");
        let frame = frame.titled("Open an incident", exercise);
        let council = typed.value_or("authority", &own);
        let failure = |of: &Failure| Pick {
            value: of.word().to_owned(),
            label: plain(of.word()),
            chosen: typed.has("failures", of.word()),
        };
        Self {
            request: request.to_owned(),
            kinds: Pick::words(
                IncidentKind::ALL.iter().filter(|kind| **kind != IncidentKind::Regional).map(|kind| kind.word()),
                typed.value_or("kind", IncidentKind::ProviderFailure.word()),
            ),
            service_kinds: Pick::words(ServiceKind::ALL.iter().map(|kind| kind.word()), typed.value("service_kind")),
            national: Pick::three(typed.value("national")),
            regulated: Pick::three(typed.value("regulated")),
            authorities: authorities.map(|of| Pick::new(of.id.as_str(), &of.title, council)).collect(),
            failures: Failure::ALL.iter().map(failure).collect(),
            typed: typed.clone(),
            frame,
            rehearses,
        }
    }

    fn exercise(&self) -> bool {
        self.typed.has("exercise", "yes")
    }
}
