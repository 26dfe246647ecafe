//! Transport and beds: what people need against what was offered, what is short, and the forms to put that right.

use askama::Template;
use muster_record::Incident;
use muster_record::advice::{Answer, Item};
use muster_record::incident::offers::{Command as OfferCommand, Offer};
use muster_record::situation::{CareStatus, Funder, Mobility, Need, OfferKind};
use muster_record::time::Instant;

use crate::form::Pick;
use crate::frame::{Frame, Head, Tab, title_of};
use crate::may::working;
use crate::said::{answer, answer_tag, plain};
use crate::when::moment;

mod short;

use short::Short;

/// The page.
#[derive(Debug, Template)]
#[template(path = "places.html")]
pub struct PlacesPage {
    frame: Frame,
    head: Head,
    request: String,
    beds: Vec<Short>,
    vehicles: Vec<Short>,
    hours: Vec<(String, u32)>,
    withheld: bool,
    unknown_mobility: usize,
    silent_vehicles: u32,
    said: Vec<Said>,
    offers: Vec<Shown>,
    may_offer: bool,
    may_work: bool,
    people: usize,
    offer_kinds: Vec<Pick>,
    three: Vec<Pick>,
    statuses: Vec<Pick>,
    with_offers: Vec<Pick>,
    services: Vec<Pick>,
    funders: Vec<Pick>,
    mobilities: Vec<Pick>,
    placed_by: Vec<Pick>,
    needs: Vec<Pick>,
    needs_known: Vec<Pick>,
}

/// What a rule set says of places and transport.
#[derive(Debug)]
struct Said {
    number: u32,
    rule_set: String,
    text: String,
    verdict: Option<(&'static str, &'static str)>,
}

/// An offer.
#[derive(Debug)]
struct Shown {
    number: u32,
    name: String,
    agency: String,
    kind: String,
    free: u32,
    taken: u32,
    quantity: u32,
    as_at: String,
    detail: String,
    own: bool,
}

/// The rule sets that speak of places, transport and staff.
const SPEAK: [&str; 3] = ["accommodation", "agency-staffing", "transport-options"];

impl PlacesPage {
    /// The page of an incident as somebody sees it. `request` names what they may ask from here.
    pub fn new(frame: Frame, incident: &Incident, request: &str, at: Instant) -> Self {
        let opening = &incident.lifecycle.opening;
        let frame = frame.titled(&format!("Transport and beds: {}", opening.title), opening.exercise);
        let who = frame.who.as_ref();
        let offer = OfferCommand::Offer { kind: OfferKind::Bed, quantity: 1, as_at: at, detail: Vec::new() };
        let works = who.is_some_and(|who| who.may(incident, working(), at));
        let own = who.map(|who| who.agency.clone());
        let shown = |(number, of): (muster_record::ids::OfferNo, &Offer)| Shown {
            number: number.0,
            name: number.to_string(),
            agency: title_of(incident, &of.agency),
            kind: plain(of.kind.word()),
            free: of.left(),
            taken: of.taken,
            quantity: of.quantity,
            as_at: moment(of.as_at),
            detail: of.detail.iter().map(|(word, value)| format!("{word}: {value}")).collect::<Vec<_>>().join(", "),
            own: own.as_ref() == Some(&of.agency),
        };
        let offers: Vec<Shown> = standing(incident).map(shown).collect();
        let services = incident.lifecycle.opening.services.iter();
        let others = incident.participants.seats.iter().filter(|(agency, _)| **agency != incident.lifecycle.lead);
        Self {
            head: Head::of(incident, Some(Tab::Places)),
            request: request.to_owned(),
            beds: short::beds(incident),
            vehicles: short::vehicles(incident),
            hours: short::hours(incident),
            withheld: incident.withheld.people,
            unknown_mobility: short::travelling(incident)
                .filter(|of| of.details.mobility == Mobility::NotKnown)
                .count(),
            silent_vehicles: short::silent(incident),
            said: said(incident),
            with_offers: std::iter::once(Pick::new("", "None: say where below", ""))
                .chain(offers.iter().filter(|of| of.free > 0).map(|of| {
                    let label = format!("{} {} of {}, {} free {}", of.name, of.kind, of.agency, of.free, of.detail);
                    Pick::new(&of.number.to_string(), label.trim(), "")
                }))
                .collect(),
            may_offer: who.is_some_and(|who| who.may(incident, offer, at)),
            may_work: works,
            people: incident.people.list.len(),
            offer_kinds: Pick::words(OfferKind::ALL.iter().map(|of| of.word()), ""),
            three: Pick::three(""),
            statuses: Pick::words(
                CareStatus::ALL.iter().filter(|of| **of != CareStatus::Identified).map(|of| of.word()),
                CareStatus::Placed.word(),
            ),
            services: services.map(|of| Pick::new(of.id.as_str(), of.id.as_str(), "")).collect(),
            funders: Pick::words(Funder::ALL.iter().map(|of| of.word()), Funder::NotKnown.word()),
            mobilities: Pick::words(Mobility::ALL.iter().map(|of| of.word()), Mobility::NotKnown.word()),
            placed_by: std::iter::once(Pick::new("", "The lead, or nobody", ""))
                .chain(others.map(|(agency, seat)| Pick::new(agency.as_str(), &seat.title, "")))
                .collect(),
            needs: Pick::words(Need::ALL.iter().map(|of| of.word()), ""),
            needs_known: Pick::three(""),
            offers,
            frame,
        }
    }
}

fn standing(incident: &Incident) -> impl Iterator<Item = (muster_record::ids::OfferNo, &Offer)> {
    incident.offers.list.numbered().filter(|(_, offer)| !offer.withdrawn)
}

/// What rule sets say of places, transport and staff.
fn said(incident: &Incident) -> Vec<Said> {
    let open = incident.advising.open().filter(|open| SPEAK.contains(&open.rule_set.as_str()));
    let one = |open: &muster_record::incident::advising::Proposal| {
        let (text, verdict) = match &open.item {
            Item::Finding(of) => (of.title.clone(), Some(of.verdict)),
            Item::Action(of) => (of.title.clone(), None),
            Item::Gate(of) => (format!("Nothing of {} until {}", of.blocks.word(), of.until), Some(of.satisfied)),
            Item::Allocation(_)
            | Item::Question(_)
            | Item::Options(_)
            | Item::Involvement(_)
            | Item::Draft(_)
            | Item::Regional(_)
            | Item::Other(_) => return None,
        };
        let verdict = verdict.map(|of: Answer| (answer(of), answer_tag(of)));
        Some(Said { number: open.number.0, rule_set: plain(open.rule_set.as_str()), text, verdict })
    };
    open.filter_map(one).collect()
}
