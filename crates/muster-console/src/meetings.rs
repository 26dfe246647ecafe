//! Meetings: those that are called, those that were held, and a form to call one.

use askama::Template;
use muster_record::Incident;
use muster_record::incident::meetings;
use muster_record::situation::MeetingKind;
use muster_record::time::Instant;

use crate::form::Pick;
use crate::frame::{Frame, Head, Tab, title_of};
use crate::may::SOME;
use crate::said::plain;
use crate::when::{left, moment};

/// The page.
#[derive(Debug, Template)]
#[template(path = "meetings.html")]
pub struct MeetingsPage {
    frame: Frame,
    head: Head,
    request: String,
    to_come: Vec<Meeting>,
    held: Vec<Meeting>,
    kinds: Vec<Pick>,
    may_call: bool,
}

/// A meeting, as a card.
#[derive(Debug)]
#[expect(clippy::struct_excessive_bools, reason = "each says whether one thing stands on the card")]
struct Meeting {
    number: u32,
    name: String,
    kind: String,
    at: String,
    left: String,
    late: bool,
    about: String,
    attended: String,
    held: Option<String>,
    minuted: bool,
    may_attend: bool,
    may_hold: bool,
    may_minute: bool,
}

impl MeetingsPage {
    /// The page of an incident as somebody sees it. `request` names what they may ask from here.
    pub fn new(frame: Frame, incident: &Incident, request: &str, at: Instant) -> Self {
        let opening = &incident.lifecycle.opening;
        let frame = frame.titled(&format!("Meetings: {}", opening.title), opening.exercise);
        let who = frame.who.clone();
        let may = |command: meetings::Command| who.as_ref().is_some_and(|who| who.may(incident, command, at));
        let card = |(number, meeting): (muster_record::ids::MeetingNo, &meetings::Meeting)| Meeting {
            number: number.0,
            name: number.to_string(),
            kind: plain(meeting.kind.word()),
            at: moment(meeting.at),
            left: left(meeting.at, at),
            late: meeting.held_at.is_none() && meeting.at < at,
            about: meeting.about.clone(),
            attended: meeting.attended.iter().map(|agency| title_of(incident, agency)).collect::<Vec<_>>().join(", "),
            held: meeting.held_at.map(moment),
            minuted: meeting.minuted,
            may_attend: may(meetings::Command::Attend { meeting: number }),
            may_hold: may(meetings::Command::Hold { meeting: number }),
            may_minute: !meeting.minuted && may(meetings::Command::Minute { meeting: number, text: SOME.to_owned() }),
        };
        let mut all: Vec<_> = incident.meetings.list.numbered().collect();
        all.sort_by_key(|(number, meeting)| (meeting.at, number.0));
        let (to_come, held): (Vec<_>, Vec<_>) = all.into_iter().partition(|(_, meeting)| meeting.held_at.is_none());
        let (to_come, held) = (to_come.into_iter().map(card).collect(), held.into_iter().rev().map(card).collect());
        let may_call = may(meetings::Command::Call { kind: MeetingKind::Strategy, at, about: SOME.to_owned() });
        let kinds = Pick::words(MeetingKind::ALL.iter().map(|kind| kind.word()), "");
        let head = Head::of(incident, Some(Tab::Meetings));
        Self { head, request: request.to_owned(), to_come, held, kinds, may_call, frame }
    }
}
