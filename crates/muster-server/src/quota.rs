//! Quotas: how many connections, watches and calls one agency may have, so that none takes what the others need.

use std::collections::BTreeMap;
use std::net::IpAddr;
use std::num::NonZeroU32;
use std::sync::{Arc, Mutex, PoisonError, RwLock};
use std::time::Duration;

use governor::clock::{Clock as _, DefaultClock};
use governor::{DefaultKeyedRateLimiter, Quota, RateLimiter};
use muster_record::ids::AgencyId;

use crate::bounds;

/// How much one agency, and all of them together, may take of the server. The defaults are those of `bounds.rs`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Connections to one listener.
    pub connections: usize,
    /// Connections of one agency.
    pub connections_per_agency: usize,
    /// Open watches of one agency.
    pub watchers_per_agency: usize,
    /// Calls of one agency in a second, in the long run.
    pub calls_per_second: NonZeroU32,
    /// Calls of one agency at once, after it was quiet.
    pub calls_at_once: NonZeroU32,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            connections: bounds::CONNECTIONS,
            connections_per_agency: bounds::CONNECTIONS_PER_AGENCY,
            watchers_per_agency: bounds::WATCHERS_PER_AGENCY,
            calls_per_second: bounds::CALLS_PER_SECOND,
            calls_at_once: bounds::CALLS_AT_ONCE,
        }
    }
}

/// Whose calls are counted together.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) enum Counted {
    /// An agency's.
    Agency(AgencyId),
    /// Those from an address, as long as nobody is known behind it.
    Address(IpAddr),
}

/// What is taken of the quotas.
pub(crate) struct Quotas {
    in_force: RwLock<Arc<InForce>>,
    connections: Tally,
    watchers: Tally,
}

/// The limits in force, and what counts calls by them.
struct InForce {
    limits: Limits,
    calls: DefaultKeyedRateLimiter<Counted>,
}

impl InForce {
    fn of(limits: Limits) -> Arc<Self> {
        let quota = Quota::per_second(limits.calls_per_second).allow_burst(limits.calls_at_once);
        Arc::new(Self { limits, calls: RateLimiter::keyed(quota) })
    }
}

/// What is counted by agency; what no agency is known of is counted together.
type Tally = Arc<Mutex<BTreeMap<Option<AgencyId>, usize>>>;

/// One of those counted, until it is dropped.
#[derive(Debug)]
pub(crate) struct Place {
    tally: Tally,
    of: Option<AgencyId>,
}

impl Quotas {
    pub(crate) fn new(limits: Limits) -> Self {
        let (connections, watchers) = (Tally::default(), Tally::default());
        Self { in_force: RwLock::new(InForce::of(limits)), connections, watchers }
    }

    /// Puts other limits in force. Whoever has more than they allow keeps it, and gets no more; calls are counted anew.
    pub(crate) fn set(&self, limits: Limits) {
        *self.in_force.write().unwrap_or_else(PoisonError::into_inner) = InForce::of(limits);
    }

    fn in_force(&self) -> Arc<InForce> {
        Arc::clone(&self.in_force.read().unwrap_or_else(PoisonError::into_inner))
    }

    /// A place for a connection, unless the agency has as many as it may.
    pub(crate) fn connection(&self, of: Option<AgencyId>) -> Option<Place> {
        take(&self.connections, of, self.in_force().limits.connections_per_agency)
    }

    /// A place for a watch, unless the agency has as many as it may.
    pub(crate) fn watcher(&self, of: &AgencyId) -> Option<Place> {
        take(&self.watchers, Some(of.clone()), self.watchers_per_agency())
    }

    /// The watches that one agency may have open.
    pub(crate) fn watchers_per_agency(&self) -> usize {
        self.in_force().limits.watchers_per_agency
    }

    /// Counts a call, or says after how long the next one will do.
    pub(crate) fn call(&self, of: &Counted) -> Result<(), Duration> {
        // Who was quiet for long is forgotten now and then, so that what is remembered has a bound.
        let in_force = self.in_force();
        let calls = &in_force.calls;
        if calls.len() > bounds::RATES_REMEMBERED {
            calls.retain_recent();
        }
        calls.check_key(of).map_err(|not_until| not_until.wait_time_from(DefaultClock::default().now()))
    }
}

fn take(tally: &Tally, of: Option<AgencyId>, most: usize) -> Option<Place> {
    let mut counts = tally.lock().unwrap_or_else(PoisonError::into_inner);
    let count = counts.entry(of.clone()).or_default();
    if *count >= most {
        return None;
    }
    *count = count.saturating_add(1);
    drop(counts);
    Some(Place { tally: Arc::clone(tally), of })
}

impl Drop for Place {
    fn drop(&mut self) {
        let mut counts = self.tally.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(count) = counts.get_mut(&self.of) {
            *count = count.saturating_sub(1);
            if *count == 0 {
                counts.remove(&self.of);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn agency(id: &str) -> AgencyId {
        id.parse().unwrap()
    }

    #[test]
    fn a_place_is_free_again_when_it_is_left_and_one_agencys_are_not_anothers() {
        let quotas = Quotas::new(Limits { watchers_per_agency: 2, ..Limits::default() });
        let (cqc, icb) = (agency("cqc"), agency("icb"));
        let first = quotas.watcher(&cqc).unwrap();
        let second = quotas.watcher(&cqc).unwrap();
        assert!(quotas.watcher(&cqc).is_none());
        assert!(quotas.watcher(&icb).is_some());
        drop(first);
        assert!(quotas.watcher(&cqc).is_some());
        drop(second);
        assert!(quotas.watchers.lock().unwrap().is_empty());
    }

    #[test]
    fn calls_beyond_the_quota_are_told_how_long_to_wait_and_those_of_others_are_not() {
        let two = NonZeroU32::new(2).unwrap();
        let quotas = Quotas::new(Limits { calls_per_second: two, calls_at_once: two, ..Limits::default() });
        let (cqc, icb) = (Counted::Agency(agency("cqc")), Counted::Agency(agency("icb")));
        assert_eq!((quotas.call(&cqc), quotas.call(&cqc)), (Ok(()), Ok(())));
        let wait = quotas.call(&cqc).unwrap_err();
        assert!(wait > Duration::ZERO && wait <= Duration::from_millis(500), "{wait:?}");
        assert_eq!(quotas.call(&icb), Ok(()));
    }

    #[test]
    fn other_limits_are_in_force_at_once_and_take_nothing_from_anybody() {
        let quotas = Quotas::new(Limits { watchers_per_agency: 2, ..Limits::default() });
        let cqc = agency("cqc");
        let open = [quotas.watcher(&cqc).unwrap(), quotas.watcher(&cqc).unwrap()];
        quotas.set(Limits { watchers_per_agency: 3, ..Limits::default() });
        let third = quotas.watcher(&cqc).unwrap();
        quotas.set(Limits { watchers_per_agency: 1, ..Limits::default() });
        assert!(quotas.watcher(&cqc).is_none());
        drop((open, third));
        assert!(quotas.watcher(&cqc).is_some());
        let one = NonZeroU32::new(1).unwrap();
        quotas.set(Limits { calls_per_second: one, calls_at_once: one, ..Limits::default() });
        let counted = Counted::Agency(cqc);
        assert!(quotas.call(&counted).is_ok() && quotas.call(&counted).is_err());
    }
}
