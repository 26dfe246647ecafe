//! Running an incident: its phase and end, who is at the table with which offices, notes and questions.

use askama::Template;
use muster_record::Incident;
use muster_record::advice::{Item, Step};
use muster_record::agency::{Agency, AgencyKind, Interest, Office};
use muster_record::incident::{advising, answers, lifecycle, log, participants};
use muster_record::situation::Phase;
use muster_record::time::Instant;

use crate::form::Pick;
use crate::frame::{Frame, Head, Tab, Who, title_of};
use crate::may::{SOME, working};
use crate::said::{plain, within};

/// The page.
#[derive(Debug, Template)]
#[template(path = "manage.html")]
#[expect(clippy::struct_excessive_bools, reason = "each says whether one thing stands on the page")]
pub struct ManagePage {
    frame: Frame,
    head: Head,
    request: String,
    phases: Vec<Goes>,
    close: Goes,
    may_reopen: bool,
    gates: Vec<Shut>,
    may_amend: bool,
    invite: Vec<Pick>,
    interests: Vec<Pick>,
    may_join: bool,
    may_leave: bool,
    offices: Vec<Held>,
    may_note: bool,
    may_ask: bool,
    kinds: Vec<Pick>,
    changes: Vec<Pick>,
    all_interests: Vec<Pick>,
}

/// A step of the incident: where it leads, and what the record has against it.
#[derive(Debug)]
struct Goes {
    word: &'static str,
    label: String,
    office: String,
    against: Option<String>,
    gate: Option<u32>,
}

/// A gate that is shut.
#[derive(Debug)]
struct Shut {
    number: u32,
    holds: String,
    until: String,
    office: Option<String>,
    for_offices: String,
}

/// An office: who holds it, and what whoever looks may do with it.
#[derive(Debug)]
struct Held {
    word: &'static str,
    label: String,
    holder: Option<String>,
    offered: Option<String>,
    may_take: bool,
    may_accept: bool,
    to: Vec<Pick>,
    own: bool,
}

impl ManagePage {
    /// The page of an incident as somebody sees it. `known` are the agencies of the directory; `request` names what they
    /// may ask from here.
    pub fn new<'a>(
        frame: Frame,
        incident: &Incident,
        known: impl Iterator<Item = &'a Agency>,
        request: &str,
        at: Instant,
    ) -> Self {
        let opening = &incident.lifecycle.opening;
        let frame = frame.titled(&format!("Manage: {}", opening.title), opening.exercise);
        let who = frame.who.as_ref();
        let may = |command: muster_record::Command| who.is_some_and(|who| who.may(incident, command, at));
        let works = may(working());
        let text = || SOME.to_owned();
        let unseated = known.filter(|agency| !incident.participants.seats.contains_key(&agency.id));
        let invite = unseated.map(|agency| {
            Pick::new(agency.id.as_str(), &format!("{} ({})", agency.title, within(agency.kind.word())), "")
        });
        let own = who.map(|who| who.agency.clone());
        let leads =
            incident.participants.seats.iter().any(|(agency, seat)| seat.is_lead && own.as_ref() == Some(agency));
        let others = incident.participants.seats.iter().filter(|(_, seat)| !seat.is_lead && leads && works);
        Self {
            head: Head::of(incident, Some(Tab::Manage)),
            request: request.to_owned(),
            phases: phases(who, incident, at),
            close: closing(who, incident, at),
            may_reopen: may(lifecycle::Command::Reopen { reason: text() }.into()),
            gates: gates(who, incident),
            may_amend: works,
            invite: if works { invite.collect() } else { Vec::new() },
            interests: Pick::words(
                Interest::ALL.iter().filter(|of| **of != Interest::None).map(|of| of.word()),
                Interest::Operational.word(),
            ),
            may_join: may(participants::Command::Join.into()),
            may_leave: may(participants::Command::Leave { reason: text() }.into()),
            offices: Office::ALL.iter().filter_map(|office| Held::of(who, incident, *office, at)).collect(),
            may_note: may(log::Command::Note { text: text() }.into()),
            may_ask: may(answers::Command::Ask { key: text(), asks: text(), of: AgencyKind::Council }.into()),
            kinds: Pick::words(AgencyKind::ALL.iter().map(|of| of.word()), ""),
            changes: others.map(|(agency, seat)| Pick::new(agency.as_str(), &seat.title, "")).collect(),
            all_interests: Pick::words(Interest::ALL.iter().map(|of| of.word()), ""),
            frame,
        }
    }
}

/// The phases that can follow, each with what stands against it now. What can never follow from here is not offered.
fn phases(who: Option<&Who>, incident: &Incident, at: Instant) -> Vec<Goes> {
    let Some(who) = who else { return Vec::new() };
    let goes = |to: &Phase| {
        let command = lifecycle::Command::ChangePhase { to: *to, reason: SOME.to_owned() };
        let against = who.refused(incident, None, command, at);
        let never = muster_record::Refusal::PhaseNotReachable { from: incident.lifecycle.phase, to: *to }.to_string();
        let gate = (*to == Phase::Recovering).then(|| incident.advising.shut_gate(Step::Recover)).flatten();
        (against.as_ref() != Some(&never)).then(|| Goes {
            word: to.word(),
            label: plain(to.word()),
            office: String::new(),
            gate: against.as_ref().and(gate).map(|gate| gate.0),
            against,
        })
    };
    let to = Phase::ALL.iter().filter(|to| **to != Phase::Closed && **to != incident.lifecycle.phase);
    let mut phases: Vec<Goes> = to.filter_map(goes).collect();
    // Where whoever looks may not change it at all, that is said once.
    if !incident.participants.seat(&who.agency).is_some_and(|seat| seat.is_lead) {
        phases.truncate(1);
    }
    phases
}

/// What stands against closing it now.
fn closing(who: Option<&Who>, incident: &Incident, at: Instant) -> Goes {
    let close = || lifecycle::Command::Close { summary: SOME.to_owned() };
    let offices = who.map(|who| who.offices_on(incident)).unwrap_or_default();
    let tried = |office: Option<Office>| match who {
        Some(who) => who.refused(incident, office, close(), at),
        None => Some("nobody is signed in".to_owned()),
    };
    let taken = offices.iter().copied().find(|office| tried(Some(*office)).is_none());
    let leading =
        offices.iter().copied().find(|office| [Office::IncidentLead, Office::Dass, Office::DassLead].contains(office));
    let against = tried(taken.or(leading));
    Goes {
        word: Phase::Closed.word(),
        label: plain(Phase::Closed.word()),
        office: taken.map(|office| office.word().to_owned()).unwrap_or_default(),
        gate: against.as_ref().and(incident.advising.shut_gate(Step::Close)).map(|gate| gate.0),
        against,
    }
}

fn gates(who: Option<&Who>, incident: &Incident) -> Vec<Shut> {
    let shut = |open: &advising::Proposal| {
        let Item::Gate(gate) = &open.item else { return None };
        let office = who.filter(|_| !incident.is_closed()).and_then(|who| who.office_for(incident, open));
        (gate.satisfied != muster_record::advice::Answer::Yes).then(|| Shut {
            number: open.number.0,
            holds: step(gate.blocks).to_owned(),
            until: gate.until.clone(),
            office: office.map(|office| office.word().to_owned()),
            for_offices: crate::frame::listed(&open.settled_by()),
        })
    };
    incident.advising.open().filter_map(shut).collect()
}

fn step(of: Step) -> &'static str {
    match of {
        Step::Close => "closing the incident",
        Step::Recover => "going over to recovering",
        Step::Move => "saying that somebody has moved",
        Step::MoveAtNight => "moving somebody between 22:00 and 07:00",
        Step::Issue => "issuing a letter",
        Step::Lift => "lifting a restriction",
    }
}

impl Held {
    /// An office, where somebody holds it or whoever looks may take it.
    fn of(who: Option<&Who>, incident: &Incident, office: Office, at: Instant) -> Option<Self> {
        let table = &incident.participants;
        let may = |command: participants::Command| who.is_some_and(|who| who.may(incident, command, at));
        let holder = table.offices.get(&office);
        let may_take = may(participants::Command::TakeOffice { office });
        if holder.is_none() && !may_take {
            return None;
        }
        let own = who.is_some_and(|who| holder == Some(&who.agency));
        let offer = |to: &muster_record::ids::AgencyId| participants::Command::OfferHandover {
            office,
            to: to.clone(),
            brief: SOME.to_owned(),
        };
        let receivers = table.seats.iter().filter(|(agency, _)| own && may(offer(agency)));
        Some(Self {
            word: office.word(),
            label: plain(office.word()),
            holder: holder.map(|holder| title_of(incident, holder)),
            offered: table.handovers.get(&office).map(|to| title_of(incident, to)),
            may_take,
            may_accept: may(participants::Command::AcceptHandover { office }),
            to: receivers.map(|(agency, seat)| Pick::new(agency.as_str(), &seat.title, "")).collect(),
            own: who.is_some_and(|who| who.offices.contains(&office)),
        })
    }
}
