//! What is to be done, as a board: a column for each agency, its own first, what is due first at the top.

use std::collections::BTreeMap;

use askama::Template;
use muster_record::Incident;
use muster_record::ids::AgencyId;
use muster_record::incident::actions;
use muster_record::situation::ActionStatus;
use muster_record::time::Instant;

use crate::form::Pick;
use crate::frame::{Frame, Head, Tab, title_of};
use crate::may::SOME;
use crate::said::{action_tag, plain};
use crate::when::{left, moment};

/// The page.
#[derive(Debug, Template)]
#[template(path = "actions.html")]
pub struct ActionsPage {
    frame: Frame,
    head: Head,
    request: String,
    columns: Vec<Column>,
    ended: Vec<Card>,
    /// To whom an action can be given; nobody where the viewer may raise none.
    owners: Vec<Pick>,
}

#[derive(Debug)]
struct Column {
    title: String,
    own: bool,
    cards: Vec<Card>,
}

#[derive(Debug)]
struct Card {
    number: u32,
    name: String,
    title: String,
    owner: String,
    from: String,
    due: Option<String>,
    left: Option<String>,
    late: bool,
    status: String,
    tag: &'static str,
    may_accept: bool,
    may_work: bool,
}

impl ActionsPage {
    /// The page of an incident as somebody sees it. `request` names what they may ask from here.
    pub fn new(frame: Frame, incident: &Incident, request: &str, at: Instant) -> Self {
        let opening = &incident.lifecycle.opening;
        let frame = frame.titled(&format!("Actions: {}", opening.title), opening.exercise);
        let own = frame.who.as_ref().map(|who| who.agency.clone());
        let may_write = frame.who.as_ref().is_some_and(|who| who.may_write) && !incident.is_closed();
        let mut by_owner: BTreeMap<&AgencyId, Vec<(Option<Instant>, Card)>> = BTreeMap::new();
        let mut ended = Vec::new();
        for (number, action) in incident.actions.list.numbered() {
            let mine = may_write && own.as_ref() == Some(&action.owner);
            let open = action.status.is_open();
            let card = Card {
                number: number.0,
                name: number.to_string(),
                title: action.title.clone(),
                owner: title_of(incident, &action.owner),
                from: action.key.clone().unwrap_or_else(|| "raised by hand".to_owned()),
                due: action.due.map(moment),
                left: action.due.filter(|_| open).map(|due| left(due, at)),
                late: open && action.due.is_some_and(|due| due < at),
                status: plain(action.status.word()),
                tag: action_tag(action.status),
                may_accept: mine && action.status == ActionStatus::Raised,
                may_work: mine && open,
            };
            if open {
                by_owner.entry(&action.owner).or_default().push((action.due, card));
            } else {
                ended.push(card);
            }
        }
        let mut columns: Vec<Column> = Vec::new();
        for (owner, mut cards) in by_owner {
            cards.sort_by_key(|(due, card)| (due.is_none(), *due, card.number));
            let cards = cards.into_iter().map(|(_, card)| card).collect();
            columns.push(Column { title: title_of(incident, owner), own: own.as_ref() == Some(owner), cards });
        }
        columns.sort_by_key(|column| !column.own);
        let mut owners = Vec::new();
        if let Some(who) = &frame.who {
            let raise = actions::Command::Raise { title: SOME.to_owned(), owner: who.agency.clone(), due: None };
            if who.may(incident, raise, at) {
                let seats = incident.participants.seats.iter();
                owners.extend(seats.map(|(id, seat)| Pick::new(id.as_str(), &seat.title, who.agency.as_str())));
            }
        }
        let head = Head::of(incident, Some(Tab::Actions));
        Self { frame, head, request: request.to_owned(), columns, ended, owners }
    }
}
