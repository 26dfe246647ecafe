//! Who has to travel, and how. Somebody of whom that is not known is asked about, not guessed.

use std::collections::BTreeMap;

use muster_rule_sdk::{CareStatus, Mobility, Part, Person, Situation};

use super::is_lived_in;

/// What a person takes up in a vehicle.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Way {
    /// A bariatric vehicle.
    Bariatric,
    /// A stretcher.
    Stretcher,
    /// A wheelchair place.
    Wheelchair,
    /// A seat.
    Seat,
}

impl Way {
    /// Those with the least choice first, so that nobody else takes their place.
    pub(crate) const ALL: [Self; 4] = [Self::Bariatric, Self::Stretcher, Self::Wheelchair, Self::Seat];

    fn of(mobility: Mobility) -> Option<Self> {
        match mobility {
            Mobility::Walks | Mobility::WalksWithHelp => Some(Self::Seat),
            Mobility::Wheelchair => Some(Self::Wheelchair),
            Mobility::Stretcher => Some(Self::Stretcher),
            Mobility::Bariatric => Some(Self::Bariatric),
            Mobility::NotKnown => None,
        }
    }

    pub(crate) fn word(self) -> &'static str {
        match self {
            Self::Bariatric => "bariatric",
            Self::Stretcher => "stretcher",
            Self::Wheelchair => "wheelchair",
            Self::Seat => "seat",
        }
    }

    /// One person `travels on a stretcher`.
    pub(crate) fn travels(self) -> &'static str {
        match self {
            Self::Bariatric => "travels only in a bariatric vehicle",
            Self::Stretcher => "travels on a stretcher",
            Self::Wheelchair => "travels in a wheelchair",
            Self::Seat => "travels on a seat",
        }
    }

    /// Several `travel on a stretcher`.
    pub(crate) fn travels_many(self) -> &'static str {
        match self {
            Self::Bariatric => "travel only in a bariatric vehicle",
            Self::Stretcher => "travel on a stretcher",
            Self::Wheelchair => "travel in a wheelchair",
            Self::Seat => "travel on a seat",
        }
    }
}

/// Everybody who moves or has moved. Those who stay, are in hospital or have died do not travel.
pub(crate) struct Travellers<'a> {
    people: Vec<(&'a str, Option<Way>, bool)>,
    pub(crate) is_withheld: bool,
}

impl<'a> Travellers<'a> {
    pub(crate) fn of(situation: &'a Situation) -> Self {
        let lived_in: BTreeMap<&str, bool> =
            situation.services.iter().map(|service| (service.id.as_str(), is_lived_in(service.kind))).collect();
        let lives_there = |person: &&Person| lived_in.get(person.service.as_str()).copied().unwrap_or(true);
        let people = situation.people.iter().filter(lives_there).filter_map(|person| {
            let waits = match person.status {
                CareStatus::Identified | CareStatus::Reviewed | CareStatus::Placed => true,
                // Their trips stay in the count, so that it does not move with each person who does.
                CareStatus::Moved => false,
                CareStatus::FollowedUp if person.moved_at.is_some() => false,
                CareStatus::FollowedUp | CareStatus::Staying | CareStatus::InHospital | CareStatus::Died => {
                    return None;
                }
            };
            Some((person.ref_.as_str(), Way::of(person.mobility), waits))
        });
        let mut people: Vec<(&str, Option<Way>, bool)> = people.collect();
        people.sort_by_key(|(name, _, _)| {
            let number = name.rsplit('-').next().and_then(|digits| digits.parse::<u64>().ok());
            (number.unwrap_or(u64::MAX), *name)
        });
        Self { people, is_withheld: situation.is_withheld(Part::People) }
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.people.is_empty()
    }

    pub(crate) fn is_anybody_waiting(&self) -> bool {
        self.people.iter().any(|(_, _, waits)| *waits)
    }

    /// Those who have yet to travel and of whom it is not known how they can.
    pub(crate) fn not_known(&self) -> impl Iterator<Item = &'a str> {
        self.people.iter().filter(|(_, way, waits)| way.is_none() && *waits).map(|(name, _, _)| *name)
    }

    /// Those who have yet to travel in this way.
    pub(crate) fn waiting(&self, of: Way) -> impl Iterator<Item = &'a str> {
        let theirs = self.people.iter().filter(move |(_, way, waits)| *way == Some(of) && *waits);
        theirs.map(|(name, _, _)| *name)
    }

    /// How many travel in this way, those who have done so too.
    pub(crate) fn count(&self, of: Way) -> u32 {
        let count = self.people.iter().filter(|(_, way, _)| *way == Some(of)).count();
        u32::try_from(count).unwrap_or(u32::MAX)
    }
}
