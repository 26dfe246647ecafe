//! What people make of advice: adopt, decline, override, or let a rule set's actions stand at once.

use super::{Command, Fact, Proposal};
use crate::advice::{Allocation, Involvement, Item, ProposedAction};
use crate::agency::{AgencyKind, Office};
use crate::ids::{ActionNo, AgencyId, OfferNo, PersonNo};
use crate::incident::{Asking, Incident, actions, offers, participants, people, required};
use crate::refusal::Refusal;
use crate::situation::CareStatus;

/// Offices that may adopt, decline or override whatever it is about.
const LEADING: &[Office] = &[Office::IncidentLead, Office::Dass, Office::DassLead];

/// Offices that may open a regional incident: the Plan's DASS lead, and the chair and vice chair who name that lead.
const REGIONAL: &[Office] = &[Office::DassLead, Office::RegionalChair, Office::RegionalViceChair];

/// Offices that may decide that a rule set's actions are raised at once.
const MAY_STAND: &[Office] = &[Office::IncidentLead, Office::Dass, Office::HeadOfCommissioning, Office::DassLead];

pub(super) fn decide(asking: &Asking<'_>, command: &Command) -> Result<Vec<crate::Fact>, Refusal> {
    asking.works()?;
    let advising = &asking.incident.advising;
    match command {
        Command::Adopt { proposal } => {
            let open = advising.open_proposal(*proposal)?;
            let office = asking.holds_one_of(&may_settle(&open.item))?;
            let follows = adopted(asking, open)?;
            let adopted = Fact::Adopted { proposal: *proposal, office }.into();
            Ok(std::iter::once(adopted).chain(follows).collect())
        }
        Command::Decline { proposal, reason } => {
            required("reason", reason)?;
            let open = advising.open_proposal(*proposal)?;
            if let Item::Gate(_) = open.item {
                return Err(Refusal::NotAdoptable { kind: "gate", instead: "override it, with a reason" });
            }
            let office = asking.holds_one_of(&may_settle(&open.item))?;
            Ok(vec![Fact::Declined { proposal: *proposal, office, reason: reason.clone() }.into()])
        }
        Command::OverrideGate { proposal, reason } => {
            required("reason", reason)?;
            let open = advising.open_proposal(*proposal)?;
            let Item::Gate(_) = open.item else {
                return Err(Refusal::NotAdoptable { kind: open.item.kind(), instead: "only a gate is overridden" });
            };
            let office = asking.holds_one_of(LEADING)?;
            Ok(vec![Fact::GateOverridden { proposal: *proposal, office, reason: reason.clone() }.into()])
        }
        Command::SetStanding { rule_set, reason } => {
            required("reason", reason)?;
            let office = asking.holds_one_of(MAY_STAND)?;
            let pinned = advising.rule_sets.get(rule_set).ok_or(Refusal::NoSuchRuleSet)?;
            if pinned.pin.owner != asking.by.agency {
                return Err(Refusal::NotPermitted);
            }
            if pinned.standing.is_some() {
                return Err(Refusal::StandingAlreadySo);
            }
            Ok(vec![Fact::StandingSet { rule_set: rule_set.clone(), office, reason: reason.clone() }.into()])
        }
        Command::EndStanding { rule_set, reason } => {
            required("reason", reason)?;
            asking.holds_one_of(MAY_STAND)?;
            let pinned = advising.rule_sets.get(rule_set).ok_or(Refusal::NoSuchRuleSet)?;
            if pinned.standing.is_none() {
                return Err(Refusal::StandingAlreadySo);
            }
            Ok(vec![Fact::StandingEnded { rule_set: rule_set.clone(), reason: reason.clone() }.into()])
        }
    }
}

/// The offices that may adopt or decline an item: those that lead, and those of the kind of agency it concerns.
pub(super) fn may_settle(item: &Item) -> Vec<Office> {
    let concerns = match item {
        Item::Action(action) => Some(action.owner),
        Item::Draft(draft) => Some(draft.approved_by),
        Item::Allocation(_) => Some(AgencyKind::Council),
        Item::Options(options) => return vec![options.decided_by],
        Item::Regional(_) => return REGIONAL.to_vec(),
        Item::Finding(_) | Item::Question(_) | Item::Involvement(_) | Item::Gate(_) | Item::Other(_) => None,
    };
    let of_kind = |office: &&Office| concerns.is_some_and(|kind| office.held_by().contains(&kind));
    let own = Office::ALL.iter().filter(of_kind).copied();
    let mut offices: Vec<Office> = LEADING.iter().copied().chain(own).collect();
    offices.sort_unstable();
    offices.dedup();
    offices
}

/// What follows when a proposal is adopted.
fn adopted(asking: &Asking<'_>, proposal: &Proposal) -> Result<Vec<crate::Fact>, Refusal> {
    let incident = asking.incident;
    let not_adoptable = |instead| Err(Refusal::NotAdoptable { kind: proposal.item.kind(), instead });
    match &proposal.item {
        Item::Action(action) => {
            Ok(vec![raised(incident, action, proposal.full_key(), incident.actions.next_number()).into()])
        }
        Item::Draft(draft) => {
            let communications = &incident.communications;
            Ok(vec![communications.drafted(&draft.audience, &draft.title, &draft.body, draft.approved_by).into()])
        }
        Item::Involvement(involvement) => involved(incident, involvement),
        Item::Allocation(allocation) => allocated(incident, allocation),
        // The regional incident has a record of its own; the link that comes with it says which.
        Item::Regional(_) => Ok(Vec::new()),
        Item::Question(_) => not_adoptable("answer it"),
        Item::Options(_) => not_adoptable("decide on it, with reasons"),
        Item::Finding(_) => not_adoptable("it is there to be read; it can be declined"),
        Item::Other(_) => not_adoptable("nothing follows from it: it is there to be read; it can be declined"),
        Item::Gate(_) => not_adoptable("meet its condition, or override it with a reason"),
    }
}

/// The action that a proposed one becomes. Where nobody of that kind is at the table, the lead agency has it.
pub(super) fn raised(incident: &Incident, proposed: &ProposedAction, key: String, number: ActionNo) -> actions::Fact {
    let table = &incident.participants;
    let at_the_table = |agency: &&AgencyId| table.is_at_the_table(agency);
    let named = proposed.owner_agency.as_ref().filter(at_the_table);
    let of_kind = || table.of_kind(proposed.owner).filter(at_the_table);
    let owner = named.or_else(of_kind).unwrap_or(&incident.lifecycle.lead);
    actions::Fact::Raised {
        action: number,
        title: proposed.title.clone(),
        owner: owner.clone(),
        due: proposed.due,
        key: Some(key),
    }
}

fn involved(incident: &Incident, involvement: &Involvement) -> Result<Vec<crate::Fact>, Refusal> {
    let table = &incident.participants;
    let Some(agency) = table.of_kind(involvement.agency) else {
        let instead = "invite an agency of that kind with that interest; the advice is then met";
        return Err(Refusal::NotAdoptable { kind: "involvement", instead });
    };
    let seat = table.seat(agency).filter(|seat| seat.interest != involvement.interest);
    if seat.is_some_and(|seat| seat.is_lead && !involvement.interest.is_operational()) {
        return Err(Refusal::LeadStays);
    }
    let changes = seat.map(|_| participants::Fact::InterestChanged {
        agency: agency.clone(),
        interest: involvement.interest,
        reason: involvement.why.clone(),
    });
    Ok(changes.into_iter().map(crate::Fact::from).collect())
}

fn allocated(incident: &Incident, allocation: &Allocation) -> Result<Vec<crate::Fact>, Refusal> {
    let number = |text: &str, prefix: &str| text.strip_prefix(prefix).and_then(|number| number.parse::<u32>().ok());
    let person = number(&allocation.person, "person-").map(PersonNo);
    let person = person.ok_or_else(|| Refusal::NoSuch { what: "person", given: allocation.person.clone() })?;
    let offer = allocation.to.as_deref().and_then(|offer| number(offer, "offer-")).map(OfferNo);
    let Some(offer) = offer else {
        return Err(Refusal::NotAdoptable { kind: "allocation", instead: "no place was found for this person" });
    };
    let from = incident.people.get(person)?.status;
    if !people::can_follow(from, CareStatus::Placed) {
        return Err(Refusal::StatusNotReachable { from, to: CareStatus::Placed });
    }
    let place = format!("{offer}, offered by {}", incident.offers.takeable(offer, 1)?.agency);
    let taken = offers::Fact::Taken { offer, quantity: 1, person: Some(person) };
    let placed = people::Fact::StatusChanged { person, to: CareStatus::Placed, place: Some(place) };
    Ok(vec![taken.into(), placed.into()])
}
