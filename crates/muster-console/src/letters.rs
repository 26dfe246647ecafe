//! Letters, briefings and statements: each with its text and audience, who approves it, and how far it has come.

use askama::Template;
use muster_record::advice::{Item, Step};
use muster_record::agency::{AgencyKind, Interest};
use muster_record::entry::Entry;
use muster_record::ids::CommunicationNo;
use muster_record::incident::communications::{Command, Communication, Fact};
use muster_record::incident::log;
use muster_record::time::Instant;
use muster_record::{Fact as Any, Incident};

use crate::form::{Pick, Typed};
use crate::frame::{Frame, Head, Tab, title_of};
use crate::may::{SOME, author, working};
use crate::said::within;
use crate::when::moment;

/// The page.
#[derive(Debug, Template)]
#[template(path = "letters.html")]
pub struct LettersPage {
    frame: Frame,
    head: Head,
    request: String,
    letters: Vec<Letter>,
    drafts: usize,
    gate: Option<(u32, String)>,
    may_draft: bool,
    approvers: Vec<Pick>,
    typed: Typed,
}

/// One of them.
#[derive(Debug)]
struct Letter {
    number: u32,
    name: String,
    title: String,
    audience: String,
    body: Option<String>,
    state: &'static str,
    tag: &'static str,
    approved_by: String,
    approvers: String,
    may_approve: bool,
    may_issue: bool,
    may_ask: bool,
    entry: Option<u64>,
    steps: Vec<String>,
    changes: Vec<String>,
}

/// How each note begins that asks for a change in a letter.
pub const CHANGE_ASKED: &str = "change asked for in ";

/// How a change that somebody asks for is begun, so that it is found again among the notes.
pub fn change_asked(letter: CommunicationNo, text: &str) -> String {
    format!("{CHANGE_ASKED}{letter}: {text}")
}

impl LettersPage {
    /// The page of an incident as somebody sees it. `entries` are those with letters and notes that they see; `typed` is
    /// a draft that was not taken; `request` names what they may ask from here.
    pub fn new(
        frame: Frame,
        incident: &Incident,
        entries: &[Entry],
        typed: &Typed,
        request: &str,
        at: Instant,
    ) -> Self {
        let opening = &incident.lifecycle.opening;
        let frame = frame.titled(&format!("Letters: {}", opening.title), opening.exercise);
        let list = incident.communications.list.numbered();
        let mut letters: Vec<Letter> =
            list.map(|(number, of)| Letter::of(&frame, incident, entries, number, of, at)).collect();
        // What waits for somebody stands first, the newest of it at the top.
        letters.sort_by_key(|letter| (letter.state == ISSUED, std::cmp::Reverse(letter.number)));
        let shut = incident.advising.shut_gate(Step::Issue);
        let gate = shut.and_then(|number| incident.advising.proposal(number).ok()).and_then(|proposal| {
            if let Item::Gate(gate) = &proposal.item { Some((proposal.number.0, gate.until.clone())) } else { None }
        });
        let drafts = incident.advising.open().filter(|open| matches!(open.item, Item::Draft(_))).count();
        Self {
            head: Head::of(incident, Some(Tab::Letters)),
            request: request.to_owned(),
            letters,
            drafts,
            gate,
            may_draft: may_work(&frame, incident, at),
            approvers: Pick::words(AgencyKind::ALL.iter().map(|kind| kind.word()), typed.value("approved_by")),
            typed: typed.clone(),
            frame,
        }
    }
}

const ISSUED: &str = "Issued";

impl Letter {
    fn of(
        frame: &Frame,
        incident: &Incident,
        entries: &[Entry],
        number: CommunicationNo,
        of: &Communication,
        at: Instant,
    ) -> Self {
        let (state, tag) = match (of.approved, of.issued) {
            (_, true) => (ISSUED, "govuk-tag--green"),
            (true, false) => ("Approved, not issued", "govuk-tag--blue"),
            (false, false) => ("Awaits approval", "govuk-tag--yellow"),
        };
        let (mut body, mut entry, mut steps, mut changes) = (None, None, Vec::new(), Vec::new());
        let begins = change_asked(number, "");
        for one in entries {
            let (by, when) = (author(incident, one), moment(one.envelope.occurred_at));
            if let Any::Log(log::Fact::Noted { text }) = &one.fact {
                changes.extend(text.strip_prefix(&begins).map(|asked| format!("{asked} ({by}, {when})")));
            }
            let Any::Communications(fact) = &one.fact else { continue };
            let (about, step) = match fact {
                Fact::Drafted { communication, .. } => (communication, format!("Drafted by {by}, {when}")),
                Fact::Approved { communication } => (communication, format!("Approved by {by}, {when}")),
                Fact::Issued { communication, how } => (communication, format!("Issued by {by}, {when}: {how}")),
            };
            if *about != number {
                continue;
            }
            steps.push(step);
            if let Fact::Drafted { body: text, .. } = fact {
                (body, entry) = (Some(text.clone()), Some(one.seq.0));
            }
        }
        let who = frame.who.as_ref();
        let may = |command: Command| who.is_some_and(|who| who.may(incident, command, at));
        let note = log::Command::Note { text: SOME.to_owned() };
        let seats = incident.participants.seats.iter();
        let approvers = seats.filter(|(_, seat)| seat.kind == of.approved_by && seat.interest != Interest::None);
        let approvers: Vec<String> = approvers.map(|(agency, _)| title_of(incident, agency)).collect();
        Self {
            number: number.0,
            name: number.to_string(),
            title: of.title.clone(),
            audience: of.audience.clone(),
            body,
            state,
            tag,
            approved_by: within(of.approved_by.word()),
            approvers: approvers.join(", "),
            may_approve: may(Command::Approve { communication: number }),
            // A gate is said beside the button, which stands there whether it is shut or not.
            may_issue: of.approved && !of.issued && may_work(frame, incident, at),
            may_ask: !of.issued && who.is_some_and(|who| who.may(incident, note, at)),
            entry,
            steps,
            changes,
        }
    }
}

/// Whether whoever looks works the incident: what issuing asks for, besides a gate.
fn may_work(frame: &Frame, incident: &Incident, at: Instant) -> bool {
    frame.who.as_ref().is_some_and(|who| who.may(incident, working(), at))
}
