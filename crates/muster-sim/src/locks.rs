//! Who holds which file, and the memory that connections to one file share. Gone with the process.

use std::collections::{BTreeMap, BTreeSet};

/// A connection's file.
pub(crate) type HandleId = u64;

/// How many locks there are on shared memory.
const SLOTS: usize = 8;

/// How firmly a file is held, as SQLite counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Level {
    None,
    Shared,
    Reserved,
    Pending,
    Exclusive,
}

#[derive(Debug, Default)]
pub(crate) struct Locks {
    held: BTreeMap<String, BTreeMap<HandleId, Level>>,
    shared: BTreeMap<String, Shared>,
}

/// The memory that connections to one file share.
#[derive(Debug, Default)]
struct Shared {
    /// Boxed, so that they stay where they are; of words, so that they lie as SQLite needs them.
    regions: Vec<Box<[u64]>>,
    users: BTreeSet<HandleId>,
    slots: [Slot; SLOTS],
}

#[derive(Debug, Default)]
struct Slot {
    alone: Option<HandleId>,
    together: BTreeSet<HandleId>,
}

/// What is asked of slots.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Ask {
    Together,
    Alone,
    LetGo,
}

impl Locks {
    /// Takes a file more firmly; says whether that went.
    pub(crate) fn take(&mut self, name: &str, by: HandleId, level: Level) -> bool {
        let held = self.held.entry(name.to_owned()).or_default();
        let others = held.iter().filter(|(id, _)| **id != by).map(|(_, level)| *level).max().unwrap_or(Level::None);
        let mine = held.get(&by).copied().unwrap_or(Level::None);
        let (becomes, went) = match level {
            Level::None => (mine, true),
            Level::Shared => (level, others < Level::Pending),
            Level::Reserved | Level::Pending => (level, others < Level::Reserved),
            // Who waits for readers to end lets no new ones in.
            Level::Exclusive if others == Level::Shared => (Level::Pending, false),
            Level::Exclusive => (level, others == Level::None),
        };
        if went || (becomes == Level::Pending && mine >= Level::Reserved) {
            held.insert(by, becomes.max(mine));
        }
        went
    }

    pub(crate) fn ease(&mut self, name: &str, by: HandleId, level: Level) {
        let held = self.held.entry(name.to_owned()).or_default();
        if level == Level::None {
            held.remove(&by);
        } else if held.get(&by).is_some_and(|mine| *mine > level) {
            held.insert(by, level);
        }
    }

    pub(crate) fn is_reserved(&self, name: &str) -> bool {
        self.held.get(name).is_some_and(|held| held.values().any(|level| *level >= Level::Reserved))
    }

    /// Where a region of the shared memory lies; nothing where there is none and none is to be made.
    pub(crate) fn region(
        &mut self,
        name: &str,
        by: HandleId,
        place: usize,
        bytes: usize,
        make: bool,
    ) -> Option<*mut u64> {
        let shared = self.shared.entry(name.to_owned()).or_default();
        shared.users.insert(by);
        while make && shared.regions.len() <= place {
            shared.regions.push(vec![0; bytes.div_ceil(8)].into_boxed_slice());
        }
        shared.regions.get_mut(place).map(|region| region.as_mut_ptr())
    }

    /// Takes slots of the shared memory, or lets them go; says whether that went.
    pub(crate) fn slots(&mut self, name: &str, by: HandleId, from: usize, count: usize, ask: Ask) -> bool {
        let shared = self.shared.entry(name.to_owned()).or_default();
        let free = |slot: &Slot| {
            let no_other_alone = slot.alone.is_none_or(|id| id == by);
            match ask {
                Ask::LetGo => true,
                Ask::Together => no_other_alone,
                Ask::Alone => no_other_alone && slot.together.iter().all(|id| *id == by),
            }
        };
        if !shared.slots.iter().skip(from).take(count).all(free) {
            return false;
        }
        for slot in shared.slots.iter_mut().skip(from).take(count) {
            match ask {
                Ask::Together => drop(slot.together.insert(by)),
                Ask::Alone => slot.alone = Some(by),
                Ask::LetGo => {
                    slot.together.remove(&by);
                    slot.alone = slot.alone.filter(|id| *id != by);
                }
            }
        }
        true
    }

    /// A connection leaves the shared memory; the last takes it away.
    pub(crate) fn leave(&mut self, name: &str, by: HandleId) {
        self.slots(name, by, 0, SLOTS, Ask::LetGo);
        let Some(shared) = self.shared.get_mut(name) else { return };
        shared.users.remove(&by);
        if shared.users.is_empty() {
            self.shared.remove(name);
        }
    }
}
