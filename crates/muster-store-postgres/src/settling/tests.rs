//! Transactions that take their numbers, draw their revisions and end in every order, and a reader who looks on.

use std::collections::{BTreeMap, BTreeSet};

use proptest::collection::vec;
use proptest::prelude::*;

use super::*;

fn seen(after: u64, visible: &[u64], xmin: u64) -> Look {
    Look { after, visible: visible.to_vec(), is_whole: true, xmin }
}

#[test]
fn what_is_contiguous_is_settled_at_once() {
    let mut order = Settling::default();
    assert_eq!(order.look(&seen(0, &[1, 2, 3], 10)), None);
    assert_eq!(order.settled(), 3);
    order.committed(&[4]);
    assert_eq!(order.settled(), 4);
}

#[test]
fn a_hole_stops_it_until_it_is_filled() {
    let mut order = Settling::default();
    order.look(&seen(0, &[1, 3, 4], 10));
    assert_eq!(order.settled(), 1);
    order.look(&seen(1, &[2, 3, 4], 10));
    assert_eq!(order.settled(), 4);
}

#[test]
fn a_hole_that_nobody_can_fill_any_more_is_passed_over() {
    let mut order = Settling::default();
    assert_eq!(order.look(&seen(0, &[2], 10)), None, "it may be filled by the next look");
    assert_eq!(order.look(&seen(0, &[2, 4], 10)), Some(4));
    order.fenced(4, 20);
    order.look(&seen(0, &[2, 4], 19));
    assert_eq!(order.settled(), 0, "somebody from before the fence is still at work");
    order.look(&seen(0, &[2, 4, 6], 20));
    assert_eq!(order.settled(), 4, "the hole behind the fence is another one");
    assert_eq!(order.look(&seen(4, &[6], 20)), Some(6));
    order.fenced(6, 21);
    order.look(&seen(4, &[6], 22));
    assert_eq!(order.settled(), 6);
}

/// In PostgreSQL the `xmax` of a snapshot is one more than the last transaction that has *ended*: those at work may have
/// greater numbers. Waiting for it, where a number of one's own is drawn here, would give up a hole that is then filled.
#[test]
fn the_end_of_a_snapshot_is_no_fence() {
    // 99 drew revision 2 and has ended; 100 drew revision 1 and is at work. The snapshot says xmin 100 and xmax 100.
    let (xmin, xmax) = (100, 100);
    let mut order = Settling::default();
    order.look(&seen(0, &[2], xmin));
    assert_eq!(order.look(&seen(0, &[2], xmin)), Some(2));
    assert!(xmin >= xmax, "so by that rule the hole would be dead already");
    order.fenced(2, 101);
    order.look(&seen(0, &[2], xmin));
    assert_eq!(order.settled(), 0);
    order.look(&seen(0, &[1, 2], 102));
    assert_eq!(order.settled(), 2);
}

#[test]
fn a_look_that_does_not_reach_the_fence_buries_nothing() {
    let mut order = Settling::default();
    order.look(&seen(0, &[2, 9], 10));
    assert_eq!(order.look(&seen(0, &[2, 9], 10)), Some(9));
    order.fenced(9, 11);
    order.look(&Look { is_whole: false, ..seen(0, &[2, 5], 12) });
    assert_eq!(order.settled(), 0);
}

#[test]
fn a_server_that_is_another_one_is_waited_for_anew() {
    let mut order = Settling::from(7);
    order.look(&seen(7, &[9], 10));
    assert_eq!(order.look(&seen(7, &[9], 10)), Some(9));
    order.fenced(9, 11);
    order.reconnected();
    order.look(&seen(7, &[9], 99));
    assert_eq!(order.settled(), 7);
}

/// A database as far as it matters here.
#[derive(Debug, Default)]
struct Database {
    next_xid: u64,
    next_revision: u64,
    at_work: BTreeMap<u64, Vec<u64>>,
    committed: BTreeSet<u64>,
}

impl Database {
    fn xid(&mut self) -> u64 {
        self.next_xid += 1;
        self.next_xid
    }

    /// The smallest number at work; the next one where nobody is. PostgreSQL may say less, and never more.
    fn xmin(&self) -> u64 {
        self.at_work.keys().next().copied().unwrap_or(self.next_xid + 1)
    }

    fn nth(&self, pick: usize) -> Option<u64> {
        let count = self.at_work.len();
        (count > 0).then(|| *self.at_work.keys().nth(pick % count).unwrap())
    }

    fn look(&self, after: u64, most: usize) -> Look {
        let behind: Vec<u64> = self.committed.range(after + 1..).copied().collect();
        let is_whole = behind.len() <= most;
        Look { after, visible: behind.into_iter().take(most).collect(), is_whole, xmin: self.xmin() }
    }
}

#[derive(Debug, Clone)]
enum Event {
    Begin,
    Draw(usize),
    Commit(usize),
    RollBack(usize),
    /// The server is killed: whatever was at work is gone, and the sequence skips some.
    Crash(u64),
    /// A snapshot is taken, and told now or after some more.
    Look(usize),
    Tell,
    Fence,
    /// A reader starts anew, from what it had settled.
    Restart,
}

fn events() -> impl Strategy<Value = Vec<Event>> {
    let event = prop_oneof![
        4 => Just(Event::Begin),
        6 => (0_usize..8).prop_map(Event::Draw),
        5 => (0_usize..8).prop_map(Event::Commit),
        2 => (0_usize..8).prop_map(Event::RollBack),
        1 => (1_u64..33).prop_map(Event::Crash),
        5 => (1_usize..5).prop_map(Event::Look),
        5 => Just(Event::Tell),
        4 => Just(Event::Fence),
        1 => Just(Event::Restart),
    ];
    vec(event, 0..200)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2_000, ..ProptestConfig::default() })]

    #[test]
    fn nothing_ever_appears_at_or_before_what_was_settled(events in events()) {
        let (mut database, mut order) = (Database::default(), Settling::default());
        // Looks and fences are under way for as long as it pleases the network.
        let (mut looks, mut wanted): (Vec<Look>, Option<u64>) = (Vec::new(), None);
        for event in events {
            let settled = order.settled();
            match event {
                Event::Begin => {
                    let xid = database.xid();
                    database.at_work.insert(xid, Vec::new());
                }
                Event::Draw(pick) => {
                    if let Some(xid) = database.nth(pick) {
                        database.next_revision += 1;
                        let revision = database.next_revision;
                        database.at_work.get_mut(&xid).unwrap().push(revision);
                    }
                }
                Event::Commit(pick) => {
                    if let Some(xid) = database.nth(pick) {
                        let drawn = database.at_work.remove(&xid).unwrap();
                        prop_assert!(drawn.iter().all(|revision| *revision > settled), "{drawn:?} behind {settled}");
                        database.committed.extend(drawn);
                    }
                }
                Event::RollBack(pick) => {
                    if let Some(xid) = database.nth(pick) {
                        database.at_work.remove(&xid);
                    }
                }
                Event::Crash(skipped) => {
                    database.at_work.clear();
                    database.next_revision += skipped;
                    looks.clear();
                }
                Event::Look(most) => looks.push(database.look(order.settled(), most)),
                Event::Tell => {
                    if let Some(look) = looks.pop() {
                        wanted = order.look(&look).or(wanted);
                    }
                }
                Event::Fence => {
                    if let Some(up_to) = wanted.take() {
                        let xid = database.xid();
                        order.fenced(up_to, xid);
                    }
                }
                Event::Restart => {
                    (order, wanted) = (Settling::from(order.settled()), None);
                    looks.clear();
                }
            }
            prop_assert!(order.settled() >= settled);
            let last = database.committed.last().copied().unwrap_or(0);
            prop_assert!(order.settled() <= last, "{} is beyond {last}", order.settled());
        }
        // When everybody has ended, a few looks reach the last: no hole stops anybody for good.
        database.at_work.clear();
        for _ in 0..database.committed.len() + 8 {
            if let Some(up_to) = order.look(&database.look(order.settled(), usize::MAX)) {
                let xid = database.xid();
                order.fenced(up_to, xid);
            }
        }
        prop_assert_eq!(order.settled(), database.committed.last().copied().unwrap_or(0));
    }
}
