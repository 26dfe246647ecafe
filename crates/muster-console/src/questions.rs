//! Questions that nobody has answered: yes, no, or not known, which is never a no.

use askama::Template;
use muster_record::Incident;

use crate::frame::{Frame, Head, Tab, title_of};
use crate::needs::questions;
use crate::said::{value, within};
use crate::when::moment;

/// The page.
#[derive(Debug, Template)]
#[template(path = "questions.html")]
pub struct QuestionsPage {
    frame: Frame,
    head: Head,
    request: String,
    ours: Vec<Question>,
    others: Vec<Question>,
    answered: Vec<Answered>,
}

#[derive(Debug)]
struct Question {
    key: String,
    asks: String,
    of: String,
    proposals: Vec<u32>,
    stands: Option<String>,
    may_answer: bool,
}

#[derive(Debug)]
struct Answered {
    key: String,
    value: String,
    source: String,
    by: String,
    at: String,
    entry: u64,
}

impl QuestionsPage {
    /// The page of an incident as somebody sees it. `request` names what they may ask from here.
    pub fn new(frame: Frame, incident: &Incident, request: &str) -> Self {
        let opening = &incident.lifecycle.opening;
        let frame = frame.titled(&format!("Questions: {}", opening.title), opening.exercise);
        let who = frame.who.as_ref().filter(|who| who.may_write && !incident.is_closed());
        let seat = who.and_then(|who| incident.participants.seat(&who.agency));
        let seat = seat.filter(|seat| seat.joined_at.is_some());
        let (mut ours, mut others) = (Vec::new(), Vec::new());
        for (key, open) in questions(incident) {
            let mine = seat.is_some_and(|seat| seat.kind == open.of);
            let stands = incident.answers.standing.get(&key);
            let question = Question {
                asks: open.asks,
                of: within(open.of.word()),
                proposals: open.proposals,
                stands: stands.map(|standing| format!("{} ({})", value(&standing.value), standing.source)),
                may_answer: mine || seat.is_some_and(|seat| seat.interest.is_operational()),
                key,
            };
            if mine { ours.push(question) } else { others.push(question) }
        }
        let one = |(key, standing): (&String, &muster_record::incident::answers::Standing)| Answered {
            key: key.clone(),
            value: value(&standing.value),
            source: standing.source.clone(),
            by: title_of(incident, &standing.by),
            at: moment(standing.at),
            entry: standing.entry.0,
        };
        let answered = incident.answers.standing.iter().map(one).collect();
        let head = Head::of(incident, Some(Tab::Questions));
        Self { frame, head, request: request.to_owned(), ours, others, answered }
    }
}
