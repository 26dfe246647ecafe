//! The people, as those who are placed together: a couple is one, and so is a person alone.

use std::collections::{BTreeMap, BTreeSet};

use muster_rule_sdk::{Answer, CareStatus, Mobility, Person, Situation};

use super::{Number, is_lived_in};
use crate::table::{Tables, Word};
use crate::words::Words;

/// A person in a group.
#[derive(Debug, Clone)]
pub(crate) struct Member<'a> {
    pub(crate) person: &'a Person,
    pub(crate) asks: Words,
    pub(crate) stands: Stands,
}

/// Where a person has come to, as far as matching goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Stands {
    /// Needs a place.
    Waits,
    /// Has one, stays, or was followed up; where that is, a rule set is not shown.
    Settled,
    /// Is in hospital.
    InHospital,
}

/// People who stay together, in the order of the record's numbers; those who have died are left out.
#[derive(Debug, Clone)]
pub(crate) struct Unit<'a> {
    pub(crate) members: Vec<Member<'a>>,
}

impl<'a> Unit<'a> {
    pub(crate) fn waiting(&self) -> impl Iterator<Item = &Member<'a>> {
        self.members.iter().filter(|member| member.stands == Stands::Waits)
    }

    /// Those of whom too little is known to match them.
    pub(crate) fn unknown(&self) -> impl Iterator<Item = &Member<'a>> {
        self.waiting().filter(|member| !member.is_known())
    }

    pub(crate) fn settled(&self) -> impl Iterator<Item = &Member<'a>> {
        self.members.iter().filter(|member| member.stands == Stands::Settled)
    }

    pub(crate) fn size(&self) -> u64 {
        u64::try_from(self.members.len()).unwrap_or(u64::MAX)
    }

    pub(crate) fn first(&self) -> Option<Number<'a>> {
        self.members.first().map(Member::number)
    }
}

impl<'a> Member<'a> {
    fn of(person: &'a Person, words: &[Word]) -> Option<Self> {
        let stands = match person.status {
            CareStatus::Identified | CareStatus::Reviewed => Stands::Waits,
            CareStatus::Placed | CareStatus::Moved | CareStatus::Staying | CareStatus::FollowedUp => Stands::Settled,
            CareStatus::InHospital => Stands::InHospital,
            CareStatus::Died => return None,
        };
        Some(Self { person, asks: Words::asked_by(person, words), stands })
    }

    pub(crate) fn number(&self) -> Number<'a> {
        Number::of(&self.person.ref_)
    }

    pub(crate) fn is_known(&self) -> bool {
        self.person.needs_known == Answer::Yes && self.person.mobility != Mobility::NotKnown
    }
}

/// Everybody who lives in a service, in groups of those who stay together, whoever of them said so.
pub(crate) fn units<'a>(situation: &'a Situation, tables: &Tables) -> Vec<Unit<'a>> {
    let lived_in: BTreeMap<&str, bool> =
        situation.services.iter().map(|service| (service.id.as_str(), is_lived_in(service.kind))).collect();
    let lives_there = |person: &&Person| lived_in.get(person.service.as_str()).copied().unwrap_or(true);
    let people: BTreeMap<Number<'a>, &Person> =
        situation.people.iter().filter(lives_there).map(|person| (Number::of(&person.ref_), person)).collect();
    let mut together: BTreeMap<Number<'a>, BTreeSet<Number<'a>>> = BTreeMap::new();
    for (number, person) in &people {
        for other in person.stays_with.iter().map(|other| Number::of(other)) {
            if people.contains_key(&other) {
                together.entry(*number).or_default().insert(other);
                together.entry(other).or_default().insert(*number);
            }
        }
    }
    let mut seen = BTreeSet::new();
    let mut units = Vec::new();
    for number in people.keys() {
        if !seen.insert(*number) {
            continue;
        }
        let mut group = vec![*number];
        let mut next = vec![*number];
        while let Some(of) = next.pop() {
            for other in together.get(&of).into_iter().flatten() {
                if seen.insert(*other) {
                    group.push(*other);
                    next.push(*other);
                }
            }
        }
        group.sort_unstable();
        let of_group = group.iter().filter_map(|number| people.get(number));
        let members: Vec<Member<'_>> = of_group.filter_map(|person| Member::of(person, &tables.words)).collect();
        if !members.is_empty() {
            units.push(Unit { members });
        }
    }
    units
}
