//! The beds that are offered, home by home: whom each suits, where it is, how old its figure is, how many are left.

use std::collections::BTreeMap;

use muster_rule_sdk::{Answer, Instant, Offer, OfferKind, Situation};

use super::Number;
use crate::Settings;
use crate::dates::DAY;
use crate::table::Tables;
use crate::words::{Words, said, value};

/// An offer of beds.
#[derive(Debug, Clone)]
pub(crate) struct Bed<'a> {
    pub(crate) offer: &'a Offer,
    pub(crate) number: Number<'a>,
    pub(crate) yes: Words,
    pub(crate) no: Words,
    /// The agency whose area it is in, where that is said.
    pub(crate) authority: Option<&'a str>,
    pub(crate) is_hotel: bool,
    pub(crate) is_recent: bool,
    pub(crate) left: u32,
}

/// The offers of one home. An offer that names no location is a home of its own.
#[derive(Debug, Clone)]
pub(crate) struct Home<'a> {
    pub(crate) beds: Vec<Bed<'a>>,
    /// Whether the offers are one set of beds under several registrations.
    pub(crate) is_shared: bool,
    /// The beds offered, each counted once.
    pub(crate) offered: u64,
    /// The beds taken.
    pub(crate) taken: u64,
    /// The beds left, each counted once.
    pub(crate) left: u64,
}

/// All that is offered, in the order of the record's numbers.
#[derive(Debug)]
pub(crate) struct Market<'a> {
    pub(crate) homes: Vec<Home<'a>>,
    /// When the next figure turns old.
    pub(crate) next_stale: Option<Instant>,
}

impl<'a> Market<'a> {
    pub(crate) fn of(situation: &'a Situation, tables: &Tables, settings: &Settings) -> Self {
        let days = Instant::from(settings.stale_after_days);
        let stale_after = |offer: &Offer| offer.as_of.saturating_add(days.saturating_mul(DAY));
        let mut offers: Vec<&Offer> = situation.offers.iter().filter(|offer| offer.kind == OfferKind::Bed).collect();
        offers.sort_by_key(|offer| Number::of(&offer.ref_));
        let mut homes: BTreeMap<HomeKey<'_>, Vec<Bed<'a>>> = BTreeMap::new();
        for offer in &offers {
            let number = Number::of(&offer.ref_);
            let place = value(offer, "primary").or_else(|| value(offer, "location"));
            let key = place.map_or(HomeKey::Offer(number), HomeKey::Place);
            homes.entry(key).or_default().push(Bed {
                offer,
                number,
                yes: Words::which(&tables.words, |word| said(offer, word) == Answer::Yes),
                no: Words::which(&tables.words, |word| said(offer, word) == Answer::No),
                authority: value(offer, "authority"),
                is_hotel: value(offer, "service-kind").is_some_and(|kind| kind.eq_ignore_ascii_case("hotel")),
                is_recent: situation.as_of <= stale_after(offer),
                left: offer.quantity.saturating_sub(offer.taken),
            });
        }
        let mut homes: Vec<Home<'_>> = homes.into_values().map(Home::of).collect();
        homes.sort_by_key(|home| home.beds.first().map(|bed| bed.number));
        // A second later the figure is older than the days set.
        let left = homes.iter().flat_map(|home| &home.beds).filter(|bed| bed.left > 0);
        let turns = left.map(|bed| stale_after(bed.offer).saturating_add(1));
        let next_stale = turns.filter(|turn| *turn > situation.as_of).min();
        Self { homes, next_stale }
    }

    pub(crate) fn beds(&self) -> impl Iterator<Item = &Bed<'a>> {
        self.homes.iter().flat_map(|home| &home.beds)
    }

    /// The offers of which beds are left.
    pub(crate) fn with_beds_left(&self) -> impl Iterator<Item = &Bed<'a>> {
        self.beds().filter(|bed| bed.left > 0)
    }

    /// How many beds are left of some offers, each bed counted once.
    pub(crate) fn left_of(&self, counts: impl Fn(&Bed<'a>) -> bool) -> u64 {
        self.homes.iter().map(|home| home.left_of(&counts)).sum()
    }
}

/// What makes two offers those of one home.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
enum HomeKey<'a> {
    Place(&'a str),
    Offer(Number<'a>),
}

impl<'a> Home<'a> {
    fn of(mut beds: Vec<Bed<'a>>) -> Self {
        let is_shared = beds.len() > 1 && beds.iter().any(|bed| value(bed.offer, "primary").is_some());
        let quantities = || beds.iter().map(|bed| u64::from(bed.offer.quantity));
        // Registered twice, the beds are those of the larger figure: adding the figures would count each bed twice.
        let offered = if is_shared { quantities().max().unwrap_or(0) } else { quantities().sum() };
        let taken: u64 = beds.iter().map(|bed| u64::from(bed.offer.taken)).sum();
        let unshared = beds.iter().map(|bed| u64::from(bed.left)).sum();
        let left = if is_shared { offered.saturating_sub(taken) } else { unshared };
        for bed in &mut beds {
            bed.left = bed.left.min(u32::try_from(left).unwrap_or(u32::MAX));
        }
        Self { beds, is_shared, offered, taken, left }
    }

    /// Takes a bed; the offers that share it have one less too.
    pub(crate) fn take(&mut self, seat: usize) {
        if let Some(bed) = self.beds.get_mut(seat) {
            bed.left = bed.left.saturating_sub(1);
        }
        self.left = self.left.saturating_sub(1);
    }

    fn left_of(&self, counts: impl Fn(&Bed<'a>) -> bool) -> u64 {
        let left: u64 = self.beds.iter().filter(|bed| counts(bed)).map(|bed| u64::from(bed.left)).sum();
        left.min(self.left)
    }
}

impl Bed<'_> {
    /// Whether the bed suits: a single no is enough for a no.
    pub(crate) fn suits(&self, asked: Words) -> Answer {
        if !asked.and(self.no).is_empty() {
            Answer::No
        } else if asked.without(self.yes).is_empty() {
            Answer::Yes
        } else {
            Answer::Unknown
        }
    }

    /// Whether it is in the area of the lead, or of the agency that placed the person.
    pub(crate) fn is_near(&self, lead: &str, placed_by: Option<&str>) -> Answer {
        self.authority.map_or(Answer::Unknown, |authority| {
            let is = |agency: &str| agency.eq_ignore_ascii_case(authority);
            (is(lead) || placed_by.is_some_and(is)).into()
        })
    }
}
