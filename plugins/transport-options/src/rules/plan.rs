//! The trips: those with the least choice are carried first, and others fill the places that are left on their trips.

use std::cmp::Reverse;
use std::collections::BTreeMap;

use super::fleet::{Fleet, Ride};
use super::travellers::{Travellers, Way};
use crate::Settings;

/// The trips of one kind of vehicle, and whom they carry.
#[derive(Debug)]
pub(crate) struct Planned<'f> {
    pub(crate) vehicle: &'f Ride,
    pub(crate) trips: u32,
    pub(crate) carried: BTreeMap<Way, u32>,
    most: u32,
}

/// All trips, and who is left over.
#[derive(Debug)]
pub(crate) struct Plan<'f> {
    pub(crate) trips: Vec<Planned<'f>>,
    left_over: BTreeMap<Way, u32>,
    carries: Vec<Way>,
}

impl<'f> Plan<'f> {
    pub(crate) fn of(travellers: &Travellers<'_>, fleet: &'f Fleet<'_>, settings: &Settings) -> Self {
        let planned =
            |vehicle| Planned { vehicle, trips: 0, carried: BTreeMap::new(), most: vehicle.most_trips(settings) };
        let mut trips: Vec<Planned<'_>> = fleet.rides.iter().map(planned).collect();
        let mut left_over = BTreeMap::new();
        for way in Way::ALL {
            let mut left = travellers.count(way);
            for planned in &mut trips {
                left = planned.fill(way, left);
            }
            while left > 0 {
                let Some(next) = next(&mut trips, way, left) else { break };
                next.trips = next.trips.saturating_add(1);
                left = next.fill(way, left);
            }
            left_over.insert(way, left);
        }
        let carries = Way::ALL.into_iter().filter(|way| fleet.rides.iter().any(|ride| ride.places(*way) > 0));
        let carries = carries.collect();
        trips.retain(|planned| planned.trips > 0);
        Self { trips, left_over, carries }
    }

    /// Of those who have yet to travel in this way, how many are left over.
    pub(crate) fn short(&self, way: Way, travellers: &Travellers<'_>) -> u32 {
        let waiting = u32::try_from(travellers.waiting(way).count()).unwrap_or(u32::MAX);
        self.left_over.get(&way).copied().unwrap_or(0).min(waiting)
    }

    /// Whether anything carries people who travel in this way.
    pub(crate) fn carries(&self, way: Way) -> bool {
        self.carries.contains(&way)
    }
}

impl Planned<'_> {
    /// Fills the places of the trips so far, and says how many are left.
    fn fill(&mut self, way: Way, left: u32) -> u32 {
        let carried = self.carried.get(&way).copied().unwrap_or(0);
        let places = self.vehicle.places(way).saturating_mul(self.trips).saturating_sub(carried);
        let more = places.min(left);
        if more > 0 {
            self.carried.insert(way, carried.saturating_add(more));
        }
        left.saturating_sub(more)
    }
}

/// The vehicle of the next trip: what is offered before what is in the table; the smallest that takes all who are left,
/// or else the largest; and of equals the first.
fn next<'t, 'f>(trips: &'t mut [Planned<'f>], way: Way, left: u32) -> Option<&'t mut Planned<'f>> {
    let can = trips.iter_mut().filter(|planned| planned.trips < planned.most && planned.vehicle.places(way) > 0);
    can.min_by_key(|planned| {
        let places = planned.vehicle.places(way);
        let takes_all = places >= left;
        let size = if takes_all { (places, Reverse(0)) } else { (0, Reverse(places)) };
        (planned.vehicle.offer.is_none(), !takes_all, size)
    })
}
