//! The people, by number and never by name: where they have come to, who pays, how they travel, and what was offered.

use askama::Template;
use muster_record::Incident;
use muster_record::advice::Answer;
use muster_record::situation::{CareStatus, Funder, Mobility, OfferKind};

use crate::frame::{Frame, Head, Tab, title_of};
use crate::said::{plain, within};
use crate::when::moment;

/// The page.
#[derive(Debug, Template)]
#[template(path = "people.html")]
pub struct PeoplePage {
    frame: Frame,
    head: Head,
    bar: Bar,
    groups: Vec<Group>,
    rows: Vec<Row>,
    offers: Vec<Offer>,
    beds: String,
}

/// People as one bar: a part for each status.
#[derive(Debug)]
pub(crate) struct Bar {
    /// All of them.
    pub(crate) people: usize,
    /// Those who have nowhere to go yet.
    pub(crate) waiting: usize,
    /// Whether some may be missing.
    pub(crate) withheld: bool,
    /// The parts, in the order in which people come through them.
    pub(crate) parts: Vec<Part>,
}

/// A part of the bar, in thousandths of its width.
#[derive(Debug)]
pub(crate) struct Part {
    pub(crate) word: &'static str,
    pub(crate) label: String,
    pub(crate) count: usize,
    pub(crate) x: usize,
    pub(crate) width: usize,
}

/// People by one thing.
#[derive(Debug)]
struct Group {
    title: &'static str,
    rows: Vec<(String, usize)>,
}

#[derive(Debug)]
struct Row {
    number: u32,
    status: String,
    funder: String,
    placed_by: String,
    mobility: String,
    needs: String,
    with: String,
}

#[derive(Debug)]
struct Offer {
    number: String,
    agency: String,
    kind: String,
    free: u32,
    quantity: u32,
    as_at: String,
    detail: String,
}

/// People by status.
pub(crate) fn by_status(incident: &Incident) -> Bar {
    let people = incident.people.list.len();
    let (mut parts, mut x) = (Vec::new(), 0_usize);
    let thousandths = |count: usize| count.saturating_mul(1000).checked_div(people).unwrap_or(0);
    for status in CareStatus::ALL {
        let count = incident.people.count(*status);
        if count > 0 {
            let width = thousandths(count);
            parts.push(Part { word: status.word(), label: plain(status.word()), count, x, width });
            x = x.saturating_add(width);
        }
    }
    Bar { people, waiting: incident.people.not_yet_placed(), withheld: incident.withheld.people, parts }
}

impl PeoplePage {
    /// The page of an incident as somebody sees it.
    pub fn new(frame: Frame, incident: &Incident) -> Self {
        let opening = &incident.lifecycle.opening;
        let frame = frame.titled(&format!("People: {}", opening.title), opening.exercise);
        let bar = by_status(incident);
        let offers: Vec<Offer> = offers(incident);
        let free = incident.offers.list.iter().filter(|offer| offer.kind == OfferKind::Bed && !offer.withdrawn);
        let free = free.map(|offer| offer.quantity.saturating_sub(offer.taken)).fold(0, u32::saturating_add);
        let beds = match (u32::try_from(bar.waiting).unwrap_or(u32::MAX), free) {
            _ if bar.withheld => "Some people are outside your view, so what is short cannot be told.".to_owned(),
            (0, free) => format!("Everybody listed has somewhere to go. {free} beds are free."),
            (waiting, free) if waiting > free => {
                format!(
                    "{waiting} people have nowhere to go yet and {free} beds are free: {} short.",
                    waiting.saturating_sub(free)
                )
            }
            (waiting, free) => format!("{waiting} people have nowhere to go yet and {free} beds are free."),
        };
        Self {
            head: Head::of(incident, Some(Tab::People)),
            bar,
            groups: groups(incident),
            rows: rows(incident),
            offers,
            beds,
            frame,
        }
    }
}

fn groups(incident: &Incident) -> Vec<Group> {
    let people = || incident.people.list.iter();
    let funder = |of: &Funder| people().filter(|person| person.details.funder == *of).count();
    let mobility = |of: &Mobility| people().filter(|person| person.details.mobility == *of).count();
    let mut placed: std::collections::BTreeMap<String, usize> = std::collections::BTreeMap::new();
    for person in people() {
        let by = person.details.placed_by.as_ref().unwrap_or(&incident.lifecycle.lead);
        let count = placed.entry(title_of(incident, by)).or_default();
        *count = count.saturating_add(1);
    }
    let some = |rows: Vec<(String, usize)>| rows.into_iter().filter(|(_, count)| *count > 0).collect();
    let named = |word: &str| plain(word);
    vec![
        Group { title: "Who pays", rows: some(Funder::ALL.iter().map(|of| (named(of.word()), funder(of))).collect()) },
        Group {
            title: "How they travel",
            rows: some(Mobility::ALL.iter().map(|of| (named(of.word()), mobility(of))).collect()),
        },
        Group { title: "Who placed them", rows: some(placed.into_iter().collect()) },
    ]
}

fn rows(incident: &Incident) -> Vec<Row> {
    let row = |(number, person): (muster_record::ids::PersonNo, &muster_record::incident::people::Person)| {
        let details = &person.details;
        let needs = details.needs.iter().map(|need| within(need.word())).collect::<Vec<_>>().join(", ");
        let needs = match (details.needs_known, needs.is_empty()) {
            (Answer::Yes, true) => "none".to_owned(),
            (Answer::Unknown | Answer::No, true) => "not known yet".to_owned(),
            (_, false) => needs,
        };
        Row {
            number: number.0,
            status: plain(person.status.word()),
            funder: plain(details.funder.word()),
            placed_by: details.placed_by.as_ref().map(|by| title_of(incident, by)).unwrap_or_default(),
            mobility: plain(details.mobility.word()),
            needs,
            with: details.stays_with.iter().map(|with| with.0.to_string()).collect::<Vec<_>>().join(", "),
        }
    };
    incident.people.list.numbered().map(row).collect()
}

fn offers(incident: &Incident) -> Vec<Offer> {
    let standing = incident.offers.list.numbered().filter(|(_, offer)| !offer.withdrawn);
    let one = |(number, offer): (muster_record::ids::OfferNo, &muster_record::incident::offers::Offer)| Offer {
        number: number.to_string(),
        agency: title_of(incident, &offer.agency),
        kind: plain(offer.kind.word()),
        free: offer.quantity.saturating_sub(offer.taken),
        quantity: offer.quantity,
        as_at: moment(offer.as_at),
        detail: offer.detail.iter().map(|(key, value)| format!("{key}: {value}")).collect::<Vec<_>>().join(", "),
    };
    standing.map(one).collect()
}
