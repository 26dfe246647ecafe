//! What needs somebody now: the one thing that a duty manager opens the console for.

use std::collections::BTreeMap;

use muster_record::Incident;
use muster_record::advice::{Answer, Item};
use muster_record::agency::AgencyKind;
use muster_record::situation::ActionStatus;
use muster_record::time::Instant;

use crate::frame::Who;

/// Something that waits for whoever looks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Need {
    /// Where it is done.
    pub(crate) href: String,
    /// What, in a few words with its count.
    pub(crate) text: String,
    /// Whether its time is past.
    pub(crate) late: bool,
}

/// Whether an item of advice waits for a person to adopt or decide it.
pub(crate) fn awaits(item: &Item) -> bool {
    match item {
        Item::Action(_)
        | Item::Options(_)
        | Item::Draft(_)
        | Item::Involvement(_)
        | Item::Allocation(_)
        | Item::Regional(_)
        | Item::Other(_) => true,
        Item::Finding(_) | Item::Question(_) | Item::Gate(_) => false,
    }
}

/// An open question, whoever put it.
#[derive(Debug, Clone)]
pub(crate) struct Open {
    /// What would be answered.
    pub(crate) asks: String,
    /// Of which kind of agency.
    pub(crate) of: AgencyKind,
    /// The proposals that ask it; none where a person does.
    pub(crate) proposals: Vec<u32>,
}

/// The open questions by the key of the fact: one that several rule sets ask stands once.
pub(crate) fn questions(incident: &Incident) -> BTreeMap<String, Open> {
    let mut open: BTreeMap<String, Open> = BTreeMap::new();
    for (key, (asks, of)) in &incident.answers.asked {
        open.insert(key.clone(), Open { asks: asks.clone(), of: *of, proposals: Vec::new() });
    }
    for proposal in incident.advising.open() {
        let Item::Question(question) = &proposal.item else { continue };
        let new = || Open { asks: question.asks.clone(), of: question.of_kind, proposals: Vec::new() };
        open.entry(question.fact.clone()).or_insert_with(new).proposals.push(proposal.number.0);
    }
    open
}

/// What waits for somebody on an incident, the latest first.
pub(crate) fn needs(incident: &Incident, who: &Who, at: Instant) -> Vec<Need> {
    let base = format!("/incidents/{}", incident.id);
    let Some(seat) = incident.participants.seat(&who.agency) else { return Vec::new() };
    if incident.is_closed() {
        return Vec::new();
    }
    let mut needs = Vec::new();
    let mut add = |count: usize, path: &str, one: &str, many: &str, late: bool| {
        if count > 0 {
            let text = if count == 1 { format!("1 {one}") } else { format!("{count} {many}") };
            needs.push(Need { href: format!("{base}{path}"), text, late });
        }
    };
    let joins = usize::from(seat.joined_at.is_none());
    add(joins, "#participants", "seat for your agency to take", "seats", false);
    let own = || incident.actions.list.iter().filter(|action| action.owner == who.agency && action.status.is_open());
    let overdue = own().filter(|action| action.due.is_some_and(|due| due < at)).count();
    add(overdue, "/actions", "action of your agency is overdue", "actions of your agency are overdue", true);
    let raised = own().filter(|action| action.status == ActionStatus::Raised).count();
    add(raised, "/actions", "action for your agency to take on", "actions for your agency to take on", false);
    let mine = |item: fn(&Item) -> bool| {
        incident
            .advising
            .open()
            .filter(move |open| item(&open.item))
            .filter(|open| who.office_for(incident, open).is_some())
    };
    let proposals = mine(awaits).count();
    add(proposals, "/advice", "proposal awaits your office", "proposals await your office", false);
    let gates = mine(|item| matches!(item, Item::Gate(gate) if gate.satisfied != Answer::Yes)).count();
    add(gates, "/advice", "step is held back", "steps are held back", false);
    let asked = questions(incident).values().filter(|open| open.of == seat.kind).count();
    add(asked, "/questions", "question is asked of your agency", "questions are asked of your agency", false);
    let handovers = incident.participants.handovers.values().filter(|to| **to == who.agency).count();
    add(handovers, "#participants", "office is offered to your agency", "offices are offered to your agency", false);
    needs
}
