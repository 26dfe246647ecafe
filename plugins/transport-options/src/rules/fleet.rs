//! What there is to travel in: the council's table, and the vehicles that are offered on the record.

use std::collections::BTreeSet;

use muster_rule_sdk::{Offer, OfferKind, Situation};

use super::travellers::Way;
use crate::Settings;
use crate::settings::Vehicle;
use crate::table::Tables;

/// A kind of vehicle that can make trips.
#[derive(Debug)]
pub(crate) struct Ride {
    /// The id in the table, or `offer-4`.
    pub(crate) id: String,
    pub(crate) provider: String,
    pub(crate) what: String,
    /// The offer that it is, where it is one.
    pub(crate) offer: Option<String>,
    /// Its terms; an offer has none that are known.
    pub(crate) terms: Option<Terms>,
    how_many: u32,
    seats: u32,
    wheelchair_places: u32,
    stretchers: u32,
    bariatric_places: u32,
    escorts: u32,
}

/// When it runs, how soon it has to be asked for, and whom to ask.
#[derive(Debug)]
pub(crate) struct Terms {
    pub(crate) from: String,
    pub(crate) to: String,
    pub(crate) lead_minutes: u32,
    pub(crate) contact_role: String,
}

/// All that can make trips, what is offered first.
pub(crate) struct Fleet<'a> {
    pub(crate) rides: Vec<Ride>,
    /// Offers of vehicles that do not say how many people they carry.
    pub(crate) silent: Vec<&'a str>,
}

/// Who can carry people who travel in one way.
pub(crate) struct Choice<'f> {
    pub(crate) way: Way,
    pub(crate) providers: Vec<&'f str>,
}

impl<'a> Fleet<'a> {
    pub(crate) fn of(situation: &'a Situation, tables: &Tables, settings: &Settings) -> Self {
        let mut offers: Vec<&Offer> =
            situation.offers.iter().filter(|offer| offer.kind == OfferKind::Vehicle).collect();
        offers.sort_by_key(|offer| {
            let number = offer.ref_.rsplit('-').next().and_then(|digits| digits.parse::<u64>().ok());
            (number.unwrap_or(u64::MAX), offer.ref_.as_str())
        });
        let (mut rides, mut silent) = (Vec::new(), Vec::new());
        for offer in offers {
            let ride = Ride::of_offer(offer, settings);
            if Way::ALL.into_iter().all(|way| ride.said(way) == 0) {
                silent.push(offer.ref_.as_str());
            } else {
                rides.push(ride);
            }
        }
        let table = settings.vehicles.as_ref().unwrap_or(&tables.samples);
        rides.extend(table.iter().map(|vehicle| Ride::of_table(vehicle, settings)));
        Self { rides, silent }
    }

    pub(crate) fn is_of_samples(&self) -> bool {
        self.rides.iter().any(|ride| ride.offer.is_none() && ride.provider.contains("(invented)"))
    }

    pub(crate) fn choice(&self, way: Way) -> Choice<'_> {
        let carriers = self.rides.iter().filter(|ride| ride.places(way) > 0);
        let providers: BTreeSet<&str> = carriers.map(|ride| ride.provider.as_str()).collect();
        Choice { way, providers: providers.into_iter().collect() }
    }
}

impl Ride {
    fn of_table(vehicle: &Vehicle, settings: &Settings) -> Self {
        let Vehicle {
            id,
            provider,
            vehicle: what,
            how_many,
            seats,
            wheelchair_places,
            stretchers,
            bariatric_places,
            lead_time_minutes,
            from,
            to,
            contact_role,
        } = vehicle;
        Self {
            id: id.clone(),
            provider: provider.clone(),
            what: what.clone(),
            offer: None,
            terms: Some(Terms {
                from: from.clone(),
                to: to.clone(),
                lead_minutes: *lead_time_minutes,
                contact_role: contact_role.clone(),
            }),
            how_many: *how_many,
            seats: *seats,
            wheelchair_places: *wheelchair_places,
            stretchers: *stretchers,
            bariatric_places: *bariatric_places,
            escorts: settings.escorts_per_trip,
        }
    }

    fn of_offer(offer: &Offer, settings: &Settings) -> Self {
        let value = |word: &str| offer.detail.iter().find(|(name, _)| name == word).map(|(_, value)| value.trim());
        // More places than any vehicle has are a slip, and count as not said.
        let number = |word: &str| {
            let number = value(word).and_then(|value| value.parse::<u32>().ok());
            number.filter(|number| *number <= 100).unwrap_or(0)
        };
        Self {
            id: offer.ref_.clone(),
            provider: offer.agency.clone(),
            what: value("vehicle").unwrap_or("vehicle").chars().take(120).collect(),
            offer: Some(offer.ref_.clone()),
            terms: None,
            // Taken or not: what is taken up makes trips too, and the plan does not move when it is.
            how_many: offer.quantity.min(500),
            seats: number("seats"),
            wheelchair_places: number("wheelchair-places"),
            stretchers: number("stretchers"),
            bariatric_places: number("bariatric-places"),
            escorts: settings.escorts_per_trip,
        }
    }

    fn said(&self, way: Way) -> u32 {
        match way {
            Way::Bariatric => self.bariatric_places,
            Way::Stretcher => self.stretchers,
            Way::Wheelchair => self.wheelchair_places,
            Way::Seat => self.seats,
        }
    }

    /// The places of one trip for people who travel in this way; an escort takes a seat of it.
    pub(crate) fn places(&self, way: Way) -> u32 {
        match way {
            Way::Seat => self.seats.saturating_sub(self.escorts),
            Way::Bariatric | Way::Stretcher | Way::Wheelchair => self.said(way),
        }
    }

    /// How many trips its vehicles can make.
    pub(crate) fn most_trips(&self, settings: &Settings) -> u32 {
        self.how_many.saturating_mul(settings.trips_per_vehicle)
    }

    /// `12 seats, 2 wheelchair places`.
    pub(crate) fn said_places(&self) -> String {
        let words = [
            (self.seats, "seat", "seats"),
            (self.wheelchair_places, "wheelchair place", "wheelchair places"),
            (self.stretchers, "stretcher", "stretchers"),
            (self.bariatric_places, "bariatric place", "bariatric places"),
        ];
        let said = words.into_iter().filter(|(number, _, _)| *number > 0);
        let said: Vec<String> = said.map(|(number, one, several)| super::counted(number, one, several)).collect();
        said.join(", ")
    }
}
