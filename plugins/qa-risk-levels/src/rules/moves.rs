//! What offices decided on the level of a service: the trail of its levels, as far as decisions tell it.

use muster_rule_sdk::{Decision, Instant, Service, Situation};

use super::decided_on;

/// Which way.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Direction {
    /// To a higher level.
    Raise,
    /// To a lower level.
    Lower,
}

/// A decision on the level of a service.
pub(super) struct Decided {
    pub(super) number: u32,
    pub(super) at: Instant,
    from: u8,
    /// The level chosen; none where it was held.
    pub(super) to: Option<u8>,
}

const LEVELS: [u8; 4] = [1, 2, 3, 4];

impl Direction {
    /// The key of the first option set that asks to go this way from a level.
    pub(super) fn key(self, from: u8, service: &Service) -> String {
        match self {
            Self::Raise => format!("raise/{from}/{}", service.id),
            Self::Lower => format!("lower/{from}/{}", service.id),
        }
    }

    /// What the choice of a level is called.
    pub(super) fn title(self, to: u8) -> String {
        match self {
            Self::Raise => format!("Raise to level {to}"),
            Self::Lower => format!("Lower to level {to}"),
        }
    }

    /// Whether going this way can lead from one level to the other.
    pub(super) fn leads(self, from: u8, to: u8) -> bool {
        match self {
            Self::Raise => to > from,
            Self::Lower => to < from,
        }
    }
}

/// What the choice to stay at a level is called.
pub(super) fn hold(level: u8) -> String {
    format!("Hold level {level}")
}

/// Every decision on the level of this service, whatever was chosen.
pub(super) fn of<'a>(situation: &'a Situation, service: &'a Service) -> impl Iterator<Item = Decided> + 'a {
    let sets = LEVELS.into_iter().flat_map(|from| [(Direction::Raise, from), (Direction::Lower, from)]);
    sets.flat_map(move |(direction, from)| {
        let key = direction.key(from, service);
        decided_on(situation, &key).map(|decision| read(decision, direction, from)).collect::<Vec<_>>()
    })
}

fn read(decision: &Decision, direction: Direction, from: u8) -> Decided {
    let to = LEVELS.into_iter().find(|to| decision.chosen == direction.title(*to));
    Decided { number: decision.number, at: decision.at, from, to }
}

/// The latest decision, where it chose another level than the one that still stands on the record.
pub(super) fn pending(situation: &Situation, service: &Service, level: u8) -> Option<Decided> {
    let latest = of(situation, service).max_by_key(|decided| decided.number)?;
    (latest.from == level && latest.to.is_some()).then_some(latest)
}

/// The how-manieth time the service is at this level: once more with each decision that brought it back.
pub(super) fn stay(situation: &Situation, service: &Service, level: u8) -> usize {
    let mut decided: Vec<Decided> = of(situation, service).collect();
    decided.sort_by_key(|decided| decided.number);
    let began_here = decided.first().is_none_or(|first| first.from == level);
    let came_here = decided.iter().filter(|decided| decided.to == Some(level)).count();
    came_here.saturating_add(usize::from(began_here)).max(1)
}
