//! One incident at a glance: what needs you, the clocks, the people, who is at the table, what was decided.

use askama::Template;
use muster_record::Incident;
use muster_record::agency::Interest;
use muster_record::deadline::{ClockState, Deadline};
use muster_record::time::Instant;

use crate::frame::{Frame, Head, Tab, listed, title_of};
use crate::needs::{Need, needs};
use crate::people::{Bar, by_status};
use crate::said::{clock_tag, plain, sentence, within};
use crate::when::{left, moment};

/// The page.
#[derive(Debug, Template)]
#[template(path = "overview.html")]
pub struct OverviewPage {
    frame: Frame,
    head: Head,
    needs: Vec<Need>,
    clocks: Vec<Clock>,
    later: Vec<Clock>,
    bar: Bar,
    seats: Vec<Seat>,
    may_join: bool,
    request: String,
    decisions: Vec<Decision>,
    communications: Vec<Communication>,
    failures: String,
    notified: String,
    stops: Option<String>,
    seq: u64,
}

/// A clock, as a row.
#[derive(Debug)]
struct Clock {
    key: String,
    title: String,
    owner: String,
    due: String,
    left: Option<String>,
    state: String,
    tag: &'static str,
}

#[derive(Debug)]
struct Seat {
    title: String,
    kind: String,
    interest: String,
    joined: bool,
    lead: bool,
    offices: String,
}

#[derive(Debug)]
struct Decision {
    number: String,
    question: String,
    chosen: String,
    office: String,
}

#[derive(Debug)]
struct Communication {
    number: String,
    title: String,
    audience: String,
    state: &'static str,
}

/// Clocks that are shown at once; the others are behind one line.
const SHOWN: usize = 8;

impl OverviewPage {
    /// The page of an incident as somebody sees it. `request` names what they may ask from here.
    pub fn new(frame: Frame, incident: &Incident, request: &str, at: Instant) -> Self {
        let opening = &incident.lifecycle.opening;
        let frame = frame.titled(&opening.title, opening.exercise);
        let clock = |deadline: &Deadline| Clock::of(incident, deadline, at);
        let all = incident.deadlines(at);
        let running = all.iter().filter(|deadline| deadline.state != ClockState::Met).count();
        let first = all.iter().take(running.min(SHOWN)).map(clock).collect();
        let later = all.iter().skip(running.min(SHOWN)).map(clock).collect();
        let seats = incident.participants.seats.iter().filter(|(_, seat)| seat.interest != Interest::None);
        let seat = |(agency, seat): (&_, &muster_record::incident::participants::Seat)| {
            let held = incident.participants.offices.iter().filter(|(_, holder)| *holder == agency);
            Seat {
                title: seat.title.clone(),
                kind: plain(seat.kind.word()),
                interest: plain(seat.interest.word()),
                joined: seat.joined_at.is_some(),
                lead: seat.is_lead,
                offices: listed(&held.map(|(office, _)| *office).collect::<Vec<_>>()),
            }
        };
        let own = frame.who.as_ref().filter(|who| who.may_write).map(|who| &who.agency);
        let may_join = own.and_then(|agency| incident.participants.seat(agency));
        Self {
            needs: frame.who.as_ref().map(|who| needs(incident, who, at)).unwrap_or_default(),
            head: Head::of(incident, Some(Tab::Overview)),
            clocks: first,
            later,
            bar: by_status(incident),
            seats: seats.map(seat).collect(),
            may_join: may_join.is_some_and(|seat| seat.joined_at.is_none()) && !incident.is_closed(),
            request: request.to_owned(),
            decisions: decisions(incident),
            communications: communications(incident),
            failures: opening.failures.iter().map(|of| within(of.word())).collect::<Vec<_>>().join(", "),
            notified: moment(opening.notified_at),
            stops: opening.care_stops_at.map(moment),
            seq: incident.seq.0,
            frame,
        }
    }
}

impl Clock {
    fn of(incident: &Incident, deadline: &Deadline, at: Instant) -> Self {
        let runs = match deadline.state {
            ClockState::Running | ClockState::Late => true,
            ClockState::Paused | ClockState::Met | ClockState::NotKnown => false,
        };
        Self {
            key: deadline.key.clone(),
            title: sentence(&deadline.title),
            owner: deadline.owner.as_ref().map(|owner| title_of(incident, owner)).unwrap_or_default(),
            due: moment(deadline.due),
            left: runs.then(|| left(deadline.due, at)),
            state: plain(deadline.state.word()),
            tag: clock_tag(deadline.state),
        }
    }
}

fn decisions(incident: &Incident) -> Vec<Decision> {
    let one =
        |(number, decision): (muster_record::ids::DecisionNo, &muster_record::incident::decisions::Decided)| Decision {
            number: number.to_string(),
            question: decision.question.clone(),
            chosen: decision.chosen.clone(),
            office: plain(decision.office.word()),
        };
    incident.decisions.list.numbered().map(one).collect()
}

fn communications(incident: &Incident) -> Vec<Communication> {
    let list = incident.communications.list.numbered();
    let one = |(number, of): (
        muster_record::ids::CommunicationNo,
        &muster_record::incident::communications::Communication,
    )| Communication {
        number: number.to_string(),
        title: of.title.clone(),
        audience: of.audience.clone(),
        state: match (of.approved, of.issued) {
            (_, true) => "Issued",
            (true, false) => "Approved, not issued",
            (false, false) => "Awaits approval",
        },
    };
    list.map(one).collect()
}
