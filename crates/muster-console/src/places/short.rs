//! What is short: people who wait against beds that are free, people who travel against places in vehicles.
//!
//! A bed of which nothing is said is not counted as one that fits, nor as one that does not: it is told apart.

use std::collections::BTreeMap;

use muster_record::Incident;
use muster_record::incident::offers::Offer;
use muster_record::incident::people::Person;
use muster_record::situation::{CareStatus, Mobility, Need, OfferKind};

use crate::said::plain;

/// What is needed of one kind, and what is there.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Short {
    /// The kind.
    pub(super) what: &'static str,
    /// How many people need it.
    pub(super) needed: u32,
    /// How many places there are.
    pub(super) there: u32,
    /// Of how many more it is not said whether they fit.
    pub(super) unsaid: u32,
    /// What is short, in words.
    pub(super) told: String,
    /// Whether anything is short.
    pub(super) is_short: bool,
}

impl Short {
    fn of(what: &'static str, needed: u32, there: u32, unsaid: u32) -> Self {
        let short = needed.saturating_sub(there);
        let told = match (short, unsaid) {
            (0, _) if needed == 0 => "Nobody needs one".to_owned(),
            (0, _) => "Enough".to_owned(),
            (short, 0) => format!("{short} short"),
            (short, unsaid) if unsaid >= short => {
                format!("{short} short, unless the {unsaid} of which it is not said fit")
            }
            (short, unsaid) => {
                format!(
                    "{short} short, and still {} if the {unsaid} of which it is not said fit",
                    short.saturating_sub(unsaid)
                )
            }
        };
        Self { what, needed, there, unsaid, told, is_short: short > 0 }
    }
}

fn count(of: usize) -> u32 {
    u32::try_from(of).unwrap_or(u32::MAX)
}

fn value<'a>(offer: &'a Offer, word: &str) -> Option<&'a str> {
    offer.detail.iter().find(|(name, _)| name == word).map(|(_, value)| value.trim())
}

fn of_kind(incident: &Incident, kind: OfferKind) -> impl Iterator<Item = &Offer> {
    incident.offers.list.iter().filter(move |offer| offer.kind == kind && !offer.withdrawn)
}

fn sum(of: impl Iterator<Item = u32>) -> u32 {
    of.fold(0, u32::saturating_add)
}

/// Beds by what they are for.
pub(super) fn beds(incident: &Incident) -> Vec<Short> {
    let waiting = || incident.people.list.iter().filter(|person| !person.status.is_settled());
    let free = || of_kind(incident, OfferKind::Bed);
    let kind = |what: &'static str, word: &str, asks: &dyn Fn(&Person) -> bool| {
        let says = |wanted: Option<&str>| sum(free().filter(|offer| fits(offer, word) == wanted).map(Offer::left));
        Short::of(what, count(waiting().filter(|person| asks(person)).count()), says(Some("yes")), says(None))
    };
    let needs = |need: Need| move |person: &Person| person.details.needs.contains(&need);
    let travels = |way: Mobility| move |person: &Person| person.details.mobility == way;
    vec![
        Short::of("Any bed", count(waiting().count()), sum(free().map(Offer::left)), 0),
        kind("With nursing care", "nursing", &needs(Need::Nursing)),
        kind("With dementia care", "dementia", &needs(Need::Dementia)),
        kind("With room for a wheelchair", "wheelchair", &travels(Mobility::Wheelchair)),
        kind("With room for a stretcher", "stretcher", &travels(Mobility::Stretcher)),
        kind("With bariatric equipment", "bariatric", &travels(Mobility::Bariatric)),
    ]
}

/// Whether beds are for this, as far as it is said: by the word itself, or for nursing by the kind of place.
fn fits(offer: &Offer, word: &str) -> Option<&'static str> {
    let place = if word == "nursing" { value(offer, "service-kind") } else { None };
    match (value(offer, word), place) {
        (Some("yes"), _) | (None, Some("nursing")) => Some("yes"),
        (Some("no"), _) | (None, Some("residential")) => Some("no"),
        (Some(_) | None, _) => None,
    }
}

/// The people who have yet to travel.
pub(super) fn travelling(incident: &Incident) -> impl Iterator<Item = &Person> {
    let yet = |status: CareStatus| matches!(status, CareStatus::Identified | CareStatus::Reviewed | CareStatus::Placed);
    incident.people.list.iter().filter(move |person| yet(person.status))
}

/// The words by which an offer of a vehicle says how many it carries, by the way in which people travel.
const CARRIES: [(&str, &str, &[Mobility]); 4] = [
    ("Seat", "seats", &[Mobility::Walks, Mobility::WalksWithHelp]),
    ("Wheelchair place", "wheelchair-places", &[Mobility::Wheelchair]),
    ("Stretcher", "stretchers", &[Mobility::Stretcher]),
    ("Bariatric place", "bariatric-places", &[Mobility::Bariatric]),
];

/// Places in vehicles by the way in which people travel, each vehicle counted for one trip.
pub(super) fn vehicles(incident: &Incident) -> Vec<Short> {
    let places = |word: &str| {
        let each = |offer: &Offer| {
            let each = value(offer, word).and_then(|value| value.parse::<u32>().ok()).filter(|each| *each <= 100);
            // Taken up or not, it carries people.
            each.unwrap_or(0).saturating_mul(offer.quantity)
        };
        sum(of_kind(incident, OfferKind::Vehicle).map(each))
    };
    let one = |(what, word, ways): &(&'static str, &str, &[Mobility])| {
        let needed = travelling(incident).filter(|person| ways.contains(&person.details.mobility)).count();
        Short::of(what, count(needed), places(word), 0)
    };
    CARRIES.iter().map(one).collect()
}

/// Vehicles of which it is not said what they carry.
pub(super) fn silent(incident: &Incident) -> u32 {
    let says = |offer: &&Offer| CARRIES.iter().any(|(_, word, _)| value(offer, word).is_some());
    sum(of_kind(incident, OfferKind::Vehicle).filter(|offer| !says(offer)).map(|offer| offer.quantity))
}

/// Hours of staff that are free, by what they are for.
pub(super) fn hours(incident: &Incident) -> Vec<(String, u32)> {
    let mut by_role: BTreeMap<String, u32> = BTreeMap::new();
    for offer in of_kind(incident, OfferKind::StaffHours) {
        let role = value(offer, "role").map_or_else(|| "Of whom is not said".to_owned(), plain);
        let hours = by_role.entry(role).or_default();
        *hours = hours.saturating_add(offer.left());
    }
    by_role.into_iter().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_short_is_told_in_a_number_and_what_is_not_said_is_neither_yes_nor_no() {
        let told = |needed, there, unsaid| Short::of("Any bed", needed, there, unsaid).told;
        assert_eq!(told(0, 0, 3), "Nobody needs one");
        assert_eq!(told(2, 2, 0), "Enough");
        assert_eq!(told(5, 2, 0), "3 short");
        assert_eq!(told(5, 2, 4), "3 short, unless the 4 of which it is not said fit");
        assert_eq!(told(5, 2, 1), "3 short, and still 2 if the 1 of which it is not said fit");
    }

    #[test]
    fn a_bed_is_for_nursing_by_its_word_or_by_its_place_and_else_it_is_not_said() {
        let offer = |detail: &[(&str, &str)]| Offer {
            agency: "qwu".parse().unwrap(),
            kind: OfferKind::Bed,
            quantity: 1,
            taken: 0,
            as_at: "2024-03-04T09:00:00Z".parse().unwrap(),
            detail: detail.iter().map(|(word, value)| ((*word).to_owned(), (*value).to_owned())).collect(),
            withdrawn: false,
        };
        assert_eq!(fits(&offer(&[("nursing", "yes")]), "nursing"), Some("yes"));
        assert_eq!(fits(&offer(&[("service-kind", "nursing")]), "nursing"), Some("yes"));
        assert_eq!(fits(&offer(&[("nursing", "no"), ("service-kind", "nursing")]), "nursing"), Some("no"));
        assert_eq!(fits(&offer(&[("service-kind", "residential")]), "nursing"), Some("no"));
        assert_eq!(fits(&offer(&[("service-kind", "nursing")]), "dementia"), None);
        assert_eq!(fits(&offer(&[("nursing", "perhaps")]), "nursing"), None);
    }
}
