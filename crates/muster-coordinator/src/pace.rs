//! The pace of looking: an incident that changes faster than its rule sets can look is not looked at without pause.
//!
//! What people write, and the advice that comes of it, is looked at at once. A feed that writes without end would have
//! its incident looked at without end, and take from appends what nobody gains: advice of every tenth of a second tells
//! no less.

use std::collections::BTreeMap;
use std::time::Duration;

use muster_record::ids::IncidentId;

/// Looks in a row, each outrun by a change, after which an incident rests: advice on advice settles in fewer.
const AT_ONCE: u32 = 4;
/// How much longer than a look its rest is: a tenth of the time is spent on looking.
const REST: u32 = 9;
/// The longest rest.
const LONGEST: Duration = Duration::from_secs(1);

/// Which incidents are outrun, and which of them rest. Times are those that have passed since the start.
#[derive(Default)]
pub(crate) struct Pace {
    outrun: BTreeMap<IncidentId, u32>,
    resting: BTreeMap<IncidentId, Duration>,
}

impl Pace {
    /// Notes a look, and whether the incident changed meanwhile. True when it is to rest now.
    pub(crate) fn looked(&mut self, id: &IncidentId, took: Duration, ended: Duration, changed_meanwhile: bool) -> bool {
        if !changed_meanwhile {
            self.outrun.remove(id);
            return false;
        }
        let in_a_row = self.outrun.entry(id.clone()).or_default();
        *in_a_row = in_a_row.saturating_add(1);
        let rests = *in_a_row > AT_ONCE;
        if rests {
            let rest = took.saturating_mul(REST).min(LONGEST);
            self.resting.insert(id.clone(), ended.saturating_add(rest));
        }
        rests
    }

    /// Whether an incident rests.
    pub(crate) fn rests(&self, id: &IncidentId) -> bool {
        self.resting.contains_key(id)
    }

    /// Whether none rests.
    pub(crate) fn is_empty(&self) -> bool {
        self.resting.is_empty()
    }

    /// When the first rest ends.
    pub(crate) fn first(&self) -> Option<Duration> {
        self.resting.values().min().copied()
    }

    /// Those whose rest is over, which rest no more.
    pub(crate) fn rested(&mut self, passed: Duration) -> Vec<IncidentId> {
        self.resting.extract_if(.., |_, end| *end <= passed).map(|(id, _)| id).collect()
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use muster_record::ids::IncidentId;

    use super::{AT_ONCE, LONGEST, Pace};

    const LOOK: Duration = Duration::from_millis(10);

    fn hot() -> IncidentId {
        IncidentId::from_bytes([1; 16])
    }

    #[test]
    fn only_what_outruns_several_looks_in_a_row_rests_and_for_nine_times_as_long_as_a_look() {
        let (mut pace, at) = (Pace::default(), Duration::from_secs(5));
        for _ in 0..AT_ONCE {
            assert!(!pace.looked(&hot(), LOOK, at, true));
        }
        assert!(pace.looked(&hot(), LOOK, at, true) && pace.rests(&hot()));
        assert_eq!(pace.first(), Some(at + LOOK * 9));
        assert_eq!(pace.rested(at + LOOK * 9 - Duration::from_nanos(1)), []);
        assert_eq!(pace.rested(at + LOOK * 9), [hot()]);
        assert!(pace.is_empty());
        assert!(pace.looked(&hot(), LOOK, at, true), "it goes on as it was");
    }

    #[test]
    fn whoever_was_not_outrun_once_is_looked_at_at_once_again() {
        let mut pace = Pace::default();
        for look in 0..100 {
            assert!(!pace.looked(&hot(), LOOK, Duration::ZERO, look % 4 != 3));
        }
    }

    #[test]
    fn no_rest_is_longer_than_a_second() {
        let mut pace = Pace::default();
        for _ in 0..=AT_ONCE {
            pace.looked(&hot(), Duration::from_secs(60), Duration::ZERO, true);
        }
        assert_eq!(pace.first(), Some(LONGEST));
    }
}
