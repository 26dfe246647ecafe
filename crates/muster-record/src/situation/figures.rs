//! Figures of people: for rule sets that need to know how many there are and not who.
//!
//! They are ranges, as a region's picture has them: nobody is singled out by being the only one of a sort.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::{CareStatus, Funder, Mobility, Need, Person};
use crate::advice::Answer;
use crate::ids::{AgencyId, ServiceId};
use crate::region::PeopleCount;

/// How many people there are, and of which sorts. A sort that nobody is of is left out.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Figures {
    /// All of them.
    pub people: PeopleCount,
    /// Those of whom it is not known what they need.
    pub needs_not_known: PeopleCount,
    /// By the service that cares for them.
    pub by_service: Vec<(ServiceId, PeopleCount)>,
    /// By where they have come to.
    pub by_status: Vec<(CareStatus, PeopleCount)>,
    /// By who pays.
    pub by_funder: Vec<(Funder, PeopleCount)>,
    /// By how they can travel.
    pub by_mobility: Vec<(Mobility, PeopleCount)>,
    /// By what they need; somebody who needs two things is counted under both.
    pub by_need: Vec<(Need, PeopleCount)>,
    /// By the agency that placed them, where it is another than the lead.
    pub by_placing_authority: Vec<(AgencyId, PeopleCount)>,
}

impl Figures {
    /// The figures of these people.
    pub fn of(people: &[Person]) -> Self {
        let not_known = people.iter().filter(|person| person.needs_known != Answer::Yes);
        Self {
            people: PeopleCount::of(people.len()),
            needs_not_known: PeopleCount::of(not_known.count()),
            by_service: counted(people.iter().map(|person| person.service.clone())),
            by_status: counted(people.iter().map(|person| person.status)),
            by_funder: counted(people.iter().map(|person| person.funder)),
            by_mobility: counted(people.iter().map(|person| person.mobility)),
            by_need: counted(people.iter().flat_map(|person| person.needs.iter().copied())),
            by_placing_authority: counted(people.iter().filter_map(|person| person.placed_by.clone())),
        }
    }
}

fn counted<S: Ord>(sorts: impl Iterator<Item = S>) -> Vec<(S, PeopleCount)> {
    let mut counts: BTreeMap<S, usize> = BTreeMap::new();
    for sort in sorts {
        let count = counts.entry(sort).or_default();
        *count = count.saturating_add(1);
    }
    counts.into_iter().map(|(sort, count)| (sort, PeopleCount::of(count))).collect()
}
